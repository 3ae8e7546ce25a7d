"""What answered places come to: medians, scores, accuracies within radii and by level."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vgym.evaluation.metrics import LEVEL, RESAMPLES, Estimate, estimate_mean
from vgym.evaluation.places.answers import ON, Answers

RADII_KM = (1.0, 25.0, 200.0, 750.0, 2500.0)  # Im2GPS's street, city, region, country, continent
COMPARATORS = {"<=": np.less_equal, "<": np.less}


@dataclass(frozen=True)
class Accuracy:
    """The share of answers within a radius, and how it was counted.

    >>> str(Accuracy(25.0, "<=", "sphere", Estimate(0.5, 0.3, 0.7), 12))
    'acc@25 km (<=, sphere): 50.0 % [30.0, 70.0] of 12'
    """

    radius_km: float
    comparator: str
    on: str
    share: Estimate
    count: int

    def __str__(self) -> str:
        low, high = (100 * end for end in self.share.ci)
        return (
            f"acc@{self.radius_km:g} km ({self.comparator}, {self.on}): "
            f"{100 * self.share.mean:.1f} % [{low:.1f}, {high:.1f}] of {self.count}"
        )


def accuracies(
    answers: Answers,
    *,
    radii_km: tuple[float, ...] = RADII_KM,
    comparator: str = "<=",
    on: str = "sphere",
    seed: int = 0,
) -> list[Accuracy]:
    """The share of answers within each radius; those that were not read are within none.

    Args:
        answers: at least one.
        radii_km: kilometres.
        comparator: ``"<="`` as GeoCLIP counts, or ``"<"`` as PIGEON and OSV-5M do.
        on: ``"sphere"`` of 6,371.0088 km or ``"WGS84"``.
        seed: of the bootstrap.

    Raises:
        ValueError: another comparator or surface.
    """
    if comparator not in COMPARATORS or on not in ON:
        raise ValueError(
            f"comparator={comparator!r} must be one of {', '.join(COMPARATORS)} and on={on!r} one "
            f"of {', '.join(ON)}"
        )
    km = answers.km if on == "sphere" else answers.wgs84_km
    within = [COMPARATORS[comparator](km, radius) & answers.read for radius in radii_km]
    shares = [estimate_mean(hits, seed) for hits in within]
    return [
        Accuracy(radius, comparator, on, share, len(answers))
        for radius, share in zip(radii_km, shares, strict=True)
    ]


def median_km(answers: Answers, *, read_only: bool = False, seed: int = 0) -> Estimate:
    """The median distance with its 95 % percentile bootstrap interval.

    Of an even number the mean of the two in the middle counts.

    Args:
        answers: at least one.
        read_only: leave out what was not read, as tables do that say nothing of it.
        seed: of the resampling.

    Returns:
        Kilometres on the sphere; that of the antipode where nothing is left.
    """
    km = answers.km[answers.read] if read_only and answers.read.any() else answers.km
    rng = np.random.default_rng(seed)
    drawn = [np.median(km[rng.integers(0, len(km), len(km))]) for _ in range(RESAMPLES)]
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(drawn, [tail, 1 - tail])
    return Estimate(float(np.median(km)), float(low), float(high))


def geo_score(answers: Answers, *, seed: int = 0) -> Estimate:
    """The mean GeoGuessr score, of 5000."""
    return estimate_mean(answers.geo_scores, seed)


@dataclass(frozen=True)
class LevelAccuracy:
    """The share of answers in the right continent, country, region or city.

    ``count`` are those whose truth has the level; others are not counted, as OSV-5M does it.
    """

    level: str
    share: Estimate | None
    count: int


def level_accuracies(answers: Answers, *, seed: int = 0) -> list[LevelAccuracy]:
    """Accuracy at each level of the chain; a truth at sea has none, one in the country no city.

    Args:
        answers: any number. seed: of the bootstrap.
    """
    from vgym.data.earth.chain import LEVELS

    right, has = levels_right(answers)
    return [
        LevelAccuracy(
            level,
            estimate_mean(right[has[:, k], k], seed) if has[:, k].any() else None,
            int(has[:, k].sum()),
        )
        for k, level in enumerate(LEVELS)
    ]


def levels_right(answers: Answers) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """(N, 4) whether each level is right, and whether the truth has it."""
    true, guessed = _codes(answers.true), np.full((len(answers), 4), -1)
    guessed[answers.read] = _codes(answers.answered[answers.read])
    return (true == guessed) & (true >= 0), true >= 0


def _codes(places: NDArray[np.float64]) -> NDArray[Any]:
    from vgym.data.earth import chain_of

    return chain_of(places).codes
