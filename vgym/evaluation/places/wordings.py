"""Consistency: whether one place is answered alike, however the question is worded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vgym.evaluation.metrics import Estimate, estimate_mean
from vgym.evaluation.places.answers import distances_km

TOGETHER_KM = 25.0


@dataclass(frozen=True)
class Consistency:
    """Of pairs of answers to one place: the mean over places of each place's mean over its pairs.

    Attributes:
        apart_km: how far two answers are from each other.
        together: the share of pairs within 25 km, the last one included.
        places: how many have two answers or more.
    """

    apart_km: Estimate
    together: Estimate
    places: int


def consistency(
    answered: ArrayLike, place: Sequence[object] | NDArray[np.generic], *, seed: int = 0
) -> Consistency:
    """How alike the answers to each place are.

    Args:
        answered: (N, 2) lonlat, degrees; NaN where none was read: such an answer is as far as can
            be from any other, one of its kind too.
        place: (N,) which place each answer is about, by number or name.
        seed: of the bootstrap, over places.

    Raises:
        ValueError: no place has two answers.
    """
    places = np.asarray(answered, np.float64)
    _, number = np.unique(np.asarray(place), return_inverse=True)
    if len(number) != len(places):
        raise ValueError(f"{len(places)} answers are given about {len(number)} places")
    order = np.argsort(number, kind="stable")
    places, number = places[order], number[order]
    ends = []
    for lag in range(1, int(np.bincount(number, minlength=1).max(initial=0))):
        first = np.flatnonzero(number[lag:] == number[:-lag])
        ends.append(np.stack([first, first + lag], 1))
    if not ends:
        raise ValueError("no place has two answers: give several wordings of a question about each")
    a, b = np.concatenate(ends).T
    km, of = distances_km(places[a], places[b]), number[a]
    pairs = np.bincount(of, minlength=number.max() + 1)
    several = pairs > 0
    apart = np.bincount(of, km, minlength=len(pairs))[several] / pairs[several]
    near = np.bincount(of, km <= TOGETHER_KM, minlength=len(pairs))[several] / pairs[several]
    return Consistency(estimate_mean(apart, seed), estimate_mean(near, seed), int(several.sum()))
