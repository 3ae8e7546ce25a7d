"""Who does not look earns little: by the direction of the goal alone, and by walking about."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from vgym.core.keys import episode_keys
from vgym.core.task import Task, load_task
from vgym.envs.navigation.actions import FORWARD, LEFT, RIGHT, STOP

TASK = "vgym.envs.navigation.task:NavigationTask"
EPISODES, STEPS = 64, 500

Walker = Callable[[Task[Any], Any, int], Any]


def returns(task: Task[Any], walker: Walker) -> np.ndarray:
    """What a walker earns in each episode. No picture is drawn."""
    seeds = np.arange(EPISODES, dtype=np.uint64)
    state = task.reset(episode_keys(task.salt, seeds, np.zeros(EPISODES, np.int64)))
    earned, done = np.zeros(EPISODES), np.zeros(EPISODES, np.bool_)
    for step in range(STEPS):
        outcome = task.step(state, torch.as_tensor(walker(task, state, step)))
        earned += np.where(done, 0, outcome.reward.numpy())
        done |= outcome.terminated.numpy()
        if done.all():
            break
    return earned


def follow(task: Task[Any], state: Any, step: int) -> Any:
    return task.oracle(state)


class Headlong:
    """Straight for the goal by its sensor; where a move did not change that, aside and on."""

    def __init__(self) -> None:
        self.draws = np.random.default_rng(0)
        self.turns, self.steps = np.zeros(EPISODES, np.int64), np.zeros(EPISODES, np.int64)
        self.side = np.full(EPISODES, LEFT)
        self.last: Any = None
        self.told: Any = None

    def __call__(self, task: Task[Any], state: Any, step: int) -> Any:
        metres, cos, sin = task.sense(state)["goal"].numpy().astype(float).T
        here = metres[:, None] * np.stack((cos, sin), 1)
        if self.told is not None:
            short = np.hypot(*(here - self.told).T) < 0.24
            bumped = short & (self.last == FORWARD)
            self.turns = np.where(bumped, self.draws.integers(2, 5, EPISODES), self.turns)
            self.steps = np.where(bumped, self.draws.integers(2, 7, EPISODES), self.steps)
            other = bumped & (self.draws.random(EPISODES) > 0.7)
            self.side = np.where(other, LEFT + RIGHT - self.side, self.side)
        angle, most = np.arctan2(sin, cos), math.radians(15)
        ahead = np.where(angle > most, LEFT, np.where(angle < -most, RIGHT, FORWARD))
        move = np.where(self.turns > 0, self.side, np.where(self.steps > 0, FORWARD, ahead))
        self.steps -= (self.turns == 0) & (self.steps > 0)
        self.turns -= self.turns > 0
        self.told, self.last = here, np.where(metres < 0.3, STOP, move)
        return self.last


class Wandering:
    """Forward or a turn at random, for as long as it may."""

    def __init__(self) -> None:
        self.draws = np.random.default_rng(0)

    def __call__(self, task: Task[Any], state: Any, step: int) -> Any:
        turn = self.draws.integers(LEFT, RIGHT + 1, EPISODES)
        return np.where(self.draws.random(EPISODES) < 0.6, FORWARD, turn)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("goal", "walker", "difficulty", "most"),
    [
        ("point", Headlong, 0.0, 0.25),
        ("point", Headlong, 0.5, 0.10),
        ("object", Wandering, 0.0, 0.10),
    ],
)
def test_who_does_not_look_earns_little(
    goal: str, walker: type[Any], difficulty: float, most: float
) -> None:
    settings = {"goal": goal, "difficulty": difficulty, "worlds": 16, "max_episode_steps": STEPS}
    task = load_task(TASK, {**settings, "image_size": 36})
    shown = returns(task, follow).mean()
    assert shown > 0.9
    shares = returns(task, walker()) / shown
    assert shares.mean() <= most
