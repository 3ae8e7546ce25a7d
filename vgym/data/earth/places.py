"""Towns of the Earth with their people, after GeoNames, found by nearness on the sphere."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vgym.data.earth.lines import text_lines
from vgym.data.earth.lonlats import unit_vectors
from vgym.data.earth.near_cells import NearCells, chords, near_cells, nearest
from vgym.data.earth.regions import Region

RADIUS_M = 6_371_008.8  # of `vgym.geometry.sphere`
_PEOPLE_PER_KM2 = 4_000  # of a disc that a city fills
_TIMES_LARGER = 2  # than a part of it, a city is


@dataclass(frozen=True)
class Near:
    """Places near others: (N, K) arrays, the nearest first.

    How far they are, what they are called and where they lie is found when it is first asked for.

    Args:
        number: of the place in the table. places: (N, 2) near which it is. table: of places.
    """

    number: NDArray[np.int64]
    places: NDArray[np.float64] = field(repr=False)
    table: Places = field(repr=False)

    @cached_property
    def distance_m(self) -> NDArray[np.float64]:
        """Along the great circle."""
        return self.table.metres(self.places, self.number)

    @cached_property
    def name(self) -> NDArray[np.object_]:
        """Of the towns."""
        return self.table.name.take(self.number)

    @cached_property
    def lonlat(self) -> NDArray[np.float64]:
        """(N, K, 2) degrees."""
        return self.table.lonlat.take(self.number, axis=0)

    @cached_property
    def population(self) -> NDArray[np.int64]:
        """How many people live there."""
        return self.table.population.take(self.number)

    @cached_property
    def region(self) -> NDArray[np.object_]:
        """The `Region` of Natural Earth that each lies in."""
        return self.table.region.take(self.number)

    @cached_property
    def country(self) -> NDArray[np.object_]:
        """The `Country` of Natural Earth that each lies in."""
        return self.table.country.take(self.number)


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
        self.name = text_lines(arrays["names"])
        # By the number of a region; -1 is none.
        named: NDArray[np.object_] = np.array([*regions, None], np.object_)
        lands = np.array([*(region.country for region in regions), None], np.object_)
        self.region: NDArray[np.object_] = named[self.region_number]
        self.country: NDArray[np.object_] = lands[self.region_number]

    def __len__(self) -> int:
        return len(self.lonlat)

    @cached_property
    def _vectors(self) -> NDArray[np.float64]:
        return unit_vectors(self.lonlat)

    def _tree(self) -> Any:
        from scipy.spatial import cKDTree

        return cKDTree(self._vectors)

    @cached_property
    def _kept_tree(self) -> Any:
        return self._tree()

    @cached_property
    def _cells(self) -> NearCells:
        return near_cells(self._vectors)

    @cached_property
    def city(self) -> NDArray[np.int64]:
        """(N,) the number of the city that each town is part of: its own for most.

        GeoNames lists quarters and suburbs beside cities. A town is taken to be part of the most
        populous city of its country that is at least twice as large and whose disc, at 4,000
        people a km2, reaches the town's middle.
        """
        radius_m = np.sqrt(self.population / (np.pi * _PEOPLE_PER_KM2)) * 1e3
        reach = 2 * np.sin(radius_m / (2 * RADIUS_M))
        balls = self._tree().query_ball_point(self._vectors, reach)
        town = np.concatenate(balls).astype(np.int64)
        city = np.repeat(np.arange(len(self)), [len(ball) for ball in balls])
        larger = self.population[city] >= _TIMES_LARGER * self.population[town]
        part = larger & (self.code[city] == self.code[town])
        found = np.arange(len(self))
        np.minimum.at(found, town[part], city[part])  # the most populous has the least number
        while (found != found[found]).any():  # parts of parts
            found = found[found]
        return found

    def nearest_numbers(self, places: NDArray[np.float64], k: int) -> NDArray[np.int64]:
        """(N, k) the k nearest of each place (N, 2), in [-180, 180] and [-90, 90]."""
        if k == 1:
            return nearest(self._cells, places)[:, None]
        numbers: NDArray[np.int64] = self._kept_tree.query(
            unit_vectors(places), [*range(1, k + 1)]
        )[1]
        return numbers

    def metres(
        self, places: NDArray[np.float64], numbers: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """(N, k) the way along the sphere from each place (N, 2) to those of numbers (N, k)."""
        halves = np.minimum(chords(self._vectors, places, numbers) / 2, 1)
        metres: NDArray[np.float64] = 2 * RADIUS_M * np.arcsin(halves)
        return metres

    def nearest(self, places: NDArray[np.float64], k: int) -> Near:
        """The k nearest of each place (N, 2).

        Raises:
            ValueError: k is not from 1 to the number of places.
        """
        if not 1 <= k <= len(self):
            raise ValueError(f"k={k} must be from 1 to {len(self)}")
        return Near(self.nearest_numbers(places, k), places, self)
