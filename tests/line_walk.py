"""A walk on a line, small enough to work rewards out by hand, in every autoreset mode."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import numpy as np
import torch
from gymnasium import spaces
from gymnasium.vector import AutoresetMode, VectorEnv

GOAL, LIMIT = 3, 5


class LineWalk(VectorEnv[Any, Any, Any]):
    """From 0 by steps of -1, 0 or 1: at 3 the walk ends and pays 1, after 5 steps it is cut."""

    def __init__(self, num_envs: int = 2, mode: AutoresetMode = AutoresetMode.SAME_STEP) -> None:
        self.num_envs, self.metadata = num_envs, {"autoreset_mode": mode}
        self.single_action_space = spaces.Discrete(3, start=-1)
        self.single_observation_space = spaces.Box(-9, 9, (1,), np.float32)
        self.at, self.time = np.zeros(num_envs), np.zeros(num_envs)
        self.ended = np.zeros(num_envs, bool)

    @property
    def state(self) -> Any:
        """Where the walks are."""
        return SimpleNamespace(at=torch.from_numpy(self.at.copy()))

    def reset(self, *, seed: Any = None, options: dict[str, Any] | None = None) -> tuple[Any, Any]:
        """To 0, all or those of the mask."""
        self._begin((options or {}).get("reset_mask", np.ones(self.num_envs, bool)))
        return self._seen(), {}

    def step(self, actions: Any) -> tuple[Any, Any, Any, Any, dict[str, Any]]:
        """One move."""
        mode, info = self.metadata["autoreset_mode"], {}
        resting = self.ended.copy()
        self.at = np.where(resting, self.at, self.at + np.asarray(actions))
        self.time += ~resting
        over = (self.at >= GOAL) & ~resting
        cut = (self.time >= LIMIT) & ~over & ~resting
        self.ended = resting | over | cut
        if mode is AutoresetMode.SAME_STEP and self.ended.any():
            info = {"final_obs": self._seen(), "_final_obs": self.ended.copy()}
            self._begin(self.ended)
        if mode is AutoresetMode.NEXT_STEP:
            self._begin(resting)
        return self._seen(), over.astype(np.float32), over, cut, info

    def _begin(self, rows: Any) -> None:
        self.at, self.time = np.where(rows, 0.0, self.at), np.where(rows, 0.0, self.time)
        self.ended = self.ended & ~rows

    def _seen(self) -> Any:
        return self.at[:, None].astype(np.float32)
