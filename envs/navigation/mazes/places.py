"""The places of all paradigms with the distance fields in them: a fixed table, made once."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vgym.core.shared_sources import shared
from vgym.envs.navigation.distance_fields import DistanceFields
from vgym.envs.navigation.mazes.layouts import Layout, make_layout
from vgym.envs.navigation.mazes.types import PARADIGMS, SPOTS, VARIANTS
from vgym.envs.navigation.world_pool import WorldPool
from vgym.envs.navigation.worlds.world import CELL


class Places:
    """Worlds by number, ``paradigm * VARIANTS + variant``, and what matters in them.

    Args:
        test: whether the places are those of the test split. device: where tensors are.

    Attributes:
        slot: (W,) int64 where the pool holds each world.
        field: (W * SPOTS,) int64 the row of ``fields.metres`` for each spot of each world.
        spots: (W, SPOTS, 2) float32 metres, NaN where there are fewer.
        starts: (W, S, 3) float32 x, y, yaw, likewise; start_count: (W,) int64.
    """

    def __init__(self, test: bool, device: torch.device) -> None:
        self.device = device
        first = VARIANTS if test else 0
        self.layouts: list[Layout] = [
            make_layout(p, first + v) for p in range(len(PARADIGMS)) for v in range(VARIANTS)
        ]
        self.pool = WorldPool(lambda n: self.layouts[n].world, len(self.layouts), device)
        slots = self.pool.slots(np.arange(len(self.layouts)))
        self.slot = torch.from_numpy(slots).to(device)
        self.fields = DistanceFields(self.pool, SPOTS, self._cells)
        every = np.arange(len(self.layouts) * SPOTS, dtype=np.int64)
        self.field = torch.from_numpy(self.fields.slots(every)).to(device)
        self.spots = self._padded([layout.spots for layout in self.layouts], SPOTS)
        most = max(len(layout.starts) for layout in self.layouts)
        self.starts = self._padded([layout.starts for layout in self.layouts], most)
        self.start_count = torch.tensor([len(x.starts) for x in self.layouts], device=device)

    def _cells(self, slot: int, spot: int) -> NDArray[np.bool_]:
        """The cells about a spot; spots that a place lacks are its first."""
        layout = self.layouts[self.pool.numbers[slot]]
        at = layout.spots[spot if spot < len(layout.spots) else 0]
        walkable = self.pool.walkable_in(slot)
        rows, columns = np.nonzero(walkable)
        gaps = np.hypot((columns + 0.5) * CELL - at[0], (rows + 0.5) * CELL - at[1])
        nearest = gaps.argmin()
        cells = np.zeros_like(walkable)
        cells[rows[nearest], columns[nearest]] = True
        return cells

    def _padded(self, arrays: list[NDArray[np.float32]], count: int) -> Tensor:
        """Lists of points as one tensor (W, count, k), NaN where there are fewer."""
        whole = np.full((len(arrays), count, arrays[0].shape[1]), np.nan, np.float32)
        for n, array in enumerate(arrays):
            whole[n, : len(array)] = array
        return torch.from_numpy(whole).to(self.device)


def places_of(split: str, device: torch.device) -> Places:
    """The places of a split; the test split has its own."""
    test = split == "test"
    return shared((Places, test, device), lambda: Places(test, device))
