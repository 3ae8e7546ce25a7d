"""Numbers of an answered place, as the field counts them.

Radii are Im2GPS's: street, city, region, country, continent. A place at the radius is within it
(``<=``), and kilometres are along the great circle of a sphere of 6,371.0088 km, or of WGS84 where
the name says so. An answer that was not read counts as one at the farthest place there is.
"""

from __future__ import annotations

import torch
from torch import Tensor

from vgym.core.task import Facts
from vgym.data.earth.chain import LEVELS
from vgym.geometry.region_sets import SPHERE_KM2, area_of_cells, log_area_share
from vgym.geometry.sphere import geodesic_distance_wgs84
from vgym.rewards.earth import DECAY_KM, FARTHEST_M, FARTHEST_WGS84_M

RADII_KM = (1, 25, 200, 750, 2500)


def place_metrics(facts: Facts) -> dict[str, Tensor]:
    """Distances, accuracies and the score of answers.

    Args:
        facts: of `place_facts`.

    Returns:
        (B,) each, always finite: ``distance_km``, ``distance_wgs84_km``, ``acc_at_1km`` and so on
        for `RADII_KM`, ``geo_score`` in [0, 5000], ``continent_correct`` and so on for `LEVELS`,
        and ``answer_read``.
    """
    read, target = facts["format_ok"], facts["target_lonlat"]
    metres = torch.where(read, facts["distance_m"], FARTHEST_M)
    on_wgs84, rows = torch.full_like(metres, FARTHEST_WGS84_M), read.nonzero()[:, 0]
    if len(rows):
        answer = facts["prediction_lonlat"][rows]
        on_wgs84[rows] = geodesic_distance_wgs84(answer, target[rows])
    return {
        "distance_km": metres / 1000,
        "distance_wgs84_km": on_wgs84 / 1000,
        **{f"acc_at_{radius}km": metres <= radius * 1000 for radius in RADII_KM},
        "geo_score": torch.where(read, 5000 * torch.exp(-metres / 1000 / DECAY_KM), 0.0),
        **{f"{level}_correct": facts[f"{level}_correct"] for level in LEVELS},
        "answer_read": read,
    }


def set_metrics(scores: Tensor, target: Tensor, read: Tensor, level: int) -> dict[str, Tensor]:
    """How much of the Earth a distribution over cells has to be searched for the truth.

    Args:
        scores: (B, 12 * 4 ** level) of all cells. target: (B, 2) lonlat. read: (B,) bool.

    Returns:
        (B,) each: ``area_to_truth_km2``, the whole sphere where the set does not hold the truth or
        was not read; ``recall_area``, whose mean is the area under recall against the logarithm of
        the area (`vgym.geometry.region_sets`).
    """
    areas = torch.where(read, area_of_cells(scores, target, level), torch.inf)
    return {
        "area_to_truth_km2": areas.clamp(max=SPHERE_KM2),
        "recall_area": log_area_share(areas),
    }
