"""Difficulty of synthetic wholes in numbers: how large, how full, how it is spoken of."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

LEAST_SIDE, MOST_SIDE = 4096.0, 16384.0  # pixels of a whole's side
MOST_ASPECT = 1.6
# Wholes are at least so many times as long as the picture they are looked at in: what is asked for
# is up to 48 pixels wide and must be too small there to be told.
LEAST_SHRINK = 10.0
FILL = 0.55  # of the cells hold something, on the whole
MOST_CLASSES, MOST_SCENERY, MOST_LANDMARKS, MOST_FENCES, MOST_SITES = 100, 12, 7, 4, 10

# Ways to ask, in the order of the weights below.
FORMS = ("name", "ground", "fence", "nearest", "beside", "size", "colour", "count", "sign")
NAME, GROUND, FENCE, NEAREST, BESIDE, SIZE, COLOUR, COUNT, SIGN = range(9)

# Weights at difficulty 0 and 1 (linear in between), of answers that are places and of choices.
_PLACES = {
    "name": (0.05, 0.2),
    "ground": (0.1, 0.25),
    "fence": (0.3, 0.1),
    "nearest": (0.3, 0.25),
    "beside": (0.25, 0.15),
    "size": (0.0, 0.05),
}
_CHOICES = {"colour": (0.5, 0.4), "count": (0.25, 0.3), "sign": (0.25, 0.3)}


class Knobs(NamedTuple):
    """Difficulty in numbers. Lengths are pixels of the whole, or shares of its longer side."""

    least_side: float  # of the whole
    most_side: float
    fewest: float  # small things
    most: float
    classes: int  # that they are of
    scenery: int  # classes of larger things
    landmarks: int
    fences: int
    sites: int  # of grounds
    grounds: int
    smallest: float  # longer side of a small thing
    largest: float
    signs: float  # share of the small things
    weights: NDArray[np.float64]  # (9,) of FORMS


def knobs_at(difficulty: float, size_hw: tuple[int, int], choice: bool) -> Knobs:
    """Difficulty in numbers.

    Args:
        difficulty: 0 to 1.
        size_hw: of the picture that shows the overview.
        choice: whether questions are answered with a choice instead of a place.
    """
    d, most = difficulty, MOST_SIDE / LEAST_SIDE
    usual = LEAST_SIDE * most**d
    enough = LEAST_SHRINK * max(size_hw) / usual
    longest = usual * max(1.0, enough)
    return Knobs(
        least_side=max(LEAST_SIDE, longest / MOST_ASPECT),
        most_side=longest * (MOST_ASPECT if d == 0 else 1.0),
        fewest=200.0 * math.exp(math.log(12.0) * d),
        most=400.0 * math.exp(math.log(12.5) * d),
        classes=round(10 + (MOST_CLASSES - 10) * d),
        scenery=round(4 + 8 * d),
        landmarks=round(4 + 3 * d),
        fences=round(2 + 2 * d),
        sites=round(4 + 6 * d),
        grounds=round(3 + 2 * d),
        smallest=24.0 - 18.0 * d,
        largest=48.0,
        signs=0.06 - 0.04 * d,
        weights=_weights(d, _CHOICES if choice else _PLACES),
    )


def _weights(difficulty: float, table: dict[str, tuple[float, float]]) -> NDArray[np.float64]:
    ends = np.array([table.get(form, (0.0, 0.0)) for form in FORMS])
    return ends[:, 0] + difficulty * (ends[:, 1] - ends[:, 0])
