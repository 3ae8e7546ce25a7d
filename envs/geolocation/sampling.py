"""Pictures of the Earth, looked up where a view shows them.

A picture is several sizes in one run of bytes; `sizes` says of each where it starts, its height and
width. A size is taken by how wide a pixel of the view is there, and near where the next would be
taken both are blended, so that none ends at a line.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from vgym.compiled import compiled_with
from vgym.compiled_pixels import mixed
from vgym.envs.geolocation.lattice import (
    CELL,
    SPREAD,
    X_ACROSS,
    X_DOWN,
    Y_ACROSS,
    Y_DOWN,
    X,
    Y,
    line_of,
    sides_of,
)

_BLENDED = 0.75  # from which part of the way to the next size on both are blended
_ONE = 256  # of whole-number weights
_FINE = 65536.0
_NEXT, _AFTER, _PIXEL = np.uint64(1), np.uint64(2), np.uint64(3)  # bytes


@compiled_with(error_model="numpy")
def look_up(
    nodes: NDArray[np.float64],
    exact: NDArray[np.bool_],
    pixels: NDArray[np.float64],
    picture: NDArray[np.uint8],
    sizes: NDArray[np.int64],
    corner: NDArray[np.float64],
    first: float,
    image: NDArray[np.uint8],
) -> None:
    """Write what a view shows of a picture, black beyond the globe.

    Args:
        nodes, exact, pixels: of the view; see `lattice` and `worked_out`.
        picture: bytes of all sizes, and one more. sizes: (S, 3) start, height and width of each.
        corner: of the picture, world x and y, and pixels of the world to one of its finest size.
        first: the size that is right for the middle of the view, and how much of the way to the
            next it is.
        image: (h, w, 3).
    """
    height, width = image.shape[0], image.shape[1]
    flat, number = image.reshape(-1), 0
    last = np.empty(4, np.uint8)
    for row in range(exact.shape[0]):
        top, bottom = row * CELL, min(row * CELL + CELL, height)
        for column in range(exact.shape[1]):
            left, right = column * CELL, min(column * CELL + CELL, width)
            if exact[row, column]:
                for i in range(top, bottom):
                    for j in range(left, right):
                        at = pixels[number, (i - top) * CELL + j - left]
                        if np.isnan(at[0]):
                            image[i, j, 0] = image[i, j, 1] = image[i, j, 2] = 0
                        else:
                            level = first + at[2]
                            _blended(picture, sizes, corner, level, at[0], at[1], image[i, j])
                number += 1
                continue
            size, alone = _size(nodes, row, column, first, len(sizes))
            scale = corner[2] * 2.0**size
            rows, columns = sizes[size, 1], sizes[size, 2]
            least_x, most_x, least_y, most_y = _reach(nodes, row, column)
            # In pixels of that size; the Earth is turned to where they are.
            least_x, most_x = (
                (least_x - corner[0]) / scale - 0.5,
                (most_x - corner[0]) / scale - 0.5,
            )
            turn = float(columns) if least_x < 0 else -float(columns) if most_x > columns else 0.0
            alone = alone and least_x + turn >= 0 and most_x + turn < columns - 1
            alone = alone and least_y >= corner[1] + 0.5 * scale
            alone = alone and most_y < corner[1] + (rows - 0.5) * scale
            turn_x = int((turn - corner[0] / scale - 0.5) * _FINE)
            turn_y = int((-corner[1] / scale - 0.5) * _FINE)
            sides_x, sides_y = sides_of(nodes, row, column, X), sides_of(nodes, row, column, Y)
            # Whole numbers of 65,536 to a pixel: steps along a line, and how they grow.
            fine, start, below = _FINE / scale, sizes[size, 0], columns * 3
            for i in range(top, bottom):
                down = (i + 0.5 - top) / CELL
                x0, x1, bend_x = line_of(sides_x, down)
                y0, y1, bend_y = line_of(sides_y, down)
                if alone:
                    x, over_x, grow_x = _steps(x0 * fine, x1 * fine, bend_x * fine)
                    y, over_y, grow_y = _steps(y0 * fine, y1 * fine, bend_y * fine)
                    x, y, at = x + turn_x, y + turn_y, np.uint64((i * width + left) * 3)
                    for _ in range(right - left - 1):
                        above = np.uint64(start + ((y >> 16) * columns + (x >> 16)) * 3)
                        under = above + np.uint64(below)
                        # One byte of the next pixel is written, which comes after it.
                        mixed(picture, above, under, x >> 8 & 255, y >> 8 & 255, flat, at)
                        x, y, at = x + over_x, y + over_y, at + _PIXEL
                        over_x, over_y = over_x + grow_x, over_y + grow_y
                    above = np.uint64(start + ((y >> 16) * columns + (x >> 16)) * 3)
                    under = above + np.uint64(below)
                    mixed(picture, above, under, x >> 8 & 255, y >> 8 & 255, last, np.uint64(0))
                    flat[at], flat[at + _NEXT], flat[at + _AFTER] = last[0], last[1], last[2]
                    continue
                s0, s1 = nodes[row, column, SPREAD], nodes[row, column + 1, SPREAD]
                s0 += (nodes[row + 1, column, SPREAD] - s0) * down
                s1 += (nodes[row + 1, column + 1, SPREAD] - s1) * down
                for j in range(left, right):
                    over = (j + 0.5 - left) / CELL
                    level = first + s0 + (s1 - s0) * over
                    sag = 0.5 * over * (1 - over)
                    world_x = x0 + (x1 - x0) * over - sag * bend_x
                    world_y = y0 + (y1 - y0) * over - sag * bend_y
                    _blended(picture, sizes, corner, level, world_x, world_y, image[i, j])


@compiled_with(error_model="numpy")
def tiles_seen(
    nodes: NDArray[np.float64],
    exact: NDArray[np.bool_],
    pixels: NDArray[np.float64],
    sizes: NDArray[np.int64],
    corner: NDArray[np.float64],
    first: float,
    seen: NDArray[np.bool_],
) -> None:
    """Mark the tiles of the finest sizes that `look_up` reads, and maybe a few beside them.

    Args:
        nodes, exact, pixels, sizes, corner, first: as there.
        seen: (S, R, C) of so many sizes, each cut into so many tiles.
    """
    for x, y, spread in pixels.reshape(-1, 3):
        if not np.isnan(x):
            size = min(max(int(np.floor(first + spread)), 0), len(sizes) - 1)
            _mark(seen, sizes, corner, size, size + 1, (x, x, y, y))
    for row in range(exact.shape[0]):
        for column in range(exact.shape[1]):
            if exact[row, column]:
                continue
            size, alone = _size(nodes, row, column, first, len(sizes))
            last = size
            if not alone:
                a, b = nodes[row, column, SPREAD], nodes[row, column + 1, SPREAD]
                c, d = nodes[row + 1, column, SPREAD], nodes[row + 1, column + 1, SPREAD]
                last = int(np.floor(first + max(max(a, b), max(c, d)))) + 1
            _mark(seen, sizes, corner, size, last, _reach(nodes, row, column))


@compiled_with(error_model="numpy")
def _mark(
    seen: NDArray[np.bool_],
    sizes: NDArray[np.int64],
    corner: NDArray[np.float64],
    first: int,
    last: int,
    box: tuple[float, float, float, float],
) -> None:
    """Mark the tiles of sizes, first to last, that show a box of the world (least and most x, least
    and most y), and the pixels about it."""
    for size in range(first, min(last + 1, seen.shape[0])):
        scale = corner[2] * 2.0**size
        tall, wide = sizes[size, 1] // seen.shape[1], sizes[size, 2] // seen.shape[2]
        left = int(np.floor((box[0] - corner[0]) / scale)) - 2
        right = int(np.floor((box[1] - corner[0]) / scale)) + 2
        top = max(int(np.floor((box[2] - corner[1]) / scale)) - 2, 0)
        bottom = min(int(np.floor((box[3] - corner[1]) / scale)) + 2, sizes[size, 1] - 1)
        for row in range(top // tall, bottom // tall + 1):
            for column in range(left // wide, right // wide + 1):
                seen[size, row, column % seen.shape[2]] = True


@compiled_with(error_model="numpy")
def _size(
    nodes: NDArray[np.float64], row: int, column: int, first: float, count: int
) -> tuple[int, bool]:
    """The size for a cell, and whether none else is seen there."""
    a, b = nodes[row, column, SPREAD], nodes[row, column + 1, SPREAD]
    c, d = nodes[row + 1, column, SPREAD], nodes[row + 1, column + 1, SPREAD]
    size = min(max(int(np.floor(first + min(min(a, b), min(c, d)))), 0), count - 1)
    return size, size == count - 1 or first + max(max(a, b), max(c, d)) < size + _BLENDED


@compiled_with(error_model="numpy")
def _reach(nodes: NDArray[np.float64], row: int, column: int) -> tuple[float, float, float, float]:
    """The least and the most x and y that a cell shows, or a little more."""
    left, top, right, bottom = math.inf, math.inf, -math.inf, -math.inf
    bend_x, bend_y = 0.0, 0.0
    for i in range(row, row + 2):
        for j in range(column, column + 2):
            node = nodes[i, j]
            left, right = min(left, node[X]), max(right, node[X])
            top, bottom = min(top, node[Y]), max(bottom, node[Y])
            bend_x = max(bend_x, abs(node[X_ACROSS]) + abs(node[X_DOWN]))
            bend_y = max(bend_y, abs(node[Y_ACROSS]) + abs(node[Y_DOWN]))
    return left - bend_x / 8, right + bend_x / 8, top - bend_y / 8, bottom + bend_y / 8


@compiled_with(error_model="numpy")
def _steps(start: float, end: float, bend: float) -> tuple[int, int, int]:
    """The first pixel of a line across a cell, the step to the second, and how steps grow."""
    along, grow = (end - start - 0.5 * bend) / CELL, bend / (CELL * CELL)
    return int(start + 0.5 * along + 0.125 * grow), int(along + grow), int(grow)


@compiled_with(error_model="numpy")
def _blended(
    picture: NDArray[np.uint8],
    sizes: NDArray[np.int64],
    corner: NDArray[np.float64],
    level: float,
    world_x: float,
    world_y: float,
    found: NDArray[np.uint8],
) -> None:
    """Write the colour at a place of the world, of the size of a level and the next."""
    size = min(max(int(np.floor(level)), 0), len(sizes) - 1)
    _at(picture, sizes[size], corner, 2.0**size, world_x, world_y, found)
    share = (level - size - _BLENDED) / (1 - _BLENDED)
    if share > 0 and size + 1 < len(sizes):
        red, green, blue = float(found[0]), float(found[1]), float(found[2])
        _at(picture, sizes[size + 1], corner, 2.0 ** (size + 1), world_x, world_y, found)
        share = min(share, 1.0)
        found[0] = np.uint8(red + (found[0] - red) * share + 0.5)
        found[1] = np.uint8(green + (found[1] - green) * share + 0.5)
        found[2] = np.uint8(blue + (found[2] - blue) * share + 0.5)


@compiled_with(error_model="numpy")
def _at(
    picture: NDArray[np.uint8],
    size: NDArray[np.int64],
    corner: NDArray[np.float64],
    halved: float,
    world_x: float,
    world_y: float,
    found: NDArray[np.uint8],
) -> None:
    scale = corner[2] * halved
    x = int(np.floor(((world_x - corner[0]) / scale - 0.5) * _ONE))
    y = int(np.floor(((world_y - corner[1]) / scale - 0.5) * _ONE))
    y = min(max(y, 0), (size[1] - 1) * _ONE)
    _bilinear(picture, size[0], size[1], size[2], x, y, found)


@compiled_with(error_model="numpy", inline="always")
def _bilinear(
    picture: NDArray[np.uint8],
    start: int,
    rows: int,
    columns: int,
    x: int,
    y: int,
    found: NDArray[np.uint8],
) -> None:
    """Write the colour between four pixels; x and y count 256ths. Columns go round."""
    column, across = x >> 8, x & 255
    line, down = y >> 8, y & 255
    if column < 0:
        column += columns
    elif column >= columns:
        column -= columns
    beside = column + 1 if column + 1 < columns else 0
    upper = start + line * columns * 3
    lower = upper + columns * 3 if line + 1 < rows else upper
    lower_right = across * down
    upper_right, lower_left = across * _ONE - lower_right, down * _ONE - lower_right
    upper_left = _ONE * _ONE - upper_right - down * _ONE
    column, beside = column * 3, beside * 3
    for k in range(3):
        total = upper_left * picture[upper + column + k] + upper_right * picture[upper + beside + k]
        total += (
            lower_left * picture[lower + column + k] + lower_right * picture[lower + beside + k]
        )
        found[k] = np.uint8((total + (_ONE * _ONE >> 1)) >> 16)
