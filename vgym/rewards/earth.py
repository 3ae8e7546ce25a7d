"""Terms for places on Earth: how near an answer is on a logarithmic scale, alone and within levels.

Each halving of the distance pays the same, from across the world down to some fifty metres. A
latitude beyond a pole is no place: it is as an answer that could not be read.
"""

import math
from dataclasses import replace

import torch
from torch import Tensor

from vgym.geometry.sphere import EARTH_RADIUS, great_circle_distance
from vgym.rewards.facts import Facts, number
from vgym.rewards.form import Form, Term

SPACE = "degrees, longitude first; distances in metres"
PLACES = ("prediction_lonlat", "target_lonlat")
LEVELS = ("continent_correct", "country_correct", "region_correct", "city_correct")
FARTHEST_M = math.pi * EARTH_RADIUS
FARTHEST_WGS84_M = 20_003_931.4586  # from pole to pole
DECAY_KM = 1492.7  # of GeoGuessr's score on the map of the world, as OSV-5M and PIGEON have it
# Below it halvings pay less and less. The least for which a safe place in a country's middle,
# 500 km off, earns under a quarter of what the truth does over chance.
NEAR_M = 50.0
# What the finest right level is worth: none, continent, country, region, city, and the truth.
_STAIRS = (0.0, 1 / 16, 1 / 8, 1 / 4, 1 / 2, 1.0)


def distance_m(facts: Facts) -> Tensor:
    """Metres from the answer to the truth, `(B,)` float64 of places: along the great circle, or as
    stated; NaN where an answer's latitude lies beyond a pole."""
    if all(name in facts for name in PLACES):
        answer, target = (facts[name] for name in PLACES)
        metres = great_circle_distance(answer, target)
        return torch.where(answer[:, 1].abs() <= 90, metres, torch.nan)
    return number(facts, "distance_m")


def log_nearness(metres: Tensor) -> Tensor:
    """How near a place is, on a logarithmic scale.

    Args:
        metres: `(...)` at least 0; beyond the antipode counts as the antipode.

    Returns:
        `(...)` in [0, 1], `1 - ln(1 + d / 50 m) / ln(1 + D / 50 m)`, D half the circumference of
        the sphere: strictly falling in float64, 1 at 0, 0 at the antipode; NaN for NaN.

    >>> log_nearness(torch.tensor([0.0, 1e3, 1e6, 2.1e7])).round(decimals=3)
    tensor([1.0000, 0.7640, 0.2320, 0.0000])
    """
    whole = math.log1p(FARTHEST_M / NEAR_M)
    gone = torch.log1p(metres.clamp(max=FARTHEST_M) / NEAR_M) / whole
    return (1 - gone).clamp(0.0, 1.0)


def nearness(facts: Facts) -> Tensor:
    """`log_nearness` of the answer: `(B,)`."""
    return log_nearness(distance_m(facts))


def chain_nearness(facts: Facts) -> Tensor:
    """The finest level of continent, country, region and city that is right, and the nearness
    within it: `(B,)` in [0, 1].

    A right city makes its region, country and continent right, whatever was said of them.
    """
    right = torch.stack([number(facts, level) for level in LEVELS], 1)
    step = (right * torch.arange(1, len(LEVELS) + 1, device=right.device)).amax(1).long()
    near = nearness(facts)
    stairs = near.new_tensor(_STAIRS)
    return stairs[step] + (stairs[step + 1] - stairs[step]) * near


def by_distance(*terms: tuple[float, Term], gates: tuple[Term, ...] = ()) -> tuple[Form, Form]:
    """The two forms of terms that read a distance: from the places, and from the stated distance.

    Args:
        *terms: weights and terms, and gates; those that need `PLACES` do without where there is
            `distance_m`.
    """
    measured = [(weight, _measured(term)) for weight, term in terms]
    return (
        Form("places", terms, gates),
        Form("distance", tuple(measured), tuple(map(_measured, gates))),
    )


def _measured(term: Term) -> Term:
    if not {*PLACES} <= {*term.needs}:
        return term
    rest = tuple(name for name in term.needs if name not in PLACES)
    return replace(term, needs=("distance_m", *rest))


NEARNESS = Term(
    "nearness",
    nearness,
    PLACES,
    "1 - ln(1 + d / 50 m) / ln(1 + D / 50 m), D half the circumference of the Earth",
)
CHAIN = Term(
    "chain",
    chain_nearness,
    (*PLACES, *LEVELS),
    "1/16 for the right continent, 1/8 the country, 1/4 the region, 1/2 the city; the gap to the "
    "next, of the city to 1, is filled by the nearness",
)
