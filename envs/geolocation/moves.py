"""What can be done in a turn, and the two forms in which it is said where there are several turns.

| form          | space                        | a number                                          |
| ------------- | ---------------------------- | ------------------------------------------------- |
| `moves`       | Box(0, 1, (5,))              | a share of its range                              |
| `moves-cells` | MultiDiscrete([4, g, g, g, g]) | one of g parts of it                            |

The first number is the move, of `MOVES`. The others say what of:

| move     | numbers                                                                           |
| -------- | --------------------------------------------------------------------------------- |
| `look`   | a point of the view that becomes its middle, right and down; how much nearer, from  |
|          | 4 times as wide to 4 times as narrow; how far to turn, from -180 to 180 degrees   |
| `layer`  | which map, in equal parts                                                         |
| `lookup` | which name of `lookups`: its place in the list (cells: all four as one number)    |
| `guess`  | a point of the equal-area square of `answers` (cells: the last two say which part of |
|          | the part)                                                                         |

In the middle of their range nothing is zoomed, and nothing turned.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import torch
from gymnasium import spaces
from numpy.typing import NDArray
from torch import Tensor

from vgym.envs.geolocation.answers import from_square, to_square
from vgym.envs.geolocation.types import LOOKS

MOVES = ("look", "layer", "lookup", "guess")
LOOK, LAYER, LOOKUP, GUESS = range(len(MOVES))
ZOOM = 4.0  # times as wide or as narrow, at most


class Move(NamedTuple):
    """Moves of a batch; what is not of a row's move may be anything."""

    kind: Tensor  # (B,) int64 into MOVES
    point: Tensor  # (B, 2) float64 fractions of the view
    zoom: Tensor  # (B,) float64 times as wide
    turn_deg: Tensor  # (B,) float64 clockwise
    layer: Tensor  # (B,) int64 into LOOKS
    name: Tensor  # (B,) int64 which name
    lonlat: Tensor  # (B, 2) float64 the guess


@dataclass(frozen=True)
class MoveForm(ABC):
    """One form of moves.

    Args:
        grid: parts of a number, where they are counted. names: how many can be looked up.
    """

    grid: int
    names: int

    @abstractmethod
    def space(self) -> spaces.Space[Any]:
        """The action space of one environment."""

    @abstractmethod
    def decode(self, action: Tensor) -> Move:
        """The moves of a checked batch of actions."""

    @abstractmethod
    def guessing(self, lonlat: Tensor) -> Tensor:
        """The actions that guess places (B, 2)."""

    @abstractmethod
    def looking(
        self, point: tuple[float, float], wide: float, turn_deg: float
    ) -> NDArray[np.generic]:
        """The action that makes a point of the view its middle.

        Args:
            point: fractions. wide: how many times as wide the view becomes, at most `ZOOM`.
            turn_deg: clockwise, -180 to 180.
        """

    @abstractmethod
    def numbered(self, kind: int, number: int, of: int) -> NDArray[np.generic]:
        """The action of a move that names a number of so many: a layer, or a name."""


class Shares(MoveForm):
    """Five shares."""

    def space(self) -> spaces.Space[Any]:
        """Numbers of [0, 1]."""
        return spaces.Box(0.0, 1.0, (5,), np.float32)

    def decode(self, action: Tensor) -> Move:
        """Shares of their ranges."""
        given = action.double()
        a, b = given[:, 1], given[:, 3]
        return Move(
            kind=_part(given[:, 0], len(MOVES)),
            point=given[:, 1:3],
            zoom=ZOOM ** (1 - 2 * b),
            turn_deg=360 * (given[:, 4] - 0.5),
            layer=_part(a, len(LOOKS)),
            name=_part(a, self.names),
            lonlat=from_square(given[:, 1:3]),
        )

    def guessing(self, lonlat: Tensor) -> Tensor:
        """The point of the square; the other numbers in the middle."""
        square = to_square(lonlat)
        kind = torch.full_like(square[:, :1], (GUESS + 0.5) / len(MOVES))
        return torch.cat((kind, square, torch.full_like(square, 0.5)), 1).float()

    def looking(
        self, point: tuple[float, float], wide: float, turn_deg: float
    ) -> NDArray[np.generic]:
        """Shares of the ranges."""
        zoom = (1 - math.log(wide, ZOOM)) / 2
        return self._shares(LOOK, *point, zoom, turn_deg / 360 + 0.5)

    def numbered(self, kind: int, number: int, of: int) -> NDArray[np.generic]:
        """The middle of the number's part."""
        return self._shares(kind, (number + 0.5) / of, 0.5, 0.5, 0.5)

    def _shares(self, kind: int, *shares: float) -> NDArray[np.generic]:
        return np.array([(kind + 0.5) / len(MOVES), *shares], np.float32).clip(0, 1)


class Parts(MoveForm):
    """A move and four whole numbers."""

    def space(self) -> spaces.Space[Any]:
        """Numbers of moves and parts."""
        return spaces.MultiDiscrete([len(MOVES)] + [self.grid] * 4)

    def decode(self, action: Tensor) -> Move:
        """The middles of parts; zoom and turn in steps from none."""
        g, parts = self.grid, action[:, 1:]
        steps = (parts[:, 2:] - g // 2).double() / g
        weights = torch.tensor([g**3, g**2, g, 1], device=action.device)
        fine = (parts[:, :2] * g + parts[:, 2:] + 0.5) / g**2
        return Move(
            kind=action[:, 0],
            point=(parts[:, :2] + 0.5).double() / g,
            zoom=ZOOM ** (-2 * steps[:, 0]),
            turn_deg=360 * steps[:, 1],
            layer=parts[:, 0] % len(LOOKS),
            name=(parts * weights).sum(1) % self.names,
            lonlat=from_square(fine.double()),
        )

    def guessing(self, lonlat: Tensor) -> Tensor:
        """The part of a part that holds the place."""
        g = self.grid
        fine = (to_square(lonlat) * g**2).floor().clamp(0, g**2 - 1).long()
        kind = torch.full_like(fine[:, :1], GUESS)
        return torch.cat((kind, fine // g, fine % g), 1)

    def looking(
        self, point: tuple[float, float], wide: float, turn_deg: float
    ) -> NDArray[np.generic]:
        """The part of the point, and the nearest steps."""
        g = self.grid
        steps = (-math.log(wide, ZOOM) / 2 * g, turn_deg / 360 * g)
        parts = [int(share * g) for share in point] + [round(step) + g // 2 for step in steps]
        return np.array([LOOK, *np.clip(parts, 0, g - 1)], np.int64)

    def numbered(self, kind: int, number: int, of: int) -> NDArray[np.generic]:
        """A layer by the first number, a name by all four."""
        g = self.grid
        if kind == LAYER:
            return np.array([kind, number, 0, 0, 0], np.int64)
        return np.array([kind, *(number // g**power % g for power in (3, 2, 1, 0))], np.int64)


FORMS: dict[str, type[MoveForm]] = {"moves": Shares, "moves-cells": Parts}


def guessed(lonlat: Tensor) -> Move:
    """The move of those who have one turn: a guess of places (B, 2)."""
    number = torch.zeros(len(lonlat), dtype=torch.int64, device=lonlat.device)
    real = torch.zeros(len(lonlat), dtype=torch.float64, device=lonlat.device)
    return Move(number + GUESS, lonlat * 0, real + 1, real, number, number, lonlat)


def _part(share: Tensor, parts: int) -> Tensor:
    """Which of so many equal parts of [0, 1]."""
    return (share * parts).floor().clamp(0, parts - 1).long()
