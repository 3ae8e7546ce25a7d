"""Tables of queries: which page, which box, which words; and how episodes draw from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from vgym.compiled import compiled
from vgym.core.keys import below, stream, uniform

_LEVEL, _RANK = stream("gui level"), stream("gui rank")
_WINDOW = 0.5  # of the queries of a level, by hardness, that one difficulty draws from
_WEIGHTS = {"size": 0.75, "crowd": 0.25}


@dataclass(frozen=True, eq=False)
class Queries:
    """Queries about pages; N of them.

    Attributes:
        page: (N,) int64, the picture.
        box: (N, 4) float32 xyxy, pixels of the page.
        keep: (N, 4) float32 xyxy: around the box and the control that the words call its neighbour.
        level: (N,) int64 into LEVELS; -1 for words of a data set.
        words: the instructions.
        crowd: (N,) int64 controls on the page.
        area: (N,) float64 pixels of the page.
    """

    page: NDArray[np.int64]
    box: NDArray[np.float32]
    keep: NDArray[np.float32]
    level: NDArray[np.int64]
    words: Sequence[str]
    crowd: NDArray[np.int64]
    area: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.words)

    def take(self, chosen: NDArray[np.int64]) -> Queries:
        """Some of them."""
        return Queries(
            self.page[chosen],
            self.box[chosen],
            self.keep[chosen],
            self.level[chosen],
            [self.words[i] for i in chosen.tolist()],
            self.crowd[chosen],
            self.area[chosen],
        )

    @cached_property
    def share(self) -> NDArray[np.float64]:
        """(N,) of the page that the target takes."""
        size = (self.box[:, 2:] - self.box[:, :2]).astype(np.float64)
        shares: NDArray[np.float64] = size.prod(1) / self.area
        return shares

    @cached_property
    def by_level(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Queries level by level, the easiest first, and where each level starts (L + 1,).

        Large targets on pages of few controls are easy.
        """
        hardness = _WEIGHTS["size"] * _ranks(-self.share) + _WEIGHTS["crowd"] * _ranks(self.crowd)
        levels = np.unique(self.level)
        order = np.lexsort((np.arange(len(self)), hardness, self.level)).astype(np.int64)
        ends = np.searchsorted(self.level[order], levels, side="right")
        return order, np.concatenate([[0], ends]).astype(np.int64)

    def draw(self, keys: NDArray[np.uint64], difficulty: float) -> NDArray[np.int64]:
        """(k,) for each key a level, then a query of the half that suits the difficulty."""
        order, starts = self.by_level
        return _draw(keys, order, starts, difficulty)


def _ranks(values: NDArray[np.generic]) -> NDArray[np.float64]:
    """(N,) in [0, 1): the share of the values that are smaller."""
    ranks: NDArray[np.float64] = np.searchsorted(np.sort(values), values) / len(values)
    return ranks


@compiled
def _draw(
    keys: NDArray[np.uint64], order: NDArray[np.int64], starts: NDArray[np.int64], difficulty: float
) -> NDArray[np.int64]:
    chosen = np.empty(keys.shape[0], np.int64)
    for i in range(keys.shape[0]):
        level = below(keys[i], _LEVEL, 0, starts.shape[0] - 1)
        count = starts[level + 1] - starts[level]
        place = (1 - _WINDOW) * difficulty + _WINDOW * uniform(keys[i], _RANK, 0)
        chosen[i] = order[starts[level] + min(int(place * count), count - 1)]
    return chosen
