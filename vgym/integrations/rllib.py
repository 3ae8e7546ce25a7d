"""Environments for RLlib, by the name ``vgym`` once `register` was called.

    register()
    PPOConfig().environment("vgym", env_config={"env": "VNavPoint-v0", "image_size": 64})

``env_config`` holds the id and settings. Observations are flat vectors, pictures and words one
after the other, as RLlib's default models take them; ``"flat": False`` leaves the dict. A team is
multi-agent. A native batch needs no name: ``environment("vgym:VGround-v0",
env_config={...})`` with ``gym_env_vectorize_mode="vector_entry_point"``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gymnasium

from vgym.core.extras import missing
from vgym.registration import named, row_of

NAME = "vgym"


def register() -> None:
    """Tell RLlib of it; once a process, before an algorithm is built."""
    try:
        from ray.tune.registry import register_env
    except ImportError as error:
        raise missing("RLlib", "rllib", error, alone=True) from error
    register_env(NAME, made)


def made(config: Mapping[str, Any]) -> Any:
    """The environment that a configuration names.

    Args:
        config: ``env``, an id; ``flat`` (True); settings.

    Raises:
        ValueError: there is no such id, or no such setting.
    """
    settings = {**config}
    id = str(settings.pop("env", "")).removeprefix("vgym:")
    flat = settings.pop("flat", True)
    row = row_of(id)
    if row.made_by:
        from ray.rllib.env.wrappers.pettingzoo_env import ParallelPettingZooEnv

        return ParallelPettingZooEnv(named(f"{row.made_by}:parallel_env", id)(**settings))
    env = gymnasium.make(f"vgym:{id}", **settings)
    return gymnasium.wrappers.FlattenObservation(env) if flat else env
