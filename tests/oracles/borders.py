"""Which outline holds a place, by shapely alone: every one that may, or the nearest in metres."""

from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray


def holding(outlines: NDArray[Any], places: NDArray[np.float64]) -> NDArray[np.int64]:
    """(N,) the first outline that holds each place, -1 for none."""
    parts, outline = shapely.get_parts(outlines, return_index=True)
    shapely.prepare(parts)
    place, part = shapely.STRtree(parts).query(shapely.points(places), predicate="intersects")
    found = np.full(len(places), len(outlines))
    np.minimum.at(found, place, outline[part])
    return np.where(found < len(outlines), found, -1)


def nearest(outlines: NDArray[Any], place: tuple[float, float]) -> tuple[int, float]:
    """The outline nearest to a place, and the way to it on a plane that touches there."""
    lon, lat = place
    scale = np.array([np.cos(np.radians(lat)), 1.0])
    box = shapely.box(lon - 3 / scale[0], lat - 3, lon + 3 / scale[0], lat + 3)
    near = np.flatnonzero(shapely.intersects(outlines, box))
    flat = shapely.transform(outlines[near], lambda corners: (corners - [lon, lat]) * scale)
    away = shapely.distance(flat, shapely.Point(0, 0))
    if not len(near):
        return -1, np.inf
    return int(near[away.argmin()]), float(away.min() * 111_195)
