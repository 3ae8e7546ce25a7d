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

from vgym.compiled import compiled
from vgym.compiled_arrays import copy_into
from vgym.envs.navigation.render.numba_parts import note_parts, queue_parts
from vgym.envs.navigation.render.numba_rays import look_along_rows, march_to_walls
from vgym.envs.navigation.render.optics import (
    CEIL_ID,
    DIM,
    EYE_MARGIN,
    FIRST_ID,
    FLOOR_ID,
    FOV_LEAST,
    FOV_MOST,
    HALF,
    HIGH,
    LIGHT_BILLBOARD,
    LIGHT_BOTTOM,
    LIGHT_TOP,
    NEAR,
    ONE,
    PER_CELL,
    PITCH_MOST,
    ROUND,
    STEEPEST,
    TEXELS,
    TINY,
    TURN,
    UPRIGHT,
    WALL_ID,
    ZERO,
    F,
    full,
    level_of,
    level_start,
    light_at,
    row_of,
    side_light,
)
from vgym.envs.navigation.worlds.world import BILLBOARD, CYLINDER


@compiled
def _lens(camera: Any, height: int, width: int) -> Any:
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


@compiled
def _draw(
    outputs: Any,
    extras: Any,
    camera: Any,
    plan: Any,
    look: Any,
    furniture: Any,
    toggles: Any,
    own: Any,
    texels: Any,
    tables: Any,
    notes: Any,
) -> None:
    """One picture. Both halves of a column's work stay in here: as functions of their own, called
    for each column with all their arrays, they made the whole a fifth slower."""
    tile, depths, labels = outputs
    rows_f, rows_i, columns_f, columns_i, wall_most, front, winner = tables
    parts, faces, lights, hits_f, hits_i, counts, queues = notes
    height, width = tile.shape[0], tile.shape[1]
    lens = _lens(camera, height, width)
    look_along_rows(height, lens, rows_f, rows_i)
    march_to_walls(lens, plan, look[0].shape[0], columns_f, columns_i, wall_most)
    number = note_parts(
        lens, width, texels.shape[0], furniture, own, toggles, wall_most, parts, faces, lights
    )
    queue_parts(number, parts, faces, columns_f, counts, queues)
    room, (room_texture, room_tint) = plan[2], look
    ex, ey, eye, _, _, focal, _, shift, middle, grain = lens
    grid_h, grid_w = room.shape
    rooms, textures = room_texture.shape[0], texels.shape[0]
    x0, y0 = ex * PER_CELL, ey * PER_CELL
    high = F(height)
    slopes, inverse, plane = rows_f[0], rows_f[1], rows_f[2]
    plane_light, plane_scale = rows_f[3], rows_f[4]
    plane_level, plane_start = rows_i[0], rows_i[1]
    for c in range(width):
        slope, dx, dy, wall_t = columns_f[0, c], columns_f[1, c], columns_f[2, c], columns_f[3, c]
        inverse_t = ONE / wall_t
        top = row_of((HIGH - eye) * inverse_t, middle, shift, focal, high)
        bottom = row_of(-eye * inverse_t, middle, shift, focal, high)
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
                t_out, side, root = t_in, 5, ZERO
                ilx = ily = ONE
            elif kind == CYLINDER:
                a = ONE + slope * slope
                miss = parts[n, 9] - slope * parts[n, 8]
                inner = a * (half_x * half_x) - miss * miss
                if not inner > ZERO:
                    continue
                closest = parts[n, 8] + slope * parts[n, 9]
                root = F(math.sqrt(inner))
                ia = ONE / a
                t_in, t_out = (closest - root) * ia, (closest + root) * ia
                if t_out <= NEAR or t_in >= wall_t:
                    continue
                side, across = 4, ZERO
                ilx = ily = ONE
            else:
                ilx = ONE / (lx if abs(lx) > TINY else TINY)
                ily = ONE / (ly if abs(ly) > TINY else TINY)
                mx, my = -ox * ilx, -oy * ily
                wx, wy = half_x * abs(ilx), half_y * abs(ily)
                in_x, in_y = mx - wx, my - wy
                t_in = max(in_x, in_y)
                t_out = min(mx + wx, my + wy)
                if not (t_out > t_in and t_out > NEAR and t_in < wall_t):
                    continue
                across = root = ZERO
                if in_x > in_y:
                    side = 0 if ilx > ZERO else 1
                else:
                    side = 2 if ily > ZERO else 3
            seen = t_in > NEAR
            begin = max(t_in, NEAR)
            inverse_in = ONE / begin
            upper = row_of(tall * inverse_in, middle, shift, focal, high)
            lower = row_of(low * inverse_in, middle, shift, focal, high)
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
                        u = (F(math.atan2(-hx, hy)) * TURN + HALF) * wide
                        facing = half_x * half_x / max(root * half_x, TINY)
                        ir, cos, sin = ONE / max(half_x, TINY), lights[n, 4], lights[n, 5]
                        nx, ny = hx * ir, hy * ir
                        shade = side_light(nx * cos - ny * sin, nx * sin + ny * cos)
                    else:
                        u, wide, facing = half_x + across, half_x + half_x, ONE
                        shade = LIGHT_BILLBOARD
                    facing = min(facing, STEEPEST)
                    stretched = fit or side == 5
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
                    per_slope = begin * scale
                    base = level_start(level) + tu
                    if side == 5:
                        sheet = texels[faces[n, 3]]
                        for r in range(upper, lower):
                            if begin < front[r]:
                                tv = min(max(int(from_top - per_slope * slopes[r]), 0), size - 1)
                                if sheet[base + (tv << (6 - level))] >> 24 >= 128:
                                    front[r], winner[r] = begin, ident
                                    shown = True
                    hits_f[hits, 0], hits_f[hits, 1] = from_top, per_slope
                    hits_f[hits, 2], hits_f[hits, 3] = begin, F(256) * (shade * light_at(begin))
                    hits_i[hits, 0], hits_i[hits, 1] = level, base
                    hits_i[hits, 2] = stretched
            used = shown
            if kind != BILLBOARD:
                end = min(t_out, wall_t)
                inverse_out = ONE / end
                capped = False
                if tall < ZERO:
                    back = row_of(tall * inverse_out, middle, shift, focal, high)
                    stop = upper if seen else height
                    for r in range(back, stop):
                        t = min(max(tall * inverse[r], begin), end)
                        closer = t < front[r]
                        capped |= closer
                        front[r] = t if closer else front[r]
                        winner[r] = ident + 1 if closer else winner[r]
                elif low > ZERO:
                    back = row_of(low * inverse_out, middle, shift, focal, high)
                    begin_row = lower if seen else 0
                    for r in range(begin_row, back):
                        t = min(max(low * inverse[r], begin), end)
                        closer = t < front[r]
                        capped |= closer
                        front[r] = t if closer else front[r]
                        winner[r] = ident + 2 if closer else winner[r]
                if capped:
                    used = True
                    shade = LIGHT_TOP if tall < ZERO else LIGHT_BOTTOM
                    reach = max(begin, HALF * (begin + end))
                    if faces[n, 4]:
                        level = 6
                    else:
                        drop = max(abs(tall if tall < ZERO else low), F(0.02))
                        level = level_of(grain * reach * math.sqrt(max(reach / drop, ONE)))
                    hits_f[hits, 4] = F(256) * (shade * light_at(reach))
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
                base = level_start(level) + (int(columns_f[4, c]) & mask)
                from_top = (UPRIGHT - eye) * F(size)
                per_slope = wall_t * F(size)
                light = columns_f[5, c]
                red, green = full(room_tint[own, 1, 0]), full(room_tint[own, 1, 1])
                blue = full(room_tint[own, 1, 2])
                for y in range(r, stop):
                    z = eye + wall_t * slopes[y]
                    shine = np.int32(light * min(DIM + min(z, HIGH - z), ONE))
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
                        red = full(room_tint[own, surface, 0])
                        green = full(room_tint[own, surface, 1])
                        blue = full(room_tint[own, surface, 2])
                    level = plane_level[y]
                    mask = (64 >> level) - 1
                    tu = np.int32(x * plane_scale[y]) & mask
                    tv = np.int32(w * plane_scale[y]) & mask
                    shine = np.int32(plane_light[y] * min(DIM + (wall_t - t) * facing, ONE))
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
                        shine = np.int32(light * min(DIM + z, ONE))
                        down = np.int32(from_top - per_slope * slopes[y])
                        tv = min(max(down, 0), mask) if fit else down & mask
                        texel = sheet[base + (tv << up_by)]
                        _put(tile, y, c, texel, shine, red, green, blue)
                else:
                    level = hits_i[hit, 3]
                    shine = np.int32(hits_f[hit, 4])
                    if level == 6:
                        texel = sheet[level_start(6)]
                        for y in range(r, stop):
                            _put(tile, y, c, texel, shine, red, green, blue)
                    else:
                        size = 64 >> level
                        mask, base, scale = size - 1, level_start(level), F(size)
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
def render_kernel(
    scenes: tuple[NDArray[Any], ...],
    texels: NDArray[np.uint32],
    views: tuple[NDArray[Any], ...],
    images: NDArray[np.uint8],
    rows: NDArray[np.int64],
    depth: NDArray[np.float32],
    labels: NDArray[np.int16],
) -> None:
    """Draw `rows` of `views` into `images`.

    Args:
        scenes: the fields of `Scenes`.
        texels: (T, 5461) RGBA as one number.
        views: the fields of `Views`.
        images: (B, h, w, 3), written.
        rows: (n,) which to draw.
        depth: (B, h, w) written, or empty.
        labels: (B, h, w) written, or empty.
    """
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
            depth_tile[:] = ZERO
            label_tile[:] = -1
        else:
            plan = wall[slot], gap[slot], room[slot]
            look = room_texture[slot], room_tint[slot]
            models = geometry[slot], code[slot], tint[slot]
            furniture = (*models, circle[slot], span[slot], groups[slot])
            own_parts = min(own_count[n], own_geometry.shape[1])
            own = own_geometry[n], own_code[n], own_tint[n], own_parts
            _draw(
                outputs, extras, camera, plan, look, furniture, toggles[n], own, texels, tables,
                notes,
            )  # fmt: skip
        if want_depth:
            for y in range(height):
                copy_into(depth[n, y], depth_tile[y])
        if want_labels:
            for y in range(height):
                copy_into(labels[n, y], label_tile[y])
