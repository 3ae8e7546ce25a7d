"""Distance fields, one for each goal of a world and radius of a robot, computed when first needed.

As with worlds, a field has a key, and the row that holds it never enters a state. Rows are used
again: they belong to one environment, or to a source that holds a lock while it reads them.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray

from vgym.core.shared_sources import make_room
from vgym.envs.navigation.world_pool import WorldPool
from vgym.envs.navigation.worlds.world import CELL
from vgym.geometry.grids import geodesic_field

FIELD_BUDGET = 1 << 29  # bytes of distance fields kept beyond those in use


class DistanceFields:
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
        self._clear(pool.walkable.shape[2:])

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
    def array(self) -> NDArray[np.float32]:
        """`metres` in the memory of the CPU."""
        return self._metres

    def _clear(self, size_hw: tuple[int, ...]) -> None:
        self._slot[:] = -1
        self._clock = 0
        self._metres = np.zeros((0, *size_hw), np.float32)
        self._key = np.zeros(0, np.int64)
        self._used = np.zeros(0, np.int64)
        self.metres = torch.from_numpy(self._metres).to(self.pool.device)

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
        else:
            if len(self.metres) != len(self._metres):
                self.metres = torch.from_numpy(self._metres).to(device)
            self.metres[torch.from_numpy(rows).to(device)] = torch.from_numpy(
                self._metres[rows]
            ).to(device)

    def _room_for(self, count: int) -> NDArray[np.int64]:
        """Free rows: never used, then forgotten, then added beyond the budget."""
        free = np.flatnonzero(self._used == 0)
        size = max(1, int(np.prod(self._metres.shape[1:])) * 4)
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
            make_room(self._metres.nbytes)
            free = np.flatnonzero(self._used == 0)
        return free[:count]
