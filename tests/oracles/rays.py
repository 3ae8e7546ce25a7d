"""Slow rays: every ray against every wall in float64, one at a time."""

import math


def cast_segments(
    origin: list[float], angle: float, segments: list[list[float]], stretch: float
) -> tuple[float, int, float]:
    """Depth, index and u; each segment made longer by `stretch` of its length at both ends."""
    best = (math.inf, -1, 0.0)
    c, s = math.cos(angle), math.sin(angle)
    for k, (px, py, qx, qy) in enumerate(segments):
        ex, ey = qx - px, qy - py
        # origin + t (c, s) = p + u e, by Cramer's rule
        determinant = ex * s - ey * c
        if determinant == 0:
            continue
        wx, wy = px - origin[0], py - origin[1]
        t = (ex * wy - ey * wx) / determinant
        u = (c * wy - s * wx) / determinant
        if t >= 0 and -stretch <= u <= 1 + stretch and t < best[0]:
            best = (t, k, u)
    return best


def cast_grid(
    origin: list[float], angle: float, blocked: list[list[bool]], grow: float
) -> tuple[float, int, int, float]:
    """Depth, cell, side and u in cells, by clipping to the square of every blocked cell.

    Squares are made larger by `grow` on each side.
    """
    best = (math.inf, -1, -1, 0.0)
    direction = (math.cos(angle), math.sin(angle))
    for row, line in enumerate(blocked):
        for column, wall in enumerate(line):
            if not wall:
                continue
            low, high, side = -math.inf, math.inf, -1
            for axis, corner in enumerate((column, row)):
                near, far = corner - grow - origin[axis], corner + 1 + grow - origin[axis]
                if direction[axis] == 0:
                    near, far = (-math.inf, math.inf) if near <= 0 <= far else (math.inf, -math.inf)
                else:
                    near, far = sorted((near / direction[axis], far / direction[axis]))
                if near > low:
                    low, side = near, axis
                high = min(high, far)
            if low <= high and high >= 0 and max(low, 0) < best[0]:
                if low < 0:
                    best = (0.0, row * len(line) + column, -1, 0.0)
                    continue
                across = 1 - side
                place = origin[across] + low * direction[across] - (column, row)[across]
                best = (low, row * len(line) + column, side, place)
    return best
