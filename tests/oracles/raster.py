"""Slow drawing: one pixel, one slot, one sample at a time, in Python integers and fractions.

Written from the text of `vgym.core.raster.draw_list` and `bank`, without their code.
"""

import math
from fractions import Fraction
from typing import Any

import numpy as np

Texel = tuple[int, int, int, int]
Level = list[list[Texel]]

SPRITE, OUTLINE, SILHOUETTE = 0, 3, 6


def nearest(value: Fraction) -> int:
    """Rounded to the nearest integer, halves up."""
    return math.floor(value + Fraction(1, 2))


def part(value: int, alpha: int) -> int:
    return nearest(Fraction(value * alpha, 255))


def pyramid(rgba: np.ndarray, levels: int) -> list[Level]:
    """Premultiplied texels of each level of one straight-alpha picture."""
    level: Level = [
        [(part(r, a), part(g, a), part(b, a), a) for r, g, b, a in row] for row in rgba.tolist()
    ]
    out = [level]
    for _ in range(levels - 1):
        high, wide = len(level), len(level[0])
        level = [
            [
                tuple(
                    nearest(
                        Fraction(
                            sum(
                                texel(level, i, j)[c]
                                for j in (2 * y, 2 * y + 1)
                                for i in (2 * x, 2 * x + 1)
                            ),
                            4,
                        )
                    )
                    for c in range(4)
                )
                for x in range((wide + 1) // 2)
            ]
            for y in range((high + 1) // 2)
        ]
        out.append(level)
    return out


def texel(level: Level, i: int, j: int) -> Texel:
    if 0 <= j < len(level) and 0 <= i < len(level[0]):
        return level[j][i]
    return (0, 0, 0, 0)


def sample(level: Level, params: list[int], x: int, y: int) -> list[int]:
    a, b, c, d, e, f = params[:6]
    u, v = a * x + b * y + c, d * x + e * y + f
    i, j = u // 65536, v // 65536
    fx, fy = u % 65536 // 256, v % 65536 // 256
    both = nearest(Fraction(fx * fy, 256))
    corners = [
        (texel(level, i, j), 256 - fx - fy + both),
        (texel(level, i + 1, j), fx - both),
        (texel(level, i, j + 1), fy - both),
        (texel(level, i + 1, j + 1), both),
    ]
    return [nearest(Fraction(sum(t[k] * w for t, w in corners), 256)) for k in range(4)]


def recolour(natural: list[int], tint: list[int]) -> list[int]:
    r, g, b, a = natural
    luma = nearest(Fraction(77 * r + 150 * g + 29 * b, 256))
    shade = nearest(Fraction(125 * a + 130 * luma, 255))
    full = [part(t, shade) for t in tint[:3]] + [a]
    mixed = zip(natural, full, strict=True)
    return [nearest(Fraction(n * (255 - tint[3]) + f * tint[3], 255)) for n, f in mixed]


def overlap(low: int, high: int, pixel: int) -> Fraction:
    return max(min(Fraction(high, 256), pixel + 1) - max(Fraction(low, 256), pixel), Fraction(0))


def coverage(p: list[int], x: int, y: int) -> int:
    """Share of the pixel that the outline covers, out of 255."""
    x0, y0, x1, y1, t = p[:5]
    area = overlap(x0, x1, x) * overlap(y0, y1, y)
    area -= overlap(x0 + t, x1 - t, x) * overlap(y0 + t, y1 - t, y)
    return nearest(area * 255)


def draw_picture(picture: np.ndarray, sprites: list[list[Level]], draws: Any, row: int) -> None:
    """Draw one row of a draw list over an (H, W, 3) array, in place."""
    height, width = picture.shape[:2]
    for n in range(int(draws.count[row])):
        kind = int(draws.kind[row, n])
        params = draws.params[row, n].tolist()
        x0, y0, x1, y1 = draws.bounds[row, n].tolist()
        tint = draws.tint[row, n].tolist()
        opacity = int(draws.alpha[row, n])
        level = sprites[int(draws.sprite[row, n])][int(draws.level[row, n])]
        for y in range(height):
            for x in range(width):
                if not (x0 <= x < x1 and y0 <= y < y1):
                    continue
                if kind == SPRITE:
                    colour = recolour(sample(level, params, x, y), tint)
                    colour = [part(c, opacity) for c in colour]
                else:
                    if kind == SILHOUETTE:
                        cover = sample(level, params, x, y)[3]
                    else:
                        cover = coverage(params, x, y)
                    alpha = part(cover, opacity)
                    colour = [part(t, alpha) for t in tint[:3]] + [alpha]
                under = picture[y, x].tolist()
                picture[y, x] = [colour[c] + part(under[c], 255 - colour[3]) for c in range(3)]
