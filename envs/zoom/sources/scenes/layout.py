"""The plan of a whole: its size, grounds, landmarks and fences, and which classes it has.

A whole is made from its key alone and never held. Its plan is a few hundred numbers, made anew for
every window; small things stand in its cells, one at most in each, see `things`.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vgym.compiled import compiled
from vgym.compiled_arrays import copy_into
from vgym.core.keys import below, stream, uniform
from vgym.envs.zoom.sources.scenes.grounds import ROUGH, noise
from vgym.envs.zoom.sources.scenes.knobs import FILL, MOST_ASPECT, Knobs

COARSE = 4  # cells a side of the place of a larger thing
FENCED = 3  # things a side within a fence
_LANDMARK = (0.075, 0.11)  # longer side, of the whole's: to be told in the overview
_FENCE = (0.022, 0.036)
_TINTED = 0.75  # of the classes that can be
N_COLOURS = 6
_TRIES = 64

_SIDE, _ASPECT, _COUNT, _SITE = (stream(f"whole/{n}") for n in ("side", "aspect", "count", "site"))
_CLASS, _TINT, _LAND, _FENCED = (stream(f"whole/{n}") for n in ("class", "tint", "land", "fence"))
_NOISE = stream("whole/noise")


class Cast(NamedTuple):
    """What stays the same from whole to whole of one split. S classes."""

    pool: NDArray[np.int64]  # (P,) the classes that appear
    kin: NDArray[np.int64]  # (S,) above 0: classes of the same number never share a whole
    tintable: NDArray[np.bool_]  # (S,)
    extents: NDArray[np.float64]  # (S + signs, 4) xyxy about the middle; the longer side is 1
    sign: int  # sprites from here on are signs
    signs: int
    grounds: int  # that there are
    rough: NDArray[np.float64]  # noise


class Cells(NamedTuple):
    """Where things stand, and which; kept small, for kernels hand it on for every thing."""

    key: np.uint64
    rows: int
    columns: int
    cell_h: float  # pixels
    cell_w: float
    noise_x: float  # where in the plane of noise the whole lies
    noise_y: float
    classes: NDArray[np.int64]  # (C,) of small things, common ones first
    tinted: NDArray[np.bool_]  # (C,) whether they are coloured here
    scenery: NDArray[np.int64]  # (Q,) classes of larger things
    blocked: NDArray[np.float64]  # (L + F, 4) boxes of landmarks, then fences: kept clear


class Layout(NamedTuple):
    """One whole. Lengths are pixels."""

    cells: Cells
    height: float
    width: float
    landmark: NDArray[np.int64]  # (L,) classes
    landmark_xyr: NDArray[np.float64]  # (L, 3) middle and size
    fence_box: NDArray[np.float64]  # (F, 4) its outer edge
    fence_colour: NDArray[np.int64]  # (F,) into FENCE_COLOURS
    site_xy: NDArray[np.float64]  # (K, 2) grounds reach to where another's site is nearer
    site_ground: NDArray[np.int64]  # (K,) 0 to G
    texture: NDArray[np.int64]  # (G,) which tiles


@compiled
def lay_out(key: np.uint64, cast: Cast, knobs: Knobs) -> Layout:
    """The plan of the whole of a key."""
    height, width = _size(key, knobs)
    longer = max(height, width)
    share = uniform(key, _COUNT, 0)
    number = knobs.fewest * (knobs.most / knobs.fewest) ** share
    cell = np.sqrt(height * width * FILL / number)
    rows, columns = int(np.ceil(height / cell)), int(np.ceil(width / cell))
    classes, scenery, landmark = _choose_classes(key, cast, knobs)
    tinted = np.empty(classes.shape[0], np.bool_)
    for c in range(classes.shape[0]):
        tinted[c] = cast.tintable[classes[c]] and uniform(key, _TINT, c) < _TINTED
    landmark_xyr = np.empty((landmark.shape[0], 3))
    blocked = np.empty((landmark.shape[0] + knobs.fences, 4))
    for i in range(landmark.shape[0]):
        low, high = _LANDMARK
        size = longer * (low + (high - low) * uniform(key, _LAND, 4096 + i))
        extent = cast.extents[landmark[i]]
        _find_room(key, _LAND, i, extent, size, height, width, blocked, landmark_xyr[i])
    fence_xyr = np.empty(3)
    fence_box = np.empty((knobs.fences, 4))
    square = np.array([-0.5, -0.5, 0.5, 0.5])
    for f in range(knobs.fences):
        low, high = _FENCE
        size = longer * (low + (high - low) * uniform(key, _FENCED, 4096 + f))
        i = landmark.shape[0] + f
        _find_room(key, _FENCED, i, square, size, height, width, blocked, fence_xyr)
        copy_into(fence_box[f], blocked[i])
    grounds = min(knobs.grounds, cast.grounds)
    site_xy = np.empty((knobs.sites, 2))
    site_ground = np.empty(knobs.sites, np.int64)
    for s in range(knobs.sites):
        site_xy[s, 0] = width * uniform(key, _SITE, 2 * s)
        site_xy[s, 1] = height * uniform(key, _SITE, 2 * s + 1)
        site_ground[s] = s % grounds
    cells = Cells(
        key,
        rows,
        columns,
        height / rows,
        width / columns,
        ROUGH * uniform(key, _NOISE, 0),
        ROUGH * uniform(key, _NOISE, 1),
        classes,
        tinted,
        scenery,
        blocked,
    )
    return Layout(
        cells,
        height,
        width,
        landmark,
        landmark_xyr,
        fence_box,
        _some_of(key, _FENCED, 8192, N_FENCE_COLOURS, knobs.fences),
        site_xy,
        site_ground,
        _some_of(key, _SITE, 8192, cast.grounds, grounds),
    )


FENCE_COLOURS = ("white", "red", "yellow", "blue", "black", "orange")
N_FENCE_COLOURS = len(FENCE_COLOURS)


@compiled
def _size(key: np.uint64, knobs: Knobs) -> tuple[float, float]:
    """Height and width in whole pixels."""
    shape = MOST_ASPECT ** (2 * uniform(key, _ASPECT, 0) - 1)  # width over height
    least, most = knobs.least_side, knobs.most_side
    longer = least + (most - least) * np.sqrt(uniform(key, _SIDE, 0))
    longer = min(max(longer, least * max(shape, 1 / shape)), most)
    shorter = max(longer / max(shape, 1 / shape), least)
    height, width = (shorter, longer) if shape > 1 else (longer, shorter)
    return np.floor(height), np.floor(width)


@compiled
def _choose_classes(
    key: np.uint64, cast: Cast, knobs: Knobs
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Classes of small things, of larger ones and of landmarks: all different, and none kin."""
    number = knobs.classes + knobs.scenery + knobs.landmarks
    chosen = np.empty(number, np.int64)
    n, draw = 0, 0
    while n < number:
        candidate = cast.pool[below(key, _CLASS, draw, cast.pool.shape[0])]
        draw += 1
        kin, fresh = cast.kin[candidate], True
        for i in range(n):
            if chosen[i] == candidate or (kin != 0 and cast.kin[chosen[i]] == kin):
                fresh = False
                break
        # A pool of few classes may have no more that are not kin: then any is taken.
        if fresh or draw > 64 * number:
            chosen[n] = candidate
            n += 1
    first, last = knobs.landmarks, knobs.landmarks + knobs.scenery
    return chosen[last:], chosen[first:last], chosen[:first]


@compiled
def _some_of(key: np.uint64, name: np.uint64, index: int, n: int, k: int) -> NDArray[np.int64]:
    """k different numbers below n, in any order."""
    order = np.arange(n)
    for i in range(k):
        j = i + below(key, name, index + i, n - i)
        order[i], order[j] = order[j], order[i]
    return order[:k]


@compiled
def _find_room(
    key: np.uint64,
    name: np.uint64,
    number: int,
    extent: NDArray[np.float64],
    size: float,
    height: float,
    width: float,
    boxes: NDArray[np.float64],
    xyr: NDArray[np.float64],
) -> None:
    """Write the box of a landmark or a fence, and its middle and size, clear of those before it."""
    box = boxes[number]
    for t in range(_TRIES):
        index = 2 * (number * _TRIES + t)
        room_x = width - (extent[2] - extent[0]) * size
        room_y = height - (extent[3] - extent[1]) * size
        xyr[0] = room_x * uniform(key, name, index) - extent[0] * size
        xyr[1] = room_y * uniform(key, name, index + 1) - extent[1] * size
        xyr[2] = size
        for edge in range(4):
            box[edge] = xyr[edge % 2] + extent[edge] * size
        clear = True
        for i in range(number):
            clear = clear and not _near(box, boxes[i], 0.2 * size)
        if clear:
            return


@compiled
def _near(a: NDArray[np.float64], b: NDArray[np.float64], gap: float) -> bool:
    across = a[0] < b[2] + gap and b[0] < a[2] + gap
    return across and a[1] < b[3] + gap and b[1] < a[3] + gap


@compiled
def ground_distances(
    layout: Layout, cast: Cast, x: float, y: float, out: NDArray[np.float64]
) -> None:
    """How far each ground's nearest site is from a point; the nearest ground lies there.

    Borders wind: sites are seen through slow noise.

    Args:
        layout, cast: the whole.
        x, y: the point, pixels.
        out: (G,) written, pixels.
    """
    longer = max(layout.height, layout.width)
    for level in range(2):
        wave, reach = (0.16, 0.03) if level == 0 else (0.08, 0.006)
        u, v = (
            x / (wave * longer) + layout.cells.noise_x,
            y / (wave * longer) + layout.cells.noise_y,
        )
        x += reach * longer * noise(cast.rough, u, v)
        y += reach * longer * noise(cast.rough, u + 97.5, v + 41.5)
    out[:] = np.inf
    for s in range(layout.site_xy.shape[0]):
        dx, dy = x - layout.site_xy[s, 0], y - layout.site_xy[s, 1]
        g = layout.site_ground[s]
        out[g] = min(out[g], dx * dx + dy * dy)
    for g in range(out.shape[0]):
        out[g] = np.sqrt(out[g])


@compiled
def ground_at(layout: Layout, cast: Cast, x: float, y: float, clear: float) -> int:
    """Which ground lies at a point, plainly: no border runs within about so many pixels; or -1."""
    distances = np.empty(layout.texture.shape[0])
    ground_distances(layout, cast, x, y, distances)
    best = int(np.argmin(distances))
    for g in range(distances.shape[0]):
        # Half the difference of two distances is no more than the way to where they are equal.
        if g != best and distances[g] - distances[best] < 2 * clear:
            return -1
    return best
