"""Settings and state of the three levels of command: activate, plan, trajectory."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from torch import Tensor

from vgym.core.config import Config, choice, whole_number

LEVELS = ("activate", "plan", "trajectory")
ACTION = {"activate": "discrete", "plan": "discrete", "trajectory": "continuous"}
MARKS = 6  # marked places of a brief
JOBS = 3  # most jobs of a brief
STEPS = 6  # steps of a plan
LEGS = 2  # robots whose ways are drawn
WAYPOINTS = 5  # points of a drawn way, as in VIKI-Bench

# What a cell of a plan says: 0 wait, 1 to MARKS go to that mark, then the verbs below.
WAIT = 0
OPEN, GRASP, PLACE, LOOK = range(MARKS + 1, MARKS + 5)
ORDERS = MARKS + 5

# What lies at a mark; a chest holds a parcel and must be opened first.
NOTHING, PARCEL, PLANK = range(3)

# Jobs. The last three are done by one kind of robot alone: reach up, look under, look down.
FETCH, HAUL, REACH, CRAWL, FLY = range(5)
SPECIALIST = {REACH: "tall", CRAWL: "small", FLY: "drone"}


@dataclass(frozen=True)
class CommandConfig(Config):
    """Settings of VNavActivate, VNavPlan and VNavTrajectory."""

    actions: ClassVar[tuple[str, ...]] = tuple(dict.fromkeys(ACTION.values()))

    level: str = "activate"  # "activate", "plan" or "trajectory"
    action: str = "discrete"  # "continuous" for trajectories
    robots: int = 6
    rooms: int | None = None  # None: by difficulty, 4 to 12
    worlds: int = 64  # how many places a split has

    def __post_init__(self) -> None:
        choice("level", self.level, LEVELS)
        choice("action", self.action, (ACTION[self.level],))
        super().__post_init__()
        for name, low, high in (("robots", 2, 8), ("rooms", 4, 30), ("worlds", 1, 65536)):
            if name != "rooms" or self.rooms is not None:
                whole_number(name, getattr(self, name), low, high)

    @property
    def room_count(self) -> int:
        """Rooms of a place: 4 at difficulty 0, 12 at difficulty 1."""
        return self.rooms or round(4 + 8 * self.difficulty)

    @property
    def jobs(self) -> int:
        """Jobs of a brief: 1 at difficulty 0, 3 from two thirds on; not more than half the team."""
        return min(JOBS, 1 + int(self.difficulty * 3), self.robots // 2)


@dataclass
class State:
    """One row an episode: R robots, K marks, J jobs, T steps. Metres and radians."""

    world: Tensor  # (B,) int64
    pose: Tensor  # (B, R, 3) float32
    kind: Tensor  # (B, R) int64 into ROBOTS
    mark_xy: Tensor  # (B, K, 2) float32
    mark_look: Tensor  # (B, K, 2) int64 colour and shape
    lies: Tensor  # (B, K) int64 NOTHING, PARCEL or PLANK
    chest: Tensor  # (B, K) bool: closed
    jobs: Tensor  # (B, J, 3) int64 kind, mark, mark to bring it to; -1 for none
    crew: Tensor  # (B, J, R) bool: who should do each job
    reference: Tensor  # (B, T, R) int64
    legs: Tensor  # (B, 2, 2) int64 robot and mark of the ways to draw
    ways: Tensor  # (B, 2, 5, 2) float32 the shortest ways, start left out; 0 at other levels
    tokens: Tensor  # (B, L) int32
    sent: Tensor  # (B, R) bool the answer
    plan: Tensor  # (B, T, R) int64 the answer
    drawn: Tensor  # (B, 2, 5, 2) float32 the answer
    answered: Tensor  # (B,) bool

    @property
    def needed(self) -> Tensor:
        """(B, R) bool: who should go."""
        return self.crew.any(1)
