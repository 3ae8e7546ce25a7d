"""Random choices from a key: one after the other, or each by a name of its own.

`KeyedSampler` is for what takes a number of choices that is not known beforehand; `NamedSampler`
for choices that must not move when another is added or left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from vgym.compiled import compiled
from vgym.core.keys import below, stream, uniform

Item = TypeVar("Item")

_BLOCK = 128
_stream = cache(stream)


class KeyedSampler:
    """Choices one after the other, functions of (key, name of the stream).

    >>> KeyedSampler(np.uint64(1), "walls").below(6) == KeyedSampler(np.uint64(1), "walls").below(6)
    True
    """

    def __init__(self, key: np.uint64, name: str) -> None:
        self._key = np.uint64(key)  # compiled code returns plain integers
        self._stream = stream(name)
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
        places = range(len(items))
        if len(items) <= len(self._ahead):
            drawn = self._ahead[: -len(items) - 1 : -1]
            del self._ahead[len(self._ahead) - len(items) :]
        else:
            drawn = [self.unit() for _ in places]
        return [items[place] for place in sorted(places, key=drawn.__getitem__)]


class NamedSampler:
    """Choices that are each a function of (key, name of the choice, index).

    >>> NamedSampler(np.uint64(1)).pick("day", "MTWTFSS") in "MTWTFSS"
    True
    """

    def __init__(self, key: np.uint64) -> None:
        self.key = key

    def below(self, name: str, n: int, index: int = 0) -> int:
        """An integer in [0, n)."""
        return int(below(self.key, _stream(name), index, n))

    def chance(self, name: str, share: float, index: int = 0) -> bool:
        """True with this probability."""
        return bool(uniform(self.key, _stream(name), index) < share)

    def pick(self, name: str, options: Sequence[Item], index: int = 0) -> Item:
        """One of the options."""
        return options[self.below(name, len(options), index)]

    def sample(self, name: str, options: Sequence[Item], count: int) -> list[Item]:
        """Distinct options in random order; at most as many as there are."""
        left = list(options)
        count = min(count, len(left))
        for i in range(count):
            j = i + self.below(name, len(left) - i, i)
            left[i], left[j] = left[j], left[i]
        return left[:count]


@compiled
def _block(key: np.uint64, name: np.uint64, start: int) -> NDArray[np.float64]:
    """KeyedSampler ``start`` to ``start + _BLOCK`` of a stream."""
    block = np.empty(_BLOCK)
    for place in range(_BLOCK):
        block[place] = uniform(key, name, start + place)
    return block
