"""Land and sea at 0.93 km: a mask of 43,200 by 21,600 cells, of which most lie in tiles that are
all the same. Lakes count as land, as the source has it (GLOBE, by global-land-mask)."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

TILE = 240  # cells a side: two degrees
CELLS_PER_DEGREE = 120


class Coast:
    """The mask, tile by tile.

    Args:
        tiles: (90, 180) int16 which of ``bits`` a tile is; -1 all sea, -2 all land.
        bits: (K, TILE, TILE / 8) uint8, a bit a cell, 1 for land.
    """

    def __init__(self, tiles: NDArray[np.int16], bits: NDArray[np.uint8]) -> None:
        self._tiles, self._bits = tiles, bits

    def is_land(self, places: NDArray[np.float64]) -> NDArray[np.bool_]:
        """(N,) whether each place (N, 2) is on land."""
        column = ((places[:, 0] + 180) * CELLS_PER_DEGREE).astype(np.int64)
        row = ((90 - places[:, 1]) * CELLS_PER_DEGREE).astype(np.int64)
        height, width = (side * TILE for side in self._tiles.shape)
        column, row = column % width, np.clip(row, 0, height - 1)
        tile = self._tiles[row // TILE, column // TILE].astype(np.int64)
        x = column % TILE
        byte = self._bits[np.maximum(tile, 0), row % TILE, x // 8]
        land: NDArray[np.bool_] = np.where(tile >= 0, byte >> (7 - x % 8) & 1, tile == -2) != 0
        return land


def tiled(land: NDArray[np.bool_]) -> dict[str, Any]:
    """The arrays of a `Coast` from the whole mask (21600, 43200)."""
    height, width = (side // TILE for side in land.shape)
    whole = land.reshape(height, TILE, width, TILE).swapaxes(1, 2)
    every, some = whole.all((2, 3)), whole.any((2, 3))
    tiles = np.where(every, -2, -1).astype(np.int16)
    partly = some & ~every
    tiles[partly] = np.arange(partly.sum())
    return {"tiles": tiles, "bits": np.packbits(whole[partly], -1)}
