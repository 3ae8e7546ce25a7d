"""Slow references for boxes as Gaussians: sums over a fine grid instead of closed forms."""

import numpy as np

Box = list[float]


def _densities(a: Box, b: Box, alpha: float) -> tuple[np.ndarray, np.ndarray, float]:
    """The two normal densities on a grid that holds eight deviations of both, and its cell area."""
    grids = []
    for axis in (0, 1):
        ends = [(c[axis], c[axis + 2]) for c in (a, b)]
        low = min((p + q) / 2 - 8 * alpha * (q - p) for p, q in ends)
        high = max((p + q) / 2 + 8 * alpha * (q - p) for p, q in ends)
        grids.append(np.linspace(low, high, 1201))
    x, y = np.meshgrid(*grids, indexing="ij")
    found = []
    for c in (a, b):
        sx, sy = alpha * (c[2] - c[0]), alpha * (c[3] - c[1])
        zx, zy = (x - (c[0] + c[2]) / 2) / sx, (y - (c[1] + c[3]) / 2) / sy
        found.append(np.exp(-(zx**2 + zy**2) / 2) / (2 * np.pi * sx * sy))
    cell = (grids[0][1] - grids[0][0]) * (grids[1][1] - grids[1][0])
    return found[0], found[1], float(cell)


def bhattacharyya(a: Box, b: Box, alpha: float) -> float:
    p, q, cell = _densities(a, b, alpha)
    return float(np.sqrt(p * q).sum() * cell)


def kl_divergence(a: Box, b: Box, alpha: float) -> float:
    p, q, cell = _densities(a, b, alpha)
    present = (p > 1e-200) & (q > 1e-200)
    return float((p[present] * np.log(p[present] / q[present])).sum() * cell)


def wasserstein2(a: Box, b: Box) -> float:
    """Transport of one axis' quantiles at a time: the axes are independent."""
    from scipy.stats import norm

    levels = (np.arange(200_000) + 0.5) / 200_000
    total = 0.0
    for axis in (0, 1):
        quantiles = [
            norm.ppf(levels, (c[axis] + c[axis + 2]) / 2, (c[axis + 2] - c[axis]) / 2)
            for c in (a, b)
        ]
        total += float(np.mean((quantiles[0] - quantiles[1]) ** 2))
    return float(np.sqrt(total))
