"""Settings and state of VGui."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from vgym.core.config import OnlyWith, whole_number
from vgym.core.place_types import PlaceConfig, PlaceState, no_place

SCREENS = "screens"


@dataclass(frozen=True)
class GuiConfig(PlaceConfig):
    """Settings of VGui."""

    sources: ClassVar[tuple[str, ...]] = (SCREENS, "synthetic", "photos")
    reads_files: ClassVar[bool] = True
    only_with: ClassVar[OnlyWith] = {**PlaceConfig.only_with, "pages": ("source", ("synthetic",))}
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
class Query:
    """Which screen, and what of it is asked for."""

    page: Tensor  # (B,) int64 the picture
    query: Tensor  # (B,) int64 the instruction, among all of the source or of the page
    level: Tensor  # (B,) int64 into LEVELS; -1 for a data set's own words


@dataclass
class State(PlaceState, Query):
    """One row an episode."""


def empty_state(batch: int, length: int) -> State:
    """A state of zeros; its boxes count as targets."""
    number = torch.zeros(batch, dtype=torch.int64)
    state = State(page=number, query=number.clone(), level=number - 1, **no_place(batch, 1, length))
    state.target_mask[:] = True
    return state
