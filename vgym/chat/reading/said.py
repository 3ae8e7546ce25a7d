"""What was read out of a model's text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

Ask = Literal["box", "point", "boxes", "points", "text", "calls"]
ASKS: tuple[str, ...] = get_args(Ask)


@dataclass(frozen=True)
class Call:
    """A call of a tool.

    Args:
        name: of the tool.
        arguments: by name, plain JSON values; places are still in the dialect's own numbers.
    """

    name: str
    arguments: Mapping[str, object] = field(default_factory=dict)


def _none(columns: int) -> NDArray[np.float64]:
    return np.zeros((0, columns))


@dataclass(frozen=True)
class Reading:
    """What a text says, or why it says nothing.

    Args:
        boxes: (N, 4) x0, y0, x1, y1, pixels of the picture that was given; not clipped to it.
        points: (N, 2) x, y, pixels of it; of boxes, their centres.
        labels: (N,) words that stand with the places, empty where none do.
        calls: calls of tools, in order.
        text: the answer, without thoughts.
        error: why nothing was read, as a clause; empty if something was.
    """

    boxes: NDArray[np.float64] = field(default_factory=lambda: _none(4))
    points: NDArray[np.float64] = field(default_factory=lambda: _none(2))
    labels: tuple[str, ...] = ()
    calls: tuple[Call, ...] = ()
    text: str = ""
    error: str = ""

    @property
    def ok(self) -> bool:
        """Whether what was asked for was read."""
        return not self.error
