"""The grounding task: a picture, a phrase, and the box, point or boxes of what it names."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from vgym.core import state as states
from vgym.core.config import Config
from vgym.core.place_task import PlaceTask
from vgym.core.task import Limit
from vgym.data import Summary
from vgym.envs.grounding.generator import SyntheticScenes
from vgym.envs.grounding.photographs import load_photographs
from vgym.envs.grounding.scene_limits import scene_limits
from vgym.envs.grounding.types import GroundingConfig, State


class GroundingTask(PlaceTask[State]):
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
    A `Dict` of `image`, `Box(0, 255, (H, W, 3), uint8)`, and `instruction`, int32 tokens
    (padded with 0); with `instruction="bag"` which words occur, with "text", and for data sets,
    `Text`. Gymnasium's `vectorization_mode="async"` loses `Text` in shared memory: pass it
    `vector_kwargs={"shared_memory": False}`, or use the native batch.

    ## Rewards
    `dense` by default: overlap, closeness as Gaussians and progress over an answer blind to the
    phrase; in [0, 1], 1 at the truth alone. Any recipe of `vgym.rewards` by name, or a callable of
    the facts: `prediction_boxes` or `prediction_points`, `target_boxes`, `size_hw`, `format_ok`;
    for several boxes also `prediction_mask` and `target_mask`. With `attempts` above 1 an answer
    pays what it improves on the best so far.

    ## Starting State
    A function of (source, split, difficulty, max_boxes, shape of the picture, seed, number of the
    episode): pictures of one shape show the same and ask the same, however many pixels they have
    (`max_boxes` is VGroundMany's alone). Things are at least 7 % of the picture wide, 18 pixels of
    256: at 64 pixels difficulties up to 0.3 are as clear to a person.

    ## Episode End
    Terminates with the last of `attempts` answers. Truncates after `max_episode_steps`, if given.

    ## Arguments
    `image_size=256`, `reward="dense"`, `difficulty=0.5`, `split="train"`, `source="synthetic"`,
    `instruction`, `action="continuous"`, `device="cpu"`, `max_episode_steps`, `attempts=1`,
    `max_boxes=8`, `grid=16`, `convention` (how a file writes its boxes, see docs/data.md).

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

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        config = self.config
        self.synthetic = config.source == "synthetic"
        self.source = SyntheticScenes(config) if self.synthetic else load_photographs(config)
        self.vocabulary = self.source.vocabulary
        self.instruction_length = self.source.length

    @property
    def text_instruction(self) -> bool:
        """Words for data sets, whose vocabulary is open; tokens otherwise, unless asked."""
        return (self.config.instruction or ("tokens" if self.synthetic else "text")) == "text"

    def reset(self, keys: NDArray[np.uint64]) -> State:
        """New episodes, one for each key."""
        return states.to(self.source.reset(keys), self.device)

    @property
    def summary(self) -> Summary | None:
        """What was read of a data set, and what was left out and why; None without one."""
        return None if isinstance(self.source, SyntheticScenes) else self.source.summary

    @property
    def records(self) -> Sequence[str] | None:
        """Those of photographs and files."""
        return None if isinstance(self.source, SyntheticScenes) else self.source.records

    def reset_records(self, records: NDArray[np.int64]) -> State:
        """New episodes about those records."""
        assert not isinstance(self.source, SyntheticScenes)
        return states.to(self.source.reset_records(records), self.device)

    def playable(self, records: NDArray[np.int64]) -> NDArray[np.bool_]:
        """(k,) those whose picture can be read."""
        assert not isinstance(self.source, SyntheticScenes)
        return self.source.playable(records)

    def limits(self, state: State) -> Iterator[Limit]:
        """Also of what the picture shows, which the source knows."""
        yield from super().limits(state)
        if isinstance(self.source, SyntheticScenes):
            yield from scene_limits(self.source, state)
        else:
            yield from self.source.limits(state)

    def draw_scene(self, state: State, images: Tensor, rows: Tensor) -> None:
        """The scene or photograph."""
        self.source.draw(state, images, rows)

    def instructions(self, state: State, rows: list[int]) -> list[str]:
        """The phrases of the given rows."""
        return self.source.instructions(state, rows)
