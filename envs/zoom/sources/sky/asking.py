"""Which question a chart is asked, and where on it the answer is.

An episode draws a template, then a row, until one has its answer well within a hemisphere and clear
of all that could be taken for it. Where none has, the key's next chart is tried.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vgym.compiled import compiled
from vgym.compiled_arrays import ranked
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

# Where stars are counted, one of some blocks of numbers is on offer, each as often right.
NUMBERS = 4
FEWEST, BLOCKS = 4, 2
_CLEAR = 2.0  # px between the disc asked for and others
_INSIDE = 0.9  # of the radius: where questions are asked
_CHARTS, _DRAWS, _EACH = 200, 300, 60  # at most; of a chart; of one template before the next
_SMALLEST, _LARGEST = 45.0, 160.0  # px: radii of rings
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
        # Of the key, not of the chart: else what is easily found would be right more often.
        within = FEWEST + below(keys[i], _RING, 0, BLOCKS * NUMBERS)
        for chart in range(_CHARTS):
            pictures[i] = bits(keys[i], _CHART, chart)
            row, found = _asked_of(sky, rows, asked_stars, asked_things, pictures[i], within)
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
    within: int,
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
            found = _ring(sky, rows, row, turn, picture, within)
        else:
            of_stars = rows.of_stars[template]
            asked = asked_stars if of_stars else asked_things
            found = _find(sky, rows, row, turn, rows.way[template], of_stars, asked)
        if found[2] > 0:
            return row, np.array(found)
    return -1, np.zeros(4)


@compiled
def _ring(
    sky: Sky,
    rows: Rows,
    row: int,
    turn: NDArray[np.float64],
    picture: np.uint64,
    count: int,
) -> tuple[float, float, float, float]:
    """A ring near a star that holds a number of stars: middle, radius, number; 0 if unclear."""
    star = sky.star[rows.anchor[row]]
    front = is_front(turn, star)
    x, y = charted(turn, star, front)
    # Somewhere beside the star: round it, the numbers could be learnt by heart.
    angle = 2 * np.pi * uniform(picture, _RING, 2 * row + 1)
    beside = 60 + 100 * uniform(picture, _RING, 2 * row + 2)
    x, y = x + beside * np.cos(angle), y + beside * np.sin(angle)
    total = rows.first[row + 1] - rows.first[row]
    if from_middle(x, y) > _INSIDE * RIM or total <= count:
        return x, y, 0.0, 0.0
    at, off = np.empty((total, 2)), np.empty(total)
    disc = np.empty(total)
    for i in range(total):
        other = rows.candidate[rows.first[row] + i]
        at[i] = charted(turn, sky.star[other], front)
        off[i] = np.hypot(at[i, 0] - x, at[i, 1] - y)
        disc[i] = diameter(sky.magnitude[other]) / 2
    order = ranked(off)
    inner, outer = 0.0, np.inf  # between what is within and what is without
    for place in range(total):
        i = order[place]
        if place < count:
            inner = max(inner, off[i] + disc[i] + 1)
            for before in order[:place]:  # each must be seen by itself
                apart = np.hypot(at[i, 0] - at[before, 0], at[i, 1] - at[before, 1])
                if apart < max(0.8 * (disc[i] + disc[before]), disc[i] + 3):
                    return x, y, 0.0, 0.0
        else:
            outer = min(outer, off[i] - disc[i] - 1)
    radius = (inner + outer) / 2
    if inner >= outer or not _SMALLEST < radius < _LARGEST:
        return x, y, 0.0, 0.0
    return x, y, radius, float(count)


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
