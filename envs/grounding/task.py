"""The grounding task: a picture, a phrase, and the box, point or boxes of what it names."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vgym.core import raster
from vgym.core import state as states
from vgym.core.actions import FORMS, ActionForm
from vgym.core.config import Config
from vgym.core.task import Facts, Outcome, Task
from vgym.envs.grounding import viewer
from vgym.envs.grounding.generator import SyntheticScenes
from vgym.envs.grounding.measures import metrics_of, success_of
from vgym.envs.grounding.photographs import Photographs
from vgym.envs.grounding.types import GroundingConfig, State
from vgym.geometry.conventions import Convention, Kind
from vgym.rewards.hints import convention_hint


class GroundingTask(Task[State]):
    """## Description
    The picture shows sprites on a real background, or is a photograph. The phrase names one thing
    in it (VGroundMany: all of a kind, or none): by category, colour, size, pose, place, relation,
    order, comparison or exclusion. Say where it is. The box to find is that of the whole object,
    hidden parts included. A phrase always denotes exactly its target, with a margin.

    ## Action Space
    `VGround`: a box, two corners in any order. `VGroundPoint`: a point. `VGroundMany`: up to
    `max_boxes` boxes, each with a number that says if it counts. The form is `action`:

    | form | numbers | space for a box, a point, boxes |
    | --- | --- | --- |
    | `continuous` | fractions of width and height | `Box(0, 1)` of 4, 2, `(max_boxes, 5)` |
    | `symmetric` | the same over [-1, 1] | `Box(-1, 1)` |
    | `grid` | cells of `grid` x `grid`, row by row | `MultiDiscrete`; `Discrete` for a point |
    | `pixel` | pixels of the shown picture | `MultiDiscrete` |

    A box of two cells cannot reach IoU 0.5 with every small object: at the default `grid=16` the
    best answers solve about nine in ten at difficulty 0.5.

    ## Observation Space
    A `Dict` of `image`, `Box(0, 255, (H, W, 3), uint8)`, and `instruction`, `MultiDiscrete` tokens
    (padded with 0) or, with `instruction="text"` and for data sets, `Text`. Gymnasium's
    `vectorization_mode="async"` loses `Text` in shared memory: pass it
    `vector_kwargs={"shared_memory": False}`, or use the native batch.

    ## Rewards
    `dense` by default: overlap, closeness as Gaussians and progress over an answer blind to the
    phrase; in [0, 1], 1 at the truth alone. Any recipe of `vgym.rewards` by name, or a callable of
    the facts: `prediction_boxes` or `prediction_points`, `target_boxes`, `size_hw`, `format_ok`;
    for several boxes also `prediction_mask` and `target_mask`. With `attempts` above 1 an answer
    pays what it improves on the best so far.

    ## Starting State
    A function of (source, split, difficulty, seed, number of the episode) and nothing else.

    ## Episode End
    Terminates with the last of `attempts` answers. Truncates after `max_episode_steps`, if given.

    ## Arguments
    `image_size=256`, `reward="dense"`, `difficulty=0.5`, `split="train"`, `source="synthetic"`,
    `instruction`, `action="continuous"`, `device="cpu"`, `max_episode_steps`, `attempts=1`,
    `max_boxes=8`, `grid=16`.

    ## Metrics
    All: `success` (IoU of at least 0.5; the point in the box; all boxes matched and none extra) and
    `reward_flagged` (a number was not finite and the floor was paid). `VGround`: `iou`, `giou`,
    `acc_at_50`, `hit`, `distance_px`. `VGroundPoint`: `hit`, `distance_px`. `VGroundMany`:
    `precision`, `recall`, `f1` at IoU 0.5. Beside them `info["view"]`, scale x, scale y, offset x,
    offset y from original to shown pixels, and `info["convention_hint"]`, the convention in which
    an answer near nothing would have scored, such as `0.99 as fraction/yxyx`.

    ## Version History
    * v0: initial release.
    """

    name: ClassVar[str] = "grounding"
    config_class: ClassVar[type[Config]] = GroundingConfig
    config: GroundingConfig
    convention: Convention

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        config = self.config
        self.form: ActionForm = FORMS[config.action](
            config.answer,
            config.size_hw,
            slots=config.max_boxes if config.answer == "boxes" else 1,
            grid=config.grid,
        )
        self.action_space = self.form.space()
        self.convention = Convention("fraction", "xy" if config.answer == "point" else "xyxy")
        self._size_hw = torch.tensor(config.size_hw, dtype=torch.float32, device=self.device)
        self.synthetic = config.source == "synthetic"
        self.scenes = SyntheticScenes(config) if self.synthetic else None
        self.photographs = None if self.synthetic else Photographs(config)
        source = self.scenes or self.photographs
        assert source is not None
        self._source = source
        self.vocabulary = source.vocabulary
        self.vocabulary_size = len(self.vocabulary)
        example = self._check_reward()
        self.instruction_length = example.tokens.shape[1]
        if self.scenes is not None:
            self._backgrounds = self.scenes.backgrounds.to(self.device)
            self._sprites = self.scenes.atlas.bank.to(self.device)

    @property
    def text_instruction(self) -> bool:
        """Words for data sets, whose vocabulary is open; tokens otherwise, unless asked."""
        return (self.config.instruction or ("tokens" if self.synthetic else "text")) == "text"

    def reset(self, keys: NDArray[np.uint64]) -> State:
        """New episodes, one for each key."""
        return states.to(self._source.reset(keys), self.device)

    def step(self, state: State, action: Tensor) -> Outcome:
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
            metrics={**metrics_of(facts), "reward_flagged": score.flagged},
            reward_terms=score.terms,
            facts={**facts, "given": given},
            picture_changed=torch.full_like(success, self.config.attempts > 1),
        )

    def facts(self, state: State) -> Facts:
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

    def draw(self, state: State, images: Tensor, rows: Tensor | None = None) -> None:
        """The scene or photograph; with several attempts, the last answer's box on top."""
        every = torch.arange(len(images), device=images.device) if rows is None else rows
        picture = state.picture[every]
        if self.photographs is not None:
            self._draw_photographs(state, images, picture, every)
        else:
            raster.fill_backgrounds(
                images,
                self._backgrounds,
                picture,
                state.corner_yx[every],
                state.flipped[every],
                state.gain[every],
                every,
            )
            raster.draw(images, self._sprites, state.draws, every, every)
        if self.config.attempts > 1:
            viewer.draw_answers(images, state, every, self.config.answer == "point")

    def tokens(self, state: State) -> Tensor:
        """(B, L) int32."""
        return state.tokens

    def instructions(self, state: State, rows: list[int]) -> list[str]:
        """The phrases of the given rows."""
        if self.photographs is not None:
            return [self.photographs.texts[i] for i in state.item[rows].tolist()]
        tokens = state.tokens[rows].cpu().numpy()
        return [self.vocabulary.decode(row) for row in tokens]

    def oracle(self, state: State) -> Tensor:
        """The target itself, in the environment's action form."""
        fractions = state.target_boxes / self._corner_scale
        if self.config.answer == "point":
            fractions = (fractions[..., :2] + fractions[..., 2:]) / 2
        return self.form.encode(fractions, state.target_mask)

    def view(self, state: State) -> Tensor:
        """(B, 4): the letterbox's scale and offset; the identity for synthetic scenes."""
        return state.view

    def portrait(self, state: State, row: int) -> NDArray[np.uint8]:
        """The picture with phrase, truth and last answer."""
        one = states.take(state, torch.tensor([row], device=self.device))
        images = torch.zeros(1, *self.config.size_hw, 3, dtype=torch.uint8, device=self.device)
        self.draw(one, images)
        answered = bool(state.attempt[row] > 0)
        return viewer.portrait(
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

    def _answer(self, state: State, action: Tensor) -> Tensor:
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

    def _draw_photographs(
        self, state: State, images: Tensor, picture: Tensor, rows: Tensor
    ) -> None:
        """In as many rounds as the bank of decoded pictures is too small for."""
        assert self.photographs is not None
        photographs = self.photographs
        numbers = picture.cpu().numpy()
        _, which = np.unique(numbers, return_inverse=True)
        for start in range(0, int(which.max()) + 1, len(photographs.bank)):
            part = (which >= start) & (which < start + len(photographs.bank))
            chosen = torch.from_numpy(np.flatnonzero(part)).to(images.device)
            slots = torch.from_numpy(photographs.slots_for(numbers[part])).to(images.device)
            images[rows[chosen]] = photographs.bank[slots]

    def _check_reward(self) -> State:
        """Score one example, so that a recipe that does not fit fails when it is chosen."""
        example = self.reset(np.zeros(1, np.uint64))
        self.reward(self.facts(example))
        return example
