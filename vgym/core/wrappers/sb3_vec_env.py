"""Stable-Baselines3's ``VecEnv`` over the native batch: no per-environment stepping, no wrapper."""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Any

import gymnasium
import numpy as np
from gymnasium.vector import AutoresetMode
from numpy.typing import NDArray

try:
    from stable_baselines3.common.vec_env import VecEnv
except ImportError as error:
    raise ImportError(
        f"Stable-Baselines3 cannot be loaded ({error}); install vgym with its extra: "
        "pip install -c constraints.txt -e '.[sb3]'"
    ) from error

from vgym.core.vector_env import VectorEnv


class Sb3VecEnv(VecEnv):
    """A native batch as a Stable-Baselines3 ``VecEnv``.

    Each row that ends gets what SB3 reads from ``infos``: ``terminal_observation``,
    ``TimeLimit.truncated``, ``episode`` (return ``r``, length ``l``, time ``t``), ``is_success``.

    Args:
        envs: a batch made with ``SAME_STEP`` autoreset.

    Raises:
        ValueError: another autoreset mode, or text in the observation, which SB3 cannot take.
    """

    def __init__(self, envs: VectorEnv) -> None:
        if envs.autoreset_mode is not AutoresetMode.SAME_STEP:
            raise ValueError(f"SB3 needs autoreset_mode=SAME_STEP, got {envs.autoreset_mode}")
        if envs.task.text_instruction:
            raise ValueError('SB3 takes no text; make the environment with instruction="tokens"')
        self.envs = envs
        super().__init__(envs.num_envs, envs.single_observation_space, envs.single_action_space)
        self._returns = np.zeros(self.num_envs, np.float64)
        self._lengths = np.zeros(self.num_envs, np.int64)
        self._start = time.time()
        self._actions: NDArray[Any] | None = None

    def reset(self) -> dict[str, NDArray[Any]]:
        """Start over; seeds given to ``seed()`` are used once."""
        seeds = list(self._seeds) if any(s is not None for s in self._seeds) else None
        observation, _ = self.envs.reset(seed=seeds)
        self._reset_seeds()
        self._reset_options()
        self._returns[:] = 0
        self._lengths[:] = 0
        self.reset_infos = [{} for _ in range(self.num_envs)]
        return _arrays(observation)

    def step_async(self, actions: NDArray[Any]) -> None:
        """Take note of the actions for ``step_wait``."""
        self._actions = actions

    def step_wait(
        self,
    ) -> tuple[
        dict[str, NDArray[Any]], NDArray[np.float32], NDArray[np.bool_], list[dict[str, Any]]
    ]:
        """Step the batch with the noted actions."""
        observation, reward, terminated, truncated, info = self.envs.step(self._actions)
        reward, terminated, truncated = map(_array, (reward, terminated, truncated))
        self._returns += reward
        self._lengths += 1
        done = terminated | truncated
        infos: list[dict[str, Any]] = [{} for _ in range(self.num_envs)]
        if done.any():
            final = _arrays(info["final_obs"])
            success = _array(info["success"])
            elapsed = round(time.time() - self._start, 3)
            for i in np.flatnonzero(done):
                infos[i] = {
                    "terminal_observation": {key: value[i] for key, value in final.items()},
                    "TimeLimit.truncated": bool(truncated[i] and not terminated[i]),
                    "episode": {
                        "r": float(self._returns[i]),
                        "l": int(self._lengths[i]),
                        "t": elapsed,
                    },
                    "is_success": bool(success[i]),
                }
            self._returns[done] = 0
            self._lengths[done] = 0
        return _arrays(observation), reward, done, infos

    def close(self) -> None:
        """Close the batch."""
        self.envs.close()

    def get_images(self) -> Sequence[NDArray[np.uint8] | None]:
        """A picture for people of every environment."""
        return self.envs.render() or [None] * self.num_envs

    def get_attr(self, attr_name: str, indices: Any = None) -> list[Any]:
        """The batch's attribute, once for each index."""
        return [getattr(self.envs, attr_name)] * len(list(self._get_indices(indices)))

    def set_attr(self, attr_name: str, value: Any, indices: Any = None) -> None:
        """Set an attribute of the whole batch."""
        setattr(self.envs, attr_name, value)

    def env_method(
        self, method_name: str, *method_args: Any, indices: Any = None, **method_kwargs: Any
    ) -> list[Any]:
        """Call a method of the batch once; its result, row by row where it has rows."""
        result = getattr(self.envs, method_name)(*method_args, **method_kwargs)
        return [result[i] for i in self._get_indices(indices)]

    def env_is_wrapped(self, wrapper_class: Any, indices: Any = None) -> list[bool]:
        """Nothing wraps the rows of a native batch."""
        return [False] * len(list(self._get_indices(indices)))


def sb3_vec_env(id: str, num_envs: int, **settings: Any) -> Sb3VecEnv:
    """A native batch of an id for Stable-Baselines3.

    Args:
        id: a vgym id.
        num_envs: how many environments.
        **settings: keywords of the environment.

    >>> vec_env = sb3_vec_env("VGroundPoint-v0", num_envs=4, image_size=64, difficulty=0)
    >>> vec_env.reset()["image"].shape
    (4, 64, 64, 3)
    """
    envs = gymnasium.make_vec(id, num_envs=num_envs, **settings)
    assert isinstance(envs, VectorEnv)
    return Sb3VecEnv(envs)


def _array(value: Any) -> NDArray[Any]:
    return value if isinstance(value, np.ndarray) else value.cpu().numpy()


def _arrays(observation: dict[str, Any]) -> dict[str, NDArray[Any]]:
    return {key: _array(value) for key, value in observation.items()}
