"""Shaping by potentials: hints of what is good that leave the best policies as they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import torch
from gymnasium.vector import VectorEnv
from torch import Tensor

from vgym.core.wrappers.step_bonus import Function, Step, StepBonus, finite
from vgym.rewards.shaping import PotentialShaping, krc


class PotentialBonus(StepBonus):
    """Adds ``gamma potential(after) - potential(before)``; ``info["potential_bonus"]`` tells it.

    The potential of a state that ends the task is 0, so that over such an episode the discounted
    sum is minus the first potential, whatever was done; at a time limit it stays, and the learner
    continues the value as without. See :func:`vgym.rewards.shaping.potential_shaping`.

    Args:
        envs: a batch of one agent each, on the CPU.
        potential: a function to (B,) float. Where it is not finite the step pays 0.
        gamma: the learner's own discount.
        scale: what a bonus of 1 adds to the reward.
        of: what the function is given: the batched ``"observation"``, or the batch's ``"state"``,
            which under `SAME_STEP` is gone when an episode is cut: that step pays 0.

    Raises:
        ValueError: a number out of its range, a potential of another shape.

    Source: Ng, Harada and Russell, ICML 1999.

    >>> import gymnasium, vgym
    >>> envs = gymnasium.make_vec("VNavPoint-v0", num_envs=2, image_size=36, reward="sparse")
    >>> envs = PotentialBonus(envs, lambda seen: -seen["goal"][:, 0], gamma=1.0)
    >>> seen, _ = envs.reset(seed=0)
    >>> after, reward, *_, info = envs.step([1, 1])
    >>> bool((abs(reward - (seen["goal"] - after["goal"])[:, 0]) < 1e-5).all())
    True
    """

    told: ClassVar[str] = "potential_bonus"

    def __init__(
        self,
        envs: VectorEnv,
        potential: Function,
        *,
        gamma: float,
        scale: float = 1.0,
        of: str = "observation",
    ) -> None:
        super().__init__(envs, scale, of)
        self.potential = potential
        self.book = PotentialShaping(self.num_envs, finite("gamma", gamma, 0, 1))

    def read(self, moment: Any) -> Tensor:
        """(B,) potentials."""
        return self._called("potential", self.potential, moment, wide=False)

    def begin(self, rows: Tensor, found: Tensor) -> None:
        """Start at the first potentials; one that is not finite is 0."""
        self.book.reset(rows, found[rows].nan_to_num(0.0, 0.0, 0.0))

    def pay(self, found: Tensor, step: Step) -> Tensor:
        """The differences; who rests or cannot be read keeps the potential."""
        bonus: Tensor = self.book.step(
            torch.where(step.seen, found, torch.nan), step.terminated & step.active
        )
        return bonus


class KrcBonus(PotentialBonus):
    """Adds shaping by a potential that several parts make together by Lucy-SKG's KRC.

    The kinesthetic reward combination is the geometric mean of the parts' sizes, and positive only
    if every part is: one good part cannot make up for a bad one, as in a sum. Its value alone, paid
    at each step, would be for staying where it is high; as a potential (as in Lucy-SKG) it pays for
    getting there. ``info["krc_bonus"]`` tells it.

    Args:
        envs: a batch of one agent each, on the CPU.
        parts: functions to (B,) float each, such as `vgym.rewards.shaping.krc_distance` of a
            distance.
        gamma, scale, of: as of `PotentialBonus`.

    Raises:
        ValueError: no parts, a number out of its range, a part of another shape.

    Source: Lucy-SKG, arXiv 2305.15801, equations 2 and 3, as re-implemented by others.

    >>> import gymnasium, vgym
    >>> from vgym.rewards.shaping import krc_distance
    >>> envs = gymnasium.make_vec("VNavPoint-v0", num_envs=2, image_size=36)
    >>> near = lambda seen: krc_distance(torch.as_tensor(seen["goal"][:, 0]), scale=4.0)
    >>> facing = lambda seen: seen["goal"][:, 1]
    >>> envs = KrcBonus(envs, [near, facing], gamma=0.95)
    >>> _ = envs.reset(seed=0)
    >>> envs.step([1, 2])[4]["krc_bonus"].shape
    (2,)
    """

    told: ClassVar[str] = "krc_bonus"

    def __init__(
        self,
        envs: VectorEnv,
        parts: Sequence[Function],
        *,
        gamma: float,
        scale: float = 1.0,
        of: str = "observation",
    ) -> None:
        if not parts:
            raise ValueError("parts=[]: give one function or more to combine")
        self.parts = tuple(parts)
        super().__init__(envs, self._combined, gamma=gamma, scale=scale, of=of)

    def _combined(self, moment: Any) -> Tensor:
        values = [self._called("a part", part, moment, wide=False) for part in self.parts]
        return krc(torch.stack(values, 1))
