"""Coordinates from text: every way to write them, and whatever else a text may be."""

# ruff: noqa: RUF001

import math
import re
import time

import pytest
from geopy.point import Point
from hypothesis import example, given, settings
from hypothesis import strategies as st

from vgym.data.earth import coordinates, read_place

PARIS = (2.35, 48.86)
TOWER = (2 + 21 / 60 + 7 / 3600, 48 + 51 / 60 + 24 / 3600)


@pytest.mark.parametrize(
    "text",
    [
        "48.86 N, 2.35 E",
        "48.86N2.35E",
        "48.86, 2.35",
        "48.86,2.35",
        "48.86 2.35",
        " (48.86; 2.35).\n",
        "2.35 E 48.86 N",
        "2.35 E, 48.86",
        "N 48.86, E 2.35",
        "48.86° 2.35°",
        "48.86 north and 2.35 east",
        "+48.86+002.35",
        "lat: 48.86 lon: 2.35",
        "Longitude = 2.35, Latitude = 48.86",
        '{"lat": 48.86, "lng": 2.35}',
        "{'lon': '2.35', 'lat': '48.86'}",
        "48,86 N 2,35 E",
        "48,86, 2,35",
        "48,86; 2,35",
        "48,86 2,35",
        "٤٨٫٨٦، ٢٫٣٥",
        "٤٨٫٨٦ N ٢٫٣٥ E",
        "۴۸٫۸۶ ۲٫۳۵",
        "४८.८६, २.३५",
        "４８．８６，２．３５",
    ],
)
def test_ways_to_write_decimals(text: str) -> None:
    assert read_place(text) == coordinates.Reading(PARIS)


@pytest.mark.parametrize(
    "text",
    [
        "48°51'24\" N, 2°21'7\" E",
        "48°51′24″N 2°21′07″E",
        "48° 51’ 24” N / 2° 21’ 7” E",
        "48º 51' 24'' N, 2º 21' 7'' E",
        "48˚51´24˝N 2˚21´7˝E",
        "N48°51'24\"E2°21'7\"",
        "48 51 24 N 2 21 7 E",
        "48 51 24, 2 21 7",
        "48 51 24 2 21 7",
        "48:51:24 N 2:21:07 E",
        "48 51.4 N 2 21.11666666666 E",
        "48 deg 51 min 24 sec north, 2 degrees 21 minutes 7 seconds east",
        "48°51'24\", 2°21'7\"",
        "48°51'24,0\" N 2°21'7,0\" E",
    ],
)
def test_ways_to_write_minutes_and_seconds(text: str) -> None:
    found = read_place(text)
    assert found.error == "" and found.lonlat == pytest.approx(TOWER, abs=1e-9)


@pytest.mark.parametrize(
    ("text", "lonlat"),
    [
        ("-33.87, 151.21", (151.21, -33.87)),
        ("−33.87 –151.21", (-151.21, -33.87)),
        ("33.87 S, 151.21 W", (-151.21, -33.87)),
        ("-33.87 S, -151.21 W", (-151.21, -33.87)),
        ("-0 30 0, 0 0 36", (0.01, -0.5)),
        ("0°30' S 0°0'36\" W", (-0.01, -0.5)),
        ("90 N 180 E", (180.0, 90.0)),
        ("-90, -180", (-180.0, -90.0)),
        ("48,86", (86.0, 48.0)),  # whole degrees: one comma parts them
        ("-33,151", (151.0, -33.0)),
        ("48,5 2", (2.0, 48.5)),
        ("48 N 2,35 E", (2.35, 48.0)),
        (".5 -.25", (-0.25, 0.5)),
    ],
)
def test_signs_and_commas(text: str, lonlat: tuple[float, float]) -> None:
    assert read_place(text).lonlat == pytest.approx(lonlat, abs=1e-12), read_place(text)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no number"),
        (" \n\t", "no number"),
        ("95, 10", "latitude 95 .*is the longitude first"),
        ("95 N, 10 E", r"latitude 95 is beyond \[-90, 90\]$"),
        ("95, 120", r"latitude 95 is beyond \[-90, 90\]$"),
        ("102.35, 48.86", "latitude 102.35 .*is the longitude first"),
        ("lat 102.35, lon 48.86", r"latitude 102.35 is beyond \[-90, 90\]$"),
        ("10, 540", r"longitude 540 is beyond \[-180, 180\]"),
        ("10, -181", "longitude -181 is beyond"),
        ("9" * 380 + ", 1", "latitude inf is beyond"),
        ("nan, nan", "'nan' is no part"),
        ("1, inf", "'inf' is no part"),
        ("Paris", "'Paris' is no part"),
        ("48.86, 2.35 (Paris)", "'Paris' is no part"),
        ("49.86 %, 1", "'%' is no part"),
        ("48²", "is no part"),
        ("48.86", "one coordinate"),
        ("48.86 N", "one coordinate"),
        ("1, 2, 3", "3 coordinates"),
        ("1,2,3", "3 coordinates"),
        ("1 2 3 4, 5", "4 numbers for one"),
        ("48.86 N, 2.35 N", "two latitudes"),
        ("lon 1 lon 2", "two longitudes"),
        ("lat 48.86 E, lon 2", "'E' does not fit"),
        ("lat lon 1, 2", "'lon' after another label"),
        ("N E", "does not fit"),
        ("48.86, 2.35 N E", "without a number"),
        ("-48.86 N, 2.35 E", "a minus sign and N"),
        ("48 60 0 N 2 E", r"minutes 60 are beyond \[0, 60\)"),
        ("48 0 60 N 2 E", r"seconds 60 are beyond"),
        ("48.5 30 N 2 E", "with a fraction"),
        ("48' 30° N 2 E", "wanted"),
        ("1, -", "a sign at its end"),
        ("--1, 2", "a sign before '-'"),
        ("1" * 401, "401 characters"),
        ("48.86, " * 150_000, "1050000 characters"),
    ],
)
def test_what_is_no_place_says_why(text: str, said: str) -> None:
    found = read_place(text)
    assert found.lonlat is None and re.search(said, found.error), found
    assert len(found.error) < 120 and found.error.isascii()


def test_only_text_is_read() -> None:
    for other in (None, 3, b"48.86, 2.35", ["48.86, 2.35"]):
        assert "no text" in read_place(other).error  # type: ignore[arg-type]


PIECES = st.sampled_from(
    [*"0159.,;:-+'\"°NSEWnd/|(){} ", "lat", "lon:", "′", "″", "٤٨", "²", " and ", "''", "\ud800"]
)


@settings(deadline=None, max_examples=400)
@given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=30).map("".join)))
@example("1\ud800")
@example("\x00")
def test_anything_is_read_or_refused(text: str) -> None:
    found = read_place(text)
    assert (found.lonlat is None) == (found.error != "")
    if found.lonlat is not None:
        lon, lat = found.lonlat
        assert math.isfinite(lon) and abs(lon) <= 180 and abs(lat) <= 90


@given(st.floats(-90, 90), st.floats(-180, 180), st.integers(0, 8))
def test_decimals_come_back(lat: float, lon: float, digits: int) -> None:
    plain = f"{lat:.{digits}f}", f"{lon:.{digits}f}"
    wanted = pytest.approx((float(plain[1]), float(plain[0])), abs=1e-12)
    written = [
        ", ".join(plain),
        " ".join(plain),
        f"lon {plain[1]} lat {plain[0]}",
        "{} {}, {} {}".format(
            plain[0].lstrip("-"),
            "S" if plain[0].startswith("-") else "N",
            plain[1].lstrip("-"),
            "W" if plain[1].startswith("-") else "E",
        ),
        "; ".join(plain).replace(".", ","),
    ]
    for text in written:
        assert read_place(text).lonlat == wanted, text


@given(
    st.tuples(st.integers(0, 89), st.integers(0, 59), st.integers(0, 59), st.booleans()),
    st.tuples(st.integers(0, 179), st.integers(0, 59), st.integers(0, 59), st.booleans()),
)
def test_minutes_and_seconds_are_geopys(
    lat: tuple[int, int, int, bool], lon: tuple[int, int, int, bool]
) -> None:
    text = "{}°{}′{}″ {}, ".format(*lat[:3], "NS"[lat[3]])
    text += "{}°{}′{}″ {}".format(*lon[:3], "EW"[lon[3]])
    expected = Point.from_string(text)
    found = read_place(text).lonlat
    assert found == pytest.approx((expected.longitude, expected.latitude), abs=1e-12)


@pytest.mark.parametrize(
    "piece",
    ["1", "1 ", "1,", "1,1 ", "lat ", "N", "'", "0.", ".", "-1", "1°", " ", "(", "a", "٤", "1, -"],
)
def test_time_grows_with_the_length(piece: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Were there no cap: 16 times the text takes 16 times as long, not 256."""
    monkeypatch.setattr(coordinates, "LONGEST", 10**9)

    def seconds(length: int) -> float:
        text = (piece * length)[:length]
        start = time.process_time()
        read_place(text)
        return time.process_time() - start

    few = max(min(seconds(4_000) for _ in range(3)), 1e-3)
    assert min(seconds(64_000) for _ in range(2)) < 64 * few
