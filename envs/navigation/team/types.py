"""Settings and state of VNavTeam, and its tasks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from torch import Tensor

from vgym.core.config import Config, choice, whole_number
from vgym.envs.navigation.team.robots import NAMES


class TeamTask(NamedTuple):
    """One cooperative task."""

    name: str
    kinds: tuple[str, ...]  # of the robots by default, repeated as needed
    phases: int  # targets one after another of those who work on it
    words: str
    told: bool  # whether robots sense the direction of their target from the start


TASKS: tuple[TeamTask, ...] = (
    TeamTask("meet", NAMES, 1, "meet at the red pole", True),
    TeamTask("cover", NAMES, 1, "stand at one red pole each", True),
    TeamTask(
        "carry", ("wheeled", "tall", "small", "drone"), 2, "carry the plank to the red pole", True
    ),
    TeamTask(
        "open", ("tall", "small", "drone", "wheeled"), 1, "open doors. all go to the red pole", True
    ),
    TeamTask(
        "fetch", ("wheeled", "drone", "small", "tall"), 2, "bring the teddy to the red pole", False
    ),
)
TASK_NAMES = tuple(task.name for task in TASKS)
# Metres along the way to a pole within which a robot is at it. A crowd needs room.
AT_POLE = {"meet": 2.5, "cover": 1.0, "carry": 2.25, "open": 2.5, "fetch": 1.0}
GRASP_M = 1.9  # from how far a plank or a teddy is taken
LEASH = (0.4, 2.6)  # metres between the two who hold a plank


@dataclass(frozen=True)
class TeamConfig(Config):
    """Settings of VNavTeam."""

    image_size: int | tuple[int, int] = 64
    action: str = "discrete"
    max_episode_steps: int | None = 300
    task: str = "meet"
    robots: int = 4
    kinds: tuple[str, ...] | None = None  # of each robot; None: what suits the task
    team_share: float = 0.5  # of a robot's reward that is the team's mean
    rooms: int | None = None  # None: by difficulty, 4 to 30
    worlds: int = 64

    def __post_init__(self) -> None:
        super().__post_init__()
        choice("task", self.task, TASK_NAMES)
        choice("action", self.action, ("discrete",))
        choice("reward", self.reward, ("dense", "sparse"))
        for name, low, high in (("robots", 2, 8), ("rooms", 4, 30), ("worlds", 1, 65536)):
            if name != "rooms" or self.rooms is not None:
                whole_number(name, getattr(self, name), low, high)
        if not (isinstance(self.team_share, int | float) and 0 <= self.team_share <= 1):
            raise ValueError(f"team_share={self.team_share!r} must be in [0, 1]")
        if self.max_episode_steps is None:
            raise ValueError("max_episode_steps=None must be a positive integer")
        if self.kinds is not None:
            for kind in self.kinds:
                choice("kind of robot", kind, NAMES)
            if len(self.kinds) != self.robots:
                raise ValueError(
                    f"kinds={self.kinds!r} names {len(self.kinds)} robots, robots={self.robots}"
                )
        self._check_abilities()

    @property
    def team(self) -> tuple[int, ...]:
        """The kind of each robot, by number."""
        task = TASKS[TASK_NAMES.index(self.task)]
        names = self.kinds or tuple(task.kinds[i % len(task.kinds)] for i in range(self.robots))
        return tuple(NAMES.index(name) for name in names)

    @property
    def room_count(self) -> int:
        """Rooms of a place: 4 at difficulty 0, 30 at difficulty 1."""
        return self.rooms or round(4 + 26 * self.difficulty**2)

    def _check_abilities(self) -> None:
        able = [NAMES[k] in ("wheeled", "tall") for k in self.team]
        needed = {"carry": 2, "open": 1, "fetch": 1}.get(self.task, 0)
        if sum(able) < needed:
            raise ValueError(
                f"task={self.task!r} needs {needed} robots that can do it; of the kinds "
                f"{[NAMES[k] for k in self.team]} {sum(able)} can (wheeled and tall)"
            )


@dataclass
class TeamState:
    """One row an episode, R robots. Metres and radians."""

    world: Tensor  # (B,) int64
    pose: Tensor  # (B, R, 3) float32
    goals: Tensor  # (B, R) int64 the pole of each robot, by number of the place's points
    thing: Tensor  # (B,) int64 the point where plank or teddy lies at first
    phase: Tensor  # (B,) int64 0 until it has been taken
    worker: Tensor  # (B, R) bool who works on plank or teddy
    holding: Tensor  # (B, R) bool
    closed: Tensor  # (B, D) bool doors
    distance: Tensor  # (B, R) float32 to the own target
    best: Tensor  # (B, R) float32 least since it became the target
    leg: Tensor  # (B, R) float32 when it became the target
    blocked: Tensor  # (B, R) int64 steps in a row without getting on
    collisions: Tensor  # (B, R) int64
    progress: Tensor  # (B, R) float32 earned so far, in [0, 1]
    steps: Tensor  # (B,) int64
