"""Bonuses for going where one has not been, added to the rewards of a native batch of walks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from gymnasium.vector import AutoresetMode, VectorEnv, VectorWrapper
from torch import Tensor

from vgym.core.config import choice
from vgym.rewards.shaping import CountBonus, EllipticalBonus

_SIDE = 64  # squares a side after which places repeat
_BONUSES = ("count", "first-visit", "elliptical")


class ExplorationBonus(VectorWrapper):
    """Adds a bonus for new places to every reward; ``info["exploration_bonus"]`` tells how much.

    | bonus | pays in each step |
    | --- | --- |
    | `first-visit` | 1 for a square of the floor that this episode has not seen; bounded |
    | `count` | 1 / sqrt(n) at the n-th step on a square in this episode; standing still pays too |
    | `elliptical` | E3B: how new the features of the observation are in this episode |

    Where an episode starts pays nothing: neither a reset, nor the step by which `NEXT_STEP` resets,
    nor under `SAME_STEP` the step that ends an episode, since the robot has gone to its next start
    by then. A reset of some rows, by `options={"reset_mask": ...}`, leaves the others' books open.

    Args:
        envs: a native batch (`gymnasium.make_vec("VNav-v0", ...)`) on the CPU. For the first two
            its state must hold a `pose`.
        scale: what a bonus of 1 adds to the reward.
        bonus: see the table.
        square_m: side of a square, metres; places 64 squares apart count as one.
        features: for `elliptical`, a function of the batched observation to (B, D) float.

    Raises:
        ValueError: an unknown bonus, a batch without poses, `features` missing or needless.

    >>> import gymnasium, vgym
    >>> envs = gymnasium.make_vec("VNav-v0", num_envs=2, image_size=36, rooms=4, worlds=1)
    >>> envs = ExplorationBonus(envs, bonus="first-visit")
    >>> _ = envs.reset(seed=0)
    >>> envs.step([1, 1])[4]["exploration_bonus"].shape
    (2,)
    """

    def __init__(
        self,
        envs: VectorEnv,
        scale: float = 0.01,
        *,
        bonus: str = "first-visit",
        square_m: float = 0.5,
        features: Callable[[Any], Any] | None = None,
    ) -> None:
        super().__init__(envs)
        choice("bonus", bonus, _BONUSES)
        if not (np.isfinite(scale) and np.isfinite(square_m) and square_m > 0):
            raise ValueError(f"scale={scale!r} must be finite and square_m={square_m!r} above 0")
        if (features is not None) != (bonus == "elliptical"):
            raise ValueError(
                "bonus='elliptical' needs features=, a function of the observation; others take "
                "none"
            )
        self.scale, self.square_m, self.features = float(scale), float(square_m), features
        self._book: CountBonus | EllipticalBonus | None = None
        if bonus != "elliptical":
            squares = _SIDE * _SIDE
            if bonus == "first-visit":
                self._book = CountBonus(self.num_envs, squares, pays="first-visit")
            else:
                self._book = CountBonus(self.num_envs, squares, pays="inverse-root")
        self._ended = np.zeros(self.num_envs, np.bool_)

    def reset(
        self, *, seed: Any = None, options: dict[str, Any] | None = None
    ) -> tuple[Any, dict[str, Any]]:
        """Start over, in all rows or those of ``options["reset_mask"]``, whose books are closed."""
        observation, info = self.env.reset(seed=seed, options=options)
        mask = (options or {}).get("reset_mask")
        fresh = np.ones(self.num_envs, np.bool_) if mask is None else np.asarray(mask, np.bool_)
        self._visit(observation, fresh, fresh)
        self._ended[fresh] = False
        return observation, info

    def step(self, actions: Any) -> tuple[Any, Any, Any, Any, dict[str, Any]]:
        """Step the batch and add the bonus."""
        observation, reward, terminated, truncated, info = self.env.step(actions)
        begun_by = {
            AutoresetMode.SAME_STEP: (ended := terminated | truncated),
            AutoresetMode.NEXT_STEP: self._ended,
            AutoresetMode.DISABLED: np.zeros_like(ended),
        }
        fresh = begun_by[self.env.metadata["autoreset_mode"]]
        self._ended = ended
        bonus = self._visit(observation, fresh, np.ones_like(ended))
        return (
            observation,
            reward + np.float32(self.scale) * bonus,
            terminated,
            truncated,
            {**info, "exploration_bonus": bonus},
        )

    def _visit(self, observation: Any, fresh: Any, rows: Any) -> Any:
        """The bonus (B,) of where the rows are now; 0 for those whose episode has just begun."""
        place = self._features(observation) if self.features else self._squares()
        if self._book is None:
            self._book = EllipticalBonus(self.num_envs, place.shape[1])
        self._book.reset(torch.from_numpy(np.flatnonzero(fresh)))
        bonus: Any = self._book.step(place, torch.from_numpy(rows)).numpy()
        return np.where(fresh, np.float32(0), bonus)

    def _squares(self) -> Tensor:
        pose = getattr(getattr(self.env.unwrapped, "state", None), "pose", None)
        if not isinstance(pose, Tensor) or pose.dim() != 2:
            raise ValueError(
                "this batch has no poses to tell places by; use bonus='elliptical' with features="
            )
        square = (pose[:, :2] / self.square_m).floor().long() % _SIDE
        return square[:, 0] * _SIDE + square[:, 1]

    def _features(self, observation: Any) -> Tensor:
        assert self.features is not None
        found = torch.as_tensor(self.features(observation))
        if found.dim() != 2 or len(found) != self.num_envs:
            raise ValueError(
                f"features gave {tuple(found.shape)}; it must be (num_envs, D) = "
                f"({self.num_envs}, D)"
            )
        return found
