"""Published rewards for places on Earth by their distance, and what mends them.

By distance, a recipe takes either the two places, and then measures on the sphere that its paper
used, or `distance_m` as the task has measured it. Sphere radii differ by up to 0.11 %.
"""

from collections.abc import Callable
from dataclasses import replace

import torch
from torch import Tensor

from vgym.geometry.sphere import EARTH_RADIUS, great_circle_distance
from vgym.rewards.earth import (
    DECAY_KM,
    FARTHEST_M,
    NEARNESS,
    PLACES,
    SPACE,
    by_distance,
    distance_m,
)
from vgym.rewards.facts import Facts, number
from vgym.rewards.form import Form, Term
from vgym.rewards.recipes import register, sound, variant
from vgym.rewards.reward import Reward

# Radius of the sphere in Geo-R, OSV-5M and vlm-gym, km.
_RADIUS_KM = 6371.0


def distance_km(facts: Facts) -> Tensor:
    """Kilometres from the answer to the truth, `(B,)`: on a sphere of 6371 km, or as stated."""
    if all(name in facts for name in PLACES):
        angle = great_circle_distance(*(facts[name] for name in PLACES)) / EARTH_RADIUS
        return angle * _RADIUS_KM
    return number(facts, "distance_m").clamp(min=0.0) / 1000


def geo_r(facts: Facts) -> Tensor:
    """Geo-R's piecewise linear reward of the distance, rounded to four decimals: `(B,)`."""
    d = distance_km(facts)
    value = torch.where(d <= 20000, 0.2 - 0.2 * (d - 3000) / 17000, 0.0)
    value = torch.where(d <= 3000, 0.5 - 0.3 * (d - 750) / 2250, value)
    value = torch.where(d <= 750, 1 - 0.5 * d / 750, value)
    return torch.round(value, decimals=4)


_LOCATION = Term(
    "location",
    geo_r,
    PLACES,
    "linear in the distance through 1 at 0, 0.5 at 750 km, 0.2 at 3000 km and 0 at 20000 km; "
    "rounded to 4 decimals",
)
_GEO_R = Reward(
    name="geo-r",
    forms=by_distance((1.0, _LOCATION)),
    source="Geo-R, arXiv 2601.00388; code aialt/geo-r at 160ecef, loc_reward; radius 6371 km",
    doc="Piecewise linear in the great-circle distance.",
    space=SPACE,
    failure_modes=(
        "a safe guess at a country's centre earns 0.5 and more",
        "rounding: 1 within 75 m; far out, steps of 8.5 km earn the same",
        "an unparsable answer earns 0, as the antipode does, so parsing is not paid for",
        "a latitude beyond 90 degrees is taken, wrapped by the sine and cosine",
    ),
)


def geo_r_sound(facts: Facts) -> Tensor:
    """Geo-R's pieces without rounding, the last of which ends at the antipode: `(B,)`."""
    d = distance_m(facts) / 1000
    farthest = FARTHEST_M / 1000
    value = 0.2 * (farthest - d) / (farthest - 3000)
    value = torch.where(d <= 3000, 0.5 - 0.3 * (d - 750) / 2250, value)
    return torch.where(d <= 750, 1 - 0.5 * d / 750, value).clamp(min=0.0)


_GEO_R_SOUND = sound(
    _GEO_R,
    forms=by_distance(
        (
            1.0,
            Term(
                "location",
                geo_r_sound,
                PLACES,
                "linear in the distance through 1 at 0, 0.5 at 750 km, 0.2 at 3000 km and 0 at the "
                "antipode; not rounded",
            ),
        ),
        gates=(NEARNESS,),
    ),
    doc="Geo-R's pieces times the nearness of dense-earth, so that a safe guess earns little, and "
    "a step nearer pays at every distance.",
    failure_modes=(
        "the best place to answer always earns 0.05 where places are drawn by people, 0.02 "
        "where by area of land",
    ),
)


def geo_score(facts: Facts) -> Tensor:
    """The GeoGuessr score of the world map, `5000 exp(-d / 1492.7 km)`, not rounded: `(B,)`."""
    return 5000 * torch.exp(-distance_km(facts) / DECAY_KM)


_GEO_SCORE = Term("geo_score", geo_score, PLACES, "5000 exp(-d / 1492.7 km)", range=(0.0, 5000.0))
_GEOGUESSR = Reward(
    name="geoguessr",
    forms=by_distance((1 / 5000, _GEO_SCORE)),
    source="the Geoscore of OSV-5M, code gastruc/osv5m at 4e60753, and of PIGEON, code "
    "LukasHaas/PIGEON at 561f7ed; radius 6371 km as in OSV-5M",
    doc="The GeoGuessr score of the world map, divided by its maximum of 5000.",
    space=SPACE,
    failure_modes=(
        "next to no slope beyond 9000 km, where the score is below 12 of 5000",
        "PIGEON rounds the score to whole points; here it is not rounded, as in OSV-5M",
    ),
)


# The part of the nearness that the score has no share in.
_FLAT = 0.2


def geoguessr_sound(terms: dict[str, Tensor]) -> Tensor:
    """The nearness, most of it where there is a score."""
    return terms["nearness"] * (_FLAT + (1 - _FLAT) * terms["geo_score"] / 5000)


def _score_of_places(facts: Facts) -> Tensor:
    return 5000 * torch.exp(-distance_m(facts) / 1000 / DECAY_KM)


_GEOGUESSR_SOUND = sound(
    _GEOGUESSR,
    forms=by_distance((1.0, replace(_GEO_SCORE, function=_score_of_places)), (1.0, NEARNESS)),
    doc="The GeoGuessr score of the world map times the nearness of dense-earth, of which a fifth "
    "is paid where there is no score.",
    combination=geoguessr_sound,
    combination_text="nearness (0.2 + 0.8 geo_score / 5000)",
    failure_modes=(
        "the best place to answer always earns 0.06 where places are drawn by people, 0.03 "
        "where by area of land",
    ),
)
_OSV5M = variant(
    _GEOGUESSR,
    name="osv5m-geoscore",
    forms=by_distance((1.0, _GEO_SCORE)),
    source="OpenStreetView-5M, code gastruc/osv5m at 4e60753, metrics/utils.py; radius 6371 km",
    doc="The Geoscore in points, as tables have it: that of geoguessr, 0 to 5000.",
    range=(0.0, 5000.0),
    failure_modes=(
        "as a reward it is to be normalised: thousands of points a step",
        "next to no slope beyond 9000 km, where the score is below 12",
    ),
)

# vlm-gym: kilometres at which a field's kernel has fallen to 1/e, then the weights of country,
# region, city and coordinates from so many answers on.
_VLM_GYM_TAU_KM = (2000.0, 500.0, 100.0, 25.0)
_VLM_GYM_STAGES = (
    (0, (1.0, 0.0, 0.0, 0.0)),
    (100, (0.5, 0.0, 0.0, 0.0)),
    (300, (0.3, 0.4, 0.0, 0.2)),
    (600, (0.2, 0.3, 0.3, 0.3)),
    (1000, (0.15, 0.25, 0.4, 0.4)),
)


def _field_sums(facts: Facts) -> tuple[Tensor, Tensor, Tensor]:
    """Kernels and weights summed over the fields answered, and all weights: `(B,)` each."""
    distances = number(facts, "field_distances_m")
    answered = facts.get("field_answered")
    if answered is None:
        answered = torch.ones_like(distances, dtype=torch.bool)
    weights = distances.new_tensor([stage for _, stage in _VLM_GYM_STAGES])
    if "answers_seen" in facts:
        starts = torch.tensor([start for start, _ in _VLM_GYM_STAGES], device=distances.device)
        stage = (number(facts, "answers_seen")[:, None] >= starts[1:]).sum(-1)
        weights = weights[stage]
    else:
        weights = weights[-1].expand_as(distances)
    # What was not answered may hold anything.
    kept = torch.where(answered, distances, 0.0)
    kernels = torch.exp(-kept / 1000 / distances.new_tensor(_VLM_GYM_TAU_KM))
    counted = weights * answered
    return (counted * kernels).sum(-1), counted.sum(-1), weights.sum(-1)


def vlm_gym(facts: Facts) -> Tensor:
    """Kernels of the answered fields, weighted, over the weights of the answered fields: `(B,)`."""
    gained, answered, _ = _field_sums(facts)
    return torch.where(answered > 0, gained / answered.clamp(min=1e-12), 0.0)


def vlm_gym_sound(facts: Facts) -> Tensor:
    """Kernels of the answered fields, weighted as at the last stage, over the weights of all
    fields: `(B,)`."""
    gained, _, full = _field_sums({k: fact for k, fact in facts.items() if k != "answers_seen"})
    return gained / full


_KERNELS = (
    "sum of w exp(-d / tau) over the fields answered, tau 2000 km for the country, 500 the region, "
    "100 the city, 25 the coordinates; w by stage, at last .15, .25, .4, .4; divided by the w of"
)


def _by_field(function: Callable[[Facts], Tensor], over: str) -> tuple[Form, Form]:
    """The two forms of a recipe of fields: with the stage of a curriculum, and at its end."""
    text, distances = f"{_KERNELS} {over}", "field_distances_m"
    staged = Term("fields", function, (distances, "answers_seen"), text)
    final = Term("fields", function, (distances,), text)
    return Form("curriculum", ((1.0, staged),)), Form("fields", ((1.0, final),))


_VLM_GYM = Reward(
    name="vlm-gym",
    forms=_by_field(vlm_gym, "the fields answered"),
    source="sdan/vlm-gym at 05766d1, envs/geospot.py",
    doc="Country, region, city and coordinates, each by an exponential of its distance.",
    space=SPACE,
    failure_modes=(
        "leaving out the hard fields is best: the country alone earns 1 at every stage",
    ),
)
_VLM_GYM_SOUND = sound(
    _VLM_GYM,
    # The first stages ask for the country alone, which is a guess.
    forms=_by_field(vlm_gym_sound, "all fields")[1:],
    doc="Country, region, city and coordinates, each by an exponential of its distance, from the "
    "first answer on.",
    failure_modes=("a right country alone earns 0.125",),
)

register(
    *(_GEO_R, _GEO_R_SOUND, _GEOGUESSR, _GEOGUESSR_SOUND, _OSV5M, _VLM_GYM, _VLM_GYM_SOUND),
    subject="Earth",
)
