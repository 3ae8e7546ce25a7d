"""The best that can be answered without looking: the one place whose reward is highest on average.

How much a reward pays for it says how much of a score is knowledge of where places are, and not of
what is seen. The search goes from coarse cells to fine ones, keeping those whose centres are worth
most; rewards with a peak at every place, such as those by the logarithm of the distance, are worth
most exactly at one of the places, so these are tried too.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import torch
from torch import Tensor

from vgym.geometry import cells
from vgym.geometry.sphere import EARTH_RADIUS

MeanValue = Callable[[Tensor], Tensor]  # (C, 2) lonlat -> (C,) mean value of answering each

_COARSEST, _FINEST = 3, 12  # levels of cells: 810 km, and 1.6 km, a side
_KEPT = 24  # cells that are looked into at each level
_NEAR = 1e-8  # square of a chord, 640 m, below which differences are exact and products are not
_PAIRS = 4_000_000  # of answers and places at once


class Constant(NamedTuple):
    """An answer and what it is worth on average.

    Attributes:
        lonlat: (2,) float64 degrees. value: the mean reward.
    """

    lonlat: Tensor
    value: float


def best_constant(mean_value: MeanValue, also: Tensor | None = None) -> Constant:
    """The place with the highest mean value, to a cell of 1.6 km.

    Args:
        mean_value: of each of (C, 2) places, degrees; (C,).
        also: (K, 2) places that are tried beside the centres of cells.

    Returns:
        The best that was found: a local maximum that lies in none of the cells kept at the coarsest
        levels, and in none of ``also``, is missed.

    >>> east = best_constant(lambda lonlat: -(lonlat - torch.tensor([77.0, 20.0])).square().sum(1))
    >>> [round(degrees) for degrees in east.lonlat.tolist()]
    [77, 20]
    """
    cell = torch.arange(12 * 4**_COARSEST)
    tried, worth = ([], []) if also is None else ([also.double()], [mean_value(also.double())])
    for level in range(_COARSEST, _FINEST + 1):
        middle = cells.centre(cell, level)
        value = mean_value(middle)
        best = value.topk(min(_KEPT, len(value))).indices
        tried.append(middle[best])
        worth.append(value[best])
        around = torch.cat((cell[best, None], cells.neighbours(cell[best], level)), 1)
        cell = cells.children(torch.unique(around[around >= 0])).flatten()
    values = torch.cat(worth)
    first = int(values.argmax())
    return Constant(torch.cat(tried)[first], float(values[first]))


def mean_by_distance(
    value: Callable[[Tensor], Tensor], places: Tensor, weights: Tensor | None = None
) -> MeanValue:
    """The mean, over places, of a value of the distance.

    Args:
        value: (N,) metres along the great circle, float64, to (N,) values.
        places: (P, 2) degrees. weights: (P,), at least 0; equal if not given.

    >>> pole = torch.tensor([[0.0, 90.0]], dtype=torch.float64)
    >>> mean = mean_by_distance(lambda metres: metres / 1000, pole)
    >>> mean(torch.tensor([[12.0, 90.0], [5.0, -90.0]], dtype=torch.float64)).round()
    tensor([    0., 20015.], dtype=torch.float64)
    """
    share = torch.ones(len(places)) if weights is None else weights
    share = share.double() / share.double().sum()
    ends = _unit_vectors(places)

    def mean(answers: Tensor) -> Tensor:
        found = []
        for some in torch.split(_unit_vectors(answers), max(1, _PAIRS // len(ends))):
            squares = torch.addmm(torch.full((), 2.0, dtype=torch.float64), some, ends.T, alpha=-2)
            row, column = (squares < _NEAR).nonzero(as_tuple=True)
            squares[row, column] = (some[row] - ends[column]).square().sum(1)
            metres = 2 * EARTH_RADIUS * (squares.clamp_(0, 4).sqrt_() / 2).asin_()
            found.append(value(metres.flatten()).double().view_as(metres) @ share)
        return torch.cat(found)

    return mean


def _unit_vectors(lonlat: Tensor) -> Tensor:
    lon, lat = torch.deg2rad(lonlat.double()).unbind(-1)
    flat = lat.cos()
    return torch.stack((flat * lon.cos(), flat * lon.sin(), lat.sin()), -1)
