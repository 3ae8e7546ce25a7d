"""The Earth as data that ships: countries and regions, towns, coast and heights.

Places are longitude and latitude in degrees, longitude first, (N, 2); each function takes many at
once. Borders are those of Natural Earth 1:10m, disputed ones as it draws them: by who holds the
land. Each part is loaded when it is first asked for, once a process.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vgym.asset_files import json_asset, reading
from vgym.data.earth.coast import Coast
from vgym.data.earth.heights import Heights
from vgym.data.earth.lonlats import lonlats
from vgym.data.earth.places import Near, Places
from vgym.data.earth.regions import Borders, Country, Region, named_regions, unpacked

__all__ = [
    "Country",
    "Near",
    "Region",
    "borders",
    "coast",
    "country_of",
    "height_m",
    "heights",
    "is_land",
    "nearest_places",
    "region_of",
    "towns",
]


def country_of(places: ArrayLike) -> list[Country | None]:
    """The country that each place lies in, None at sea; lakes belong to their shores' countries.

    >>> [country and country.name for country in country_of([[2.35, 48.86], [-30, 0]])]
    ['France', None]
    """
    return [None if region is None else region.country for region in region_of(places)]


def region_of(places: ArrayLike) -> list[Region | None]:
    """The first-level region that each place lies in, None at sea.

    >>> region_of([11.58, 48.14])[0].name
    'Bayern'
    """
    found = borders()
    numbers = found.region_numbers(lonlats(places)).tolist()
    return [found.regions[number] if number >= 0 else None for number in numbers]


def nearest_places(places: ArrayLike, k: int = 1) -> Near:
    """The k towns that are nearest to each place.

    Raises:
        ValueError: k is not from 1 to the number of towns.

    >>> nearest_places([2.35, 48.86], k=2).name.tolist()
    [['Paris 04 Hôtel-de-Ville', 'Paris 01 Louvre']]
    """
    return towns().nearest(lonlats(places), k)


def is_land(places: ArrayLike) -> NDArray[np.bool_]:
    """(N,) whether each place is on land, to 0.93 km; lakes count as land.

    >>> is_land([[2.35, 48.86], [-30, 0]]).tolist()
    [True, False]
    """
    return coast().is_land(lonlats(places))


def height_m(places: ArrayLike) -> NDArray[np.float64]:
    """(N,) metres above the sea of each place, to 3.7 km; 0 at sea. See `heights`."""
    return heights().metres(lonlats(places))


@cache
def borders() -> Borders:
    """All regions with their outlines."""
    arrays = _arrays("regions")
    regions = named_regions(json_asset("earth/regions.json"))
    return Borders(unpacked(arrays), regions, arrays["cells"])


@cache
def towns() -> Places:
    """The table of towns."""
    return Places(_arrays("places"), borders().regions)


@cache
def coast() -> Coast:
    """The mask of land."""
    arrays = _arrays("coast")
    return Coast(arrays["tiles"], arrays["bits"])


@cache
def heights() -> Heights:
    """The picture of heights."""
    arrays = _arrays("heights")
    return Heights(arrays["ends"], arrays["files"])


def _arrays(name: str) -> dict[str, NDArray[Any]]:
    with reading(f"earth/{name}.npz") as file, file.open("rb") as content:
        with np.load(content, allow_pickle=False) as arrays:
            return dict(arrays)
