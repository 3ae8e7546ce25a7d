"""Settings and state shared by the tasks that are answered with a place in the picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from vgym.core.action_forms import ANSWERS, FORMS, MOST_CELLS
from vgym.core.attempts import AttemptConfig, AttemptState, no_attempts
from vgym.core.config import OnlyWith, choice, whole_number
from vgym.geometry.conventions import Convention


@dataclass(frozen=True)
class PlaceConfig(AttemptConfig):
    """Settings of a task that is answered with a point, a box or several.

    With more than one attempt the last answer is drawn into the picture.
    """

    answers: ClassVar[tuple[str, ...]] = ANSWERS  # those that the family takes
    actions: ClassVar[tuple[str, ...]] = tuple(FORMS)
    only_with: ClassVar[OnlyWith] = {"grid": ("action", ("grid",))}

    answer: str = "box"  # "box", "point" or "boxes"
    grid: int | None = None  # cells a side of the "grid" action form; None: see `PlaceTask.cells`
    # How a data set of one's own writes its boxes, such as "fraction/xywh" (see
    # `vgym.geometry.conventions`); None: as its format does.
    convention: str | None = None

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.convention is not None:
            if self.source in self.sources:
                raise ValueError(
                    f"convention={str(self.convention)!r} says how the boxes of a file are "
                    f"written; source={self.source!r} is none, so leave it out"
                )
            object.__setattr__(self, "convention", str(Convention.parse(self.convention)))
        choice("answer", self.answer, self.answers)
        if self.grid is not None:
            whole_number("grid", self.grid, 1, MOST_CELLS)

    @property
    def slots(self) -> int:
        """Boxes or points that an answer holds at most."""
        return 1


@dataclass
class Place:
    """What is asked for, and the last answer. Pixels of the shown picture."""

    letterbox: Tensor  # (B, 4) float32 scale x, scale y, offset x, offset y
    tokens: Tensor  # (B, L) int32
    target_boxes: Tensor  # (B, K, 4) float32 xyxy
    target_mask: Tensor  # (B, K) bool
    answer: Tensor  # (B, K, 4) float32; a point is a box of no area; NaN if it was not read
    answer_mask: Tensor  # (B, K) bool


@dataclass
class PlaceState(AttemptState, Place):
    """The state of such a task, to which families add what their pictures show."""


def no_place(batch: int, slots: int, length: int) -> dict[str, Tensor]:
    """The fields of `PlaceState` with nothing to find and nothing answered.

    Args:
        batch: rows. slots: of an answer, and targets at most. length: tokens of an instruction.
    """
    return {
        "letterbox": torch.tensor([1.0, 1.0, 0.0, 0.0]).expand(batch, 4).clone(),
        "tokens": torch.zeros(batch, length, dtype=torch.int32),
        "target_boxes": torch.zeros(batch, slots, 4),
        "target_mask": torch.zeros(batch, slots, dtype=torch.bool),
        "answer": torch.zeros(batch, slots, 4),
        "answer_mask": torch.zeros(batch, slots, dtype=torch.bool),
        **no_attempts(batch),
    }
