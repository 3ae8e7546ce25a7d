"""Slow grids: scipy's Dijkstra on an explicit graph, and clipping of cells in exact fractions."""

from fractions import Fraction

import numpy as np
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import dijkstra


def geodesic_field(blocked: np.ndarray, goals: np.ndarray, cell_size: float) -> np.ndarray:
    """Distances (H, W) float64 by scipy; edges listed one by one."""
    height, width = blocked.shape
    rows, columns, weights = [], [], []
    for y in range(height):
        for x in range(width):
            for dy in (-1, 0, 1):
                for dx in (-1, 0, 1):
                    j, i = y + dy, x + dx
                    if (dy or dx) and 0 <= j < height and 0 <= i < width:
                        rectangle = blocked[min(y, j) : max(y, j) + 1, min(x, i) : max(x, i) + 1]
                        if not rectangle.any():
                            rows.append(y * width + x)
                            columns.append(j * width + i)
                            weights.append(cell_size * float(np.hypot(dy, dx)))
    graph = csr_matrix((weights, (rows, columns)), shape=(height * width,) * 2)
    sources = np.flatnonzero(goals & ~blocked)
    if not len(sources):
        return np.full(blocked.shape, np.inf)
    field = dijkstra(graph, indices=sources, min_only=True).reshape(height, width)
    return np.where(blocked, np.inf, field)


def line_of_sight(blocked: np.ndarray, a: tuple[int, int], b: tuple[int, int]) -> bool:
    """Whether the closed segment of centres touches no blocked cell; outside is blocked."""
    height, width = blocked.shape
    for x, y in (a, b):
        if not (0 <= x < width and 0 <= y < height):
            return False
    return not any(
        _touches(a, b, x, y) for y in range(height) for x in range(width) if blocked[y, x]
    )


def _touches(a: tuple[int, int], b: tuple[int, int], x: int, y: int) -> bool:
    """Whether the segment meets the closed square around (x, y), by clipping to its two slabs."""
    low, high = Fraction(0), Fraction(1)
    for start, end, centre in ((a[0], b[0], x), (a[1], b[1], y)):
        first, last = centre - Fraction(1, 2) - start, centre + Fraction(1, 2) - start
        if start == end:
            if first > 0 or last < 0:
                return False
            continue
        near, far = sorted((first / (end - start), last / (end - start)))
        low, high = max(low, near), min(high, far)
    return low <= high
