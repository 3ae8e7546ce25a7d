"""What is in front in a column of a picture, textured and lit: scalar code, the CPU's and the
card's."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vgym.compiled import compiled, inlined
from vgym.envs.navigation.render.numba_columns import FLAT, NOT_MET, cap_look, face_look, meet
from vgym.envs.navigation.render.optics import (
    DIM,
    FIRST_ID,
    FLOOR_ID,
    HIGH,
    NEAR,
    ONE,
    PER_CELL,
    UPRIGHT,
    WALL_ID,
    ZERO,
    F,
    full,
    level_start,
)
from vgym.envs.navigation.render.scenes import PYRAMID


@inlined
def paint_column(
    c: int,
    tile: Any,
    depths: Any,
    labels: Any,
    extras: bool,
    lens: Any,
    room: Any,
    room_texture: Any,
    room_tint: Any,
    texels: Any,
    rows_f: Any,
    rows_i: Any,
    columns_f: Any,
    columns_i: Any,
    parts: Any,
    faces: Any,
    lights: Any,
    front: Any,
    winner: Any,
) -> None:
    """Paint what is in front, run by run. Arrays come one by one: to take them out of a tuple for
    every column made the CPU's pictures an eighth slower.

    Args:
        c: the column.
        tile: (h, w, 3) the picture, written; depths, labels: (h, w) written if `extras`.
        lens, rows_f, columns_f, front, winner: see `begin_column`. rows_i, columns_i: `numba_rays`.
        room: of each cell. room_texture, room_tint: of the rooms' surfaces.
        texels: (T * 5461,) RGBA. parts, faces, lights: see `numba_parts`.
    """
    height = tile.shape[0]
    ex, ey, eye, _, _, _, _, _, _, grain = lens
    grid_h, grid_w = room.shape
    rooms, textures = room_texture.shape[0], texels.shape[0] // PYRAMID
    x0, y0 = ex * PER_CELL, ey * PER_CELL
    slope, dx, dy, wall_t = columns_f[0, c], columns_f[1, c], columns_f[2, c], columns_f[3, c]
    met, begin = NOT_MET, ZERO
    side, t_in, t_out, ilx, ily, miss = NOT_MET, ZERO, ZERO, ONE, ONE, ZERO
    r = 0
    while r < height:
        ident = winner[r]
        stop = r + 1
        while stop < height and winner[stop] == ident:
            stop += 1
        if ident == WALL_ID:
            level, own = columns_i[0, c], columns_i[1, c]
            size = 64 >> level
            mask, up_by = size - 1, 6 - level
            sheet: Any = PYRAMID * min(max(np.int64(room_texture[own, 1]), 0), textures - 1)
            base = level_start(level) + (int(columns_f[4, c]) & mask)
            from_top = (UPRIGHT - eye) * F(size)
            per_slope = wall_t * F(size)
            light = columns_f[5, c]
            red, green = full(room_tint[own, 1, 0]), full(room_tint[own, 1, 1])
            blue = full(room_tint[own, 1, 2])
            for y in range(r, stop):
                z = eye + wall_t * rows_f[0, y]
                shine = np.int32(light * min(DIM + min(z, HIGH - z), ONE))
                tv = np.int32(from_top - per_slope * rows_f[0, y]) & mask
                texel = texels[sheet + base + (tv << up_by)]
                _put(tile, y, c, texel, shine, red, green, blue)
        elif ident < FIRST_ID:
            surface = 0 if ident == FLOOR_ID else 2
            known: Any = -1
            home = columns_i[1, c]
            sheet, red, green, blue = np.int64(0), np.int32(0), np.int32(0), np.int32(0)
            dx8, dy8, facing = dx * PER_CELL, dy * PER_CELL, columns_f[6, c]
            for y in range(r, stop):
                t = front[y]
                x, w = x0 + t * dx8, y0 + t * dy8
                cx = min(max(np.int32(x), 0), grid_w - 1)
                cr = min(max(np.int32(w), 0), grid_h - 1)
                own = np.int64(room[cr, cx])
                if own != known:
                    known = own
                    own = own if own >= 0 and own < rooms else home
                    number_of = np.int64(room_texture[own, surface])
                    sheet = PYRAMID * min(max(number_of, 0), textures - 1)
                    red = full(room_tint[own, surface, 0])
                    green = full(room_tint[own, surface, 1])
                    blue = full(room_tint[own, surface, 2])
                level = rows_i[0, y]
                mask = (64 >> level) - 1
                tu = np.int32(x * rows_f[4, y]) & mask
                tv = np.int32(w * rows_f[4, y]) & mask
                shine = np.int32(rows_f[3, y] * min(DIM + (wall_t - t) * facing, ONE))
                # North is the texture's top.
                texel = texels[sheet + rows_i[1, y] + ((mask - tv) << (6 - level)) + tu]
                _put(tile, y, c, texel, shine, red, green, blue)
        else:
            n = (ident - FIRST_ID) // 3
            cap = (ident - FIRST_ID) - 3 * n
            sheet = PYRAMID * np.int64(faces[n, 3])
            red, green, blue = faces[n, 6], faces[n, 7], faces[n, 8]
            if n != met:  # a part's top and face follow each other
                side, t_in, t_out, ilx, ily, miss = meet(n, slope, wall_t, parts, faces)
                met, begin = n, max(t_in, NEAR)
            if cap == 0:
                level, base, from_top, per_slope, light = face_look(
                    n, side, t_in, ilx, ily, miss, slope, eye, grain, parts, faces, lights
                )
                fit = faces[n, 4] or side == FLAT
                mask, up_by = (64 >> level) - 1, 6 - level
                for y in range(r, stop):
                    z = eye + begin * rows_f[0, y]
                    shine = np.int32(light * min(DIM + z, ONE))
                    down = np.int32(from_top - per_slope * rows_f[0, y])
                    tv = min(max(down, 0), mask) if fit else down & mask
                    texel = texels[sheet + base + (tv << up_by)]
                    _put(tile, y, c, texel, shine, red, green, blue)
            else:
                level, light = cap_look(n, begin, min(t_out, wall_t), grain, parts, faces)
                shine = np.int32(light)
                if level == 6:
                    texel = texels[sheet + level_start(6)]
                    for y in range(r, stop):
                        _put(tile, y, c, texel, shine, red, green, blue)
                else:
                    size = 64 >> level
                    mask, base, scale = size - 1, level_start(level), F(size)
                    lx = parts[n, 0] + slope * parts[n, 1]
                    ly = slope * parts[n, 0] - parts[n, 1]
                    ox, oy = parts[n, 2] + parts[n, 4], parts[n, 3] + parts[n, 5]
                    for y in range(r, stop):
                        t = front[y]
                        tu = np.int32((ox + t * lx) * scale) & mask
                        tv = np.int32((oy + t * ly) * scale) & mask
                        texel = texels[sheet + base + ((mask - tv) << (6 - level)) + tu]
                        _put(tile, y, c, texel, shine, red, green, blue)
        if extras:
            thing = -1
            if ident >= FIRST_ID:
                thing = faces[(ident - FIRST_ID) // 3, 5]
            for y in range(r, stop):
                depths[y, c] = front[y]
                labels[y, c] = thing
        r = stop


@compiled
def _put(
    tile: NDArray[np.uint8],
    row: int,
    column: int,
    texel: np.uint32,
    light: np.int32,
    red: np.int32,
    green: np.int32,
    blue: np.int32,
) -> None:
    tile[row, column, 0] = ((texel & 255) * (red * light)) >> 16
    tile[row, column, 1] = (((texel >> 8) & 255) * (green * light)) >> 16
    tile[row, column, 2] = (((texel >> 16) & 255) * (blue * light)) >> 16
