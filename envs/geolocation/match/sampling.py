"""The pixels of a frame: fetched from a picture that is about as fine, and tinted."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vgym.compiled import compiled

AS_IT_IS = np.eye(3, 4, dtype=np.float32)


def curve(bend: float) -> NDArray[np.uint8]:
    """(256,) what becomes of each level of brightness.

    Args:
        bend: exponent; 1 changes nothing, more makes darker.
    """
    return np.round(255 * (np.arange(256) / 255) ** bend).astype(np.uint8)


@compiled
def fetch(
    source: NDArray[np.uint8],
    ahead: NDArray[np.float64],
    tint: NDArray[np.float32],
    levels: NDArray[np.uint8],
    image: NDArray[np.uint8],
) -> None:
    """Mix the four nearest pixels of a picture; beyond its edge stands what is at it.

    Args:
        source: (H, W, 3). ahead: (2, 3) from places of the image to those of the source.
        tint: (3, 4) colours made of red, green, blue and 1. levels: (256,) of their brightness.
        image: (h, w, 3), written.
    """
    last_x, last_y = source.shape[1] - 1, source.shape[0] - 1
    colour = np.empty(3, np.float32)
    half, most = np.float32(0.5), np.float32(255)
    for i in range(image.shape[0]):
        for j in range(image.shape[1]):
            x = ahead[0, 0] * (j + 0.5) + ahead[0, 1] * (i + 0.5) + ahead[0, 2] - 0.5
            y = ahead[1, 0] * (j + 0.5) + ahead[1, 1] * (i + 0.5) + ahead[1, 2] - 0.5
            x, y = min(max(x, 0.0), float(last_x)), min(max(y, 0.0), float(last_y))
            left, top = int(x), int(y)
            right, below = min(left + 1, last_x), min(top + 1, last_y)
            across, down = np.float32(x - left), np.float32(y - top)
            for c in range(3):
                upper = np.float32(source[top, left, c])
                upper += (np.float32(source[top, right, c]) - upper) * across
                lower = np.float32(source[below, left, c])
                lower += (np.float32(source[below, right, c]) - lower) * across
                colour[c] = upper + (lower - upper) * down
            for c in range(3):
                mixed = tint[c, 3] + half
                for k in range(3):
                    mixed += tint[c, k] * colour[k]
                image[i, j, c] = levels[int(min(max(mixed, np.float32(0)), most))]
