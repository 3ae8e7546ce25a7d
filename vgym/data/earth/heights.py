"""Heights of land at 3.7 km, from a grey picture: the grey is the logarithm of the height.

The picture is Marble's of Natural Earth's relief, which does not say how its grey is to be read.
Read here as ``height = 100 (exp((grey - 96) / 32.3) - 1)`` metres, which fits places of known
height from 0 to 5,000 m: a grey more is 3 m at the sea and 115 m at 3,600 m. What is below the sea
is 0: the sea's own greys are too coarse.
"""

from __future__ import annotations

import io
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

from vgym.data.earth.raster import Tiled

TILE = 675  # pixels a side
ROWS, COLUMNS = 8, 16
PIXELS_PER_DEGREE = 30
GREY_AT_SEA, _GREYS_PER_FOLD, _SCALE_M = 96, 32.3, 100.0


def grey_heights(ends: NDArray[np.int64], files: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(H, W, 1) heights as greys, the sea as high as its shore.

    Args:
        ends: (128,) where the file of each tile ends. files: their bytes, one after another.
    """
    whole = np.empty((ROWS * TILE, COLUMNS * TILE, 1), np.uint8)
    for tile, (start, end) in enumerate(pairwise([0, *ends.tolist()])):
        row, column = divmod(tile, COLUMNS)
        here = whole[row * TILE : (row + 1) * TILE, column * TILE : (column + 1) * TILE, 0]
        file = io.BytesIO(files[start:end].tobytes())
        with Image.open(file, formats=["JPEG"]) as image:
            np.maximum(np.asarray(image.convert("L")), GREY_AT_SEA, out=here)
    return whole


def heights_at(greys: Tiled, places: NDArray[np.float64]) -> NDArray[np.float64]:
    """(N,) metres above the sea of each place (N, 2), bilinear between pixels; 0 at sea."""
    x = (places[:, 0] + 180) * PIXELS_PER_DEGREE - 0.5
    y = np.clip((90 - places[:, 1]) * PIXELS_PER_DEGREE - 0.5, 0, ROWS * TILE - 1)
    column, row = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
    right, down = x - column, y - row
    below, beside = np.minimum(row + 1, ROWS * TILE - 1), (column + 1) % (COLUMNS * TILE)
    column %= COLUMNS * TILE
    upper, lower = (
        greys.at(line, column)[:, 0] * (1 - right) + greys.at(line, beside)[:, 0] * right
        for line in (row, below)
    )
    return metres_of(upper * (1 - down) + lower * down)


def metres_of(grey: ArrayLike) -> NDArray[np.float64]:
    """Heights above the sea of greys; 0 at sea."""
    above = np.maximum(np.asarray(grey, np.float64) - GREY_AT_SEA, 0)
    metres: NDArray[np.float64] = _SCALE_M * np.expm1(above / _GREYS_PER_FOLD)
    return metres


def joined(files: list[bytes]) -> dict[str, Any]:
    """The arrays of `grey_heights` from the files of all tiles."""
    return {
        "ends": np.cumsum([len(file) for file in files]),
        "files": np.frombuffer(b"".join(files), np.uint8),
    }
