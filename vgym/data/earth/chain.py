"""The chain of a place, continent, country, region and city: numbers to compare, names to read.

A place at sea has none of them. Its country is that of its region, and its continent its country's
at GeoNames: all of Russia is in Europe, and so is what France counts as its regions overseas. Lakes
belong to the regions of their shores.

The city is that of the nearest town (`Places.city`) of the same country, within 25 km, which the
field calls city level (PlaNet, arXiv 1602.05314); further out a place lies in no city.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from vgym.data.earth.places import Places
from vgym.data.earth.regions import CONTINENTS, Borders

LEVELS = ("continent", "country", "region", "city")
CITY_M = 25_000.0
_TRIED = 16  # towns among which one of the same country is looked for


@dataclass(frozen=True, eq=False)
class Chain:
    """Chains of N places; numbers are -1 where a place has none of a level.

    Attributes:
        continent: (N,) its number in `CONTINENTS`. country: in `Borders.countries`.
        region: in `Borders.regions`. city: in `Places`.
        town: (N,) the town of `Places` that is nearest, at sea too, of whatever country.
        town_m: (N,) the way to it.
        lake: (N,) whether it lies in a lake that has an outline.
    """

    continent: NDArray[np.int64]
    country: NDArray[np.int64]
    region: NDArray[np.int64]
    city: NDArray[np.int64]
    town: NDArray[np.int64]
    town_m: NDArray[np.float64]
    lake: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.region)

    def __getitem__(self, rows: Any) -> Chain:
        """The chains of some rows."""
        return Chain(*(np.atleast_1d(getattr(self, field.name)[rows]) for field in fields(self)))

    @property
    def codes(self) -> NDArray[np.int64]:
        """(N, 4) the numbers of all `LEVELS`."""
        return np.stack([self.continent, self.country, self.region, self.city], 1)

    @property
    def sea(self) -> NDArray[np.bool_]:
        """(N,) whether a place lies in no country."""
        return self.region < 0


class Chains:
    """Finds chains, and names them.

    Args:
        borders: of all regions. towns: among which cities are. lakes: polygons, lonlat.
    """

    def __init__(self, borders: Borders, towns: Places, lakes: NDArray[Any]) -> None:
        self._borders, self._towns, self._lakes = borders, towns, lakes
        continents = [*CONTINENTS]
        self._continent = np.array(
            [*(continents.index(country.continent) for country in borders.countries), -1]
        )
        # By number; -1 is none.
        names = (
            CONTINENTS.values(),
            (country.name for country in borders.countries),
            (region.name for region in borders.regions),
            towns.name.tolist(),
        )
        self._names = [np.array([*level, None], np.object_) for level in names]

    def of(self, places: NDArray[np.float64]) -> Chain:
        """The chains of places (N, 2)."""
        region = self._borders.region_numbers(places)
        country = self._borders.country_number[region]
        nearest = self._towns.nearest_numbers(places, 1)
        town, town_m = nearest[:, 0], self._towns.metres(places, nearest)[:, 0]
        near = np.where((country >= 0) & (town_m <= CITY_M), town, -1)
        foreign = np.flatnonzero((near >= 0) & (self._country_of(near) != country))
        near[foreign] = self._own(places[foreign], country[foreign])
        return Chain(
            continent=self._continent[country],
            country=country,
            region=region,
            city=np.where(near >= 0, self._towns.city[near], -1),
            town=town,
            town_m=town_m,
            lake=self._in_lake(places),
        )

    def words(self, codes: NDArray[np.int64]) -> NDArray[np.object_]:
        """(N, 4) what `Chain.codes` are called in English; None for -1."""
        found = [names[codes[:, level]] for level, names in enumerate(self._names)]
        return np.stack(found, 1)

    def _country_of(self, town: NDArray[np.int64]) -> NDArray[np.int64]:
        return self._borders.country_number[self._towns.region_number[town]]

    def _own(self, places: NDArray[np.float64], country: NDArray[np.int64]) -> NDArray[np.int64]:
        """(N,) the nearest town that is of the country of a place, -1 if none of those near is."""
        town = self._towns.nearest_numbers(places, min(_TRIED, len(self._towns)))
        near = self._towns.metres(places, town) <= CITY_M
        fits = (self._country_of(town) == country[:, None]) & near
        first = fits.argmax(1)
        rows = np.arange(len(places))
        return np.where(fits[rows, first], town[rows, first], -1)

    @cached_property
    def _reach(self) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
        """The boxes of lakes; (180, 360) the degrees that they reach."""
        shapely.prepare(self._lakes)
        boxes = shapely.bounds(self._lakes)
        reached = np.zeros((180, 360), np.bool_)
        degrees = np.floor(boxes).astype(np.int64) + np.array([180, 90, 180, 90])
        for west, south, east, north in degrees.tolist():
            reached[south : north + 1, west : east + 1] = True
        return boxes, reached

    def _in_lake(self, places: NDArray[np.float64]) -> NDArray[np.bool_]:
        found = np.zeros(len(places), np.bool_)
        boxes, reached = self._reach
        degree = np.floor(places).astype(np.int64) + np.array([180, 90])
        column, row = np.minimum(degree, [359, 179]).T
        near = np.flatnonzero(reached[row, column])
        if not len(near):
            return found
        lon, lat = places[near].T[..., None]
        west, south, east, north = boxes.T
        boxed = (west <= lon) & (lon <= east) & (south <= lat) & (lat <= north)
        rows, lakes = boxed.nonzero()
        within = shapely.contains_xy(self._lakes[lakes], lon[rows, 0], lat[rows, 0])
        found[near[rows[within]]] = True
        return found
