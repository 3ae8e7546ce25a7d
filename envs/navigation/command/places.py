"""Where teams and marks can stand in a place, and how far it is from one such point to another."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from vgym.core.keys import stream, subkey
from vgym.core.shared_sources import SourceLock, make_room, shared
from vgym.envs.navigation.command.types import WAYPOINTS, CommandConfig
from vgym.envs.navigation.path_following import way_down
from vgym.envs.navigation.team.placing import meeting_points, spread
from vgym.envs.navigation.team.robots import RADII
from vgym.envs.navigation.world_pool import WorldPool
from vgym.envs.navigation.worlds.homes import make_home
from vgym.envs.navigation.worlds.world import CELL
from vgym.geometry.grids import geodesic_field
from vgym.geometry.paths import resample

POINTS = 32  # of a place
_SPACING = 0.1  # metres between the points of a way before it is thinned out
_LONGEST = 256  # points of it


class Places:
    """The points of each place, and the shortest ways between them, found when first needed.

    A source that is shared: it grows under a lock, and what is in it is not changed.

    Args:
        drawn: whether the ways themselves are kept, not their lengths alone.

    Attributes:
        pool: the worlds.
        side: (S,) float32 metres: the longer side, that of the picture.
        xy: (S, P, 2) float32 metres.
        ways: (S, K, P, P) float32 metres from one point (the third axis) to another (the last), for
            robots of each of the K `RADII`.
        drawn: (S, K, P, P, 5, 2) float32 points at equal lengths of those ways, start left out;
            of no ways where they are not kept.
    """

    def __init__(self, config: CommandConfig, drawn: bool, device: torch.device) -> None:
        rooms, split, worlds = config.room_count, config.split, config.worlds
        self._key = key = stream(f"command/{rooms}/{split}")
        self.pool = shared(
            ("command worlds", rooms, split, worlds, device),
            lambda: WorldPool(
                lambda n: make_home(subkey(key, n), rooms, split), worlds, device, RADII
            ),
        )
        self._growing = SourceLock()
        self._row = np.full(worlds, -1, np.int64)
        self._rows = 0
        square = (len(RADII), POINTS, POINTS)
        self.side = np.zeros(0, np.float32)
        self.xy = np.zeros((0, POINTS, 2), np.float32)
        self.ways = np.zeros((0, *square), np.float32)
        self.drawn = np.zeros((0, *(square if drawn else (0, 0, 0)), WAYPOINTS, 2), np.float32)

    def rows(self, worlds: NDArray[np.int64]) -> NDArray[np.int64]:
        """The rows of worlds (k,) in the arrays, measuring those that are missing."""
        if (self._row[worlds] < 0).any():
            with self._growing:
                for world in np.unique(worlds[self._row[worlds] < 0]).tolist():
                    self._measure(world)
        return self._row[worlds]

    def _measure(self, world: int) -> None:
        slot = int(self.pool.slots(np.array([world]))[0])
        points = meeting_points(self.pool, slot, subkey(self._key, world))
        chosen = spread(points, list(range(len(points))), POINTS)
        xy = np.array([points[c].targets[0] for c in chosen], np.float32)
        free = np.stack([self.pool.walkable_in(slot, k) for k in range(len(RADII))])
        at = np.floor(xy / CELL).astype(np.int64)
        goals = np.zeros((POINTS, *free.shape[1:]), np.bool_)
        goals[np.arange(POINTS), at[:, 1], at[:, 0]] = True
        blocked = torch.from_numpy(~free)[:, None]
        fields = geodesic_field(blocked, torch.from_numpy(goals), CELL).numpy()
        row = self._rows
        if row == len(self.xy):
            self._enlarge()
        self.side[row] = max(free.shape[1:]) * CELL
        self.xy[row] = xy
        self.ways[row] = fields[:, :, at[:, 1], at[:, 0]].swapaxes(1, 2)
        if self.drawn.shape[1]:
            for radius, metres in enumerate(fields):
                self.drawn[row, radius] = _thinned(metres, xy)
        self._rows += 1
        self._row[world] = row

    def _enlarge(self) -> None:
        room = max(8, 2 * len(self.xy))
        for name in ("side", "xy", "ways", "drawn"):
            old = getattr(self, name)
            new = np.zeros((room, *old.shape[1:]), np.float32)
            new[: len(old)] = old
            setattr(self, name, new)
        make_room(self.xy.nbytes + self.ways.nbytes + self.drawn.nbytes)


def _thinned(metres: NDArray[np.float32], xy: NDArray[np.float32]) -> NDArray[np.float32]:
    """The ways from each point to the goal of each field: (P, P, 5, 2), start left out.

    Args:
        metres: (P, H, W) distance fields. xy: (P, 2).
    """
    path = np.zeros((POINTS * POINTS, _LONGEST, 2), np.float32)
    counts = np.zeros(len(path), np.int64)
    goals, starts = np.tile(np.arange(POINTS), POINTS), xy.repeat(POINTS, 0)
    way_down(metres, goals, starts, _SPACING, path, counts)
    thinned = resample(torch.from_numpy(path), WAYPOINTS + 1, torch.from_numpy(counts))
    return thinned[:, 1:].numpy().reshape(POINTS, POINTS, WAYPOINTS, 2).astype(np.float32)
