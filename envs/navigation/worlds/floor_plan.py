"""Floor plans: a rectangle cut into rooms, and openings between rooms, all in whole cells.

A tree whose rooms come out too narrow, or that needs doors which nobody would build (through one
bathroom to another), is sampled again.
"""

from __future__ import annotations

from typing import NamedTuple

from vgym.core.keyed_sampler import KeyedSampler
from vgym.envs.navigation.worlds.room_kinds import ROOM
from vgym.envs.navigation.worlds.slicing_trees import cut, home_tree, office_tree, passage_cells
from vgym.envs.navigation.worlds.world import CELL

FEWEST, MOST = 4, 30  # rooms

_LONGEST = 2.5  # times as long as wide
_CORNER = 2  # cells between an opening and the corner of a room
_NARROWEST = 7  # cells of the narrowest opening
_TRIES = 2000


class Opening(NamedTuple):
    """A way through a wall. Cells (x0, y0, x1, y1), half-open."""

    cells: tuple[int, int, int, int]
    rooms: tuple[int, int]
    closes: bool  # has a door leaf; wide openings have none


class FloorPlan(NamedTuple):
    """Rooms as rectangles of free cells (x0, y0, x1, y1), half-open; all other cells are wall."""

    width: int  # cells
    height: int
    kinds: list[str]
    rooms: list[tuple[int, int, int, int]]
    openings: list[Opening]


class _Wall(NamedTuple):
    """The straight stretch of wall between two rooms."""

    rooms: tuple[int, int]
    upright: bool  # the wall runs along y
    line: int  # its cell across
    low: int  # cells along it, half-open
    high: int


def sample_plan(sampler: KeyedSampler, rooms: int, kind: str) -> FloorPlan:
    """Sample the plan of a home or an office.

    Args:
        sampler: where the randomness comes from.
        rooms: how many, passages counted; 4 to 30.
        kind: "home" or "office".

    Returns:
        A plan in which every room can be reached; the border cells are wall.
    """
    for _ in range(_TRIES):
        plan = _try_plan(sampler, rooms, kind)
        if plan is not None:
            return plan
    raise RuntimeError(f"no floor plan of {rooms} rooms ({kind}) in {_TRIES} tries")


def _try_plan(sampler: KeyedSampler, rooms: int, kind: str) -> FloorPlan | None:
    tree, depth = home_tree(sampler, rooms) if kind == "home" else office_tree(sampler, rooms)
    area = tree.total()
    height = round(depth / CELL)
    width = round(area / (height - passage_cells(tree)) / CELL**2)
    least_w, least_h = tree.least()
    if width < least_w or height < least_h or width == height:
        return None
    leaves: list[tuple[str, tuple[int, int, int, int]]] = []
    if not cut(tree, (1, 1, width + 1, height + 1), leaves):
        return None
    width, height = width + 2, height + 2
    if sampler.chance(0.5):
        leaves = [(k, (width - x1, y0, width - x0, y1)) for k, (x0, y0, x1, y1) in leaves]
    if sampler.chance(0.5):
        leaves = [(k, (x0, height - y1, x1, height - y0)) for k, (x0, y0, x1, y1) in leaves]
    if sampler.chance(0.5):
        leaves = [(k, (y0, x0, y1, x1)) for k, (x0, y0, x1, y1) in leaves]
        width, height = height, width
    kinds = [k for k, _ in leaves]
    rects = [rect for _, rect in leaves]
    if not _well_shaped(kinds, rects):
        return None
    openings = _openings(sampler, kinds, rects)
    if openings is None:
        return None
    return FloorPlan(width, height, kinds, rects, openings)


def _well_shaped(kinds: list[str], rects: list[tuple[int, int, int, int]]) -> bool:
    sizes = [(x1 - x0, y1 - y0) for x0, y0, x1, y1 in rects]
    for kind, (w, h) in zip(kinds, sizes, strict=True):
        if not ROOM[kind].passage and max(w, h) > _LONGEST * min(w, h):
            return False
    areas = [w * h for w, h in sizes]
    if "living room" in kinds and areas[kinds.index("living room")] < max(areas):
        return False
    mean = sum(areas) * CELL**2 / len(areas)
    return 12.0 <= mean <= 20.0


def _walls_between(rects: list[tuple[int, int, int, int]]) -> list[_Wall]:
    """Every stretch of wall between two rooms that is long enough for a door."""
    walls = []
    for a, (ax0, ay0, ax1, ay1) in enumerate(rects):
        for b, (bx0, by0, bx1, by1) in enumerate(rects):
            if ax1 + 1 == bx0:
                wall = _Wall((a, b), True, ax1, max(ay0, by0), min(ay1, by1))
            elif ay1 + 1 == by0:
                wall = _Wall((a, b), False, ay1, max(ax0, bx0), min(ax1, bx1))
            else:
                continue
            if wall.high - wall.low >= _NARROWEST + 2 * _CORNER:
                walls.append(wall)
    return walls


def _reluctance(a: str, b: str) -> int:
    """How odd a door between rooms of these kinds would be, 0 to 9."""
    pair = {a, b}
    one, other = ROOM[a], ROOM[b]
    if one.hub and other.hub:
        return 0
    if one.passage or other.passage or (one.open and other.open):
        return 1
    if one.hub or other.hub:
        return 2 if not pair & {"bathroom", "restroom"} else 3
    if "kitchen" in pair and pair & {"laundry room", "storage room"}:
        return 2
    if "bathroom" in pair and pair & {"bedroom", "nursery"}:
        return 3
    if pair & {"dining room", "break room"} and not pair & {"bathroom", "restroom"}:
        return 4
    if pair & {"bathroom", "restroom"}:
        return 9
    return 5 if pair & {"study", "meeting room", "storage room", "nursery"} else 7


def _openings(
    sampler: KeyedSampler, kinds: list[str], rects: list[tuple[int, int, int, int]]
) -> list[Opening] | None:
    """A spanning tree of doors that people would build, and some more; None if there is none."""
    walls = _walls_between(rects)
    odd = [_reluctance(kinds[w.rooms[0]], kinds[w.rooms[1]]) for w in walls]
    order = sorted(range(len(walls)), key=lambda n: odd[n] + 0.9 * sampler.unit())
    group = list(range(len(rects)))
    chosen, spare = [], []
    for n in order:
        a, b = walls[n].rooms
        if group[a] == group[b]:
            if odd[n] <= 4:
                spare.append(n)
        elif odd[n] >= 6:
            return None
        else:
            group = [group[a] if g == group[b] else g for g in group]
            chosen.append(n)
    if len(chosen) < len(rects) - 1:
        return None
    more = round(sampler.between(0.15, 0.3) * len(chosen))
    # Small rooms have one door.
    spare = [n for n in spare if not any(ROOM[kinds[r]].service for r in walls[n].rooms)]
    chosen += sampler.shuffled(spare)[:more]
    return [_opening(sampler, walls[n], kinds) for n in chosen]


def _opening(sampler: KeyedSampler, wall: _Wall, kinds: list[str]) -> Opening:
    span = wall.high - wall.low - 2 * _CORNER
    both_open = all(ROOM[kinds[r]].open for r in wall.rooms)
    closes = not (both_open and span >= 12 and sampler.chance(0.6))
    if closes:
        width = min(_NARROWEST + sampler.below(2), span)
    else:
        width = min(12 + sampler.below(9), span)
    slack = span - width
    # Doors near a corner leave walls for furniture.
    if sampler.chance(0.6):
        shift = min(sampler.below(3), slack)
        shift = slack - shift if sampler.chance(0.5) else shift
    else:
        shift = sampler.below(slack + 1)
    low = wall.low + _CORNER + shift
    if wall.upright:
        cells = (wall.line, low, wall.line + 1, low + width)
    else:
        cells = (low, wall.line, low + width, wall.line + 1)
    return Opening(cells, wall.rooms, closes)
