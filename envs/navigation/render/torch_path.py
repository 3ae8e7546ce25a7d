"""First-person pictures by tensor operations: the arithmetic of `numba_path`, all pixels at once.

Every part is tried against every column, those that are met are gathered (as many places as the
column with the most needs), and the pixels go through these places one after another.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from vgym.envs.navigation.render import optics as exact
from vgym.envs.navigation.render.scenes import Scenes, Views
from vgym.envs.navigation.worlds.world import (
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

BUDGET = 1 << 23
"""Most pairs (column, part) or (pixel, place) worked on at once; about 100 bytes each."""
DDA_BATCH = 16  # steps between two looks at whether all rays have ended

NEAR, TINY, FAR, DIM = (float(v) for v in (exact.NEAR, exact.TINY, exact.FAR, exact.DIM))
STEEPEST, TURN = float(exact.STEEPEST), float(exact.TURN)
UPRIGHT = float(exact.UPRIGHT)


class Cameras(NamedTuple):
    """Pictures to take; each (n, 1)."""

    x: Tensor
    y: Tensor
    eye: Tensor
    cos: Tensor
    sin: Tensor
    focal: Tensor  # pixels
    pixel: Tensor  # 1 / focal
    shift: Tensor  # height slope of the middle of the picture
    grain: Tensor  # texels to a pixel at a depth of one metre


class Columns(NamedTuple):
    """The wall at the end of each column; each (n, w)."""

    slope: Tensor
    dx: Tensor
    dy: Tensor
    depth: Tensor
    u: Tensor  # metres
    light: Tensor
    facing: Tensor
    level: Tensor
    room: Tensor


class Met(NamedTuple):
    """Where columns meet parts."""

    hit: Tensor
    t_in: Tensor
    t_out: Tensor
    u: Tensor
    wide: Tensor
    facing: Tensor
    shade: Tensor
    lx: Tensor
    ly: Tensor


def render_with_torch(
    scenes: Scenes,
    texels: Tensor,
    views: Views,
    images: Tensor,
    rows: Tensor,
    depth: Tensor | None,
    labels: Tensor | None,
) -> None:
    """Draw `rows` of `views` into `images`; see `drawing.render`.

    Args:
        scenes: the worlds.
        texels: (T, 5461, 4) uint8.
        views: B places to look from.
        images: (B, h, w, 3) uint8, written.
        rows: (n,) int64.
        depth: (B, h, w) float32, written, or None.
        labels: (B, h, w) int16, written, or None.
    """
    height, width = images.shape[1:3]
    most = scenes.geometry.shape[1] + views.geometry.shape[1] + 1
    chunk = max(1, BUDGET // (width * max(height, most)))
    for start in range(0, len(rows), chunk):
        some = rows[start : start + chunk]
        picture, metres, things = _draw(scenes, texels, views, height, width, some)
        images[some] = picture
        if depth is not None:
            depth[some] = metres
        if labels is not None:
            labels[some] = things


def _away_from_zero(value: Tensor) -> Tensor:
    return torch.where(value.abs() > TINY, value, TINY)


def _level(footprint: Tensor) -> Tensor:
    level = torch.zeros_like(footprint, dtype=torch.int64)
    for bound in exact.LEVEL_FROM:
        level += footprint >= float(bound)
    return level


def _start(level: Tensor) -> Tensor:
    return (16384 - (1 << (2 * (7 - level)))) // 3


def _light(depth: Tensor) -> Tensor:
    far = depth * float(exact.LIGHT_REACH)
    return (1.0 / (1.0 + far * far)).clamp_min(float(exact.LIGHT_LEAST))


def _side_light(nx: Tensor, ny: Tensor) -> Tensor:
    base, along, lean = (float(v) for v in (exact.SIDE_BASE, exact.SIDE_X, exact.SIDE_LEAN))
    return base + along * (nx * nx) + lean * (nx + ny)


def _size(level: Tensor) -> Tensor:
    return (64 >> level).to(torch.float32)


def _full(tint: Tensor) -> Tensor:
    value = tint.to(torch.int32)
    return value + (value >> 7)


def _draw(
    scenes: Scenes, texels: Tensor, views: Views, height: int, width: int, rows: Tensor
) -> tuple[Tensor, Tensor, Tensor]:
    slot = views.scene[rows]
    given = torch.cat(
        (views.pose[rows], torch.stack((views.pitch, views.eye, views.fov), -1)[rows]), -1
    )
    good = given.isfinite().all(-1) & (slot >= 0) & (slot < len(scenes.wall))
    slot = torch.where(good, slot, 0)
    x, y, yaw, pitch, eye, fov = torch.where(good[:, None], given, 1.0).unsqueeze(-1).unbind(1)
    fov = fov.clamp(float(exact.FOV_LEAST), float(exact.FOV_MOST))
    focal = (width * 0.5) / (fov * 0.5).tan()
    pixel = 1.0 / focal
    camera = Cameras(
        x,
        y,
        eye.clamp(float(exact.EYE_MARGIN), float(exact.HIGH - exact.EYE_MARGIN)),
        yaw.cos(),
        yaw.sin(),
        focal,
        pixel,
        pitch.clamp(-float(exact.PITCH_MOST), float(exact.PITCH_MOST)).tan(),
        64.0 * pixel,
    )
    columns = _walls(scenes, slot, camera, width)
    front, winner, met, notes = _visible(scenes, texels, views, rows, slot, camera, columns, height)
    picture, things = _shade(scenes, texels, slot, camera, columns, front, winner, met, notes)
    bad = ~good[:, None, None]
    return (
        picture.masked_fill(bad[..., None], 0),
        front.masked_fill(bad, 0.0),
        things.masked_fill(bad, -1),
    )


def _walls(scenes: Scenes, slot: Tensor, camera: Cameras, width: int) -> Columns:
    grid_h, grid_w = scenes.wall.shape[1:]
    at_column = torch.arange(width, dtype=torch.float32, device=slot.device)
    slope = (width * 0.5 - (at_column + 0.5)) * camera.pixel
    dx, dy = camera.cos - slope * camera.sin, camera.sin + slope * camera.cos
    ix, iy = 1.0 / _away_from_zero(dx), 1.0 / _away_from_zero(dy)
    x0, y0 = camera.x * (1 / CELL), camera.y * (1 / CELL)
    inside = (x0 >= 0) & (y0 >= 0) & (x0 < grid_w) & (y0 < grid_h)
    cx = torch.where(inside, x0, 0.0).to(torch.int64).expand(slope.shape)
    cr = torch.where(inside, y0, 0.0).to(torch.int64).expand(slope.shape)
    right, up = ix > 0, iy > 0
    at, side = torch.zeros_like(slope), torch.full_like(cx, -1)
    going = inside.expand(slope.shape)
    own = slot[:, None]
    for step in range(grid_h + grid_w):
        if step % DDA_BATCH == 0 and not bool(going.any()):
            break
        row, column = cr.clamp(0, grid_h - 1), cx.clamp(0, grid_w - 1)
        within = (cx >= 0) & (cr >= 0) & (cx < grid_w) & (cr < grid_h)
        going = going & within & ~scenes.wall[own, row, column]
        gap = scenes.gap[own, row, column].to(torch.int64).clamp_min(1)
        edge_x = torch.where(right, cx + gap, cx - gap + 1)
        edge_y = torch.where(up, cr + gap, cr - gap + 1)
        to_x, to_y = (edge_x - x0) * ix, (edge_y - y0) * iy
        by_x = to_x <= to_y
        at = torch.where(going, torch.maximum(at, torch.where(by_x, to_x, to_y)), at)
        side = torch.where(going, torch.where(by_x, 0, 1), side)
        place_x = (x0 + at * dx).clamp(-1.0, grid_w + 1.0).to(torch.int64)
        place_y = (y0 + at * dy).clamp(-1.0, grid_h + 1.0).to(torch.int64)
        along_x = torch.where(
            right,
            place_x.maximum(cx).minimum(edge_x - 1),
            place_x.minimum(cx).maximum(edge_x),
        )
        along_y = torch.where(
            up, place_y.maximum(cr).minimum(edge_y - 1), place_y.minimum(cr).maximum(edge_y)
        )
        next_x = torch.where(by_x, torch.where(right, edge_x, edge_x - 1), along_x)
        next_y = torch.where(by_x, along_y, torch.where(up, edge_y, edge_y - 1))
        cx, cr = torch.where(going, next_x, cx), torch.where(going, next_y, cr)
    depth = (at * CELL).clamp_min(NEAR)
    by_x, by_y = side == 0, side == 1
    back_x = torch.where(by_x, torch.where(right, cx - 1, cx + 1), cx)
    back_y = torch.where(by_y, torch.where(up, cr - 1, cr + 1), cr)
    u = torch.where(by_x, camera.y + depth * dy, camera.x + depth * dx)
    facing = torch.where(by_x, ix.abs(), iy.abs()).clamp_max(STEEPEST)
    zero = torch.zeros_like(slope)
    shade = torch.where(
        by_x,
        _side_light(torch.where(right, -1.0, 1.0), zero),
        _side_light(zero, torch.where(up, -1.0, 1.0)),
    )
    within = (back_x >= 0) & (back_y >= 0) & (back_x < grid_w) & (back_y < grid_h)
    room = scenes.room[own, back_y.clamp(0, grid_h - 1), back_x.clamp(0, grid_w - 1)].long()
    room = torch.where(within & (room >= 0) & (room < scenes.room_texture.shape[1]), room, 0)
    level = _level(camera.grain * depth * facing.sqrt())
    light = 256.0 * (shade * _light(depth))
    return Columns(slope, dx, dy, depth, u * _size(level), light, 1.0 / facing, level, room)


def _meet(shape: Tensor, kind: Tensor, camera: Cameras, slope: Tensor, wall: Tensor) -> Met:
    """Columns against parts; `shape` (..., 8), all else broadcasts with its leading axes."""
    ex, ey, cy, sy = (v[..., None] for v in (camera.x, camera.y, camera.cos, camera.sin))
    half_x, half_y, c, s = (shape[..., k] for k in (HALF_X, HALF_Y, COS, SIN))
    wx, wy = shape[..., X] - ex, shape[..., Y] - ey
    ahead, left = wx * cy + wy * sy, wy * cy - wx * sy
    p, q = c * cy + s * sy, s * cy - c * sy
    ox, oy = -(ahead * p + left * q), ahead * q - left * p
    lx, ly = p + slope * q, slope * p - q
    cylinder, billboard = kind == CYLINDER, kind == BILLBOARD
    deep = torch.where(cylinder, half_x, half_x * p.abs() + half_y * q.abs())
    deep = torch.where(billboard, 0.0, deep)
    sane = shape.abs().sum(-1) + ahead.abs() + left.abs() < FAR
    sane = sane & (ahead + deep > NEAR)
    # Box
    ilx, ily = 1.0 / _away_from_zero(lx), 1.0 / _away_from_zero(ly)
    mx, my = -ox * ilx, -oy * ily
    ax, ay = half_x * ilx.abs(), half_y * ily.abs()
    in_x, in_y = mx - ax, my - ay
    t_in, t_out = torch.maximum(in_x, in_y), torch.minimum(mx + ax, my + ay)
    hit = (t_out > t_in) & (t_out > NEAR)
    by_x = in_x > in_y
    at_y, at_x = oy + t_in * ly, ox + t_in * lx
    u = torch.where(
        by_x,
        torch.where(ilx > 0, half_y - at_y, half_y + at_y),
        torch.where(ily > 0, half_x + at_x, half_x - at_x),
    )
    wide = torch.where(by_x, half_y + half_y, half_x + half_x)
    facing = torch.where(by_x, ilx.abs(), ily.abs()).clamp_max(STEEPEST)
    shade = torch.where(
        by_x,
        torch.where(ilx > 0, _side_light(-c, -s), _side_light(c, s)),
        torch.where(ily > 0, _side_light(s, -c), _side_light(-s, c)),
    )
    # Cylinder
    a = 1.0 + slope * slope
    miss = left - slope * ahead
    inner = a * (half_x * half_x) - miss * miss
    closest, root, ia = ahead + slope * left, inner.clamp_min(0).sqrt(), 1.0 / a
    c_in, c_out = (closest - root) * ia, (closest + root) * ia
    hx, hy = ox + c_in * lx, oy + c_in * ly
    round_it = half_x * float(exact.ROUND)
    ir = 1.0 / half_x.clamp_min(TINY)
    nx, ny = hx * ir, hy * ir
    hit = torch.where(cylinder, (inner > 0) & (c_out > NEAR), hit)
    t_in, t_out = torch.where(cylinder, c_in, t_in), torch.where(cylinder, c_out, t_out)
    u = torch.where(cylinder, (torch.atan2(-hx, hy) * TURN + 0.5) * round_it, u)
    wide = torch.where(cylinder, round_it, wide)
    edge_on = (half_x * half_x / (root * half_x).clamp_min(TINY)).clamp_max(STEEPEST)
    facing = torch.where(cylinder, edge_on, facing)
    shade = torch.where(cylinder, _side_light(nx * c - ny * s, nx * s + ny * c), shade)
    # Billboard
    across = left - slope * ahead
    hit = torch.where(billboard, (ahead > NEAR) & (across.abs() <= half_x), hit)
    t_in, t_out = torch.where(billboard, ahead, t_in), torch.where(billboard, ahead, t_out)
    u = torch.where(billboard, half_x + across, u)
    wide = torch.where(billboard, half_x + half_x, wide)
    facing = torch.where(billboard, 1.0, facing)
    shade = torch.where(billboard, float(exact.LIGHT_BILLBOARD), shade)
    return Met(hit & sane & (t_in < wall), t_in, t_out, u, wide, facing, shade, lx, ly)


class Notes(NamedTuple):
    """What is met at the K places of each column; each (n, K, w)."""

    code: Tensor  # (n, K, w, 5)
    tint: Tensor  # (n, K, w, 3)
    level: Tensor
    column: Tensor  # texel across
    from_top: Tensor
    per_slope: Tensor
    begin: Tensor
    light: Tensor
    fit: Tensor
    cap_light: Tensor
    cap_level: Tensor
    across: Tensor  # of the part's frame, from its corner
    along: Tensor


def _visible(
    scenes: Scenes,
    texels: Tensor,
    views: Views,
    rows: Tensor,
    slot: Tensor,
    camera: Cameras,
    columns: Columns,
    height: int,
) -> tuple[Tensor, Tensor, Met, Notes]:
    device = slot.device
    n, width = columns.slope.shape
    geometry = torch.cat((scenes.geometry[slot], views.geometry[rows]), 1)
    code = torch.cat((scenes.code[slot], views.code[rows]), 1)
    tint = torch.cat((scenes.tint[slot], views.tint[rows]), 1)
    first, second = scenes.geometry.shape[1], views.geometry.shape[1]
    there = torch.cat(
        (
            torch.arange(first, device=device) < scenes.parts[slot][:, None],
            torch.arange(second, device=device) < views.movers_count[rows][:, None],
        ),
        1,
    )
    toggle = code[..., TOGGLE].long()
    toggles = torch.nn.functional.pad(views.toggles[rows], (0, 1))
    on = toggles.gather(1, (toggle.abs() - 1).clamp(0, toggles.shape[1] - 1))
    there &= (toggle == 0) | torch.where(toggle > 0, on, ~on)
    # (n, w, parts)
    met = _meet(
        geometry[:, None],
        code[:, None, :, SHAPE],
        camera,
        columns.slope[..., None],
        columns.depth[..., None],
    )
    hit = met.hit & there[:, None]
    count = hit.sum(-1)
    places = max(1, int(count.max())) if count.numel() else 1
    rank = torch.where(hit, hit.cumsum(-1) - 1, places)
    which = torch.zeros((n, width, places + 1), dtype=torch.int64, device=device)
    number = torch.arange(hit.shape[-1], device=device).expand(hit.shape)
    which = which.scatter_(2, rank, number)[..., :places].transpose(1, 2)  # (n, K, w)
    if not hit.shape[-1]:
        geometry, code, tint = (
            geometry.new_zeros(n, 1, 8),
            code.new_zeros(n, 1, 5),
            tint.new_zeros(n, 1, 3),
        )
    row = torch.arange(n, device=device)[:, None, None]
    shape, code, tint = geometry[row, which], code[row, which], tint[row, which]
    slope, wall = columns.slope[:, None], columns.depth[:, None]
    met = _meet(shape, code[..., SHAPE], camera, slope, wall)
    hit = torch.arange(places, device=device)[:, None] < count[:, None]

    eye, grain = camera.eye[..., None], camera.grain[..., None]
    low, tall = shape[..., Z0] - eye, shape[..., Z1] - eye
    billboard = code[..., SHAPE] == BILLBOARD
    fit = (code[..., FIT] != 0) | billboard
    seen = met.t_in > NEAR
    begin = met.t_in.clamp_min(NEAR)
    tall_metres = tall - low
    grow = torch.where(fit, 1.0 / (met.wide * tall_metres).clamp_min(TINY), 1.0)
    level = _level(grain * begin * (met.facing * grow).sqrt())
    size = _size(level)
    mask = (64 >> level) - 1
    fit_u = (met.u / met.wide.clamp_min(TINY) * size).to(torch.int64)
    column = torch.where(fit, fit_u.clamp_min(0).minimum(mask), (met.u * size).long() & mask)
    scale = torch.where(fit, size / tall_metres.clamp_min(TINY), size)
    from_top = torch.where(fit, tall * scale, (UPRIGHT - eye) * scale)
    per_slope = begin * scale
    end = torch.minimum(met.t_out, wall)
    over, under = (tall < 0) & ~billboard, (low > 0) & (tall >= 0) & ~billboard
    reach = torch.maximum(begin, 0.5 * (begin + end))
    drop = torch.where(over, tall, low).abs().clamp_min(0.02)
    cap_level = _level(grain * reach * (reach / drop).clamp_min(1.0).sqrt())
    cap_shade = torch.where(over, float(exact.LIGHT_TOP), float(exact.LIGHT_BOTTOM))
    ahead_of = _offsets(shape, camera)
    notes = Notes(
        code,
        tint,
        level,
        column,
        from_top,
        per_slope,
        begin,
        256.0 * (met.shade * _light(begin)),
        fit,
        256.0 * (cap_shade * _light(reach)),
        torch.where(code[..., FIT] != 0, 6, cap_level),
        ahead_of[0] + shape[..., HALF_X],
        ahead_of[1] + shape[..., HALF_Y],
    )

    def first_row(slope: Tensor) -> Tensor:
        """(n, 1, w) int64, see `optics.row_of`."""
        middle = height * 0.5 - 0.5
        place = middle - (slope - camera.shift) * camera.focal
        return place.clamp(0.0, float(height)).ceil().to(torch.int64)[:, None]

    r = torch.arange(height, device=device)[:, None]
    slopes, inverse, plane = _planes(camera, height)
    depth = columns.depth
    top = first_row((CEILING - camera.eye) * (1.0 / depth))
    bottom = first_row(-camera.eye * (1.0 / depth))
    wall = depth[:, None].expand(n, height, width)
    front = torch.minimum(plane[..., None], wall)
    front = torch.where((r >= top) & (r < bottom), wall, front)
    winner = torch.where(r < top, exact.CEIL_ID, torch.where(r < bottom, exact.WALL_ID, 2))
    flat_alpha = texels[..., 3].reshape(-1)
    sheet = code[..., TEXTURE].long().clamp(0, len(texels) - 1)
    boards = (billboard & hit).any(-1).any(0).tolist()
    for k in range(places):
        ident = exact.FIRST_ID + 3 * k
        near = begin[:, k]
        upper, lower = first_row(tall[:, k] * (1.0 / near)), first_row(low[:, k] * (1.0 / near))
        shown, met_here = seen[:, k][:, None], hit[:, k][:, None]
        side = met_here & shown & (r >= upper) & (r < lower) & (near[:, None] < front)
        if boards[k]:
            tv = (from_top[:, k, None] - per_slope[:, k, None] * slopes[..., None]).long()
            own = level[:, k, None]
            tv = tv.clamp_min(0).minimum((64 >> own) - 1)
            at = sheet[:, k, None] * texels.shape[1] + _start(own) + column[:, k, None]
            solid = flat_alpha[at + (tv << (6 - own))] >= 128
            side &= ~billboard[:, k][:, None] | solid
        front = torch.where(side, near[:, None], front)
        winner = torch.where(side, ident, winner)
        inverse_out = 1.0 / end[:, k]
        back = first_row(torch.where(over[:, k], tall[:, k], low[:, k]) * inverse_out)
        start = torch.where(over[:, k, None], back, torch.where(shown, lower, 0))
        stop = torch.where(over[:, k, None], torch.where(shown, upper, height), back)
        rise = torch.where(over[:, k], tall[:, k], low[:, k])[:, None]
        t = (rise * inverse[..., None]).maximum(near[:, None]).minimum(end[:, k][:, None])
        capped = met_here & (over | under)[:, k, None] & (r >= start) & (r < stop) & (t < front)
        front = torch.where(capped, t, front)
        winner = torch.where(capped, torch.where(over[:, k, None], ident + 1, ident + 2), winner)
    return front, winner, met, notes


def _offsets(shape: Tensor, camera: Cameras) -> tuple[Tensor, Tensor]:
    """The eye in the frames of parts."""
    ex, ey, cy, sy = (v[..., None] for v in (camera.x, camera.y, camera.cos, camera.sin))
    wx, wy = shape[..., X] - ex, shape[..., Y] - ey
    ahead, left = wx * cy + wy * sy, wy * cy - wx * sy
    c, s = shape[..., COS], shape[..., SIN]
    p, q = c * cy + s * sy, s * cy - c * sy
    return -(ahead * p + left * q), ahead * q - left * p


def _planes(camera: Cameras, height: int) -> tuple[Tensor, Tensor, Tensor]:
    """Height slope of each row (n, h), its inverse, and the depth of floor or ceiling there."""
    at_row = torch.arange(height, dtype=torch.float32, device=camera.x.device)
    slopes = (height * 0.5 - (at_row + 0.5)) * camera.pixel + camera.shift
    inverse = 1.0 / _away_from_zero(slopes)
    rise = torch.where(slopes < 0, -camera.eye, CEILING - camera.eye)
    return slopes, inverse, rise * inverse


def _shade(
    scenes: Scenes,
    texels: Tensor,
    slot: Tensor,
    camera: Cameras,
    columns: Columns,
    front: Tensor,
    winner: Tensor,
    met: Met,
    notes: Notes,
) -> tuple[Tensor, Tensor]:
    n, height, width = front.shape
    grid_h, grid_w = scenes.wall.shape[1:]
    slopes, inverse, plane = _planes(camera, height)
    row = torch.arange(n, device=slot.device)[:, None, None]
    own = slot[:, None, None]
    eye = camera.eye[..., None]
    depth, home = columns.depth[:, None], columns.room[:, None]
    slopes = slopes[..., None]

    # Walls
    level = columns.level[:, None].expand(front.shape)
    size = _size(level)
    mask = (64 >> level) - 1
    z = eye + depth * slopes
    shine = columns.light[:, None] * (DIM + torch.minimum(z, CEILING - z)).clamp_max(1.0)
    tu = columns.u[:, None].long() & mask
    tv = ((UPRIGHT - eye) * size - (depth * size) * slopes).long() & mask
    surface = torch.ones_like(winner)
    room = home.expand(front.shape)

    # Floor and ceiling
    flat = (winner == exact.CEIL_ID) | (winner == exact.FLOOR_ID)
    flat_level = _level(camera.grain * plane * inverse.abs().clamp_min(1.0).sqrt())[..., None]
    flat_level = flat_level.expand(front.shape)
    shade = torch.where(slopes[..., 0] < 0, float(exact.LIGHT_FLOOR), 1.0)
    flat_light = (256.0 * (shade * _light(plane)))[..., None]
    per_cell = 1 / CELL
    x = (camera.x * per_cell)[..., None] + front * (columns.dx * per_cell)[:, None]
    y = (camera.y * per_cell)[..., None] + front * (columns.dy * per_cell)[:, None]
    cx = x.clamp(0.0, grid_w - 1.0).long()
    cr = y.clamp(0.0, grid_h - 1.0).long()
    here = scenes.room[own, cr, cx].long()
    here = torch.where((here >= 0) & (here < scenes.room_texture.shape[1]), here, home)
    room = torch.where(flat, here, room)
    surface = torch.where(flat, torch.where(winner == exact.FLOOR_ID, 0, 2), surface)
    level = torch.where(flat, flat_level, level)
    mask = (64 >> level) - 1
    scale = _size(flat_level) * CELL
    tu = torch.where(flat, (x * scale).long() & mask, tu)
    tv = torch.where(flat, mask - ((y * scale).long() & mask), tv)
    contact = (DIM + (depth - front) * columns.facing[:, None]).clamp_max(1.0)
    shine = torch.where(flat, flat_light * contact, shine)
    sheet = scenes.room_texture[own, room, surface].long()
    tint = scenes.room_tint[own, room, surface]

    # Parts
    part = winner >= exact.FIRST_ID
    which = ((winner - exact.FIRST_ID).clamp_min(0)) // 3
    cap = part & ((winner - exact.FIRST_ID) % 3 != 0)
    across = torch.arange(width, device=slot.device)

    def of(values: Tensor) -> Tensor:
        return values[row, which, across]

    part_level = torch.where(cap, of(notes.cap_level), of(notes.level))
    level = torch.where(part, part_level, level)
    size = _size(level)
    mask = (64 >> level) - 1
    begin = of(notes.begin)
    z = eye + begin * slopes
    side_light = of(notes.light) * (DIM + z).clamp_max(1.0)
    shine = torch.where(part, torch.where(cap, of(notes.cap_light), side_light), shine)
    down = (of(notes.from_top) - of(notes.per_slope) * slopes).long()
    down = torch.where(of(notes.fit), down.clamp_min(0).minimum(mask), down & mask)
    top_u = ((of(notes.across) + front * of(met.lx)) * size).long() & mask
    top_v = mask - (((of(notes.along) + front * of(met.ly)) * size).long() & mask)
    tu = torch.where(part, torch.where(cap, top_u, of(notes.column)), tu)
    tv = torch.where(part, torch.where(cap, top_v, down), tv)
    code = of(notes.code)
    sheet = torch.where(part, code[..., TEXTURE].long(), sheet).clamp(0, len(texels) - 1)
    tint = torch.where(part[..., None], of(notes.tint), tint)

    texel = texels[sheet, _start(level) + (tv << (6 - level)) + tu, :3].to(torch.int32)
    light = shine.to(torch.int32)[..., None]
    picture = (texel * (_full(tint) * light)) >> 16
    things = torch.where(part, code[..., THING], torch.full_like(code[..., THING], -1))
    return picture.to(torch.uint8), things
