"""What came of a place that was answered, as facts.

An answer that was not read has no place: it is NaN, no level of it is right, and recipes pay it
their floor. Levels are those of `chain_of`: the country and the region that a place lies in, and
the town nearest to it. At sea there is none, and an answer there is never right.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vgym.core.task import Facts
from vgym.data import earth
from vgym.geometry.sphere import EARTH_RADIUS, great_circle_distance, normalise_lonlat

LEVELS = ("continent", "country", "region", "city")
SUCCESS_KM = 200.0  # Im2GPS's "region"
HALF_CIRCUMFERENCE_M = torch.pi * EARTH_RADIUS

GEO_FACTS = frozenset(
    {
        "success",
        "format_ok",
        "prediction_lonlat",
        "target_lonlat",
        "distance_m",
        *(f"{level}_correct" for level in LEVELS),
        "field_distances_m",
        "field_answered",
    }
)


def chain_of(lonlat: Tensor) -> Tensor:
    """Numbers of the continent, country, region and nearest town of places.

    Args:
        lonlat: (B, 2) degrees; NaN is nowhere.

    Returns:
        (B, 4) int64, as `LEVELS`; -1 at sea and nowhere.
    """
    somewhere = lonlat.isfinite().all(1)
    places = normalise_lonlat(torch.where(somewhere[:, None], lonlat, 0.0)).cpu().numpy()
    region = np.where(somewhere.cpu().numpy(), earth.borders().region_numbers(places), -1)
    town = np.where(region >= 0, earth.towns().nearest(places, 1).number[:, 0], -1)
    tables = _tables()
    chain = np.stack([tables.continent[region], tables.country[region], region, town], 1)
    return torch.from_numpy(chain).to(lonlat.device)


def place_facts(
    answer: Tensor,
    target: Tensor,
    read: Tensor,
    target_chain: Tensor,
    *,
    success_km: float = SUCCESS_KM,
) -> Facts:
    """What happened when a place was answered; `GEO_FACTS` names it.

    Args:
        answer: (B, 2) float64 lonlat, degrees. target: likewise, the truth.
        read: (B,) bool: whether there is an answer; where there is none ``answer`` may be anything.
        target_chain: (B, 4) int64 `chain_of` the truth.
        success_km: within how many kilometres of the truth, along the great circle, an answer
            counts as solved, the last one included.

    Returns:
        Facts (B, ...); places and distances are float64. Unread answers are at NaN, and NaN metres
        away.
    """
    answer = torch.where(read[:, None], answer.double(), torch.nan)
    chain = chain_of(answer)
    distance = great_circle_distance(answer, target)
    right = (chain == target_chain) & (chain >= 0)
    facts = {
        "success": distance <= success_km * 1000,
        "format_ok": read,
        "prediction_lonlat": answer,
        "target_lonlat": target,
        "distance_m": distance,
        **{f"{level}_correct": right[:, k] for k, level in enumerate(LEVELS)},
    }
    return facts | _by_field(answer, chain, target, target_chain, read)


def _by_field(
    answer: Tensor, chain: Tensor, target: Tensor, target_chain: Tensor, read: Tensor
) -> Facts:
    """Distances from answer to truth of country, region, city and coordinates, each where a
    gazetteer has it; a level that the truth lacks is the truth's own place."""
    ends = [
        torch.cat((_named(levels), place[:, None]), 1)
        for levels, place in ((chain, answer), (target_chain, target))
    ]
    # What the truth has no name for is asked for by the place alone.
    nameless = ends[1].isnan().any(2, keepdim=True)
    at_answer, at_truth = (
        torch.where(nameless, place[:, None], end)
        for end, place in zip(ends, (answer, target), strict=True)
    )
    distances = great_circle_distance(at_answer, at_truth)
    answered = read[:, None] & distances.isfinite()
    return {
        "field_distances_m": torch.where(answered, distances, HALF_CIRCUMFERENCE_M),
        "field_answered": answered,
    }


def _named(chain: Tensor) -> Tensor:
    """(B, 3, 2) where country, region and town of chains are put on the map; NaN for -1."""
    tables, numbers = _tables(), chain.cpu().numpy()
    places = (tables.country_at, tables.region_at, tables.town_at)
    found = np.stack([at[numbers[:, k + 1]] for k, at in enumerate(places)], 1)
    return torch.from_numpy(found).to(chain.device)


class _Tables(NamedTuple):
    """Arrays by number, the last row for -1."""

    continent: NDArray[np.int64]  # of a region
    country: NDArray[np.int64]  # likewise
    country_at: NDArray[np.float64]  # lonlat
    region_at: NDArray[np.float64]
    town_at: NDArray[np.float64]


@cache
def _tables() -> _Tables:
    """Countries and regions stand at their most populous town; regions without one in the middle
    of their outline."""
    import shapely

    borders, towns = earth.borders(), earth.towns()
    countries = list(dict.fromkeys(region.country for region in borders.regions))
    continents = sorted({country.continent for country in countries})
    number = {country: k for k, country in enumerate(countries)}
    country = np.array([*(number[region.country] for region in borders.regions), -1])
    continent = np.array([*(continents.index(r.country.continent) for r in borders.regions), -1])
    middle = shapely.get_coordinates(shapely.centroid(borders.outlines))
    region_at = _with_nowhere(middle)
    country_at = _with_nowhere(np.zeros((len(countries), 2)))
    # The most populous come first: written last, they stay.
    some = np.flatnonzero(towns.region_number >= 0)[::-1]
    region_at[towns.region_number[some]] = towns.lonlat[some]
    country_at[country[:-1][::-1]] = middle[::-1]
    country_at[country[towns.region_number[some]]] = towns.lonlat[some]
    return _Tables(continent, country, country_at, region_at, _with_nowhere(towns.lonlat))


def _with_nowhere(places: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.append(places, [[np.nan, np.nan]], 0)
