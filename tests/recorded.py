"""Episodes written down: what was done, the state around it, and what the task said came of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from gymnasium import spaces
from gymnasium.vector import AutoresetMode
from numpy.typing import NDArray
from rollouts import make_vec, middling, small, unseen

from vgym.core import state as states
from vgym.core.vector_env import VectorEnv
from vgym.registration import row_of

Policy = Callable[[int], Any]  # from the number of the step to actions


@dataclass(frozen=True)
class Step:
    """One step of a batch. Every array is (B, ...)."""

    first: NDArray[np.bool_]  # the episode begins with it
    before: dict[str, NDArray[Any]]  # the state, by field
    action: Any
    after: dict[str, NDArray[Any]]
    facts: dict[str, torch.Tensor]
    reward: NDArray[np.float32]
    over: NDArray[np.bool_]  # the episode ends with it


def anything(facts: dict[str, torch.Tensor]) -> torch.Tensor:
    """A reward that may read any fact, so that all are stated."""
    return torch.zeros(len(facts["format_ok"]))


def make(env_id: str, num_envs: int, **settings: Any) -> Any:
    """A small batch that states all its facts, is reset by hand and is not looked at."""
    settings = {"image_size": 36, "reward": anything, **settings}
    settings["autoreset_mode"] = AutoresetMode.DISABLED
    row = row_of(env_id)
    if row.made_by:  # of PettingZoo; the loop behind it is the one that all have
        return unseen(VectorEnv(row.task, num_envs, **{**small(env_id), **settings}))
    return unseen(make_vec(env_id, num_envs, **settings)).unwrapped


def record(envs: Any, policy: Policy, steps: int, seed: int | list[int] = 0) -> list[Step]:
    """Play; a row whose episode ends begins its next one."""
    envs.reset(seed=seed)
    envs.action_space.seed(0)
    first, before = np.ones(envs.num_envs, np.bool_), _held(envs)
    walk = []
    for number in range(steps):
        action = policy(number)
        _, reward, terminated, truncated, _ = envs.step(action)
        over = terminated | truncated
        facts = {name: fact.clone() for name, fact in envs.facts.items()}
        walk.append(Step(first, before, action, _held(envs), facts, reward, over))
        if over.any():
            envs.reset(options={"reset_mask": over})
        first, before = over, _held(envs)
    return walk


def _held(envs: Any) -> dict[str, NDArray[Any]]:
    return {name: tensor.numpy() for name, tensor in states.flatten(envs.state).items()}


def random(envs: Any) -> Policy:
    """Any action."""
    return lambda number: envs.action_space.sample()


def oracle(envs: Any) -> Policy:
    """The solving action."""
    return lambda number: envs.oracle()


def still(envs: Any) -> Policy:
    """As little as can be done: nothing, looking left and right, or always the same answer."""
    task = envs.task
    if task.name == "team":
        return lambda number: np.zeros((envs.num_envs, *task.action_space.shape), np.int64)
    if task.name == "maze":
        return lambda number: np.full(envs.num_envs, 4)
    if task.name == "navigation" and isinstance(task.action_space, spaces.Discrete):
        return lambda number: np.full(envs.num_envs, 2 + number % 2)
    if task.name == "navigation":
        return lambda number: np.zeros((envs.num_envs, *task.action_space.shape), np.float32)
    if task.name == "gui-flow":  # type a text that the instruction does not give
        return lambda number: np.array([[1, 0, 0, 4]] * envs.num_envs)
    return lambda number: np.stack([middling(task.action_space)] * envs.num_envs)


def loops(envs: Any) -> Policy:
    """Some way on, then all that leads back: turning in place, to and fro, into walls and back,
    doing nothing, a random stretch, and nothing again."""
    task, sample, nothing = envs.task, envs.action_space.sample, still(envs)
    plan: list[Any] = ["oracle"] * 4
    if task.name == "gui-flow":
        back = np.array([[4, 0, 0, 0]] * envs.num_envs)
        plan = ["oracle", back, back, "oracle", "oracle", back, "still", back, back, "still"] * 3
    elif task.name == "team":  # who turns faster waits for the others
        turns, robots = task.team.turn.numpy(), len(task.agents)
        around = [np.where(turns * n < np.pi - 1e-4, 2, 0) for n in range(6)]
        forward = np.ones(robots, np.int64)
        plan += around * 2 + [forward, *around] * 4 + [*[forward] * 10, *around] * 2 + ["still"] * 6
        plan += [forward] * 5 + [*around, forward] * 4 + [np.full(robots, 4)] * 2
    elif task.name in ("maze", "navigation"):
        forward, left = (0, 1) if task.name == "maze" else (1, 2)
        half = round(180 / task.config.turn)
        around = [left] * half
        plan += around * 2 + [forward, *around] * 4 + [*[forward] * 10, *around] * 2 + ["still"] * 6
        plan += [forward] * 5 + [*around, forward] * 4 + [3] * 3 * (task.name == "maze")
    plan += ["random"] * 12 + ["still"] * 6

    def act(number: int) -> Any:
        move = plan[number % len(plan)]
        if isinstance(move, str):
            chosen = {"oracle": envs.oracle, "random": sample, "still": lambda: nothing(number)}
            return chosen[move]()
        if isinstance(move, np.ndarray):
            return np.broadcast_to(move, (envs.num_envs, move.shape[-1]))
        if isinstance(task.action_space, spaces.Discrete):
            return np.full(envs.num_envs, move)
        action = np.zeros((envs.num_envs, *task.action_space.shape), np.float32)
        action[:, 0], action[:, 1] = move == 1, move == 2
        return action

    return act
