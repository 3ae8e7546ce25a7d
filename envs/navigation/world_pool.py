"""The pool of worlds, made when first needed, in padded arrays, and their distance fields.

A world has a number, a pure function of which makes it; the slot that holds it is this process's
affair and never enters a state. The same holds for distance fields, one for each goal of a world.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vgym.core.opencv import cv2
from vgym.envs.navigation.render import Scenes, scene_arrays
from vgym.envs.navigation.worlds.world import CELL, World
from vgym.geometry.grids import geodesic_field

RADIUS = 0.18  # metres: Habitat's robot, code facebookresearch/habitat-lab, AgentConfig
FIELD_BUDGET = 1 << 29  # bytes of distance fields kept beyond those in use
SQUARES = 64  # a side: the coarse map on which exploring is counted
_PADDING = {"wall": True, "room": -1, "door": -1, "door_xy": np.nan}


class WorldPool:
    """Worlds 0 to ``count - 1``, made by ``make``, for robots of the given radii.

    Attributes:
        scenes: what the renderer reads, by slot.
        walkable: (S, K, H, W) bool: cells where the middle of a robot of radius k can be; one
            connected component of each world.
        door: (S, H, W) int16 the door whose leaf, when closed, stops a robot there; -1 for none.
        door_xy: (S, D, 2) float32 metres: the middles of doors, NaN for none.
        square_m: (S,) float32 side of a square of the coarse map; squares: (S,) int64 how many
            of them hold a walkable cell.
    """

    scenes: Scenes
    walkable: Tensor
    door: Tensor
    door_xy: Tensor
    square_m: Tensor
    squares: Tensor

    def __init__(
        self,
        make: Callable[[int], World],
        count: int,
        device: torch.device,
        radii: Sequence[float] = (RADIUS,),
    ) -> None:
        self.count = count
        self.device = device
        self.radii = tuple(radii)
        self.worlds: list[World] = []
        self.numbers: list[int] = []
        self._make = make
        self._slot = np.full(count, -1, np.int64)
        self._arrays: dict[str, NDArray[Any]] = {}
        self.slots(np.zeros(1, np.int64))

    def slots(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """The slots of worlds (k,), making those that are missing."""
        missing = np.unique(numbers[self._slot[numbers] < 0])
        for number in missing.tolist():
            world = self._make(number)
            self._slot[number] = len(self.worlds)
            self.worlds.append(world)
            self.numbers.append(number)
            self._store(len(self.worlds) - 1, self._arrays_of(world))
        if len(missing):
            self._publish()
        return self._slot[numbers]

    @property
    def size_hw(self) -> tuple[int, int]:
        """The padded grids' (height, width) in cells."""
        height, width = self._arrays["wall"].shape[1:]
        return int(height), int(width)

    def walkable_in(self, slot: int, radius: int = 0) -> NDArray[np.bool_]:
        """The walkable cells of one place, not padded: (h, w)."""
        height, width = self.worlds[slot].wall.shape
        cells: NDArray[np.bool_] = self._arrays["walkable"][slot, radius, :height, :width]
        return cells

    @property
    def walkable_array(self) -> NDArray[np.bool_]:
        """`walkable` in the memory of the CPU."""
        array: NDArray[np.bool_] = self._arrays["walkable"]
        return array

    def _arrays_of(self, world: World) -> dict[str, NDArray[Any]]:
        walkable = np.stack([walkable_cells(world.solid, radius) for radius in self.radii])
        if not walkable[0].any():
            raise ValueError("the place has no walkable cell for a robot of this size")
        side = max(1.0, max(world.wall.shape) * CELL / SQUARES)
        rows, columns = np.nonzero(walkable[0])
        squares = np.floor(np.stack((rows, columns)) * CELL / side).astype(np.int64)
        return {
            **scene_arrays(world),
            "walkable": walkable,
            "door": _door_cells(world),
            "door_xy": _door_middles(world),
            "square_m": np.array(side, np.float32),
            "squares": np.array(len(np.unique(squares[0] * SQUARES + squares[1]))),
        }

    def _store(self, slot: int, arrays: dict[str, NDArray[Any]]) -> None:
        """Write one slot, enlarging the arrays where it does not fit."""
        for name, new in arrays.items():
            old = self._arrays.get(name, np.zeros((0,) + (0,) * new.ndim, new.dtype))
            wanted = tuple(max(sizes) for sizes in zip(old.shape[1:], new.shape, strict=True))
            if slot >= len(old) or wanted != old.shape[1:]:
                room = max(len(old), 8)
                while room <= slot:
                    room = min(2 * room, max(self.count, slot + 1))
                whole = np.full((room, *wanted), _PADDING.get(name, 0), new.dtype)
                whole[tuple(slice(size) for size in old.shape)] = old
                self._arrays[name] = whole
            self._arrays[name][slot] = _PADDING.get(name, 0)
            part: tuple[Any, ...] = (slot, *(slice(size) for size in new.shape))
            self._arrays[name][part] = new

    def _publish(self) -> None:
        """The arrays as tensors on the device: the same memory on the CPU."""
        tensors = {k: torch.from_numpy(v).to(self.device) for k, v in self._arrays.items()}
        self.scenes = Scenes(**{name: tensors[name] for name in Scenes._fields})
        self.walkable, self.door = tensors["walkable"], tensors["door"]
        self.door_xy = tensors["door_xy"]
        self.square_m, self.squares = tensors["square_m"], tensors["squares"]


class Fields:
    """Distance fields by key, the least recently used of which make room for new ones.

    Args:
        pool: the worlds.
        goals: most goals of a world; the key of goal g of world w for robot radius k is
            ``(w * goals + g) * len(radii) + k``.
        cells: which cells of a world are goal g: ``cells(slot, g) -> (H, W) bool`` of that world.
    """

    def __init__(
        self, pool: WorldPool, goals: int, cells: Callable[[int, int], NDArray[np.bool_]]
    ) -> None:
        self.pool = pool
        self.goals = goals
        self._cells = cells
        self._slot = np.full(pool.count * goals * len(pool.radii), -1, np.int64)
        self._clear()

    def slots(self, keys: NDArray[np.int64]) -> NDArray[np.int64]:
        """Rows of ``metres`` that hold the fields of these keys (k,)."""
        if self.metres.shape[1:] != self.pool.size_hw:
            self._clear()
        self._clock += 1
        found = self._slot[keys]
        self._used[found[found >= 0]] = self._clock
        missing = np.unique(keys[found < 0])
        if len(missing):
            self._compute(missing)
        return self._slot[keys]

    @property
    def array(self) -> NDArray[np.float32]:
        """`metres` in the memory of the CPU."""
        return self._metres

    def _clear(self) -> None:
        self._slot[:] = -1
        self._clock = 0
        height, width = self.pool.size_hw
        self._metres = np.zeros((0, height, width), np.float32)
        self._key = np.zeros(0, np.int64)
        self._used = np.zeros(0, np.int64)
        self.metres = torch.from_numpy(self._metres).to(self.pool.device)

    def _compute(self, keys: NDArray[np.int64]) -> None:
        rows = self._room_for(len(keys))
        numbers, rest = np.divmod(keys, self.goals * len(self.pool.radii))
        goals, radius = np.divmod(rest, len(self.pool.radii))
        slots = self.pool.slots(numbers)
        height, width = self.pool.size_hw
        walkable = self.pool.walkable_array
        for start in range(0, len(keys), 64):
            part = slice(start, start + 64)
            cells = np.zeros((len(keys[part]), height, width), np.bool_)
            for i, (slot, goal) in enumerate(zip(slots[part], goals[part], strict=True)):
                wanted = self._cells(int(slot), int(goal))
                cells[i, : wanted.shape[0], : wanted.shape[1]] = wanted
            blocked = ~walkable[slots[part], radius[part]]
            field = geodesic_field(torch.from_numpy(blocked), torch.from_numpy(cells), CELL)
            self._metres[rows[part]] = field.numpy()
        self._key[rows] = keys
        self._used[rows] = self._clock
        self._slot[keys] = rows
        device = self.pool.device
        if device.type == "cpu":
            self.metres = torch.from_numpy(self._metres)
        else:
            if len(self.metres) != len(self._metres):
                self.metres = torch.from_numpy(self._metres).to(device)
            self.metres[torch.from_numpy(rows).to(device)] = torch.from_numpy(
                self._metres[rows]
            ).to(device)

    def _room_for(self, count: int) -> NDArray[np.int64]:
        """Free rows: never used, then forgotten, then added beyond the budget."""
        free = np.flatnonzero(self._used == 0)
        size = max(1, int(np.prod(self.pool.size_hw)) * 4)
        if len(free) < count and len(self._used) * size >= FIELD_BUDGET:
            old = np.flatnonzero(self._used < self._clock)
            old = old[np.argsort(self._used[old], kind="stable")][: max(count, len(old) // 4)]
            self._slot[self._key[old[self._used[old] > 0]]] = -1
            self._used[old] = 0
            free = np.flatnonzero(self._used == 0)
        if len(free) < count:
            total = max(2 * len(self._used), len(self._used) + count, 16)
            added = total - len(self._used)
            self._metres = np.concatenate(
                (self._metres, np.zeros((added, *self._metres.shape[1:]), np.float32))
            )
            self._key = np.concatenate((self._key, np.zeros(added, np.int64)))
            self._used = np.concatenate((self._used, np.zeros(added, np.int64)))
            free = np.flatnonzero(self._used == 0)
        return free[:count]


def walkable_cells(solid: NDArray[np.bool_], radius: float) -> NDArray[np.bool_]:
    """Where the middle of a disc can be: cells at whose centre it touches nothing solid.

    Args:
        solid: (H, W) bool.
        radius: metres.

    Returns:
        (H, W) bool: the largest component that is connected by straight moves; all False where no
        cell is free.
    """
    reach = int(np.ceil(radius / CELL))
    offsets = np.arange(-reach, reach + 1)
    gap = np.maximum(np.abs(offsets) - 0.5, 0) * CELL  # from the centre to the near side of a cell
    disc = (np.hypot(gap[:, None], gap[None]) < radius).astype(np.uint8)
    padded = np.pad(solid, reach, constant_values=True).astype(np.uint8)
    blocked = cv2.dilate(padded, disc)[reach:-reach, reach:-reach]
    free = (blocked == 0).astype(np.uint8)
    count, component = cv2.connectedComponents(free, connectivity=4)
    if count <= 1:
        return np.zeros_like(solid)
    sizes = np.bincount(component.ravel(), minlength=count)
    sizes[0] = 0
    return np.asarray(component == sizes.argmax(), np.bool_)


def _door_cells(world: World) -> NDArray[np.int16]:
    """(H, W) the door that stops a robot at a cell: its opening and the cells beside it."""
    door = np.full(world.wall.shape, -1, np.int16)
    for d, (x0, y0, x1, y1) in enumerate(world.doors.cells.tolist()):
        along_x = x1 - x0 > y1 - y0
        if along_x:
            door[y0 - 1 : y1 + 1, x0:x1] = d
        else:
            door[y0:y1, x0 - 1 : x1 + 1] = d
    return door


def _door_middles(world: World) -> NDArray[np.float32]:
    """(D, 2) metres: the middle of each opening."""
    cells = world.doors.cells.astype(np.float32)
    return ((cells[:, :2] + cells[:, 2:]) * (CELL / 2)).astype(np.float32)
