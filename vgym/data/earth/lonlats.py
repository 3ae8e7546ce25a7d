"""Places as arrays: (..., 2) longitude and latitude in degrees, longitude first."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

WORLD_HW = (21600, 43200)  # the world as one plate carree picture, at the coast's 0.93 km
PIXELS_PER_DEGREE = 120


def lonlats(places: ArrayLike) -> NDArray[np.float64]:
    """(N, 2) float64 places, longitudes in [-180, 180).

    Args:
        places: (N, 2) longitude and latitude, degrees; one place may be given alone.

    Raises:
        ValueError: another shape, a number that is none, or a latitude beyond a pole; where only
            latitude first would make sense, that is said.

    >>> lonlats([[180, 10], [-190, 0]]).tolist()
    [[-180.0, 10.0], [170.0, 0.0]]
    """
    found = np.array(places, np.float64)
    if found.shape == (2,):
        found = found[None]
    if found.ndim != 2 or found.shape[1] != 2:
        raise ValueError(
            f"places have the shape {found.shape}; (N, 2) is wanted, longitude and latitude of each"
        )
    lon, lat = found.T
    low, high = lat.min(initial=0), lat.max(initial=0)
    if low >= -90 and high <= 90 and lon.min(initial=0) >= -180 and lon.max(initial=0) < 180:
        return found  # most are
    finite = np.isfinite(found)
    if not finite.all():
        row = int(finite.all(1).argmin())
        raise ValueError(f"place {row} is ({found[row, 0]}, {found[row, 1]}); both must be numbers")
    wrong = np.abs(found[:, 1]) > 90
    if wrong.any():
        row = int(wrong.argmax())
        lon, lat = found[row].tolist()
        swapped = "; is the latitude first? [lon, lat] is wanted" if abs(lon) <= 90 else ""
        raise ValueError(f"place {row} has the latitude {lat}, beyond [-90, 90]{swapped}")
    lon = found[:, 0]
    if ((lon < -180) | (lon >= 180)).any():
        found[:, 0] = (lon + 180) % 360 - 180
    return found


def unit_vectors(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """(N, 3) on the unit sphere: x to longitude 0, z to the north."""
    lon, lat = np.radians(places).T
    flat = np.cos(lat)
    return np.stack([flat * np.cos(lon), flat * np.sin(lon), np.sin(lat)], 1)


def world_xy(places: ArrayLike, per_degree: float = PIXELS_PER_DEGREE) -> NDArray[np.float64]:
    """(..., 2) pixels of a picture of the world: x eastwards from 180 W, y southwards from 90 N.

    >>> world_xy([-179.5, 89.0]).tolist()
    [60.0, 120.0]
    """
    away = np.asarray(places) - np.array([-180.0, 90.0])
    xy: NDArray[np.float64] = away * np.array([per_degree, -per_degree])
    return xy


def world_lonlat(xy: ArrayLike) -> NDArray[np.float64]:
    """Undoes `world_xy`."""
    away = np.asarray(xy) / np.array([PIXELS_PER_DEGREE, -PIXELS_PER_DEGREE])
    places: NDArray[np.float64] = away + np.array([-180.0, 90.0])
    return places
