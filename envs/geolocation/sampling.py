"""Pictures of the Earth, looked up where a view shows them.

A picture is several sizes in one run of bytes; `sizes` says of each where it starts, its height and
width. A size is taken by how wide a pixel of the view is there, and near where the next would be
taken both are blended, so that none ends at a line.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vgym.compiled import compiled_with
from vgym.envs.geolocation.lattice import CELL, SPREAD, X, Y, shown

_BLENDED = 0.75  # from which part of the way to the next size on both are blended
_ONE = 256  # of whole-number weights


@compiled_with(error_model="numpy")
def look_up(
    frame: NDArray[np.float64],
    nodes: NDArray[np.float64],
    exact: NDArray[np.bool_],
    picture: NDArray[np.uint8],
    sizes: NDArray[np.int64],
    corner: NDArray[np.float64],
    first: float,
    image: NDArray[np.uint8],
) -> None:
    """Write what a view shows of a picture, black beyond the globe.

    Args:
        frame, nodes, exact: of the view; see `lattice`.
        picture: bytes of all sizes. sizes: (S, 3) start, height and width of each.
        corner: of the picture, world x and y, and pixels of the world to one of its finest size.
        first: the size that is right for the middle of the view, and how much of the way to the
            next it is.
        image: (h, w, 3).
    """
    height, width = image.shape[0], image.shape[1]
    for row in range(exact.shape[0]):
        top, bottom = row * CELL, min(row * CELL + CELL, height)
        for column in range(exact.shape[1]):
            left, right = column * CELL, min(column * CELL + CELL, width)
            if exact[row, column]:
                for i in range(top, bottom):
                    for j in range(left, right):
                        at = shown(frame, (j + 0.5) / width - 0.5, (0.5 * height - i - 0.5) / width)
                        if np.isnan(at[0]):
                            image[i, j, 0] = image[i, j, 1] = image[i, j, 2] = 0
                        else:
                            level = first + np.log2(at[6])
                            _blended(picture, sizes, corner, level, at[0], at[1], image[i, j])
                continue
            a, b = nodes[row, column], nodes[row, column + 1]
            c, d = nodes[row + 1, column], nodes[row + 1, column + 1]
            lowest = first + np.log2(min(min(a[SPREAD], b[SPREAD]), min(c[SPREAD], d[SPREAD])))
            highest = first + np.log2(max(max(a[SPREAD], b[SPREAD]), max(c[SPREAD], d[SPREAD])))
            size = min(max(int(np.floor(lowest)), 0), len(sizes) - 1)
            alone = size == len(sizes) - 1 or highest < size + _BLENDED
            scale = corner[2] * 2.0**size
            start, rows, columns = sizes[size]
            for i in range(top, bottom):
                down = (i + 0.5 - top) / CELL
                x0, x1 = a[X] + (c[X] - a[X]) * down, b[X] + (d[X] - b[X]) * down
                y0, y1 = a[Y] + (c[Y] - a[Y]) * down, b[Y] + (d[Y] - b[Y]) * down
                if alone:
                    # In 256ths of the picture's pixels.
                    step_x, step_y = (x1 - x0) / CELL, (y1 - y0) / CELL
                    start_x = ((x0 + 0.5 * step_x - corner[0]) / scale - 0.5) * _ONE
                    start_y = ((y0 + 0.5 * step_y - corner[1]) / scale - 0.5) * _ONE
                    step_x, step_y = step_x / scale * _ONE, step_y / scale * _ONE
                    for j in range(right - left):
                        x = int(np.floor(start_x + j * step_x))
                        y = min(max(int(np.floor(start_y + j * step_y)), 0), (rows - 1) * _ONE)
                        _bilinear(picture, start, rows, columns, x, y, image[i, left + j])
                else:
                    s0 = np.log2(a[SPREAD] + (c[SPREAD] - a[SPREAD]) * down)
                    s1 = np.log2(b[SPREAD] + (d[SPREAD] - b[SPREAD]) * down)
                    for j in range(left, right):
                        over = (j + 0.5 - left) / CELL
                        level = first + s0 + (s1 - s0) * over
                        x, y = x0 + (x1 - x0) * over, y0 + (y1 - y0) * over
                        _blended(picture, sizes, corner, level, x, y, image[i, j])


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
