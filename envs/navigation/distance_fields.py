"""Distance fields, one for each goal of a world and radius of a robot, computed when first needed.

As with worlds, a field has a key, and the row that holds it never enters a state. Rows are used
again: they belong to one environment, or to a source that holds a lock while it reads them.
"""

from __future__ import annotations

import math
import weakref
from collections.abc import Callable
from typing import ClassVar

import numpy as np
import torch
from numpy.typing import NDArray

from vgym.core.shared_sources import SourceLock, make_room
from vgym.envs.navigation.world_pool import WorldPool
from vgym.envs.navigation.worlds.world import CELL
from vgym.geometry.grids import geodesic_field

# Bytes of distance fields kept, by all who keep any, beyond those in use: 64 robots in homes of 30
# rooms take less than 1 GB with it (`baselines/benchmark_first_reset.py`).
FIELD_BUDGET = 3 << 26


class DistanceFields:
    """Distance fields by key, the least recently used of which make room for new ones.

    Memory is asked for once, as much as may ever be kept: the machine gives it as it is written to.

    Args:
        pool: the worlds.
        goals: most goals of a world; the key of goal g of world w for robot radius k is
            ``(w * goals + g) * len(radii) + k``.
        cells: which cells of a world are goal g: ``cells(slot, g) -> (H, W) bool`` of that world.
    """

    _every: ClassVar[weakref.WeakSet[DistanceFields]] = weakref.WeakSet()
    _lock = SourceLock()

    def __init__(
        self, pool: WorldPool, goals: int, cells: Callable[[int, int], NDArray[np.bool_]]
    ) -> None:
        self.pool = pool
        self.goals = goals
        self._cells = cells
        self._slot = np.full(pool.count * goals * len(pool.radii), -1, np.int64)
        self._clear(pool.walkable.shape[2:])
        with self._lock:
            self._every.add(self)

    def slots(self, keys: NDArray[np.int64]) -> NDArray[np.int64]:
        """Rows of ``metres`` that hold the fields of these keys (k,)."""
        walkable = self.pool.walkable_array
        if (self._slot[keys] < 0).any():
            self.pool.slots(np.unique(keys // (self.goals * len(self.pool.radii))))
            # Of one moment: other environments may enlarge the pool while fields are computed.
            walkable = self.pool.walkable_array
            if self._metres.shape[1:] != walkable.shape[2:]:
                self._clear(walkable.shape[2:])
        self._clock += 1
        found = self._slot[keys]
        self._used[found[found >= 0]] = self._clock
        missing = np.unique(keys[found < 0])
        if len(missing):
            self._compute(missing, walkable)
        return self._slot[keys]

    @property
    def nbytes(self) -> int:
        """Bytes of the fields that were ever held at once."""
        return self._written * self._bytes_each

    @property
    def array(self) -> NDArray[np.float32]:
        """`metres` in the memory of the CPU."""
        return self._metres

    def _clear(self, size_hw: tuple[int, ...]) -> None:
        self._slot[:] = -1
        self._clock = 0
        self._written = 0  # rows that were ever written, the first so many
        self._bytes_each = 4 * math.prod(size_hw)
        rows = max(16, FIELD_BUDGET // self._bytes_each)
        self._metres = np.zeros((rows, *size_hw), np.float32)
        self._key = np.zeros(rows, np.int64)
        self._used = np.zeros(rows, np.int64)
        self.metres = torch.from_numpy(self._metres[:0]).to(self.pool.device)

    def _compute(self, keys: NDArray[np.int64], walkable: NDArray[np.bool_]) -> None:
        rows = self._room_for(len(keys))
        numbers, rest = np.divmod(keys, self.goals * len(self.pool.radii))
        goals, radius = np.divmod(rest, len(self.pool.radii))
        slots = self.pool.slots(numbers)
        height, width = walkable.shape[2:]
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
        elif len(self.metres) < self._written:
            most = min(2 * self._written, len(self._metres))
            self.metres = torch.from_numpy(self._metres[:most]).to(device)
        else:
            there = torch.from_numpy(rows).to(device)
            self.metres[there] = torch.from_numpy(self._metres[rows]).to(device)

    def _room_for(self, count: int) -> NDArray[np.int64]:
        """Free rows: those of forgotten fields, then new ones. Where new ones would go beyond the
        budget, fields are forgotten first that have not been asked for lately."""
        with self._lock:
            kept = sum(fields.nbytes for fields in self._every)
        more = count - int(np.count_nonzero(self._used[: self._written] == 0))
        if more > 0 and kept + more * self._bytes_each > FIELD_BUDGET:
            old = np.flatnonzero((self._used > 0) & (self._used < self._clock))
            old = old[np.argsort(self._used[old], kind="stable")][: max(more, len(old) // 4)]
            self._slot[self._key[old]] = -1
            self._used[old] = 0
            more -= len(old)
        self._written += max(more, 0)
        make_room(max(more, 0) * self._bytes_each)
        if self._written > len(self._metres):
            added = max(len(self._metres), self._written - len(self._metres))
            self._metres, self._key, self._used = (
                np.concatenate((each, np.zeros((added, *each.shape[1:]), each.dtype)))
                for each in (self._metres, self._key, self._used)
            )
        return np.flatnonzero(self._used[: self._written] == 0)[:count]
