"""A page being laid out: its canvas, its keyed choices, and how many controls it may still have."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from vgym.compiled import compiled
from vgym.core.keys import below, stream, subkey, uniform
from vgym.envs.gui.synthetic.words import Tool, tools, words
from vgym.envs.gui.toolkit.canvas import Box, Canvas

Item = TypeVar("Item")
_CHOICE, _PICTURE, _ORDER = stream("gui choice"), stream("gui picture"), stream("gui order")


class Sketch:
    """What layouts draw through: every choice comes from the key, in the order it is asked for.

    Args:
        canvas: where to draw.
        key: of the page.
        split: whose words are shown.
        budget: controls the page may have.
    """

    def __init__(self, canvas: Canvas, key: np.uint64, split: str, budget: int) -> None:
        self.canvas = canvas
        self.split = split
        self.budget = budget
        self._key = key
        self._asked = 0
        self._decks: dict[str, list[int]] = {}

    def chance(self, share: float) -> bool:
        """True in that share of cases."""
        return self.share() < share

    def share(self) -> float:
        """A number in [0, 1)."""
        self._asked += 1
        return uniform(self._key, _CHOICE, self._asked)

    def between(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both possible; `low` where they cross."""
        return low + int(self.share() * max(1, high - low + 1))

    def pick(self, items: Sequence[Item]) -> Item:
        """One of the items."""
        return items[int(self.share() * len(items))]

    def weighted(self, items: Sequence[Item], weights: Sequence[float]) -> Item:
        """One of the items, each as likely as its weight says."""
        at, number = self.share() * sum(weights), 0
        while number < len(items) - 1 and at >= weights[number]:
            at -= weights[number]
            number += 1
        return items[number]

    def several(self, items: Sequence[Item], count: int) -> list[Item]:
        """Different items in random order; all of them if there are fewer."""
        self._asked += 1
        order = _shuffled(subkey(self._key, self._asked), len(items))
        return [items[n] for n in order[:count].tolist()]

    def word(self, kind: str) -> str:
        """The next word of a list of `vgym.envs.gui.synthetic.words`.

        Each page has the list in an order of its own, and no word twice before all were had.
        """
        return self._deal(kind, words(kind, self.split))

    def words(self, kind: str, count: int) -> list[str]:
        """The next words of a list, all different; at most as many as it has."""
        return [self.word(kind) for _ in range(min(count, len(words(kind, self.split))))]

    def tools(self, count: int) -> list[Tool]:
        """The next icons with names, all different; at most as many as there are."""
        known = tools(self.split)
        return [self._deal("tool", known) for _ in range(min(count, len(known)))]

    def _deal(self, kind: str, items: tuple[Item, ...]) -> Item:
        deck = self._decks.get(kind)
        if not deck:
            self._decks[kind] = deck = self.several(range(len(items)), len(items))
        return items[deck.pop()]

    def person(self) -> str:
        """A first and a last name."""
        return f"{self.word('first')} {self.word('last')}"

    def picture_key(self) -> np.uint64:
        """A key for a thumbnail."""
        self._asked += 1
        return subkey(self._key ^ _PICTURE, self._asked)

    @property
    def left(self) -> int:
        """Controls that the page may still have."""
        return max(0, self.budget - len(self.canvas.controls))

    def until(self, quota: int) -> int:
        """The number of controls at which a panel that may add `quota` must stop."""
        return len(self.canvas.controls) + min(quota, self.left)

    def full(self, stop: int) -> bool:
        """Whether a panel's last control has been drawn."""
        return len(self.canvas.controls) >= stop


@compiled
def _shuffled(key: np.uint64, count: int) -> NDArray[np.int64]:
    """The numbers under `count` in random order."""
    order = np.arange(count)
    for n in range(count - 1, 0, -1):
        other = below(key, _ORDER, n, n + 1)
        order[n], order[other] = order[other], order[n]
    return order


def inset(box: Box, by: int) -> Box:
    """A box shrunk on all sides, never inside out."""
    by = max(0, min(by, (box[2] - box[0]) // 2, (box[3] - box[1]) // 2))
    return box[0] + by, box[1] + by, box[2] - by, box[3] - by


def split_left(box: Box, width: int) -> tuple[Box, Box]:
    """A box's left part of a width, and the rest."""
    x = max(box[0], min(box[0] + width, box[2]))
    return (box[0], box[1], x, box[3]), (x, box[1], box[2], box[3])


def split_top(box: Box, height: int) -> tuple[Box, Box]:
    """A box's upper part of a height, and the rest."""
    y = max(box[1], min(box[1] + height, box[3]))
    return (box[0], box[1], box[2], y), (box[0], y, box[2], box[3])
