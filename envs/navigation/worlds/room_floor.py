"""A room with what stands in it: whether a piece fits, and where it is put."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from vgym.core.keyed_sampler import KeyedSampler
from vgym.envs.navigation.furniture import KINDS, Model
from vgym.envs.navigation.worlds.floor_cells import cover, usable
from vgym.envs.navigation.worlds.floor_rects import Rect, footprint, front, grown, inside, overlap
from vgym.envs.navigation.worlds.rooms import Placed, Space
from vgym.envs.navigation.worlds.world import CEILING, CELL

_WAY = 0.75  # metres kept free before doorways
_UP_THE_WALL = 0.35  # metres that a tap or a back may rise before a window or a painting


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
        self.access: list[Rect] = []
        self.standing: list[Rect] = []
        self.tops: dict[int, list[Rect]] = {}

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
        before = front(rect, quarter, KINDS[number].clear) if access else None
        for other in self.placed:
            if other.stands:
                if overlap(rect, other.rect) or (before and overlap(before, other.rect)):
                    return False
            elif 0 < other.model.z0 < height - _UP_THE_WALL and not other.z:
                if KINDS[other.kind].where != "curtain" and overlap(rect, other.rect):
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
