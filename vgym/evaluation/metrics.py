"""Means of episodes, with 95 % bootstrap intervals."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

RESAMPLES = 2000
LEVEL = 0.95
_CHUNK = 4_000_000  # numbers held at once while resampling


@dataclass(frozen=True)
class Estimate:
    """A mean and its interval, ``low <= mean <= high`` but for rounding."""

    mean: float
    low: float
    high: float

    @property
    def ci(self) -> list[float]:
        """``[low, high]``."""
        return [self.low, self.high]


def bootstrap_mean(values: ArrayLike, seed: int = 0) -> Estimate:
    """The mean with its 95 % percentile bootstrap interval of 2,000 resamples.

    With few episodes of one outcome the interval is too narrow; twenty or more of each are sound.

    Args:
        values: (n,) finite numbers or bools, one an episode.
        seed: of the resampling; the same values and seed give the same interval.

    Returns:
        The estimate; a single episode, or equal ones, give an interval of no width.

    Raises:
        ValueError: no values, or some that are not finite.

    Source: Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 13.

    >>> bootstrap_mean([1.0])
    Estimate(mean=1.0, low=1.0, high=1.0)
    """
    numbers = np.asarray(values, np.float64)
    if numbers.ndim != 1 or len(numbers) == 0:
        raise ValueError(f"values must be a list of at least one number, got {numbers.shape}")
    if not np.isfinite(numbers).all():
        raise ValueError(f"values[{int(np.flatnonzero(~np.isfinite(numbers))[0])}] is not finite")
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(_resampled_means(numbers, seed), [tail, 1 - tail])
    return Estimate(float(numbers.mean()), float(low), float(high))


def _resampled_means(numbers: NDArray[np.float64], seed: int) -> NDArray[np.float64]:
    """(RESAMPLES,) means of as many numbers drawn with replacement."""
    rng = np.random.default_rng(seed)
    n = len(numbers)
    at_once = max(1, _CHUNK // n)
    parts = [
        numbers[rng.integers(0, n, (min(at_once, RESAMPLES - start), n))].mean(1)
        for start in range(0, RESAMPLES, at_once)
    ]
    return np.concatenate(parts)
