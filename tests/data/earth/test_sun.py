"""The sun against another series, and dates that everybody can look up."""

from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest
from oracles import sun as oracle

from vgym.data.earth.sun import days_of, solar_hours, subsolar, sun_at, sun_height_deg


def test_the_sun_is_noaas() -> None:
    draws = np.random.default_rng(2)
    days = draws.uniform(-18_262, 18_262, 2000)  # 1950 to 2050
    places = np.stack([draws.uniform(-180, 180, 2000), draws.uniform(-90, 90, 2000)], 1)
    expected = [oracle.position(*row) for row in np.column_stack([days, places]).tolist()]
    declination, height, hours = np.array(expected).T
    assert np.abs(subsolar(days)[:, 1] - declination).max() < 0.015
    assert np.abs(sun_height_deg(days, places) - height).max() < 0.025
    off = (solar_hours(days, places) - hours + 12) % 24 - 12
    assert np.abs(off).max() * 3600 < 6  # seconds


@pytest.mark.parametrize(
    ("moment", "lat"),
    [
        (datetime(2024, 3, 20, 3, 6), 0.0),  # equinoxes and solstices of the almanac, UTC
        (datetime(2024, 6, 20, 20, 51), 23.44),
        (datetime(2024, 9, 22, 12, 44), 0.0),
        (datetime(2024, 12, 21, 9, 21), -23.44),
        (datetime(1975, 6, 22, 0, 27), 23.44),
    ],
)
def test_seasons(moment: datetime, lat: float) -> None:
    assert subsolar(days_of(moment))[0, 1] == pytest.approx(lat, abs=0.01)


def test_noon_at_greenwich() -> None:
    """The equation of time: 16.4 minutes early on 3 November, 14.2 late on 11 February."""
    for month, day, minutes in ((11, 3, 16.4), (2, 11, -14.2), (4, 15, 0), (12, 25, 0)):
        lon = subsolar(days_of(datetime(2024, month, day, 12)))[0, 0]
        assert -4 * lon == pytest.approx(minutes, abs=0.4)


def test_bearings() -> None:
    day = days_of(datetime(2024, 6, 20, 20, 51))
    here = subsolar(day)[0]
    north, south, east, west = (here + step for step in ([0, 20], [0, -20], [9, 0], [-9, 0]))
    bearing, height = sun_at(day, np.array([north, south, east, west])).T
    assert bearing[:2] == pytest.approx([180, 0], abs=1e-6)
    assert 270 < bearing[2] < 275 and 85 < bearing[3] < 90
    assert height[:2] == pytest.approx([70, 70]) and sun_at(day, here)[0, 1] > 89.9999
    assert solar_hours(day, [north, east])[:2] == pytest.approx([12, 12.6])


def test_the_poles_and_the_date_line() -> None:
    day = days_of(datetime(2024, 6, 20, 20, 51))
    assert sun_height_deg(day, [[0, 90], [77, 90], [0, -90]]) == pytest.approx(
        [23.44, 23.44, -23.44], abs=0.01
    )
    across = sun_at(day, [[180, 10], [-180, 10]])
    np.testing.assert_array_equal(across[0], across[1])
    lon = subsolar(np.linspace(0, 1, 200))[:, 0]
    assert (lon >= -180).all() and (lon < 180).all()


def test_dates() -> None:
    assert days_of(datetime(2000, 1, 1, 12)) == 0
    assert days_of(datetime(2000, 1, 1, 12, tzinfo=UTC)) == 0
    assert days_of(datetime(2000, 1, 1, 14, tzinfo=timezone(timedelta(hours=2)))) == 0
    assert subsolar([]).shape == (0, 2) and subsolar(3.5).shape == (1, 2)
    with pytest.raises(ValueError, match="day nan is no date"):
        subsolar([0.0, np.nan])
