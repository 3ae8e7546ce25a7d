"""Settings of VZoom, what is asked in an episode, and how it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import torch
from torch import Tensor

from vgym.core.config import Config, OnlyWith, choice, whole_number
from vgym.geometry.conventions import Convention
from vgym.registration import ZOOM_SOURCES

QUESTIONS = ("locate", "relation", "attribute", "count", "read")
MOST_CHOICES = 6
ANSWERS = ("box", "point", "choice")
OBSERVATIONS = ("crops", "foveated")
LOOKS = 64  # views that are remembered, the latest
_CELLS = 16


@dataclass(frozen=True)
class LookConfig(Config):
    """Settings of looking, whatever at."""

    actions: ClassVar[tuple[str, ...]] = ("continuous", "cells")
    only_with: ClassVar[OnlyWith] = {"grid": ("action", ("cells",))}
    least_grid: ClassVar[int] = MOST_CHOICES  # cells in which every number can be said

    image_size: int | tuple[int, int] = 224  # of the overview and of every view
    answer: str = "box"  # what is asked for: "box", "point" or "choice"
    max_episode_steps: int = 6  # turns, the answer included
    grid: int | None = None  # cells a side of the "cells" action form; None: 16
    pixels: int | None = None  # of views that may be shown in an episode; None: one view a turn
    observation: str = "crops"  # "foveated": sharp where is looked alone

    def __post_init__(self) -> None:
        super().__post_init__()
        choice("answer", self.answer, ANSWERS)
        choice("observation", self.observation, OBSERVATIONS)
        if self.grid is not None:
            whole_number("grid", self.grid, self.least_grid, 1024)
        if self.pixels is not None:
            whole_number("pixels", self.pixels, 0, 2**40)
            if 0 < self.pixels < self.view_pixels:
                height, width = self.size_hw
                raise ValueError(
                    f"pixels={self.pixels} shows no view: one of {height}x{width} takes "
                    f"{self.view_pixels}. Allow as many at least, or 0 for no looks"
                )

    @property
    def cells(self) -> int:
        """Cells a side of the "cells" action form."""
        return _CELLS if self.grid is None else self.grid

    @property
    def view_pixels(self) -> int:
        """Pixels of one view."""
        height, width = self.size_hw
        return height * width

    @property
    def pixel_budget(self) -> int:
        """Pixels of views that may be shown in an episode."""
        return self.max_episode_steps * self.view_pixels if self.pixels is None else self.pixels

    @property
    def protocol(self) -> str:
        """What is shown first, what a look gives, and how many there are."""
        height, width = self.size_hw
        foveated = ", foveated" if self.observation == "foveated" else ""
        return (
            f"first the whole at {height}x{width}; a look gives {height}x{width} pixels of any part"
            f"{foveated}; {self.max_episode_steps} turns, the answer ({self.answer}) among them, "
            f"and {self.pixel_budget} pixels of looks; no answer is a wrong one"
        )

    @property
    def looks_kept(self) -> int:
        """How many of the latest views a state remembers."""
        return min(self.max_episode_steps, LOOKS)


@dataclass(frozen=True)
class ZoomConfig(LookConfig):
    """Settings of VZoom."""

    sources: ClassVar[tuple[str, ...]] = tuple(ZOOM_SOURCES)
    reads_files: ClassVar[bool] = True
    only_with: ClassVar[OnlyWith] = {
        **LookConfig.only_with,
        "layer": ("source", ("earth",)),
        "labels": ("source", ("earth", "sky")),
    }

    source: str = next(iter(ZOOM_SOURCES))
    layer: str | None = None  # which map, of the source that has several; None: "day"
    labels: bool = False  # whether what is drawn may name the answer
    convention: str | None = None  # how a file of one's own writes boxes; None: as its format does

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.convention is not None:
            if self.source in self.sources:
                raise ValueError(
                    f"convention={str(self.convention)!r} says how the boxes of a file are "
                    f"written; source={self.source!r} is none, so leave it out"
                )
            object.__setattr__(self, "convention", str(Convention.parse(self.convention)))
        if not isinstance(self.labels, bool):
            raise ValueError(f"labels={self.labels!r} must be True or False")


@dataclass
class Asked:
    """What a source asks, one row an episode. A whole is the large picture, at its full size.

    Places are pixels of the whole in float64: wholes are wider than float32 can halve.
    """

    picture: Tensor  # (B,) int64 which whole: a number, or the key that a whole is made from
    whole_hw: Tensor  # (B, 2) float64 height and width, pixels
    question: Tensor  # (B,) int64 of the source's own numbering
    kind: Tensor  # (B,) int64 into QUESTIONS
    tokens: Tensor  # (B, L) int32
    target_boxes: Tensor  # (B, 1, 4) float64 xyxy: what must be found, or looked at, to answer
    legible_px: Tensor  # (B,) float32 shorter side at which it can be told from others, when shown
    choices: Tensor  # (B,) int64 how many the words offer, up to MOST_CHOICES; 0 for a place
    right: Tensor  # (B,) int64 which of them is true; 0 for a place


@dataclass
class State(Asked):
    """One row an episode: what is asked, where it is looked, what was seen so far."""

    window: Tensor  # (B, 4) float64 xyxy of the current view, pixels of the whole
    before: Tensor  # (B, L, 4) float64 windows to go back to, the latest first
    can_undo: Tensor  # (B,) int64 how many of them there are
    views: Tensor  # (B, L, 4) float64 windows that were looked at, the latest first
    points: Tensor  # (B, L, 2) float64 where they were looked at, pixels of the whole
    looks: Tensor  # (B,) int64 how many were
    steps: Tensor  # (B,) int64 turns taken
    refused: Tensor  # (B,) bool the last look was not shown: there were no pixels left for it
    answered: Tensor  # (B,) bool
    answer: Tensor  # (B, 4) float64 xyxy, pixels of the whole; a point is a box of no area
    chosen: Tensor  # (B,) int64 the choice that was answered, -1 for none
    most_shown: Tensor  # (B,) float32 most of the target that a view after the first has shown
    found_at: Tensor  # (B,) int64 the look in which it was first legible, -1 for none
    seen_share: Tensor  # (B,) float32 of the whole, in views of native resolution or better


def nothing_asked(batch: int, length: int) -> dict[str, Tensor]:
    """The fields of `Asked` with nothing to find.

    Args:
        batch: rows. length: tokens of an instruction.
    """
    number = torch.zeros(batch, dtype=torch.int64)
    return {
        "picture": number,
        "whole_hw": torch.ones(batch, 2, dtype=torch.float64),
        "question": number.clone(),
        "kind": number.clone(),
        "tokens": torch.zeros(batch, length, dtype=torch.int32),
        "target_boxes": torch.zeros(batch, 1, 4, dtype=torch.float64),
        "legible_px": torch.ones(batch),
        "choices": number.clone(),
        "right": number.clone(),
    }
