"""Floors to walk on: where a robot fits, how far it is to a goal, how far a step gets.

Scipy's dilation, components and Dijkstra; moves are tried in eight parts.
"""

import math
from functools import cache

import numpy as np
from scipy import ndimage
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import dijkstra

CELL = 0.125


class Floor:
    """The cells of one place on which the middle of a robot of radius 0.18 m can be."""

    def __init__(self, solid: np.ndarray, radius: float = 0.18) -> None:
        reach = math.ceil(radius / CELL)
        gap = np.maximum(np.abs(np.arange(-reach, reach + 1)) - 0.5, 0) * CELL
        disc = np.hypot(gap[:, None], gap[None]) < radius
        free = ~ndimage.binary_dilation(np.pad(solid, reach, constant_values=True), disc)
        parts, count = ndimage.label(free[reach:-reach, reach:-reach])
        sizes = ndimage.sum_labels(parts > 0, parts, range(1, count + 1))
        self.free = parts == 1 + int(np.argmax(sizes))
        self._graph = _graph(self.free)
        self.metres = cache(self._metres)

    def _metres(self, cells: tuple[tuple[int, int], ...]) -> np.ndarray:
        """(H, W) metres to the nearest of the cells (row, column), over moves that cut no corner;
        inf where there is no way."""
        number = np.arange(self.free.size).reshape(self.free.shape)
        sources = [number[cell] for cell in cells]
        far = dijkstra(self._graph, directed=False, indices=sources, min_only=True)
        return np.where(self.free, far.reshape(self.free.shape), np.inf)

    def distance(self, cells: tuple[tuple[int, int], ...], x: float, y: float) -> float:
        """Metres from anywhere, by way of the middle of a cell around to which no corner is cut."""
        metres = self.metres(cells)
        row, column = math.floor(y / CELL), math.floor(x / CELL)
        if metres[row, column] == 0:
            return 0.0
        best = math.inf
        for r in range(row - 1, row + 2):
            for c in range(column - 1, column + 2):
                if math.isfinite(metres[r, column] + metres[row, c]):
                    gap = math.hypot((c + 0.5) * CELL - x, (r + 0.5) * CELL - y)
                    best = min(best, metres[r, c] + gap)
        return best

    def go(self, x: float, y: float, yaw: float, metres: float) -> tuple[float, float, bool]:
        """Where a step straight on leads, and whether something was in the way."""
        dx, dy = metres * math.cos(yaw), metres * math.sin(yaw)
        clear = 0
        for part in range(1, 9):
            row = math.floor((y + dy * part / 8) / CELL)
            column = math.floor((x + dx * part / 8) / CELL)
            if not self.free[row, column]:
                break
            clear = part
        return x + dx * clear / 8, y + dy * clear / 8, clear < 8 and metres > 0

    def nearest(self, x: float, y: float) -> tuple[int, int]:
        """Row and column of the free cell whose middle is nearest."""
        rows, columns = np.nonzero(self.free)
        at = np.hypot((columns + 0.5) * CELL - x, (rows + 0.5) * CELL - y).argmin()
        return int(rows[at]), int(columns[at])


def _graph(free: np.ndarray) -> coo_matrix:
    """Moves to the eight neighbours; a diagonal one needs both cells beside it."""
    number = np.arange(free.size).reshape(free.shape)
    height, width = free.shape
    starts, ends, lengths = [], [], []
    for dr, dc in ((0, 1), (1, 0), (1, 1), (1, -1)):
        here = slice(0, height - dr), slice(max(-dc, 0), width - max(dc, 0))
        there = slice(dr, height), slice(max(dc, 0), width - max(-dc, 0))
        passable = free[here] & free[there]
        if dr and dc:
            passable = passable & free[there[0], here[1]] & free[here[0], there[1]]
        starts.append(number[here][passable])
        ends.append(number[there][passable])
        lengths.append(np.full(int(passable.sum()), CELL * math.hypot(dr, dc)))
    links = (np.concatenate(lengths), (np.concatenate(starts), np.concatenate(ends)))
    return coo_matrix(links, shape=(free.size, free.size)).tocsr()
