"""Crops that can be placed: with something in them, and unlike the rest of their tile."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from vgym.core.opencv import cv2

PREVIEW = 72  # pixels of a tile's shorter side, in which crops are judged
MOST_ALIKE = 0.75  # correlation with another part of the tile, in any of four positions
_FLAT = 0.4  # of the least texture: what flatter parts are taken to have
_APART = 0.5  # of the crop's side, from which on a part is another


def distinct(
    preview: NDArray[np.float32], middle: NDArray[np.float64], side: float, least: float
) -> float:
    """How well a square crop can be told from the rest of its tile: above 0 if it can.

    Args:
        preview: (h, w) brightness in [0, 1].
        middle: (2,) x, y, pixels of the preview. side: likewise.
        least: texture that it needs, the standard deviation of brightness, in two of its quarters.

    Returns:
        The lesser of how far its texture is above the least, as a share of it, and how far its
        likeness to any other part is below the most.
    """
    half = max(side / 2, 2.0)
    x0, y0 = np.maximum(np.round(middle - half).astype(int), 0)
    x1, y1 = np.round(middle + half).astype(int)
    patch = preview[y0:y1, x0:x1]
    size = min(patch.shape)
    patch = np.ascontiguousarray(patch[:size, :size])
    half_size = size // 2
    quarters = [
        patch[y:, x:][:half_size, :half_size] for y in (0, half_size) for x in (0, half_size)
    ]
    texture = float(sorted(quarter.std() for quarter in quarters)[-2]) / least - 1
    if texture <= 0:
        return texture
    spread = _spread(preview, size, least)
    most = -1.0
    for turns in range(4):
        turned = np.ascontiguousarray(np.rot90(patch, turns))
        alike = cv2.matchTemplate(preview, turned, cv2.TM_CCOEFF) / (spread * spread_of(patch))
        near = max(1, round(_APART * size))
        alike[max(0, y0 - near) : y0 + near + 1, max(0, x0 - near) : x0 + near + 1] = -1
        most = max(most, float(alike.max()))
    return min(texture, MOST_ALIKE - most)


def spread_of(patch: NDArray[np.float32]) -> float:
    """The root of the summed squares of a patch's deviations from its mean."""
    return float(patch.std()) * math.sqrt(patch.size)


def _spread(preview: NDArray[np.float32], size: int, least: float) -> NDArray[np.float64]:
    """(h - size + 1, w - size + 1) the same of every patch; not below that of hardly any texture,
    so that flat parts are like nothing."""
    sums = [
        np.pad(power.cumsum(0).cumsum(1), ((1, 0), (1, 0)))
        for power in (preview.astype(np.float64), np.square(preview, dtype=np.float64))
    ]
    total, squares = (
        each[size:, size:] - each[:-size, size:] - each[size:, :-size] + each[:-size, :-size]
        for each in sums
    )
    count = size * size
    deviation = squares - total**2 / count
    found: NDArray[np.float64] = np.sqrt(np.maximum(deviation, count * (_FLAT * least) ** 2))
    return found
