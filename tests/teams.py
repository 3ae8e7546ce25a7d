"""Small teams that several tests play."""

from typing import Any

import numpy as np

from vgym.envs.navigation import team_v0
from vgym.envs.navigation.team.types import TeamState

SMALL: dict[str, Any] = {"image_size": 36, "rooms": 4, "worlds": 3}


def small(task: str = "meet", robots: int = 3, **settings: Any) -> team_v0.TeamParallelEnv:
    return team_v0.parallel_env(robots, task, **{**SMALL, **settings})


def batch(num_envs: int, task: str = "meet", robots: int = 3, **settings: Any) -> Any:
    return team_v0.vector_env(num_envs, robots, task, **{**SMALL, **settings})


def state_of(env: Any) -> TeamState:
    envs = env.batch.envs if isinstance(env, team_v0.TeamParallelEnv) else env.envs
    state: TeamState = envs.state
    return state


def wild(envs: Any, steps: int, seed: int = 0) -> list[dict[str, Any]]:
    """Actions of every robot of a batch, mostly onwards, the same for the same seed."""
    draws = np.random.default_rng(seed)
    shape = (steps, len(envs.agents), envs.num_envs)
    plan = np.where(draws.random(shape) < 0.5, 1, draws.integers(0, 5, shape))
    return [dict(zip(envs.agents, step, strict=True)) for step in plan]
