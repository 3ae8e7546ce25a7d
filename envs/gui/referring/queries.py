"""Tables of queries: which page, which box, which words; and how episodes draw from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from vgym.compiled import compiled
from vgym.core.keys import below, stream, uniform

_LEVEL, _RANK = stream("gui level"), stream("gui rank")
_WINDOW = 0.5  # of what a level asks, by hardness, that one difficulty draws from
_WEIGHTS = {"size": 0.75, "crowd": 0.25}
_ROUNDS = 30  # of weighing; the weights then change by less than a hundredth


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
        size: (N,) float64 pixels that the control in the middle of the page's sizes takes.
        looks: (N,) int64 a number for the controls of the page that look like the one asked for.
        often: (N,) float64 how many these are.
    """

    page: NDArray[np.int64]
    box: NDArray[np.float32]
    keep: NDArray[np.float32]
    level: NDArray[np.int64]
    words: Sequence[str]
    crowd: NDArray[np.int64]
    size: NDArray[np.float64]
    looks: NDArray[np.int64]
    often: NDArray[np.float64]

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
            self.size[chosen],
            self.looks[chosen],
            self.often[chosen],
        )

    @cached_property
    def weight(self) -> NDArray[np.float64]:
        """(N,) how often each is to be asked, such that what is asked for looks like the page.

        What can be named is not what there is: icons that come once, large buttons. So of a page
        each sort of look is asked for as often as it stands there, as far as anything of it can be
        named; each page as often as it has queries; every level alike. Weights that keep all three
        are found by turns (iterative proportional fitting: Deming and Stephan, 1940).
        """
        page, looks, level = (_numbered(of) for of in (self.page, self.looks, self.level))
        first = np.unique(looks, return_index=True)[1]
        of_page = np.bincount(page[first], self.often[first])
        wanted = self.often[first] * (np.bincount(page) / of_page)[page[first]]
        weight = np.ones(len(self))
        for _ in range(_ROUNDS):
            weight *= (wanted / np.bincount(looks, weight))[looks]
            weight /= np.bincount(level, weight)[level]
        return weight

    @cached_property
    def by_level(self) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]:
        """Queries level by level, those of the easiest pages first, the sum of the weights of each
        level up to there in [0, 1], and where each level starts (L + 1,).

        Pages of few and large controls are easy. The size of the one asked for is not looked at:
        it would tell it from the others.
        """
        hardness = _WEIGHTS["size"] * _ranks(-self.size) + _WEIGHTS["crowd"] * _ranks(self.crowd)
        order = np.lexsort((np.arange(len(self)), hardness, self.level)).astype(np.int64)
        ends = np.searchsorted(self.level[order], np.unique(self.level), side="right")
        starts = np.concatenate([[0], ends]).astype(np.int64)
        parts = [self.weight[order[a:b]] for a, b in pairwise(starts.tolist())]
        summed = np.concatenate([part.cumsum() / part.sum() for part in parts])
        return order, summed, starts

    def draw(self, keys: NDArray[np.uint64], difficulty: float) -> NDArray[np.int64]:
        """(k,) for each key a level, then a query, by weight, about pages that suit the
        difficulty."""
        return _draw(keys, *self.by_level, difficulty)


def _numbered(values: NDArray[np.int64]) -> NDArray[np.int64]:
    """(N,) the same by numbers from 0."""
    found: NDArray[np.int64] = np.unique(values, return_inverse=True)[1].reshape(-1)
    return found


def _ranks(values: NDArray[np.generic]) -> NDArray[np.float64]:
    """(N,) in [0, 1): the share of the values that are smaller."""
    ranks: NDArray[np.float64] = np.searchsorted(np.sort(values), values) / len(values)
    return ranks


@compiled
def _draw(
    keys: NDArray[np.uint64],
    order: NDArray[np.int64],
    summed: NDArray[np.float64],
    starts: NDArray[np.int64],
    difficulty: float,
) -> NDArray[np.int64]:
    chosen = np.empty(keys.shape[0], np.int64)
    for i in range(keys.shape[0]):
        level = below(keys[i], _LEVEL, 0, starts.shape[0] - 1)
        start, end = starts[level], starts[level + 1]
        share = (1 - _WINDOW) * difficulty + _WINDOW * uniform(keys[i], _RANK, 0)
        place = np.searchsorted(summed[start:end], share, side="right")
        chosen[i] = order[min(start + place, end - 1)]
    return chosen
