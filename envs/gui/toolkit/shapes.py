"""Compiled kernels of the painter's shapes: a command's numbers, cut to its clip.

Each takes the picture as one row of bytes and its width, the command, its clip rectangle, which
lies inside the picture, and the opacity.
"""

from __future__ import annotations

import math

import numpy as np
from numba import int64
from numpy.typing import NDArray

from vgym.compiled import compiled
from vgym.envs.gui.toolkit.pixels import block, put, spread
from vgym.envs.gui.toolkit.program import RGB, RGB_END, X0, X1, Y0, Y1, P, Q


@compiled
def corner(i: int, j: int, radius: int) -> int:
    """Samples, of 16, of pixel (i, j) that lie inside an arc around (radius, radius)."""
    limit = 64 * radius * radius
    near_x, near_y = 8 * (radius - i), 8 * (radius - j)  # to the pixel's far side
    if near_x <= 0 or near_y <= 0 or near_x * near_x + near_y * near_y <= limit:
        return 16
    if (near_x - 8) * (near_x - 8) + (near_y - 8) * (near_y - 8) > limit:
        return 0
    hits = 0
    for v in range(4):
        dy = near_y - 1 - 2 * v
        for u in range(4):
            dx = near_x - 1 - 2 * u
            hits += dx * dx + dy * dy <= limit
    return hits


@compiled
def shade(rgb: int, rgb_end: int, step: int, steps: int) -> int:
    """The spread colour of a row of a gradient."""
    if rgb == rgb_end:
        return spread(rgb)
    late, whole = 2 * step + 1, 2 * steps
    flat = 0
    for shift in range(0, 24, 8):
        a, b = rgb >> shift & 255, rgb_end >> shift & 255
        value = (a * (whole - late) + b * late + steps) // whole
        flat |= value << (5 * (16 - shift) // 2)
    return flat


@compiled
def fill(
    pixels: NDArray[np.uint8],
    width: int,
    c: NDArray[np.int32],
    clip: NDArray[np.int32],
    alpha: int,
) -> None:
    """A box with round corners, perhaps with a gradient.

    Args:
        pixels: (H * W * 3,) uint8, drawn over.
        width: of the picture.
        c: (COLUMNS,) the command.
        clip: (4,) xyxy: nothing is drawn outside.
        alpha: 0 to 255.
    """
    x0, y0, x1, y1 = int64(c[X0]), int64(c[Y0]), int64(c[X1]), int64(c[Y1])
    rgb, rgb_end = int64(c[RGB]), int64(c[RGB_END])
    left, right = max(x0, clip[0]), min(x1, clip[2])
    top, bottom = max(y0, clip[1]), min(y1, clip[3])
    if left >= right or top >= bottom:
        return
    radius = max(0, min(int64(c[P]), (x1 - x0) // 2, (y1 - y0) // 2))
    if rgb == rgb_end:
        flat = spread(rgb)
        middle_top, middle_bottom = max(top, y0 + radius), min(bottom, y1 - radius)
        block(pixels, width, left, middle_top, right, middle_bottom, flat, alpha)
    for y in range(top, bottom):
        depth = min(y - y0, y1 - 1 - y)
        if depth >= radius and rgb == rgb_end:
            continue
        flat = shade(rgb, rgb_end, y - y0, y1 - y0)
        if depth >= radius:
            block(pixels, width, left, y, right, y + 1, flat, alpha)
            continue
        inner_left, inner_right = max(left, x0 + radius), min(right, x1 - radius)
        block(pixels, width, inner_left, y, inner_right, y + 1, flat, alpha)
        for i in range(radius):
            hits = corner(i, depth, radius)
            shown = (alpha * hits + 8) >> 4
            for x in (x0 + i, x1 - 1 - i):
                if left <= x < right:
                    put(pixels, (y * width + x) * 3, flat, shown)


@compiled
def ring(
    pixels: NDArray[np.uint8],
    width: int,
    c: NDArray[np.int32],
    clip: NDArray[np.int32],
    alpha: int,
) -> None:
    """The outline of a box with round corners.

    Args:
        pixels: (H * W * 3,) uint8, drawn over.
        width: of the picture.
        c: (COLUMNS,) the command.
        clip: (4,) xyxy: nothing is drawn outside.
        alpha: 0 to 255.
    """
    x0, y0, x1, y1 = int64(c[X0]), int64(c[Y0]), int64(c[X1]), int64(c[Y1])
    left, right = max(x0, clip[0]), min(x1, clip[2])
    top, bottom = max(y0, clip[1]), min(y1, clip[3])
    half = min((x1 - x0) // 2, (y1 - y0) // 2)
    if left >= right or top >= bottom or half <= 0:
        return
    flat = spread(int64(c[RGB]))
    radius, thick = max(0, min(int64(c[P]), half)), max(1, min(int64(c[Q]), half))
    inner = max(0, radius - thick)
    reach = max(radius, thick)
    for y in range(top, bottom):
        depth = min(y - y0, y1 - 1 - y)
        if depth < thick:
            a, b = max(left, x0 + reach), min(right, x1 - reach)
            block(pixels, width, a, y, b, y + 1, flat, alpha)
        elif depth >= reach:
            a, b = left, min(right, x0 + thick)
            block(pixels, width, a, y, b, y + 1, flat, alpha)
            a, b = max(left, x1 - thick), right
            block(pixels, width, a, y, b, y + 1, flat, alpha)
            continue
        for i in range(reach):
            hits = corner(i, depth, radius)
            if i >= thick and depth >= thick:
                hits -= corner(i - thick, depth - thick, inner)
            shown = (alpha * hits + 8) >> 4
            for x in (x0 + i, x1 - 1 - i):
                if left <= x < right:
                    put(pixels, (y * width + x) * 3, flat, shown)


@compiled
def shadow(
    pixels: NDArray[np.uint8],
    width: int,
    c: NDArray[np.int32],
    clip: NDArray[np.int32],
    alpha: int,
) -> None:
    """A shadow that fades with the square of what is left of the way.

    Args:
        pixels: (H * W * 3,) uint8, drawn over.
        width: of the picture.
        c: (COLUMNS,) the command.
        clip: (4,) xyxy: nothing is drawn outside.
        alpha: 0 to 255.
    """
    x0, y0, x1, y1 = int64(c[X0]), int64(c[Y0]), int64(c[X1]), int64(c[Y1])
    blur = int64(c[Q])
    radius = max(0, min(int64(c[P]), (x1 - x0) // 2, (y1 - y0) // 2))
    left, right = max(x0 - blur, clip[0]), min(x1 + blur, clip[2])
    top, bottom = max(y0 - blur, clip[1]), min(y1 + blur, clip[3])
    flat = spread(int64(c[RGB]))
    for y in range(top, bottom):
        # Twice the distance, in pixels, to the rectangle of the corners' centres.
        dy = max(2 * (y0 + radius) - (2 * y + 1), 2 * y + 1 - 2 * (y1 - radius), 0)
        skip_from, skip_to = right, right
        if dy == 0:
            skip_from, skip_to = x0, x1
        elif y0 <= y < y1:
            skip_from, skip_to = x0 + radius, x1 - radius
        x = left
        while x < right:
            if skip_from <= x < skip_to:
                x = skip_to
                continue
            dx = max(2 * (x0 + radius) - (2 * x + 1), 2 * x + 1 - 2 * (x1 - radius), 0)
            far = 8 * (dx + dy)
            if dx > 0 and dy > 0:
                far = int(math.sqrt(64.0 * (dx * dx + dy * dy)))
            rest = min(16 * blur, 16 * (blur + radius) - far)
            if rest > 0:
                put(
                    pixels,
                    (y * width + x) * 3,
                    flat,
                    alpha * rest * rest // (256 * blur * blur),
                )
            x += 1


@compiled
def line(
    pixels: NDArray[np.uint8],
    width: int,
    c: NDArray[np.int32],
    clip: NDArray[np.int32],
    alpha: int,
) -> None:
    """A thick line with round ends.

    Args:
        pixels: (H * W * 3,) uint8, drawn over.
        width: of the picture.
        c: (COLUMNS,) the command.
        clip: (4,) xyxy: nothing is drawn outside.
        alpha: 0 to 255.
    """
    # In 32nds of a pixel; the ends are at pixels' centres.
    ax, ay = 32 * int64(c[X0]) + 16, 32 * int64(c[Y0]) + 16
    bx, by = 32 * int64(c[X1]) + 16, 32 * int64(c[Y1]) + 16
    reach = int64(c[P])
    flat = spread(int64(c[RGB]))
    dx, dy = bx - ax, by - ay
    length = dx * dx + dy * dy
    limit = int(reach * math.sqrt(float(length)))
    slack = 12 * (abs(dx) + abs(dy))  # of a sample from its pixel's centre, in `cross` or `along`
    left = max((min(ax, bx) - reach) >> 5, clip[0])
    right = min(((max(ax, bx) + reach) >> 5) + 1, clip[2])
    top = max((min(ay, by) - reach) >> 5, clip[1])
    bottom = min(((max(ay, by) + reach) >> 5) + 1, clip[3])
    for y in range(top, bottom):
        py = 32 * y + 16
        first, last = left, right
        if dy != 0:  # only the columns that the line can touch in this row
            middle = ax + dx * (py - ay) // dy
            room = (limit + slack) // abs(dy) + 1
            first = max(left, (middle - room) >> 5)
            last = min(right, ((middle + room) >> 5) + 1)
        for x in range(first, last):
            px = 32 * x + 16
            cross = dx * (py - ay) - dy * (px - ax)
            along = dx * (px - ax) + dy * (py - ay)
            if abs(cross) > limit + slack and length > 0:
                continue
            hits = 16
            inside = slack <= along <= length - slack and abs(cross) + slack <= limit
            if not inside or length == 0:
                hits = 0
                for v in range(4):
                    sy = 32 * y + 4 + 8 * v
                    for u in range(4):
                        sx = 32 * x + 4 + 8 * u
                        ux, uy = sx - ax, sy - ay
                        at = dx * ux + dy * uy
                        if at <= 0:
                            hits += ux * ux + uy * uy <= reach * reach
                        elif at >= length:
                            ux, uy = sx - bx, sy - by
                            hits += ux * ux + uy * uy <= reach * reach
                        else:
                            hits += abs(dx * uy - dy * ux) <= limit
            put(pixels, (y * width + x) * 3, flat, (alpha * hits + 8) >> 4)


@compiled
def triangle(
    pixels: NDArray[np.uint8],
    width: int,
    c: NDArray[np.int32],
    clip: NDArray[np.int32],
    alpha: int,
) -> None:
    """A triangle.

    Args:
        pixels: (H * W * 3,) uint8, drawn over.
        width: of the picture.
        c: (COLUMNS,) the command.
        clip: (4,) xyxy: nothing is drawn outside.
        alpha: 0 to 255.
    """
    # In eighths of a pixel; samples lie at odd eighths.
    ax, ay = 8 * int64(c[X0]), 8 * int64(c[Y0])
    bx, by = 8 * int64(c[X1]), 8 * int64(c[Y1])
    cx, cy = 8 * int64(c[P]), 8 * int64(c[Q])
    area = (bx - ax) * (cy - ay) - (by - ay) * (cx - ax)
    if area == 0:
        return
    if area < 0:
        bx, by, cx, cy = cx, cy, bx, by
    flat = spread(int64(c[RGB]))
    left, right = max(min(ax, bx, cx) >> 3, clip[0]), min(max(ax, bx, cx) >> 3, clip[2])
    top, bottom = max(min(ay, by, cy) >> 3, clip[1]), min(max(ay, by, cy) >> 3, clip[3])
    for y in range(top, bottom):
        for x in range(left, right):
            hits = 0
            for v in range(4):
                sy = 8 * y + 1 + 2 * v
                for u in range(4):
                    sx = 8 * x + 1 + 2 * u
                    hits += (
                        (bx - ax) * (sy - ay) - (by - ay) * (sx - ax) >= 0
                        and (cx - bx) * (sy - by) - (cy - by) * (sx - bx) >= 0
                        and (ax - cx) * (sy - cy) - (ay - cy) * (sx - cx) >= 0
                    )
            put(pixels, (y * width + x) * 3, flat, (alpha * hits + 8) >> 4)
