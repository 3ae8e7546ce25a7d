"""Random draws one after the other, for places whose number of draws is not known beforehand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from vgym.compiled import compiled
from vgym.core.keys import stream, uniform

Item = TypeVar("Item")

_BLOCK = 128


class KeyedSampler:
    """A row of draws that is a function of (key, name of the stream).

    >>> KeyedSampler(np.uint64(1), "walls").below(6) == KeyedSampler(np.uint64(1), "walls").below(6)
    True
    """

    def __init__(self, key: np.uint64, name: str) -> None:
        self._key, self._stream = (
            np.uint64(key),
            stream(name),
        )  # compiled code returns plain integers
        self._drawn = 0
        self._ahead: list[float] = []

    def unit(self) -> float:
        """A float in [0, 1)."""
        if not self._ahead:
            self._ahead = _block(self._key, self._stream, self._drawn).tolist()
            self._drawn += _BLOCK
        return self._ahead.pop()

    def between(self, low: float, high: float) -> float:
        """A float in [low, high)."""
        return low + (high - low) * self.unit()

    def below(self, n: int) -> int:
        """An integer in [0, n)."""
        return int(self.unit() * n)

    def chance(self, probability: float) -> bool:
        """True with this probability."""
        return self.unit() < probability

    def choice(self, items: Sequence[Item]) -> Item:
        """One of the items."""
        return items[self.below(len(items))]

    def shuffled(self, items: Sequence[Item]) -> list[Item]:
        """The items in another order."""
        order = [(self.unit(), place) for place in range(len(items))]
        return [items[place] for _, place in sorted(order)]


@compiled
def _block(key: np.uint64, name: np.uint64, start: int) -> NDArray[np.float64]:
    """KeyedSampler ``start`` to ``start + _BLOCK`` of a stream."""
    block = np.empty(_BLOCK)
    for place in range(_BLOCK):
        block[place] = uniform(key, name, start + place)
    return block
