"""The step limit that Gymnasium was told, known to the environment beneath.

`gymnasium.make` keeps ``max_episode_steps`` to itself: a `TimeLimit` counts outside the
environment, which hears nothing of it. But recipes pay by the limit, states are sized by it, and
an episode that ends by its goal on the last step did not run out of time. So an environment looks
at its callers: at what `make` was given when it is made, at the counter when an episode ends.
"""

from __future__ import annotations

import copy
import sys
from types import FrameType
from typing import Any

import gymnasium
from gymnasium.envs import registration
from gymnasium.envs.registration import EnvSpec
from gymnasium.wrappers import TimeLimit


def limit_told_to_make(depth: int = 1) -> dict[str, Any]:
    """The keyword ``max_episode_steps`` as `gymnasium.make` has it; {} where nothing was said.

    Args:
        depth: how many frames above the caller `make` would stand: 1 for an ``__init__`` that it
            calls.

    Made in any other way, an environment is told by its own keyword.
    """
    frame = sys._getframe(1 + depth)
    if frame.f_code is not registration.make.__code__:
        return {}
    told = frame.f_locals["max_episode_steps"]
    if told is None:
        told = frame.f_locals["env_spec"].max_episode_steps
    return {} if told is None else {"max_episode_steps": told}


def not_out_of_time(env: gymnasium.Env[Any, Any]) -> None:
    """Keep a `TimeLimit` above from calling an episode cut off that has just terminated.

    Called in a step of ``env`` that ended the episode: the counter stands still for this step.
    """
    frame: FrameType | None = sys._getframe(1)
    while frame is not None:
        if frame.f_code is TimeLimit.step.__code__:
            limit = frame.f_locals["self"]
            if limit.unwrapped is env and limit._elapsed_steps is not None:
                limit._elapsed_steps -= 1
        frame = frame.f_back


class LimitInSpec:
    """The attribute ``spec``, in which the environment's ``step_limit`` stands."""

    def __get__(self, env: Any, owner: type) -> Any:
        return self if env is None else env.__dict__.get("spec")

    def __set__(self, env: Any, spec: EnvSpec | None) -> None:
        if spec is not None:
            spec = copy.copy(spec)
            spec.max_episode_steps = env.step_limit
        env.__dict__["spec"] = spec
