"""Where the sun stands: the low-precision formulae of the Astronomical Almanac (section C).

Dates are days since 2000-01-01 12:00 UTC (J2000.0), any fraction. Angles are good to 0.01 degrees
from 1950 to 2050. The sun is its middle, without refraction, which lifts it by half a degree at the
horizon.
"""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vgym.data.earth.lonlats import lonlats, unit_vectors

_EPOCH = datetime(2000, 1, 1, 12, tzinfo=UTC)


def days_of(moment: datetime) -> float:
    """Days since 2000-01-01 12:00 UTC; a moment without a time zone is one of UTC.

    >>> days_of(datetime(2024, 3, 20, 12))
    8845.0
    """
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return (moment - _EPOCH).total_seconds() / 86_400


def subsolar(days: ArrayLike) -> NDArray[np.float64]:
    """(N, 2) the places above which the sun stands, longitudes in [-180, 180).

    Args:
        days: (N,) dates.

    Raises:
        ValueError: a date that is no number.

    Source: The Astronomical Almanac, section C, low precision formulas for the Sun; the sidereal
    time is the linear part of Meeus, Astronomical Algorithms, 12.4.
    """
    n = np.atleast_1d(np.asarray(days, np.float64))
    if not np.isfinite(n).all():
        raise ValueError(f"day {n[~np.isfinite(n)][0]} is no date; days since 2000 are wanted")
    mean = 280.460 + 0.985_647_4 * n
    anomaly = np.radians(357.528 + 0.985_600_3 * n)
    ecliptic = np.radians(mean + 1.915 * np.sin(anomaly) + 0.020 * np.sin(2 * anomaly))
    tilt = np.radians(23.439 - 0.000_000_4 * n)
    ascension = np.degrees(np.arctan2(np.cos(tilt) * np.sin(ecliptic), np.cos(ecliptic)))
    lat = np.degrees(np.arcsin(np.sin(tilt) * np.sin(ecliptic)))
    # The whole turns of days are left out, which keeps the digits.
    sidereal = 280.460_618_37 + 0.985_647_366_29 * n + 360 * (n % 1)
    lon = (ascension - sidereal + 180) % 360 - 180
    return np.stack([lon, lat], -1)


def sun_height_deg(days: ArrayLike, places: ArrayLike) -> NDArray[np.float64]:
    """(N,) degrees of the sun above the horizon at each place, negative at night.

    Args:
        days: (N,) dates, or one for all. places: (N, 2) lonlat.

    >>> sun_height_deg(days_of(datetime(2024, 6, 20, 12)), [[0, 51.48], [180, 51.48]]).round(1)
    array([ 62. , -15.1])
    """
    return sun_at(days, places)[:, 1]


def sun_at(days: ArrayLike, places: ArrayLike) -> NDArray[np.float64]:
    """(N, 2) the sun's bearing, clockwise from north in [0, 360), and its height, in degrees.

    Args:
        days: (N,) dates, or one for all. places: (N, 2) lonlat.
    """
    found = lonlats(places)
    lon, lat = np.radians(found).T
    sun = unit_vectors(subsolar(days))
    east = -np.sin(lon) * sun[:, 0] + np.cos(lon) * sun[:, 1]
    away = np.cos(lon) * sun[:, 0] + np.sin(lon) * sun[:, 1]  # from the axis, on the meridian
    north = np.cos(lat) * sun[:, 2] - np.sin(lat) * away
    up = np.sin(lat) * sun[:, 2] + np.cos(lat) * away
    bearing = np.degrees(np.arctan2(east, north)) % 360
    height = np.degrees(np.arctan2(up, np.hypot(east, north)))
    return np.stack([np.where(bearing < 360, bearing, 0.0), height], 1)


def solar_hours(days: ArrayLike, places: ArrayLike) -> NDArray[np.float64]:
    """(N,) hours in [0, 24) that a sundial at each place shows: 12 when the sun is due south or
    north.

    Args:
        days: (N,) dates, or one for all. places: (N, 2) lonlat.
    """
    hours = (lonlats(places)[:, 0] - subsolar(days)[:, 0]) / 15 + 12
    turned: NDArray[np.float64] = hours % 24
    return np.where(turned < 24, turned, 0.0)
