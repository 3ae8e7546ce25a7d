"""The tasks of one robot: to a thing by its name, to a point, along a described route."""

from __future__ import annotations

import math
from collections.abc import Iterator
from types import MappingProxyType
from typing import Any, ClassVar

import numpy as np
import torch
from gymnasium import spaces
from numpy.typing import NDArray
from torch import Tensor

from vgym.core.config import Config
from vgym.core.speech import Speech
from vgym.core.task import Candidates, Limit, Outcome, Task
from vgym.envs.navigation import actions
from vgym.envs.navigation.actions import STEP_M
from vgym.envs.navigation.dynamics import advance
from vgym.envs.navigation.episodes import Episodes
from vgym.envs.navigation.goals import MOST
from vgym.envs.navigation.limits import (
    counts,
    in_place,
    lengths,
    pose_limits,
    refuse_unless_standing,
)
from vgym.envs.navigation.metrics import (
    WALK_FACTS,
    extend_alignment,
    facts_of,
    metrics_of,
    start_alignment,
)
from vgym.envs.navigation.path_following import distance_at, next_headings
from vgym.envs.navigation.render.camera import Camera
from vgym.envs.navigation.seen_things import things_seen
from vgym.envs.navigation.speech import walk_speech
from vgym.envs.navigation.types import DOORS_MOST, NavigationConfig, State
from vgym.envs.navigation.visibility import in_sight
from vgym.envs.navigation.world_pool import SQUARES
from vgym.geometry.poses import wrap_angle

_TILT = math.radians(15)
_HIGHEST = math.radians(30)
_DOOR_M = 1.25  # from how far a door can be opened


class NavigationTask(Task[State]):
    """## Description
    A robot stands in a furnished home or office, in a maze, or on a map of yours, and is told where
    to go. `VNav`: to a thing, "find the blue armchair"; any thing that fits the words counts.
    `VNavPoint`: to a point, by distance and direction. `VNavInstruction`: along a route that is
    described room by room. It sees textured rooms and furniture through a camera 1.25 m above the
    floor, moves 0.25 m at a time, and must say that it has arrived.

    ## Action Space
    `Discrete`: 0 stop, 1 forward 0.25 m, 2 turn left, 3 turn right (by `turn` degrees); with `look`
    also 4 up, 5 down (15 degrees, at most 30); with `doors="closed"` last of all
    interact, which opens the doors within 1.25 m. `action="continuous"`: `Box` of forward in [0, 1]
    (times 0.25 m), turn in [-1, 1] (times `turn`, left is positive, before moving) and stop in
    [0, 1] (above a half). A robot that runs into something goes as far as it can; it does not slide
    unless `slide=True`.

    ## Observation Space
    A `Dict` of `image` (with `view="dual"` first person and top down side by side, with SeeNav's
    overlays) and `instruction`. `VNavPoint` adds `goal`: metres to the goal as the crow flies, and
    cosine and sine of its direction (left is positive). `depth=True` adds `depth`, float32 metres
    along the view axis; `odometry=True` adds `odometry`: x ahead, y to the left, cosine and sine of
    the heading, relative to the start.

    ## Rewards
    `dense` by default, from 0 to 1 an episode: 0.4 for the share of the way by which a step beats
    the nearest so far (loops and oscillation pay nothing), and 0.8 for success at stop, as SPL with
    every collision as half a metre. The 0.4 are lent: the end of the episode takes them back but
    for 0.2 times the square of the share, so that wandering about and feeling one's way pay
    little. Any recipe that reads navigation facts: `sparse`, `habitat`, `eb-nav`, `vagen-nav`,
    `seenav`, `minigrid`, `miniworld`, `spl`, `soft-spl` and their `-sound` siblings. The published
    checks after every step, without a stop, are `auto_stop=True`.

    ## Starting State
    A function of (source, split, difficulty, rooms, worlds, seed, number of the episode). The goal
    can always be reached, and the start is never on it. The way to a point is bent: at least 1.3
    times as long as the straight line at difficulty 0, 1.7 times at 1 (Habitat's measure of how
    hard an episode is), where the place has such ways. A route is 4 to 28 m long, from anywhere to
    one of up to 24 things of a place that have a name to themselves, and described as it is drawn;
    the robot faces along it, to within 10 degrees. Distances run over cells of 0.125 m and their
    eight neighbours, which makes them up to 8 % longer than a stretched string.

    ## Episode End
    Terminates at stop (with `auto_stop` also on arrival). Truncates after `max_episode_steps`.

    ## Arguments
    `image_size=128`, `reward="dense"`, `difficulty=0.5` (rooms, and how far away the goal is),
    `split="train"`, `source="synthetic"` (homes and offices; or `"home"`, `"office"`, `"maze"`, a
    ROS `map_server` YAML, a MovingAI `.map`, a GeoJSON floor plan), `instruction`,
    `action="discrete"`, `device="cpu"`, `max_episode_steps=500`, `expose="end"`, `view="first"`
    (`"top"`, `"dual"`), `depth`, `odometry`, `fov=90`, `turn=30`, `look`, `doors="open"`, `slide`,
    `auto_stop`, `success_distance` (metres; by default a point 0.36, a thing, or a route's end,
    within 1 m of it and in its room), `rooms`, `worlds=256`.

    ## Metrics
    `success`, `spl`, `soft_spl`, `distance_to_goal` (metres along the shortest path),
    `oracle_success` (was within reach at some time), `ndtw`, `sdtw` and `cls` to the reference path
    with a threshold of 3 m, `path_length`, `collisions`, `explored` (share of the squares of 1 m
    that the robot has been in), `reward_flagged`. At every step `success`, `path_length`,
    `collisions`, `explored` and `reward_flagged`; the others with the end of the episode, or at
    every step with `expose="truth"`.

    ## Version History
    * v0: initial release.
    """

    name: ClassVar[str] = "navigation"
    config_class: ClassVar[type[Config]] = NavigationConfig
    config: NavigationConfig
    told = frozenset({"path_length", "collisions", "explored"})

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        config = self.config
        self.moves = actions.names(config)
        self.action_space = actions.space(config)
        self.episodes = Episodes(config, self.device)
        self.pool = self.episodes.pool
        self.camera = Camera(config, self.pool, self.device, self.moves)
        self.vocabulary = self.episodes.vocabulary
        self.instruction_length = self.episodes.tokens
        self.sensors = MappingProxyType(self._sensors())
        self._watches = self.reads("newly_visible")

    @property
    def default_reward(self) -> str:
        """What `dense` stands for here."""
        return "dense-walk"

    @property
    def stated(self) -> frozenset[str]:
        """Ways in metres, collisions, steps; see the table of facts."""
        return super().stated | WALK_FACTS

    @property
    def picture_hw(self) -> tuple[int, int]:
        """Two views side by side are twice as wide."""
        height, width = self.config.size_hw
        return height, width * (2 if self.config.view == "dual" else 1)

    def reset(self, keys: NDArray[np.uint64]) -> State:
        """New episodes, one for each key."""
        config = self.config
        drawn = {
            name: torch.from_numpy(array).to(self.device)
            for name, array in self.episodes.sample(keys).items()
        }
        batch = len(keys)
        height, width = config.size_hw if config.depth else (0, 0)
        points = int(config.max_episode_steps or 0) + 1
        references = drawn["reference"].shape[1]

        def zeros(*shape: int, dtype: torch.dtype = torch.float32) -> Tensor:
            return torch.zeros(batch, *shape, dtype=dtype, device=self.device)

        state = State(
            **drawn,
            pose=drawn["start"].clone(),
            pitch=zeros(),
            closed=torch.ones(
                batch,
                DOORS_MOST if config.doors == "closed" else 0,
                dtype=torch.bool,
                device=self.device,
            ),
            distance=zeros(),
            best=zeros(),
            start_distance=zeros(),
            path_length=zeros(),
            collisions=zeros(dtype=torch.int64),
            steps=zeros(dtype=torch.int64),
            last_action=zeros(dtype=torch.int64) - 1,
            visible=zeros(dtype=torch.bool),
            reached=zeros(dtype=torch.bool),
            path=zeros(points, 2),
            path_count=zeros(dtype=torch.int64) + 1,
            reference_length=zeros(),
            aside=zeros(),
            warping=zeros(references, dtype=torch.float64),
            nearest=zeros(references),
            visited=zeros(SQUARES * SQUARES, dtype=torch.bool),
            explored=zeros(dtype=torch.int64),
            depth=zeros(height, width),
        )
        state.path[:, 0] = state.pose[:, :2]
        state.distance = self._distance(state)
        state.best, state.start_distance = state.distance.clone(), state.distance.clone()
        state.reached = state.distance < config.reach_m
        self._visit(state)
        start_alignment(state)
        if self._watches:
            state.visible = in_sight(self.pool, self._slot(state), state, config.fov)
        return state

    def step(self, state: State, action: Tensor, unread: Tensor | None = None) -> Outcome:
        """Act, then look where that led."""
        before = {
            name: getattr(state, name)
            for name in ("distance", "best", "collisions", "visible", "pose", "pitch", "closed")
        }
        stop = self._move(state, action, unread)
        state.steps = state.steps + 1
        moved = (state.pose[:, :2] != before["pose"][:, :2]).any(1)
        self._note_path(state, moved)
        state.distance = torch.where(moved, self._distance(state), before["distance"])
        state.best = torch.minimum(before["best"], state.distance)
        arrived = state.distance < self.config.reach_m
        state.reached = state.reached | arrived
        ends = stop | arrived if self.config.auto_stop else stop
        success = ends & arrived
        limit = self.config.max_episode_steps
        facts = facts_of(state, before, success, ends, limit, unread)
        if self._watches:
            state.visible = in_sight(self.pool, self._slot(state), state, self.config.fov)
            facts["newly_visible"] = state.visible & ~before["visible"]
        squares = self.pool.squares[self._slot(state)]
        changed = (state.pose != before["pose"]).any(1) | (state.pitch != before["pitch"])
        changed = changed | (state.closed != before["closed"]).any(1)
        if self.config.view == "dual":
            changed = torch.ones_like(changed)
        return self.outcome(
            facts,
            terminated=ends,
            metrics=metrics_of(state, success, squares),
            picture_changed=changed,
        )

    def limits(self, state: State) -> Iterator[Limit]:
        """Of the place and what is in it, then of where the robot is and has been."""
        yield Limit("world", 0, self.pool.count - 1)
        slot = self._slot(state)
        goals = [len(self.episodes.goals(s)) - 1 for s in slot.tolist()]
        yield Limit("goal", 0, torch.tensor(goals, device=self.device))
        field = state.world * MOST + state.goal
        yield Limit("field", field, field)
        inside = in_place(self.pool, slot)
        yield Limit("targets", 0, inside[:, None])
        yield Limit("things", -1, np.iinfo(np.int16).max)  # looked for in labels, of that type
        for name in ("pose", "start"):
            yield pose_limits(name, inside)
            refuse_unless_standing(name, self.pool, slot, getattr(state, name)[:, :2])
        yield Limit("pitch", -_HIGHEST - 1e-6, _HIGHEST + 1e-6)
        yield Limit("tokens", 0, self.vocabulary_size - 1)
        yield Limit("last_action", -1, len(actions.NAMES) - 1)
        yield from lengths("distance", "best", "start_distance", "path_length", "reference_length")
        yield from lengths("aside", "nearest", "depth")
        yield Limit("warping", -1)  # a difference of sums
        yield from counts("collisions", "steps")
        yield Limit("path", 0, inside[:, None])
        yield Limit("path_count", 1, state.path.shape[1])
        yield Limit("reference", 0, inside[:, None])
        yield Limit("reference_count", 0, state.reference.shape[1])
        yield Limit("explored", 0, SQUARES * SQUARES)

    def draw(self, state: State, images: Tensor, rows: Tensor | None = None) -> None:
        """The views, and the depth that the camera measures on the way."""
        self.camera.draw(state, self._slot(state), images, rows)

    def sense(self, state: State) -> dict[str, Tensor]:
        """The goal's direction, depth and odometry, as far as they are asked for."""
        config = self.config
        sensed = {}
        if config.goal == "point":
            sensed["goal"] = _polar(state.pose, state.targets[:, 0])
        if config.depth:
            sensed["depth"] = state.depth
        if config.odometry:
            sensed["odometry"] = _relative(state.start, state.pose)
        return sensed

    def instructions(self, state: State, rows: list[int]) -> list[str]:
        """Where to go, in words."""
        tokens = state.tokens[rows].cpu().numpy()
        return [self.vocabulary.decode(row) for row in tokens]

    def oracle(self, state: State) -> Tensor:
        """The next move along the shortest path; stop where the goal is within reach."""
        turns = torch.zeros(len(state.pose), dtype=torch.int64)
        turn = math.radians(self.config.turn)
        # First: looking up fields may make room for more and move them.
        slot, field = self._slot(state), self.episodes.fields_of(state.field)
        next_headings(
            self.pool.walkable_array,
            self.episodes.fields.array,
            slot.cpu().numpy(),
            np.zeros(len(turns), np.int64),
            field.cpu().numpy(),
            state.pose.cpu().numpy(),
            turn,
            np.full(len(turns), STEP_M, np.float32),
            turns.numpy(),
        )
        turns = turns.to(self.device)
        stop = state.distance < self.config.reach_m
        shut = torch.zeros_like(stop)
        if state.closed.shape[1]:
            step = torch.full_like(state.distance, STEP_M)
            here, yaw = state.pose[:, :2], state.pose[:, 2]
            ends = [
                advance(self.pool, slot, here, yaw, step, closed)[0]
                for closed in (state.closed, torch.zeros_like(state.closed))
            ]
            shut = (ends[0] != ends[1]).any(1) & (turns == 0)
        return actions.encode(self.config, self.moves, stop, turns, shut)

    def speech(self) -> Speech:
        """Moves, and where the goal is."""
        return walk_speech(self.config, self.moves, self.action_space)

    def candidates(self, state: State) -> Candidates | None:
        """The named things in view; None where no thing is asked for, or it is shown from above."""
        if self.config.goal != "object" or self.config.view == "top":
            return None
        slot = self._slot(state)
        worlds = [self.pool.worlds[number] for number in slot.tolist()]
        return things_seen(
            self.camera.labels(state, slot), worlds, state.things, state.start[:, :2]
        )

    def portrait(self, state: State) -> NDArray[np.uint8]:
        """Both views with instruction, way so far, and goal."""
        return self.camera.portrait(state, self._slot(state), self.instructions(state, [0])[0])

    def _slot(self, state: State) -> Tensor:
        return self.episodes.slots_of(state.world)

    def _distance(self, state: State) -> Tensor:
        rows = self.episodes.fields_of(state.field)
        return distance_at(self.episodes.fields.metres, rows, state.pose[:, :2])

    def _move(self, state: State, action: Tensor, unread: Tensor | None) -> Tensor:
        """Turn, go, look, open; which rows said stop: (B,) bool."""
        config = self.config
        move = actions.decode(config, self.moves, action)
        if unread is not None:
            move = actions.without(move, unread)
        yaw = wrap_angle(state.pose[:, 2] + move.turn)
        xy, blocked = advance(
            self.pool,
            self._slot(state),
            state.pose[:, :2],
            yaw,
            move.forward,
            state.closed,
            config.slide,
        )
        state.path_length = state.path_length + (xy - state.pose[:, :2]).square().sum(1).sqrt()
        state.pose = torch.cat((xy, yaw[:, None]), 1)
        state.collisions = state.collisions + blocked
        state.pitch = (state.pitch + move.tilt * _TILT).clamp(-_HIGHEST, _HIGHEST)
        if state.closed.shape[1]:
            state.closed = state.closed & ~(self._doors_in_reach(state) & move.interact[:, None])
        state.last_action = move.code
        return move.stop

    def _doors_in_reach(self, state: State) -> Tensor:
        """(B, D) bool."""
        doors = self.pool.door_xy[self._slot(state)]
        near = torch.zeros_like(state.closed)
        apart = doors - state.pose[:, None, :2]
        near[:, : doors.shape[1]] = apart.square().sum(-1).sqrt() <= _DOOR_M  # NaN is not
        return near

    def _note_path(self, state: State, moved: Tensor) -> None:
        last = state.path.shape[1] - 1
        at = torch.where(moved, state.path_count, state.path_count - 1).clamp(max=last)
        rows = torch.arange(len(moved), device=self.device)
        state.path[rows, at] = state.pose[:, :2]
        state.path_count = at + 1
        extend_alignment(state, moved)
        self._visit(state)

    def _visit(self, state: State) -> None:
        """Mark the square of the coarse map that each robot is in."""
        side = self.pool.square_m[self._slot(state)][:, None]
        square = (state.pose[:, :2] / side).floor().clamp(0, SQUARES - 1).long()
        rows = torch.arange(len(square), device=self.device)
        index = square[:, 1] * SQUARES + square[:, 0]
        state.explored = state.explored + ~state.visited[rows, index]
        state.visited[rows, index] = True

    def _sensors(self) -> dict[str, spaces.Box]:
        config = self.config
        sensors: dict[str, spaces.Box] = {}
        far = np.float32(1e4)
        if config.goal == "point":
            sensors["goal"] = spaces.Box(
                np.array([0, -1, -1], np.float32), np.array([far, 1, 1], np.float32)
            )
        if config.depth:
            sensors["depth"] = spaces.Box(np.float32(0), far, config.size_hw, np.float32)
        if config.odometry:
            sensors["odometry"] = spaces.Box(
                np.array([-far, -far, -1, -1], np.float32), np.array([far, far, 1, 1], np.float32)
            )
        return sensors


def _polar(pose: Tensor, xy: Tensor) -> Tensor:
    """(B, 3) metres to a place, cosine and sine of its direction from the robot's own."""
    apart = xy - pose[:, :2]
    gap = apart.square().sum(1).sqrt()
    angle = torch.atan2(apart[:, 1], apart[:, 0]) - pose[:, 2]
    return torch.stack((gap, angle.cos(), angle.sin()), 1)


def _relative(start: Tensor, pose: Tensor) -> Tensor:
    """(B, 4) x ahead and y to the left of the start, cosine and sine of the turn since."""
    apart = pose[:, :2] - start[:, :2]
    cos, sin = start[:, 2].cos(), start[:, 2].sin()
    turned = pose[:, 2] - start[:, 2]
    return torch.stack(
        (
            apart[:, 0] * cos + apart[:, 1] * sin,
            apart[:, 1] * cos - apart[:, 0] * sin,
            turned.cos(),
            turned.sin(),
        ),
        1,
    )
