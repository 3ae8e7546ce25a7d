"""The parts of furniture that a picture may show, and the columns that may meet each."""

import math
from typing import Any

from vgym.compiled import compiled
from vgym.envs.navigation.render.optics import (
    FAR,
    HALF,
    NEAR,
    ONE,
    ZERO,
    F,
    full,
    side_light,
)
from vgym.envs.navigation.worlds.world import (
    BILLBOARD,
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


@compiled
def _there(toggle: int, toggles: Any) -> bool:
    if toggle == 0:
        return True
    number = abs(toggle) - 1
    on = number < toggles.shape[0] and toggles[number]
    return on if toggle > 0 else not on


@compiled
def _activate(
    shape: Any,
    code: Any,
    tint: Any,
    toggles: Any,
    lens: Any,
    columns: Any,
    wall_most: Any,
    textures: Any,
    number: Any,
    parts: Any,
    faces: Any,
    lights: Any,
) -> int:
    """Note a part that may be seen at place `number`; how many there are after it."""
    if not _there(code[TOGGLE], toggles):
        return number
    ex, ey, eye, cy, sy, focal, _, _, _, _ = lens
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
        deep, wide = ZERO, half_x
    elif kind == CYLINDER:
        deep = wide = half_x
    else:
        deep = half_x * abs(p) + half_y * abs(q)
        wide = half_x * abs(q) + half_y * abs(p)
    if ahead + deep <= NEAR:
        return number
    nearest = ahead - deep
    first, last = 0, columns
    if nearest > F(0.02):
        near_by, far_by = ONE / nearest, ONE / (ahead + deep)
        most = left + wide
        least = left - wide
        most = most * (near_by if most > ZERO else far_by)
        least = least * (near_by if least < ZERO else far_by)
        middle = F(columns) * HALF - HALF
        # A column of margin: the exact test is each column's own.
        start = middle - most * focal - ONE
        end = middle - least * focal + ONE
        if end < ZERO or start > F(columns):
            return number
        first = int(max(start, ZERO))
        last = int(min(end + ONE, F(columns)))
        block_most = ZERO
        for block in range(first >> 3, (last + 7) >> 3):
            block_most = max(block_most, wall_most[block])
        if nearest > block_most * F(1.001):
            return number
    if first >= last:
        return number
    note = parts[number]
    note[0], note[1] = p, q
    note[2], note[3] = -(ahead * p + left * q), ahead * q - left * p
    note[4], note[5] = half_x, half_y
    note[6], note[7] = shape[Z0] - eye, shape[Z1] - eye
    note[8], note[9], note[10] = ahead, left, nearest * F(0.999)
    face = faces[number]
    face[0], face[1], face[2] = first, last, kind
    face[3] = min(max(code[TEXTURE], 0), textures - 1)
    face[4], face[5] = code[FIT], code[THING]
    face[6], face[7], face[8] = full(tint[0]), full(tint[1]), full(tint[2])
    # -x, +x, -y, +y of the part
    lights[number, 0], lights[number, 1] = side_light(-c, -s), side_light(c, s)
    lights[number, 2], lights[number, 3] = side_light(s, -c), side_light(-s, c)
    lights[number, 4], lights[number, 5] = c, s
    return number + 1


@compiled
def note_parts(
    lens: Any,
    width: int,
    textures: int,
    furniture: Any,
    own: Any,
    toggles: Any,
    wall_most: Any,
    parts: Any,
    faces: Any,
    lights: Any,
) -> int:
    """Note all parts that may be seen, group by group.

    Args:
        lens: where the eye is and looks; see `lens_of`.
        width: columns of the picture.
        textures: how many there are.
        furniture: the world's parts: geometry, code, tint, and its groups: circle, span, count.
        own: parts of this picture only: geometry, code, tint, count.
        toggles: (K,) bool.
        wall_most: the deepest wall of every eight columns.
        parts: written: what is needed of each part.
        faces: written: the columns and textures of each.
        lights: written: the light on each of its faces.

    Returns:
        How many parts were noted.
    """
    ex, ey, _, cy, sy, focal, pixel, _, _, _ = lens
    geometry, code, tint, circle, span, groups = furniture
    own_geometry, own_code, own_tint, own_count = own
    half = F(width) * HALF * pixel
    number = 0
    farthest = ZERO
    for block in range((width + 7) >> 3):
        farthest = max(farthest, wall_most[block])
    tilt = math.sqrt(ONE + half * half)
    for g in range(groups):
        wx, wy, radius = circle[g, 0] - ex, circle[g, 1] - ey, circle[g, 2]
        ahead, left = wx * cy + wy * sy, wy * cy - wx * sy
        if ahead + radius <= ZERO or ahead - radius > farthest:
            continue
        if abs(left) - ahead * half > radius * tilt * F(1.001) + F(0.01):
            continue
        if ahead - radius > F(0.1):
            near_by = ONE / (ahead - radius)
            center = F(width) * HALF - HALF
            far_by = ONE / (ahead + radius)
            most, least = left + radius, left - radius
            most *= near_by if most > ZERO else far_by
            least *= near_by if least < ZERO else far_by
            start, end = center - most * focal - ONE, center - least * focal + ONE
            first = int(min(max(start, ZERO), F(width)))
            last = int(min(max(end + ONE, ZERO), F(width)))
            block_most = ZERO
            for block in range(first >> 3, (last + 7) >> 3):
                block_most = max(block_most, wall_most[block])
            if ahead - radius > block_most:
                continue
        for n in range(span[g, 0], span[g, 1]):
            number = _activate(
                geometry[n], code[n], tint[n], toggles, lens, width, wall_most, textures,
                number, parts, faces, lights,
            )  # fmt: skip
    for n in range(own_count):
        number = _activate(
            own_geometry[n], own_code[n], own_tint[n], toggles, lens, width, wall_most, textures,
            number, parts, faces, lights,
        )  # fmt: skip
    return number


@compiled
def queue_parts(
    number: int, parts: Any, faces: Any, columns_f: Any, counts: Any, queues: Any
) -> None:
    """The parts that each column may meet, in their order: of two as near, the first is seen.

    Args:
        number: how many parts `note_parts` noted.
        parts: what it wrote.
        faces: what it wrote.
        columns_f: of each column, its wall's depth among others; see `march_to_wall`.
        counts: (w,) written: how many each column may meet.
        queues: (w, most) written: which.
    """
    counts[:] = 0
    for n in range(number):
        nearest = parts[n, 10]
        for c in range(faces[n, 0], faces[n, 1]):
            if nearest < columns_f[3, c]:
                queues[c, counts[c]] = n
                counts[c] += 1
