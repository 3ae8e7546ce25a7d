"""Rivers and the borders of countries on land, as lines; after Natural Earth 1:10m."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

STEPS_PER_DEGREE = 4000  # to which corners are rounded: 28 m
LAKE = 100  # added to the rank of a line through a lake, which is not drawn


class Lines:
    """All lines: corner after corner, and where each line ends.

    Attributes:
        river, border: lines, each (C, 2) float64 lonlat. A river runs from its source.
        rank: (R,) of each river, 0 for the largest. in_lake: (R,) it only crosses a lake.
        name: (R,) of each river; "" where it has none.
    """

    def __init__(self, arrays: Any) -> None:
        self.river = unpacked_lines("river", arrays)
        self.border = unpacked_lines("border", arrays)
        rank = arrays["rank"].astype(np.int64)
        self.in_lake: NDArray[np.bool_] = rank >= LAKE
        self.rank: NDArray[np.int64] = rank % LAKE
        self.name = text_lines(arrays["names"])


def packed_lines(name: str, lines: Sequence[NDArray[np.float64]]) -> dict[str, Any]:
    """Arrays that `unpacked_lines` reads: corners as steps from one to the next."""
    whole = np.round(np.concatenate(lines) * STEPS_PER_DEGREE).astype(np.int32)
    steps = np.diff(whole, axis=0, prepend=np.zeros((1, 2), np.int32))
    ends = np.cumsum([len(line) for line in lines]).astype(np.int32)
    return {f"{name}_steps": steps, f"{name}_ends": ends}


def unpacked_lines(name: str, arrays: Any) -> list[NDArray[np.float64]]:
    """The lines of what `packed_lines` made."""
    corners = np.cumsum(arrays[f"{name}_steps"], 0, dtype=np.int64) / STEPS_PER_DEGREE
    return np.split(corners, arrays[f"{name}_ends"][:-1])


def text_lines(content: NDArray[np.uint8]) -> NDArray[np.object_]:
    """(N,) the lines of text that bytes hold, each as long as it is."""
    return np.array(content.tobytes().decode("utf-8").split("\n"), np.object_)
