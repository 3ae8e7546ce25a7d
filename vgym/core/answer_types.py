"""Settings and state shared by the tasks that are answered with a place in the picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Protocol

from torch import Tensor

from vgym.core.actions import ANSWERS, FORMS
from vgym.core.config import Config, choice, whole_number


@dataclass(frozen=True)
class AnswerConfig(Config):
    """Settings of a task that is answered with a point, a box or several."""

    answers: ClassVar[tuple[str, ...]] = ANSWERS  # those that the family takes

    answer: str = "box"  # "box", "point" or "boxes"
    attempts: int = 1  # answers an episode; with more than one the last is drawn
    grid: int = 16  # cells a side of the "grid" action form

    def __post_init__(self) -> None:
        super().__post_init__()
        choice("answer", self.answer, self.answers)
        choice("action", self.action, tuple(FORMS))
        whole_number("attempts", self.attempts, 1, 1000)
        whole_number("grid", self.grid, 1, 256)

    @property
    def slots(self) -> int:
        """Boxes or points that an answer holds at most."""
        return 1


class AnswerState(Protocol):
    """What the state of such a task holds, besides its own."""

    view: Tensor  # (B, 4) float32 scale x, scale y, offset x, offset y
    tokens: Tensor  # (B, L) int32
    target_boxes: Tensor  # (B, K, 4) float32 xyxy, pixels of the shown picture
    target_mask: Tensor  # (B, K) bool
    answer: Tensor  # (B, K, 4) float32 the last answer; a point is a box of no area
    answer_mask: Tensor  # (B, K) bool
    attempt: Tensor  # (B,) int64 answers given so far
    best_value: Tensor  # (B,) float32 the best value so far
    best_success: Tensor  # (B,) bool solved by any answer so far
