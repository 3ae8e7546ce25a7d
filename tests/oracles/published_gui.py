"""Slow references for the published GUI rewards: one sample at a time, from the papers' formulas.

An exception that the published code swallows is the 0 it pays for it.
"""

import math
from itertools import combinations

import numpy as np

Box = list[float]
Point = list[float]


def centre(b: Box) -> Point:
    return [(b[0] + b[2]) / 2, (b[1] + b[3]) / 2]


def inside(p: Point, b: Box) -> bool:
    return b[0] <= p[0] <= b[2] and b[1] <= p[1] <= b[3]


def g2_point(p: Box, t: Box) -> float:
    (px, py), (tx, ty) = centre(p), centre(t)
    try:
        z = ((px - tx) / (0.5 * (t[2] - t[0]))) ** 2 + ((py - ty) / (0.5 * (t[3] - t[1]))) ** 2
    except ZeroDivisionError:
        return 0.0
    return round(math.exp(-0.5 * z), 3)


def g2_coverage(p: Box, t: Box, epsilon: float = 1e-8) -> float:
    """With matrices, as the code has it."""
    sp = np.diag([(0.5 * (p[2] - p[0])) ** 2, (0.5 * (p[3] - p[1])) ** 2])
    st = np.diag([(0.5 * (t[2] - t[0])) ** 2, (0.5 * (t[3] - t[1])) ** 2])
    s = (sp + st) / 2
    d = np.array(centre(p)) - np.array(centre(t))
    exponent = d @ np.linalg.inv(s + epsilon * np.eye(2)) @ d / 8
    both = np.sqrt(np.linalg.det(sp) * np.linalg.det(st) + epsilon)
    return round(float(np.exp(-exponent - 0.5 * np.log(np.linalg.det(s) / both))), 3)


def iou_half_inclusive(p: Box, t: Box) -> float:
    x0, y0 = max(p[0], t[0]), max(p[1], t[1])
    x1, y1 = min(p[2] - 1, t[2] - 1), min(p[3] - 1, t[3] - 1)
    shared = (x1 - x0 + 1) * (y1 - y0 + 1) if x0 < x1 and y0 < y1 else 0.0
    union = (p[2] - p[0]) * (p[3] - p[1]) + (t[2] - t[0]) * (t[3] - t[1]) - shared
    return shared / union if union else 0.0


def g1_agreement(p: Box, t: Box, height: float, width: float, cut: bool = False) -> float:
    parts = [
        1 - abs(a - b) / size
        for a, b, size in zip(p, t, (width, height, width, height), strict=True)
    ]
    if cut:
        parts = [max(part, 0.0) for part in parts]
    try:
        return 4 / sum(1 / part for part in parts)
    except ZeroDivisionError:
        return 0.0


def g1(p: Box, t: Box, height: float, width: float, cut: bool = False) -> float:
    return (
        float(inside(centre(p), t))
        + 0.25 * iou_half_inclusive(p, t)
        + 0.125 * g1_agreement(p, t, height, width, cut)
    )


def se_decay(p: Point, t: Box, height: float, width: float) -> float:
    n = [p[0] / width, p[1] / height]
    c = [centre(t)[0] / width, centre(t)[1] / height]
    farthest = max(math.dist(c, corner) for corner in ((0, 0), (0, 1), (1, 0), (1, 1)))
    d = math.dist(n, c)
    return 1 - (d / farthest) ** 2 if d <= 1 else 0.0


def se_decay_sound(p: Point, t: Box, height: float, width: float) -> float:
    n = [p[0] / width, p[1] / height]
    c = [centre(t)[0] / width, centre(t)[1] / height]
    half_diagonal = math.hypot((t[2] - t[0]) / width, (t[3] - t[1]) / height) / 2
    blind = max(math.dist((0.5, 0.5), c), half_diagonal)
    return max(0.0, 1 - (math.dist(n, c) / blind) ** 2)


def zone(p: Point, t: Box) -> float:
    cx, cy = centre(t)
    sx, sy = 0.5 * (t[2] - t[0]), 0.5 * (t[3] - t[1])
    g = math.exp(-0.5 * (((p[0] - cx) / sx) ** 2 + ((p[1] - cy) / sy) ** 2))
    return sum(g > edge for edge in (0.25, 0.5, 0.75)) / 3


def gui_r1_box(
    p: Point, t: Box, action: bool, point: bool, text: bool, f1: float, good: bool
) -> float:
    right = action
    if action and point:
        right = t[0] < p[0] < t[2] and t[1] < p[1] < t[3]
    elif action and text:
        right = f1 >= 0.5
    return 0.8 * right + 0.2 * good


def ui_r1(p: Point, t: Box, action: bool, point: bool, good: bool) -> float:
    place = action and (not point or inside([int(p[0]), int(p[1])], t))
    return float(action) + float(place) + float(good)


def dast(total: float, length: float, solved: float, solved_length: float, longest: float) -> float:
    budget = solved * solved_length + (1 - solved) * longest
    excess = (length - budget) / budget
    if total == 3:
        return max(-0.5 * excess + 0.5, 0.1)
    return min(0.9 * excess - 0.1, -0.1)


def lpo(p: Point, t: Box, height: float, width: float, action: bool, entropy: float) -> float:
    close = max(0.0, 1 - math.dist(p, centre(t)) / math.hypot(width, height))
    return entropy * close * action


def vote_grid(boxes: list[Box], height: int, width: int) -> np.ndarray:
    grid = np.zeros((height, width), dtype=np.int64)
    for b in boxes:
        x0, y0, x1, y1 = _whole(b, height, width)
        grid[y0:y1, x0:x1] += 1
    return grid


def vote_density(own: Box, boxes: list[Box], height: int, width: int) -> float:
    grid = vote_grid(boxes, height, width)
    x0, y0, x1, y1 = _whole(own, height, width)
    if x1 <= x0 or y1 <= y0 or grid.max() == 0:
        return 0.0
    return float(grid[y0:y1, x0:x1].sum()) / (int(grid.max()) * (x1 - x0) * (y1 - y0))


def vote_dice(own: Box, boxes: list[Box], height: int, width: int) -> float:
    grid = vote_grid(boxes, height, width)
    member = np.zeros_like(grid)
    x0, y0, x1, y1 = _whole(own, height, width)
    member[y0:y1, x0:x1] = 1
    whole = grid.max() * member.sum() + grid.sum()
    return float(2 * (grid * member).sum() / whole) if whole else 0.0


def _whole(b: Box, height: int, width: int) -> tuple[int, int, int, int]:
    x0, x1 = (int(min(max(x, 0), width)) for x in (b[0], b[2]))
    y0, y1 = (int(min(max(y, 0), height)) for y in (b[1], b[3]))
    return x0, y0, x1, y1


def infigui_sound(points: list[Point], targets: list[Box], good: bool) -> float:
    hits = [p for p in points if any(inside(p, t) for t in targets)]
    if not good or not hits:
        return 0.0
    own = min(len(hits), sum(any(inside(p, t) for p in points) for t in targets))
    first = next(k for k, p in enumerate(points, 1) if any(inside(p, t) for t in targets))
    return 1 / math.sqrt((len(points) - own + 1) * first)


def infigui(points: list[Point], targets: list[Box], good: bool) -> float:
    if not good:
        return -1.0
    for (x1, y1), (x2, y2), (x3, y3) in combinations(points, 3):
        if math.isclose((x2 - x1) * (y3 - y1), (x3 - x1) * (y2 - y1)):
            return -1.0
    n = len(points)
    for k, p in enumerate(points, 1):
        if any(inside(p, t) for t in targets):
            return 1 + 1 / math.sqrt(n * k)
    return 0.0 if n == 0 else 1 - 1 / n
