"""Errors of answered places by where the truth lies: its continent, and the people of its city."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vgym.data.earth import chain_of, towns
from vgym.data.earth.regions import CONTINENTS
from vgym.evaluation.metrics import Estimate, estimate_mean
from vgym.evaluation.places.answers import Answers
from vgym.evaluation.places.summary import geo_score, median_km

AT_SEA, IN_NO_CITY = "at sea", "in no city"
PEOPLE = (100_000, 1_000_000)
BANDS = (IN_NO_CITY, "city of under 100,000", "of 100,000 to a million", "of a million and more")
NEAR_KM = 200.0


@dataclass(frozen=True)
class Group:
    """Answers to places of one kind: how many, and what they came to."""

    name: str
    count: int
    median_km: Estimate
    geo_score: Estimate
    within_200_km: Estimate


def by_continent(answers: Answers, *, seed: int = 0) -> list[Group]:
    """The groups by the continent of the truth, those that occur, in the order of `CONTINENTS`."""
    number = chain_of(answers.true).continent
    names = np.array([*CONTINENTS.values(), AT_SEA])
    return _groups(answers, number, names, seed)


def by_people(answers: Answers, *, seed: int = 0) -> list[Group]:
    """The groups by how many live in the truth's city; truths in no city, at sea too, are one."""
    city = chain_of(answers.true).city
    band = 1 + np.searchsorted(PEOPLE, towns().population[city], side="right")
    return _groups(answers, np.where(city >= 0, band, 0), np.array(BANDS), seed)


def _groups(
    answers: Answers, number: NDArray[np.int64], names: NDArray[np.str_], seed: int
) -> list[Group]:
    """Those of each number that occurs, -1 being the last."""
    found = []
    number = number % len(names)
    for k in np.unique(number).tolist():
        some = answers[number == k]
        near = estimate_mean((some.km <= NEAR_KM) & some.read, seed)
        median = median_km(some, seed=seed)
        score = geo_score(some, seed=seed)
        found.append(Group(str(names[k]), len(some), median, score, near))
    return found
