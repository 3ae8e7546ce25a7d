"""A dictionary that forgets what was used longest ago."""

from __future__ import annotations

from collections import OrderedDict
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Memory(OrderedDict[K, V], Generic[K, V]):
    """The most recently used values, at most so many."""

    def __init__(self, most: int) -> None:
        super().__init__()
        self.most = most

    def recall(self, key: K) -> V | None:
        """The value kept under a key, which is then the last to be forgotten."""
        value = self.get(key)
        if value is not None:
            self.move_to_end(key)
        return value

    def keep(self, key: K, value: V) -> V:
        """Keep a value; forgets the one that was used longest ago where there are too many."""
        self[key] = value
        if len(self) > self.most:
            self.popitem(last=False)
        return value
