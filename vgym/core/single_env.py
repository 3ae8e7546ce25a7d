"""Env: a task as one Gymnasium environment, which is a batch of one."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import gymnasium
import numpy as np
from gymnasium import error
from gymnasium.spaces import Discrete
from gymnasium.vector import AutoresetMode
from numpy.typing import NDArray

from vgym.core.action_check import as_batch_of_one
from vgym.core.checkpoint import generator_state
from vgym.core.spoken import Spoken
from vgym.core.task import Task, page_of
from vgym.core.time_limit import LimitInSpec, limit_told_to_make, not_out_of_time
from vgym.core.vector_env import RENDER_MODES, VectorEnv


class Env(gymnasium.Env[Any, Any]):
    """One environment of a task.

    Args:
        task: ``"module:Class"`` of a :class:`Task`, or the class.
        render_mode: ``"rgb_array"`` or None.
        **settings: the task's settings.
    """

    # Gymnasium declares it so that every environment may have its own.
    metadata: dict[str, Any] = {"render_modes": list(RENDER_MODES), "render_fps": 4}  # noqa: RUF012
    spec: Any = LimitInSpec()

    def __init__(
        self, task: str | type[Task[Any]], render_mode: str | None = None, **settings: Any
    ) -> None:
        for name in ("num_envs", "autoreset_mode", "copy"):
            if name in settings:
                raise ValueError(f"{name} is a keyword of gymnasium.make_vec, which makes batches")
        self.batch = VectorEnv(
            task,
            num_envs=1,
            autoreset_mode=AutoresetMode.DISABLED,
            render_mode=render_mode,
            **{**limit_told_to_make(), **settings},
        )
        self.__doc__ = page_of(type(self.task)) or self.__doc__
        self.render_mode = render_mode
        self.observation_space = self.batch.single_observation_space
        self.action_space = self.batch.single_action_space

    @property
    def task(self) -> Task[Any]:
        """The task behind the loop."""
        return self.batch.task

    @property
    def step_limit(self) -> int | None:
        """After how many steps an episode is truncated; None for never."""
        return self.batch.step_limit

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Start an episode: the first one of ``seed``, or the next one when it is None.

        Args:
            seed: any whole number from 0, or None.
            options: of a source with records ``{"record": k}``, for the episode about that record;
                otherwise nothing.
        """
        if options is not None and not isinstance(options, dict):
            raise TypeError(f"options must be a dict or None, got {options!r}")
        strange = [name for name in options or {} if name != "record"]
        if strange:
            whole = "; it is reset whole: leave the mask out" if "reset_mask" in strange else ""
            raise ValueError(
                f"unknown options {strange}; a single environment takes 'record' alone, of sources "
                f"that have records{whole}"
            )
        unseeded = seed is None and not self.batch.started
        start = int(self.np_random.integers(1 << 63)) if unseeded else seed
        observation, info = self.batch.reset(seed=start, options=options)
        super().reset(seed=seed)  # once nothing was refused
        return _first_observation(observation), {
            "instruction": self.batch.instructions()[0],
            **first_row(info),
        }

    def step(self, action: Any) -> tuple[Any, float, bool, bool, dict[str, Any]]:
        """Move by one action; see :meth:`vgym.core.vector_env.VectorEnv.step`."""
        self.batch.check_started()
        if self.batch.done[0]:
            raise error.ResetNeeded("the episode has ended; call reset() before stepping")
        words = isinstance(self.action_space, Spoken)
        one = [action] if words else as_batch_of_one(action)
        observation, reward, terminated, truncated, info = self.batch.step(one)
        if terminated[0]:
            not_out_of_time(self)
        told = first_row(info)
        told["is_success"] = told["success"]  # the name that trainers' monitors read
        if terminated[0] or truncated[0] or self.task.config.expose == "truth":
            told["convention_hint"] = self.batch.convention_hints()[0]
        return (
            _first_observation(observation),
            float(reward[0]),
            bool(terminated[0]),
            bool(truncated[0]),
            told,
        )

    def render(self) -> NDArray[np.uint8] | None:
        """A picture for people: phrase, truth and last answer; None without a render mode."""
        frames = self.batch.render()
        return None if frames is None else frames[0]

    def close(self) -> None:
        """Let the state go; closing twice is fine."""
        self.batch.close()

    def oracle(self) -> Any:
        """A solving action, in the environment's own action form."""
        answer = self.batch.oracle()[0]
        return int(answer) if isinstance(self.action_space, Discrete) else answer

    def action_masks(self) -> Any:
        """(N,) bool: what may be chosen now; see `VectorEnv.action_masks`."""
        return self.batch.action_masks()[0]

    def state_dict(self) -> dict[str, Any]:
        """Everything that decides what comes next."""
        return {**self.batch.state_dict(), "own_np_random": self.np_random.bit_generator.state}

    def load_state_dict(self, saved: dict[str, Any]) -> None:
        """Go on from a saved moment; the tail is then exactly the same."""
        if not isinstance(saved, Mapping) or "seeds" not in saved:
            raise ValueError(f"a state_dict is what state_dict() returns; got {saved!r:.100}")
        if "own_np_random" not in saved:
            rows = len(saved["seeds"])
            raise error.Error(
                f"this state_dict was made by a batch; load it into one of num_envs={rows}, or "
                "save a single environment"
            )
        own = generator_state("own_np_random", saved["own_np_random"])
        self.batch.load_state_dict({k: v for k, v in saved.items() if k != "own_np_random"})
        self.np_random.bit_generator.state = own


def _first_observation(observation: dict[str, Any]) -> dict[str, Any]:
    return {key: value[0] for key, value in observation.items()}


def first_row(info: dict[str, Any]) -> dict[str, Any]:
    """Row 0 of a batched info, without the masks, in plain Python numbers."""
    plain: dict[str, Any] = {}
    for key, value in info.items():
        if key.startswith("_") or not info[f"_{key}"][0]:
            continue
        if isinstance(value, dict):
            plain[key] = first_row(value)
        else:
            row = value[0]
            plain[key] = row.item() if np.ndim(row) == 0 and hasattr(row, "item") else row
    return plain
