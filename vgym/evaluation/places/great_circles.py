"""The shortest ways between places as lines on a map of longitude and latitude."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import ArrayLike, NDArray

from vgym.geometry.sphere import bearing, destination, great_circle_distance

STEP_KM = 250.0  # of a way from one corner of its line to the next


def great_circle(a: ArrayLike, b: ArrayLike) -> list[NDArray[np.float64]]:
    """The way from one place to another, cut where it crosses the date line.

    Args:
        a, b: lonlat, degrees. Between antipodes one way of all is taken.

    Returns:
        Lines (K, 2) of lonlat, K at least 2, longitudes in [-180, 180]. Where one ends at a side of
        the map the next begins at the other, at the same latitude.
    """
    start, end = (torch.from_numpy(np.array(place, np.float64)) for place in (a, b))
    metres = great_circle_distance(start, end)
    corners = max(2, 2 + int(metres / 1000 / STEP_KM))
    along = metres * torch.linspace(0, 1, corners, dtype=torch.float64)
    way = destination(start, bearing(start, end), along).numpy()
    way[0], way[-1] = start, end
    return _cut(way)


def _cut(way: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    lines, begin = [], way[:0]
    last = 0
    for k in np.flatnonzero(np.abs(np.diff(way[:, 0])) > 180).tolist():
        (west_lon, lat), (lon, next_lat) = way[k], way[k + 1]
        side = 180.0 if west_lon > 0 else -180.0
        gap, rest = side - west_lon, lon + side  # to the date line, and beyond it
        share = gap / (gap + rest) if gap + rest else 0.0
        at = lat + share * (next_lat - lat)
        lines.append(np.concatenate([begin, way[last : k + 1], [[side, at]]]))
        begin, last = np.array([[-side, at]]), k + 1
    lines.append(np.concatenate([begin, way[last:]]))
    return lines
