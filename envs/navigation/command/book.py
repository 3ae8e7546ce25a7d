"""The book of briefs of one configuration: worlds, and for each its briefs, written when needed.

A book is shared; it is written under a lock, and what is in it is not changed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vgym.core.keys import below, stream, subkey, uniform
from vgym.core.shared_sources import SourceLock, shared
from vgym.envs.navigation.command.briefs import TOKENS, Brief, make_brief, vocabulary
from vgym.envs.navigation.command.types import (
    LEGS,
    MARKS,
    STEPS,
    WAYPOINTS,
    CommandConfig,
    State,
)
from vgym.envs.navigation.distance_fields import DistanceFields
from vgym.envs.navigation.goals import MOST, Goal
from vgym.envs.navigation.path_following import distance_at, way_down
from vgym.envs.navigation.team.placing import meeting_points, spread
from vgym.envs.navigation.team.robots import RADII, ROBOTS
from vgym.envs.navigation.world_pool import WorldPool
from vgym.envs.navigation.worlds.homes import make_home
from vgym.geometry.paths import resample

_WORLD, _BRIEF, _POINT, _YAW = (stream(f"brief/{n}") for n in ("world", "of", "point", "yaw"))
_RADIUS = np.array([RADII.index(robot.radius) for robot in ROBOTS])
_SPACING = 0.1  # metres between the points of a way before it is thinned out
_LONGEST = 512  # points of it


class _Page(NamedTuple):
    """A brief and where it plays. The rest of a `State`'s row."""

    brief: Brief
    pose: NDArray[np.float32]  # (R, 3)
    mark_xy: NDArray[np.float32]  # (K, 2)
    ways: NDArray[np.float32]  # (2, 5, 2)
    tokens: NDArray[np.int32]  # (L,)


class Book:
    """Every brief of a configuration, by world and number.

    Attributes:
        pool: the worlds.
    """

    def __init__(self, config: CommandConfig, device: torch.device) -> None:
        self.config = config
        rooms, split, worlds = config.room_count, config.split, config.worlds
        self._key = key = stream(f"command/{rooms}/{split}")
        self.pool = shared(
            ("command worlds", rooms, split, worlds, device),
            lambda: WorldPool(
                lambda n: make_home(subkey(key, n), rooms, split), worlds, device, RADII
            ),
        )
        self._writing = SourceLock()
        self._points: dict[int, list[Goal]] = {}
        self._fields = DistanceFields(self.pool, MOST, self._cells)
        self._pages: dict[tuple[int, int], _Page] = {}

    def reset(self, keys: NDArray[np.uint64]) -> State:
        """The briefs of episodes, unanswered, on the CPU."""
        config, batch = self.config, len(keys)
        worlds = np.array([below(k, _WORLD, 0, config.worlds) for k in keys], np.int64)
        numbers = np.array([below(k, _BRIEF, 0, config.briefs) for k in keys], np.int64)
        self.pool.slots(worlds)
        pages = [
            self._page(world, number)
            for world, number in zip(worlds.tolist(), numbers.tolist(), strict=True)
        ]

        def column(rows: list[NDArray[np.generic]]) -> Tensor:
            return torch.from_numpy(np.stack(rows))

        return State(
            world=torch.from_numpy(worlds),
            pose=column([p.pose for p in pages]),
            kind=column([p.brief.kind for p in pages]),
            mark_xy=column([p.mark_xy for p in pages]),
            mark_look=column([p.brief.look for p in pages]),
            lies=column([p.brief.lies for p in pages]),
            chest=column([p.brief.chest for p in pages]),
            jobs=column([p.brief.jobs for p in pages]),
            needed=column([p.brief.needed for p in pages]),
            reference=column([p.brief.reference for p in pages]),
            legs=column([p.brief.legs for p in pages]),
            ways=column([p.ways for p in pages]),
            tokens=column([p.tokens for p in pages]),
            brief=torch.from_numpy(numbers),
            sent=torch.zeros(batch, config.robots, dtype=torch.bool),
            plan=torch.zeros(batch, STEPS, config.robots, dtype=torch.int64),
            drawn=torch.zeros(batch, LEGS, WAYPOINTS, 2),
            answered=torch.zeros(batch, dtype=torch.bool),
        )

    def words(self, world: int, number: int) -> str:
        """A brief in words."""
        return self._page(world, number).brief.words

    def _page(self, world: int, number: int) -> _Page:
        if (world, number) not in self._pages:
            with self._writing:
                if (world, number) not in self._pages:
                    self._pages[world, number] = self._write(world, number)
        return self._pages[world, number]

    def _write(self, world: int, number: int) -> _Page:
        key = subkey(subkey(self._key, world), 1 + number)
        slot = int(self.pool.slots(np.array([world]))[0])
        points = self._of(slot)
        team = self.config.robots
        first = below(key, _POINT, 0, len(points))
        order = [(first + below(key, _POINT, 1 + n, len(points))) % len(points) for n in range(99)]
        chosen = spread(points, [first, *order, *range(len(points))], MARKS + team)
        xy = np.array([points[c].targets[0] for c in chosen], np.float32)
        marks, starts = chosen[:MARKS], xy[MARKS:]
        yaw = [(uniform(key, _YAW, n) * 2 - 1) * np.pi for n in range(team)]

        def fields(mark: list[int], kind: NDArray[np.int64]) -> NDArray[np.int64]:
            keys = (world * MOST + np.array(mark)) * len(RADII) + _RADIUS[kind]
            return self._fields.slots(keys)

        def ways_of(kind: NDArray[np.int64]) -> NDArray[np.float32]:
            rows = fields(marks * team, kind.repeat(MARKS))
            at = torch.from_numpy(starts.repeat(MARKS, 0))
            metres = torch.from_numpy(self._fields.array)
            found = distance_at(metres, torch.from_numpy(rows), at)
            return found.reshape(team, MARKS).numpy()

        brief = make_brief(key, self.config, ways_of)
        robots, targets = brief.legs[:, 0], brief.legs[:, 1]
        path = np.zeros((LEGS, _LONGEST, 2), np.float32)
        counts = np.zeros(LEGS, np.int64)
        rows = fields([marks[k] for k in targets.tolist()], brief.kind[robots])
        way_down(self._fields.array, rows, starts[robots], _SPACING, path, counts)
        thinned = resample(torch.from_numpy(path), WAYPOINTS + 1, torch.from_numpy(counts))
        return _Page(
            brief=brief,
            pose=np.concatenate((starts, np.array(yaw, np.float32)[:, None]), 1),
            mark_xy=xy[:MARKS],
            ways=thinned[:, 1:].numpy().astype(np.float32),
            tokens=vocabulary().encode(brief.words, TOKENS),
        )

    def _of(self, slot: int) -> list[Goal]:
        number = self.pool.numbers[slot]
        if number not in self._points:
            self._points[number] = meeting_points(self.pool, slot, subkey(self._key, number))
        return self._points[number]

    def _cells(self, slot: int, goal: int) -> NDArray[np.bool_]:
        points = self._of(slot)
        height, width = self.pool.worlds[slot].wall.shape
        return points[min(goal, len(points) - 1)].cells((height, width))


def book_of(config: CommandConfig, device: torch.device) -> Book:
    """The book of a configuration, everybody's who has the same but for the picture's size."""
    settings = {**config.of_episodes, "image_size": None}
    return shared((Book, tuple(settings.items()), device), lambda: Book(config, device))
