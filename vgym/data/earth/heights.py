"""Heights of land at 3.7 km, from a grey picture: the grey is the logarithm of the height.

The picture is Marble's of Natural Earth's relief, which does not say how its grey is to be read.
Read here as ``height = 100 (exp((grey - 96) / 32.3) - 1)`` metres, which fits places of known
height from 0 to 5,000 m: a grey more is 3 m at the sea and 115 m at 3,600 m. What is below the sea
is 0: the sea's own greys are too coarse.
"""

from __future__ import annotations

import io
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray
from PIL import Image

TILE = 675  # pixels a side
ROWS, COLUMNS = 8, 16
PIXELS_PER_DEGREE = 30
GREY_AT_SEA, _GREYS_PER_FOLD, _SCALE_M = 96, 32.3, 100.0


class Heights:
    """Tiles that are decoded when they are first looked at: 0.46 MB each, 58 MB in all.

    Args:
        ends: (128,) where the file of each tile ends. files: their bytes, one after another.
    """

    def __init__(self, ends: NDArray[np.int64], files: NDArray[np.uint8]) -> None:
        self._ends, self._files = ends, files
        self._decoded: dict[int, NDArray[np.uint8]] = {}

    def grey(self, tile: int) -> NDArray[np.uint8]:
        """(TILE, TILE) a tile, row by row from the north-west."""
        found = self._decoded.get(tile)
        if found is None:
            found = self._decoded[tile] = self.decoded(tile)
        return found

    def decoded(self, tile: int) -> NDArray[np.uint8]:
        """The same, decoded anew and not kept."""
        start = self._ends[tile - 1] if tile else 0
        file = io.BytesIO(self._files[start : self._ends[tile]].tobytes())
        with Image.open(file, formats=["JPEG"]) as image:
            return np.asarray(image.convert("L"))

    def metres(self, places: NDArray[np.float64]) -> NDArray[np.float64]:
        """(N,) height above the sea of each place (N, 2), bilinear between pixels; 0 at sea."""
        x = (places[:, 0] + 180) * PIXELS_PER_DEGREE - 0.5
        y = np.clip((90 - places[:, 1]) * PIXELS_PER_DEGREE - 0.5, 0, ROWS * TILE - 1)
        column, row = np.floor(x).astype(np.int64), np.floor(y).astype(np.int64)
        right, down = x - column, y - row
        upper = self._at(row, column) * (1 - right) + self._at(row, column + 1) * right
        lower = self._at(row + 1, column) * (1 - right) + self._at(row + 1, column + 1) * right
        grey = upper * (1 - down) + lower * down
        return metres_of(grey)

    def _at(self, row: NDArray[np.int64], column: NDArray[np.int64]) -> NDArray[np.float64]:
        row, column = np.minimum(row, ROWS * TILE - 1), column % (COLUMNS * TILE)
        tile = row // TILE * COLUMNS + column // TILE
        found = np.empty(len(row))
        for number in np.unique(tile).tolist():  # over tiles
            here = tile == number
            found[here] = self.grey(number)[row[here] % TILE, column[here] % TILE]
        return found


def metres_of(grey: ArrayLike) -> NDArray[np.float64]:
    """Heights above the sea of greys; 0 at sea."""
    above = np.maximum(np.asarray(grey, np.float64) - GREY_AT_SEA, 0)
    metres: NDArray[np.float64] = _SCALE_M * np.expm1(above / _GREYS_PER_FOLD)
    return metres


def joined(files: list[bytes]) -> dict[str, Any]:
    """The arrays of `Heights` from the files of all tiles."""
    return {
        "ends": np.cumsum([len(file) for file in files]),
        "files": np.frombuffer(b"".join(files), np.uint8),
    }
