"""Tasks answered with a place: how an answer is read, judged, paid and drawn, whatever is asked."""

from __future__ import annotations

import warnings
from abc import abstractmethod
from collections.abc import Iterator
from typing import Any, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vgym.core import place_pictures
from vgym.core.action_forms import FORMS, MOST_CELLS, USUAL_CELLS, ActionForm, cells_for
from vgym.core.attempts import FAR, AttemptTask
from vgym.core.place_metrics import metrics_of, success_of
from vgym.core.place_speech import speech_of_places
from vgym.core.place_types import PlaceConfig, PlaceState
from vgym.core.space_speech import BRIEF
from vgym.core.speech import Speech
from vgym.core.task import Facts, Limit
from vgym.geometry.conventions import Convention, Kind, Order
from vgym.rewards.facts import MASKS
from vgym.rewards.hints import convention_hint

P = TypeVar("P", bound=PlaceState)


class PlaceTask(AttemptTask[P]):
    """A picture, words, and a point, a box or boxes in it. Families draw episodes and pictures.

    With `attempts` above 1 the last answer is drawn into the picture.
    """

    config: PlaceConfig
    convention: Convention

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        config = self.config
        self.form: ActionForm = FORMS[config.action](
            config.answer,
            config.size_hw,
            slots=config.slots,
            grid=self.cells() if config.action == "grid" else USUAL_CELLS,
        )
        self.action_space = self.form.space()
        order: Order = "xy" if config.answer == "point" else "xyxy"
        self.convention = Convention(self.form.frame, order)
        self._size_hw = torch.tensor(config.size_hw, dtype=torch.float32, device=self.device)
        self._corner_scale = self._size_hw.flip(0).repeat(2)

    @property
    def smallest_target(self) -> float | None:
        """The smallest target's side as a share of the picture's, where it is known beforehand.

        Read before the task is whole: from ``config`` alone.
        """
        return None

    def cells(self) -> int:
        """Cells a side of the `grid` form: those asked for, or as many as every target needs.

        Warns where those asked for are too few for the smallest target: a learner may do without
        it, but has to know.

        Raises:
            ValueError: not even the finest grid can say where the smallest target is.
        """
        asked, smallest = self.config.grid, self.smallest_target
        needed = USUAL_CELLS if smallest is None else cells_for(self.config.answer, smallest)
        if asked is not None:
            if smallest is not None and asked < needed:
                finest = f"grid={needed}" if needed <= MOST_CELLS else "action='pixel'"
                warnings.warn(
                    f"grid={asked} cannot say where every target is, so not even the oracle solves "
                    f"every episode: answers of answer={self.config.answer!r} need {needed} cells "
                    f"a side; take {finest} for all of them",
                    stacklevel=2,
                )
            return asked
        if needed > MOST_CELLS:
            raise ValueError(
                f"action='grid' cannot say where every target is: answers of "
                f"answer={self.config.answer!r} need {needed} cells a side, and there are at most "
                f"{MOST_CELLS}; take action='pixel', or a coarser grid by grid={MOST_CELLS}"
            )
        return needed

    @property
    def default_reward(self) -> str:
        """`dense` itself, which is for places."""
        return "dense"

    @property
    def stated(self) -> frozenset[str]:
        """The answer, the truth and the frame, in pixels of the shown picture."""
        point = self.config.answer == "point"
        answer = "prediction_points" if point else "prediction_boxes"
        return super().stated | {answer, "target_boxes", "size_hw"}

    def limits(self, state: P) -> Iterator[Limit]:
        """Of the question and of the last answer, which may be no number."""
        yield from super().limits(state)
        yield Limit("letterbox", -FAR, FAR)
        yield Limit("tokens", 0, self.vocabulary_size - 1)
        yield Limit("target_boxes", -FAR, FAR)
        yield Limit("answer", -FAR, FAR, nan=True)

    @abstractmethod
    def draw_scene(self, state: P, images: Tensor, rows: Tensor) -> None:
        """Draw what is asked about into ``images``, the given rows."""

    def judge(self, state: P, facts: Facts) -> tuple[Tensor, dict[str, Tensor]]:
        """Solved by IoU 0.5, by a point in the box, or by all boxes and none besides."""
        metrics = metrics_of(facts)
        return success_of(metrics), metrics

    def note(self, state: P, action: Tensor, unread: Tensor | None) -> Tensor:
        """Write the answers into the state, in pixels, corners sorted; returns them unsorted."""
        fractions, used = self.form.decode(action)
        given = fractions * self._corner_scale[: fractions.shape[-1]]
        if unread is not None:
            given = torch.where(unread[:, None, None], torch.nan, given)
            used = used & ~unread[:, None]
        if self.config.answer == "point":
            state.answer = torch.cat([given, given], dim=-1)
        else:
            a, b = given[..., :2], given[..., 2:]
            state.answer = torch.cat([torch.minimum(a, b), torch.maximum(a, b)], dim=-1)
        state.answer_mask = used
        return given

    def facts(self, state: P, given: Tensor, unread: Tensor | None) -> Facts:
        """What the answer is and what the truth is, in pixels of the shown picture.

        An answer that was not read is there and is not a number: recipes pay their floor for it,
        where nothing is to be found too.
        """
        batch = len(state.answer)
        point = self.config.answer == "point"
        read = torch.ones(batch, dtype=torch.bool, device=self.device)
        facts = {
            "target_boxes": state.target_boxes,
            "size_hw": self._size_hw.expand(batch, 2),
            "format_ok": read if unread is None else ~unread,
            "given": given,  # for hints alone
        }
        answer = "prediction_points" if point else "prediction_boxes"
        facts[answer] = state.answer[..., :2] if point else state.answer
        if self.config.answer == "boxes":
            facts[MASKS[answer]] = state.answer_mask | ~facts["format_ok"][:, None]
            facts["target_mask"] = state.target_mask
        return facts

    def draw(self, state: P, images: Tensor, rows: Tensor | None = None) -> None:
        """The picture that is answered in."""
        self.draw_answered(state, images, rows)

    def draw_answered(self, state: P, images: Tensor, rows: Tensor | None = None) -> None:
        """What is asked about; with several attempts, the last answer on top."""
        every = torch.arange(len(images), device=images.device) if rows is None else rows
        self.draw_scene(state, images, every)
        if self.config.attempts > 1:
            place_pictures.draw_answers(images, state, every, self.config.answer == "point")

    def oracle(self, state: P) -> Tensor:
        """The target itself, in the environment's action form."""
        fractions = state.target_boxes / self._corner_scale
        if self.config.answer == "point":
            fractions = (fractions[..., :2] + fractions[..., 2:]) / 2
        return self.form.encode(fractions, state.target_mask)

    def speech(self) -> Speech:
        """One tool, that answers."""
        what = {"point": "the point", "box": "the box around it", "boxes": "a box around each"}
        return speech_of_places(self.form, BRIEF, what[self.config.answer])

    def portrait(self, state: P) -> NDArray[np.uint8]:
        """The picture with phrase, truth and last answer."""
        images = torch.zeros(1, *self.config.size_hw, 3, dtype=torch.uint8, device=self.device)
        self.draw_answered(state, images)
        answered = bool(state.attempt[0] > 0)
        return place_pictures.portrait(
            images[0].cpu().numpy(),
            self.instructions(state, [0])[0],
            state.target_boxes[0][state.target_mask[0]].cpu().numpy(),
            state.answer[0][state.answer_mask[0]].cpu().numpy() if answered else None,
        )

    def hints(self, facts: Facts) -> list[str]:
        """For each row, another convention in which its answer would have scored well, or ""."""
        kind: Kind = "point" if self.config.answer == "point" else "box"
        found = convention_hint(
            self.convention.from_pixels(facts["given"], facts["size_hw"], kind),
            facts["target_boxes"],
            facts["size_hw"],
            self.convention,
            mask=facts.get("prediction_mask"),
            target_mask=facts.get("target_mask"),
        )
        return [hint or "" for hint in found]
