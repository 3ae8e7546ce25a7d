"""What an agent can do, and the two forms in which it says so.

A move has up to two corners, fractions of the current view. Two forms, of m moves:

| form         | space                        | a box                      | a point            |
| ------------ | ---------------------------- | -------------------------- | ------------------ |
| `continuous` | Box(0, 1, (5,))              | two corners, in any order  | the first corner   |
| `cells`      | MultiDiscrete([m, g x 4])    | first and last cell, both  | a cell's middle    |
|              |                              | included, in any order     |                    |

The first number is the move: of m equal parts of [0, 1], or 0 to m - 1. A number, such as a choice
of six, is the first corner's x, in as many equal parts.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import torch
from gymnasium import spaces
from torch import Tensor

from vgym.envs.zoom.types import MOST_CHOICES

MOVES = ("zoom", "about", "pan", "out", "undo", "answer")
ZOOM, ABOUT, PAN, OUT, UNDO, ANSWER = range(len(MOVES))
PAGE_MOVES = (*MOVES, "search", "open")  # where there are pages
SEARCH, OPEN = range(len(MOVES), len(PAGE_MOVES))


class Move(NamedTuple):
    """Moves of a batch, places as fractions of the view."""

    kind: Tensor  # (B,) int64 into MOVES, or PAGE_MOVES
    box: Tensor  # (B, 4) float64 xyxy, sorted
    point: Tensor  # (B, 2) float64

    def number(self, of: int) -> Tensor:
        """(B,) int64: which of so many numbers, from 0 on, is said."""
        return _part(self.point[:, 0], of)


@dataclass(frozen=True)
class MoveForm(ABC):
    """One form of moves.

    Args:
        grid: cells a side, where places are cells.
        moves: how many there are.
    """

    grid: int
    moves: int = len(MOVES)

    @abstractmethod
    def space(self) -> spaces.Space[Any]:
        """The action space of one environment."""

    @abstractmethod
    def decode(self, action: Tensor) -> Move:
        """The moves of a checked batch of actions."""

    @abstractmethod
    def at_box(self, kind: Tensor, box: Tensor, *, cover: bool) -> Tensor:
        """The actions that name boxes.

        Args:
            kind: (B,) moves. box: (B, 4) fractions, cut to [0, 1].
            cover: whether what is named must hold the box, as for a zoom; else it is the nearest.
        """

    @abstractmethod
    def at_point(self, kind: Tensor, point: Tensor) -> Tensor:
        """The actions that name points (B, 2), fractions, cut to [0, 1]."""

    def choosing(self, kind: Tensor, choice: Tensor, of: int = MOST_CHOICES) -> Tensor:
        """The actions that name a number (B,) int64 of so many."""
        point = ((choice + 0.5) / of)[:, None].double()
        return self.at_point(kind, torch.cat((point, torch.full_like(point, 0.5)), 1))


class Continuous(MoveForm):
    """Five fractions."""

    def space(self) -> spaces.Space[Any]:
        """Numbers of [0, 1]."""
        return spaces.Box(0.0, 1.0, (5,), np.float32)

    def decode(self, action: Tensor) -> Move:
        """As they are, corners sorted."""
        given = action.double()
        a, b = given[:, 1:3], given[:, 3:5]
        return Move(
            _part(given[:, 0], self.moves),
            torch.cat((torch.minimum(a, b), torch.maximum(a, b)), 1),
            a,
        )

    def at_box(self, kind: Tensor, box: Tensor, *, cover: bool) -> Tensor:
        """Both corners; float32 may be narrower than what is to be covered by a rounding."""
        first = (kind[:, None] + 0.5) / self.moves
        return torch.cat((first, box.clamp(0, 1)), 1).float()

    def at_point(self, kind: Tensor, point: Tensor) -> Tensor:
        """The point as both corners."""
        return self.at_box(kind, torch.cat((point, point), 1), cover=False)


class Cells(MoveForm):
    """A move and the columns and rows of two cells."""

    def space(self) -> spaces.Space[Any]:
        """Numbers of moves, columns and rows."""
        return spaces.MultiDiscrete([self.moves] + [self.grid] * 4)

    def decode(self, action: Tensor) -> Move:
        """The box that two cells span, the middle of the first."""
        a, b = action[:, 1:3].double(), action[:, 3:5].double()
        box = torch.cat((torch.minimum(a, b), torch.maximum(a, b) + 1), 1) / self.grid
        return Move(action[:, 0], box, (a + 0.5) / self.grid)

    def at_box(self, kind: Tensor, box: Tensor, *, cover: bool) -> Tensor:
        """The cells that the box touches, or those whose lines are nearest to its sides."""
        n = self.grid
        lines = box.clamp(0, 1) * n
        low, high = lines[:, :2], lines[:, 2:]
        if cover:
            first, last = low.floor(), high.ceil() - 1
        else:
            first, last = low.round(), high.round() - 1
            inner = ((low + high) / 2).floor()
            narrow = last < first
            first, last = torch.where(narrow, inner, first), torch.where(narrow, inner, last)
        last = torch.maximum(first, last)
        cells = torch.cat((first, last), 1).clamp(0, n - 1).long()
        return torch.cat((kind[:, None], cells), 1)

    def at_point(self, kind: Tensor, point: Tensor) -> Tensor:
        """The cell that it lies in, twice."""
        cell = (point.clamp(0, 1) * self.grid).floor().clamp(max=self.grid - 1).long()
        return torch.cat((kind[:, None], cell, cell), 1)


FORMS: dict[str, type[MoveForm]] = {"continuous": Continuous, "cells": Cells}


def _part(share: Tensor, parts: int) -> Tensor:
    """Which of so many equal parts of [0, 1]."""
    return (share * parts).floor().clamp(0, parts - 1).long()
