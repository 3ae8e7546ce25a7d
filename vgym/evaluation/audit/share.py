"""What an attack earns, as a share of what the truth earns: 0 is the random floor, 1 the oracle."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

ONE_SIDED = 1.645  # standard errors below a mean that it exceeds in 95 of 100 cases


class NoRoom(ValueError):
    """The oracle earns no more than uniform answers: there is nothing to have a share of."""


@dataclass(frozen=True)
class Earned:
    """What came of the episodes of one policy, in their order.

    Attributes:
        returns: (n,) float64 sum of rewards; of a team the mean of its robots'.
        success: (n,) bool at the last step. steps: (n,) int64.
        over: (n,) bool: ended of itself, not by a limit.
        terms: (n,) float64 each, unweighted reward terms summed over the steps.
    """

    returns: NDArray[np.float64]
    success: NDArray[np.bool_]
    steps: NDArray[np.int64]
    over: NDArray[np.bool_]
    terms: Mapping[str, NDArray[np.float64]] = field(default_factory=dict)

    @property
    def mean(self) -> float:
        """Of the returns."""
        return float(self.returns.mean())

    @property
    def error(self) -> float:
        """The standard error of the mean."""
        return float(self.returns.std(ddof=1)) / math.sqrt(len(self.returns))


@dataclass(frozen=True)
class Share:
    """A number that is 0 by chance and 1 at the truth, with its standard error."""

    mean: float
    error: float
    episodes: int

    def surely_above(self, threshold: float) -> bool:
        """Whether the lower end of its one-sided 95 % interval lies above the threshold."""
        return self.mean - ONE_SIDED * self.error > threshold


def share_of(attack: Earned, random: Earned, oracle: Earned) -> Share:
    """``(attack - random) / (oracle - random)`` of mean returns over the same episodes.

    The standard error is the delta method's for a ratio of means that are paired by episode.

    Args:
        attack, random, oracle: of the same episodes in the same order, two or more of them.

    Raises:
        NoRoom: the oracle earns no more than random answers.
        ValueError: other numbers of episodes.

    Source: Cochran, Sampling Techniques (3rd edition, 1977), section 6.3 on ratio estimates.

    >>> no, one = np.zeros(4, bool), np.ones(4, int)
    >>> nothing, half, whole = (Earned(np.full(4, r), no, one, no) for r in (0, 0.5, 1))
    >>> share_of(half, nothing, whole)
    Share(mean=0.5, error=0.0, episodes=4)
    """
    n = len(attack.returns)
    if not n == len(random.returns) == len(oracle.returns):
        raise ValueError("a share is of the same episodes")
    room = oracle.returns - random.returns
    gained = attack.returns - random.returns
    if not room.mean() > 1e-9:
        raise NoRoom(
            f"the oracle earns {oracle.mean:.3g} and uniform answers {random.mean:.3g}: there is "
            "nothing to have a share of"
        )
    mean = gained.mean() / room.mean()
    error = (gained - mean * room).std(ddof=1) / (math.sqrt(n) * room.mean())
    return Share(float(mean), float(error), n)
