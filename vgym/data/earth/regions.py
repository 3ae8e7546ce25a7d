"""Which country and which first-level region a place lies in, after Natural Earth 1:10m.

Coasts of that scale are off by kilometres: towns and piers on them lie at sea. So what lies within
5 km of an outline, and in none, is of the nearest.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

from vgym.data.earth.border_cells import border_cells, locate

STEPS_PER_DEGREE = 10_000  # to which corners of outlines are rounded: 11 m
REACH_M = 5_000.0  # off an outline, within which it still counts
# Outlines end short of the date line and the pole: what lies beyond counts as at their edge.
_EAST, _SOUTH = 179.899, -89.899
CONTINENTS = {
    "AF": "Africa",
    "AN": "Antarctica",
    "AS": "Asia",
    "EU": "Europe",
    "NA": "North America",
    "OC": "Oceania",
    "SA": "South America",
}


@dataclass(frozen=True)
class Country:
    """A country of Natural Earth.

    Attributes:
        code: ISO 3166 alpha-2; "" where the list has none.
        name: in English. continent: by its code at GeoNames, such as "EU" (`CONTINENTS`).
    """

    code: str
    name: str
    continent: str


@dataclass(frozen=True)
class Region:
    """A first-level region, such as a state or a province."""

    name: str
    country: Country


class Borders:
    """All regions and where they lie.

    Args:
        arrays: of the file, as `packed` makes them. regions: what each is.

    Attributes:
        countries: of all regions, each once. country_number: (R + 1,) int64 that of each region;
            the last is -1, so that region -1 has country -1.
    """

    def __init__(self, arrays: Mapping[str, NDArray[Any]], regions: Sequence[Region]) -> None:
        self.regions = tuple(regions)
        number = {country: k for k, country in enumerate(dict.fromkeys(r.country for r in regions))}
        self.countries = (*number,)
        self.country_number = np.array([*(number[region.country] for region in regions), -1])
        self._parts, self._regions = arrays["parts"], arrays["regions"]
        rings = self._regions[:-1], np.diff(self._parts[self._regions])
        self._cells = border_cells(
            np.cumsum(arrays["steps"], 0, dtype=np.int32),
            1 / STEPS_PER_DEGREE,
            arrays["rings"],
            np.repeat(np.arange(len(rings[0]), dtype=np.int32), rings[1]),
        )
        self._rings = arrays["rings"]

    @property
    def nbytes(self) -> int:
        """Bytes that outlines and cells take."""
        return self._cells.nbytes + self._rings.nbytes

    @property
    def outlines(self) -> NDArray[Any]:
        """(R,) polygons of any number of parts, lonlat; built anew each time."""
        return _polygons(
            self._cells.corners.astype(np.float64) / STEPS_PER_DEGREE,
            (self._rings, self._parts, self._regions),
        )

    def region_numbers(
        self, places: NDArray[np.float64], reach_m: float = REACH_M
    ) -> NDArray[np.int64]:
        """(N,) the number of the region that each place (N, 2) lies in; -1 in none.

        Of two that meet in a place the first counts. Where there is none, the nearest outline
        counts if it is within reach.
        """
        lon, lat = places.T
        inner = np.stack([np.clip(lon, -_EAST, _EAST), np.maximum(lat, _SOUTH)], 1)
        return locate(self._cells, inner, reach_m)

    def middles(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(R, 2) the middle of the largest part of every region; (R,) how large it is, in degrees
        squared of the equator."""
        parts, region = shapely.get_parts(self.outlines, return_index=True)
        middle = shapely.get_coordinates(shapely.centroid(parts))
        area = shapely.area(parts) * np.cos(np.radians(middle[:, 1]))
        largest = np.empty(len(self.regions), np.int64)
        order = np.argsort(area, kind="stable")
        largest[region[order]] = order
        return middle[largest], area[largest]


def packed(outlines: NDArray[Any]) -> dict[str, Any]:
    """Arrays that `Borders` reads: corners as steps from one to the next, and where parts end."""
    _, corners, offsets = shapely.to_ragged_array(outlines)
    whole = np.round(corners[:, :2] * STEPS_PER_DEGREE).astype(np.int32)
    steps = np.diff(whole, axis=0, prepend=np.zeros((1, 2), np.int32))
    rings, parts, regions = (offset.astype(np.int32) for offset in offsets)
    return {"steps": steps, "rings": rings, "parts": parts, "regions": regions}


def _polygons(corners: NDArray[np.float64], offsets: tuple[NDArray[Any], ...]) -> NDArray[Any]:
    outlines: NDArray[Any] = shapely.from_ragged_array(
        shapely.GeometryType.MULTIPOLYGON, corners, offsets
    )
    return outlines


def named_regions(table: Any) -> list[Region]:
    """The regions of the table of names."""
    countries = [Country(**row) for row in table["countries"]]
    return [Region(name, countries[number]) for name, number in table["regions"]]
