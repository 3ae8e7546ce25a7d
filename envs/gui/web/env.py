"""WebEnv: one page in the browser, as a plain Gymnasium environment."""

from __future__ import annotations

from typing import Any

import gymnasium
import numpy as np
from gymnasium.vector import AutoresetMode
from numpy.typing import NDArray

from vgym.core.action_check import as_batch_of_one
from vgym.core.task import page_of
from vgym.core.time_limit import LimitInSpec, limit_told_to_make, not_out_of_time
from vgym.envs.gui.web.vector_env import WebVectorEnv


class WebEnv(gymnasium.Env[Any, Any]):
    """Do what the words say on a page in a real Chromium.

    A :class:`WebVectorEnv` of one; see there for observations, actions and rewards. All of a
    process share one browser.

    Args:
        render_mode: "rgb_array" or None. **settings: those of ``WebVectorEnv``.
    """

    # Gymnasium declares it so that every environment may have its own.
    metadata: dict[str, Any] = {"render_modes": ["rgb_array"], "render_fps": 4}  # noqa: RUF012
    spec: Any = LimitInSpec()

    def __init__(self, render_mode: str | None = None, **settings: Any) -> None:
        for name in ("num_envs", "autoreset_mode"):
            if name in settings:
                raise ValueError(f"{name} is a keyword of gymnasium.make_vec, which makes batches")
        self.batch = WebVectorEnv(
            1,
            render_mode=render_mode,
            autoreset_mode=AutoresetMode.DISABLED,
            **{**limit_told_to_make(), **settings},
        )
        self.__doc__ = page_of(WebVectorEnv)
        self.render_mode = render_mode
        self.observation_space = self.batch.single_observation_space
        self.action_space = self.batch.single_action_space

    @property
    def step_limit(self) -> int:
        """After how many steps an episode is truncated."""
        return self.batch.step_limit

    def reset(
        self, *, seed: int | None = None, options: dict[str, Any] | None = None
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Start an episode: the first one of ``seed``, or the next one when it is None."""
        if options is not None and not isinstance(options, dict):
            raise TypeError(f"options must be a dict or None, got {options!r}")
        if options:
            raise ValueError(f"unknown options {list(options)}; a single environment takes none")
        super().reset(seed=seed)
        if seed is None and not self.batch.started:
            seed = int(self.np_random.integers(1 << 63))
        observation, info = self.batch.reset(seed=seed)
        return _first(observation), {
            "instruction": self.batch.instructions()[0],
            **_first(info),
        }

    def step(self, action: Any) -> tuple[dict[str, Any], float, bool, bool, dict[str, Any]]:
        """Do one action on the page; see :meth:`WebVectorEnv.step`."""
        one = (action,) if self.batch.action_form == "text" else as_batch_of_one(action)
        observation, reward, terminated, truncated, info = self.batch.step(one)
        if terminated[0]:
            not_out_of_time(self)
        return (
            _first(observation),
            float(reward[0]),
            bool(terminated[0]),
            bool(truncated[0]),
            {**_first(info), "is_success": bool(info["success"][0])},
        )

    def render(self) -> NDArray[np.uint8] | None:
        """The page as it shows, or None without a render mode."""
        pictures = self.batch.render()
        return None if pictures is None else pictures[0]

    def oracle(self) -> Any:
        """The next action of the page's own plan; waiting where it tells none."""
        return self.batch.oracle()[0]

    def close(self) -> None:
        """Close the page, and the browser with the last environment that uses it."""
        self.batch.close()


def _first(batch: dict[str, Any]) -> dict[str, Any]:
    """Row 0 of a batch, without the masks, in plain Python numbers."""
    row: dict[str, Any] = {}
    for name, value in batch.items():
        if name.startswith("_") or not batch.get(f"_{name}", [True])[0]:
            continue
        if isinstance(value, dict):
            row[name] = _first(value)
        else:
            row[name] = value[0].item() if isinstance(value[0], np.generic) else value[0]
    return row
