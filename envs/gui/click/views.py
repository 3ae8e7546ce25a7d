"""Where a captured screen lies in the frame: moved by the episode's key, as a window is dragged.

A control of a template stands at one place on every screen, so that words alone would tell where to
click. Shown at another place each time, its words tell what to look for and nothing more.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vgym.compiled import compiled
from vgym.core.keys import stream, uniform

# How much of a larger screen fits the frame at once, pixels: letters are as large as on a laptop.
PART_HW = (800, 1280)
_LEAST_SHOWN = 0.65  # of the screen, or of the frame where that is smaller, along each side
_ACROSS, _DOWN = stream("gui view across"), stream("gui view down")


@compiled
def moved(
    keys: NDArray[np.uint64],
    shown_hw: NDArray[np.int64],
    keep: NDArray[np.float32],
    target: NDArray[np.float32],
    height: int,
    width: int,
) -> NDArray[np.int64]:
    """Where the screens' upper left corners come to lie.

    Every place is as likely as any other at which what is kept is whole in the frame and at least
    `_LEAST_SHOWN` of the screen shows along each side.

    Args:
        keys: (k,) of the episodes.
        shown_hw: (k, 2) sizes of the scaled screens, pixels.
        keep: (k, 4) xyxy, pixels of the scaled screens: what the words name.
        target: (k, 4) likewise: kept where all that is named is too large for the frame; of what is
            too large itself the middle is shown.
        height, width: of the frame.

    Returns:
        (k, 2) x, y, negative where the screen begins left of the frame or above it.
    """
    corners = np.empty((keys.shape[0], 2), np.int64)
    for i in range(keys.shape[0]):
        for side in range(2):
            frame = height if side else width
            kept = keep[i] if keep[i, side + 2] - keep[i, side] <= frame else target[i]
            share = uniform(keys[i], _DOWN if side else _ACROSS, 0)
            corners[i, side] = _along(
                share, shown_hw[i, 1 - side], kept[side], kept[side + 2], frame
            )
    return corners


@compiled
def _along(share: float, shown: int, start: float, end: float, frame: int) -> int:
    """A corner's place along one side."""
    least = _LEAST_SHOWN * min(shown, frame)
    low = np.ceil(max(least - shown, -start))
    high = np.floor(min(frame - least, frame - end))
    if low > high:
        return int(np.floor((frame - start - end) / 2))
    return int(low + np.floor(share * (high - low + 1)))
