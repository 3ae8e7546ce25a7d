"""Land and sea at 0.93 km: a mask of 43,200 by 21,600 cells, of which most lie in tiles that are
all the same. Lakes count as land, as the source has it (GLOBE, by global-land-mask)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from vgym.compiled import compiled
from vgym.data.earth.lonlats import world_xy

TILE = 48  # cells a side
_SQUARE = 5  # tiles a side, to two degrees
CELLS_PER_DEGREE = 120


class Coast:
    """The mask, tile by tile.

    Args:
        tiles: (450, 900) int16 which of ``bits`` a tile is; -1 all sea, -2 all land.
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

    def cells(self, top: int, left: int, height: int, width: int) -> NDArray[np.bool_]:
        """(height, width) whether cells are land, from a row and a column on: round the Earth to
        the sides, as at the edge beyond the poles."""
        land: NDArray[np.bool_] = self.coarse_cells(1, top, left, height, width) > 0
        return land

    def some_land(self) -> NDArray[np.bool_]:
        """(90, 180) whether squares of two degrees hold any."""
        rows, columns = (side // _SQUARE for side in self._tiles.shape)
        tiles = self._tiles.reshape(rows, _SQUARE, columns, _SQUARE)
        some: NDArray[np.bool_] = (tiles != -1).any((1, 3))
        return some

    def coarse_cells(
        self, side: int, top: int, left: int, height: int, width: int
    ) -> NDArray[np.uint8]:
        """(height, width) uint8 of blocks of cells, likewise: 255 times how much of each is land.

        Args:
            side: cells a side of a block: 1, 2 or 4. top, left: counted in blocks.
        """
        found = np.empty((height, width), np.uint8)
        _coarse_cells(self._tiles, self._bits, side, top, left, found)
        return found

    def without(
        self, lakes: Sequence[NDArray[np.float64]], islands: Sequence[NDArray[np.float64]] = ()
    ) -> tuple[NDArray[np.int16], NDArray[np.uint8]]:
        """The tiles of the same where lakes are no land, but for islands in them, and the bits of
        both.

        Args:
            lakes, islands: outlines, each (C, 2) lonlat.
        """
        tiles, bits = self._tiles.copy(), [*self._bits]
        dry = [world_xy(corners, CELLS_PER_DEGREE) for corners in islands]
        for corners in lakes:
            cells = world_xy(corners, CELLS_PER_DEGREE)
            (left, top), (right, bottom) = (
                np.floor(edge / TILE).astype(int) for edge in (cells.min(0), cells.max(0))
            )
            corner = np.array([left, top]) * TILE
            size = ((right - left + 1) * TILE, (bottom - top + 1) * TILE)
            drawn = Image.new("1", size)
            pen = ImageDraw.Draw(drawn)
            for outline, fill in ((cells, 1), *((island, 0) for island in dry)):
                pen.polygon((outline - corner - 0.5).ravel().tolist(), fill=fill)
            lake = np.asarray(drawn)
            for row in range(top, bottom + 1):
                for column in range(left, right + 1):
                    y, x = (row - top) * TILE, (column - left) * TILE
                    here = np.packbits(lake[y : y + TILE, x : x + TILE], -1)
                    number = tiles[row, column]
                    if number == -1 or not here.any():
                        continue
                    land = (bits[number] if number >= 0 else np.full_like(here, 255)) & ~here
                    tiles[row, column] = len(bits) if land.any() else -1
                    if land.any():
                        bits.append(land)
        return tiles, np.array(bits)

    def shares(self, side: int) -> NDArray[np.float32]:
        """(21600 / side, 43200 / side) how much of each block of cells is land.

        Args:
            side: cells a side of a block; a divisor of `TILE`.
        """
        count = TILE // side
        rows, columns = self._tiles.shape
        blocks = np.empty((rows, count, columns, count), np.float32)
        for row in range(rows):
            tiles = self._tiles[row]
            blocks[row] = (tiles == -2)[None, :, None]
            partly = np.flatnonzero(tiles >= 0)
            cells = np.unpackbits(self._bits[tiles[partly]], -1)
            cells = cells.reshape(len(partly), count, side, count, side)
            blocks[row][:, partly] = cells.mean((2, 4), dtype=np.float32).swapaxes(0, 1)
        return blocks.reshape(rows * count, columns * count)


@compiled
def _coarse_cells(
    tiles: NDArray[np.int16],
    bits: NDArray[np.uint8],
    side: int,
    top: int,
    left: int,
    found: NDArray[np.uint8],
) -> None:
    """Write shares of land of blocks; see `Coast.coarse_cells`."""
    rows, columns = tiles.shape
    across = TILE // side
    few, last = np.uint8((1 << side) - 1), np.uint32(8 - side)
    counts = np.empty(1 << side, np.uint8)  # of cells in a row that are land, by their bits
    for number in range(1 << side):
        counts[number] = (number & 1) + (number >> 1 & 1) + (number >> 2 & 1) + (number >> 3)
    shares = np.empty(side * side + 1, np.uint8)  # of 255, by how many of a block are land
    for number in range(side * side + 1):
        shares[number] = 255 * number // (side * side)
    for i in range(found.shape[0]):
        y = min(max(top + i, 0), rows * across - 1) * side
        x = left % (columns * across)
        j = 0
        while j < found.shape[1]:
            tile, at = tiles[y // TILE, x // across], x % across
            run = min(across - at, found.shape[1] - j)
            if tile < 0:
                found[i, j : j + run] = 255 if tile == -2 else 0
            else:
                block = bits[tile, y % TILE : y % TILE + side]
                line = found[i, j : j + run]
                line[:] = 0
                for row in range(side):
                    cells = block[row]
                    for k in range(run):
                        first = np.uint32((at + k) * side)
                        some = cells[first >> np.uint32(3)] >> (last - (first & np.uint32(7)))
                        line[k] += counts[some & few]
                for k in range(run):
                    line[k] = shares[line[k]]
            j += run
            x = (x + run) % (columns * across)


def tiled(land: NDArray[np.bool_]) -> dict[str, Any]:
    """The arrays of a `Coast` from the whole mask (21600, 43200)."""
    height, width = (side // TILE for side in land.shape)
    whole = land.reshape(height, TILE, width, TILE).swapaxes(1, 2)
    every, some = whole.all((2, 3)), whole.any((2, 3))
    tiles = np.where(every, -2, -1).astype(np.int16)
    partly = some & ~every
    tiles[partly] = np.arange(partly.sum())
    return {"tiles": tiles, "bits": np.packbits(whole[partly], -1)}
