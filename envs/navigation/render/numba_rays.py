"""What each row and each column of a picture looks along, and the wall that ends it."""

import math
from typing import Any

import numpy as np

from vgym.compiled import compiled, inlined
from vgym.envs.navigation.render.optics import (
    EYE_MARGIN,
    FOV_LEAST,
    FOV_MOST,
    HALF,
    HIGH,
    LIGHT_FLOOR,
    METRES,
    NEAR,
    ONE,
    PER_CELL,
    PITCH_MOST,
    STEEPEST,
    TEXELS,
    TINY,
    ZERO,
    F,
    level_of,
    level_start,
    light_at,
    side_light,
)


@compiled
def lens_of(camera: Any, height: int, width: int) -> Any:
    """Eye x, y, z; cosine and sine of yaw; focal length and its inverse; slope and row of the
    middle of the picture; texels to a pixel at a depth of one metre."""
    pitch = min(max(camera[3], -PITCH_MOST), PITCH_MOST)
    eye = min(max(camera[4], EYE_MARGIN), HIGH - EYE_MARGIN)
    fov = min(max(camera[5], FOV_LEAST), FOV_MOST)
    cy, sy = F(math.cos(camera[2])), F(math.sin(camera[2]))
    focal = (F(width) * HALF) / F(math.tan(fov * HALF))
    pixel = ONE / focal
    middle = F(height) * HALF - HALF
    shift = F(math.tan(pitch))
    return camera[0], camera[1], eye, cy, sy, focal, pixel, shift, middle, TEXELS * pixel


@inlined
def look_along_row(r: int, height: int, lens: Any, rows_f: Any, rows_i: Any) -> None:
    """Where floor and ceiling are met in a row, and how they look there.

    Args:
        r: the row.
        height: of the picture.
        lens: where the eye is and where it looks; see `lens_of`.
        rows_f: (5, h) written: slope, 1 / slope, depth, light, texels a cell.
        rows_i: (2, h) written: level, its first texel.
    """
    _, _, eye, _, _, _, pixel, shift, _, grain = lens
    k = (F(height) * HALF - (F(r) + HALF)) * pixel + shift
    i = ONE / (k if abs(k) > TINY else TINY)
    rise = -eye if k < ZERO else HIGH - eye
    t = rise * i
    stretch = max(abs(i), ONE)
    level = level_of(grain * t * math.sqrt(stretch))
    shade = LIGHT_FLOOR if k < ZERO else ONE
    rows_f[0, r], rows_f[1, r], rows_f[2, r] = k, i, t
    rows_f[3, r] = F(256) * (shade * light_at(t))
    rows_f[4, r] = F(64 >> level) * METRES
    rows_i[0, r], rows_i[1, r] = level, level_start(level)


@inlined
def march_to_wall(
    c: int,
    lens: Any,
    wall: Any,
    gap: Any,
    room: Any,
    rooms: int,
    columns_f: Any,
    columns_i: Any,
) -> None:
    """The wall at the end of a column, by steps from cell to cell.

    Args:
        c: the column.
        lens: where the eye is and where it looks; see `lens_of`.
        wall, gap, room: of each cell.
        rooms: how many there are.
        columns_f: (7, w) written: slope, direction x and y, depth, place along the texture in
            texels, light, 1 / steepness.
        columns_i: (2, w) written: level, the room before the wall.
    """
    ex, ey, _, cy, sy, _, pixel, _, _, grain = lens
    grid_h, grid_w = wall.shape
    width = columns_f.shape[1]
    x0, y0 = ex * PER_CELL, ey * PER_CELL
    inside = x0 >= ZERO and y0 >= ZERO and x0 < F(grid_w) and y0 < F(grid_h)
    start_x, start_y = (int(x0), int(y0)) if inside else (0, 0)
    slope = (F(width) * HALF - (F(c) + HALF)) * pixel
    dx, dy = cy - slope * sy, sy + slope * cy
    ix = ONE / (dx if abs(dx) > TINY else TINY)
    iy = ONE / (dy if abs(dy) > TINY else TINY)
    cx, cr, at, side = start_x, start_y, ZERO, -1
    right, up = ix > ZERO, iy > ZERO
    while inside and cx >= 0 and cr >= 0 and cx < grid_w and cr < grid_h and not wall[cr, cx]:
        g: Any = max(np.int64(gap[cr, cx]), 1)
        edge_x = cx + g if right else cx - g + 1
        edge_y = cr + g if up else cr - g + 1
        to_x = (F(edge_x) - x0) * ix
        to_y = (F(edge_y) - y0) * iy
        if to_x <= to_y:
            at, side = max(at, to_x), 0
            cx = edge_x if right else edge_x - 1
            if g > 1:
                beyond = int(y0 + at * dy)
                cr = min(max(beyond, cr), edge_y - 1) if up else max(min(beyond, cr), edge_y)
        else:
            at, side = max(at, to_y), 1
            cr = edge_y if up else edge_y - 1
            if g > 1:
                beyond = int(x0 + at * dx)
                cx = min(max(beyond, cx), edge_x - 1) if right else max(min(beyond, cx), edge_x)
    t = max(at * METRES, NEAR)
    back_x, back_y = cx, cr
    if side == 0:
        back_x = cx - 1 if right else cx + 1
        u, facing = ey + t * dy, abs(ix)
        shade = side_light(-ONE if right else ONE, ZERO)
    else:
        if side == 1:
            back_y = cr - 1 if up else cr + 1
        u, facing = ex + t * dx, abs(iy)
        shade = side_light(ZERO, -ONE if up else ONE)
    number = 0
    if back_x >= 0 and back_y >= 0 and back_x < grid_w and back_y < grid_h:
        number = int(room[back_y, back_x])
    number = number if number >= 0 and number < rooms else 0
    facing = min(facing, STEEPEST)
    level = level_of(grain * t * math.sqrt(facing))
    columns_f[0, c], columns_f[1, c], columns_f[2, c], columns_f[3, c] = slope, dx, dy, t
    columns_f[4, c] = u * F(64 >> level)
    columns_f[5, c] = F(256) * (shade * light_at(t))
    columns_f[6, c] = ONE / facing
    columns_i[0, c], columns_i[1, c] = level, number


@compiled
def note_deepest(columns_f: Any, wall_most: Any) -> None:
    """The deepest wall of every eight columns: `wall_most` is written."""
    width = columns_f.shape[1]
    for block in range((width + 7) >> 3):
        wall_most[block] = ZERO
    for c in range(width):
        wall_most[c >> 3] = max(wall_most[c >> 3], columns_f[3, c])
