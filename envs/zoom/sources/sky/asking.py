"""Which question a chart is asked, and where on it the answer is.

An episode draws a template, then a row, until one has its answer well within a hemisphere and clear
of all that could be taken for it. Where none has, the key's next chart is tried.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vgym.compiled import compiled
from vgym.core.keys import below, bits, stream, uniform
from vgym.envs.zoom.sources.sky.catalogue import Sky
from vgym.envs.zoom.sources.sky.chart import RIM, charted, from_middle, is_front, turned
from vgym.envs.zoom.sources.sky.painter import SYMBOL, diameter, has_lines
from vgym.envs.zoom.sources.sky.questions import (
    COUNT,
    EXTREME,
    FAINT_ENOUGH,
    FIXED,
    NEAREST,
    Rows,
)

NUMBERS = 4  # on offer, where stars are counted
_CLEAR = 2.0  # px between the disc asked for and others
_INSIDE = 0.9  # of the radius: where questions are asked
_CHARTS, _DRAWS, _EACH = 50, 300, 60  # at most; of a chart; of one template before the next
_RADII = 20  # of rings that are tried
_TEMPLATE, _ROW, _RING, _CHART = map(stream, ("template", "row", "ring", "chart"))


@compiled
def draw_questions(
    sky: Sky,
    rows: Rows,
    asked_stars: NDArray[np.bool_],
    asked_things: NDArray[np.bool_],
    keys: NDArray[np.uint64],
) -> tuple[NDArray[np.uint64], NDArray[np.int64], NDArray[np.float64], NDArray[np.int64]]:
    """The chart and the question of each key, where its answer is, and how many the count is.

    Args:
        asked_stars: (n,) stars of the constellations that the split asks about.
        asked_things: (o,) likewise objects.
        keys: (k,)

    Returns:
        (k,) pictures; (k,) rows, -1 where none was found in many charts; (k, 3) middle and half the
        side of what must be found, px; (k,) counts, 0 for places.
    """
    pictures, chosen = keys.copy(), np.full(len(keys), -1)
    boxes, counts = np.zeros((len(keys), 3)), np.zeros(len(keys), np.int64)
    for i in range(len(keys)):
        for chart in range(_CHARTS):
            pictures[i] = bits(keys[i], _CHART, chart)
            row, found = _asked_of(sky, rows, asked_stars, asked_things, pictures[i])
            if row >= 0:
                chosen[i], boxes[i], counts[i] = row, found[:3], int(found[3])
                break
    return pictures, chosen, boxes, counts


@compiled
def _asked_of(
    sky: Sky,
    rows: Rows,
    asked_stars: NDArray[np.bool_],
    asked_things: NDArray[np.bool_],
    picture: np.uint64,
) -> tuple[int, NDArray[np.float64]]:
    """The row that is asked of a chart, or -1, and its answer: middle, half, count."""
    turn = turned(picture)
    for attempt in range(_DRAWS):
        template = below(picture, _TEMPLATE, attempt // _EACH, len(rows.way))
        if rows.needs_lines[template] and not has_lines(picture):
            continue
        count = rows.start[template + 1] - rows.start[template]
        row = rows.start[template] + below(picture, _ROW, attempt, count)
        if rows.way[template] == COUNT:
            found = _ring(sky, rows, row, turn, picture)
        else:
            of_stars = rows.of_stars[template]
            asked = asked_stars if of_stars else asked_things
            found = _find(sky, rows, row, turn, rows.way[template], of_stars, asked)
        if found[2] > 0:
            return row, np.array(found)
    return -1, np.zeros(4)


@compiled
def _ring(
    sky: Sky, rows: Rows, row: int, turn: NDArray[np.float64], key: np.uint64
) -> tuple[float, float, float, float]:
    """A ring round a star: middle, radius, and how many stars are in it; of 0 if unclear."""
    star = sky.star[rows.anchor[row]]
    front = is_front(turn, star)
    x, y = charted(turn, star, front)
    if from_middle(x, y) <= _INSIDE * RIM:
        for attempt in range(_RADII):
            radius = 50 + 100 * uniform(key, _RING, _RADII * row + attempt)
            within = _within(sky, rows, row, turn, front, x, y, radius)
            if within >= NUMBERS:  # so that it may be any of the numbers on offer
                return x, y, radius, float(within)
    return x, y, 0.0, 0.0


@compiled
def _within(
    sky: Sky,
    rows: Rows,
    row: int,
    turn: NDArray[np.float64],
    front: bool,
    x: float,
    y: float,
    radius: float,
) -> int:
    """How many stars are within a circle; 0 where one is on its line or two on each other."""
    within = 0
    for c in range(rows.first[row], rows.first[row + 1]):
        other = rows.candidate[c]
        u, v = charted(turn, sky.star[other], front)
        off = np.hypot(u - x, v - y)
        disc = diameter(sky.magnitude[other]) / 2
        if off + disc + 1 < radius:
            within += 1
            for d in range(rows.first[row], c):
                before = rows.candidate[d]
                p, q = charted(turn, sky.star[before], front)
                touch = disc + diameter(sky.magnitude[before]) / 2
                if np.hypot(u - p, v - q) < max(0.8 * touch, disc + 3):
                    return 0
        elif off - disc - 1 < radius:
            return 0
    return within


@compiled
def _find(
    sky: Sky,
    rows: Rows,
    row: int,
    turn: NDArray[np.float64],
    way: int,
    of_stars: bool,
    asked: NDArray[np.bool_],
) -> tuple[float, float, float, float]:
    """The answer's middle and half its side on a chart; half of 0 where it is not clear."""
    places = sky.star if of_stars else sky.thing
    none = (0.0, 0.0, 0.0, 0.0)
    first, end = rows.first[row], rows.first[row + 1]
    best, second, chosen = np.inf, np.inf, rows.candidate[first]
    front = is_front(turn, places[chosen])
    x = y = room = 0.0
    if way == NEAREST:
        front = is_front(turn, sky.star[rows.anchor[row]])
        x, y = charted(turn, sky.star[rows.anchor[row]], front)
        room = _INSIDE * RIM - from_middle(x, y)
    if way != FIXED:
        for c in range(first, end):
            place = places[rows.candidate[c]]
            if is_front(turn, place) != front:
                if way == EXTREME:
                    return none  # a figure that the rim divides
                continue  # further than the rim
            u, v = charted(turn, place, front)
            if way == NEAREST:
                value = np.hypot(u - x, v - y)
            else:
                side = rows.side[row]
                value = (v, -v, u, -u)[side]
            if value < best:
                best, second, chosen = value, best, rows.candidate[c]
            elif value < second:
                second = value
        # The next is clearly further away: by a quarter, or by a star's width.
        if way == NEAREST and (second < 1.25 * best or best > room or second == np.inf):
            return none
        if way == EXTREME and second < best + 30:
            return none
    if not asked[chosen] or (of_stars and sky.magnitude[chosen] < FAINT_ENOUGH):
        return none
    x, y = charted(turn, places[chosen], front)
    half = diameter(sky.magnitude[chosen]) / 2 if of_stars else SYMBOL / 2
    if from_middle(x, y) > _INSIDE * RIM or not _alone(sky, places[chosen], half, of_stars):
        return none
    return x, y, half, 0.0


@compiled
def _alone(sky: Sky, place: NDArray[np.float64], half: float, of_stars: bool) -> bool:
    """Whether no disc or sign touches that of a place, nor one of its own kind comes near.

    Measured on the sphere, with the rim's narrowing allowed for.
    """
    px = 2250.0  # of the chart a radian, where it is least
    same = 0
    for i in range(len(sky.thing)):
        apart = px * np.sqrt(((sky.thing[i] - place) ** 2).sum())
        if 0 < apart < half + SYMBOL / 2 + _CLEAR:
            return False
    if not of_stars:
        return True
    for c in range(len(sky.cell)):
        away = np.sqrt(((sky.cell[c] - place) ** 2).sum())
        if away > sky.cell_radius[c] + 0.05:
            continue
        for i in range(sky.cell_start[c], sky.cell_start[c + 1]):
            apart = px * np.sqrt(((sky.star[i] - place) ** 2).sum())
            same += apart == 0
            if 0 < apart < half + diameter(sky.magnitude[i]) / 2 + _CLEAR:
                return False
    return same == 1  # not two at one place
