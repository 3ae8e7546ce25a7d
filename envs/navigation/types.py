"""Settings and state of one robot's tasks: VNav, VNavPoint and VNavInstruction."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from torch import Tensor

from vgym.core.config import Config, choice, whole_number

GOALS = ("object", "point", "route")
VIEWS = ("first", "top", "dual")
ACTIONS = ("discrete", "continuous")
DOORS = ("open", "closed")
TURNS = (10, 15, 30, 45, 90)
REFERENCE = 128  # most points of a reference path
TARGETS = 8  # most things of one goal that are looked out for
DOORS_MOST = 64  # most doors of a place that can be closed

# Metres within which a goal counts as reached. Point: twice the robot's radius, as in the Habitat
# challenges; thing, or a route that ends at one: Habitat's distance to a place from which it is in
# reach.
SUCCESS_DISTANCE = {"point": 0.36, "object": 0.1, "route": 0.1}


@dataclass(frozen=True)
class NavigationConfig(Config):
    """Settings of VNav, VNavPoint and VNavInstruction."""

    sources: ClassVar[tuple[str, ...]] = ("synthetic", "home", "office", "maze")
    reads_files: ClassVar[bool] = True
    actions: ClassVar[tuple[str, ...]] = ACTIONS

    image_size: int | tuple[int, int] = 128  # of one view
    action: str = "discrete"
    max_episode_steps: int = 500
    goal: str = "object"  # "object", "point" or "route"
    view: str = "first"  # "first", "top" or "dual": both side by side
    depth: bool = False  # observe metric depth too
    odometry: bool = False  # observe the pose relative to the start
    fov: float = 90.0  # degrees, horizontal
    turn: int = 30  # degrees a turn
    look: bool = False  # actions that tilt the camera
    doors: str = "open"  # "closed": all are, and `interact` opens those near
    slide: bool = False  # go on along a wall that is run into
    auto_stop: bool = False  # solved on arrival, without a stop
    success_distance: float | None = None  # metres; None: the goal's own, see SUCCESS_DISTANCE
    rooms: int | None = None  # how many a place has; None: by difficulty, 4 to 30
    worlds: int = 256  # how many places a split has

    def __post_init__(self) -> None:
        super().__post_init__()
        for name, valid in (
            ("goal", GOALS),
            ("view", VIEWS),
            ("doors", DOORS),
        ):
            choice(name, getattr(self, name), valid)
        for name in ("depth", "odometry", "look", "slide", "auto_stop"):
            if not isinstance(getattr(self, name), bool | np.bool_):
                raise ValueError(f"{name}={getattr(self, name)!r} must be True or False")
        if self.turn not in TURNS:
            raise ValueError(f"turn={self.turn!r} must be one of {TURNS} degrees")
        if not (_is_real(self.fov) and 20 <= self.fov <= 150):
            raise ValueError(f"fov={self.fov!r} must be 20 to 150 degrees")
        reach = self.success_distance
        if reach is not None and not (_is_real(reach) and 0 < reach <= 10):
            raise ValueError(f"success_distance={reach!r} must be above 0 and at most 10 metres")
        for name, low, high in (("rooms", 4, 30), ("worlds", 1, 65536)):
            if name != "rooms" or self.rooms is not None:
                whole_number(name, getattr(self, name), low, high)
        if self.max_episode_steps > 10_000:
            raise ValueError(
                f"max_episode_steps={self.max_episode_steps!r} must be 1 to 10000: the path so "
                "far is kept"
            )

    @property
    def room_count(self) -> int:
        """Rooms of a place: 4 at difficulty 0, 30 at difficulty 1."""
        return self.rooms or round(4 + 26 * self.difficulty**2)

    @property
    def reach_m(self) -> float:
        """Metres within which the goal counts as reached."""
        return self.success_distance or SUCCESS_DISTANCE[self.goal]


@dataclass
class State:
    """One row an episode. Metres and radians; frame of the place."""

    world: Tensor  # (B,) int64 number of the place
    goal: Tensor  # (B,) int64 number of the goal in its place
    field: Tensor  # (B,) int64 key of the distance field
    targets: Tensor  # (B, TARGETS, 2) float32 where the goal is: things that count, repeated
    things: Tensor  # (B, TARGETS) int64 which things those are, -1 for none
    pose: Tensor  # (B, 3) float32 x, y, yaw
    start: Tensor  # (B, 3) float32
    pitch: Tensor  # (B,) float32 camera, up
    closed: Tensor  # (B, D) bool doors
    tokens: Tensor  # (B, L) int32
    distance: Tensor  # (B,) float32 to the goal, along the shortest path
    best: Tensor  # (B,) float32 least so far
    start_distance: Tensor  # (B,) float32
    path_length: Tensor  # (B,) float32
    collisions: Tensor  # (B,) int64
    steps: Tensor  # (B,) int64
    last_action: Tensor  # (B,) int64, -1 at the start
    visible: Tensor  # (B,) bool the goal was in sight after the last step
    reached: Tensor  # (B,) bool the goal was within reach at some time
    path: Tensor  # (B, T, 2) float32 where the robot has been, without repeats
    path_count: Tensor  # (B,) int64
    reference: Tensor  # (B, M, 2) float32 the way to go
    reference_count: Tensor  # (B,) int64
    reference_length: Tensor  # (B,) float32
    aside: Tensor  # (B,) float32 from the robot to the nearest point of the reference
    warping: Tensor  # (B, M) float64 last row of the alignment of path and reference
    nearest: Tensor  # (B, M) float32 from each point of the reference to the path
    visited: Tensor  # (B, SQUARES ** 2) bool squares of the coarse map
    explored: Tensor  # (B,) int64 how many of them
    depth: Tensor  # (B, h, w) float32 what the camera measured, or (B, 0, 0)


def _is_real(value: object) -> bool:
    return (
        isinstance(value, int | float | np.number)
        and not isinstance(value, bool)
        and math.isfinite(float(value))
    )
