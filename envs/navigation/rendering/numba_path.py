"""First-person pictures on the CPU, a column at a time, in one thread.

The picture plane is upright, so everything about a column is worked out once: the ray on the floor
plan meets walls and parts at depths along the view axis, and each upright face is a span of rows
of one depth, each top a span below or above it. Spans go into a depth buffer of the column, and
only what is left in front is textured. `torch_path` does the same arithmetic in the same order, in
float32.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vgym.core.raster.compiled import compiled
from vgym.envs.navigation.world import (
    BILLBOARD,
    CEILING,
    CELL,
    COS,
    CYLINDER,
    FIT,
    HALF_X,
    HALF_Y,
    SHAPE,
    SIN,
    TEXTURE,
    THING,
    TOGGLE,
    Z0,
    Z1,
    X,
    Y,
)

_F = np.float32
_ZERO, _HALF, _ONE = _F(0), _F(0.5), _F(1)
NEAR = _F(1e-3)  # metres of depth; nothing nearer is drawn
TINY = _F(1e-9)  # least size of a divisor
FAR = _F(1e9)
DIM = _F(0.75)  # light where two surfaces meet; it grows by 1 a metre up to 1
LIGHT_LEAST = _F(0.35)
LIGHT_REACH = _F(1.0 / 12)
LIGHT_FLOOR, LIGHT_TOP, LIGHT_BOTTOM, LIGHT_BILLBOARD = _F(0.9), _F(1), _F(0.6), _F(0.95)
# A side's light by its normal (x, y): every two sides that meet differ.
SIDE_BASE, SIDE_X, SIDE_LEAN = _F(0.8), _F(0.16), _F(0.03)
# Texels of the finest level under one pixel from which each next level is read.
LEVEL_FROM = tuple(_F(2.0 ** (n + 0.5)) for n in range(6))
STEEPEST = _F(16)
UPRIGHT = _F(16)  # metres, whole: textures on sides are counted down from here
PER_CELL = _F(1 / CELL)
METRES = _F(CELL)
HIGH = _F(CEILING)
EYE_MARGIN = _F(0.01)
FOV_LEAST, FOV_MOST, PITCH_MOST = _F(0.02), _F(3.0), _F(1.4)
TURN = _F(1 / (2 * math.pi))
ROUND = _F(2 * math.pi)
TEXELS = _F(64)
L0, L1, L2, L3, L4, L5 = LEVEL_FROM
CEIL_ID, WALL_ID, FLOOR_ID, FIRST_ID = 0, 1, 2, 3


@compiled
def _level(footprint: np.float32) -> int:
    level: Any = 0
    level += footprint >= L0
    level += footprint >= L1
    level += footprint >= L2
    level += footprint >= L3
    level += footprint >= L4
    level += footprint >= L5
    return level


@compiled
def _start(level: int) -> int:
    """Where a level starts: 4 (4^6 - 4^(6 - level)) / 3 texels of larger ones come before."""
    return (16384 - (1 << (2 * (7 - level)))) // 3


@compiled
def _light(depth: np.float32) -> np.float32:
    far = depth * LIGHT_REACH
    return max(_ONE / (_ONE + far * far), LIGHT_LEAST)


@compiled
def _side_light(nx: np.float32, ny: np.float32) -> np.float32:
    return SIDE_BASE + SIDE_X * (nx * nx) + SIDE_LEAN * (nx + ny)


@compiled
def _row(
    slope: np.float32, middle: np.float32, shift: np.float32, focal: np.float32, height: np.float32
) -> int:
    """First row whose height slope is at most `slope`, in [0, height]."""
    place = middle - (slope - shift) * focal
    return math.ceil(min(max(place, _ZERO), height))


@compiled
def _there(toggle: int, toggles: NDArray[np.bool_]) -> bool:
    if toggle == 0:
        return True
    number = abs(toggle) - 1
    on = number < toggles.shape[0] and toggles[number]
    return on if toggle > 0 else not on


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


@compiled
def _full(tint: np.uint8) -> np.int32:
    """A channel of a tint as 0 to 256."""
    value = np.int32(tint)
    return value + (value >> 7)


@compiled
def _activate(
    shape: Any,
    code: Any,
    tint: Any,
    toggles: Any,
    view: Any,
    columns: Any,
    wall_most: Any,
    textures: Any,
    number: Any,
    parts: Any,
    faces: Any,
    lights: Any,
) -> int:
    """Note a part that may be seen at place `number`; how many there are after it.

    view: eye x, y, z, cos, sin of yaw, focal length in pixels, slope of the left edge.
    """
    if not _there(code[TOGGLE], toggles):
        return number
    ex, ey, eye, cy, sy, focal = view[0], view[1], view[2], view[3], view[4], view[5]
    half_x, half_y = shape[HALF_X], shape[HALF_Y]
    wx, wy = shape[X] - ex, shape[Y] - ey
    ahead, left = wx * cy + wy * sy, wy * cy - wx * sy
    c, s = shape[COS], shape[SIN]
    reach = abs(ahead) + abs(left) + abs(half_x) + abs(half_y)
    if not (reach + abs(c) + abs(s) + abs(shape[Z0]) + abs(shape[Z1]) < FAR):
        return number  # too far, or not a number
    p, q = c * cy + s * sy, s * cy - c * sy
    kind = code[SHAPE]
    if kind == BILLBOARD:
        deep, wide = _ZERO, half_x
    elif kind == CYLINDER:
        deep = wide = half_x
    else:
        deep = half_x * abs(p) + half_y * abs(q)
        wide = half_x * abs(q) + half_y * abs(p)
    if ahead + deep <= NEAR:
        return number
    nearest = ahead - deep
    first, last = 0, columns
    if nearest > _F(0.02):
        near_by, far_by = _ONE / nearest, _ONE / (ahead + deep)
        most = left + wide
        least = left - wide
        most = most * (near_by if most > _ZERO else far_by)
        least = least * (near_by if least < _ZERO else far_by)
        middle = _F(columns) * _HALF - _HALF
        # A column of margin: the exact test is each column's own.
        start = middle - most * focal - _ONE
        end = middle - least * focal + _ONE
        if end < _ZERO or start > _F(columns):
            return number
        first = int(max(start, _ZERO))
        last = int(min(end + _ONE, _F(columns)))
        block_most = _ZERO
        for block in range(first >> 3, (last + 7) >> 3):
            block_most = max(block_most, wall_most[block])
        if nearest > block_most * _F(1.001):
            return number
    if first >= last:
        return number
    note = parts[number]
    note[0], note[1] = p, q
    note[2], note[3] = -(ahead * p + left * q), ahead * q - left * p
    note[4], note[5] = half_x, half_y
    note[6], note[7] = shape[Z0] - eye, shape[Z1] - eye
    note[8], note[9], note[10] = ahead, left, nearest * _F(0.999)
    face = faces[number]
    face[0], face[1], face[2] = first, last, kind
    face[3] = min(max(code[TEXTURE], 0), textures - 1)
    face[4], face[5] = code[FIT], code[THING]
    face[6], face[7], face[8] = _full(tint[0]), _full(tint[1]), _full(tint[2])
    # -x, +x, -y, +y of the part
    lights[number, 0], lights[number, 1] = _side_light(-c, -s), _side_light(c, s)
    lights[number, 2], lights[number, 3] = _side_light(s, -c), _side_light(-s, c)
    lights[number, 4], lights[number, 5] = c, s
    return number + 1


@compiled
def _draw(
    outputs: Any,
    extras: Any,
    camera: Any,
    place: Any,
    furniture: Any,
    toggles: Any,
    own: Any,
    texels: Any,
    tables: Any,
    notes: Any,
) -> None:
    tile, depths, labels = outputs
    wall, gap, room, room_texture, room_tint = place
    geometry, code, tint, circle, span, groups = furniture
    own_geometry, own_code, own_tint, own_count = own
    rows_f, rows_i, columns_f, columns_i, wall_most, front, winner = tables
    parts, faces, lights, hits_f, hits_i, counts, queues = notes
    height, width = tile.shape[0], tile.shape[1]
    grid_h, grid_w = wall.shape
    textures = texels.shape[0]
    rooms = room_texture.shape[0]
    ex, ey, yaw = camera[0], camera[1], camera[2]
    pitch = min(max(camera[3], -PITCH_MOST), PITCH_MOST)
    eye = min(max(camera[4], EYE_MARGIN), HIGH - EYE_MARGIN)
    fov = min(max(camera[5], FOV_LEAST), FOV_MOST)
    cy, sy = _F(math.cos(yaw)), _F(math.sin(yaw))
    focal = (_F(width) * _HALF) / _F(math.tan(fov * _HALF))
    pixel = _ONE / focal
    shift = _F(math.tan(pitch))
    middle = _F(height) * _HALF - _HALF
    high = _F(height)
    grain = TEXELS * pixel  # texels to a pixel at a depth of one metre

    slopes, inverse, plane = rows_f[0], rows_f[1], rows_f[2]
    plane_light, plane_scale = rows_f[3], rows_f[4]
    plane_level, plane_start = rows_i[0], rows_i[1]
    for r in range(height):
        k = (_F(height) * _HALF - (_F(r) + _HALF)) * pixel + shift
        slopes[r] = k
        i = _ONE / (k if abs(k) > TINY else TINY)
        inverse[r] = i
        rise = -eye if k < _ZERO else HIGH - eye
        t = rise * i
        plane[r] = t
        stretch = max(abs(i), _ONE)
        level = _level(grain * t * math.sqrt(stretch))
        plane_level[r], plane_start[r] = level, _start(level)
        plane_scale[r] = _F(64 >> level) * METRES
        shade = LIGHT_FLOOR if k < _ZERO else _ONE
        plane_light[r] = _F(256) * (shade * _light(t))

    # Walls
    x0, y0 = ex * PER_CELL, ey * PER_CELL
    inside = x0 >= _ZERO and y0 >= _ZERO and x0 < _F(grid_w) and y0 < _F(grid_h)
    start_x, start_y = (int(x0), int(y0)) if inside else (0, 0)
    for block in range((width + 7) >> 3):
        wall_most[block] = _ZERO
    for c in range(width):
        slope = (_F(width) * _HALF - (_F(c) + _HALF)) * pixel
        dx, dy = cy - slope * sy, sy + slope * cy
        ix = _ONE / (dx if abs(dx) > TINY else TINY)
        iy = _ONE / (dy if abs(dy) > TINY else TINY)
        cx, cr, at, side = start_x, start_y, _ZERO, -1
        right, up = ix > _ZERO, iy > _ZERO
        while inside and cx >= 0 and cr >= 0 and cx < grid_w and cr < grid_h and not wall[cr, cx]:
            g: Any = max(np.int64(gap[cr, cx]), 1)
            edge_x = cx + g if right else cx - g + 1
            edge_y = cr + g if up else cr - g + 1
            to_x = (_F(edge_x) - x0) * ix
            to_y = (_F(edge_y) - y0) * iy
            if to_x <= to_y:
                at, side = max(at, to_x), 0
                cx = edge_x if right else edge_x - 1
                if g > 1:
                    place = int(y0 + at * dy)
                    cr = min(max(place, cr), edge_y - 1) if up else max(min(place, cr), edge_y)
            else:
                at, side = max(at, to_y), 1
                cr = edge_y if up else edge_y - 1
                if g > 1:
                    place = int(x0 + at * dx)
                    cx = min(max(place, cx), edge_x - 1) if right else max(min(place, cx), edge_x)
        t = max(at * METRES, NEAR)
        back_x, back_y = cx, cr
        if side == 0:
            back_x = cx - 1 if right else cx + 1
            u, facing = ey + t * dy, abs(ix)
            shade = _side_light(-_ONE if right else _ONE, _ZERO)
        else:
            if side == 1:
                back_y = cr - 1 if up else cr + 1
            u, facing = ex + t * dx, abs(iy)
            shade = _side_light(_ZERO, -_ONE if up else _ONE)
        number = 0
        if back_x >= 0 and back_y >= 0 and back_x < grid_w and back_y < grid_h:
            number = int(room[back_y, back_x])
        number = number if number >= 0 and number < rooms else 0
        facing = min(facing, STEEPEST)
        level = _level(grain * t * math.sqrt(facing))
        columns_f[0, c], columns_f[1, c], columns_f[2, c], columns_f[3, c] = slope, dx, dy, t
        columns_f[4, c] = u * _F(64 >> level)
        columns_f[5, c] = _F(256) * (shade * _light(t))
        columns_f[6, c] = _ONE / facing
        columns_i[0, c], columns_i[1, c] = level, number
        wall_most[c >> 3] = max(wall_most[c >> 3], t)

    # Parts that may be seen
    view = (ex, ey, eye, cy, sy, focal)
    half = _F(width) * _HALF * pixel
    number = 0
    farthest = _ZERO
    for block in range((width + 7) >> 3):
        farthest = max(farthest, wall_most[block])
    tilt = math.sqrt(_ONE + half * half)
    for g in range(groups):
        wx, wy, radius = circle[g, 0] - ex, circle[g, 1] - ey, circle[g, 2]
        ahead, left = wx * cy + wy * sy, wy * cy - wx * sy
        if ahead + radius <= _ZERO or ahead - radius > farthest:
            continue
        if abs(left) - ahead * half > radius * tilt * _F(1.001) + _F(0.01):
            continue
        if ahead - radius > _F(0.1):
            near_by = _ONE / (ahead - radius)
            center = _F(width) * _HALF - _HALF
            far_by = _ONE / (ahead + radius)
            most, least = left + radius, left - radius
            most *= near_by if most > _ZERO else far_by
            least *= near_by if least < _ZERO else far_by
            start, end = center - most * focal - _ONE, center - least * focal + _ONE
            first = int(min(max(start, _ZERO), _F(width)))
            last = int(min(max(end + _ONE, _ZERO), _F(width)))
            block_most = _ZERO
            for block in range(first >> 3, (last + 7) >> 3):
                block_most = max(block_most, wall_most[block])
            if ahead - radius > block_most:
                continue
        for n in range(span[g, 0], span[g, 1]):
            number = _activate(
                geometry[n], code[n], tint[n], toggles, view, width, wall_most, textures,
                number, parts, faces, lights,
            )  # fmt: skip
    for n in range(own_count):
        number = _activate(
            own_geometry[n], own_code[n], own_tint[n], toggles, view, width, wall_most, textures,
            number, parts, faces, lights,
        )  # fmt: skip

    # The parts that each column may meet, in their order: of two as near, the first is seen
    counts[:] = 0
    for n in range(number):
        nearest = parts[n, 10]
        for c in range(faces[n, 0], faces[n, 1]):
            if nearest < columns_f[3, c]:
                queues[c, counts[c]] = n
                counts[c] += 1

    for c in range(width):
        slope, dx, dy, wall_t = columns_f[0, c], columns_f[1, c], columns_f[2, c], columns_f[3, c]
        inverse_t = _ONE / wall_t
        top = _row((HIGH - eye) * inverse_t, middle, shift, focal, high)
        bottom = _row(-eye * inverse_t, middle, shift, focal, high)
        for r in range(top):
            front[r], winner[r] = min(plane[r], wall_t), CEIL_ID
        for r in range(top, bottom):
            front[r], winner[r] = wall_t, WALL_ID
        for r in range(bottom, height):
            front[r], winner[r] = min(plane[r], wall_t), FLOOR_ID
        hits = 0
        for waiting in range(counts[c]):
            n = queues[c, waiting]
            p, q = parts[n, 0], parts[n, 1]
            half_x, half_y = parts[n, 4], parts[n, 5]
            low, tall = parts[n, 6], parts[n, 7]
            kind, fit = faces[n, 2], faces[n, 4]
            lx, ly = p + slope * q, slope * p - q
            ox, oy = parts[n, 2], parts[n, 3]
            if kind == BILLBOARD:
                t_in = parts[n, 8]
                across = parts[n, 9] - slope * t_in
                if t_in <= NEAR or abs(across) > half_x or t_in >= wall_t:
                    continue
                t_out, side, root = t_in, 5, _ZERO
                ilx = ily = _ONE
            elif kind == CYLINDER:
                a = _ONE + slope * slope
                miss = parts[n, 9] - slope * parts[n, 8]
                inner = a * (half_x * half_x) - miss * miss
                if not inner > _ZERO:
                    continue
                closest = parts[n, 8] + slope * parts[n, 9]
                root = _F(math.sqrt(inner))
                ia = _ONE / a
                t_in, t_out = (closest - root) * ia, (closest + root) * ia
                if t_out <= NEAR or t_in >= wall_t:
                    continue
                side, across = 4, _ZERO
                ilx = ily = _ONE
            else:
                ilx = _ONE / (lx if abs(lx) > TINY else TINY)
                ily = _ONE / (ly if abs(ly) > TINY else TINY)
                mx, my = -ox * ilx, -oy * ily
                wx, wy = half_x * abs(ilx), half_y * abs(ily)
                in_x, in_y = mx - wx, my - wy
                t_in = max(in_x, in_y)
                t_out = min(mx + wx, my + wy)
                if not (t_out > t_in and t_out > NEAR and t_in < wall_t):
                    continue
                across = root = _ZERO
                if in_x > in_y:
                    side = 0 if ilx > _ZERO else 1
                else:
                    side = 2 if ily > _ZERO else 3
            seen = t_in > NEAR
            begin = max(t_in, NEAR)
            inverse_in = _ONE / begin
            upper = _row(tall * inverse_in, middle, shift, focal, high)
            lower = _row(low * inverse_in, middle, shift, focal, high)
            ident = FIRST_ID + 3 * hits
            tall_metres = tall - low
            shown = False
            if seen and upper < lower:
                if side != 5:
                    for r in range(upper, lower):
                        closer = begin < front[r]
                        front[r] = begin if closer else front[r]
                        winner[r] = ident if closer else winner[r]
                        shown |= closer
                # The texture is worked out for what shows only, or where its holes matter.
                if shown or side == 5:
                    hx, hy = ox + t_in * lx, oy + t_in * ly
                    if side < 2:
                        u = half_y - hy if side == 0 else half_y + hy
                        wide, facing, shade = half_y + half_y, abs(ilx), lights[n, side]
                    elif side < 4:
                        u = half_x + hx if side == 2 else half_x - hx
                        wide, facing, shade = half_x + half_x, abs(ily), lights[n, side]
                    elif side == 4:
                        wide = half_x * ROUND
                        u = (_F(math.atan2(-hx, hy)) * TURN + _HALF) * wide
                        facing = half_x * half_x / max(root * half_x, TINY)
                        ir, cos, sin = _ONE / max(half_x, TINY), lights[n, 4], lights[n, 5]
                        nx, ny = hx * ir, hy * ir
                        shade = _side_light(nx * cos - ny * sin, nx * sin + ny * cos)
                    else:
                        u, wide, facing = half_x + across, half_x + half_x, _ONE
                        shade = LIGHT_BILLBOARD
                    facing = min(facing, STEEPEST)
                    stretched = fit or side == 5
                    grow = _ONE / max(wide * tall_metres, TINY) if stretched else _ONE
                    level = _level(grain * begin * math.sqrt(facing * grow))
                    size = 64 >> level
                    if stretched:
                        tu = min(max(int(u / max(wide, TINY) * _F(size)), 0), size - 1)
                        scale = _F(size) / max(tall_metres, TINY)
                        from_top = tall * scale
                    else:
                        tu = int(u * _F(size)) & (size - 1)
                        scale = _F(size)
                        from_top = (UPRIGHT - eye) * scale
                    per_slope = begin * scale
                    base = _start(level) + tu
                    if side == 5:
                        sheet = texels[faces[n, 3]]
                        for r in range(upper, lower):
                            if begin < front[r]:
                                tv = min(max(int(from_top - per_slope * slopes[r]), 0), size - 1)
                                if sheet[base + (tv << (6 - level))] >> 24 >= 128:
                                    front[r], winner[r] = begin, ident
                                    shown = True
                    hits_f[hits, 0], hits_f[hits, 1] = from_top, per_slope
                    hits_f[hits, 2], hits_f[hits, 3] = begin, _F(256) * (shade * _light(begin))
                    hits_i[hits, 0], hits_i[hits, 1] = level, base
                    hits_i[hits, 2] = stretched
            used = shown
            if kind != BILLBOARD:
                end = min(t_out, wall_t)
                inverse_out = _ONE / end
                capped = False
                if tall < _ZERO:
                    back = _row(tall * inverse_out, middle, shift, focal, high)
                    stop = upper if seen else height
                    for r in range(back, stop):
                        t = min(max(tall * inverse[r], begin), end)
                        closer = t < front[r]
                        capped |= closer
                        front[r] = t if closer else front[r]
                        winner[r] = ident + 1 if closer else winner[r]
                elif low > _ZERO:
                    back = _row(low * inverse_out, middle, shift, focal, high)
                    begin_row = lower if seen else 0
                    for r in range(begin_row, back):
                        t = min(max(low * inverse[r], begin), end)
                        closer = t < front[r]
                        capped |= closer
                        front[r] = t if closer else front[r]
                        winner[r] = ident + 2 if closer else winner[r]
                if capped:
                    used = True
                    shade = LIGHT_TOP if tall < _ZERO else LIGHT_BOTTOM
                    reach = max(begin, _HALF * (begin + end))
                    if faces[n, 4]:
                        level = 6
                    else:
                        drop = max(abs(tall if tall < _ZERO else low), _F(0.02))
                        level = _level(grain * reach * math.sqrt(max(reach / drop, _ONE)))
                    hits_f[hits, 4] = _F(256) * (shade * _light(reach))
                    hits_f[hits, 5], hits_f[hits, 6] = begin, end
                    hits_f[hits, 7], hits_f[hits, 8] = lx, ly
                    hits_i[hits, 3] = level
            if used:
                hits_i[hits, 4] = n
                hits += 1

        # What is in front, run by run
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
                sheet = texels[min(max(np.int64(room_texture[own, 1]), 0), textures - 1)]
                base = _start(level) + (int(columns_f[4, c]) & mask)
                from_top = (UPRIGHT - eye) * _F(size)
                per_slope = wall_t * _F(size)
                light = columns_f[5, c]
                red, green = _full(room_tint[own, 1, 0]), _full(room_tint[own, 1, 1])
                blue = _full(room_tint[own, 1, 2])
                for y in range(r, stop):
                    z = eye + wall_t * slopes[y]
                    shine = np.int32(light * min(DIM + min(z, HIGH - z), _ONE))
                    tv = np.int32(from_top - per_slope * slopes[y]) & mask
                    texel = sheet[base + (tv << up_by)]
                    _put(tile, y, c, texel, shine, red, green, blue)
            elif ident < FIRST_ID:
                surface = 0 if ident == FLOOR_ID else 2
                known, home = -1, columns_i[1, c]
                sheet, red, green, blue = texels[0], np.int32(0), np.int32(0), np.int32(0)
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
                        sheet = texels[min(max(number_of, 0), textures - 1)]
                        red = _full(room_tint[own, surface, 0])
                        green = _full(room_tint[own, surface, 1])
                        blue = _full(room_tint[own, surface, 2])
                    level = plane_level[y]
                    mask = (64 >> level) - 1
                    tu = np.int32(x * plane_scale[y]) & mask
                    tv = np.int32(w * plane_scale[y]) & mask
                    shine = np.int32(plane_light[y] * min(DIM + (wall_t - t) * facing, _ONE))
                    # North is the texture's top.
                    texel = sheet[plane_start[y] + ((mask - tv) << (6 - level)) + tu]
                    _put(tile, y, c, texel, shine, red, green, blue)
            else:
                hit = (ident - FIRST_ID) // 3
                cap = (ident - FIRST_ID) - 3 * hit
                n = hits_i[hit, 4]
                sheet = texels[faces[n, 3]]
                red, green, blue = faces[n, 6], faces[n, 7], faces[n, 8]
                if cap == 0:
                    level, base, fit = hits_i[hit, 0], hits_i[hit, 1], hits_i[hit, 2]
                    mask, up_by = (64 >> level) - 1, 6 - level
                    from_top, per_slope = hits_f[hit, 0], hits_f[hit, 1]
                    begin, light = hits_f[hit, 2], hits_f[hit, 3]
                    for y in range(r, stop):
                        z = eye + begin * slopes[y]
                        shine = np.int32(light * min(DIM + z, _ONE))
                        down = np.int32(from_top - per_slope * slopes[y])
                        tv = min(max(down, 0), mask) if fit else down & mask
                        texel = sheet[base + (tv << up_by)]
                        _put(tile, y, c, texel, shine, red, green, blue)
                else:
                    level = hits_i[hit, 3]
                    shine = np.int32(hits_f[hit, 4])
                    if level == 6:
                        texel = sheet[_start(6)]
                        for y in range(r, stop):
                            _put(tile, y, c, texel, shine, red, green, blue)
                    else:
                        size = 64 >> level
                        mask, base, scale = size - 1, _start(level), _F(size)
                        lx, ly = hits_f[hit, 7], hits_f[hit, 8]
                        ox, oy = parts[n, 2] + parts[n, 4], parts[n, 3] + parts[n, 5]
                        for y in range(r, stop):
                            t = front[y]
                            tu = np.int32((ox + t * lx) * scale) & mask
                            tv = np.int32((oy + t * ly) * scale) & mask
                            texel = sheet[base + ((mask - tv) << (6 - level)) + tu]
                            _put(tile, y, c, texel, shine, red, green, blue)
            if extras:
                thing = -1
                if ident >= FIRST_ID:
                    thing = faces[hits_i[(ident - FIRST_ID) // 3, 4], 5]
                for y in range(r, stop):
                    depths[y, c] = front[y]
                    labels[y, c] = thing
            r = stop


@compiled
def render_kernel(
    scenes: tuple[NDArray[Any], ...],
    texels: NDArray[np.uint32],
    views: tuple[NDArray[Any], ...],
    images: NDArray[np.uint8],
    rows: NDArray[np.int64],
    depth: NDArray[np.float32],
    labels: NDArray[np.int16],
) -> None:
    """Draw `rows` of `views` into `images`; `depth` and `labels` too where they are not empty."""
    (wall, gap, room, room_texture, room_tint, geometry, code, tint, _, circle, span, groups) = (
        scenes
    )
    (scene, pose, pitch, eye, fov, toggles, own_geometry, own_code, own_tint, own_count) = views
    height, width = images.shape[1], images.shape[2]
    most = geometry.shape[1] + own_geometry.shape[1] + 1
    want_depth, want_labels = depth.size > 0, labels.size > 0
    depth_tile = np.empty((height, width), np.float32)
    label_tile = np.empty((height, width), np.int16)
    camera = np.empty(6, np.float32)
    rows_f, rows_i = np.empty((5, height), np.float32), np.empty((2, height), np.int32)
    columns_f, columns_i = np.empty((7, width), np.float32), np.empty((2, width), np.int64)
    wall_most = np.empty((width + 7) // 8 + 1, np.float32)
    parts, faces = np.empty((most, 11), np.float32), np.empty((most, 9), np.int32)
    lights = np.empty((most, 6), np.float32)
    hits_f, hits_i = np.empty((most, 9), np.float32), np.empty((most, 5), np.int64)
    front, winner = np.empty(height, np.float32), np.empty(height, np.int32)
    extras = want_depth or want_labels
    tables = rows_f, rows_i, columns_f, columns_i, wall_most, front, winner
    counts, queues = np.empty(width, np.int64), np.empty((width, most), np.int32)
    notes = parts, faces, lights, hits_f, hits_i, counts, queues
    for n in rows:
        slot, tile = scene[n], images[n]
        outputs = tile, depth_tile, label_tile
        camera[0], camera[1], camera[2] = pose[n, 0], pose[n, 1], pose[n, 2]
        camera[3], camera[4], camera[5] = pitch[n], eye[n], fov[n]
        if slot < 0 or slot >= wall.shape[0] or not np.isfinite(camera).all():
            tile[:] = 0
            depth_tile[:] = _ZERO
            label_tile[:] = -1
        else:
            place = wall[slot], gap[slot], room[slot], room_texture[slot], room_tint[slot]
            models = geometry[slot], code[slot], tint[slot]
            furniture = (*models, circle[slot], span[slot], groups[slot])
            own_parts = min(own_count[n], own_geometry.shape[1])
            own = own_geometry[n], own_code[n], own_tint[n], own_parts
            _draw(outputs, extras, camera, place, furniture, toggles[n], own, texels, tables, notes)
        if want_depth:
            depth[n] = depth_tile
        if want_labels:
            labels[n] = label_tile
