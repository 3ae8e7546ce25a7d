"""What a column of a picture shows: scalar code, the CPU's and the card's.

Everything about a column is worked out once: the ray on the floor plan meets walls and parts at
depths along the view axis, and each upright face is a span of rows of one depth, each top a span
below or above it. Spans go into a depth buffer of the column, where each row notes what is in front
(`begin_column`, `hide_behind`), and only that is textured (`paint_column`).
"""

import math
from typing import Any

import numpy as np

from vgym.compiled import inlined
from vgym.envs.navigation.render.optics import (
    CEIL_ID,
    FIRST_ID,
    FLOOR_ID,
    HALF,
    HIGH,
    LIGHT_BILLBOARD,
    LIGHT_BOTTOM,
    LIGHT_TOP,
    NEAR,
    ONE,
    ROUND,
    STEEPEST,
    TINY,
    TURN,
    UPRIGHT,
    WALL_ID,
    ZERO,
    F,
    level_of,
    level_start,
    light_at,
    row_of,
    side_light,
)
from vgym.envs.navigation.render.scenes import PYRAMID
from vgym.envs.navigation.worlds.world import BILLBOARD, CYLINDER

# How a ray meets a part: on one of the four sides of a box (-x, +x, -y, +y), or
NOT_MET, CURVED, FLAT = -1, 4, 5


@inlined
def begin_column(
    c: int, height: int, lens: Any, rows_f: Any, columns_f: Any, front: Any, winner: Any
) -> None:
    """The wall, and floor and ceiling before it.

    Args:
        c: the column. height: of the picture.
        lens: see `lens_of`. rows_f, columns_f: see `numba_rays`.
        front: (h,) written: the depth of what is in front in each row.
        winner: (h,) written: what that is, three numbers for each part: face, top and bottom.
    """
    _, _, eye, _, _, focal, _, shift, middle, _ = lens
    wall_t = columns_f[3, c]
    inverse_t = ONE / wall_t
    high = F(height)
    top = row_of((HIGH - eye) * inverse_t, middle, shift, focal, high)
    bottom = row_of(-eye * inverse_t, middle, shift, focal, high)
    for r in range(top):
        front[r], winner[r] = min(rows_f[2, r], wall_t), CEIL_ID
    for r in range(top, bottom):
        front[r], winner[r] = wall_t, WALL_ID
    for r in range(bottom, height):
        front[r], winner[r] = min(rows_f[2, r], wall_t), FLOOR_ID


@inlined
def meet(n: int, slope: np.float32, wall_t: np.float32, parts: Any, faces: Any) -> Any:
    """Where a column's ray meets part `n` before the wall.

    Returns:
        On which side, or `NOT_MET`; depths where it enters and leaves; 1 over the ray along x and y
        of the part; of a billboard how far beside the middle, of a cylinder half the way through.
    """
    p, q = parts[n, 0], parts[n, 1]
    half_x, half_y = parts[n, 4], parts[n, 5]
    kind = faces[n, 2]
    if kind == BILLBOARD:
        t_in = parts[n, 8]
        across = parts[n, 9] - slope * t_in
        if t_in <= NEAR or abs(across) > half_x or t_in >= wall_t:
            return NOT_MET, ZERO, ZERO, ONE, ONE, ZERO
        return FLAT, t_in, t_in, ONE, ONE, across
    if kind == CYLINDER:
        a = ONE + slope * slope
        miss = parts[n, 9] - slope * parts[n, 8]
        inner = a * (half_x * half_x) - miss * miss
        if not inner > ZERO:
            return NOT_MET, ZERO, ZERO, ONE, ONE, ZERO
        closest = parts[n, 8] + slope * parts[n, 9]
        root = F(math.sqrt(inner))
        ia = ONE / a
        t_in, t_out = (closest - root) * ia, (closest + root) * ia
        if t_out <= NEAR or t_in >= wall_t:
            return NOT_MET, ZERO, ZERO, ONE, ONE, ZERO
        return CURVED, t_in, t_out, ONE, ONE, root
    lx, ly = p + slope * q, slope * p - q
    ilx = ONE / (lx if abs(lx) > TINY else TINY)
    ily = ONE / (ly if abs(ly) > TINY else TINY)
    mx, my = -parts[n, 2] * ilx, -parts[n, 3] * ily
    wx, wy = half_x * abs(ilx), half_y * abs(ily)
    in_x, in_y = mx - wx, my - wy
    t_in = max(in_x, in_y)
    t_out = min(mx + wx, my + wy)
    if not (t_out > t_in and t_out > NEAR and t_in < wall_t):
        return NOT_MET, ZERO, ZERO, ONE, ONE, ZERO
    if in_x > in_y:
        side = 0 if ilx > ZERO else 1
    else:
        side = 2 if ily > ZERO else 3
    return side, t_in, t_out, ilx, ily, ZERO


@inlined
def face_look(
    n: int,
    side: int,
    t_in: np.float32,
    ilx: np.float32,
    ily: np.float32,
    miss: np.float32,
    slope: np.float32,
    eye: np.float32,
    grain: np.float32,
    parts: Any,
    faces: Any,
    lights: Any,
) -> Any:
    """The texture of an upright face of part `n`, in a column that meets it as `meet` says.

    Returns:
        Level; the top texel of its column; texels from there to the height of the eye, and down
        from it for each height slope; light.
    """
    p, q = parts[n, 0], parts[n, 1]
    half_x, half_y = parts[n, 4], parts[n, 5]
    low, tall = parts[n, 6], parts[n, 7]
    lx, ly = p + slope * q, slope * p - q
    begin = max(t_in, NEAR)
    tall_metres = tall - low
    hx, hy = parts[n, 2] + t_in * lx, parts[n, 3] + t_in * ly
    if side < 2:
        u = half_y - hy if side == 0 else half_y + hy
        wide, facing, shade = half_y + half_y, abs(ilx), lights[n, side]
    elif side < 4:
        u = half_x + hx if side == 2 else half_x - hx
        wide, facing, shade = half_x + half_x, abs(ily), lights[n, side]
    elif side == CURVED:
        wide = half_x * ROUND
        u = (F(math.atan2(-hx, hy)) * TURN + HALF) * wide
        facing = half_x * half_x / max(miss * half_x, TINY)
        ir, cos, sin = ONE / max(half_x, TINY), lights[n, 4], lights[n, 5]
        nx, ny = hx * ir, hy * ir
        shade = side_light(nx * cos - ny * sin, nx * sin + ny * cos)
    else:
        u, wide, facing = half_x + miss, half_x + half_x, ONE
        shade = LIGHT_BILLBOARD
    facing = min(facing, STEEPEST)
    stretched = faces[n, 4] or side == FLAT
    grow = ONE / max(wide * tall_metres, TINY) if stretched else ONE
    level = level_of(grain * begin * math.sqrt(facing * grow))
    size = 64 >> level
    if stretched:
        tu = min(max(int(u / max(wide, TINY) * F(size)), 0), size - 1)
        scale = F(size) / max(tall_metres, TINY)
        from_top = tall * scale
    else:
        tu = int(u * F(size)) & (size - 1)
        scale = F(size)
        from_top = (UPRIGHT - eye) * scale
    light = F(256) * (shade * light_at(begin))
    return level, level_start(level) + tu, from_top, begin * scale, light


@inlined
def cap_look(
    n: int, begin: np.float32, end: np.float32, grain: np.float32, parts: Any, faces: Any
) -> Any:
    """Level and light of the top or bottom of part `n`, seen from `begin` to `end`."""
    low, tall = parts[n, 6], parts[n, 7]
    shade = LIGHT_TOP if tall < ZERO else LIGHT_BOTTOM
    reach = max(begin, HALF * (begin + end))
    level = 6
    if not faces[n, 4]:
        drop = max(abs(tall if tall < ZERO else low), F(0.02))
        level = level_of(grain * reach * math.sqrt(max(reach / drop, ONE)))
    return level, F(256) * (shade * light_at(reach))


@inlined
def hide_behind(
    n: int,
    slope: np.float32,
    wall_t: np.float32,
    lens: Any,
    height: int,
    rows_f: Any,
    texels: Any,
    parts: Any,
    faces: Any,
    lights: Any,
    front: Any,
    winner: Any,
) -> None:
    """Note part `n` in the rows of a column in which it is the nearest so far.

    Args:
        n: the part. slope, wall_t: of the column. height: of the picture.
        lens, rows_f, front, winner: see `begin_column`.
        texels: (T * 5461,) RGBA. parts, faces, lights: see `numba_parts`.
    """
    side, t_in, t_out, ilx, ily, miss = meet(n, slope, wall_t, parts, faces)
    if side == NOT_MET:
        return
    _, _, eye, _, _, focal, _, shift, middle, grain = lens
    low, tall = parts[n, 6], parts[n, 7]
    high = F(height)
    seen = t_in > NEAR
    begin = max(t_in, NEAR)
    inverse_in = ONE / begin
    upper = row_of(tall * inverse_in, middle, shift, focal, high)
    lower = row_of(low * inverse_in, middle, shift, focal, high)
    ident = FIRST_ID + 3 * n
    if seen and upper < lower:
        if side == FLAT:
            level, base, from_top, per_slope, _ = face_look(
                n, side, t_in, ilx, ily, miss, slope, eye, grain, parts, faces, lights
            )
            last, up_by = (64 >> level) - 1, 6 - level
            sheet = PYRAMID * np.int64(faces[n, 3])
            for r in range(upper, lower):
                if begin < front[r]:
                    tv = min(max(int(from_top - per_slope * rows_f[0, r]), 0), last)
                    if (texels[sheet + base + (tv << up_by)] >> 24) & 128:
                        front[r], winner[r] = begin, ident
        else:
            for r in range(upper, lower):
                closer = begin < front[r]
                front[r] = begin if closer else front[r]
                winner[r] = ident if closer else winner[r]
    if side != FLAT:
        end = min(t_out, wall_t)
        inverse_out = ONE / end
        if tall < ZERO:
            back = row_of(tall * inverse_out, middle, shift, focal, high)
            stop = upper if seen else height
            for r in range(back, stop):
                t = min(max(tall * rows_f[1, r], begin), end)
                closer = t < front[r]
                front[r] = t if closer else front[r]
                winner[r] = ident + 1 if closer else winner[r]
        elif low > ZERO:
            back = row_of(low * inverse_out, middle, shift, focal, high)
            begin_row = lower if seen else 0
            for r in range(begin_row, back):
                t = min(max(low * rows_f[1, r], begin), end)
                closer = t < front[r]
                front[r] = t if closer else front[r]
                winner[r] = ident + 2 if closer else winner[r]
