"""Which country and which first-level region a place lies in, after Natural Earth 1:10m.

Most of the Earth lies far from any border: a grid of cells knows the region of each that no border
crosses, and only places in the others are tested against outlines, each prepared once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray

STEPS_PER_DEGREE = 10_000  # to which corners of outlines are rounded: 11 m
CELLS_PER_DEGREE = 8
SEA, MIXED = -1, -2  # of a cell: no land, or a border crosses it
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
_SHAPE = (180 * CELLS_PER_DEGREE, 360 * CELLS_PER_DEGREE)  # rows from the north


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
    """All regions and their outlines.

    Args:
        outlines: (R,) polygons of any number of parts, lonlat. regions: what each is.
        grid: (H, W) int16 what `cells` made of them; without it every place is tested against
            outlines.

    Attributes:
        countries: of all regions, each once. country_number: (R + 1,) int64 that of each region;
            the last is -1, so that region -1 has country -1.
    """

    def __init__(
        self,
        outlines: NDArray[Any],
        regions: Sequence[Region],
        grid: NDArray[np.int16] | None = None,
    ) -> None:
        self.outlines, self.regions = outlines, tuple(regions)
        self.grid = grid
        number = {country: k for k, country in enumerate(dict.fromkeys(r.country for r in regions))}
        self.countries = (*number,)
        self.country_number = np.array([*(number[region.country] for region in regions), -1])

    @cached_property
    def _parts(self) -> tuple[NDArray[Any], NDArray[np.int64]]:
        """Polygons of one part each, and the region of each."""
        parts, region = shapely.get_parts(self.outlines, return_index=True)
        shapely.prepare(parts)
        return parts, region

    @cached_property
    def _tree(self) -> Any:
        return shapely.STRtree(self._parts[0])

    def region_numbers(self, places: NDArray[np.float64]) -> NDArray[np.int64]:
        """(N,) the number of the region that each place (N, 2) lies in, -1 in none."""
        lon, lat = places.T
        places = np.stack([np.clip(lon, -_EAST, _EAST), np.maximum(lat, _SOUTH)], 1)
        if self.grid is None:
            return self._tested(places)
        column = ((places[:, 0] + 180) * CELLS_PER_DEGREE).astype(np.int64)
        row = ((90 - places[:, 1]) * CELLS_PER_DEGREE).astype(np.int64)
        cell = np.clip(row, 0, _SHAPE[0] - 1), np.clip(column, 0, _SHAPE[1] - 1)
        found = self.grid[cell].astype(np.int64)
        near = np.flatnonzero(found == MIXED)
        found[near] = self._tested(places[near])
        return found

    def _tested(self, places: NDArray[np.float64]) -> NDArray[np.int64]:
        """Likewise, against outlines; of two that meet in a place the first counts."""
        parts, region = self._parts
        found = np.full(len(places), len(self.regions), np.int64)
        which, part = self._tree.query(shapely.points(places))
        order = np.argsort(part, kind="stable")
        which, part = which[order], part[order]
        starts = np.flatnonzero(np.diff(part, prepend=-1))
        ends = [*starts[1:], len(part)][: len(starts)]
        for start, end in zip(starts, ends, strict=True):  # over outlines
            rows = which[start:end]
            inside = rows[shapely.intersects_xy(parts[part[start]], *places[rows].T)]
            found[inside] = np.minimum(found[inside], region[part[start]])
        return np.where(found < len(self.regions), found, -1)

    def middles(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """(R, 2) the middle of the largest part of every region; (R,) how large it is, in degrees
        squared of the equator."""
        parts, region = self._parts
        middle = shapely.get_coordinates(shapely.centroid(parts))
        area = shapely.area(parts) * np.cos(np.radians(middle[:, 1]))
        largest = np.empty(len(self.regions), np.int64)
        order = np.argsort(area, kind="stable")
        largest[region[order]] = order
        return middle[largest], area[largest]

    def cells(self) -> NDArray[np.int16]:
        """The grid: the region of every cell, SEA, or MIXED where a border crosses it."""
        lines = shapely.segmentize(shapely.boundary(self.outlines), 0.5 / CELLS_PER_DEGREE)
        corners, line = shapely.get_coordinates(shapely.get_parts(lines), return_index=True)
        ends = np.flatnonzero(line[1:] == line[:-1])
        at = (corners + np.array([180, 90])) * CELLS_PER_DEGREE
        lowest = np.floor(np.minimum(at[ends], at[ends + 1]) - 1e-6).astype(np.int64)
        highest = np.floor(np.maximum(at[ends], at[ends + 1]) + 1e-6).astype(np.int64)
        mixed = np.zeros(_SHAPE, np.bool_)
        for x in (lowest[:, 0], highest[:, 0]):  # a piece is shorter than a cell
            for y in (lowest[:, 1], highest[:, 1]):
                inside = (0 <= x) & (x < _SHAPE[1]) & (0 <= y) & (y < _SHAPE[0])
                mixed[_SHAPE[0] - 1 - y[inside], x[inside]] = True
        row, column = np.nonzero(~mixed)
        middle = np.stack([column + 0.5, _SHAPE[0] - row - 0.5], 1) / CELLS_PER_DEGREE - [180, 90]
        found = np.full(_SHAPE, MIXED, np.int16)
        found[row, column] = self._tested(middle)
        return found


def packed(outlines: NDArray[Any]) -> dict[str, Any]:
    """Arrays that `unpacked` reads: corners as steps from one to the next, and where parts end."""
    _, corners, offsets = shapely.to_ragged_array(outlines)
    whole = np.round(corners[:, :2] * STEPS_PER_DEGREE).astype(np.int32)
    steps = np.diff(whole, axis=0, prepend=np.zeros((1, 2), np.int32))
    rings, parts, regions = (offset.astype(np.int32) for offset in offsets)
    return {"steps": steps, "rings": rings, "parts": parts, "regions": regions}


def unpacked(arrays: Any) -> NDArray[Any]:
    """(R,) polygons of what `packed` made."""
    corners = np.cumsum(arrays["steps"], 0, dtype=np.int64) / STEPS_PER_DEGREE
    offsets = tuple(arrays[name] for name in ("rings", "parts", "regions"))
    outlines: NDArray[Any] = shapely.from_ragged_array(
        shapely.GeometryType.MULTIPOLYGON, corners, offsets
    )
    return outlines


def named_regions(table: Any) -> list[Region]:
    """The regions of the table of names."""
    countries = [Country(**row) for row in table["countries"]]
    return [Region(name, countries[number]) for name, number in table["regions"]]
