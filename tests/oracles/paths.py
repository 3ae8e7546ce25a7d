"""Slow paths: double loops over two lists of points, and scipy's Hausdorff distance."""

import math
from itertools import pairwise

import numpy as np
from scipy.spatial.distance import directed_hausdorff

Path = list[list[float]]


def path_length(path: Path) -> float:
    return sum(math.dist(p, q) for p, q in pairwise(path))


def dtw(a: Path, b: Path) -> float:
    return _table(a, b, lambda distance, before: distance + before)


def frechet(a: Path, b: Path) -> float:
    return _table(a, b, max)


def _table(a: Path, b: Path, extend) -> float:
    if not a and not b:
        return 0.0
    table = [[math.inf] * (len(b) + 1) for _ in range(len(a) + 1)]
    table[0][0] = 0.0
    for i in range(1, len(a) + 1):
        for j in range(1, len(b) + 1):
            before = min(table[i - 1][j], table[i][j - 1], table[i - 1][j - 1])
            table[i][j] = extend(math.dist(a[i - 1], b[j - 1]), before)
    return table[len(a)][len(b)]


def ndtw(path: Path, reference: Path, threshold: float) -> float:
    return math.exp(-dtw(path, reference) / (len(reference) * threshold))


def cls_score(path: Path, reference: Path, threshold: float) -> float:
    """As published; callers keep away from references without length."""
    closeness = [math.exp(-min(math.dist(r, p) for p in path) / threshold) for r in reference]
    coverage = sum(closeness) / len(closeness)
    expected = coverage * path_length(reference)
    score = expected / (expected + abs(expected - path_length(path)))
    return coverage * score


def hausdorff(a: Path, b: Path) -> float:
    one, other = np.array(a), np.array(b)
    return max(directed_hausdorff(one, other)[0], directed_hausdorff(other, one)[0])


def resample(path: Path, count: int) -> Path:
    """By numpy's linear interpolation of each coordinate over the length travelled."""
    points = np.array(path)
    keep = [0] + [k for k in range(1, len(path)) if path[k] != path[k - 1]]
    points = points[keep]
    steps = [0.0] + [math.dist(p, q) for p, q in pairwise(points)]
    travelled = np.cumsum(steps)
    wanted = np.linspace(0, travelled[-1], count)
    columns = [np.interp(wanted, travelled, points[:, k]) for k in range(points.shape[1])]
    return np.stack(columns, -1).tolist()
