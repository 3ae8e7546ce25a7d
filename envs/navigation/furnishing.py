"""Furniture in rooms: what belongs there, against walls, around tables, on top, never in the way.

Every piece that blocks is tried in its place. It stays if, for the widest robot, the room's
doorways and nearly all of its free floor remain in one piece, and if it and all that stands there
already can be approached; so no room needs clearing afterwards.
"""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vgym.envs.navigation.draws import Draws
from vgym.envs.navigation.floor_cells import cover, usable
from vgym.envs.navigation.floor_rects import Rect, footprint, front, grown, inside, overlap
from vgym.envs.navigation.furniture import KIND_NUMBER, KINDS, Model, build
from vgym.envs.navigation.world import CEILING, CELL, COLOURS

_WAY = 0.75  # metres kept free before doorways
_ACCESS = 0.45  # metres kept free before what stands against a wall
_SEAT = 0.6  # metres kept free for a chair
_DESK = 1.0  # metres kept free before a desk, for a chair and somebody behind it
_GAP = 0.01  # metres between a wall and what stands against it
_UP_THE_WALL = 0.35  # metres that a tap or a back may rise before a window or a painting
_TRIES = 24  # places that are tried for a piece

# Exactly one of them.
_ONE_OF = {
    "bedroom": ("double bed", "bunk bed", "single bed"),
    "bathroom": ("bathtub", "shower"),
}
# Square metres of rooms that vary so much that a larger one gets more.
_USUAL_AREA = {"corridor": 14.0, "hallway": 9.0, "open office": 38.0}
# Stand side by side where there is room.
_RUNS = (
    *("kitchen counter", "sink", "oven", "dishwasher", "fridge", "washing machine"),
    *("tumble dryer", "toilet", "urinal", "washbasin", "locker", "server rack", "shelving unit"),
    *("bookcase", "filing cabinet"),
)
_DESKS = ("office desk", "writing desk", "dressing table", "piano")
_AT_WALLS = (
    *("bin", "step stool", "laundry basket", "suitcase", "vacuum cleaner", "ladder", "shredder"),
    *("backpack", "trolley", "cardboard box", "crate", "cactus"),
)
_SCATTERED = ("ball", "toy car", "toy robot", "teddy bear", "cat", "dog", "rocking horse")


class Placed(NamedTuple):
    """A piece of furniture in its place."""

    kind: int
    colour: int
    model: Model
    x: float  # metres: the middle of its footprint
    y: float
    z: float  # metres that it is raised by
    yaw: float
    rect: Rect  # the upright rectangle around its footprint
    stands: bool  # on the floor


class Space(NamedTuple):
    """A room to furnish."""

    kind: str
    cells: tuple[int, int, int, int]  # x0, y0, x1, y1 half-open
    openings: tuple[tuple[int, int, int, int], ...]  # cells
    kept: tuple[Rect, ...]  # floor and wall that stay free: before doors, behind open leaves
    outside: tuple[bool, bool, bool, bool]  # whether its south, east, north, west wall is outer


# A wall of the room by number: south, east, north, west. A piece with its back against it faces
# the other way: how many quarters it is turned from facing north.
_QUARTER = (0, 1, 2, 3)


def way_before(cells: tuple[int, int, int, int], room: tuple[int, int, int, int]) -> Rect:
    """The floor of a room before an opening in its wall, metres."""
    x0, y0, x1, y1 = (CELL * c for c in cells)
    if cells[3] == room[1]:
        return x0, y1, x1, y1 + _WAY
    if cells[1] == room[3]:
        return x0, y0 - _WAY, x1, y0
    if cells[2] == room[0]:
        return x1, y0, x1 + _WAY, y1
    return x0 - _WAY, y0, x0, y1


def furnish(draws: Draws, space: Space, solid: NDArray[np.bool_], unseen: bool) -> list[Placed]:
    """Furnish one room.

    Args:
        draws: where the randomness comes from.
        space: the room.
        solid: (H, W) the world so far; what is placed is added to it.
        unseen: whether the models are those of the test split.

    Returns:
        What was placed, in order. Everything that stands on the floor can be approached.
    """
    room = _Room(draws, space, solid, unseen)
    room.hang_windows()
    for number, count in _wanted(draws, space):
        room.add(number, count)
        one_of = _ONE_OF.get(space.kind, ())
        if KINDS[number].name in one_of:
            # Where there is no room for one, there may be for another.
            for other in one_of[::-1]:
                if room.find(one_of) is None:
                    room.add(KIND_NUMBER[other], 1)
    return room.placed


def _wanted(draws: Draws, space: Space) -> list[tuple[int, int]]:
    """Kinds and how many, in the order of placing them."""
    room = space.kind
    x0, y0, x1, y1 = space.cells
    usual = _USUAL_AREA.get(room)
    more = min(max((x1 - x0) * (y1 - y0) * CELL**2 / usual, 0.6), 3.0) if usual else 1.0
    one_of = _ONE_OF.get(room, ())
    single = _weighted(draws, one_of, room) if one_of else ""
    wanted = []
    for number, kind in enumerate(KINDS):
        weight = more * kind.rooms.get(room, 0.0)
        if weight <= 0 or kind.name in ("window", "curtain"):
            continue
        if kind.name in one_of:
            count = int(kind.name == single)
        else:
            count = int(weight) + draws.chance(weight % 1.0)
        if count:
            wanted.append((_turn(draws, number, weight), number, count))
    return [(number, count) for _, number, count in sorted(wanted)]


def _weighted(draws: Draws, names: tuple[str, ...], room: str) -> str:
    """One of the kinds, as often as each is expected in the room."""
    weights = [KINDS[KIND_NUMBER[name]].rooms[room] for name in names]
    at = draws.unit() * sum(weights)
    passed = 0.0
    for name, weight in zip(names, weights, strict=True):
        passed += weight
        if at < passed:
            return name
    return names[-1]


def _turn(draws: Draws, number: int, weight: float) -> float:
    """When a kind is placed: what makes the room first, then the large, then what goes with it."""
    kind = KINDS[number]
    if kind.name in ("coffee table", "rug"):
        return 30.0
    stage = {"wall": 10.0, "corner": 10.0, "centre": 10.0, "around": 40.0, "beside": 50.0}.get(
        kind.place, {"any": 60.0, "on_top": 80.0, "hung": 70.0}.get(kind.place, 60.0)
    )
    if kind.name in _ONE_OF.get("bedroom", ()) + _ONE_OF.get("bathroom", ()):
        weight = 1.0
    width, depth, _ = build(number, 0, 0).size
    return stage + (0.0 if weight >= 1.0 else 10.0) - width * depth - draws.unit()


class _Room:
    """A room while it is furnished."""

    def __init__(self, draws: Draws, space: Space, solid: NDArray[np.bool_], unseen: bool) -> None:
        self.draws, self.space, self.solid, self.unseen = draws, space, solid, unseen
        self.placed: list[Placed] = []
        x0, y0, x1, y1 = space.cells
        self.rect: Rect = (x0 * CELL, y0 * CELL, x1 * CELL, y1 * CELL)
        self.openings = np.array(space.openings, np.int64).reshape(-1, 4)
        self.access: list[Rect] = []
        self.standing: list[Rect] = []
        self.tops: dict[int, list[Rect]] = {}

    # --- what and where ---

    def add(self, number: int, count: int) -> None:
        """Place up to ``count`` pieces of a kind."""
        kind = KINDS[number]
        if kind.place == "around":
            self._add_around(number, count)
            return
        add = {
            "wall": self._add_wall,
            "corner": self._add_corner,
            "centre": self._add_centre,
            "beside": self._add_beside,
            "hung": self._add_hung,
            "on_top": self._add_on_top,
            "any": self._add_any,
        }[kind.place]
        colour = self._colour(number)
        style = self._style(number)
        matching = kind.name in _RUNS or kind.name in ("nightstand", "office desk", "partition")
        for _ in range(count):
            if not matching:
                colour = self._colour(number)
                style = self._style(number)
            before = len(self.placed)
            # A second model may fit where the first did not.
            for _ in range(2):
                add(number, colour, build(number, style, colour))
                if len(self.placed) > before:
                    break
                style = self._style(number)

    def hang_windows(self) -> None:
        """Windows in outer walls, evenly, some with curtains."""
        number = KIND_NUMBER["window"]
        if self.space.kind not in KINDS[number].rooms:
            return
        model = build(number, self._style(number), 0)
        curtain = KIND_NUMBER["curtain"]
        hung = self.space.kind in KINDS[curtain].rooms and self.draws.chance(0.6)
        drape = self._colour(curtain)
        style = self._style(curtain)
        width = model.size[0]
        for wall, outside in enumerate(self.space.outside):
            low, high = self._span(wall)
            count = min(int((high - low) / (width + 1.3)), 1 if self.space.kind == "kitchen" else 4)
            if not outside or not count or self.draws.chance(0.1):
                continue
            for n in range(count):
                along = low + (high - low) * (n + 0.5) / count
                self._hang(number, 0, model, wall, along)
                if hung:
                    self._hang(curtain, drape, build(curtain, style, drape), wall, along, True)

    def _colour(self, number: int) -> int:
        colours = KINDS[number].colours
        if not colours or self.draws.chance(0.3):
            return 0
        return COLOURS.index(self.draws.choice(colours))

    def _style(self, number: int) -> int:
        models = KINDS[number].models
        return models if self.unseen else self.draws.below(models)

    def _span(self, wall: int) -> tuple[float, float]:
        """From where to where a wall runs, along its axis."""
        return (self.rect[0], self.rect[2]) if wall % 2 == 0 else (self.rect[1], self.rect[3])

    def _against(
        self, wall: int, along: float, size: tuple[float, float, float], gap: float
    ) -> tuple[float, float]:
        """The middle of a footprint with its back against a wall."""
        x0, y0, x1, y1 = self.rect
        off = size[1] / 2 + gap
        return ((along, y0 + off), (x1 - off, along), (along, y1 - off), (x0 + off, along))[wall]

    def _add_wall(self, number: int, colour: int, model: Model) -> None:
        draws = self.draws
        half = model.size[0] / 2
        spots = []
        if KINDS[number].name in _RUNS:
            for other in self.placed[::-1]:
                if other.stands and KINDS[other.kind].name in _RUNS:
                    wall = _QUARTER.index(round(other.yaw / (math.pi / 2)) % 4)
                    low, high = other.rect[wall % 2], other.rect[wall % 2 + 2]
                    spots += [(wall, high + half + _GAP), (wall, low - half - _GAP)]
        name = KINDS[number].name
        if (
            name == "office desk"
            and self.space.kind == "open office"
            and self._add_island(number, colour, model)
        ):
            return
        for wall in draws.shuffled((0, 1, 2, 3)):
            low, high = self._span(wall)
            if high - low >= 2 * half + 2 * _GAP:
                ends = [low + half + _GAP, high - half - _GAP]
                middle = (low + high) / 2
                spots += [(wall, along) for along in draws.shuffled([*ends, middle])]
                spots += [(wall, draws.between(*ends)) for _ in range(2)]
        if name not in _RUNS:
            spots = draws.shuffled(spots)
        seat = self.find(("sofa",)) if name == "TV stand" else None
        if seat is not None:
            back = round(seat.yaw / (math.pi / 2)) % 4
            along = seat.x if back % 2 == 0 else seat.y
            spots = [((back + 2) % 4, along), *(spot for spot in spots if spot[0] != back)]
        access = KINDS[number].place == "wall"
        for wall, along in spots[:_TRIES]:
            low, high = self._span(wall)
            if low + half <= along <= high - half and self._put(
                number, colour, model, *self._against(wall, along, model.size, _GAP), wall, access
            ):
                return

    def _add_island(self, number: int, colour: int, model: Model) -> bool:
        """Desks in the open: back to back and side by side with others, or a first one."""
        draws = self.draws
        width, depth, _ = model.size
        spots = []
        for host in self.placed:
            if host.kind == number:
                facing = round(host.yaw / (math.pi / 2))
                spots.append((*_beyond(host, 0.0, -depth - _GAP), facing + 2))
                spots.append((*_beyond(host, width + _GAP, 0.0), facing))
                spots.append((*_beyond(host, -width - _GAP, 0.0), facing))
        x0, y0, x1, y1 = self.rect
        margin = width / 2 + 1.0
        for _ in range(4):
            if min(x1 - x0, y1 - y0) > 2 * margin:
                x, y = (
                    draws.between(x0 + margin, x1 - margin),
                    draws.between(y0 + margin, y1 - margin),
                )
                spots.append((x, y, draws.below(4)))
        return any(self._put(number, colour, model, x, y, turn % 4, True) for x, y, turn in spots)

    def _add_corner(self, number: int, colour: int, model: Model) -> None:
        for corner in self.draws.shuffled(range(8)):
            wall = corner % 4
            low, high = self._span(wall)
            half = model.size[0] / 2 + _GAP
            along = low + half if corner < 4 else high - half
            spot = self._against(wall, along, model.size, _GAP)
            if self._put(number, colour, model, *spot, wall, False):
                return

    def _add_centre(self, number: int, colour: int, model: Model) -> None:
        x0, y0, x1, y1 = self.rect
        name = KINDS[number].name
        middle = (x0 + x1) / 2, (y0 + y1) / 2
        quarter = int(x1 - x0 < y1 - y0) + 2 * self.draws.below(2)
        anchor = self.find(("sofa",)) if name in ("coffee table", "rug") else None
        if name == "rug" and anchor is None:
            anchor = self.find(("double bed", "single bed", "crib"))
        if anchor is not None:
            away = (anchor.model.size[1] + model.size[1]) / 2 + 0.38
            if name == "rug":
                away = anchor.model.size[1] / 2 + model.size[1] * 0.4
            spot = _beyond(anchor, 0.0, away)
            facing = round(anchor.yaw / (math.pi / 2)) % 4
            if name == "rug":
                self._lay(number, colour, model, *spot, facing)
                return
            for aside, further in ((0.0, 0.0), (0.0, 0.2), (-0.4, 0.0), (0.4, 0.0), (0.0, -0.1)):
                spot = _beyond(anchor, aside, away + further)
                if self._put(number, colour, model, *spot, facing, False, near=True):
                    return
            return
        if name == "rug":
            self._lay(number, colour, model, *middle, quarter)
            return
        for n in range(_TRIES):
            # Room for a chair and somebody behind it, or at last only for a chair.
            margin = 1.2 if n < _TRIES // 2 else 0.3
            turned = quarter + n // 4
            width, depth = model.size[:2] if turned % 2 == 0 else model.size[1::-1]
            free_x = max((x1 - x0 - width) / 2 - margin, 0.0) * min(1.0, n / 6)
            free_y = max((y1 - y0 - depth) / 2 - margin, 0.0) * min(1.0, n / 6)
            spot = (
                middle[0] + self.draws.between(-free_x, free_x),
                middle[1] + self.draws.between(-free_y, free_y),
            )
            rect = footprint(*spot, *model.size[:2], turned)
            seats = grown(rect, _SEAT)
            if n < _TRIES // 2 and any(overlap(seats, way) for way in self.space.kept):
                continue
            if self._put(number, colour, model, *spot, turned % 4, False):
                self.access.append(seats)
                return

    def _add_around(self, number: int, count: int) -> None:
        """Seats at every table that they belong to, all alike."""
        kind = KINDS[number]
        for host in [p for p in self.placed if KINDS[p.kind].name in kind.on]:
            colour = self._colour(number)
            model = build(number, self._style(number), colour)
            width, depth, _ = host.model.size
            off = depth / 2 + model.size[1] / 2 + 0.02 + 0.06 * self.draws.unit()
            if KINDS[host.kind].place == "wall":
                seats = [(0.0, off, 2)]
            elif KINDS[host.kind].name == "reception desk":
                seats = [(0.0, -off, 0)]
            else:
                row = max(int(width / (model.size[0] + 0.12)), 1)
                spread = [(n + 0.5) / row * width - width / 2 for n in range(row)]
                ahead = [(x, off, 2) for x in spread]
                back = [(x, -off, 0) for x in spread]
                seats = [seat for pair in zip(ahead, back, strict=True) for seat in pair]
                if depth >= 0.85:
                    side = width / 2 + model.size[1] / 2 + 0.05
                    seats += [(side, 0.0, 1), (-side, 0.0, 3)]
            wanted = max(count, 2) if len(seats) > 1 else 1
            for x, y, turn in seats:
                quarter = (round(host.yaw / (math.pi / 2)) + turn) % 4
                spot = _beyond(host, x, y)
                wanted -= self._put(number, colour, model, *spot, quarter, False, near=True)
                if not wanted:
                    break

    def _add_beside(self, number: int, colour: int, model: Model) -> None:
        kind = KINDS[number]
        for host in self.draws.shuffled([p for p in self.placed if KINDS[p.kind].name in kind.on]):
            side = (host.model.size[0] + model.size[0]) / 2 + 0.02
            back = (model.size[1] - host.model.size[1]) / 2
            quarter = round(host.yaw / (math.pi / 2)) % 4
            for x in self.draws.shuffled((side, -side)):
                spot = _beyond(host, x, back)
                if self._put(number, colour, model, *spot, quarter, False, near=True):
                    return

    def _add_any(self, number: int, colour: int, model: Model) -> None:
        draws = self.draws
        name = KINDS[number].name
        x0, y0, x1, y1 = self.rect
        if name == "armchair":
            table = self.find(("coffee table",))
            if table is not None:
                off = (table.model.size[0] + model.size[1]) / 2 + 0.35
                facing = round(table.yaw / (math.pi / 2))
                seats = draws.shuffled([(off, 0.0, 1), (-off, 0.0, 3)])
                for x, y, turn in seats:
                    spot = _beyond(table, x, y)
                    quarter = (facing + turn) % 4
                    if self._put(number, colour, model, *spot, quarter, False, near=True):
                        return
        if name not in _SCATTERED:
            before = len(self.placed)
            (self._add_corner if draws.chance(0.4) else self._add_wall)(number, colour, model)
            if len(self.placed) > before or name in _AT_WALLS:
                return
        reach = math.hypot(*model.size[:2]) / 2
        for _ in range(_TRIES // 2):
            if min(x1 - x0, y1 - y0) <= 2 * reach + 0.1:
                return
            spot = (
                draws.between(x0 + reach, x1 - reach),
                draws.between(y0 + reach, y1 - reach),
            )
            yaw = draws.between(0.0, 2 * math.pi)
            if self._put(number, colour, model, *spot, 0, False, yaw=yaw):
                return

    def _add_on_top(self, number: int, colour: int, model: Model) -> None:
        kind = KINDS[number]
        hosts = [n for n, p in enumerate(self.placed) if KINDS[p.kind].name in kind.on]
        width, depth, _ = model.size
        for n in self.draws.shuffled(hosts):
            host = self.placed[n]
            room_x = (host.model.size[0] - width) / 2 - 0.03
            room_y = (host.model.size[1] - depth) / 2 - 0.02
            if room_x < 0 or room_y < -0.08:
                continue
            back = -max(room_y, 0.0)
            table = KINDS[host.kind].place == "centre"
            for x in self.draws.shuffled((0.0, room_x, -room_x)):
                y = 0.0 if table else back
                rect = (x - width / 2, y - depth / 2, x + width / 2, y + depth / 2)
                if any(overlap(rect, other) for other in self.tops.get(n, [])):
                    continue
                self.tops.setdefault(n, []).append(rect)
                place = _beyond(host, x, y)
                raised = host.z + host.model.z0 + host.model.size[2]
                quarter = round(host.yaw / (math.pi / 2))
                box = footprint(*place, width, depth, quarter % 4)
                self.placed.append(
                    Placed(number, colour, model, *place, raised, host.yaw, box, False)
                )
                return

    def _add_hung(self, number: int, colour: int, model: Model) -> None:
        draws = self.draws
        over = {"cooker hood": ("oven",), "mirror": ("washbasin",)}.get(KINDS[number].name, ())
        host = self.find(over)
        if host is not None:
            wall = round(host.yaw / (math.pi / 2)) % 4
            along = host.x if wall % 2 == 0 else host.y
            if self._hang(number, colour, model, wall, along):
                return
        half = model.size[0] / 2 + 0.1
        for _ in range(_TRIES):
            wall = draws.below(4)
            low, high = self._span(wall)
            if high - low < 2 * half:
                continue
            along = draws.between(low + half, high - half)
            if self._hang(number, colour, model, wall, along):
                return

    # --- whether it fits ---

    def _hang(
        self,
        number: int,
        colour: int,
        model: Model,
        wall: int,
        along: float,
        before: bool = False,
    ) -> bool:
        """Hang something on a wall, if that stretch is free from its lower edge up."""
        if model.z0 + model.size[2] > CEILING:
            return False
        spot = self._against(wall, along, model.size, 0.13 if before else 0.002)
        rect = footprint(*spot, model.size[0], model.size[1], wall)
        if not inside(rect, self.rect) or any(overlap(rect, k) for k in self.space.kept):
            return False
        if not before:
            for other in self.placed:
                low, high = other.z + other.model.z0, other.z + other.model.z0 + other.model.size[2]
                meets = low < model.z0 + model.size[2] + 0.05 and high > model.z0 - 0.02
                if meets and overlap(grown(rect, 0.05), other.rect):
                    return False
        yaw = _QUARTER[wall] * math.pi / 2
        self.placed.append(Placed(number, colour, model, *spot, 0.0, yaw, rect, False))
        return True

    def _lay(
        self, number: int, colour: int, model: Model, x: float, y: float, quarter: int
    ) -> None:
        """Lay something flat, under whatever stands there."""
        rect = footprint(x, y, model.size[0], model.size[1], quarter)
        x0, y0, x1, y1 = self.rect
        # Moved to lie within the room.
        dx = max(x0 + 0.05 - rect[0], 0.0) + min(x1 - 0.05 - rect[2], 0.0)
        dy = max(y0 + 0.05 - rect[1], 0.0) + min(y1 - 0.05 - rect[3], 0.0)
        rect = footprint(x + dx, y + dy, model.size[0], model.size[1], quarter)
        if inside(rect, self.rect):
            yaw = quarter * math.pi / 2
            self.placed.append(Placed(number, colour, model, x + dx, y + dy, 0.0, yaw, rect, False))

    def _put(
        self,
        number: int,
        colour: int,
        model: Model,
        x: float,
        y: float,
        quarter: int,
        access: bool,
        near: bool = False,
        yaw: float | None = None,
    ) -> bool:
        """Stand something on the floor, if it fits and leaves the room in one piece.

        Args:
            access: keep the floor before it free.
            near: it belongs to what stands next to it, whose access it may take.
            yaw: its angle, where that is not a number of quarters.
        """
        width, depth, height = model.size
        if yaw is None:
            yaw = quarter * math.pi / 2
            rect = footprint(x, y, width, depth, quarter)
        else:
            c, s = abs(math.cos(yaw)), abs(math.sin(yaw))
            wide, deep = c * width + s * depth, s * width + c * depth
            rect = (x - wide / 2, y - deep / 2, x + wide / 2, y + deep / 2)
        if not inside(rect, self.rect):
            return False
        if not model.blocks:
            if any(overlap(rect, other) for other in self.standing):
                return False
            self._lay(number, colour, model, x, y, quarter)
            return True
        if any(overlap(rect, other) for other in self.space.kept):
            return False
        if not near and any(overlap(rect, other) for other in self.access):
            return False
        deep = _DESK if KINDS[number].name in _DESKS else _ACCESS
        before = front(rect, quarter, deep) if access else None
        for other in self.placed:
            if other.stands:
                if overlap(rect, other.rect) or (before and overlap(before, other.rect)):
                    return False
            elif 0 < other.model.z0 < height - _UP_THE_WALL and not other.z:
                if KINDS[other.kind].name != "curtain" and overlap(rect, other.rect):
                    return False
        piece = Placed(number, colour, model, x, y, 0.0, yaw, rect, True)
        if not self._leaves_room(piece):
            return False
        self.placed.append(piece)
        if before:
            self.access.append(before)
        return True

    def _leaves_room(self, piece: Placed) -> bool:
        """Add the footprint to the solid cells, or leave them alone if it cuts the room up."""
        x0, y0, x1, y1 = self.space.cells
        before = self.solid[y0:y1, x0:x1].copy()
        cover(self.solid, piece)
        rects = np.array([*self.standing, piece.rect])
        if usable(self.solid, self.space.cells, self.openings, rects):
            self.standing.append(piece.rect)
            return True
        self.solid[y0:y1, x0:x1] = before
        return False

    def find(self, names: tuple[str, ...]) -> Placed | None:
        """The first piece placed of any of the kinds."""
        for piece in self.placed:
            if KINDS[piece.kind].name in names:
                return piece
        return None


def _beyond(host: Placed, x: float, y: float) -> tuple[float, float]:
    """A point of the host's own frame in that of the world."""
    c, s = math.cos(host.yaw), math.sin(host.yaw)
    return host.x + c * x - s * y, host.y + s * x + c * y
