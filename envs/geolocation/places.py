"""Where hidden places are, and how they are seen at first.

A place is drawn from a pool: of towns, each as often as people live in it (or, by country, as often
as of those of its country), and then up to `STRAY_KM` away from its middle; or of small cells of
land, each as often. Splits share no region: the sphere is cut into cells of some 407 km a side,
each of one split, in which its places lie and at which its views are aimed. (What a view shows may
reach beyond.) All draws are functions of the episode's key.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vgym.core.config import SPLITS
from vgym.core.keys import stream, uniform_each
from vgym.core.text import Vocabulary, split_words
from vgym.data import earth
from vgym.envs.geolocation.camera import PROJECTIONS, WIDTH_KM, Cameras, lonlat_of, uv_of
from vgym.envs.geolocation.facts import chain_of
from vgym.envs.geolocation.looking import DECIMALS
from vgym.envs.geolocation.types import FOUND, LOOKS, OUT, QUESTIONS, GeoConfig, State
from vgym.geometry import cells
from vgym.geometry.sphere import destination

SPLIT_LEVEL = 4  # of cells that fall to one split
SHARES = (0.8, 0.9)  # of the cells: up to here to train, then to val, the rest to test
STRAY_KM = 20.0  # from the middle of a town: suburbs and fields, no place twice
LAND_LEVEL = 8  # of cells of land: 25 km a side
_FINEST = cells.MAX_LEVEL
_TRIES = 8  # places, and views of them, until one that will do
_SMALLER = 0.6  # times as far from its town a place is tried next
_JITTER = 1.25  # times which a view is wider or narrower than is asked for
_MOST_TILT_DEG = 45.0
_MIDDLE = (0.25, 0.75)  # of a view: where a place is put
_SHOWN = (0.1, 0.9)  # of a view: where it must come to lie
_HOURS = (8.0, 16.0)  # by the sun at the place
_MOST_CLOUDS = 0.45
_DAYS = 10_957  # thirty years

VOCABULARY = Vocabulary(word for question in QUESTIONS for word in split_words(question))
LENGTH = max(len(split_words(question)) for question in QUESTIONS)


class Pool(NamedTuple):
    """What places are drawn from.

    Attributes:
        towns: (N,) numbers of `earth.towns()`, or None for land.
        land: (N,) cells of `LAND_LEVEL`, or None for towns.
        up_to: (N,) the shares of all up to each, the last 1.
    """

    towns: NDArray[np.int64] | None
    land: NDArray[np.int64] | None
    up_to: NDArray[np.float64]


def split_of(lonlat: Tensor) -> NDArray[np.int64]:
    """(N,) the split of places (N, 2), as a number of `SPLITS`."""
    split: NDArray[np.int64] = _splits()[cells.cell_of(lonlat, SPLIT_LEVEL).cpu().numpy()]
    return split


@cache
def pool(draw: str, split: str) -> Pool:
    """The pool of a way to draw, and a split."""
    number = SPLITS.index(split)
    if draw == "area":
        land = _land_cells()
        land = land[_splits()[land >> 2 * (LAND_LEVEL - SPLIT_LEVEL)] == number]
        return Pool(None, land, np.arange(1, len(land) + 1) / len(land))
    towns = earth.towns()
    # Some lie just off the coast, as it is drawn.
    ashore = _ashore(towns.lonlat)
    mine = np.flatnonzero(ashore & (split_of(torch.from_numpy(towns.lonlat)) == number))
    weight = np.maximum(towns.population[mine], 1).astype(np.float64)
    if draw == "country":
        _, country = np.unique(_country_codes(mine), return_inverse=True)
        weight /= np.bincount(country, weight)[country]
    return Pool(mine, None, np.cumsum(weight) / weight.sum())


def draw_places(keys: NDArray[np.uint64], draw: str, split: str) -> NDArray[np.float64]:
    """(k, 2) lonlat of the hidden places of episodes."""
    found = pool(draw, split)
    chosen = np.searchsorted(found.up_to, _uniform(keys, "place"), side="right")
    chosen = np.minimum(chosen, len(found.up_to) - 1)
    if found.towns is not None:
        place = earth.towns().lonlat[found.towns[chosen]]
        return _first_that_fit(keys, place, _strayed, split)
    assert found.land is not None
    land = found.land[chosen]
    place = cells.centre(torch.from_numpy(land), LAND_LEVEL).numpy()
    return _first_that_fit(keys, place, _within, split)


def first_states(keys: NDArray[np.uint64], config: GeoConfig) -> State:
    """The episodes of the keys, on the CPU."""
    place = torch.from_numpy(draw_places(keys, config.draw, config.split))
    view = _aimed(keys, place, _looking(keys, place, config), config)
    rows, number = len(keys), torch.zeros(len(keys), dtype=torch.int64)
    asked = _number(keys, "question", len(QUESTIONS))
    if config.question is not None:
        asked = torch.full_like(asked, config.question)
    return State(
        place=place,
        chain=chain_of(place),
        view=view,
        widest_km=(view.width_km * OUT).clamp(max=WIDTH_KM[1]),
        tokens=_tokens()[asked],
        turns=number,
        answered=torch.zeros(rows, dtype=torch.bool),
        answer=torch.zeros(rows, 2, dtype=torch.float64),
        found=torch.full((rows, FOUND), -1),
        queries=torch.full((rows, config.lookups_kept), -1),
        lookups=number.clone(),
    )


def _strayed(
    keys: NDArray[np.uint64], place: NDArray[np.float64], attempt: int
) -> NDArray[np.float64]:
    """Places somewhere about towns, as likely in each part of a disc: at each attempt of a smaller
    one, for towns of small islands."""
    radius = 1000 * STRAY_KM * _SMALLER**attempt
    away = torch.from_numpy(radius * np.sqrt(_uniform(keys, f"stray/{attempt}")))
    bearing = torch.from_numpy(360 * _uniform(keys, f"bearing/{attempt}"))
    return destination(torch.from_numpy(place), bearing, away).numpy()


def _within(
    keys: NDArray[np.uint64], place: NDArray[np.float64], attempt: int
) -> NDArray[np.float64]:
    """Places somewhere in the cells of places, as likely in each part."""
    levels = 2 * (_FINEST - LAND_LEVEL)
    part = (_uniform(keys, f"part/{attempt}") * 2.0**levels).astype(np.int64)
    cell = cells.cell_of(torch.from_numpy(place), LAND_LEVEL)
    return cells.centre((cell << levels) + torch.from_numpy(part), _FINEST).numpy()


def _first_that_fit(
    keys: NDArray[np.uint64], place: NDArray[np.float64], near: object, split: str
) -> NDArray[np.float64]:
    """The first of some places near others that is in a country, on land and in the split. Of isles
    that the mask of land does not hold: the first of a country; else those others themselves."""
    assert callable(near)
    found, left = place.copy(), np.arange(len(keys))
    unplaced = np.ones(len(keys), np.bool_)
    for attempt in range(_TRIES):
        tried = near(keys[left], place[left], attempt)
        fits = _ashore(tried) & (split_of(torch.from_numpy(tried)) == SPLITS.index(split))
        dry = fits & earth.is_land(tried)
        better = dry | (fits & unplaced[left])
        found[left[better]] = tried[better]
        unplaced[left[better]] = False
        left = left[~dry]
        if not len(left):
            break
    return found.round(DECIMALS)


def _looking(keys: NDArray[np.uint64], place: Tensor, config: GeoConfig) -> Cameras:
    """Cameras that look straight at places."""
    units = {name: torch.from_numpy(_uniform(keys, name)) for name in ("width", "hour", "clouds")}
    layer = _number(keys, "layer", len(LOOKS))
    if config.layer != "any":
        layer = torch.full_like(layer, earth.LAYERS.index(config.layer))
    projection = _number(keys, "projection", len(PROJECTIONS))
    if config.projection != "any":
        projection = torch.full_like(projection, PROJECTIONS.index(config.projection))
    lit = layer != earth.LAYERS.index("night")
    first, last = _HOURS
    hour = torch.where(lit, first + (last - first) * units["hour"], 24 * units["hour"])
    day = _number(keys, "day", _DAYS).double()
    turned = 0.0 if config.upright else 1.0
    return Cameras(
        lon=place[:, 0].clone(),
        lat=place[:, 1].clone(),
        heading_deg=torch.from_numpy(turned * 360 * _uniform(keys, "heading")),
        tilt_deg=torch.from_numpy(turned * _MOST_TILT_DEG * _uniform(keys, "tilt")),
        width_km=config.width_km * _JITTER ** (2 * units["width"] - 1),
        projection=projection,
        layer=layer,
        days=day + (hour - 12 - place[:, 0] / 15) / 24,
        cloud_key=torch.from_numpy((_uniform(keys, "cloud") * 2.0**53).astype(np.int64)),
        clouds=_MOST_CLOUDS * config.difficulty * units["clouds"],
    )


def _aimed(
    keys: NDArray[np.uint64], place: Tensor, straight: Cameras, config: GeoConfig
) -> Cameras:
    """The cameras turned so that their places lie somewhere about the middle of the views, aimed
    at what is of the split; straight at places where none of several tries is so."""
    low, high = _MIDDLE
    aimed, undone = straight, torch.ones(len(keys), dtype=torch.bool)
    for attempt in range(_TRIES):
        uv = np.stack([_uniform(keys, f"{axis}/{attempt}") for axis in "uv"], 1)
        opposite = 1 - (low + (high - low) * torch.from_numpy(uv))
        aim = lonlat_of(straight, opposite, config.size_hw)
        seen = aim.isfinite().all(1)
        aim = torch.where(seen[:, None], aim, place).round(decimals=DECIMALS)
        tried = _at(straight, aim)
        where, visible = uv_of(tried, place, config.size_hw)
        fits = seen & visible & ((where > _SHOWN[0]) & (where < _SHOWN[1])).all(1)
        fits &= torch.from_numpy(split_of(aim) == SPLITS.index(config.split))
        aimed = _at(aimed, torch.where((undone & fits)[:, None], aim, _aim_of(aimed)))
        undone &= ~fits
        if not bool(undone.any()):
            break
    return aimed


def _at(cameras: Cameras, aim: Tensor) -> Cameras:
    return Cameras(**{**vars(cameras), "lon": aim[:, 0].clone(), "lat": aim[:, 1].clone()})


def _aim_of(cameras: Cameras) -> Tensor:
    return torch.stack((cameras.lon, cameras.lat), 1)


@cache
def _splits() -> NDArray[np.int64]:
    """(3072,) the split of every cell of `SPLIT_LEVEL`."""
    every = np.arange(12 << 2 * SPLIT_LEVEL, dtype=np.uint64)
    return np.searchsorted(SHARES, uniform_each(every, stream("cells of a split")), side="right")


@cache
def _land_cells() -> NDArray[np.int64]:
    """Cells of `LAND_LEVEL` whose middle is on land."""
    every = torch.arange(12 << 2 * LAND_LEVEL)
    return np.flatnonzero(_ashore(cells.centre(every, LAND_LEVEL).numpy()))


def _ashore(places: NDArray[np.float64]) -> NDArray[np.bool_]:
    """(N,) whether places lie in a region of a country."""
    return earth.borders().region_numbers(places) >= 0


def _country_codes(towns: NDArray[np.int64]) -> NDArray[np.int64]:
    """(N,) numbers of the countries of towns."""
    return chain_of(torch.from_numpy(earth.towns().lonlat[towns]))[:, 1].numpy()


@cache
def _tokens() -> Tensor:
    """(Q, L) int32 the questions."""
    return torch.from_numpy(np.stack([VOCABULARY.encode(text, LENGTH) for text in QUESTIONS]))


def _uniform(keys: NDArray[np.uint64], name: str) -> NDArray[np.float64]:
    return uniform_each(keys, stream(name))


def _number(keys: NDArray[np.uint64], name: str, count: int) -> Tensor:
    return torch.from_numpy((_uniform(keys, name) * count).astype(np.int64))
