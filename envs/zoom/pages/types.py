"""Settings of VZoomPages, and how its episodes stand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from vgym.envs.zoom.types import LookConfig, State

RESULTS = 10  # pages that a search tells
QUERIES = 8  # that may be asked by number: the question as it is, and its key words


@dataclass(frozen=True)
class PagesConfig(LookConfig):
    """Settings of VZoomPages."""

    sources: ClassVar[tuple[str, ...]] = ("sqlite",)
    least_grid: ClassVar[int] = max(RESULTS, QUERIES)

    image_size: int | tuple[int, int] = 448  # at which two views read a page
    source: str = "sqlite"
    max_episode_steps: int = 8  # turns: a search, two pages in two views each, the answer


@dataclass
class PagesState(State):
    """One row an episode. Pages are numbered by their places in the stack, from 0."""

    results: Tensor  # (B, RESULTS) int64 pages of the last search, the best first; -1 for none
    scores: Tensor  # (B, RESULTS) float32 of theirs, above 0; 0 for none
    told_as: Tensor  # (B, n) int64 which page of all that searches told it was first, -1 for none
    opened: Tensor  # (B, n) bool
    searches: Tensor  # (B,) int64
    best_rank: Tensor  # (B,) int64 best that a search ranked the page asked about, 0 first; RESULTS
    selections: Tensor  # (B,) int64 results that were opened
    well_selected: Tensor  # (B,) int64 of these, the page asked about, or the first if it was none
