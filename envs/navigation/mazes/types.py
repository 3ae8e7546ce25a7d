"""Settings and state of VMaze, and the protocols of its paradigms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, NamedTuple

import numpy as np
from torch import Tensor

from vgym.core.config import Config, choice


class Paradigm(NamedTuple):
    """One paradigm's protocol. Trials and steps of the paper are CheeseBench's, arXiv 2604.10825;
    the short ones are ours, so that a session takes a few hundred steps, as are the criteria of
    more than three trials, where a guess is right half of the time, and reversals."""

    name: str
    trials: int
    steps: int  # of a trial
    paper_trials: int
    paper_steps: int
    spots: int  # places that matter: holes, ends of arms, levers, chambers
    reach: float  # metres from a spot within which one is on it
    legs: int  # targets one after another in a trial
    choices: int  # how many things may be hidden
    anew: bool  # whether every trial hides anew
    run: int  # successful trials in a row that meet the criterion
    reversal: bool  # then hidden elsewhere, and the criterion is to be met again
    direct: bool  # whether a successful trial must go straight there: nothing shows a detour
    words: str  # what the agent is told


PARADIGMS: tuple[Paradigm, ...] = (
    Paradigm(
        "morris", 10, 90, 20, 500, 4, 0.45, 1, 4, False, 3, True, True,
        "find the hidden platform",
    ),
    Paradigm(
        "barnes", 10, 90, 16, 300, 12, 0.3, 1, 12, False, 3, True, False,
        "find the hole that leads out",
    ),
    Paradigm(
        "star", 10, 120, 40, 300, 5, 0.6, 1, 5, False, 3, True, False,
        "find the arm with the food",
    ),
    Paradigm(
        "t_maze", 10, 60, 40, 200, 2, 0.6, 1, 2, False, 3, True, False,
        "choose an arm of the maze",
    ),
    Paradigm(
        "radial_arm", 5, 200, 20, 400, 8, 0.6, 4, 70, False, 3, False, False,
        "collect the food in the arms",
    ),
    Paradigm(
        "dnms", 9, 70, 100, 50, 2, 0.9, 2, 2, True, 6, False, False,
        "press the light. later press the other one",
    ),
    Paradigm(
        "operant", 10, 100, 50, 100, 2, 0.9, 1, 2, False, 3, True, False,
        "press a lever for food",
    ),
    Paradigm(
        "shuttle_box", 8, 45, 40, 50, 2, 1.0, 1, 1, False, 3, False, False,
        "cross over when the light comes on",
    ),
    Paradigm(
        "cpp", 12, 40, 12, 300, 2, 1.0, 1, 2, False, 3, False, False,
        "stay where you like it",
    ),
)  # fmt: skip
NAMES = tuple(p.name for p in PARADIGMS)
SPOTS = max(p.spots for p in PARADIGMS)
VARIANTS = 4  # of each place: other walls, floors and cues
BLOCK = 3  # trials of cpp with one chamber paired: the last of them is a test


@dataclass(frozen=True)
class MazeConfig(Config):
    """Settings of VMaze."""

    unused: ClassVar[tuple[str, ...]] = ("difficulty",)  # a paradigm is as hard as it is

    image_size: int | tuple[int, int] = 128
    action: str = "discrete"
    max_episode_steps: int = 1000
    paradigm: str = "all"  # one of NAMES, or "all": drawn for each episode
    trials: str | int = "short"  # "short", "paper", or how many
    fov: float = 90.0  # degrees, horizontal
    turn: int = 45  # degrees a turn

    def __post_init__(self) -> None:
        super().__post_init__()
        choice("paradigm", self.paradigm, ("all", *NAMES))
        whole = isinstance(self.trials, int | np.integer) and not isinstance(self.trials, bool)
        if not whole:
            choice("trials", self.trials, ("short", "paper"))
        elif not 1 <= int(self.trials) <= 1000:
            raise ValueError(f"trials={self.trials!r} must be 1 to 1000, 'short' or 'paper'")
        if self.turn not in (15, 30, 45, 90):
            raise ValueError(f"turn={self.turn!r} must be 15, 30, 45 or 90 degrees")
        if not (isinstance(self.fov, int | float) and 20 <= self.fov <= 150):
            raise ValueError(f"fov={self.fov!r} must be 20 to 150 degrees")

    def session(self, paradigm: Paradigm) -> tuple[int, int]:
        """(trials, steps of a trial) of a session."""
        if self.trials == "paper":
            return paradigm.paper_trials, paradigm.paper_steps
        if self.trials == "short":
            return paradigm.trials, paradigm.steps
        return int(self.trials), paradigm.steps


@dataclass
class MazeState:
    """One row an episode, which is a session of trials."""

    paradigm: Tensor  # (B,) int64 into PARADIGMS
    world: Tensor  # (B,) int64 number of the place
    seed: Tensor  # (B,) int64 of the draws of later trials
    hidden: Tensor  # (B,) int64 the spot that pays in this trial; the pattern of baited arms
    pose: Tensor  # (B, 3) float32
    trial: Tensor  # (B,) int64 number of the trial
    trials: Tensor  # (B,) int64 of the session
    trial_steps: Tensor  # (B,) int64 so far
    trial_limit: Tensor  # (B,) int64
    phase: (
        Tensor  # (B,) int64 of a trial: dnms sample, delay, choice; shuttle box rest, light, shock;
        # 1 while there is food: operant, cpp
    )
    timer: Tensor  # (B,) int64 steps of the phase
    visited: Tensor  # (B, SPOTS) bool in this trial
    on_spot: Tensor  # (B,) int64 the spot stood on after the last step, -1 for none
    earned: Tensor  # (B,) int64 rewards of an operant trial; steps in the paired chamber of cpp
    slips: Tensor  # (B,) int64 errors of this trial
    streak: Tensor  # (B,) int64 successful trials in a row
    reversals: Tensor  # (B,) int64 how often the criterion has been met and things hidden anew
    credit: Tensor  # (B,) int64 the most trials of the criterion done so far
    solved: Tensor  # (B,) int64 successful trials
    errors: Tensor  # (B,) int64 wrong arms, holes and levers
    memory_errors: Tensor  # (B,) int64 arms entered again in one trial
    steps: Tensor  # (B,) int64
    collisions: Tensor  # (B,) int64
    path_length: Tensor  # (B,) float32
    target: Tensor  # (B,) int64 the spot to go to next, -1 for none
    distance: Tensor  # (B,) float32 to it
    best: Tensor  # (B,) float32 least since it became the target
    leg: Tensor  # (B,) float32 distance when it became the target
    leg_done: Tensor  # (B,) bool: the target has been reached; getting nearer pays no more
