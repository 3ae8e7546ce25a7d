"""Settings and state of VNavTeam, and the rules of its tasks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from torch import Tensor

from vgym.core.config import Config, choice, whole_number
from vgym.envs.navigation.team.robots import NAMES, ROBOTS

WAIT, FORWARD, LEFT, RIGHT, INTERACT = range(5)
ACTIONS = 5


class Rules(NamedTuple):
    """What one cooperative task asks for."""

    task: str
    kinds: tuple[str, ...]  # of the robots by default, repeated as needed
    words: str
    reach_m: float  # along the way to its pole, within which a robot is at it; a crowd needs room
    hands: int = 0  # how many robots must take the plank or the teddy
    closed: bool = False  # every door is, at first
    apart: bool = False  # each robot has a pole of its own
    told: bool = True  # robots sense the direction of their target from the start


TASKS = {
    rules.task: rules
    for rules in (
        Rules("meet", NAMES, "meet at the red pole", 2.5),
        Rules("cover", NAMES, "stand at one red pole each", 1.0, apart=True),
        Rules(
            "carry",
            ("wheeled", "tall", "small", "drone"),
            "carry the plank to the red pole",
            2.25,
            hands=2,
        ),
        Rules(
            "open",
            ("tall", "small", "drone", "wheeled"),
            "open doors. all go to the red pole",
            2.5,
            closed=True,
        ),
        Rules(
            "fetch",
            ("wheeled", "drone", "small", "tall"),
            "bring the teddy to the red pole",
            1.0,
            hands=1,
            told=False,
        ),
    )
}
TASK_NAMES = tuple(TASKS)


@dataclass(frozen=True)
class TeamConfig(Config):
    """Settings of VNavTeam."""

    image_size: int | tuple[int, int] = 64
    action: str = "discrete"
    max_episode_steps: int = 400
    mission: str = "meet"  # by PettingZoo `task`, which is another thing on the loop
    robots: int = 4
    kinds: tuple[str, ...] | None = None  # of each robot; None: what suits the task
    team_share: float = 0.5  # of a robot's reward that is the team's mean
    rooms: int | None = None  # None: by difficulty, 4 to 30
    worlds: int = 64

    def __post_init__(self) -> None:
        super().__post_init__()
        choice("task", self.mission, TASK_NAMES)
        for name, low, high in (("robots", 2, 8), ("rooms", 4, 30), ("worlds", 1, 65536)):
            if name != "rooms" or self.rooms is not None:
                whole_number(name, getattr(self, name), low, high)
        if not (isinstance(self.team_share, int | float) and 0 <= self.team_share <= 1):
            raise ValueError(f"team_share={self.team_share!r} must be in [0, 1]")
        if self.kinds is not None:
            for kind in self.kinds:
                choice("kind of robot", kind, NAMES)
            if len(self.kinds) != self.robots:
                raise ValueError(
                    f"kinds={self.kinds!r} names {len(self.kinds)} robots, robots={self.robots}"
                )
        self._check_abilities()

    @property
    def rules(self) -> Rules:
        """Those of the task."""
        return TASKS[self.mission]

    @property
    def team(self) -> tuple[int, ...]:
        """The kind of each robot, by number."""
        kinds = self.rules.kinds
        names = self.kinds or tuple(kinds[i % len(kinds)] for i in range(self.robots))
        return tuple(NAMES.index(name) for name in names)

    @property
    def room_count(self) -> int:
        """Rooms of a place: 4 at difficulty 0, 30 at difficulty 1."""
        return self.rooms or round(4 + 26 * self.difficulty**2)

    def _check_abilities(self) -> None:
        robots = [ROBOTS[number] for number in self.team]
        able = sum(robot.can_open if self.rules.closed else robot.can_carry for robot in robots)
        needed = max(self.rules.hands, int(self.rules.closed))
        if able < needed:
            raise ValueError(
                f"task={self.mission!r} needs {needed} robots that can do it; of the kinds "
                f"{[robot.name for robot in robots]} {able} can (wheeled and tall)"
            )


@dataclass
class TeamState:
    """One row an episode, R robots. Metres and radians."""

    world: Tensor  # (B,) int64
    pose: Tensor  # (B, R, 3) float32
    goals: Tensor  # (B, R) int64 the pole of each robot, by number of the place's points
    thing: Tensor  # (B,) int64 the point where plank or teddy lies at first
    phase: Tensor  # (B,) int64 0 until it has been taken
    worker: Tensor  # (B, R) bool who may take plank or teddy; once it is taken, who has it
    holding: Tensor  # (B, R) bool
    closed: Tensor  # (B, D) bool doors
    distance: Tensor  # (B, R) float32 to the own target
    best: Tensor  # (B, R) float32 least since it became the target
    leg: Tensor  # (B, R) float32 when it became the target
    path_length: Tensor  # (B, R) float32
    blocked: Tensor  # (B, R) int64 steps in a row without getting on
    collisions: Tensor  # (B, R) int64
    progress: Tensor  # (B, R) float32 work done so far, in [0, 1]; see `credit`
    steps: Tensor  # (B,) int64
