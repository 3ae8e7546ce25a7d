"""Memory that is new to the caller without being new to the machine."""

from __future__ import annotations

import sys
from typing import Any

import numpy as np
from numpy.typing import NDArray

LARGE = 2**20  # bytes; smaller arrays come from the heap, which does this itself
KEPT = 6  # what a loop holds at once: two observations, two final ones, what is drawn on, a spare


class FreshMemory:
    """Hands out arrays that nobody else holds, and takes them back when nobody holds them any more.

    A batch of pictures that is allocated and freed at every step costs several times more in page
    faults than it takes to fill. Whoever keeps an array, or any view of it, keeps its memory.

    >>> memory = FreshMemory()
    >>> a, b = memory.empty((1024, 1024), np.uint8), memory.empty((1024, 1024), np.uint8)
    >>> np.shares_memory(a, b)
    False
    >>> view = a[:10]
    >>> del a, b
    >>> np.shares_memory(view, memory.empty((1024, 1024), np.uint8))
    False
    """

    def __init__(self) -> None:
        self._owners: list[NDArray[Any]] = []
        # How often an array of the list is counted when nobody outside refers to it.
        self._owners.append(np.empty(0, np.uint8))
        self._alone = self._holders(0)
        self._owners.clear()

    def empty(self, shape: tuple[int, ...], dtype: Any) -> NDArray[Any]:
        """An array of any contents."""
        for n in range(len(self._owners)):  # by number: a loop variable would count as a holder
            fits = self._owners[n].shape == shape and self._owners[n].dtype == dtype
            if fits and self._holders(n) == self._alone:
                return self._owners[n].view()
        made = np.empty(shape, dtype)
        if made.nbytes < LARGE or len(self._owners) >= KEPT:
            return made
        self._owners.append(made)
        return made.view()

    def _holders(self, n: int) -> int:
        """References to an array of the list: its views, and their views, each hold one."""
        return sys.getrefcount(self._owners[n])
