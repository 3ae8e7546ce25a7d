"""Places that were answered beside the true ones, and how far they are from each other.

Kilometres are along the great circle of a sphere of 6,371.0088 km, or of WGS84 where that is said.
An answer that was not read counts as one at the farthest place there is, unless it is said that
only read ones are counted: leaving out what fails makes any median good.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray
from torch import Tensor

from vgym.evaluation.episodes import Played
from vgym.geometry.sphere import geodesic_distance_wgs84, great_circle_distance
from vgym.rewards.earth import DECAY_KM, FARTHEST_M, FARTHEST_WGS84_M

FARTHEST_KM = {"sphere": FARTHEST_M / 1000, "WGS84": FARTHEST_WGS84_M / 1000}
ON = tuple(FARTHEST_KM)


@dataclass(frozen=True, eq=False)
class Answers:
    """N answers.

    Attributes:
        answered: (N, 2) lonlat, degrees; NaN where none was read. true: (N, 2).
    """

    answered: NDArray[np.float64]
    true: NDArray[np.float64]

    def __post_init__(self) -> None:
        for name in ("answered", "true"):
            places = np.asarray(getattr(self, name), np.float64)
            if places.ndim != 2 or places.shape[1] != 2:
                raise ValueError(f"{name} has shape {places.shape}; give (N, 2) lonlat, degrees")
            object.__setattr__(self, name, places)
        if len(self.answered) != len(self.true):
            raise ValueError(f"{len(self.answered)} answers are given to {len(self.true)} places")
        if not np.isfinite(self.true).all():
            raise ValueError("a true place is not finite")

    def __len__(self) -> int:
        return len(self.true)

    def __getitem__(self, rows: Any) -> Answers:
        return Answers(self.answered[rows], self.true[rows])

    @cached_property
    def read(self) -> NDArray[np.bool_]:
        """(N,) whether there is an answer."""
        return np.asarray(np.isfinite(self.answered).all(1))

    @cached_property
    def km(self) -> NDArray[np.float64]:
        """(N,) on the sphere."""
        return distances_km(self.answered, self.true)

    @cached_property
    def wgs84_km(self) -> NDArray[np.float64]:
        """(N,) on the ellipsoid."""
        return distances_km(self.answered, self.true, "WGS84")

    @property
    def geo_scores(self) -> NDArray[np.float64]:
        """(N,) `5000 exp(-d / 1492.7 km)`; 0 where none was read."""
        scores: NDArray[np.float64] = 5000 * np.exp(-self.km / DECAY_KM) * self.read
        return scores


def distances_km(a: ArrayLike, b: ArrayLike, on: str = "sphere") -> NDArray[np.float64]:
    """(N,) from places to others (N, 2); as far as can be where one is no number.

    Raises:
        ValueError: ``on`` is not in `ON`.
    """
    if on not in FARTHEST_KM:
        raise ValueError(f"on={on!r} must be one of {', '.join(ON)}")
    measure = great_circle_distance if on == "sphere" else geodesic_distance_wgs84
    ends = [_tensor(places) for places in (a, b)]
    known = torch.stack([end.isfinite().all(-1) for end in ends]).all(0)
    metres = measure(*(torch.where(known[:, None], end, 0.0) for end in ends))
    km: NDArray[np.float64] = torch.where(known, metres / 1000, FARTHEST_KM[on]).numpy()
    return km


def answers_of(pairs: Iterable[tuple[ArrayLike | None, ArrayLike]]) -> Answers:
    """Answers from pairs of an answered place, or None, and the true one.

    >>> answers_of([([2.35, 48.86], [2.3, 48.9]), (None, [0.0, 0.0])]).read.tolist()
    [True, False]
    """
    rows = [((np.nan, np.nan) if answered is None else answered, true) for answered, true in pairs]
    places = np.array(rows, np.float64).reshape(-1, 2, 2)
    return Answers(places[:, 0], places[:, 1])


def answers_in(played: Iterable[Played]) -> Answers | None:
    """The places that episodes answered; None where they are about none."""
    pairs = [(one.places.get("prediction"), one.places.get("target")) for one in played]
    known = [(answered, true) for answered, true in pairs if true is not None]
    return answers_of(known) if known else None


def _tensor(places: ArrayLike) -> Tensor:
    return torch.from_numpy(np.array(places, np.float64))
