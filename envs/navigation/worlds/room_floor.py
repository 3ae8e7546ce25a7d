"""A room with what stands in it: whether a piece fits, and where it is put."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vgym.core.keyed_sampler import KeyedSampler
from vgym.envs.navigation.furniture import KINDS, Model
from vgym.envs.navigation.worlds.floor_cells import (
    ACCESS,
    DISC,
    HUNG,
    KEPT,
    STANDING,
    first_fit,
    free_floor,
)
from vgym.envs.navigation.worlds.floor_rects import Rect, footprint, front, grown, inside, overlap
from vgym.envs.navigation.worlds.rooms import Placed, Space
from vgym.envs.navigation.worlds.world import CEILING, CELL

_WAY = 0.75  # metres kept free before doorways


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


def _turned(yaw: float) -> NDArray[np.float64]:
    """(5, 2) cosine and sine of no, one, two and three quarters, and of an angle."""
    turns = _QUARTERS.copy()
    turns[4] = math.cos(yaw), math.sin(yaw)
    return turns


_QUARTERS = np.array([(math.cos(n * math.pi / 2), math.sin(n * math.pi / 2)) for n in range(5)])


class RoomFloor:
    """A room while it is furnished.

    Every piece that blocks is tried in its place. It stays if, for the widest robot, the room's
    doorways and nearly all of its free floor remain in one piece, and if it and all that stands
    there already can be approached; so no room needs clearing afterwards.

    Walls have numbers: south, east, north, west. A piece with its back against one faces the other
    way: the number is also how many quarters the piece is turned from facing north.
    """

    def __init__(
        self, sampler: KeyedSampler, space: Space, solid: NDArray[np.bool_], unseen: bool
    ) -> None:
        self.sampler, self.space, self.solid, self.unseen = sampler, space, solid, unseen
        self.placed: list[Placed] = []
        x0, y0, x1, y1 = space.cells
        self.rect: Rect = (x0 * CELL, y0 * CELL, x1 * CELL, y1 * CELL)
        self.openings = np.array(space.openings, np.int64).reshape(-1, 4)
        self._free = free_floor(solid, space.cells)
        self._taken, self._takes = np.zeros((64, 6)), 0
        for kept in space.kept:
            self._take(kept, KEPT)
        self.tops: dict[int, list[Rect]] = {}

    def _take(self, rect: Rect, sort: int, low: float = 0.0) -> None:
        """Keep a rectangle of floor or wall from what comes after; see `first_fit`."""
        if self._takes == len(self._taken):
            self._taken = np.concatenate((self._taken, np.zeros_like(self._taken)))
        self._taken[self._takes] = *rect, sort, low
        self._takes += 1

    def _keep_access(self, rect: Rect) -> None:
        self._take(rect, ACCESS)

    def _place(self, piece: Placed) -> None:
        self.placed.append(piece)
        if piece.stands:
            self._take(piece.rect, STANDING)
        elif piece.model.z0 > 0 and not piece.z and KINDS[piece.kind].where != "curtain":
            self._take(piece.rect, HUNG, piece.model.z0)

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
        yaw = wall * math.pi / 2
        self._place(Placed(number, colour, model, *spot, 0.0, yaw, rect, False))
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
            self._place(Placed(number, colour, model, x + dx, y + dy, 0.0, yaw, rect, False))

    def _put(
        self,
        number: int,
        colour: int,
        model: Model,
        spots: Sequence[tuple[float, float, int]],
        access: bool = False,
        near: bool = False,
        yaw: float | None = None,
    ) -> bool:
        """Stand something on the floor: on the first spot where it fits and leaves the room in one
        piece, if there is any.

        Args:
            spots: x, y, and how many quarters it is turned by.
            access: keep the floor before it free.
            near: it belongs to what stands next to it, whose access it may take.
            yaw: its angle, where that is not a number of quarters.
        """
        width, depth, height = model.size
        if not model.blocks:
            return any(self._lie(number, colour, model, *spot, yaw) for spot in spots)
        if not spots:
            return False
        # One call for all: most spots are taken, and to see that is less than a call.
        n = first_fit(
            np.array([(x, y, turn if yaw is None else 4) for x, y, turn in spots], np.float64),
            (float(width), float(depth), float(height)),
            _QUARTERS if yaw is None else _turned(yaw),
            float(KINDS[number].clear) if access else 0.0,
            near,
            self.rect,
            self._taken[: self._takes],
            self.solid,
            self.space.cells,
            self.openings,
            self._free,
            DISC,
        )
        if n < 0:
            return False
        x, y, quarter = spots[n]
        angle = quarter * math.pi / 2 if yaw is None else yaw
        rect = _around(x, y, model, quarter, yaw)
        self._place(Placed(number, colour, model, x, y, 0.0, angle, rect, True))
        if access:
            self._take(front(rect, quarter, KINDS[number].clear), ACCESS)
        return True

    def _lie(
        self,
        number: int,
        colour: int,
        model: Model,
        x: float,
        y: float,
        quarter: int,
        yaw: float | None,
    ) -> bool:
        """Lay something flat where nothing stands."""
        rect = _around(x, y, model, quarter, yaw)
        if not inside(rect, self.rect):
            return False
        if any(piece.stands and overlap(rect, piece.rect) for piece in self.placed):
            return False
        self._lay(number, colour, model, x, y, quarter)
        return True

    def find(self, names: tuple[str, ...]) -> Placed | None:
        """The first piece placed of any of the kinds."""
        for piece in self.placed:
            if KINDS[piece.kind].name in names:
                return piece
        return None


def _around(x: float, y: float, model: Model, quarter: int, yaw: float | None) -> Rect:
    """The upright rectangle around a footprint."""
    width, depth, _ = model.size
    if yaw is None:
        return footprint(x, y, width, depth, quarter)
    c, s = abs(math.cos(yaw)), abs(math.sin(yaw))
    wide, deep = c * width + s * depth, s * width + c * depth
    return x - wide / 2, y - deep / 2, x + wide / 2, y + deep / 2
