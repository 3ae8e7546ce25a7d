"""What each row and each column of a picture looks along, and the wall that ends it."""

import math
from typing import Any

import numpy as np

from vgym.compiled import compiled
from vgym.envs.navigation.render.optics import (
    HALF,
    HIGH,
    LIGHT_FLOOR,
    METRES,
    NEAR,
    ONE,
    PER_CELL,
    STEEPEST,
    TINY,
    ZERO,
    F,
    level_of,
    level_start,
    light_at,
    side_light,
)


@compiled
def look_along_rows(height: int, lens: Any, rows_f: Any, rows_i: Any) -> None:
    """Where floor and ceiling are met in each row, and how they look there.

    rows_f: slope, 1 / slope, depth, light, texels a cell. rows_i: level, its first texel.
    """
    _, _, eye, _, _, _, pixel, shift, _, grain = lens
    slopes, inverse, plane = rows_f[0], rows_f[1], rows_f[2]
    plane_light, plane_scale = rows_f[3], rows_f[4]
    plane_level, plane_start = rows_i[0], rows_i[1]
    for r in range(height):
        k = (F(height) * HALF - (F(r) + HALF)) * pixel + shift
        slopes[r] = k
        i = ONE / (k if abs(k) > TINY else TINY)
        inverse[r] = i
        rise = -eye if k < ZERO else HIGH - eye
        t = rise * i
        plane[r] = t
        stretch = max(abs(i), ONE)
        level = level_of(grain * t * math.sqrt(stretch))
        plane_level[r], plane_start[r] = level, level_start(level)
        plane_scale[r] = F(64 >> level) * METRES
        shade = LIGHT_FLOOR if k < ZERO else ONE
        plane_light[r] = F(256) * (shade * light_at(t))


@compiled
def march_to_walls(
    lens: Any, plan: Any, rooms: int, columns_f: Any, columns_i: Any, wall_most: Any
) -> None:
    """The wall at the end of each column, by steps from cell to cell.

    Args:
        lens: where the eye is and where it looks; see `numba_path`.
        plan: wall, gap and room of each cell.
        rooms: how many there are.
        columns_f: (7, w) written: slope, direction x and y, depth, place along the texture in
            texels, light, 1 / steepness.
        columns_i: (2, w) written: level, the room before the wall.
        wall_most: written: the deepest wall of every eight columns.
    """
    ex, ey, _, cy, sy, _, pixel, _, _, grain = lens
    wall, gap, room = plan
    grid_h, grid_w = wall.shape
    width = columns_f.shape[1]
    x0, y0 = ex * PER_CELL, ey * PER_CELL
    inside = x0 >= ZERO and y0 >= ZERO and x0 < F(grid_w) and y0 < F(grid_h)
    start_x, start_y = (int(x0), int(y0)) if inside else (0, 0)
    for block in range((width + 7) >> 3):
        wall_most[block] = ZERO
    for c in range(width):
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
        wall_most[c >> 3] = max(wall_most[c >> 3], t)
