"""Action forms: how an agent says a point, a box or a set of boxes. One table serves every id.

Whatever the form, an answer becomes *fractions*: float32 ``(B, slots, 2 or 4)`` of the picture's
width and height, plus which slots are used. Box corners come in any order and are sorted; a box of
zero area is legal.

| form           | point                | box                          | boxes (``slots`` of them) |
| -------------- | -------------------- | ---------------------------- | ------------------------- |
| ``continuous`` | Box(0, 1, (2,))      | Box(0, 1, (4,))              | Box(0, 1, (slots, 5))     |
| ``symmetric``  | Box(-1, 1, (2,))     | Box(-1, 1, (4,))             | Box(-1, 1, (slots, 5))    |
| ``grid``       | Discrete(n * n)      | MultiDiscrete of two cells   | MultiDiscrete, 3 a slot   |
| ``pixel``      | MultiDiscrete (W, H) | MultiDiscrete of two corners | MultiDiscrete, 5 a slot   |

The fifth number of a slot says if the slot is used: more than half of its range means yes.

A grid whose cells are larger than a target cannot say where it is: `cells_for` tells how many it
needs.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import torch
from gymnasium import spaces
from torch import Tensor

from vgym.geometry.conventions import Frame

ANSWERS = ("point", "box", "boxes")
USUAL_CELLS, MOST_CELLS = 16, 256  # a side of the ``grid`` form


@dataclass(frozen=True)
class ActionForm(ABC):
    """One form of one kind of answer.

    Args:
        answer: ``"point"``, ``"box"`` or ``"boxes"``.
        size_hw: the picture's height and width in pixels.
        slots: how many boxes a set may hold.
        grid: cells a side of the ``grid`` form.
    """

    answer: str
    size_hw: tuple[int, int]
    slots: int = 1
    grid: int = USUAL_CELLS
    frame: ClassVar[Frame] = "fraction"  # what an answer is written in, for hints

    @property
    def numbers(self) -> int:
        """Coordinates a slot holds: 2 for a point, 4 for a box."""
        return 2 if self.answer == "point" else 4

    @property
    def is_set(self) -> bool:
        """Whether an answer holds several, each with a number that says if it counts."""
        return self.answer == "boxes"

    @abstractmethod
    def space(self) -> spaces.Space[Any]:
        """The action space of one environment; see the table of the module."""

    @abstractmethod
    def decode(self, action: Tensor) -> tuple[Tensor, Tensor]:
        """Fractions (B, slots, 2 or 4) and the used slots (B, slots) of a checked batch."""

    @abstractmethod
    def encode(self, fractions: Tensor, used: Tensor) -> Tensor:
        """The action whose decoding is nearest to the given fractions: what oracles answer with."""

    def _used_or_one(self, batch: int, device: torch.device) -> Tensor:
        return torch.ones(batch, 1, dtype=torch.bool, device=device)


class Continuous(ActionForm):
    """Fractions of width and height in [0, 1]."""

    low = 0.0

    def space(self) -> spaces.Space[Any]:
        """Numbers of [low, 1]."""
        shape = (self.slots, 5) if self.is_set else (self.numbers,)
        return spaces.Box(self.low, 1.0, shape, np.float32)

    def decode(self, action: Tensor) -> tuple[Tensor, Tensor]:
        """Stretched back to [0, 1]."""
        unit = (action - self.low) / (1.0 - self.low)
        if self.is_set:
            return unit[..., :4], unit[..., 4] > 0.5
        return unit[:, None], self._used_or_one(len(unit), unit.device)

    def encode(self, fractions: Tensor, used: Tensor) -> Tensor:
        """Fractions cut to [0, 1]; unused slots are all low."""
        scaled = fractions.clamp(0, 1) * (1.0 - self.low) + self.low
        if self.is_set:
            flag = torch.where(used, 1.0, self.low).to(scaled.dtype)
            scaled = torch.where(used[..., None], scaled, scaled.new_tensor(self.low))
            return torch.cat([scaled, flag[..., None]], dim=-1)
        return scaled[:, 0]


class Symmetric(Continuous):
    """The same fractions stretched over [-1, 1], the range Stable-Baselines3 asks for."""

    low = -1.0


class Grid(ActionForm):
    """Cells of an n x n grid, row by row: a point is a cell's centre, a box spans two cells."""

    def space(self) -> spaces.Space[Any]:
        """Numbers of cells."""
        cells = self.grid * self.grid
        if self.is_set:
            return spaces.MultiDiscrete([cells, cells, 2] * self.slots)
        return spaces.Discrete(cells) if self.numbers == 2 else spaces.MultiDiscrete([cells, cells])

    def decode(self, action: Tensor) -> tuple[Tensor, Tensor]:
        """Centres of cells, or the box that two cells span."""
        if self.answer == "point":
            return self._cell(action, 0.5)[:, None], self._used_or_one(len(action), action.device)
        cells = action.reshape(len(action), -1, 3 if self.is_set else 2)
        corners_a, corners_b = self._cell(cells[..., 0], 0.0), self._cell(cells[..., 1], 0.0)
        low, high = torch.minimum(corners_a, corners_b), torch.maximum(corners_a, corners_b)
        boxes = torch.cat([low, high + 1 / self.grid], dim=-1)
        if self.is_set:
            return boxes, cells[..., 2] == 1
        return boxes, self._used_or_one(len(action), action.device)

    def encode(self, fractions: Tensor, used: Tensor) -> Tensor:
        """The cell of a point; the cells whose span is nearest to a box."""
        n = self.grid
        if self.answer == "point":
            cell = (fractions[:, 0] * n).floor().clamp(0, n - 1).long()
            return cell[..., 1] * n + cell[..., 0]
        # The grid lines nearest to the box's own sides; where they fall together, one cell.
        lines = (fractions * n).round()
        low, high = lines[..., :2], lines[..., 2:]
        middle = ((fractions[..., :2] + fractions[..., 2:]) / 2 * n).floor()
        narrow = high <= low
        low = torch.where(narrow, middle, low).clamp(0, n - 1).long()
        high = torch.where(narrow, middle, high - 1).clamp(0, n - 1).long()
        cells = torch.stack([c[..., 1] * n + c[..., 0] for c in (low, high)], dim=-1)
        if self.is_set:
            triples = torch.cat([cells, used[..., None].long()], dim=-1)
            return torch.where(used[..., None], triples, torch.zeros_like(triples)).flatten(1)
        return cells[:, 0]

    def _cell(self, cell: Tensor, offset: float) -> Tensor:
        column, row = cell % self.grid, cell // self.grid
        return (torch.stack([column, row], dim=-1).float() + offset) / self.grid


class Pixel(ActionForm):
    """Whole pixels of the shown picture: a point is a pixel's centre, a corner its edge."""

    frame = "pixels"

    def space(self) -> spaces.Space[Any]:
        """Numbers of pixels."""
        h, w = self.size_hw
        if self.answer == "point":
            return spaces.MultiDiscrete([w, h])
        corner = [w + 1, h + 1, w + 1, h + 1]
        return spaces.MultiDiscrete([*corner, 2] * self.slots if self.is_set else corner)

    def decode(self, action: Tensor) -> tuple[Tensor, Tensor]:
        """Centres of pixels; corners lie on their edges."""
        if self.answer == "point":
            unit = (action.float() + 0.5) / self._scale(action.device)[:2]
            return unit[:, None], self._used_or_one(len(action), action.device)
        slots = action.reshape(len(action), -1, 5 if self.is_set else 4)
        boxes = slots[..., :4].float() / self._scale(action.device)
        if self.is_set:
            return boxes, slots[..., 4] == 1
        return boxes, self._used_or_one(len(action), action.device)

    def encode(self, fractions: Tensor, used: Tensor) -> Tensor:
        """The pixel of a point; the corners rounded to edges."""
        scale = self._scale(fractions.device)
        if self.answer == "point":
            pixel = (fractions[:, 0] * scale[:2]).floor()
            return torch.minimum(pixel, scale[:2] - 1).clamp(min=0).long()
        corners = torch.minimum((fractions * scale).round().clamp(min=0), scale).long()
        if self.is_set:
            slots = torch.cat([corners, used[..., None].long()], dim=-1)
            return torch.where(used[..., None], slots, torch.zeros_like(slots)).flatten(1)
        return corners[:, 0]

    def _scale(self, device: torch.device) -> Tensor:
        h, w = self.size_hw
        return torch.tensor([w, h, w, h], dtype=torch.float32, device=device)


FORMS: dict[str, Callable[..., ActionForm]] = {
    "continuous": Continuous,
    "symmetric": Symmetric,
    "grid": Grid,
    "pixel": Pixel,
}


def cells_for(answer: str, smallest: float) -> int:
    """Cells a side of the coarsest grid in which every target can be answered.

    Args:
        answer: a kind of answer.
        smallest: the smallest target's side, as a share of the picture's.

    Returns:
        For points as many as put a cell's middle into each target. For boxes as many as frame it
        with an IoU of 0.5 though either side is off by half a cell: by sqrt(0.5) along each axis.

    >>> cells_for("point", 0.125), cells_for("box", 0.125)
    (8, 28)
    """
    share = smallest if answer == "point" else smallest * (1 - math.sqrt(0.5))
    return math.ceil(1 / share)
