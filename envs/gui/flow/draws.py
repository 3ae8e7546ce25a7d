"""Named draws of one episode, and the words that a split may use."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TypeVar

import numpy as np

from vgym.core.keys import below, stream, uniform

T = TypeVar("T")
_stream = cache(stream)


class Draws:
    """Random choices that are functions of the episode's key and the choice's name.

    Args:
        key: the episode's.
        test: whether words come from the part of each list that training lacks.
    """

    def __init__(self, key: np.uint64, test: bool = False) -> None:
        self.key = key
        self.test = test

    def below(self, name: str, n: int, index: int = 0) -> int:
        """An integer in [0, n)."""
        return int(below(self.key, _stream(name), index, n))

    def chance(self, name: str, share: float, index: int = 0) -> bool:
        """True with this probability."""
        return bool(uniform(self.key, _stream(name), index) < share)

    def pick(self, name: str, options: Sequence[T], index: int = 0) -> T:
        """One of the options."""
        return options[self.below(name, len(options), index)]

    def sample(self, name: str, options: Sequence[T], count: int) -> list[T]:
        """Distinct options in random order; at most as many as there are."""
        left = list(options)
        count = min(count, len(left))
        for i in range(count):
            j = i + self.below(name, len(left) - i, i)
            left[i], left[j] = left[j], left[i]
        return left[:count]

    def part(self, words: Sequence[object]) -> range:
        """The places of a list that this split may use: two thirds to train, the rest to test."""
        cut = len(words) * 2 // 3
        return range(cut, len(words)) if self.test else range(cut)

    def word(self, name: str, words: Sequence[object], index: int = 0) -> int:
        """The place of one word of this split's part."""
        return self.pick(name, self.part(words), index)

    def words(self, name: str, words: Sequence[object], count: int) -> list[int]:
        """Places of distinct words of this split's part."""
        return self.sample(name, self.part(words), count)
