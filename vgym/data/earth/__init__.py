"""The Earth as data that ships: countries and regions, towns, coast, heights, rivers, islands and
lakes; and views of it.

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
from vgym.data.earth.chain import LEVELS, Chain, Chains
from vgym.data.earth.coast import Coast
from vgym.data.earth.coordinates import Reading, read_place
from vgym.data.earth.gazetteer import KINDS, Gazetteer, leaks
from vgym.data.earth.heights import grey_heights, heights_at
from vgym.data.earth.ink import Ink
from vgym.data.earth.lines import Lines
from vgym.data.earth.lonlats import lonlats
from vgym.data.earth.outlines import Outlines
from vgym.data.earth.painter import LAYERS, SUN_DEG, Painter
from vgym.data.earth.pictures import countries, picture
from vgym.data.earth.places import Near, Places
from vgym.data.earth.raster import Cut, HeldSizes, Pyramid, Tiled, Whole, halved
from vgym.data.earth.regions import CONTINENTS, Borders, Country, Region, named_regions
from vgym.data.earth.sites import Sites
from vgym.data.earth.sun import days_of, solar_hours, subsolar, sun_at, sun_height_deg

__all__ = [
    "CONTINENTS",
    "KINDS",
    "LAYERS",
    "LEVELS",
    "Chain",
    "Country",
    "Gazetteer",
    "Near",
    "Reading",
    "Region",
    "borders",
    "chain_of",
    "chain_words",
    "coast",
    "country_of",
    "days_of",
    "gazetteer",
    "glosses",
    "height_m",
    "heights",
    "is_land",
    "leaks",
    "lines",
    "nearest_places",
    "outlines",
    "painter",
    "read_place",
    "region_of",
    "sites",
    "solar_hours",
    "subsolar",
    "sun_at",
    "sun_height_deg",
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


def chain_of(places: ArrayLike) -> Chain:
    """Continent, country, region and city of each place, as numbers; -1 at sea.

    >>> chain_words(chain_of([[2.35, 48.86], [-30, 0]]).codes).tolist()
    [['Europe', 'France', 'Paris', 'Paris'], [None, None, None, None]]
    """
    return _chains().of(lonlats(places))


def chain_words(codes: NDArray[np.int64]) -> NDArray[np.object_]:
    """(N, 4) the English names of `Chain.codes`, level by level of `LEVELS`; None for -1."""
    return _chains().words(codes)


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
    return heights_at(heights(), lonlats(places))


@cache
def borders() -> Borders:
    """All regions with their outlines."""
    names = json_asset.__wrapped__("earth/regions.json")  # not kept
    return Borders(_arrays("regions"), named_regions(names))


@cache
def towns() -> Places:
    """The table of towns."""
    return Places(_arrays("places"), borders().regions)


@cache
def _chains() -> Chains:
    return Chains(borders(), towns(), outlines.__wrapped__().lakes())


@cache
def _coasts() -> tuple[Coast, Coast]:
    """The mask of land, with lakes and without; both share their bits."""
    arrays = _arrays("coast")
    whole, bits = arrays["tiles"], arrays["bits"]
    return Coast(whole, bits), Coast(arrays.get("dry", whole), bits)  # while it is built, no "dry"


def coast() -> Coast:
    """The mask of land."""
    return _coasts()[0]


@cache
def heights() -> Tiled:
    """The picture of heights, as greys; 0 where there is no land far and wide."""
    return Tiled(_whole_heights(), coast().some_land())


def _whole_heights() -> NDArray[np.uint8]:
    arrays = _arrays("heights")
    return grey_heights(arrays["ends"], arrays["files"])


@cache
def lines() -> Lines:
    """Rivers, and borders on land."""
    return Lines(_arrays("lines"))


@cache
def outlines() -> Outlines:
    """Islands and lakes."""
    return Outlines(_arrays("outlines"))


@cache
def sites() -> Sites:
    """The places that maps name."""
    return Sites(_arrays("sites"))


@cache
def gazetteer() -> Gazetteer:
    """Whatever has a name, to be searched.

    >>> found = gazetteer()
    >>> found.name[found.search("Sao Luis", k=2)].tolist()
    [['São Luís', 'São Luís de Montes Belos']]
    """
    names = json_asset("earth/country_names.json")
    tables = sites.__wrapped__(), outlines.__wrapped__(), lines.__wrapped__()  # not kept
    return Gazetteer(borders(), towns(), *tables, names)


@cache
def glosses() -> list[dict[str, Any]]:
    """What WordNet says of islands, lakes, rivers and towns: rows of ``kind``, ``names``, ``gloss``
    (which holds none of the names) and ``in``, names of what it is part of."""
    rows: list[dict[str, Any]] = json_asset("earth/glosses.json")
    return rows


@cache
def painter(layer: str = "day", sun_deg: tuple[float, float] = SUN_DEG) -> Painter:
    """What draws views of the Earth.

    Args:
        layer: "day" (Blue Marble), "relief" (coloured by height), "night" (lights) or "political".
        sun_deg: bearing and height of the light that shades the relief.

    Raises:
        ValueError: no such layer.
    """
    if layer not in LAYERS:
        raise ValueError(f"layer={layer!r} must be one of {', '.join(LAYERS)}")
    return Painter(
        layer, _ground(layer), _heights(), _land(), _whole("water"), *_ink(), sun_deg=sun_deg
    )


def _ground(layer: str) -> HeldSizes:
    if layer == "relief":
        return _heights()
    return _whole("night") if layer == "night" else _coloured(layer)


@cache
def _whole(name: str) -> HeldSizes:
    """A picture of one channel."""
    return HeldSizes([Whole(picture(name, "L")).held])


@cache
def _coloured(layer: str) -> HeldSizes:
    """The colours of land."""
    whole = countries(borders()) if layer == "political" else picture("colour", "RGB")
    return HeldSizes([Tiled(whole, coast().some_land()).held])


@cache
def _heights() -> HeldSizes:
    """Greys of heights of land, as they are and halved."""
    sizes = heights(), Tiled(halved(_whole_heights(), 1.0), coast().some_land())
    # Shading costs as much as all else: of two sizes the coarser does for longer.
    return HeldSizes([size.held for size in sizes], finer=1.6)


@cache
def _land() -> Pyramid:
    """The mask without lakes, as it is and coarser."""
    dry = _coasts()[1]
    coarse = Tiled(dry.coarse_cells(4, 0, 0, 5400, 10800)[..., None], dry.some_land())

    def cut(side: int) -> Cut:
        return lambda *place: dry.coarse_cells(side, *place)[..., None]

    return Pyramid([(1.0, cut(1)), (2.0, cut(2)), (coarse.pixel, coarse.cut)], finer=1.4)


@cache
def _ink() -> tuple[Ink, Ink]:
    """Rivers outside of lakes, and borders."""
    found = lines.__wrapped__()  # not kept
    shown = (~found.in_lake).nonzero()[0].tolist()
    rivers = Ink([found.river[k] for k in shown], found.rank[shown])
    return rivers, Ink(found.border, np.zeros(len(found.border), np.int64))


def _arrays(name: str) -> dict[str, NDArray[Any]]:
    with reading(f"earth/{name}.npz") as file, file.open("rb") as content:
        with np.load(content, allow_pickle=False) as arrays:
            return dict(arrays)
