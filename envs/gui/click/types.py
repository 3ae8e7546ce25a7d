"""Settings and state of VGui."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from vgym.core.answer_types import AnswerConfig
from vgym.core.config import whole_number

SCREENS = "screens"


@dataclass(frozen=True)
class GuiConfig(AnswerConfig):
    """Settings of VGui."""

    answers: ClassVar[tuple[str, ...]] = ("point", "box")

    image_size: int | tuple[int, int] = (800, 1280)
    source: str = SCREENS  # or "synthetic", captured screens, a data set
    answer: str = "point"
    pages: int = 256  # synthetic pages that episodes draw from

    def __post_init__(self) -> None:
        super().__post_init__()
        whole_number("pages", self.pages, 1, 2**20)
        if self.source == "synthetic" and min(self.size_hw) < 64:
            raise ValueError(
                f"image_size={self.image_size!r}: synthetic pages have at least 64 pixels a side"
            )


@dataclass
class State:
    """One row an episode."""

    page: Tensor  # (B,) int64 the picture
    ask: Tensor  # (B,) int64 the instruction, among all of the source or of the page
    level: Tensor  # (B,) int64 into LEVELS; -1 for a data set's own words
    view: Tensor  # (B, 4) float32 scale x, scale y, offset x, offset y
    tokens: Tensor  # (B, L) int32
    target_boxes: Tensor  # (B, 1, 4) float32 xyxy, pixels of the shown picture
    target_mask: Tensor  # (B, 1) bool
    answer: Tensor  # (B, 1, 4) float32 the last answer; a point is a box of no area
    answer_mask: Tensor  # (B, 1) bool
    attempt: Tensor  # (B,) int64 answers given so far
    best_value: Tensor  # (B,) float32 the best value so far
    best_success: Tensor  # (B,) bool solved by any answer so far


def empty_state(batch: int, length: int) -> State:
    """A state of zeros; its boxes count as targets."""

    def zeros(*shape: int, dtype: torch.dtype = torch.int64) -> Tensor:
        return torch.zeros(batch, *shape, dtype=dtype)

    return State(
        page=zeros(),
        ask=zeros(),
        level=zeros() - 1,
        view=torch.tensor([1.0, 1.0, 0.0, 0.0]).repeat(batch, 1),
        tokens=zeros(length, dtype=torch.int32),
        target_boxes=zeros(1, 4, dtype=torch.float32),
        target_mask=torch.ones(batch, 1, dtype=torch.bool),
        answer=zeros(1, 4, dtype=torch.float32),
        answer_mask=zeros(1, dtype=torch.bool),
        attempt=zeros(),
        best_value=zeros(dtype=torch.float32),
        best_success=zeros(dtype=torch.bool),
    )
