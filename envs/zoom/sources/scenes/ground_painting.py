"""Painting what a whole lies on: tiles at the right mip level, borders that wind, slow shades.

What changes slowly (how far each ground is, how bright it lies there) is computed at the nodes of a
lattice of 8 to 16 shown pixels, the same for every window of a scale, and interpolated.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from vgym.compiled import compiled
from vgym.core.raster.numba_path import wide
from vgym.envs.zoom.sources.scenes.grounds import SIDE, Textures, noise
from vgym.envs.zoom.sources.scenes.layout import Cast, Layout, ground_distances

_LANES = 0x00FF00FF00FF00FF
_BORDER = 14.0  # pixels of the whole in which one ground goes over into the next
_WAVES = (2900.0, 730.0, 190.0)  # of the shades, pixels of the whole
_DEPTHS = (0.06, 0.05, 0.04)  # of each, as a share of the brightness
_NODES = 16.0  # shown pixels between nodes, at most


@compiled
def _shade(cast: Cast, layout: Layout, x: float, y: float, scale: float) -> float:
    """How bright the ground lies at a point, 0 to 1: noise of waves that the picture can show."""
    lost = 0.0
    for k in range(3):
        # A wave of few nodes fades out before the lattice misses it.
        seen = min(max(_WAVES[k] * scale / _NODES - 1, 0.0), 1.0)
        if seen > 0:
            u, v = x / _WAVES[k] + layout.cells.noise_y, y / _WAVES[k] + layout.cells.noise_x
            lost += seen * _DEPTHS[k] * noise(cast.rough, u, v)
    return 1.0 - sum(_DEPTHS) + lost


@compiled
def _spread(texel: int) -> int:
    """Red, green and blue to 16-bit lanes: red, blue, green from the low end."""
    return (texel & 0xFF) | (texel & 0xFF0000) | ((texel & 0xFF00) << 24)


@compiled
def _columns(
    start: float, scale: float, level: int, at: NDArray[np.int64], part: NDArray[np.int64]
) -> None:
    """For each pixel along an axis the texel before it, and how far to the next in 1/256.

    Args:
        start: where the picture begins, pixels of the whole. scale: shown pixels of one of them.
        level: of the tiles. at, part: written.
    """
    side = SIDE >> level
    for i in range(at.shape[0]):
        texel = (start + (i + 0.5) / scale) / (1 << level) - 0.5
        fixed = math.floor(texel * 256.0)
        at[i], part[i] = (fixed >> 8) & (side - 1), fixed & 255


@compiled
def _texel(
    texels: NDArray[np.uint32], row0: int, row1: int, fy: int, x0: int, x1: int, fx: int
) -> int:
    """A tile's colour between four texels, as lanes."""
    w11 = (fx * fy + 128) >> 8
    w01, w10 = fx - w11, fy - w11
    # Unsigned indices spare numba's check for negative ones.
    lanes = _spread(wide(texels[np.uint64(row0 + x0)])) * (256 - fx - fy + w11)
    lanes += _spread(wide(texels[np.uint64(row0 + x1)])) * w01
    lanes += _spread(wide(texels[np.uint64(row1 + x0)])) * w10
    lanes += _spread(wide(texels[np.uint64(row1 + x1)])) * w11
    return (lanes >> 8) & _LANES


@compiled
def _put(pixels: NDArray[np.uint8], at: int, lanes: int, gain: int) -> None:
    """Write a colour, darkened to gain / 256."""
    lanes = lanes * gain
    pixels[np.uint64(at)] = np.uint8(lanes >> 8)
    pixels[np.uint64(at + 1)] = np.uint8(lanes >> 40)
    pixels[np.uint64(at + 2)] = np.uint8(lanes >> 24)


@compiled
def _paint_run(
    pixels: NDArray[np.uint8],
    at: int,
    texels: NDArray[np.uint32],
    row0: int,
    row1: int,
    fy: int,
    mask: int,
    left: int,
    right: int,
    at_x: NDArray[np.int64],
    part_x: NDArray[np.int64],
    gain: int,
    pace: int,
) -> None:
    """One ground along a row: brightness goes from gain on by pace, in 1/2**24."""
    for column in range(left, right):
        x0 = at_x[np.uint64(column)]
        lanes = _texel(texels, row0, row1, fy, x0, (x0 + 1) & mask, part_x[np.uint64(column)])
        _put(pixels, at, lanes, gain >> 16)
        gain += pace
        at += 3


@compiled
def paint_ground(
    layout: Layout,
    cast: Cast,
    textures: Textures,
    x0: float,
    y0: float,
    scale: float,
    image: NDArray[np.uint8],
) -> None:
    """Paint the ground of a window, every pixel.

    Args:
        layout, cast: the whole.
        textures: of its split.
        x0, y0: the window's corner, pixels of the whole.
        scale: shown pixels of one of them.
        image: (h, w, 3) written.
    """
    height, width = image.shape[0], image.shape[1]
    level = 0
    while level < textures.offset.shape[1] - 1 and scale * (2 << level) <= 1.0:
        level += 1
    at_x, part_x = np.empty(width, np.int64), np.empty(width, np.int64)
    at_y, part_y = np.empty(height, np.int64), np.empty(height, np.int64)
    _columns(x0, scale, level, at_x, part_x)
    _columns(y0, scale, level, at_y, part_y)
    step = 2.0 ** math.floor(math.log2(_NODES / scale))  # between nodes, pixels of the whole
    first_i, first_j = math.floor(y0 / step), math.floor(x0 / step)
    rows = math.floor((y0 + height / scale) / step) + 2 - first_i
    columns = math.floor((x0 + width / scale) / step) + 2 - first_j
    grounds = layout.texture.shape[0]
    distances = np.empty((rows, columns, grounds))
    shades = np.empty((rows, columns))
    for i in range(rows):
        for j in range(columns):
            x, y = (first_j + j) * step, (first_i + i) * step
            ground_distances(layout, cast, x, y, distances[i, j])
            shades[i, j] = _shade(cast, layout, x, y, scale)
    soft = max(_BORDER, 1.5 / scale)
    pixels, side = image.reshape(-1), SIDE >> level
    mask = side - 1
    for i in range(rows - 1):
        top, bottom = _span((first_i + i) * step, step, y0, scale, height)
        for j in range(columns - 1):
            left, right = _span((first_j + j) * step, step, x0, scale, width)
            g = _alone(distances, i, j, soft)
            for row in range(top, bottom):
                v = (y0 + (row + 0.5) / scale) / step - (first_i + i)
                shade = shades[i, j] + v * (shades[i + 1, j] - shades[i, j])
                across = shades[i, j + 1] + v * (shades[i + 1, j + 1] - shades[i, j + 1])
                u = (x0 + (left + 0.5) / scale) / step - (first_j + j)
                gain = int((shade + u * (across - shade)) * 16777216.0)
                pace = int((across - shade) / (scale * step) * 16777216.0)
                row0, row1 = at_y[row] * side, ((at_y[row] + 1) & mask) * side
                at = (row * width + left) * 3
                if g >= 0:
                    origin = textures.offset[layout.texture[g], level]
                    _paint_run(
                        pixels,
                        at,
                        textures.texels,
                        origin + row0,
                        origin + row1,
                        part_y[row],
                        mask,
                        left,
                        right,
                        at_x,
                        part_x,
                        gain,
                        pace,
                    )
                    continue
                for column in range(left, right):
                    u = (x0 + (column + 0.5) / scale) / step - (first_j + j)
                    near, next_, share = _mixed(distances, i, j, u, v, soft)
                    x, x_next = at_x[column], (at_x[column] + 1) & mask
                    origin = textures.offset[layout.texture[near], level]
                    up, down = origin + row0, origin + row1
                    fx, fy = part_x[column], part_y[row]
                    lanes = _texel(textures.texels, up, down, fy, x, x_next, fx)
                    if share > 0:
                        origin = textures.offset[layout.texture[next_], level]
                        up, down = origin + row0, origin + row1
                        other = _texel(textures.texels, up, down, fy, x, x_next, fx)
                        lanes = ((lanes * (256 - share) + other * share) >> 8) & _LANES
                    _put(pixels, at, lanes, gain >> 16)
                    gain += pace
                    at += 3


@compiled
def _span(node: float, step: float, start: float, scale: float, pixels: int) -> tuple[int, int]:
    """The pixels whose middles lie between a node and the next."""
    first = math.ceil((node - start) * scale - 0.5)
    end = math.ceil((node + step - start) * scale - 0.5)
    return max(first, 0), min(end, pixels)


@compiled
def _alone(distances: NDArray[np.float64], i: int, j: int, soft: float) -> int:
    """The ground that alone is seen between four nodes; -1 if a border may run there.

    Distances are interpolated, so what is nearest at all four by some way is so between them.
    """
    best = int(np.argmin(distances[i, j]))
    for di in range(2):
        for dj in range(2):
            there = distances[i + di, j + dj]
            for g in range(there.shape[0]):
                if g != best and there[g] - there[best] < soft:
                    return -1
    return best


@compiled
def _mixed(
    distances: NDArray[np.float64], i: int, j: int, u: float, v: float, soft: float
) -> tuple[int, int, int]:
    """The nearest ground, the next, and the share in 1/256 of the next in what is seen."""
    near, next_ = 0, 0
    least, less = np.inf, np.inf
    for g in range(distances.shape[2]):
        above = distances[i, j, g] + u * (distances[i, j + 1, g] - distances[i, j, g])
        beneath = distances[i + 1, j, g] + u * (distances[i + 1, j + 1, g] - distances[i + 1, j, g])
        d = above + v * (beneath - above)
        if d < least:
            next_, less = near, least
            near, least = g, d
        elif d < less:
            next_, less = g, d
    share = 128.0 * (1.0 - (less - least) / soft)
    return near, next_, int(max(share, 0.0))
