"""Where teams play: the places, the points that poles can stand at, and the ways to them."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vgym.core import state as states
from vgym.core.keys import below, stream, subkey
from vgym.core.shared_sources import shared
from vgym.envs.navigation.distance_fields import DistanceFields
from vgym.envs.navigation.goals import MOST, Goal
from vgym.envs.navigation.path_following import distance_at
from vgym.envs.navigation.team.placing import away_from, meeting_points, spread, starting_poses
from vgym.envs.navigation.team.robots import RADII, Team
from vgym.envs.navigation.team.types import TeamConfig, TeamState
from vgym.envs.navigation.types import DOORS_MOST
from vgym.envs.navigation.world_pool import WorldPool
from vgym.envs.navigation.worlds.homes import make_home
from vgym.geometry.matching import match

_FAR_ENOUGH = 1.0  # metres beyond a pole's reach where robots start and things lie
_WORLD, _POINT = stream("team/place"), stream("team/point")


class Episodes:
    """What every team of one configuration draws its episodes from.

    Args:
        config: the settings. team: its robots. device: of the states.

    Attributes:
        pool: the places. fields: metres to every point of theirs, by radius of a robot.
    """

    def __init__(self, config: TeamConfig, team: Team, device: torch.device) -> None:
        self.config, self.team, self.device = config, team, device
        rooms, split, worlds = config.room_count, config.split, config.worlds
        self._key = key = stream(f"team/{rooms}/{split}")
        self.pool = shared(
            ("team worlds", rooms, split, worlds, device),
            lambda: WorldPool(
                lambda n: make_home(subkey(key, n), rooms, split), worlds, device, RADII
            ),
        )
        self.fields = DistanceFields(self.pool, MOST, self._cells)
        self._points: dict[int, list[Goal]] = {}

    def sample(self, keys: NDArray[np.uint64]) -> TeamState:
        """One episode for each key."""
        config, team, rules = self.config, self.team, self.config.rules
        batch, robots = len(keys), len(team)
        worlds = np.array([below(k, _WORLD, 0, config.worlds) for k in keys], np.int64)
        pose = np.zeros((batch, robots, 3), np.float32)
        goals = np.zeros((batch, robots), np.int64)
        thing = np.zeros(batch, np.int64)
        for b, (key, slot) in enumerate(zip(keys, self.pool.slots(worlds).tolist(), strict=True)):
            points = self.points(slot)
            count = len(points)
            pose[b] = starting_poses(self.pool, slot, key, robots)
            first = below(key, _POINT, 0, count)
            first = away_from(points, first, pose[b, :, :2], rules.reach_m + _FAR_ENOUGH)
            order = [(first + 1 + below(key, _POINT, 1 + n, count - 1)) % count for n in range(64)]
            pole = np.array([points[first].targets[0]], np.float32)
            thing[b] = away_from(points, order[0], pole, rules.reach_m + _FAR_ENOUGH)
            goals[b] = (
                spread(points, [first, *order, *range(count)], robots) if rules.apart else first
            )
        able = team.can_carry.expand(batch, robots)

        def zeros(*shape: int, dtype: torch.dtype = torch.float32) -> Tensor:
            return torch.zeros(batch, *shape, dtype=dtype)

        state = TeamState(
            world=torch.from_numpy(worlds),
            pose=torch.from_numpy(pose),
            goals=torch.from_numpy(goals),
            thing=torch.from_numpy(thing),
            phase=zeros(dtype=torch.int64),
            worker=able & (rules.hands > 0),
            holding=zeros(robots, dtype=torch.bool),
            closed=torch.full((batch, DOORS_MOST), rules.closed),
            distance=zeros(robots),
            best=zeros(robots),
            leg=zeros(robots),
            path_length=zeros(robots),
            blocked=zeros(robots, dtype=torch.int64),
            collisions=zeros(robots, dtype=torch.int64),
            progress=zeros(robots),
            steps=zeros(dtype=torch.int64),
        )
        state = states.to(state, self.device)
        if rules.apart:
            state.goals = self._shared_out(state)
        self.measure(state)
        return state

    def measure(self, state: TeamState) -> None:
        """Take every way anew, from where the robots are."""
        state.distance = self.way(state, targets(state))
        state.best, state.leg = state.distance.clone(), state.distance.clone()

    def slots_of(self, state: TeamState) -> Tensor:
        """(B,) int64 the pool's slot of each row's place."""
        return torch.from_numpy(self.pool.slots(state.world.cpu().numpy())).to(self.device)

    def points(self, slot: int) -> list[Goal]:
        """The points of a place that poles can stand at: where every kind of robot can go."""
        number = self.pool.numbers[slot]
        if number not in self._points:
            self._points[number] = meeting_points(self.pool, slot, subkey(self._key, number))
        return self._points[number]

    def xy_of(self, state: TeamState, points: Tensor) -> Tensor:
        """(B, ..., 2) metres: where the points (B, ...) of each row's place lie."""
        slots = self.slots_of(state).tolist()
        found = [
            [self.points(slot)[point].targets[0] for point in row]
            for slot, row in zip(slots, points.reshape(len(slots), -1).tolist(), strict=True)
        ]
        return torch.tensor(found, dtype=torch.float32, device=self.device).reshape(
            *points.shape, 2
        )

    def fields_of(self, state: TeamState, points: Tensor, together: bool = False) -> Tensor:
        """(B, R) int64 the row of `fields` for each robot's point (B, R); for those who carry
        something ``together`` that of the widest."""
        radius = self.team.radius_index.expand(points.shape)
        paired = state.holding & (state.phase > 0)[:, None]  # they pass where the wider one does
        widest = torch.where(paired, radius, 0).amax(1, keepdim=True)
        radius = torch.where(paired & together, widest, radius)
        keys = (state.world[:, None] * MOST + points) * len(RADII) + radius
        rows = self.fields.slots(keys.reshape(-1).cpu().numpy())
        return torch.from_numpy(rows).to(self.device).reshape(keys.shape)

    def way(self, state: TeamState, points: Tensor, together: bool = False) -> Tensor:
        """(B, R) metres from each robot to its point (B, R), along the shortest way for it, or for
        all who carry something ``together``."""
        field = self.fields_of(state, points, together)
        xy = state.pose[..., :2].reshape(-1, 2)
        return distance_at(self.fields.metres, field.reshape(-1), xy).reshape(points.shape)

    def _shared_out(self, state: TeamState) -> Tensor:
        """(B, R) int64 the poles, one for each robot, by which the sum of ways is least."""
        robots = len(self.team)
        ways = [self.way(state, state.goals[:, [g]].expand(-1, robots)) for g in range(robots)]
        every = torch.ones_like(state.goals, dtype=torch.bool)
        return state.goals.gather(1, match(torch.stack(ways, 2), every, every))

    def _cells(self, slot: int, goal: int) -> NDArray[np.bool_]:
        points = self.points(slot)
        point = points[min(goal, len(points) - 1)]
        return point.cells(self.pool.worlds[slot], self.pool.walkable_in(slot))


def targets(state: TeamState) -> Tensor:
    """(B, R) int64: the point each robot should go to now."""
    fetching = (state.phase == 0)[:, None] & state.worker
    return torch.where(fetching, state.thing[:, None], state.goals)
