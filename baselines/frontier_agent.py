"""Maps by depth, explores the edges of the map, goes to what looks like what the words name.

It sees what a learner sees (picture, depth, odometry, the words, and the direction of the goal
where the task tells it) and nothing of the state.
"""

from __future__ import annotations

import math
from typing import Any, ClassVar

import numpy as np
from numpy.typing import NDArray

from vgym.baselines.depth_map import BUMPED, SIDE, TALL, DepthMaps, cell_of
from vgym.baselines.map_planning import FAR, cost_field, frontier, give_up, next_turns
from vgym.baselines.recognising import Wanted, find, last_named, wanted
from vgym.baselines.walking import move, navigation_config, on_cpu
from vgym.compiled import compiled
from vgym.envs.navigation.actions import STEP_M
from vgym.envs.navigation.types import NavigationConfig
from vgym.envs.navigation.worlds.world import CELL

_PLAN_EVERY = 3  # steps
# How sure of a thing it has to be to go there: much at first, little when it has searched long.
_SURE, _UNSURE = 0.7, 0.1
_PATIENCE = 0.7  # share of the steps after which it goes to the best it has seen
_BESIDE = (0.25, 0.5, 0.75, 1.25)  # metres from a thing's side at which it stops, if it can
_ARRIVED = 0.2  # metres left at which a plan counts as carried out
_GIVE_UP = 0.5  # metres around an edge of the map that turned out to lead nowhere
_REMEMBERED = 24  # places where it was of late
_IDLE = 14  # steps on the spot after which it gives up what it wanted


class FrontierAgent:
    """Nearest frontier first; to a told point straight through what is not known yet.

    It opens no doors, never looks up or down, and takes no notice of rooms that words name.
    """

    name = "frontier"
    settings: ClassVar[dict[str, Any]] = {"depth": True, "odometry": True}

    def __init__(self) -> None:
        self._rows: list[_Row] = []

    def reset(self, seed: int) -> None:
        """Forget everything: it draws no random numbers."""
        self._rows = []

    def act(self, observation: dict[str, Any], instructions: list[str], envs: Any) -> Any:
        """The next move of every row.

        Raises:
            TypeError: the environments are not of the navigation family.
            ValueError: they observe no depth or odometry.
        """
        batch = envs.unwrapped
        config = navigation_config(batch)
        sensed = on_cpu(observation)
        moments = batch.moments
        fresh = moments[:, 2] == 0
        if len(self._rows) != len(instructions):
            fresh[:] = True
            maps = DepthMaps(len(instructions))
            self._rows = [_Row(maps, row) for row in range(len(instructions))]
        stop = np.zeros(len(instructions), np.bool_)
        turns = np.zeros(len(instructions), np.int64)
        for n, row in enumerate(self._rows):
            if fresh[n]:
                row.begin(instructions[n], config)
            looked = {name: value[n] for name, value in sensed.items()}
            stop[n], turns[n] = row.step(looked, int(moments[n, 2]), config)
        return move(config, stop, turns, observation)


class _Row:
    """What it has in mind in one row."""

    def __init__(self, maps: DepthMaps, row: int) -> None:
        self._maps = maps
        self._row = row
        self._wanted: Wanted | None = None

    def begin(self, instruction: str, config: NavigationConfig) -> None:
        """A new episode."""
        self._maps.forget(np.array([self._row]))
        named = None if config.goal == "point" else last_named(instruction)
        self._wanted = None if named is None else wanted(*named)
        self._cost: NDArray[np.int32] | None = None
        self._planned = 0
        self._before: NDArray[np.float64] | None = None
        self._been = np.full((_REMEMBERED, 2), np.inf)
        self._idle = 0
        self._going = False
        self._at_last = False
        self._sure = 0.0
        self._relented = False
        self._held: tuple[int, int] | None = None

    def step(
        self, sensed: dict[str, NDArray[Any]], elapsed: int, config: NavigationConfig
    ) -> tuple[bool, int]:
        """Look, and decide: whether to stop, and by how many turns to turn before going on."""
        pose = sensed["odometry"].astype(np.float64)
        flags = self._maps.flags[self._row]
        self._maps.see(self._row, sensed["odometry"], sensed["depth"], sensed["image"], config.fov)
        bumped = self._notice(pose)
        if config.goal == "point" and sensed["goal"][0] < 0.8 * config.reach_m:
            return True, 0
        if elapsed + 1 >= config.max_episode_steps:
            return True, 0  # the last chance to say that it is there
        if bumped or self._cost is None or elapsed - self._planned >= _PLAN_EVERY:
            self._plan(sensed, pose, elapsed, config)
            self._planned = elapsed
        turn = math.radians(config.turn)
        for _ in range(3):
            if self._cost is None:
                break
            turns, left = next_turns(flags, self._cost, pose, turn, STEP_M, self._been)
            row, column = cell_of(pose[0], pose[1])
            here = int(self._cost[row, column])
            if config.goal == "point" and math.isfinite(left):
                return self._go(turns)
            if here < FAR and here * CELL / 5 > _ARRIVED and math.isfinite(left):
                return self._go(turns)
            if self._at_last:
                return self._stop_or_look(elapsed, config)
            give_up(flags, pose[0], pose[1], _GIVE_UP)
            self._plan(sensed, pose, elapsed, config)
        if self._at_last:
            return self._stop_or_look(elapsed, config)
        self._cost = None
        return False, 1

    def _stop_or_look(self, elapsed: int, config: NavigationConfig) -> tuple[bool, int]:
        """Stop; but not before it has looked all round where the episode began."""
        if elapsed < 360 / config.turn and self._sure < _SURE:
            self._cost = None
            return False, 1
        return True, 0

    def _go(self, turns: int) -> tuple[bool, int]:
        self._going = turns == 0
        return False, turns

    def _notice(self, pose: NDArray[np.float64]) -> bool:
        """Whether the last step ran into something; that is then on the map."""
        bumped = False
        if self._before is not None:
            gone = math.hypot(*(pose[:2] - self._before[:2]))
            if self._going and gone < 0.9 * STEP_M:
                self._maps.bump(self._row, pose.astype(np.float32))
                bumped = True
            if gone > 0:
                self._been = np.concatenate((self._been[1:], self._before[None, :2]))
            self._idle = 0 if gone > 0.05 else self._idle + 1
            if self._idle >= _IDLE:
                give_up(self._maps.flags[self._row], pose[0], pose[1], 2 * _GIVE_UP)
                self._idle = 0
        self._before = pose
        self._going = False
        return bumped

    def _plan(
        self,
        sensed: dict[str, NDArray[Any]],
        pose: NDArray[np.float64],
        elapsed: int,
        config: NavigationConfig,
    ) -> None:
        """Choose where to go, and find the way."""
        flags, box = self._maps.flags[self._row], self._maps.box[self._row]
        x, y = float(pose[0]), float(pose[1])
        self._at_last = False
        if config.goal == "point":
            gap, cos, sin = (float(v) for v in sensed["goal"])
            goal_x = x + gap * (cos * pose[2] - sin * pose[3])
            goal_y = y + gap * (sin * pose[2] + cos * pose[3])
            row, column = cell_of(goal_x, goal_y)
            goals = np.array([row * SIDE + column])
            self._cost = cost_field(flags, box, goals, x, y, True)
            return
        sure, row, column = 0.0, 0, 0
        if self._wanted is not None:
            sure, row, column = find(self._maps.colours[self._row], box, self._wanted, self._held)
        self._sure, self._held = sure, None
        edges = frontier(flags, box)
        spent = elapsed / (_PATIENCE * config.max_episode_steps)
        enough = _SURE + (_UNSURE - _SURE) * spent
        own = cell_of(x, y)
        if sure < enough and spent < 1 and len(edges):
            self._cost = cost_field(flags, box, edges, x, y, False)
            if self._cost[own] < FAR:
                return
        if self._wanted is not None and sure > 0:
            if self._go_beside(row, column, x, y):
                return
            if not self._relented:  # what it ran into may have closed a way that is there
                self._relented = True
                flags &= ~np.uint8(BUMPED)
                if self._go_beside(row, column, x, y):
                    return
        if len(edges) and spent < 1:
            self._cost = cost_field(flags, box, edges, x, y, True)
            return
        self._cost, self._at_last = None, True

    def _go_beside(self, row: int, column: int, x: float, y: float) -> bool:
        """Plan a way to beside the wanted thing at a cell; whether there is one."""
        flags, box = self._maps.flags[self._row], self._maps.box[self._row]
        assert self._wanted is not None
        for gap in _BESIDE:
            beside = _cells_beside(flags, row, column, self._wanted.across / 2 + gap)
            if len(beside):
                self._cost = cost_field(flags, box, beside, x, y, False)
                if self._cost[cell_of(x, y)] < FAR:
                    self._at_last, self._held = True, (row, column)
                    return True
        return False


@compiled
def _cells_beside(
    flags: NDArray[np.uint8], row: int, column: int, reach: float
) -> NDArray[np.int64]:
    """Flat cells to stand on within reach of a place, with no wall in between: (n,)."""
    size = math.ceil(reach / CELL)
    found = np.empty((2 * size + 1) ** 2, np.int64)
    count = 0
    for r in range(max(row - size, 1), min(row + size + 1, SIDE - 1)):
        for c in range(max(column - size, 1), min(column + size + 1, SIDE - 1)):
            away = math.hypot(r - row, c - column)
            if away * CELL > reach or flags[r, c] & 0b100111 != 1:  # free, not tight
                continue
            steps = max(1, round(away))
            clear = True
            for n in range(steps - 2):
                rr = r + round((row - r) * n / steps)
                cc = c + round((column - c) * n / steps)
                clear = clear and not flags[rr, cc] & TALL
            if clear:
                found[count] = r * SIDE + c
                count += 1
    return found[:count]
