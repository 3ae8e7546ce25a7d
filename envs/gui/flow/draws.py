"""Named draws of one episode, and the words that a split may use."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from vgym.core.keyed_sampler import NamedSampler


class Draws(NamedSampler):
    """Random choices that are functions of the episode's key and the choice's name.

    Args:
        key: the episode's.
        test: whether words come from the part of each list that training lacks.
    """

    def __init__(self, key: np.uint64, test: bool = False) -> None:
        super().__init__(key)
        self.test = test

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
