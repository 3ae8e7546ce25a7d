"""What came of a place that was answered, as facts.

An answer that was not read has no place: it is NaN, no level of it is right, and recipes pay it
their floor. Levels are those of `vgym.data.earth.chain_of`: at sea there is none, and an answer
there is never right; where the truth lies in no city, one within 25 km of it, as near as cities
are told apart, counts as the right city.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vgym.core.task import Facts
from vgym.data import earth
from vgym.data.earth.chain import CITY_M, LEVELS
from vgym.geometry.cells import cell_of, centre, neighbours
from vgym.geometry.sphere import great_circle_distance, normalise_lonlat
from vgym.rewards.earth import FARTHEST_M

SUCCESS_KM = 200.0  # Im2GPS's "region"
CELL_LEVEL = 4  # of HEALPix: 3,072 cells of 407 km a side, about as many as PIGEON has

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
        "cell_distance_m",
        "nearest_cell_distance_m",
        "true_cell_distance_m",
        "cell_correct",
    }
)


def chain_of(lonlat: Tensor) -> Tensor:
    """Numbers of the continent, country, region and city of places; `vgym.data.earth.chain_of`.

    Args:
        lonlat: (B, 2) degrees; NaN is nowhere.

    Returns:
        (B, 4) int64, as `LEVELS`; -1 for what a place has not, and nowhere.
    """
    chain = torch.full((len(lonlat), len(LEVELS)), -1, device=lonlat.device)
    somewhere = lonlat.isfinite().all(1).nonzero()[:, 0]
    if len(somewhere):
        places = normalise_lonlat(lonlat[somewhere]).cpu().numpy()
        chain[somewhere] = torch.from_numpy(earth.chain_of(places).codes).to(chain)
    return chain


def place_facts(
    answer: Tensor,
    target: Tensor,
    read: Tensor,
    target_chain: Tensor,
    *,
    success_km: float = SUCCESS_KM,
    reads: Callable[[str], bool] = lambda fact: True,
) -> Facts:
    """What happened when a place was answered; `GEO_FACTS` names it.

    Args:
        answer: (B, 2) float64 lonlat, degrees. target: likewise, the truth.
        read: (B,) bool: whether there is an answer; where there is none ``answer`` may be anything.
        target_chain: (B, 4) int64 `chain_of` the truth.
        success_km: within how many kilometres of the truth, along the great circle, an answer
            counts as solved, the last one included.
        reads: `Task.reads`: without it the facts of cells are stated whether they are read or not.

    Returns:
        Facts (B, ...); places and distances are float64. Unread answers are at NaN, and NaN metres
        away.
    """
    answer = torch.where(read[:, None], answer.double(), torch.nan)
    chain = chain_of(answer)
    distance = great_circle_distance(answer, target)
    right = (chain == target_chain) & (chain >= 0)
    rural = (target_chain[:, 3] < 0) & (distance <= CITY_M)
    right[:, 3] |= rural & right[:, 1]
    facts = {
        "success": distance <= success_km * 1000,
        "format_ok": read,
        "prediction_lonlat": answer,
        "target_lonlat": target,
        "distance_m": distance,
        **{f"{level}_correct": right[:, k] for k, level in enumerate(LEVELS)},
    }
    facts |= _by_field(answer, chain, target, target_chain, read)
    return facts | _by_cell(answer, target, read) if reads("cell_distance_m") else facts


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
        "field_distances_m": torch.where(answered, distances, FARTHEST_M),
        "field_answered": answered,
    }


def _by_cell(answer: Tensor, target: Tensor, read: Tensor) -> Facts:
    """Distances from the truth to the middles of cells: the answer's, its own, and the nearest."""
    chosen = cell_of(torch.where(read[:, None], answer, target), CELL_LEVEL)
    true = cell_of(target, CELL_LEVEL)
    around = neighbours(true, CELL_LEVEL)
    near = torch.cat((true[:, None], torch.where(around >= 0, around, true[:, None])), 1)
    to_near = great_circle_distance(centre(near, CELL_LEVEL), target[:, None])
    to_chosen = great_circle_distance(centre(chosen, CELL_LEVEL), target)
    nearest = torch.minimum(to_near.amin(1), to_chosen)
    return {
        "cell_distance_m": torch.where(read, to_chosen, torch.nan),
        "nearest_cell_distance_m": nearest,
        "true_cell_distance_m": to_near[:, 0],
        "cell_correct": read & (chosen == true),
    }


def _named(chain: Tensor) -> Tensor:
    """(B, 3, 2) where country, region and town of chains are put on the map; NaN for -1."""
    numbers = chain.cpu().numpy()
    found = np.stack([at[numbers[:, k + 1]] for k, at in enumerate(_tables())], 1)
    return torch.from_numpy(found).to(chain.device)


@cache
def _tables() -> tuple[NDArray[np.float64], ...]:
    """Lonlat of each country, region and town by number, the last row for -1.

    Countries and regions stand at their most populous town; those without one in the middle of an
    outline.
    """
    borders, towns = earth.borders(), earth.towns()
    country = borders.country_number
    regions = _with_nowhere(borders.middles()[0])
    countries = _with_nowhere(np.zeros((len(borders.countries), 2)))
    # The first ones are the most populous: written last, they stay.
    countries[country[::-1]] = regions[::-1]
    some = np.flatnonzero(towns.region_number >= 0)[::-1]
    regions[towns.region_number[some]] = towns.lonlat[some]
    countries[country[towns.region_number[some]]] = towns.lonlat[some]
    return countries, regions, _with_nowhere(towns.lonlat)


def _with_nowhere(places: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.append(places, [[np.nan, np.nan]], 0)
