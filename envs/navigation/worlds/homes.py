"""Homes and offices: a floor plan, its doors, surfaces and furniture, as one world.

Everything is a function of (key, rooms, split, kind). The split salts the layout, and the test
split has models of furniture of its own; its textures are those of its texture bank.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vgym.core.keyed_sampler import KeyedSampler
from vgym.core.keys import fold, stream
from vgym.envs.navigation.render.textures import NUMBER
from vgym.envs.navigation.worlds.floor_plan import FEWEST, MOST, FloorPlan, Opening, sample_plan
from vgym.envs.navigation.worlds.floor_rects import Rect
from vgym.envs.navigation.worlds.furnishing import furnish
from vgym.envs.navigation.worlds.room_floor import way_before
from vgym.envs.navigation.worlds.room_kinds import DRY_FLOORS, ROOM, ROOM_KINDS
from vgym.envs.navigation.worlds.rooms import Placed, Space
from vgym.envs.navigation.worlds.world import (
    BOX,
    CEILING,
    CELL,
    DOOR_HEIGHT,
    Doors,
    Parts,
    Rooms,
    Things,
    World,
)

SPLITS = ("train", "val", "test")
KINDS_OF_PLACE = ("home", "office")

_LEAF = 0.05  # metres thick
_LEAF_GAP = 0.15  # metres of floor that an open leaf takes from a wall

RGB = tuple[int, int, int]

_PALE: tuple[RGB, ...] = (
    *((250, 248, 242), (245, 236, 216), (226, 238, 226), (222, 234, 245), (246, 228, 226)),
    *((238, 230, 244), (250, 240, 205), (232, 232, 230), (224, 240, 240), (244, 226, 208)),
)
_CARPETS: tuple[RGB, ...] = (
    *((176, 168, 156), (150, 156, 166), (196, 180, 152), (140, 152, 140), (172, 150, 150)),
    (130, 140, 160),
)
_PAINTABLE = ("plain", "paint", "plaster", "stripes", "flowers", "dots")
_DOORS: tuple[RGB, ...] = ((255, 255, 255), (222, 186, 140), (180, 132, 92), (226, 230, 234))
_WHITE: RGB = (255, 255, 255)


class _Side(NamedTuple):
    """Where the open leaf of a door stands: flat against the wall of one of its rooms."""

    leaf: Rect
    kept: Rect
    room: int


def make_home(key: np.uint64, rooms: int, split: str, kind: str | None = None) -> World:
    """Make a furnished home or office.

    Args:
        key: what tells places apart.
        rooms: how many, hallways and corridors counted; 4 to 30.
        split: "train", "val" or "test".
        kind: "home" or "office"; None leaves it to the key.

    Returns:
        A world in which a disc of 0.25 m gets into every room through every door, and to within a
        metre of everything that stands on a floor.

    Raises:
        ValueError: a number of rooms, a split or a kind that there is not.

    >>> world = make_home(np.uint64(7), rooms=6, split="train", kind="home")
    >>> len(world.rooms.kind), world.toggles == len(world.doors.cells)
    (6, True)
    """
    if not isinstance(rooms, int) or not FEWEST <= rooms <= MOST:
        raise ValueError(f"rooms is {rooms!r}; it must be a whole number in {FEWEST}..{MOST}")
    if split not in SPLITS:
        raise ValueError(f"split is {split!r}; it must be one of {SPLITS}")
    if kind is not None and kind not in KINDS_OF_PLACE:
        raise ValueError(f"kind is {kind!r}; it must be one of {KINDS_OF_PLACE}, or None for any")
    salted = _fold(_fold(np.uint64(key), stream(f"home/{split}")), np.uint64(rooms))
    sampler = KeyedSampler(salted, "layout")
    if kind is None:
        kind = "office" if sampler.chance(0.35) else "home"
    plan = sample_plan(sampler, rooms, kind)
    wall, room = _cells(plan)
    doors = [opening for opening in plan.openings if opening.closes]
    sides = [_open_leaf(opening, plan) for opening in doors]

    surfaces = _surfaces(KeyedSampler(salted, "surfaces"), plan)
    solid = wall.copy()
    furnishing = KeyedSampler(salted, "furniture")
    placed: list[Placed] = []
    where: list[int] = []
    for number in range(rooms):
        pieces = furnish(furnishing, _space(plan, number, sides), solid, split == "test")
        placed += pieces
        where += [number] * len(pieces)
    things, parts = _things(placed, where)
    fixtures = KeyedSampler(salted, "fixtures")
    fixed = _fixtures(fixtures, plan, surfaces, doors, sides)
    whole = Parts(
        np.concatenate((fixed.geometry, parts.geometry)),
        np.concatenate((fixed.code, parts.code)),
        np.concatenate((fixed.tint, parts.tint)),
    )
    table = Doors(
        np.array([d.cells for d in doors], np.int64).reshape(-1, 4),
        np.array([d.rooms for d in doors], np.int16).reshape(-1, 2),
    )
    return World(wall, solid, room, surfaces, table, whole, things, len(doors))


def _fold(key: np.uint64, word: np.uint64) -> np.uint64:
    """`fold` gives a plain int outside of compiled code."""
    return np.uint64(fold(key, word))


def _cells(plan: FloorPlan) -> tuple[NDArray[np.bool_], NDArray[np.int16]]:
    wall = np.ones((plan.height, plan.width), np.bool_)
    room = np.full((plan.height, plan.width), -1, np.int16)
    for number, (x0, y0, x1, y1) in enumerate(plan.rooms):
        wall[y0:y1, x0:x1] = False
        room[y0:y1, x0:x1] = number
    for opening in plan.openings:
        x0, y0, x1, y1 = opening.cells
        wall[y0:y1, x0:x1] = False
        room[y0:y1, x0:x1] = opening.rooms[0]
    return wall, room


# --- doors --------------------------------------------------------------------------------------


def _open_leaf(opening: Opening, plan: FloorPlan) -> _Side | None:
    """Where the leaf stands when the door is open; None for a door that slides into the wall."""
    x0, y0, x1, y1 = opening.cells
    upright = x1 - x0 == 1
    low, high = (y0, y1) if upright else (x0, x1)
    line = x0 if upright else y0
    length = high - low
    best: tuple[int, _Side] | None = None
    for number in opening.rooms:
        rx0, ry0, rx1, ry1 = plan.rooms[number]
        begin, end = (ry0, ry1) if upright else (rx0, rx1)
        after = (rx0 if upright else ry0) > line
        for start, free in ((low - length, low - begin), (high, end - high)):
            if free < length or _holes(plan, number, upright, line, start, start + length):
                continue
            a, b = start * CELL, (start + length) * CELL
            face = (line + 1) * CELL if after else line * CELL
            turn = 1.0 if after else -1.0
            near, far = sorted((face, face + turn * _LEAF))
            kept_near, kept_far = sorted((face, face + turn * _LEAF_GAP))
            leaf: Rect = (near, a, far, b) if upright else (a, near, b, far)
            kept: Rect = (kept_near, a, kept_far, b) if upright else (a, kept_near, b, kept_far)
            # Into the room rather than the passage, where a wall of furniture is lost least.
            passage = ROOM[plan.kinds[number]].passage
            rank = (100 if passage else 0) + free
            if best is None or rank < best[0]:
                best = rank, _Side(leaf, kept, number)
    return None if best is None else best[1]


def _holes(plan: FloorPlan, room: int, upright: bool, line: int, low: int, high: int) -> bool:
    """Whether a stretch of a room's wall has an opening."""
    for other in plan.openings:
        x0, y0, x1, y1 = other.cells
        if room in other.rooms and (x1 - x0 == 1) == upright and (x0 if upright else y0) == line:
            a, b = (y0, y1) if upright else (x0, x1)
            if a < high and low < b:
                return True
    return False


def _space(plan: FloorPlan, number: int, sides: list[_Side | None]) -> Space:
    cells = plan.rooms[number]
    openings = tuple(o.cells for o in plan.openings if number in o.rooms)
    kept = [way_before(o, cells) for o in openings]
    kept += [side.kept for side in sides if side is not None and side.room == number]
    x0, y0, x1, y1 = cells
    outside = (y0 == 1, x1 == plan.width - 1, y1 == plan.height - 1, x0 == 1)
    return Space(plan.kinds[number], cells, openings, tuple(kept), outside)


# --- what is seen -------------------------------------------------------------------------------


def _surfaces(sampler: KeyedSampler, plan: FloorPlan) -> Rooms:
    texture, tint = [], []
    house_floor, house_wall = sampler.choice(DRY_FLOORS), sampler.choice(_PALE)
    for kind in plan.kinds:
        floors, walls = ROOM[kind].floors, ROOM[kind].walls
        floor = sampler.choice(floors)
        if house_floor in floors and sampler.chance(0.5):
            floor = house_floor
        wall = sampler.choice(walls)
        texture.append((NUMBER[floor], NUMBER[wall], NUMBER["paint"]))
        pale = house_wall if sampler.chance(0.3) else sampler.choice(_PALE)
        soft = floor in ("carpet", "loop_carpet")
        tint.append(
            (
                sampler.choice(_CARPETS) if soft else _WHITE,
                pale if wall in _PAINTABLE else _WHITE,
                (250, 250, 248),
            )
        )
    return Rooms(
        np.array([ROOM_KINDS.index(kind) for kind in plan.kinds], np.int16),
        np.array(texture, np.int16),
        np.array(tint, np.uint8),
    )


def _fixtures(
    sampler: KeyedSampler,
    plan: FloorPlan,
    surfaces: Rooms,
    doors: list[Opening],
    sides: list[_Side | None],
) -> Parts:
    """Lintels and door leaves."""
    boxes: list[tuple[Rect, float, float]] = []
    codes: list[tuple[int, int, int]] = []  # texture, fit, toggle
    tints: list[RGB] = []

    def add(
        rect: Rect, z0: float, z1: float, texture: int, tint: RGB, fit: int = 0, toggle: int = 0
    ) -> None:
        boxes.append((rect, z0, z1))
        codes.append((texture, fit, toggle))
        tints.append(tint)

    for opening in plan.openings:
        for rect, room in _halves(opening, plan):
            texture = int(surfaces.texture[room, 1])
            r, g, b = surfaces.tint[room, 1].tolist()
            add(rect, DOOR_HEIGHT, CEILING, texture, (r, g, b))
    tint = sampler.choice(_DOORS)
    for number, (door, side) in enumerate(zip(doors, sides, strict=True)):
        glazed = any(ROOM[plan.kinds[r]].glazed for r in door.rooms)
        face = NUMBER["glass_door" if glazed else "door"]
        x0, y0, x1, y1 = (c * CELL for c in door.cells)
        if door.cells[2] - door.cells[0] == 1:
            middle = (x0 + x1) / 2
            rect = (middle - _LEAF / 2, y0, middle + _LEAF / 2, y1)
        else:
            middle = (y0 + y1) / 2
            rect = (x0, middle - _LEAF / 2, x1, middle + _LEAF / 2)
        add(rect, 0.0, DOOR_HEIGHT, face, tint, 1, number + 1)
        if side is not None:
            add(side.leaf, 0.0, DOOR_HEIGHT, face, tint, 1, -number - 1)
    geometry = np.array(
        [
            ((x0 + x1) / 2, (y0 + y1) / 2, 1, 0, (x1 - x0) / 2, (y1 - y0) / 2, z0, z1)
            for (x0, y0, x1, y1), z0, z1 in boxes
        ],
        np.float32,
    )
    code = np.array([(BOX, texture, fit, toggle, -1) for texture, fit, toggle in codes], np.int16)
    return Parts(geometry, code, np.array(tints, np.uint8))


def _halves(opening: Opening, plan: FloorPlan) -> list[tuple[Rect, int]]:
    """The thickness of the wall over an opening, shared by the two rooms."""
    x0, y0, x1, y1 = (c * CELL for c in opening.cells)
    a, b = opening.rooms
    if opening.cells[2] - opening.cells[0] == 1:
        west, east = (a, b) if plan.rooms[a][0] < plan.rooms[b][0] else (b, a)
        middle = (x0 + x1) / 2
        return [((x0, y0, middle, y1), west), ((middle, y0, x1, y1), east)]
    south, north = (a, b) if plan.rooms[a][1] < plan.rooms[b][1] else (b, a)
    middle = (y0 + y1) / 2
    return [((x0, y0, x1, middle), south), ((x0, middle, x1, y1), north)]


def _things(placed: list[Placed], where: list[int]) -> tuple[Things, Parts]:
    """The table of things, and their parts turned and moved to where they stand."""
    counts = [len(piece.model.parts.code) for piece in placed]
    owner = np.repeat(np.arange(len(placed)), counts)
    local = np.concatenate([piece.model.parts.geometry for piece in placed]).astype(np.float64)
    pose = np.array(
        [(p.x, p.y, p.z, math.cos(p.yaw), math.sin(p.yaw)) for p in placed], np.float64
    )[owner]
    x, y, z, c, s = pose.T
    geometry = local.copy()
    geometry[:, 0] = x + c * local[:, 0] - s * local[:, 1]
    geometry[:, 1] = y + s * local[:, 0] + c * local[:, 1]
    geometry[:, 2] = c * local[:, 2] - s * local[:, 3]
    geometry[:, 3] = s * local[:, 2] + c * local[:, 3]
    geometry[:, 6:] += z[:, None]
    code = np.concatenate([piece.model.parts.code for piece in placed])
    code[:, 4] = owner
    tint = np.concatenate([piece.model.parts.tint for piece in placed])
    boxes = []
    for piece in placed:
        x0, y0, x1, y1 = piece.rect
        low = piece.z + piece.model.z0
        boxes.append((x0, y0, low, x1, y1, low + piece.model.size[2]))
    things = Things(
        np.array([piece.kind for piece in placed], np.int16),
        np.array([piece.colour for piece in placed], np.int16),
        np.array(boxes, np.float32),
        np.array(where, np.int16),
    )
    return things, Parts(geometry.astype(np.float32), code, tint)
