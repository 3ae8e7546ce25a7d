"""Where briefs come from: keys in, states out. Each is drawn by its key; none is kept."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray

from vgym.core.keys import sample_each, stream
from vgym.core.shared_sources import shared
from vgym.envs.navigation.command.briefs import Briefs, draw_briefs, empty_briefs
from vgym.envs.navigation.command.places import Places
from vgym.envs.navigation.command.plans import write_plans
from vgym.envs.navigation.command.types import (
    LEGS,
    MARKS,
    STEPS,
    WAYPOINTS,
    CommandConfig,
    State,
)
from vgym.envs.navigation.command.wording import TOKENS, phrases, write
from vgym.envs.navigation.team.robots import RADII, ROBOTS

_WORLD = stream("brief/world")
_RADIUS = np.array([RADII.index(robot.radius) for robot in ROBOTS])


class Generator:
    """The source of episodes for one configuration."""

    def __init__(self, config: CommandConfig, device: torch.device) -> None:
        self._config = config
        drawn = config.level == "trajectory"
        key = (Places, config.room_count, config.split, config.worlds, drawn, device)
        self.places = shared(key, lambda: Places(config, drawn, device))

    def reset(self, keys: NDArray[np.uint64]) -> State:
        """The briefs of episodes, unanswered, on the CPU.

        Raises:
            RuntimeError: no fair brief was found for a place; not seen in practice.
        """
        config, batch = self._config, len(keys)
        worlds = sample_each(keys, _WORLD, config.worlds)
        places = self.places
        rows = places.rows(worlds)
        drawn = empty_briefs(batch, config.robots)
        sizes = (places.xy, places.ways, places.side)
        if draw_briefs(keys, rows, *sizes, config.jobs, drawn):
            raise RuntimeError("no brief in which the robots' ways differ was found for a place")
        spots = places.xy[rows[:, None], drawn.point]
        reference = np.zeros((batch, STEPS, config.robots), np.int64)
        write_plans(drawn.jobs, drawn.crew, drawn.chest, reference)
        tokens = np.zeros((batch, TOKENS), np.int32)
        write(self._said(drawn), drawn.look, phrases(config.level), tokens)
        found = {
            "world": worlds,
            "pose": np.concatenate((spots[:, MARKS:], drawn.yaw[..., None]), 2),
            "mark_xy": spots[:, :MARKS],
            "mark_look": drawn.look,
            "reference": reference,
            "ways": self._ways(drawn, rows),
            "tokens": tokens,
            **{name: getattr(drawn, name) for name in ("kind", "lies", "chest", "jobs", "crew")},
            "legs": drawn.legs,
        }
        return State(
            **{name: torch.from_numpy(np.ascontiguousarray(v)) for name, v in found.items()},
            sent=torch.zeros(batch, config.robots, dtype=torch.bool),
            plan=torch.zeros(batch, STEPS, config.robots, dtype=torch.int64),
            drawn=torch.zeros(batch, LEGS, WAYPOINTS, 2),
            answered=torch.zeros(batch, dtype=torch.bool),
        )

    def _said(self, drawn: Briefs) -> NDArray[np.int64]:
        """(B, C, 4) the clauses of each brief, as `write` reads them."""
        if self._config.level != "trajectory":
            nobody = np.zeros((*drawn.jobs.shape[:2], 1), np.int64)
            return np.concatenate((drawn.jobs, nobody), 2)
        robot, mark = drawn.legs[..., 0], drawn.legs[..., 1]
        return np.stack((np.zeros_like(robot), mark, mark, robot), 2)

    def _ways(self, drawn: Briefs, rows: NDArray[np.int64]) -> NDArray[np.float32]:
        """(B, 2, 5, 2) metres: the ways of the legs, where they are asked for."""
        if self._config.level != "trajectory":
            return np.zeros((len(rows), LEGS, WAYPOINTS, 2), np.float32)
        robot, mark = drawn.legs[..., 0], drawn.legs[..., 1]
        radius = _RADIUS[np.take_along_axis(drawn.kind, robot, 1)]
        start = np.take_along_axis(drawn.point, MARKS + robot, 1)
        goal = np.take_along_axis(drawn.point, mark, 1)
        ways: NDArray[np.float32] = self.places.drawn[rows[:, None], radius, start, goal]
        return ways
