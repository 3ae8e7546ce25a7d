"""The pool of worlds, made when first needed, in padded arrays.

A world has a number, a pure function of which makes it; the slot that holds it is this process's
affair and never enters a state. A pool is shared: it grows under a lock, a slot is found once all
that it holds is in its place, and nothing in it is ever changed or dropped. Arrays that have become
too small are replaced by larger copies; whoever still holds the old ones finds its slots in them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vgym.core.shared_sources import SourceLock, bytes_of, make_room
from vgym.envs.navigation.render import Scenes, scene_arrays
from vgym.envs.navigation.worlds.walkable import RADIUS, walkable_cells
from vgym.envs.navigation.worlds.world import CELL, World

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
        self._growing = SourceLock()
        self.slots(np.zeros(1, np.int64))

    def slots(self, numbers: NDArray[np.int64]) -> NDArray[np.int64]:
        """The slots of worlds (k,), making those that are missing."""
        if (self._slot[numbers] < 0).any():
            with self._growing:
                self._add(np.unique(numbers[self._slot[numbers] < 0]))
        return self._slot[numbers]

    def _add(self, numbers: NDArray[np.int64]) -> None:
        """Make worlds, another thread's among them perhaps by now: (n,), n may be 0."""
        room = len(self._arrays.get("wall", ()))
        slots = np.count_nonzero(self._slot >= 0) + np.arange(len(numbers))
        for slot, number in zip(slots.tolist(), numbers.tolist(), strict=True):
            world = self._make(number)
            # What a thread that was left behind by a fork has begun is written over.
            self.worlds[slot:], self.numbers[slot:] = [world], [number]
            self._store(slot, self._arrays_of(world))
        if len(numbers):
            self._publish()
            self._slot[numbers] = slots
        if len(self._arrays["wall"]) > room:
            make_room(bytes_of((self._arrays, self.worlds)))

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

    @property
    def room_array(self) -> NDArray[np.int16]:
        """`scenes.room` in the memory of the CPU."""
        array: NDArray[np.int16] = self._arrays["room"]
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
        """The arrays as tensors on the device: the same memory on the CPU.

        `walkable` last: whoever has read it finds the others at least as large.
        """
        tensors = {k: torch.from_numpy(v).to(self.device) for k, v in self._arrays.items()}
        self.scenes = Scenes(**{name: tensors[name] for name in Scenes._fields})
        self.door, self.door_xy = tensors["door"], tensors["door_xy"]
        self.square_m, self.squares = tensors["square_m"], tensors["squares"]
        self.walkable = tensors["walkable"]


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
