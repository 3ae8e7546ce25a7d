"""Towns of the Earth with their people, after GeoNames, found by nearness on the sphere."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vgym.data.earth.lonlats import unit_vectors
from vgym.data.earth.regions import Region

RADIUS_M = 6_371_008.8  # of `vgym.geometry.sphere`


@dataclass(frozen=True)
class Near:
    """Places near others: (N, K) arrays, the nearest first.

    Attributes:
        number: of the place in the table. name: of the town.
        lonlat: (N, K, 2) degrees. distance_m: along the great circle.
        population: people. region, country: of Natural Earth, objects.
    """

    number: NDArray[np.int64]
    name: NDArray[np.str_]
    lonlat: NDArray[np.float64]
    distance_m: NDArray[np.float64]
    population: NDArray[np.int64]
    region: NDArray[np.object_]
    country: NDArray[np.object_]


class Places:
    """The table of places, the most populous first.

    Args:
        arrays: of the file. regions: those of `Borders`.
    """

    def __init__(self, arrays: Any, regions: tuple[Region, ...]) -> None:
        self.lonlat: NDArray[np.float64] = arrays["lonlat"] / 1e5
        self.population: NDArray[np.int64] = arrays["population"].astype(np.int64)
        self.is_capital: NDArray[np.bool_] = arrays["capital"]
        self.region_number: NDArray[np.int64] = arrays["region"].astype(np.int64)
        self.code: NDArray[np.str_] = arrays["code"].astype(str)
        self.name = np.array(arrays["names"].tobytes().decode("utf-8").split("\n"))
        # By the number of a region; -1 is none.
        self._regions = np.array([*regions, None], np.object_)
        self._countries = np.array([*(region.country for region in regions), None], np.object_)

    def __len__(self) -> int:
        return len(self.lonlat)

    @cached_property
    def _tree(self) -> Any:
        from scipy.spatial import cKDTree

        return cKDTree(unit_vectors(self.lonlat))

    def nearest(self, places: NDArray[np.float64], k: int) -> Near:
        """The k nearest of each place (N, 2).

        Raises:
            ValueError: k is not from 1 to the number of places.
        """
        if not 1 <= k <= len(self):
            raise ValueError(f"k={k} must be from 1 to {len(self)}")
        chord, number = self._tree.query(unit_vectors(places), k=[*range(1, k + 1)])
        region = self.region_number[number]
        return Near(
            number=number,
            name=self.name[number],
            lonlat=self.lonlat[number],
            distance_m=2 * RADIUS_M * np.arcsin(np.minimum(chord / 2, 1)),
            population=self.population[number],
            region=self._regions[region],
            country=self._countries[region],
        )
