"""Six towns for each place, of which one is nearest to it, clearly."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from vgym.core.keys import sample_each, stream
from vgym.data import earth
from vgym.data.earth.lettering import plain_letters
from vgym.data.earth.lonlats import unit_vectors, world_lonlat
from vgym.data.earth.places import RADIUS_M
from vgym.envs.zoom.types import MOST_CHOICES

_LOOKED_AT = 64  # towns about a place
_POOL = 12  # of which others are drawn
_STRIDES = np.array([1, 5, 7, 11])  # that pass through all of a pool
_TWICE, _FURTHER_M = 2.0, 20_000.0  # how much farther than the nearest all others are
_FARTHEST_M = 4e5  # of the nearest
_FIRST, _STRIDE, _RIGHT = stream("first town"), stream("stride of towns"), stream("right town")


class Choices:
    """Towns about places.

    Args:
        boxes: (N, 4) xyxy of the places, pixels of the world.
    """

    def __init__(self, boxes: NDArray[np.float64]) -> None:
        sites = earth.sites()
        middle = np.stack([boxes[:, [0, 2]].mean(1), boxes[:, [1, 3]].mean(1)], 1)
        chord, number = _tree().query(unit_vectors(world_lonlat(middle)), k=_LOOKED_AT)
        away = 2 * RADIUS_M * np.arcsin(np.minimum(chord / 2, 1))
        place = world_lonlat(boxes.reshape(-1, 2, 2))
        low, high = place.min(1)[:, None], place.max(1)[:, None]
        within = ((sites.lonlat[number] >= low) & (sites.lonlat[number] <= high)).all(2)
        # What lies in the place itself is not near it.
        away = np.where(within | ~_plain()[number], np.inf, away)
        order = np.argsort(away, 1, kind="stable")
        away, number = np.take_along_axis(away, order, 1), np.take_along_axis(number, order, 1)
        others = np.isfinite(away) & (away > _TWICE * away[:, :1] + _FURTHER_M)
        others &= names()[number] != names()[number[:, :1]]
        rank = np.argsort(~others, 1, kind="stable")[:, :_POOL]
        self._pool = np.take_along_axis(number, rank, 1)
        self._nearest = number[:, 0]
        enough = np.take_along_axis(others, rank, 1).all(1)
        distinct = [len(set(row)) == _POOL for row in names()[self._pool].tolist()]
        self.possible: NDArray[np.bool_] = enough & (away[:, 0] < _FARTHEST_M) & distinct

    def drawn(
        self, keys: NDArray[np.uint64], places: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Which towns (k, 6) are offered, and which of them is right (k,), for keys (k,)."""
        start = sample_each(keys, _FIRST, _POOL)[:, None]
        stride = _STRIDES[sample_each(keys, _STRIDE, len(_STRIDES))][:, None]
        right = sample_each(keys, _RIGHT, MOST_CHOICES)
        rank = (start + np.arange(MOST_CHOICES) * stride) % _POOL
        towns = np.take_along_axis(self._pool[places], rank, 1)
        towns[np.arange(len(keys)), right] = self._nearest[places]
        return towns, right


@cache
def names() -> NDArray[np.str_]:
    """(N,) the names of all towns, in plain letters."""
    return np.array([plain_letters(name) for name in earth.sites().name.tolist()])


@cache
def _plain() -> NDArray[np.bool_]:
    """(N,) names that can be told among others: no commas, no brackets."""
    return np.array([name.isascii() and not set(name) & set(",?()") for name in names().tolist()])


@cache
def _tree() -> cKDTree:
    return cKDTree(unit_vectors(earth.sites().lonlat))
