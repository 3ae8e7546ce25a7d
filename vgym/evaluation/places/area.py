"""Recall against area (RvA): how much of the Earth must be searched until the truth is held.

See `vgym.geometry.region_sets` for the order and for ties.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray

from vgym.evaluation.metrics import Estimate, estimate_mean
from vgym.geometry.region_sets import area_of_cells, log_area_share
from vgym.geometry.sphere import cap_area


@dataclass(frozen=True, eq=False)
class RecallArea:
    """The curve of N answers.

    Attributes:
        areas_km2: (N,) of each answer until it held the truth, infinite where it never did.
        auc: the area under recall over the logarithm of the area, from pi square kilometres to the
            whole sphere, as a share: 1 if all were held at once.
    """

    areas_km2: NDArray[np.float64]
    auc: Estimate

    def recall(self, area_km2: ArrayLike) -> NDArray[np.float64]:
        """(...) the share of answers that held the truth within each area, the last included."""
        return np.searchsorted(
            np.sort(self.areas_km2), np.asarray(area_km2, np.float64), side="right"
        ) / len(self.areas_km2)

    def at_radius(self, radius_km: ArrayLike) -> NDArray[np.float64]:
        """(...) recall within the area of a circle on the sphere, to be set beside accuracies."""
        metres = torch.from_numpy(np.array(radius_km, np.float64)) * 1000
        return self.recall(cap_area(metres).numpy() / 1e6)


def recall_against_area(areas_km2: ArrayLike, *, seed: int = 0) -> RecallArea:
    """The curve of answers whose areas are known, see `vgym.geometry.region_sets.area_to_truth`.

    Args:
        areas_km2: (N,), at least one. seed: of the bootstrap.
    """
    areas = np.array(areas_km2, np.float64)
    shares = log_area_share(torch.from_numpy(areas)).numpy()
    return RecallArea(areas, estimate_mean(shares, seed))


def recall_of_cells(scores: ArrayLike, true: ArrayLike, level: int, *, seed: int = 0) -> RecallArea:
    """The curve of distributions over all cells of a level.

    Args:
        scores: (N, 12 * 4 ** level); rows that were not read are all 0.
        true: (N, 2) lonlat, degrees. level: of `vgym.geometry.cells`. seed: of the bootstrap.
    """
    weights, places = (torch.from_numpy(np.array(each, np.float64)) for each in (scores, true))
    return recall_against_area(area_of_cells(weights, places, level).numpy(), seed=seed)


def recall_of_points(km: ArrayLike, *, seed: int = 0) -> RecallArea:
    """The curve of answers that are points: circles round them grow until they hold the truth.

    Args:
        km: (N,) from answer to truth; infinite where none was read.
    """
    distances = np.array(km, np.float64)
    metres = torch.from_numpy(np.where(np.isfinite(distances), distances, 0.0)) * 1000
    areas = np.where(np.isfinite(distances), cap_area(metres).numpy() / 1e6, np.inf)
    return recall_against_area(areas, seed=seed)
