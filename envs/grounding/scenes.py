"""Scenes: which objects, how they look, where they lie. One compiled function lays out one scene.

Objects come in families that share a class: telling them apart is the task. Some families have one
member alone, and many classes look like the first one's. Nothing here knows what will be asked for,
so nothing that is seen tells it.

A scene is laid out on a canvas of the picture's shape, in units of its own, and enlarged or reduced
to the picture: pictures of one shape show the same scenes, however many pixels they have.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vgym.compiled import compiled
from vgym.core.keys import below, stream, uniform

MAX_OBJECTS = 40
MAX_HIDDEN = 0.4
SHADOW_OFFSET = (0.035, 0.05)  # right and down, in object sizes
_TRIES, _SHRINK = 24, 0.85

_COUNT, _CLASS, _ALIKE, _FAMILY = (stream(f"scene/{n}") for n in ("count", "class", "alike", "fam"))
_TINTED, _COLOUR, _TURNED, _POSE = (stream(f"scene/{n}") for n in ("tinted", "hue", "turn", "pose"))
_ANGLE, _MIRROR, _SIZE, _DEPTH = (stream(f"scene/{n}") for n in ("angle", "mirror", "size", "z"))
_WHERE = stream("scene/where")

N_COLOURS = 6
UPRIGHT, TILTED_LEFT, TILTED_RIGHT, ON_ITS_SIDE, UPSIDE_DOWN = 1, 2, 3, 4, 5


class Shapes(NamedTuple):
    """What layout needs of the atlas; see :class:`vgym.core.atlas.Atlas`."""

    hull: NDArray[np.float32]  # (S, 24, 2)
    samples: NDArray[np.float32]  # (S, 64, 2)
    mask: NDArray[np.bool_]  # (S, 32, 32)
    mask_scale: float  # extents to mask cells
    tintable: NDArray[np.bool_]  # (S,)
    upright: NDArray[np.bool_]  # (S,)
    pool: NDArray[np.int64]  # (P,) the classes that appear, group by group
    kin: NDArray[np.int64]  # (S,) above 0: classes of the same number never share a scene
    group_first: NDArray[np.int64]  # (P,) where in the pool the group of pool[p] starts
    group_size: NDArray[np.int64]  # (P,)


class Knobs(NamedTuple):
    """Difficulty in numbers."""

    fewest: int
    most: int
    fill: float  # share of the canvas that objects cover, about
    spread: float  # log of the largest over the usual size
    smallest: float  # in units of the canvas
    largest: float
    biggest_family: int
    lone: float  # how likely a family has one member
    tinted: float  # probabilities
    turned: float
    alike: float
    hidden: float  # most of an object that others may cover
    plain: bool  # all classes different, nothing turned or tinted


class Objects(NamedTuple):
    """One scene's objects: rows of the state's arrays."""

    sprite: NDArray[np.int64]
    colour: NDArray[np.int64]
    pose: NDArray[np.int64]
    angle: NDArray[np.float32]
    mirrored: NDArray[np.bool_]
    size: NDArray[np.float32]
    boxes: NDArray[np.float32]
    hidden: NDArray[np.float32]


class Wish(NamedTuple):
    """What the phrase to come needs of the scene, of whichever object it will be said."""

    family: int  # the fewest members that the first family has
    tinted: bool  # families must show colours
    turned: bool  # families must show poses
    sizes: bool  # members must differ in size


@compiled
def _draw_class(key: np.uint64, shapes: Shapes, index: int) -> int:
    return below(key, _CLASS, index, shapes.pool.shape[0])


@compiled
def cast_objects(
    key: np.uint64, shapes: Shapes, knobs: Knobs, wish: Wish, lone: float, objects: Objects
) -> int:
    """Choose classes, colours, poses and relative sizes.

    Args:
        key: of the scene.
        shapes: the classes to choose from.
        knobs: the difficulty.
        wish: what the phrase to come needs.
        lone: how likely a family has one member.
        objects: written, but for places and sizes.

    Returns:
        How many objects there are.
    """
    count = knobs.fewest + below(key, _COUNT, 0, knobs.most - knobs.fewest + 1)
    first, position = 0, 0  # in the pool: the first family's class, this one's
    family, end = 0, 0  # which family this is, and the object that begins the next
    tinted, turned = False, False
    for i in range(count):
        if i == end:
            members = _members(key, knobs, wish, lone, family)
            # Beside the first family there is another.
            end = min(i + members, count - 1 if family == 0 else count)
            position = _class_of_family(key, shapes, knobs, wish, objects, i, family, first)
            first = position if family == 0 else first
            tinted = wish.tinted or uniform(key, _TINTED, family) < knobs.tinted
            turned = wish.turned or uniform(key, _TURNED, family) < knobs.turned
            family += 1
        sprite = shapes.pool[position]
        objects.sprite[i] = sprite
        if knobs.plain or not tinted or not shapes.tintable[sprite]:
            objects.colour[i] = 0
        else:
            objects.colour[i] = 1 + below(key, _COLOUR, i, N_COLOURS)
        _turn(key, shapes, turned and not knobs.plain, i, objects)
        objects.mirrored[i] = not knobs.plain and uniform(key, _MIRROR, i) < 0.5
        reach = knobs.spread * (1.5 if wish.sizes else 1.0)
        objects.size[i] = np.exp((2 * uniform(key, _SIZE, i) - 1) * reach)
    return count


@compiled
def _members(key: np.uint64, knobs: Knobs, wish: Wish, lone: float, family: int) -> int:
    """How many objects share the class of a family."""
    members = 1
    if uniform(key, _FAMILY, 2 * family) >= lone:
        members = 2 + below(key, _FAMILY, 2 * family + 1, knobs.biggest_family - 1)
    return max(members, wish.family) if family == 0 else members


@compiled
def _class_of_family(
    key: np.uint64,
    shapes: Shapes,
    knobs: Knobs,
    wish: Wish,
    objects: Objects,
    used: int,
    family: int,
    first: int,
) -> int:
    """A position in the pool whose class the objects so far neither have nor are kin to.

    It can show what is wished for, if a few draws find one, and is often of the first one's group.
    """
    alike = family > 0 and uniform(key, _ALIKE, family) < knobs.alike
    group, size = shapes.group_first[first], shapes.group_size[first]
    for k in range(40):
        draw = family * 64 + k
        position = _draw_class(key, shapes, draw)
        if alike and k < 8:
            position = group + below(key, _CLASS, draw, size)
        sprite = shapes.pool[position]
        shows = (not wish.tinted or shapes.tintable[sprite]) and (
            not wish.turned or shapes.upright[sprite]
        )
        if (shows or k >= 12) and _is_new(shapes, objects, used, sprite):
            return position
    # Pools are far larger than scenes, so this is not reached but for a pool of a few classes.
    for position in range(shapes.pool.shape[0]):
        if _is_new(shapes, objects, used, shapes.pool[position]):
            return position
    return first


@compiled
def _is_new(shapes: Shapes, objects: Objects, used: int, sprite: int) -> bool:
    for j in range(used):
        if objects.sprite[j] == sprite or are_kin(shapes, objects.sprite[j], sprite):
            return False
    return True


@compiled
def are_kin(shapes: Shapes, a: int, b: int) -> bool:
    """Whether one of two different classes may be called by the other's name."""
    return a != b and shapes.kin[a] != 0 and shapes.kin[a] == shapes.kin[b]


@compiled
def _turn(key: np.uint64, shapes: Shapes, turned: bool, i: int, objects: Objects) -> None:
    """Give object i a pose and an angle; only classes with a clear way up have a pose."""
    jitter = 2 * uniform(key, _ANGLE, i) - 1
    if not shapes.upright[objects.sprite[i]]:
        objects.pose[i] = 0
        objects.angle[i] = jitter * np.pi if turned else 0.0
        return
    pose = UPRIGHT
    if turned:
        pose = 1 + below(key, _POSE, i, 5)
    objects.pose[i] = pose
    middle, width = 0.0, 6.0
    if pose == TILTED_LEFT or pose == TILTED_RIGHT:
        middle, width = (-35.0 if pose == TILTED_LEFT else 35.0), 9.0
    elif pose == ON_ITS_SIDE:
        middle = 90.0 if uniform(key, _POSE, 100 + i) < 0.5 else -90.0
    elif pose == UPSIDE_DOWN:
        middle = 180.0
    objects.angle[i] = np.radians(middle + width * jitter) if turned else 0.0


@compiled
def place_objects(
    key: np.uint64,
    shapes: Shapes,
    knobs: Knobs,
    objects: Objects,
    count: int,
    xy: NDArray[np.float32],
    depth: NDArray[np.float64],
    covered: NDArray[np.uint64],
    height: float,
    width: float,
) -> int:
    """Find room for each object, in order; what finds none is left out.

    Every object lies wholly within the canvas, and no more than ``knobs.hidden`` of any is
    covered by what lies above it.

    Args:
        key: of the scene.
        shapes: the classes' outlines.
        knobs: the difficulty.
        objects: as cast; sizes, boxes and hidden shares are written.
        count: how many were cast.
        xy: (N, 2) written: centres.
        depth: (N,) written: higher lies above.
        covered: (N,) written: which of the 64 sample points of each are covered, a bit each.
        height: of the canvas.
        width: of the canvas.

    Returns:
        How many objects were placed; they fill the first slots.
    """
    usual = np.sqrt(knobs.fill * height * width / count)
    placed = 0
    for i in range(count):
        size = min(max(usual * objects.size[i], knobs.smallest), knobs.largest)
        z = uniform(key, _DEPTH, i)
        done = False
        for k in range(_TRIES * 4):
            if k > 0 and k % _TRIES == 0:
                size = max(size * _SHRINK, knobs.smallest)
            _copy_object(objects, i, placed)
            objects.size[placed] = size
            if not _box_at(key, shapes, objects, i, placed, k, xy, height, width):
                continue
            depth[placed] = z
            if _fits(shapes, knobs, objects, placed, xy, depth, covered):
                done = True
                break
        if done:
            placed += 1
    for i in range(placed):
        objects.hidden[i] = _ones(covered[i]) / 64.0
    return placed


@compiled
def _copy_object(objects: Objects, source: int, target: int) -> None:
    objects.sprite[target] = objects.sprite[source]
    objects.colour[target] = objects.colour[source]
    objects.pose[target] = objects.pose[source]
    objects.angle[target] = objects.angle[source]
    objects.mirrored[target] = objects.mirrored[source]


@compiled
def _box_at(
    key: np.uint64,
    shapes: Shapes,
    objects: Objects,
    draw: int,
    i: int,
    attempt: int,
    xy: NDArray[np.float32],
    height: float,
    width: float,
) -> bool:
    """Put object i at its next random place within the canvas; False if it is too large."""
    hull = shapes.hull[objects.sprite[i]]
    cosine, sine = np.cos(objects.angle[i]), np.sin(objects.angle[i])
    mirror = -1.0 if objects.mirrored[i] else 1.0
    x0, y0, x1, y1 = 1e9, 1e9, -1e9, -1e9
    for h in range(hull.shape[0]):
        px, py = mirror * hull[h, 0], hull[h, 1]
        x, y = cosine * px - sine * py, sine * px + cosine * py
        x0, x1 = min(x0, x), max(x1, x)
        y0, y1 = min(y0, y), max(y1, y)
    size = objects.size[i]
    room_x, room_y = width - (x1 - x0) * size - 2.0, height - (y1 - y0) * size - 2.0
    if room_x < 0 or room_y < 0:
        return False
    x = 1.0 + room_x * uniform(key, _WHERE, (draw * 128 + attempt) * 2) - x0 * size
    y = 1.0 + room_y * uniform(key, _WHERE, (draw * 128 + attempt) * 2 + 1) - y0 * size
    xy[i, 0], xy[i, 1] = x, y
    objects.boxes[i, 0], objects.boxes[i, 1] = x + x0 * size, y + y0 * size
    objects.boxes[i, 2], objects.boxes[i, 3] = x + x1 * size, y + y1 * size
    return True


@compiled
def _fits(
    shapes: Shapes,
    knobs: Knobs,
    objects: Objects,
    i: int,
    xy: NDArray[np.float32],
    depth: NDArray[np.float64],
    covered: NDArray[np.uint64],
) -> bool:
    """Whether object i may lie where it is; if so, notes what it covers and what covers it.

    ``covered`` holds one bit for each of the 64 points that stand for an object's area.
    """
    limit = int(knobs.hidden * 64)
    own = np.uint64(0)
    for j in range(i):
        if not _touch(objects.boxes[i], objects.boxes[j]):
            continue
        if depth[j] > depth[i]:
            own |= _cover(shapes, objects, j, i, xy)
            if _ones(own) > limit:
                return False
        elif _ones(covered[j] | _cover(shapes, objects, i, j, xy)) > limit:
            return False
    for j in range(i):
        if depth[j] <= depth[i] and _touch(objects.boxes[i], objects.boxes[j]):
            covered[j] |= _cover(shapes, objects, i, j, xy)
    covered[i] = own
    return True


@compiled
def _touch(a: NDArray[np.float32], b: NDArray[np.float32]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


@compiled
def _cover(
    shapes: Shapes, objects: Objects, upper: int, lower: int, xy: NDArray[np.float32]
) -> np.uint64:
    """Which of the lower object's 64 points the upper object's silhouette hides."""
    cl, sl = np.cos(objects.angle[lower]), np.sin(objects.angle[lower])
    cu, su = np.cos(objects.angle[upper]), np.sin(objects.angle[upper])
    ml = -1.0 if objects.mirrored[lower] else 1.0
    mu = -1.0 if objects.mirrored[upper] else 1.0
    points = shapes.samples[objects.sprite[lower]]
    mask = shapes.mask[objects.sprite[upper]]
    size_l, size_u = objects.size[lower], objects.size[upper]
    shift_x, shift_y = xy[lower, 0] - xy[upper, 0], xy[lower, 1] - xy[upper, 1]
    half = mask.shape[0] / 2.0
    word = np.uint64(0)
    for k in range(points.shape[0]):
        px, py = ml * points[k, 0] * size_l, points[k, 1] * size_l
        dx = cl * px - sl * py + shift_x
        dy = sl * px + cl * py + shift_y
        qx = mu * (cu * dx + su * dy) / size_u * shapes.mask_scale + half
        qy = (cu * dy - su * dx) / size_u * shapes.mask_scale + half
        if 0 <= qx < mask.shape[1] and 0 <= qy < mask.shape[0] and mask[int(qy), int(qx)]:
            word |= np.uint64(1) << np.uint64(k)
    return word


@compiled
def _ones(word: np.uint64) -> int:
    count = 0
    while word != np.uint64(0):
        word &= word - np.uint64(1)
        count += 1
    return count
