"""Action forms: four numbers say what is done, where, and which text, key or direction is meant.

| number | says |
| --- | --- |
| kind | 0 click, 1 type, 2 key, 3 scroll, 4 back |
| x, y | where a click lands; other kinds ignore it |
| which | type: the text of the instruction, from 0; key: 0 enter, 1 escape, 2 tab, 3 backspace, 4 delete; scroll: 0 up, else down |

| form | space |
| --- | --- |
| ``grid`` | ``MultiDiscrete([5, columns, rows, 5])``: cells of about the height of a letter |
| ``pixel`` | ``MultiDiscrete([5, width, height, 5])`` |
| ``continuous`` | ``Box(0, 1, (4,))``: fractions; a fifth of the range for each kind and number |
| ``symmetric`` | the same over [-1, 1] |
"""  # noqa: E501

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import torch
from gymnasium import spaces
from torch import Tensor

from vgym.envs.gui.flow.desktop import Desktop
from vgym.envs.gui.flow.model import KEYS, KINDS

WHICH = len(KEYS)  # how many texts, keys or directions can be told apart


class Act(NamedTuple):
    """One action: its kind, its place as fractions of width and height, and which is meant."""

    kind: int
    x: float
    y: float
    which: int


class FlowForm:
    """One form of action.

    Args:
        name: "grid", "pixel", "continuous" or "symmetric".
        size_hw: of the observed picture. desktop: which decides the grid's cells.
    """

    def __init__(self, name: str, size_hw: tuple[int, int], desktop: Desktop) -> None:
        self.name = name
        self.low = -1.0 if name == "symmetric" else 0.0
        height, width = size_hw
        letter = desktop.sizes.text
        cells = (-(-desktop.width // letter), -(-desktop.height // letter))
        self.cells = cells if name == "grid" else (width, height)  # columns and rows

    @property
    def discrete(self) -> bool:
        """Whether actions are whole numbers."""
        return self.name in ("grid", "pixel")

    def space(self) -> spaces.Space[Any]:
        """The action space."""
        if self.discrete:
            return spaces.MultiDiscrete([len(KINDS), *self.cells, WHICH])
        return spaces.Box(self.low, 1.0, (4,), np.float32)

    def decode(self, action: Tensor) -> list[Act]:
        """The acts of a checked batch (B, 4)."""
        numbers = action.cpu().to(torch.float64)
        if self.discrete:
            kinds, which = numbers[:, 0], numbers[:, 3]
            xy = (numbers[:, 1:3] + 0.5) / torch.tensor(self.cells, dtype=torch.float64)
        else:
            numbers = (numbers - self.low) / (1 - self.low)
            kinds = (numbers[:, 0] * len(KINDS)).floor().clamp(max=len(KINDS) - 1)
            which = (numbers[:, 3] * WHICH).floor().clamp(max=WHICH - 1)
            xy = numbers[:, 1:3]
        rows = torch.cat((kinds[:, None], xy, which[:, None]), 1).tolist()
        return [Act(int(k), x, y, int(w)) for k, x, y, w in rows]

    def encode(self, acts: list[Act]) -> Tensor:
        """The actions (B, 4) whose decoding is nearest to the acts."""
        columns, rows = self.cells
        if self.discrete:
            whole = [
                [
                    a.kind,
                    min(int(a.x * columns), columns - 1),
                    min(int(a.y * rows), rows - 1),
                    a.which,
                ]
                for a in acts
            ]
            return torch.tensor(whole, dtype=torch.int64)
        unit = torch.tensor(
            [[(a.kind + 0.5) / len(KINDS), a.x, a.y, (a.which + 0.5) / WHICH] for a in acts],
            dtype=torch.float32,
        )
        return unit * (1 - self.low) + self.low
