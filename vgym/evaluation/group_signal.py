"""What a group method can learn from: how rewards differ among answers to one and the same prompt.

GRPO and its kin subtract a group's mean, so a group whose members all earn the same teaches
nothing, however much they earn.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

FLAT = 1e-6  # rewards that differ by less are alike: float32's own noise


class GroupSignal(NamedTuple):
    """Of G rewards each of B groups.

    Attributes:
        spread: (B,) standard deviation within each group, as GRPO divides by it.
        flat: (B,) bool: whether all of a group earn the same, so that none has an advantage.
    """

    spread: NDArray[np.float64]
    flat: NDArray[np.bool_]


def group_signal(rewards: ArrayLike) -> GroupSignal:
    """How rewards differ within groups.

    Args:
        rewards: (B, G) finite.

    >>> group_signal([[0, 0, 0, 0], [0, 0, 0, 1]]).flat.tolist()
    [True, False]
    """
    values = np.asarray(rewards, np.float64)
    if values.shape[1] < 2:
        return GroupSignal(np.zeros(len(values)), np.ones(len(values), np.bool_))
    return GroupSignal(values.std(axis=1, ddof=1), np.ptp(values, axis=1) < FLAT)


def flat_share(groups: Sequence[Hashable], rewards: Sequence[float]) -> float | None:
    """The share of groups whose members all earn the same, of those with at least two members; None
    where there are none.

    Args:
        groups: (N,) which group each reward is of, in any order. rewards: (N,).

    >>> flat_share(["a", "a", "b", "b"], [0.5, 0.5, 0, 1])
    0.5
    """
    members: dict[Hashable, list[float]] = {}
    for group, reward in zip(groups, rewards, strict=True):
        members.setdefault(group, []).append(reward)
    several = [held for held in members.values() if len(held) > 1]
    flat = sum(max(held) - min(held) < FLAT for held in several)
    return flat / len(several) if several else None
