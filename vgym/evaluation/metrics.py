"""Means of episodes, with 95 % intervals: Wilson's of shares, the bootstrap's of anything else."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import ArrayLike, NDArray

RESAMPLES = 2000
LEVEL = 0.95
SIZES, SIZE_BOUNDS = ("small", "medium", "large"), (0.0005, 0.005)  # shares of the picture
_DEVIATE = NormalDist().inv_cdf((1 + LEVEL) / 2)
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


def estimate_mean(values: ArrayLike, seed: int = 0) -> Estimate:
    """The mean with its 95 % interval: of zeros and ones Wilson's, else that of `bootstrap_mean`.

    Eight episodes that all succeed are no proof of certainty, and resampling them says nothing.

    Args:
        values: (n,) finite numbers or bools, one an episode.
        seed: of the resampling.

    Raises:
        ValueError: no values, or some that are not finite.

    Source: Wilson, Probable inference, the law of succession, and statistical inference (1927);
        Agresti and Coull (1998) on why not the normal approximation.

    >>> [round(end, 3) for end in estimate_mean([True] * 8).ci]
    [0.676, 1.0]
    """
    numbers = np.asarray(values, np.float64)
    if numbers.ndim != 1 or len(numbers) == 0 or not np.isin(numbers, (0, 1)).all():
        return bootstrap_mean(numbers, seed)
    n, share = len(numbers), float(numbers.mean())
    wide = _DEVIATE**2 / n
    middle = (share + wide / 2) / (1 + wide)
    half = _DEVIATE / (1 + wide) * math.sqrt(share * (1 - share) / n + wide / (4 * n))
    return Estimate(share, min(share, max(0.0, middle - half)), max(share, min(1.0, middle + half)))


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


def hits_by_size(metrics: Mapping[str, NDArray[np.float32]]) -> dict[str, NDArray[np.float32]]:
    """Hits of small, medium and large targets apart, by their share of the picture's area.

    Small is under 0.05 %, as a button of 22 pixels a side on a screen of 1280 by 800; large is from
    0.5 % on, as one of 72. The bounds are vgym's own: published tables use none in common.

    Args:
        metrics: (n,) each; of interest are ``hit`` and ``target_share``.

    Returns:
        ``hit_small``, ``hit_medium``, ``hit_large``, (k,) each, of the episodes of that size; none
        for a size that did not occur, or where there is no such metric.

    >>> hit, share = np.array([1, 0, 1], np.float32), np.array([1e-4, 1e-4, 0.1], np.float32)
    >>> {k: v.tolist() for k, v in hits_by_size({"hit": hit, "target_share": share}).items()}
    {'hit_small': [1.0, 0.0], 'hit_large': [1.0]}
    """
    if "hit" not in metrics or "target_share" not in metrics:
        return {}
    size = np.searchsorted(SIZE_BOUNDS, metrics["target_share"], side="right")
    found = {name: metrics["hit"][size == n] for n, name in enumerate(SIZES)}
    return {f"hit_{name}": hits for name, hits in found.items() if len(hits)}


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
