"""Tasks answered with a place: how an answer is read, judged, paid and drawn, whatever is asked."""

from __future__ import annotations

from abc import abstractmethod
from typing import Any, TypeVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vgym.core import answer_viewer
from vgym.core import state as states
from vgym.core.actions import FORMS, ActionForm
from vgym.core.answer_measures import metrics_of, success_of
from vgym.core.answer_types import AnswerConfig, AnswerState
from vgym.core.task import Facts, Outcome, Task
from vgym.geometry.conventions import Convention, Kind
from vgym.rewards.hints import convention_hint

S = TypeVar("S", bound=AnswerState)


class AnswerTask(Task[S]):
    """A picture, words, and a point, a box or boxes in it. Families draw episodes and pictures.

    With `attempts` above 1 an answer pays what it improves on the best so far, and the last answer
    is drawn into the picture.
    """

    config: AnswerConfig
    convention: Convention

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        config = self.config
        self.form: ActionForm = FORMS[config.action](
            config.answer,
            config.size_hw,
            slots=config.slots,
            grid=config.grid,
        )
        self.action_space = self.form.space()
        self.convention = Convention("fraction", "xy" if config.answer == "point" else "xyxy")
        self._size_hw = torch.tensor(config.size_hw, dtype=torch.float32, device=self.device)

    @abstractmethod
    def draw_scene(self, state: S, images: Tensor, rows: Tensor) -> None:
        """Draw what is asked about into ``images``, the given rows."""

    def metrics(self, state: S, facts: Facts) -> dict[str, Tensor]:
        """(B,) each, beside `success` and `reward_flagged`."""
        return metrics_of(facts)

    def step(self, state: S, action: Tensor) -> Outcome:
        """Note the answer, pay for what it improves; the last attempt ends the episode."""
        given = self._answer(state, action)
        facts = self.facts(state)
        score = self.reward(facts)
        success = success_of(facts) | state.best_success
        value = score.value.to(torch.float32)
        later = state.attempt > 0
        reward = torch.where(later, (value - state.best_value).clamp(min=0), value)
        state.best_value = torch.where(later, torch.maximum(state.best_value, value), value)
        state.best_success = success
        state.attempt = state.attempt + 1
        return Outcome(
            reward=reward,
            terminated=state.attempt >= self.config.attempts,
            success=success,
            metrics={**self.metrics(state, facts), "reward_flagged": score.flagged},
            reward_terms=score.terms,
            facts={**facts, "given": given},
            picture_changed=torch.full_like(success, self.config.attempts > 1),
        )

    def facts(self, state: S) -> Facts:
        """What the answer is and what the truth is, in pixels of the shown picture."""
        batch = state.answer.shape[0]
        facts = {
            "target_boxes": state.target_boxes,
            "size_hw": self._size_hw.expand(batch, 2),
            # An action that passed the space's check cannot be malformed.
            "format_ok": torch.ones(batch, dtype=torch.bool, device=self.device),
        }
        if self.config.answer == "boxes":
            facts["prediction_mask"] = state.answer_mask
            facts["target_mask"] = state.target_mask
        if self.config.answer == "point":
            facts["prediction_points"] = state.answer[..., :2]
        else:
            facts["prediction_boxes"] = state.answer
        return facts

    def draw(self, state: S, images: Tensor, rows: Tensor | None = None) -> None:
        """What is asked about; with several attempts, the last answer on top."""
        every = torch.arange(len(images), device=images.device) if rows is None else rows
        self.draw_scene(state, images, every)
        if self.config.attempts > 1:
            answer_viewer.draw_answers(images, state, every, self.config.answer == "point")

    def tokens(self, state: S) -> Tensor:
        """(B, L) int32."""
        return state.tokens

    def oracle(self, state: S) -> Tensor:
        """The target itself, in the environment's action form."""
        fractions = state.target_boxes / self._corner_scale
        if self.config.answer == "point":
            fractions = (fractions[..., :2] + fractions[..., 2:]) / 2
        return self.form.encode(fractions, state.target_mask)

    def view(self, state: S) -> Tensor:
        """(B, 4): from original to shown pixels; the identity for what is drawn at its size."""
        return state.view

    def portrait(self, state: S, row: int) -> NDArray[np.uint8]:
        """The picture with phrase, truth and last answer."""
        one = states.take(state, torch.tensor([row], device=self.device))
        images = torch.zeros(1, *self.config.size_hw, 3, dtype=torch.uint8, device=self.device)
        self.draw(one, images)
        answered = bool(state.attempt[row] > 0)
        return answer_viewer.portrait(
            images[0].cpu().numpy(),
            self.instructions(state, [row])[0],
            state.target_boxes[row][state.target_mask[row]].cpu().numpy(),
            state.answer[row][state.answer_mask[row]].cpu().numpy() if answered else None,
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

    @property
    def _corner_scale(self) -> Tensor:
        return self._size_hw.flip(0).repeat(2)

    def _answer(self, state: S, action: Tensor) -> Tensor:
        """Write the action into the state, in pixels, corners sorted; returns it unsorted."""
        fractions, used = self.form.decode(action)
        scale = self._corner_scale
        if self.config.answer == "point":
            xy = fractions * scale[:2]
            state.answer = torch.cat([xy, xy], dim=-1)
        else:
            a, b = fractions[..., :2], fractions[..., 2:]
            state.answer = torch.cat([torch.minimum(a, b), torch.maximum(a, b)], dim=-1) * scale
        state.answer_mask = used
        return fractions * scale[: fractions.shape[-1]]

    def check_reward(self) -> S:
        """Score one example, so that a recipe that does not fit fails when it is chosen."""
        example = self.reset(np.zeros(1, np.uint64))
        try:
            self.reward(self.facts(example))
        except ValueError as error:
            raise ValueError(f"{error}; answer={self.config.answer!r} was asked for") from None
        return example
