"""Slow references for points: every triple, every box painted, scipy's connected regions."""

import math
from itertools import combinations

import numpy as np
from scipy import ndimage


def collinear(points: list[tuple[float, float]], tolerance: float) -> bool:
    for triple in combinations(points, 3):
        sides = [math.dist(p, q) for p, q in combinations(triple, 2)]
        (ax, ay), (bx, by), (cx, cy) = triple
        twice_area = abs((bx - ax) * (cy - ay) - (by - ay) * (cx - ax))
        if twice_area <= tolerance * max(sides):
            return True
    return False


def voting_grid(boxes: list[list[float]], height: int, width: int) -> np.ndarray:
    """GUI-RC's own loop: clip, truncate, add one to a slice."""
    grid = np.zeros((height, width), dtype=np.int32)
    for x0, y0, x1, y1 in boxes:
        left, right = (int(min(max(x, 0), width)) for x in (x0, x1))
        top, bottom = (int(min(max(y, 0), height)) for y in (y0, y1))
        grid[top:bottom, left:right] += 1
    return grid


def consensus_box(votes: np.ndarray) -> list[int]:
    if votes.max() <= 0:
        return [0, 0, 0, 0]
    labels, _ = ndimage.label(votes == votes.max())
    largest = int(np.bincount(labels.ravel())[1:].argmax()) + 1
    rows, columns = np.nonzero(labels == largest)
    return [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
