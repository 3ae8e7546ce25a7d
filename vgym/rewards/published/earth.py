"""Published rewards for places on Earth: by distance, and by cells.

By distance, a recipe takes either the two places, and then measures on the sphere that its paper
used, or `distance_m` as the task has measured it. Sphere radii differ by up to 0.11 %.
"""

from collections.abc import Callable

import torch
from torch import Tensor

from vgym.geometry.sphere import EARTH_RADIUS, great_circle_distance
from vgym.rewards.facts import Facts, number
from vgym.rewards.form import Form, Term
from vgym.rewards.recipes import register, sound
from vgym.rewards.reward import Reward

_SPACE = "degrees, longitude first; distances in metres"
_PLACES = ("prediction_lonlat", "target_lonlat")
# Radius of the sphere in Geo-R, OSV-5M and vlm-gym, km.
_RADIUS_KM = 6371.0


def distance_km(facts: Facts) -> Tensor:
    """Kilometres from the answer to the truth, `(B,)`: on a sphere of 6371 km, or as stated."""
    if all(name in facts for name in _PLACES):
        angle = great_circle_distance(*(facts[name] for name in _PLACES)) / EARTH_RADIUS
        return angle * _RADIUS_KM
    return number(facts, "distance_m").clamp(min=0.0) / 1000


def _by_distance(weight: float, term: Term) -> tuple[Form, Form]:
    """The two forms of a recipe that reads `distance_km` alone."""
    parts = (term.name, term.function)
    places, distance = (
        Term(*parts, needs, term.text, range=term.range) for needs in (_PLACES, ("distance_m",))
    )
    return Form("places", ((weight, places),)), Form("distance", ((weight, distance),))


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
    _PLACES,
    "linear in the distance through 1 at 0, 0.5 at 750 km, 0.2 at 3000 km and 0 at 20000 km; "
    "rounded to 4 decimals",
)
_GEO_R = Reward(
    name="geo-r",
    forms=_by_distance(1.0, _LOCATION),
    source="Geo-R, arXiv 2601.00388; code aialt/geo-r at 160ecef, loc_reward; radius 6371 km",
    doc="Piecewise linear in the great-circle distance.",
    space=_SPACE,
    failure_modes=(
        "a safe guess at a country's centre earns 0.5 and more",
        "rounding: 1 within 75 m; far out, steps of 8.5 km earn the same",
        "an unparsable answer earns 0, as the antipode does, so parsing is not paid for",
        "a latitude beyond 90 degrees is taken, wrapped by the sine and cosine",
    ),
)


def geo_score(facts: Facts) -> Tensor:
    """The GeoGuessr score of the world map, `5000 exp(-d / 1492.7 km)`, not rounded: `(B,)`."""
    return 5000 * torch.exp(-distance_km(facts) / 1492.7)


_GEO_SCORE = Term("geo_score", geo_score, _PLACES, "5000 exp(-d / 1492.7 km)", range=(0.0, 5000.0))
_GEOGUESSR = Reward(
    name="geoguessr",
    forms=_by_distance(1 / 5000, _GEO_SCORE),
    source="the Geoscore of OSV-5M, code gastruc/osv5m at 4e60753, and of PIGEON, code "
    "LukasHaas/PIGEON at 561f7ed; radius 6371 km as in OSV-5M",
    doc="The GeoGuessr score of the world map, divided by its maximum of 5000.",
    space=_SPACE,
    failure_modes=(
        "next to no slope beyond 9000 km, where the score is below 12 of 5000",
        "PIGEON rounds the score to whole points; here it is not rounded, as in OSV-5M",
    ),
)


# PIGEOTTO's temperature, the one in force in the code; PIGEON's was 75 km.
_PIGEON_TAU_KM = 65.0


def cell_label_smoothing(distances_m: Tensor) -> Tensor:
    """PIGEON's soft target of every cell, for cross-entropy; not normalised.

    Args:
        distances_m: `(..., C)` metres from the truth to every cell's centroid.

    Returns:
        `(..., C)` in [0, 1], `exp(-(d - min d) / 65 km)`: 1 for the nearest cell; 0 for NaN.

    >>> cell_label_smoothing(torch.tensor([0.0, 65_000.0]))
    tensor([1.0000, 0.3679])
    """
    known = distances_m.nan_to_num(nan=torch.inf, posinf=torch.inf)
    excess = known - known.amin(-1, keepdim=True)
    return torch.exp(-excess / 1000 / _PIGEON_TAU_KM).nan_to_num(nan=0.0)


def pigeon(facts: Facts) -> Tensor:
    """The soft target of the chosen cell: `(B,)` in [0, 1]."""
    if "cell_distances_m" in facts:
        soft = cell_label_smoothing(facts["cell_distances_m"])
        return soft.gather(-1, facts["cell_index"].long()[:, None])[:, 0]
    excess = number(facts, "cell_distance_m") - number(facts, "nearest_cell_distance_m")
    return torch.exp(-excess / 1000 / _PIGEON_TAU_KM)


_SOFT = "exp(-(d - d_min) / 65 km), d from the truth to the chosen cell's centroid, d_min the least"
_CELLS = Term("cell", pigeon, ("cell_index", "cell_distances_m"), _SOFT)
_CELL = Term("cell", pigeon, ("cell_distance_m", "nearest_cell_distance_m"), _SOFT)
_PIGEON = Reward(
    name="pigeon",
    forms=(Form("cells", ((1.0, _CELLS),)), Form("distance", ((1.0, _CELL),))),
    source="PIGEON, arXiv 2307.05845; code LukasHaas/PIGEON at 561f7ed, preprocessing/utils.py "
    "(there a soft target for cross-entropy; paying it to the chosen cell is vgym's)",
    doc="PIGEON's label smoothing of geocells, paid to the cell that was chosen.",
    space="cells; distances in metres, on a sphere of 6378.137 km in the code",
    failure_modes=(
        "the nearest centroid need not be the cell that holds the truth; it earns 1 all the same "
        "(the paper takes the true cell's)",
        "no slope beyond a few hundred kilometres",
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
    space=_SPACE,
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

register(_GEO_R, _GEOGUESSR, _PIGEON, _VLM_GYM, _VLM_GYM_SOUND, subject="Earth")
