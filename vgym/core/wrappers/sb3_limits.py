"""What Stable-Baselines3 cannot take, said before it fails somewhere inside."""

from __future__ import annotations

from typing import Any

import gymnasium
from gymnasium import spaces
from gymnasium.vector import VectorEnv as GymnasiumVectorEnv

from vgym.core.vector_env import VectorEnv
from vgym.registration import registered, row_of

_ACTIONS = (spaces.Box, spaces.Discrete, spaces.MultiDiscrete, spaces.MultiBinary)


def registered_batch(id: str) -> str:
    """The id, if it makes a native batch.

    Raises:
        ValueError: nobody registered it, it is a team's, or Gymnasium has no batch of it.
    """
    name = id.rpartition(":")[2]
    rows = {row.id: row for row in registered()}
    if name in rows and rows[name].made_by:
        raise ValueError(
            f"{name} is a team of several robots, which SB3 has no form for; its module makes it "
            f"for PettingZoo: {rows[name].made_by}.parallel_env()"
        )
    if ":" in id:  # of a module that registers it when Gymnasium loads it
        return id
    if name not in gymnasium.registry:
        row_of(name)  # names the nearest
    if gymnasium.spec(name).vector_entry_point is None:
        raise ValueError(
            f"{name} has no batch of its own; "
            f"stable_baselines3.common.env_util.make_vec_env({name!r}) makes one of copies"
        )
    return id


def check_spaces(envs: GymnasiumVectorEnv[Any, Any, Any]) -> None:
    """Raises ValueError, with what to do, where SB3 has no form for what is seen or done."""
    try:
        _check_observation(envs)
        _check_action(envs.single_action_space)
    except ValueError:
        envs.close()
        raise


def _check_observation(envs: GymnasiumVectorEnv[Any, Any, Any]) -> None:
    space = envs.single_observation_space
    parts = space.spaces if isinstance(space, spaces.Dict) else {"observation": space}
    for name, part in parts.items():
        if isinstance(part, spaces.Text):
            raise ValueError(f"SB3 takes no text, and {name!r} is text; {_without_text(envs)}")
        if not isinstance(part, _ACTIONS):
            raise ValueError(
                f"SB3 takes no {type(part).__name__} in an observation, and {name!r} is {part}; "
                "flatten it in the task, or with gymnasium.wrappers.vector.TransformObservation"
            )


def _without_text(envs: GymnasiumVectorEnv[Any, Any, Any]) -> str:
    if isinstance(envs.unwrapped, VectorEnv):
        return 'make the environment with instruction="tokens"'
    return (
        "it has no other form here: leave it out with gymnasium.wrappers.vector.FilterObservation "
        'over a batch made with autoreset_mode="Disabled"'
    )


def _check_action(space: spaces.Space[Any]) -> None:
    if not isinstance(space, _ACTIONS):
        raise ValueError(f"SB3 takes no {type(space).__name__} of actions, got {space}")
