"""Bonuses for what an episode has not seen yet: counts of places, first visits, and E3B."""

from __future__ import annotations

from typing import Any, ClassVar

import torch
from gymnasium.vector import VectorEnv
from torch import Tensor

from vgym.core.config import choice
from vgym.core.wrappers.step_bonus import Function, Step, StepBonus, finite
from vgym.rewards.shaping import CountBonus, EllipticalBonus

_SIDE = 64  # squares a side after which places repeat
_BONUSES = ("count", "first-visit", "elliptical")


class ExplorationBonus(StepBonus):
    """Adds a bonus for new places to every reward; ``info["exploration_bonus"]`` tells how much.

    | bonus | pays in each step |
    | --- | --- |
    | `first-visit` | 1 for a square of the floor that this episode has not seen; bounded |
    | `count` | 1 / sqrt(n) at the n-th step on a square in this episode; standing still pays too |
    | `elliptical` | E3B: how new the features of the observation are in this episode |

    Where an episode starts pays nothing: neither a reset, nor the step by which `NEXT_STEP` resets.
    Under `SAME_STEP` the step that ends an episode pays for features alone: the robot has gone to
    its next start by then. A reset of some rows, by `options={"reset_mask": ...}`, leaves the
    others' books open.

    Args:
        envs: a native batch (`gymnasium.make_vec("VNav-v0", ...)`) on the CPU. For the first two
            its state must hold a `pose`.
        scale: what a bonus of 1 adds to the reward.
        bonus: see the table.
        square_m: side of a square, metres; places 64 squares apart count as one.
        features: for `elliptical`, a function of the batched observation to (B, D) float, such as
            `vgym.core.wrappers.coarse_features.coarse_features`.

    Raises:
        ValueError: an unknown bonus, a batch without poses, `features` missing or needless.

    Source: E3B is Henaff et al. 2022, arXiv 2210.05805.

    >>> import gymnasium, vgym
    >>> envs = gymnasium.make_vec("VNav-v0", num_envs=2, image_size=36, rooms=4, worlds=1)
    >>> envs = ExplorationBonus(envs, bonus="first-visit")
    >>> _ = envs.reset(seed=0)
    >>> envs.step([1, 1])[4]["exploration_bonus"].shape
    (2,)
    """

    told: ClassVar[str] = "exploration_bonus"

    def __init__(
        self,
        envs: VectorEnv,
        scale: float = 0.01,
        *,
        bonus: str = "first-visit",
        square_m: float = 0.5,
        features: Function | None = None,
    ) -> None:
        super().__init__(envs, scale, "state" if features is None else "observation")
        choice("bonus", bonus, _BONUSES)
        self.square_m, self.features = finite("square_m", square_m, 0), features
        if (features is not None) != (bonus == "elliptical"):
            raise ValueError(
                "bonus='elliptical' needs features=, a function of the observation; others take "
                "none"
            )
        if bonus == "first-visit":
            self.book = CountBonus(self.num_envs, _SIDE * _SIDE, pays="first-visit")
        elif bonus == "count":
            self.book = CountBonus(self.num_envs, _SIDE * _SIDE, pays="inverse-root")

    def read(self, moment: Any) -> Tensor:
        """(B,) squares, or (B, D) features."""
        if self.features is not None:
            return self._called("features", self.features, moment, wide=True)
        pose = getattr(moment, "pose", None)
        if not isinstance(pose, Tensor) or pose.dim() != 2:
            raise ValueError(
                "this batch has no poses to tell places by; use bonus='elliptical' with features="
            )
        square = (pose[:, :2] / self.square_m).floor().long() % _SIDE
        return square[:, 0] * _SIDE + square[:, 1]

    def begin(self, rows: Tensor, found: Tensor) -> None:
        """Forget the rows' episodes, and note where the next ones start."""
        if self.book is None:
            self.book = EllipticalBonus(self.num_envs, found.shape[1])
        self.book.reset(rows)
        fresh = found.new_zeros(self.num_envs, dtype=torch.bool)
        fresh[rows] = True
        self.book.step(found, fresh)

    def pay(self, found: Tensor, step: Step) -> Tensor:
        """How new the places are."""
        bonus: Tensor = self.book.step(found, step.seen)
        return bonus
