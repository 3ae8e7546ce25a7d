"""Coordinates as people write them, read by rules that are said and never by guessing.

"48.86 N, 2.35 E", "48.86, 2.35", "lat: 48.86, lon: 2.35", "48° 51' 24 N 2° 21' 7 E" and the like:
any Unicode digits and quote signs, points or commas for decimals. Without letters or labels the
latitude is first. Nothing else may stand beside coordinates, so that names are left to others.

A comma with digits on both sides is a decimal comma where there are two such, or one and another
thing that parts the coordinates, and no number has a point; so "48,86" is 48 N, 86 E. A minus sign
before a number of the south or west says the same twice.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass, field

LONGEST = 400  # characters
_SAME = str.maketrans(
    {
        **dict.fromkeys("\u2212\u2010\u2011\u2012\u2013\ufe63\uff0d", "-"),
        **dict.fromkeys("\u2032\u2019\u2018\u201b\u02b9\u02bc\u00b4`\uff07", "'"),
        **dict.fromkeys("\u2033\u201d\u201c\u201f\u02ba\u02dd\u3003\uff02", '"'),
        **dict.fromkeys("\u00ba\u02da\u2070\u00b0\u02d9", "\u00b0"),
        **dict.fromkeys("\u066b\uff0e", "."),
        **dict.fromkeys("\u060c\u3001\uff0c", ", "),
        "\uff1b": ";",
        "\u061b": ";",
        "\uff1a": ":",
        "\uff0b": "+",
    }
)
_BREAKS = ",;/|\n"  # part coordinates
_DIGITS = "0123456789"
_IDLE = " \t\r()[]{}:=.&"  # part nothing
_AXES = {
    **dict.fromkeys(("lat", "latitude"), "lat"),
    **dict.fromkeys(("lon", "long", "lng", "longitude"), "lon"),
}
_HEMISPHERES = {
    **dict.fromkeys(("n", "north"), ("lat", 1)),
    **dict.fromkeys(("s", "south"), ("lat", -1)),
    **dict.fromkeys(("e", "east"), ("lon", 1)),
    **dict.fromkeys(("w", "west"), ("lon", -1)),
}
_MARKS = {
    **dict.fromkeys(("\u00b0", "d", "deg", "degree", "degrees"), 0),
    **dict.fromkeys(("'", "min", "minute", "minutes"), 1),
    **dict.fromkeys(("''", '"', "sec", "second", "seconds"), 2),
}
# Each alternative begins with another character: no text is tried twice.
_TOKEN = re.compile(r"[0-9]+(?:\.[0-9]+)?|\.[0-9]+|[^\W\d_]+|''|.", re.DOTALL)
_PARTS = ("degrees", "minutes", "seconds")
_MOST = {"lat": 90, "lon": 180}
_NAMES = {"lat": "latitude", "lon": "longitude"}


@dataclass(frozen=True)
class Reading:
    """What a text says.

    Attributes:
        lonlat: longitude and latitude, degrees; None where it could not be read.
        error: why not; "" where it could.
    """

    lonlat: tuple[float, float] | None
    error: str = ""


@dataclass
class _Angle:
    """One coordinate as far as it is read."""

    parts: list[str] = field(default_factory=list)
    mark: int = -1  # of the last part that has one
    sign: str = ""
    axis: str = ""
    label: bool = False
    toward: int = 0  # of the hemisphere

    @property
    def plain(self) -> bool:
        return self.mark < 0 and not self.axis


class _UnreadError(ValueError):
    """Says why a text is no place."""


def read_place(text: str) -> Reading:
    """The place that a text of coordinates means.

    Args:
        text: anything at all; more than 400 characters are not read.

    >>> read_place("48°51'24\\" N, 2°21'07\\" E").lonlat
    (2.3519444444444444, 48.85666666666667)
    >>> read_place("102.35, 48.86").error
    'latitude 102.35 is beyond [-90, 90]; is the longitude first? the latitude is wanted first'
    """
    try:
        return Reading(_place(text))
    except _UnreadError as error:
        return Reading(None, str(error))


def _place(text: str) -> tuple[float, float]:
    if not isinstance(text, str):
        raise _UnreadError(f"{type(text).__name__} is no text")
    if len(text) > LONGEST:
        raise _UnreadError(f"{len(text)} characters; coordinates have at most {LONGEST}")
    angles = _angles(_TOKEN.findall(_with_points(_with_plain_digits(text))))
    if not angles:
        raise _UnreadError("no number in it")
    if len(angles) == 1 and angles[0].plain and len(angles[0].parts) in (2, 4, 6):
        (both,) = angles
        half = len(both.parts) // 2
        angles = [_Angle(both.parts[:half], sign=both.sign), _Angle(both.parts[half:])]
    if len(angles) != 2:
        count = "one coordinate" if len(angles) == 1 else f"{len(angles)} coordinates"
        raise _UnreadError(f"{count} in it; latitude and longitude are wanted")
    values = [_degrees(angle) for angle in angles]
    axes = [angle.axis for angle in angles]
    if axes[0] == axes[1] != "":
        raise _UnreadError(f"two {_NAMES[axes[0]]}s in it")
    lat, lon = values[::-1] if axes[0] == "lon" or axes[1] == "lat" else values
    if abs(lat) > _MOST["lat"]:
        swapped = axes == ["", ""] and abs(lat) <= _MOST["lon"] and abs(lon) <= _MOST["lat"]
        cure = "; is the longitude first? the latitude is wanted first" if swapped else ""
        raise _UnreadError(f"latitude {lat:.12g} is beyond [-90, 90]{cure}")
    if abs(lon) > _MOST["lon"]:
        raise _UnreadError(f"longitude {lon:.12g} is beyond [-180, 180]")
    return lon, lat


def _with_plain_digits(text: str) -> str:
    return "".join(
        character if character.isascii() else str(unicodedata.decimal(character, character))
        for character in text.translate(_SAME)
    )


def _with_points(text: str) -> str:
    """Decimal commas as points."""
    glued = [
        k
        for k in range(1, len(text) - 1)
        if text[k] == "," and text[k - 1].isdecimal() and text[k + 1].isdecimal()
    ]
    numbers = len(re.findall(r"[0-9]+", text))
    if len(glued) not in (1, 2) or numbers == len(glued) + 1 or re.search(r"[0-9]\.[0-9]", text):
        return text
    whole = [*text]
    for k in glued:
        whole[k] = "."
    return "".join(whole)


def _angles(tokens: list[str]) -> list[_Angle]:
    """Every coordinate that tokens hold."""
    found: list[_Angle] = []
    now = _Angle()
    before: bool | None = None  # whether hemispheres stand before their numbers
    signed = ""
    for k, token in enumerate(tokens):
        word = token.lower()
        if token[-1] in _DIGITS:
            following = next((t for t in tokens[k + 1 : k + 3] if t != " "), "").lower()
            if now.parts and (signed or _MARKS.get(following) == 0 or now.mark == 2):
                found.append(now)
                now = _Angle()
            if not now.parts:
                now.sign = signed
            now.parts.append(token)
            signed = ""
            continue
        if signed:
            raise _UnreadError(f"a sign before {_short(token)}")
        if token in "+-":
            signed = token
        elif token in _BREAKS or word == "and":
            now = _ended(found, now)
        elif word in _AXES:
            now = _ended(found, now)
            if now.axis:
                raise _UnreadError(f"{_short(token)} after another label")
            now.axis, now.label = _AXES[word], True
        elif word in _HEMISPHERES:
            if before is None:
                before = not (found or now.parts)
            if before:
                now = _ended(found, now)
            _turn(now, token)
            if not before:
                now = _ended(found, now)
        elif word in _MARKS:
            _mark(now, _MARKS[word])
        elif token not in _IDLE:
            raise _UnreadError(f"{_short(token)} is no part of coordinates")
    if signed:
        raise _UnreadError("a sign at its end")
    now = _ended(found, now)
    if now.axis:
        raise _UnreadError("a label or a hemisphere without a number")
    return found


def _ended(found: list[_Angle], now: _Angle) -> _Angle:
    """The coordinate that comes next; ``now`` is kept if it has a number."""
    if not now.parts:
        return now
    found.append(now)
    return _Angle()


def _turn(now: _Angle, token: str) -> None:
    axis, toward = _HEMISPHERES[token.lower()]
    if now.toward or (now.axis and now.axis != axis):
        raise _UnreadError(f"{_short(token)} does not fit what is before it")
    now.axis, now.toward = axis, toward


def _mark(now: _Angle, mark: int) -> None:
    quoted = mark > 0 and len(now.parts) < 2 and now.mark < 0
    if quoted:  # not an angle's sign
        return
    if not now.parts or mark <= now.mark or len(now.parts) != mark + 1:
        raise _UnreadError(f"{_PARTS[mark]} out of their order")
    now.mark = mark


def _degrees(angle: _Angle) -> float:
    if len(angle.parts) > len(_PARTS):
        raise _UnreadError(f"{len(angle.parts)} numbers for one coordinate")
    for name, part in zip(_PARTS, angle.parts[:-1], strict=False):
        if "." in part:
            raise _UnreadError(f"{name} {_short(part)} with a fraction, and more after them")
    values = [float(part) for part in angle.parts]
    for name, value in zip(_PARTS[1:], values[1:], strict=False):
        if value >= 60:
            raise _UnreadError(f"{name} {value:.12g} are beyond [0, 60)")
    size = math.fsum(value / 60**k for k, value in enumerate(values))
    if angle.sign == "-" and angle.toward > 0:
        raise _UnreadError("a minus sign and N or E in one coordinate")
    negative = angle.sign == "-" or angle.toward < 0
    return -size if negative else size


def _short(token: str) -> str:
    return ascii(token if len(token) <= 20 else token[:20] + "...")
