"""Places as arrays: (..., 2) longitude and latitude in degrees, longitude first."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray


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
    wrong = ~np.isfinite(found).all(1)
    if wrong.any():
        row = int(wrong.argmax())
        raise ValueError(f"place {row} is ({found[row, 0]}, {found[row, 1]}); both must be numbers")
    wrong = np.abs(found[:, 1]) > 90
    if wrong.any():
        row = int(wrong.argmax())
        lon, lat = found[row].tolist()
        swapped = "; is the latitude first? [lon, lat] is wanted" if abs(lon) <= 90 else ""
        raise ValueError(f"place {row} has the latitude {lat}, beyond [-90, 90]{swapped}")
    found[:, 0] = (found[:, 0] + 180) % 360 - 180
    return found


def unit_vectors(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """(N, 3) on the unit sphere: x to longitude 0, z to the north."""
    lon, lat = np.radians(places).T
    flat = np.cos(lat)
    return np.stack([flat * np.cos(lon), flat * np.sin(lon), np.sin(lat)], 1)
