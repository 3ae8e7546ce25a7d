"""A stack of pages, laid out as one contact sheet in an order that is of the episode alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from vgym.compiled import compiled
from vgym.core.keys import below, bits, stream
from vgym.envs.zoom.sources.pages.desk import page_of
from vgym.envs.zoom.sources.pages.documents import HEIGHT, WIDTH

FEWEST = 20  # pages of the smallest stack
GAP = 80  # px between pages, and about them
# px of a page, xyxy, within which it is printed
PRINTED = (90.0, 100.0, WIDTH - 90.0, HEIGHT - 100.0)
_ORDER, _SLOT = stream("order"), stream("slot")


@dataclass(frozen=True)
class Stack:
    """So many pages of a split, in rows, one after the other.

    Attributes:
        first, count: the pages of the split.
        pages: how many are in the stack.
    """

    first: int
    count: int
    pages: int

    @property
    def columns(self) -> int:
        """Pages a row: as many as make the sheet about as wide as high."""
        return int(np.ceil((self.pages * (HEIGHT + GAP) / (WIDTH + GAP)) ** 0.5))

    @property
    def size(self) -> tuple[int, int]:
        """Width and height, px."""
        rows = -(-self.pages // self.columns)
        return self.columns * (WIDTH + GAP) + GAP, rows * (HEIGHT + GAP) + GAP

    def corners(self) -> NDArray[np.int64]:
        """(n, 2) where the pages lie, x and y."""
        row, column = np.divmod(np.arange(self.pages), self.columns)
        return np.stack([GAP + column * (WIDTH + GAP), GAP + row * (HEIGHT + GAP)], 1)

    def nearest(self, places: Tensor) -> Tensor:
        """(B,) int64: the places in the stack of the pages at which pixels (B, 2) lie."""
        column, row = ((places - GAP / 2) // places.new_tensor([WIDTH + GAP, HEIGHT + GAP])).T
        place: Tensor = row.clamp(min=0) * self.columns + column.clamp(0, self.columns - 1)
        return place.clamp(max=self.pages - 1).long()

    def stacked(self, pictures: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """(k, n) the pages of pictures by their places, and (k,) the place of the one that is
        asked about."""
        asked = self.first + (page_of(pictures) - self.first) % self.count
        found = np.empty((len(pictures), self.pages), np.int64)
        place = np.empty(len(pictures), np.int64)
        _stacked(pictures, asked, self.first, self.count, found, place)
        return found, place


def stack_at(difficulty: float, pages: range) -> Stack:
    """From `FEWEST` pages to all of the split."""
    few = min(FEWEST, len(pages))
    return Stack(pages.start, len(pages), few + round(difficulty * (len(pages) - few)))


@compiled
def _stacked(
    pictures: NDArray[np.int64],
    asked: NDArray[np.int64],
    first: int,
    count: int,
    found: NDArray[np.int64],
    place: NDArray[np.int64],
) -> None:
    number = found.shape[1]
    deck = np.empty(count, np.int64)
    for i in range(len(pictures)):
        key = bits(np.uint64(pictures[i]), _ORDER, 0)
        # The page asked about is drawn first, the others by Fisher and Yates.
        for j in range(count):
            deck[j] = first + j
        deck[asked[i] - first], deck[0] = first, asked[i]
        for j in range(1, number):
            other = j + below(key, _ORDER, j, count - j)
            deck[j], deck[other] = deck[other], deck[j]
        slot = below(key, _SLOT, 0, number)
        deck[0], deck[slot] = deck[slot], deck[0]
        for j in range(number):
            found[i, j] = deck[j]
        place[i] = slot
