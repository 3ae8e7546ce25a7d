"""Crops that can be placed: with something in them, and unlike the rest of their tile."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vgym.core.opencv import cv2

PREVIEW = 48  # pixels of a tile's shorter side, in which crops are judged
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
        likeness to any other part is below the most, or to the first that is found above it.
    """
    half = max(side / 2, 2.0)
    x0, y0 = np.maximum(np.round(middle - half).astype(int), 0).tolist()
    x1, y1 = np.round(middle + half).astype(int).tolist()
    patch = preview[y0:y1, x0:x1]
    size = min(patch.shape)
    patch = patch[:size, :size]
    quarter = size // 2
    ends = (slice(quarter), slice(quarter, 2 * quarter))
    deviations = sorted(_deviation(patch[rows, columns]) for rows in ends for columns in ends)
    texture = deviations[-2] / least - 1
    if texture <= 0:
        return texture
    spread = _spreads(preview, size, least) * np.float32(_deviation(patch) * size)
    near = max(1, round(_APART * size))
    apart = np.ones(spread.shape, np.bool_)
    apart[max(0, y0 - near) : y0 + near + 1, max(0, x0 - near) : x0 + near + 1] = False
    most = -1.0
    for turned in (patch, patch.T[::-1], patch[::-1, ::-1], patch.T[:, ::-1]):
        alike = cv2.matchTemplate(preview, turned.copy(), cv2.TM_CCOEFF) / spread
        most = float(alike.max(initial=most, where=apart))
        if most >= MOST_ALIKE:
            break
    return min(texture, MOST_ALIKE - most)


def _deviation(patch: NDArray[np.float32]) -> float:
    """The standard deviation of brightness."""
    return float(cv2.meanStdDev(patch)[1][0, 0])


def _spreads(preview: NDArray[np.float32], size: int, least: float) -> NDArray[np.float32]:
    """(h - size + 1, w - size + 1) the root of the summed squares of every patch's deviations from
    its mean; not below that of hardly any texture, so that flat parts are like nothing."""
    total, squares = (
        each[size:, size:] - each[:-size, size:] - each[size:, :-size] + each[:-size, :-size]
        for each in cv2.integral2(preview, sdepth=cv2.CV_64F, sqdepth=cv2.CV_64F)
    )
    count = size * size
    deviation = squares - total**2 / count
    found = np.sqrt(np.maximum(deviation, count * (_FLAT * least) ** 2))
    return found.astype(np.float32)
