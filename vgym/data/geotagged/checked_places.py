"""Latitude and longitude as files write them: read if they can mean one place alone."""

from __future__ import annotations

import math
import re

from vgym.data.errors import RecordProblem, shown
from vgym.plain_numbers import decimal

_COMMA = re.compile(r"[+-]?[0-9]{1,3},[0-9]{1,20}")


def checked_place(latitude: object, longitude: object) -> tuple[float, float]:
    """The place of two values of a record, numbers or texts.

    Returns:
        Longitude and latitude, degrees.

    Raises:
        RecordProblem: One is missing, no finite number, or beyond its range; both are 0; or they
            are a place only the other way round.

    >>> checked_place("48.8584", "2.2945")
    (2.2945, 48.8584)
    """
    lat, lon = degrees(latitude, "latitude"), degrees(longitude, "longitude")
    if lat == 0 and lon == 0:
        raise RecordProblem(
            "null island",
            "latitude and longitude are 0, 0, which is written where no place is known",
        )
    if abs(lat) > 90:
        if abs(lat) <= 180 and abs(lon) <= 90:
            raise RecordProblem(
                "swapped place",
                f"latitude {lat:g} is beyond 90, and longitude {lon:g} is not: they are valid only "
                f"the other way round, latitude {lon:g} and longitude {lat:g}",
            )
        raise RecordProblem("bad latitude", f"latitude {lat:g} is outside [-90, 90]")
    if abs(lon) > 180:
        same = (lon + 180) % 360 - 180
        raise RecordProblem(
            "bad longitude",
            f"longitude {lon:g} is outside [-180, 180]; {same:g} is the same meridian",
        )
    return lon, lat


def degrees(value: object, what: str) -> float:
    """A finite number of degrees.

    Args:
        value: of a record. what: it is, for messages.

    Raises:
        RecordProblem: It is none.
    """
    if value is None or (isinstance(value, str) and not value.strip()):
        raise RecordProblem("no place", f"{what} is missing")
    number: float | None = None
    if isinstance(value, str):
        number = decimal(value)
        if number is None and _COMMA.fullmatch(value.strip()):
            said = value.strip()
            raise RecordProblem(
                "decimal comma",
                f"{what} {said!r} has a decimal comma; write {said.replace(',', '.')}",
            )
    elif isinstance(value, int | float) and not isinstance(value, bool):
        number = float(value) if abs(value) < 1e300 else math.inf
    if number is None or not math.isfinite(number):
        raise RecordProblem(
            f"bad {what}", f"{what} {shown(value)} is no number; write degrees, such as -33.8568"
        )
    return number
