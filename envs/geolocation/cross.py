"""The mark on the hidden place: a white cross with a dark rim, open in the middle."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

_ARM = 26  # times which the picture's shorter side is longer than an arm
_INK, _RIM = (255, 255, 255), (20, 20, 20)


def draw_crosses(
    images: NDArray[np.uint8], xy: NDArray[np.float64], shown: NDArray[np.bool_]
) -> None:
    """Draw a cross into each picture.

    Args:
        images: (k, h, w, 3). xy: (k, 2) pixels of the middles; NaN where nothing is shown.
        shown: (k,) whether there is one.
    """
    height, width = images.shape[1:3]
    steps, colours = _stencil(max(3, min(height, width) // _ARM))
    rows = np.flatnonzero(shown)
    middle = np.floor(xy[rows]).astype(np.int64)
    at = middle[:, None] + steps
    inside = ((at >= 0) & (at < [width, height])).all(2)
    row, pixel = np.nonzero(inside)
    x, y = at[row, pixel].T
    images[rows[row], y, x] = colours[pixel]


@cache
def _stencil(arm: int) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    """Pixels (P, 2) of a cross whose arms are so long, x and y from its middle, and their colours
    (P, 3)."""
    reach = np.arange(-arm - 1, arm + 2)
    x, y = np.meshgrid(reach, reach)
    along, across = np.maximum(abs(x), abs(y)), np.minimum(abs(x), abs(y))
    thick, gap = arm // 12, max(1, arm // 4)
    ink = (across <= thick) & (gap <= along) & (along <= arm)
    rim = (across <= thick + 1) & (gap - 1 <= along) & (along <= arm + 1) & ~ink
    steps = np.concatenate([np.stack([x[part], y[part]], 1) for part in (rim, ink)])
    colours = np.repeat(np.array([_RIM, _INK], np.uint8), [rim.sum(), ink.sum()], 0)
    return steps, colours
