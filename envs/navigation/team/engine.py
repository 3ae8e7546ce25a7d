"""The engine of a team: resets, moves, rules, rewards and views for a whole batch at once."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vgym.core import state as states
from vgym.core.config import make_config
from vgym.core.keys import below, episode_keys, stream, subkey
from vgym.core.text import Vocabulary
from vgym.envs.navigation.distance_fields import DistanceFields
from vgym.envs.navigation.dynamics import advance, can_stand
from vgym.envs.navigation.goals import MOST, Goal
from vgym.envs.navigation.path_following import distance_at, next_headings
from vgym.envs.navigation.render import Views, render
from vgym.envs.navigation.render.texture_bank import load_textures
from vgym.envs.navigation.render.textures import NUMBER
from vgym.envs.navigation.render.top_down import GOAL, PATH, RING, ROBOT, map_picture, stamp
from vgym.envs.navigation.team.placing import (
    away_from,
    meeting_points,
    spread,
    starting_poses,
)
from vgym.envs.navigation.team.robots import BODY, NAMES, PLAIN, RADII, ROBOTS
from vgym.envs.navigation.team.types import (
    AT_POLE,
    GRASP_M,
    LEASH,
    TASK_NAMES,
    TASKS,
    TeamConfig,
    TeamState,
)
from vgym.envs.navigation.types import DOORS_MOST
from vgym.envs.navigation.world_pool import WorldPool
from vgym.envs.navigation.worlds.homes import make_home
from vgym.envs.navigation.worlds.world import BILLBOARD, BOX, CYLINDER, World
from vgym.geometry.poses import wrap_angle

WAIT, FORWARD, LEFT, RIGHT, INTERACT = range(5)
ACTIONS = 5
TOKENS = 12
_DOOR_M = 1.25
_FAR_ENOUGH = 1.0  # metres beyond a pole's reach where the first robot starts
_WORLD, _POINT = stream("team/place"), stream("team/point")


class TeamEngine:
    """A batch of teams; see `team_v0` for what users type.

    Args:
        num_envs: B. **settings: fields of `TeamConfig`.

    Attributes:
        agents: the names of the R robots, such as "wheeled_0".
    """

    def __init__(self, num_envs: int, **settings: Any) -> None:
        self.config = config = make_config(TeamConfig, settings)
        self.num_envs = num_envs
        self.rule = TASKS[TASK_NAMES.index(config.task)]
        self.kinds = [ROBOTS[k] for k in config.team]
        self.agents = [f"{kind.name}_{i}" for i, kind in enumerate(self.kinds)]
        self.device = torch.device("cpu")
        key = stream(f"team/{config.room_count}/{config.split}")
        self._key = key
        self.pool = WorldPool(
            lambda n: make_home(subkey(key, n), config.room_count, config.split),
            config.worlds,
            self.device,
            RADII,
        )
        self._points: dict[int, list[Goal]] = {}
        self.fields = DistanceFields(self.pool, MOST, self._cells)
        self._radius = torch.tensor([RADII.index(kind.radius) for kind in self.kinds])
        self._size = torch.tensor([kind.radius for kind in self.kinds])
        self._step = torch.tensor([kind.step for kind in self.kinds])
        self._turn = torch.tensor([math.radians(kind.turn) for kind in self.kinds])
        self._opens = torch.tensor([kind.can_open for kind in self.kinds])
        self._carries = torch.tensor([kind.can_carry for kind in self.kinds])
        self._texels = torch.from_numpy(load_textures(config.split).texels.copy())
        words = sorted({w for t in TASKS for w in t.words.replace(".", " .").split()})
        self.vocabulary = Vocabulary(words)
        self.tokens = self.vocabulary.encode(self.rule.words, TOKENS)
        self._seeds = np.zeros(num_envs, np.uint64)
        self._episodes = np.zeros(num_envs, np.int64)
        self.state: TeamState | None = None

    # -- episodes ---------------------------------------------------------------------------

    def reset(self, seeds: list[int] | None = None) -> None:
        """New episodes in every row: the first of each seed, or the next."""
        if seeds is not None:
            self._seeds[:] = np.array([s & (2**64 - 1) for s in seeds], np.uint64)
            self._episodes[:] = 0
        else:
            self._episodes += 1
        self.state = self._draw(np.arange(self.num_envs))

    def renew(self, rows: NDArray[np.int64]) -> None:
        """The next episode in the given rows."""
        assert self.state is not None
        self._episodes[rows] += 1
        states.put(self.state, torch.from_numpy(rows), self._draw(rows))

    def points(self, slot: int) -> list[Goal]:
        """The places that poles can stand at: where every kind of robot can go."""
        number = self.pool.numbers[slot]
        if number not in self._points:
            self._points[number] = meeting_points(self.pool, slot, subkey(self._key, number))
        return self._points[number]

    def _cells(self, slot: int, goal: int) -> NDArray[np.bool_]:
        world = self.pool.worlds[slot]
        points = self.points(slot)
        height, width = world.wall.shape
        return points[min(goal, len(points) - 1)].cells((height, width))

    def _draw(self, rows: NDArray[np.int64]) -> TeamState:
        config, batch, team = self.config, len(rows), len(self.kinds)
        salt = stream(f"team/{config.task}/{config.split}/{config.team}")
        keys = episode_keys(salt, self._seeds[rows], self._episodes[rows])
        worlds = np.array([below(k, _WORLD, 0, config.worlds) for k in keys], np.int64)
        slots = self.pool.slots(worlds)
        pose = np.zeros((batch, team, 3), np.float32)
        goals = np.zeros((batch, team), np.int64)
        thing = np.zeros(batch, np.int64)
        for b, (key, slot) in enumerate(zip(keys, slots.tolist(), strict=True)):
            points = self.points(slot)
            count = len(points)
            pose[b] = starting_poses(self.pool, slot, key, team)
            first = below(key, _POINT, 0, count)
            first = away_from(points, first, pose[b, 0, :2], AT_POLE[config.task] + _FAR_ENOUGH)
            order = [(first + 1 + below(key, _POINT, 1 + n, count - 1)) % count for n in range(64)]
            goals[b] = first
            thing[b] = order[0]
            if config.task == "cover":
                goals[b] = spread(points, [first, *order, *range(count)], team)
        state = TeamState(
            world=torch.from_numpy(worlds),
            pose=torch.from_numpy(pose),
            goals=torch.from_numpy(goals),
            thing=torch.from_numpy(thing),
            phase=torch.zeros(batch, dtype=torch.int64),
            worker=torch.zeros(batch, team, dtype=torch.bool),
            holding=torch.zeros(batch, team, dtype=torch.bool),
            closed=torch.full((batch, DOORS_MOST), config.task == "open"),
            distance=torch.zeros(batch, team),
            best=torch.zeros(batch, team),
            leg=torch.zeros(batch, team),
            blocked=torch.zeros(batch, team, dtype=torch.int64),
            collisions=torch.zeros(batch, team, dtype=torch.int64),
            progress=torch.zeros(batch, team),
            steps=torch.zeros(batch, dtype=torch.int64),
        )
        able = self._carries.expand(batch, team)
        if config.task == "carry":
            state.worker = able & (able.cumsum(1) <= 2)
        elif config.task == "fetch":
            state.worker = able & (able.cumsum(1) <= 1)
        if config.task == "cover":
            self._assign(state)
        state.distance = self._distances(state)
        state.best, state.leg = state.distance.clone(), state.distance.clone()
        return state

    def _assign(self, state: TeamState) -> None:
        """Give each robot the pole that makes the sum of ways least."""
        from vgym.geometry.matching import match

        team = len(self.kinds)
        ways = torch.stack([self._way(state, state.goals[:, [g]].expand(-1, team)) for g in
                            range(team)], 2)  # fmt: skip
        every = torch.ones(len(ways), team, dtype=torch.bool)
        partner = match(ways, every, every)
        state.goals = state.goals.gather(1, partner)

    def standing(self) -> Tensor:
        """(B, R) bool: whether each robot is where one of its size can be."""
        state = self.state
        assert state is not None
        batch, team = state.pose.shape[:2]
        slot = self._slot(state).repeat_interleave(team)
        return can_stand(
            self.pool,
            slot,
            state.pose[..., :2].reshape(-1, 2),
            state.closed.repeat_interleave(team, 0),
            self._radius.repeat(batch),
        ).reshape(batch, team)

    def begin(self) -> None:
        """Measure every way anew, from where the robots have been put."""
        state = self.state
        assert state is not None
        state.distance = self._distances(state)
        state.best, state.leg = state.distance.clone(), state.distance.clone()

    # -- what the rules read ----------------------------------------------------------------

    def targets(self, state: TeamState) -> Tensor:
        """(B, R) int64: the point each robot should go to now."""
        fetching = (state.phase == 0)[:, None] & state.worker
        return torch.where(fetching, state.thing[:, None], state.goals)

    def _slot(self, state: TeamState) -> Tensor:
        return torch.from_numpy(self.pool.slots(state.world.numpy()))

    def _field(self, state: TeamState, goals: Tensor) -> Tensor:
        keys = (state.world[:, None] * MOST + goals) * len(RADII) + self._radius
        return torch.from_numpy(self.fields.slots(keys.reshape(-1).numpy())).reshape(keys.shape)

    def _way(self, state: TeamState, goals: Tensor) -> Tensor:
        field = self._field(state, goals)
        flat = distance_at(
            self.fields.metres, field.reshape(-1), state.pose[..., :2].reshape(-1, 2)
        )
        return flat.reshape(goals.shape)

    def _distances(self, state: TeamState) -> Tensor:
        return self._way(state, self.targets(state))

    def poles(self, state: TeamState) -> Tensor:
        """(B, R, 2) metres: where the poles stand."""
        return self._places_of(state, state.goals)

    def _places_of(self, state: TeamState, points: Tensor) -> Tensor:
        slots = self._slot(state).tolist()
        found = [
            [self.points(s)[p].targets[0] for p in row]
            for s, row in zip(slots, points.reshape(len(slots), -1).tolist(), strict=True)
        ]
        return torch.tensor(found, dtype=torch.float32).reshape(*points.shape, 2)

    def thing_xy(self, state: TeamState) -> Tensor:
        """(B, 2) metres: where plank or teddy is: on the floor, or with those who hold it."""
        lying = self._places_of(state, state.thing)
        held = state.holding.float()
        middle = (state.pose[..., :2] * held[..., None]).sum(1) / held.sum(1).clamp(min=1)[:, None]
        return torch.where((state.phase > 0)[:, None], middle, lying)

    # -- one step ---------------------------------------------------------------------------

    def step(self, actions: Tensor) -> tuple[Tensor, Tensor, dict[str, Tensor]]:
        """Move all robots at once.

        Args:
            actions: (B, R) int64, checked.

        Returns:
            Rewards (B, R) float32 in [0, 1], success (B,) bool, metrics (B, R) each.
        """
        state = self.state
        assert state is not None
        moved = self._move(state, actions)
        self._interact(state, actions == INTERACT)
        state.steps = state.steps + 1
        before_target = state.distance
        state.distance = torch.where(moved, self._distances(state), before_target)
        taken = self._take(state, actions == INTERACT)
        gained = (state.best - state.distance).clamp(min=0.0)
        gained = torch.where(taken[:, None] & state.worker, state.best, gained)
        legs = torch.where(state.worker, float(self.rule.phases), 1.0)
        share = (gained / (state.leg.clamp(min=1e-6) * legs)).clamp(max=1.0)
        share = torch.where(state.leg > 0, share, 0.0)
        state.best = torch.minimum(state.best, state.distance)
        if taken.any():
            fresh = taken[:, None] & state.worker
            distance = self._distances(state)
            state.distance = torch.where(fresh, distance, state.distance)
            state.best = torch.where(fresh, distance, state.best)
            state.leg = torch.where(fresh, distance, state.leg)
        state.progress = state.progress + share
        success = self._solved(state)
        own = 0.5 * share + 0.5 * success[:, None]
        if self.config.reward == "sparse":
            own = success[:, None].float().expand(-1, len(self.kinds))
        mixed = self.config.team_share
        reward = (1 - mixed) * own + mixed * own.mean(1, keepdim=True)
        metrics = {
            "success": success[:, None].expand(-1, len(self.kinds)),
            "progress": state.progress.clone(),
            "collisions": state.collisions.float(),
            "distance": state.distance.clone(),
        }
        return reward.float(), success, metrics

    def _move(self, state: TeamState, actions: Tensor) -> Tensor:
        """Turn and go; robots that would overlap stay, whoever they are. Who moved: (B, R)."""
        batch, team = actions.shape
        turn = self._turn * ((actions == LEFT).float() - (actions == RIGHT).float())
        yaw = wrap_angle(state.pose[..., 2] + turn)
        going = self._step * (actions == FORWARD).float()
        slot = self._slot(state).repeat_interleave(team)
        xy, struck = advance(
            self.pool,
            slot,
            state.pose[..., :2].reshape(-1, 2),
            yaw.reshape(-1),
            going.reshape(-1),
            state.closed.repeat_interleave(team, 0),
            radius=self._radius.repeat(batch),
        )
        old, new = state.pose[..., :2], xy.reshape(batch, team, 2)
        near = self._size[:, None] + self._size[None]
        struck = struck.reshape(batch, team)
        # Going back may put a robot in another's way, so until nobody has to: R times at most.
        for _ in range(team):
            apart = (new[:, :, None] - new[:, None]).square().sum(-1).sqrt()
            moving = (new != old).any(-1)
            overlap = (apart < near) & ~torch.eye(team, dtype=torch.bool)
            clash = overlap.any(2) & moving
            if self.config.task == "carry":
                clash = clash | (self._leash_broken(state, new) & moving)
            if not clash.any():
                break
            new = torch.where(clash[..., None], old, new)
            struck = struck | clash
        moved = (new != old).any(-1)
        state.pose = torch.cat((new, yaw[..., None]), -1)
        state.collisions = state.collisions + struck
        stuck = (actions == FORWARD) & ~moved
        state.blocked = torch.where(stuck, state.blocked + 1, torch.where(moved, 0, state.blocked))
        return moved

    def _leash_broken(self, state: TeamState, xy: Tensor) -> Tensor:
        """(B, R) bool: who holds the plank while its ends are too near or too far apart."""
        holding = state.holding & (state.phase > 0)[:, None]
        apart = (xy[:, :, None] - xy[:, None]).square().sum(-1).sqrt()
        both = holding[:, :, None] & holding[:, None] & ~torch.eye(xy.shape[1], dtype=torch.bool)
        return (both & ((apart < LEASH[0]) | (apart > LEASH[1]))).any(2)

    def _interact(self, state: TeamState, pressed: Tensor) -> None:
        """Open the doors before those who can."""
        doors = self.pool.door_xy[self._slot(state)]
        apart = doors[:, None] - state.pose[:, :, None, :2]
        near = apart.square().sum(-1).sqrt() <= _DOOR_M  # NaN is not
        opened = (near & (pressed & self._opens)[..., None]).any(1)
        state.closed[:, : opened.shape[1]] &= ~opened

    def _take(self, state: TeamState, pressed: Tensor) -> Tensor:
        """(B,) bool: plank or teddy has just been taken by all who are needed."""
        if self.config.task not in ("carry", "fetch"):
            return torch.zeros(len(pressed), dtype=torch.bool)
        lying = self._places_of(state, state.thing)
        gap = (state.pose[..., :2] - lying[:, None]).square().sum(-1).sqrt()
        reach = (gap <= GRASP_M) & (state.phase == 0)[:, None]
        if self.config.task == "carry":
            state.holding = torch.where(
                (state.phase == 0)[:, None],
                (state.holding | pressed) & reach & state.worker,
                state.holding,
            )
            xy = state.pose[..., :2]
            apart = (xy[:, :, None] - xy[:, None]).square().sum(-1).sqrt()
            both = state.holding[:, :, None] & state.holding[:, None]
            fits = torch.where(both, apart, 0.0).amax((1, 2)) <= LEASH[1]
            taken = (state.holding == state.worker).all(1) & (state.phase == 0) & fits
        else:
            grab = pressed & reach & self._carries
            first = grab & (grab.cumsum(1) == 1)
            taken = first.any(1)
            state.holding = torch.where(taken[:, None], first, state.holding)
            state.worker = torch.where(taken[:, None], first, state.worker)
        state.phase = state.phase + taken
        return taken

    def _solved(self, state: TeamState) -> Tensor:
        """(B,) bool."""
        near = self._way(state, state.goals) <= AT_POLE[self.config.task]
        if self.config.task in ("carry", "fetch"):
            return (near | ~state.worker).all(1) & (state.phase > 0)
        return near.all(1)

    # -- views ------------------------------------------------------------------------------

    def observe(self) -> dict[str, Tensor]:
        """What each robot observes: image (B, R, h, w, 3), goal (B, R, 3)."""
        state = self.state
        assert state is not None
        batch, team = state.pose.shape[:2]
        height, width = self.config.size_hw
        images = torch.zeros(batch * team, height, width, 3, dtype=torch.uint8)
        geometry, code, tint = self._movers(state)
        parts = geometry.shape[1]
        geometry = geometry.repeat_interleave(team, 0)
        # Nobody sees itself: its own parts have no size.
        own = torch.arange(team)[:, None] * BODY + torch.arange(BODY)
        which = own.repeat(batch, 1)
        geometry[torch.arange(batch * team)[:, None], which, 4:] = 0.0
        views = Views(
            scene=self._slot(state).repeat_interleave(team),
            pose=state.pose.reshape(-1, 3),
            pitch=torch.zeros(batch * team),
            eye=torch.tensor([k.eye for k in self.kinds]).repeat(batch),
            fov=torch.tensor([math.radians(k.fov) for k in self.kinds]).repeat(batch),
            toggles=state.closed.repeat_interleave(team, 0),
            geometry=geometry,
            code=code.repeat_interleave(team, 0),
            tint=tint.repeat_interleave(team, 0),
            movers_count=torch.full((batch * team,), parts),
        )
        render(self.pool.scenes, self._texels, views, images)
        return {
            "image": images.reshape(batch, team, height, width, 3),
            "goal": self._directions(state),
        }

    def _directions(self, state: TeamState) -> Tensor:
        """(B, R, 3) metres to the target as the crow flies, cosine and sine of its direction; zeros
        while nobody is told where the thing lies."""
        apart = self._places_of(state, self.targets(state)) - state.pose[..., :2]
        gap = apart.square().sum(-1).sqrt()
        angle = torch.atan2(apart[..., 1], apart[..., 0]) - state.pose[..., 2]
        sensed = torch.stack((gap, angle.cos(), angle.sin()), -1)
        if not self.rule.told:
            sensed = torch.where((state.phase > 0)[:, None, None], sensed, 0.0)
        return sensed

    def _movers(self, state: TeamState) -> tuple[Tensor, Tensor, Tensor]:
        """Everything that is not the place's own: robots, poles, plank or teddy."""
        batch, team = state.pose.shape[:2]
        x, y, yaw = state.pose.unbind(-1)
        rows: list[tuple[Tensor, tuple[int, int, int], tuple[int, int, int]]] = []

        def part(
            at: tuple[Tensor, Tensor, Tensor],
            half: tuple[Tensor | float, Tensor | float],
            z: tuple[Tensor | float, Tensor | float],
            look: tuple[int, int, int],
            colour: tuple[int, int, int],
        ) -> None:
            columns = (at[0], at[1], at[2].cos(), at[2].sin(), *half, *z)
            full = [torch.as_tensor(c, dtype=torch.float32).expand(batch) for c in columns]
            rows.append((torch.stack(full, -1), look, colour))

        for i, kind in enumerate(self.kinds):
            at = x[:, i], y[:, i], yaw[:, i]
            for n in range(BODY):
                shape, hx, hy, low, high, colour = kind.body[min(n, len(kind.body) - 1)]
                part(at, (hx, hy), (low, high), (shape, PLAIN, 0), colour)
        poles = self.poles(state)
        for i in range(team if self.config.task == "cover" else 1):
            foot = poles[:, i, 0], poles[:, i, 1], torch.zeros(batch)
            part(foot, (0.05, 0.05), (0.0, 1.9), (CYLINDER, PLAIN, 0), (220, 20, 30))
        if self.config.task in ("carry", "fetch"):
            xy = self.thing_xy(state)
            held = state.phase > 0
            base = torch.where(held, 0.85, 0.02)
            if self.config.task == "carry":
                ends = state.pose[torch.arange(batch)[:, None], _two(state.worker), :2]
                along = ends[:, 1] - ends[:, 0]
                angle = torch.where(held, torch.atan2(along[:, 1], along[:, 0]), 0.0)
                half = torch.where(held, along.square().sum(1).sqrt() / 2, 0.7)
                at = xy[:, 0], xy[:, 1], angle
                part(at, (half, 0.09), (base, base + 0.06), (BOX, NUMBER["pine"], 0), (255,) * 3)
            else:
                at = xy[:, 0], xy[:, 1], torch.zeros(batch)
                look = (BILLBOARD, NUMBER["teddy_bear"], 1)
                part(at, (0.2, 0.2), (base + 0.6 * held, base + 0.6 * held + 0.4), look, (255,) * 3)
        geometry = torch.stack([row[0] for row in rows], 1)
        code = torch.tensor([(*row[1], 0, -1) for row in rows], dtype=torch.int16)
        tint = torch.tensor([row[2] for row in rows], dtype=torch.uint8)
        return geometry, code.expand(batch, -1, -1), tint.expand(batch, -1, -1)

    def render(self, row: int, size: int = 384) -> NDArray[np.uint8]:
        """One row from above, with its robots, poles and thing: (size, size, 3) uint8."""
        state = self.state
        assert state is not None
        slot = int(self._slot(state)[row])
        world: World = self.pool.worlds[slot]
        plan = map_picture(world, self._texels.numpy(), size)
        image = torch.from_numpy(plan.picture.copy())[None]
        marks = [(p, 4, GOAL) for p in self.poles(state)[row].tolist()]
        if self.config.task in ("carry", "fetch"):
            marks.append((self.thing_xy(state)[row].tolist(), 4, PATH))
        for x, y, yaw in state.pose[row].tolist():
            marks += [((x, y), 7, RING), ((x, y), 6, ROBOT)]
            ahead = 0.25
            marks.append(((x + ahead * math.cos(yaw), y + ahead * math.sin(yaw)), 2, RING))
        for (x, y), radius, colour in marks:
            line = torch.arange(-radius, radius + 1, dtype=torch.float32)
            grid = torch.stack(torch.meshgrid(line, line, indexing="xy"), -1).reshape(-1, 2)
            grid = grid[grid.square().sum(1) <= radius * radius]
            at = (plan.offset_x + plan.scale * x, plan.offset_y - plan.scale * y)
            middle = torch.tensor(at)
            stamp(image, torch.zeros(1, dtype=torch.int64), (middle + grid)[None], colour)
        return np.asarray(image[0].numpy())

    # -- who knows --------------------------------------------------------------------------

    def oracle(self) -> Tensor:
        """(B, R) int64: the next action of a team that knows where everything is."""
        state = self.state
        assert state is not None
        batch, team = state.pose.shape[:2]
        targets = self.targets(state)
        field = self._field(state, targets)
        actions = torch.zeros(batch, team, dtype=torch.int64)
        slot = self._slot(state).numpy()
        for i, kind in enumerate(self.kinds):
            turns = np.zeros(batch, np.int64)
            next_headings(
                self.pool.walkable_array,
                self.fields.array,
                slot,
                np.full(batch, int(self._radius[i])),
                field[:, i].numpy(),
                np.ascontiguousarray(state.pose[:, i].numpy()),
                math.radians(kind.turn),
                np.full(batch, kind.step, np.float32),
                turns,
            )
            way = torch.from_numpy(turns)
            actions[:, i] = torch.where(way > 0, LEFT, torch.where(way < 0, RIGHT, FORWARD))
        # A crowd forms in rings about the pole, and who is stuck near it has come near enough.
        at_pole = AT_POLE[self.config.task]
        ring = (0.3 + 0.3 * torch.arange(team)).clamp(max=at_pole - 0.3)
        arrived = (state.distance < ring) | (
            (state.distance < at_pole - 0.15) & (state.blocked > 6)
        )
        if self.config.task in ("carry", "fetch"):
            gap = (state.pose[..., :2] - self.thing_xy(state)[:, None]).square().sum(-1).sqrt()
            close = (gap < 0.7) | ((gap < GRASP_M - 0.05) & (state.blocked > 3)) | state.holding
            grasp = (state.phase == 0)[:, None] & state.worker & close
            actions = torch.where(grasp, INTERACT, actions)
            # Those without a part in it stay where they are.
            actions = torch.where(state.worker, actions, WAIT)
            arrived = arrived & (state.phase > 0)[:, None] & (state.distance < 0.8)
        elif self.config.task == "cover":
            arrived = state.distance < 0.3
        actions = torch.where(arrived, WAIT, actions)
        # Who stands before a closed door opens it, or waits for one who can.
        shut = (state.blocked > 0) & self._opens & state.closed.any(1)[:, None]
        odd = _shuffle(state.steps[:, None] * 131 + torch.arange(team) * 17 + state.blocked)
        actions = torch.where(shut & (odd % 2 == 0), INTERACT, actions)
        # Of robots that jam, the first in order has the right of way: the others step aside.
        jammed = (state.blocked > 1) & ~arrived
        apart = (state.pose[:, :, None, :2] - state.pose[:, None, :, :2]).square().sum(-1).sqrt()
        index = torch.arange(team)
        yields = (apart < 1.2) & jammed[:, None, :] & (index[None, :] < index[:, None])[None]
        gives_way = yields.any(2) & ~(state.holding & (state.phase > 0)[:, None])
        aside = torch.tensor([LEFT, FORWARD, FORWARD, FORWARD, RIGHT, FORWARD])[odd % 6]
        actions = torch.where(gives_way, aside, actions)
        alone = jammed & ~gives_way & (state.blocked > 4)
        return torch.where(alone, torch.tensor([LEFT, RIGHT, FORWARD])[odd % 3], actions)


def _shuffle(number: Tensor) -> Tensor:
    z = number * 6364136223846793005 + 1442695040888963407
    return ((z ^ (z >> 29)) * 3935559000370003845 >> 33) & 0xFFFF


def _two(worker: Tensor) -> Tensor:
    """(B, 2) int64: the first two who work on it."""
    order = torch.argsort((~worker).to(torch.int8), dim=1, stable=True)
    return order[:, :2]


__all__ = ["ACTIONS", "NAMES", "TOKENS", "TeamEngine"]
