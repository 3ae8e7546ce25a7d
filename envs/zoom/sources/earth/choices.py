"""Six towns of one neighbourhood, and a frame about one of them.

Which of the six it is about is drawn last, so that words tell nothing of it, whatever is known of
the towns by heart.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vgym.core.config import SPLITS
from vgym.core.keys import sample_each, stream, uniform_each
from vgym.data import earth
from vgym.data.earth.lettering import plain_letters
from vgym.data.earth.lonlats import unit_vectors, world_xy
from vgym.data.earth.places import RADIUS_M
from vgym.envs.zoom.sources.earth.questions import blocks_of, splits_of
from vgym.envs.zoom.types import MOST_CHOICES

_APART_M = 50_000.0  # from one to another, at least
_HALF_PX = 10.0  # of the world: a frame is 18 km high
_BLOCK, _RIGHT = stream("block of towns"), stream("right town")
_FINE = 1 << 40


class Offer(NamedTuple):
    """What is offered for keys (k,)."""

    towns: NDArray[np.int64]  # (k, 6) into `earth.sites()`
    right: NDArray[np.int64]  # (k,) which of the six is framed


class FramedTowns:
    """Towns by the blocks of one split; of a block the largest, none too near to another.

    Args:
        split: of `SPLITS`.
    """

    def __init__(self, split: str) -> None:
        groups = _groups()[SPLITS.index(split)]
        self._most = max(map(len, groups))
        self._group = np.full((len(groups), self._most), -1)
        for row, group in zip(self._group, groups, strict=True):
            row[: len(group)] = group
        size = (self._group >= 0).sum(1)
        self._until = np.cumsum(size) / size.sum()  # every town as often as any other

    def drawn(self, keys: NDArray[np.uint64]) -> Offer:
        """The offer of each key."""
        share = sample_each(keys, _BLOCK, _FINE) / _FINE
        block = np.minimum(np.searchsorted(self._until, share, "right"), len(self._until) - 1)
        group = self._group[block]
        draws = [uniform_each(keys, stream(f"town {k}")) for k in range(self._most)]
        order = np.argsort(np.where(group < 0, 2.0, np.stack(draws, 1)), 1)[:, :MOST_CHOICES]
        towns = np.take_along_axis(group, order, 1)
        right = sample_each(keys, _RIGHT, MOST_CHOICES)
        return Offer(towns, right)


def frame_about(towns: NDArray[np.int64]) -> NDArray[np.float64]:
    """(k, 4) xyxy, pixels of the world, about towns of those numbers."""
    middle = world_xy(earth.sites().lonlat[towns])
    return np.concatenate([middle - _HALF_PX, middle + _HALF_PX], 1)


@cache
def names() -> NDArray[np.str_]:
    """(N,) the names of all towns, in plain letters."""
    return np.array([plain_letters(name) for name in earth.sites().name.tolist()])


@cache
def _groups() -> tuple[list[list[int]], ...]:
    """For each split the towns of its blocks that can be offered, the most populous first."""
    xy = world_xy(earth.sites().lonlat)
    place = np.concatenate([xy, xy], 1)
    block, split, unit = blocks_of(place), splits_of(place), unit_vectors(earth.sites().lonlat)
    near = 2 * np.sin(_APART_M / RADIUS_M / 2)
    found: tuple[list[list[int]], ...] = ([], [], [])
    for number in np.unique(block).tolist():
        kept: list[int] = []
        for town in np.flatnonzero((block == number) & _plain()).tolist():
            apart = np.linalg.norm(unit[kept] - unit[town], axis=1)
            if (apart > near).all() and names()[town] not in names()[kept]:
                kept.append(town)
        if len(kept) >= MOST_CHOICES:
            found[split[kept[0]]].append(kept)
    return found


@cache
def _plain() -> NDArray[np.bool_]:
    """(N,) names that can be told among others: no commas, no brackets."""
    return np.array([name.isascii() and not set(name) & set(",?()") for name in names().tolist()])
