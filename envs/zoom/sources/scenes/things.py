"""The things of a whole, each by the number of its cell: a function of the whole's key alone.

Small things stand in cells and larger ones in squares of 4 x 4 cells, wholly within; small ones
make room for larger ones, and all for landmarks and fences. Within a fence things stand in its own
9 cells. So no thing hides another, and a window needs the things of its own cells only.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vgym.compiled import compiled, compiled_with
from vgym.core.keys import below, fold, stream, uniform
from vgym.envs.zoom.sources.scenes.grounds import noise
from vgym.envs.zoom.sources.scenes.knobs import Knobs
from vgym.envs.zoom.sources.scenes.layout import (
    COARSE,
    FENCED,
    N_COLOURS,
    Cast,
    Cells,
    Layout,
)

FENCE_WIDTH = 0.045  # of its side
MOST_ALIKE = 5  # things of one class within a fence, of those that are counted
_WHICH, _SPOT, _BIG, _IN = (stream(f"thing/{n}") for n in ("which", "spot", "big", "in"))


class Thing(NamedTuple):
    """One thing; pixels. A sprite of -1 is none."""

    sprite: int  # a class, or a sign
    kind: int  # of the whole's classes; -1 for a sign or a larger thing
    colour: int  # into COLOURS; 0 natural
    x: float  # middle of the sprite's cell
    y: float
    size: float  # longer side
    mirrored: bool
    left: float  # its box
    top: float
    right: float
    bottom: float


@compiled
def nothing() -> Thing:
    """No thing."""
    return Thing(-1, -1, 0, 0.0, 0.0, 0.0, False, 0.0, 0.0, 0.0, 0.0)


@compiled_with(inline="always")
def _put(
    draw: np.uint64,
    extent: NDArray[np.float64],
    sprite: int,
    kind: int,
    colour: int,
    size: float,
    x0: float,
    y0: float,
    w: float,
    h: float,
    turnable: bool,
) -> Thing:
    """A thing somewhere within x0 + w, y0 + h, mirrored or not if that may be."""
    mirrored = turnable and uniform(draw, _SPOT, 2) < 0.5
    broad, tall = (extent[2] - extent[0]) * size, (extent[3] - extent[1]) * size
    left = x0 + (w - broad) * uniform(draw, _SPOT, 0)
    top = y0 + (h - tall) * uniform(draw, _SPOT, 1)
    x = left - (-extent[2] if mirrored else extent[0]) * size
    y = top - extent[1] * size
    right, bottom = left + broad, top + tall
    return Thing(sprite, kind, colour, x, y, size, mirrored, left, top, right, bottom)


@compiled_with(inline="always")
def _meets(boxes: NDArray[np.float64], x0: float, y0: float, x1: float, y1: float) -> bool:
    """Whether any of the boxes (n, 4) overlaps that one."""
    for i in range(boxes.shape[0]):
        if x0 < boxes[i, 2] and boxes[i, 0] < x1 and y0 < boxes[i, 3] and boxes[i, 1] < y1:
            return True
    return False


@compiled
def larger_thing(cells: Cells, cast: Cast, row: int, column: int) -> tuple[Thing, bool]:
    """What stands in a square of 4 x 4 cells, if anything: scenery, in its natural colours.

    Also whether no landmark or fence reaches into the square.
    """
    h = min(COARSE, cells.rows - COARSE * row) * cells.cell_h
    w = min(COARSE, cells.columns - COARSE * column) * cells.cell_w
    x0, y0 = COARSE * column * cells.cell_w, COARSE * row * cells.cell_h
    clear = not _meets(cells.blocked, x0, y0, x0 + w, y0 + h)
    draw = fold(cells.key, np.uint64((1 << 40) + row * 65536 + column))
    if uniform(draw, _BIG, 0) > 0.3:
        return nothing(), clear
    sprite = cells.scenery[below(draw, _BIG, 1, cells.scenery.shape[0])]
    size = min(cells.cell_h, cells.cell_w) * (0.9 + 1.6 * uniform(draw, _BIG, 2))
    size = min(size, 0.9 * min(w, h))
    thing = _put(draw, cast.extents[sprite], sprite, -1, 0, size, x0, y0, w, h, True)
    if not clear and _meets(cells.blocked, thing.left, thing.top, thing.right, thing.bottom):
        return nothing(), clear
    return thing, clear


@compiled_with(inline="always")
def small_thing(
    cells: Cells, cast: Cast, knobs: Knobs, row: int, column: int, beside: Thing, clear: bool
) -> Thing:
    """What stands in a cell, if anything.

    Args:
        cells, cast, knobs: the whole.
        row, column: of the cell.
        beside: the larger thing of the square that the cell belongs to.
        clear: whether no landmark or fence reaches into that square.
    """
    draw = fold(cells.key, np.uint64(row * 65536 + column))
    # Things crowd in some parts and are few in others.
    wave = 9.0
    crowd = noise(cast.rough, column / wave + cells.noise_y, row / wave + cells.noise_x)
    if uniform(draw, _WHICH, 0) > 0.6 + 0.55 * crowd:
        return nothing()
    u, v = uniform(draw, _WHICH, 1), uniform(draw, _SPOT, 3)
    kind, colour = -1, 0
    if u < knobs.signs:
        sprite = cast.sign + below(draw, _WHICH, 2, cast.signs)
        size = knobs.largest * (0.75 + 0.25 * v)
    else:
        u = (u - knobs.signs) / (1 - knobs.signs)
        kind = int(cells.classes.shape[0] * u * u)  # the last are the rarest
        sprite = cells.classes[kind]
        if cells.tinted[kind]:
            colour = 1 + below(draw, _WHICH, 2, N_COLOURS)
        size = knobs.smallest + (knobs.largest - knobs.smallest) * v * v
    size = min(size, 0.9 * min(cells.cell_h, cells.cell_w))
    x0, y0 = column * cells.cell_w, row * cells.cell_h
    w, h, extent = cells.cell_w, cells.cell_h, cast.extents[sprite]
    thing = _put(draw, extent, sprite, kind, colour, size, x0, y0, w, h, kind >= 0)
    if thing.left < beside.right and beside.left < thing.right:
        if thing.top < beside.bottom and beside.top < thing.bottom:
            return nothing()
    if not clear and _meets(cells.blocked, thing.left, thing.top, thing.right, thing.bottom):
        return nothing()
    return thing


@compiled
def fenced_thing(
    cells: Cells, cast: Cast, box: NDArray[np.float64], fence: int, spot: int
) -> Thing:
    """What stands in one of the 9 cells within a fence's box, if anything: of few classes."""
    yard = fold(cells.key, np.uint64((1 << 41) + fence))
    draw = fold(yard, np.uint64(spot))
    # As many of one class as of any number up to MOST_ALIKE, in spots of any order; then two more.
    step = 1 + below(yard, _IN, 0, 2) + 3 * below(yard, _IN, 1, FENCED)
    spots = FENCED * FENCED
    rank = (spot * step + below(yard, _IN, 2, spots)) % spots
    number = cells.classes.shape[0]
    kind = below(yard, _IN, 3, number)
    if rank > below(yard, _IN, 4, MOST_ALIKE):
        if uniform(draw, _IN, 5) < 0.25:
            return nothing()
        other = 6 + below(draw, _IN, 8, 2)
        kind = (kind + 1 + below(yard, _IN, other, number - 1)) % number
    colour = 1 + below(draw, _WHICH, 2, N_COLOURS) if cells.tinted[kind] else 0
    sprite = cells.classes[kind]
    rail = FENCE_WIDTH * (box[2] - box[0])
    side = (box[2] - box[0] - 2 * rail) / FENCED
    x0 = box[0] + rail + side * (spot % FENCED) + 0.04 * side
    y0 = box[1] + rail + side * (spot // FENCED) + 0.04 * side
    size = side * (0.66 + 0.22 * uniform(draw, _SPOT, 3))
    within = 0.92 * side
    extent = cast.extents[sprite]
    return _put(draw, extent, sprite, kind, colour, size, x0, y0, within, within, True)


class Crowd(NamedTuple):
    """All N small things of a whole, those within fences last."""

    sprite: NDArray[np.int64]  # (N,) this and what follows: see Thing
    kind: NDArray[np.int64]
    colour: NDArray[np.int64]
    size: NDArray[np.float64]
    short: NDArray[np.float64]  # shorter side of the box
    xy: NDArray[np.float64]  # (N, 2) middle of the box
    box: NDArray[np.float64]  # (N, 4)
    fence: NDArray[np.int64]  # (N,) which it stands within, -1 for none
    fenced: int  # the first that stands within a fence


@compiled_with(inline="always")
def _join(crowd: Crowd, used: int, thing: Thing, fence: int) -> int:
    if thing.sprite < 0:
        return used
    crowd.sprite[used], crowd.kind[used] = thing.sprite, thing.kind
    crowd.colour[used], crowd.size[used] = thing.colour, thing.size
    crowd.box[used, 0], crowd.box[used, 1] = thing.left, thing.top
    crowd.box[used, 2], crowd.box[used, 3] = thing.right, thing.bottom
    crowd.xy[used, 0] = (thing.left + thing.right) / 2
    crowd.xy[used, 1] = (thing.top + thing.bottom) / 2
    crowd.short[used] = min(thing.right - thing.left, thing.bottom - thing.top)
    crowd.fence[used] = fence
    return used + 1


@compiled
def all_things(layout: Layout, cast: Cast, knobs: Knobs) -> Crowd:
    """All small things of a whole."""
    cells = layout.cells
    n = cells.rows * cells.columns + layout.fence_box.shape[0] * FENCED * FENCED
    crowd = Crowd(
        np.empty(n, np.int64),
        np.empty(n, np.int64),
        np.empty(n, np.int64),
        np.empty(n),
        np.empty(n),
        np.empty((n, 2)),
        np.empty((n, 4)),
        np.empty(n, np.int64),
        0,
    )
    used = 0
    for top in range(0, cells.rows, COARSE):
        for left in range(0, cells.columns, COARSE):
            beside, clear = larger_thing(cells, cast, top // COARSE, left // COARSE)
            for row in range(top, min(top + COARSE, cells.rows)):
                for column in range(left, min(left + COARSE, cells.columns)):
                    thing = small_thing(cells, cast, knobs, row, column, beside, clear)
                    used = _join(crowd, used, thing, -1)
    fenced = used
    for fence in range(layout.fence_box.shape[0]):
        for spot in range(FENCED * FENCED):
            thing = fenced_thing(cells, cast, layout.fence_box[fence], fence, spot)
            used = _join(crowd, used, thing, fence)
    return Crowd(
        crowd.sprite[:used],
        crowd.kind[:used],
        crowd.colour[:used],
        crowd.size[:used],
        crowd.short[:used],
        crowd.xy[:used],
        crowd.box[:used],
        crowd.fence[:used],
        fenced,
    )
