"""Cameras over the sphere, against rotation matrices."""

import math

import oracles.cameras as oracle
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from vgym.envs.geolocation.camera import (
    FIELD_OF_VIEW_DEG,
    MOST_TILT_DEG,
    PROJECTIONS,
    Cameras,
    lonlat_of,
    uv_of,
)
from vgym.geometry.sphere import EARTH_RADIUS, bearing, destination, great_circle_distance

SIZE_HW = (180, 240)
GNOMONIC = PROJECTIONS.index("gnomonic")


def cameras(*rows: tuple[float, float, float, float, float, int]) -> Cameras:
    """Of (lon, lat, heading, tilt, width, projection) each."""
    lon, lat, heading, tilt, width, projection = torch.tensor(rows, dtype=torch.float64).T
    none, nought = torch.zeros(len(rows), dtype=torch.int64), torch.zeros_like(lon)
    return Cameras(
        lon,
        lat,
        heading,
        tilt,
        width,
        projection.long(),
        none,
        nought,
        none.clone(),
        nought.clone(),
    )


def points(*uv: list[float]) -> Tensor:
    """(1, n, 2) of one view."""
    return torch.tensor([uv], dtype=torch.float64)


def somewhere(count: int, seed: int = 0) -> tuple[Cameras, Tensor]:
    """Cameras anywhere and points of their views: (count, 7, 2)."""
    random = torch.Generator().manual_seed(seed)
    a = torch.rand(count, 6, generator=random, dtype=torch.float64)
    width = 20 * (12_000 / 20) ** a[:, 4]
    lon, lat = a[:, 0] * 720 - 360, torch.rad2deg(torch.asin(a[:, 1] * 2 - 1))
    rows = torch.stack(
        [lon, lat, a[:, 2] * 360, a[:, 3] * MOST_TILT_DEG, width, (a[:, 5] > 0.5).double()], 1
    )
    return cameras(*map(tuple, rows.tolist())), torch.rand(
        count, 7, 2, generator=random, dtype=torch.float64
    )


def row(view: Cameras, i: int) -> tuple[tuple[float, float], float, float, float, bool]:
    place = (float(view.lon[i]), float(view.lat[i]))
    return (
        place,
        float(view.heading_deg[i]),
        float(view.tilt_deg[i]),
        float(view.width_km[i]),
        bool(view.projection[i] == GNOMONIC),
    )


def test_views_agree_with_rotation_matrices() -> None:
    view, uv = somewhere(200)
    found = lonlat_of(view, uv, SIZE_HW)
    beyond = 0
    for i in range(200):
        for j in range(7):
            expected = oracle.lonlat(*row(view, i), tuple(uv[i, j].tolist()), 180 / 240)
            if expected is None:
                beyond += 1
                assert found[i, j].isnan().all()
            else:
                truth = torch.tensor(expected, dtype=torch.float64)
                assert great_circle_distance(found[i, j], truth) < 1e-3
    assert beyond > 10


def test_the_way_back() -> None:
    view, uv = somewhere(500, 1)
    lonlat = lonlat_of(view, uv, SIZE_HW)
    back, seen = uv_of(view, lonlat, SIZE_HW)
    on_globe = ~lonlat.isnan().any(-1)
    assert torch.equal(seen, on_globe)
    pixels = (back - uv).abs() * 240
    assert pixels[on_globe].max() < 1e-4  # at the limb a pixel is many degrees


def test_the_middle_is_the_place() -> None:
    view, _ = somewhere(100, 2)
    place = torch.stack([view.lon, view.lat], -1)
    shown = lonlat_of(view, torch.full((100, 2), 0.5), SIZE_HW)
    assert great_circle_distance(shown, place).max() < 1e-2
    uv, seen = uv_of(view, place, SIZE_HW)
    assert seen.all() and (uv - 0.5).abs().max() < 1e-12


@pytest.mark.parametrize("projection", [0, 1])
def test_what_a_heading_and_a_width_mean(projection: int) -> None:
    view = cameras((11.6, 48.1, 30.0, 0.0, 100.0, projection))
    place = torch.tensor([11.6, 48.1], dtype=torch.float64)
    top, right, left = lonlat_of(view, points([0.5, 0.0], [1.0, 0.5], [0.0, 0.5]), SIZE_HW)[0]
    assert bearing(place, top) == pytest.approx(30, abs=1e-6)
    assert bearing(place, right) == pytest.approx(120, abs=1e-6)
    assert great_circle_distance(left, right) == pytest.approx(100_000, rel=1e-4)
    assert great_circle_distance(place, top) == pytest.approx(37_500, rel=1e-4)


def test_what_a_tilt_means() -> None:
    for projection in (0, 1):
        view = cameras((0.0, 0.0, 90.0, 60.0, 20.0, projection))
        up, down = lonlat_of(view, points([0.5, 0.49], [0.5, 0.51]), SIZE_HW)[0]
        # Foreshortened by half; it is seen to the east.
        ahead = great_circle_distance(up, down)
        assert ahead == pytest.approx(0.02 * 20_000 * 0.75 / math.cos(math.radians(60)), rel=2e-3)
        assert up[0] > 0 > down[0]
    # The limb of a tilted globe: as far above the middle as the horizon is.
    view = cameras((0.0, 0.0, 0.0, 60.0, 6371.0088, 0))
    limb = 0.5 - (1 - math.sin(math.radians(60))) / (180 / 240)
    shown = lonlat_of(view, points([0.5, limb + 1e-9], [0.5, limb - 1e-6]), SIZE_HW)[0]
    assert shown[1].isnan().all()
    assert float(shown[0, 1]) == pytest.approx(30, abs=0.01)


def test_an_upright_gnomonic_view_keeps_great_circles_straight() -> None:
    view = cameras((-60.0, -30.0, 200.0, 0.0, 5000.0, 1))
    start = torch.tensor([-70.0, -20.0], dtype=torch.float64)
    way = bearing(start, torch.tensor([-50.0, -35.0]))
    line = destination(start, way, torch.linspace(0, 2e6, 9))
    uv = uv_of(view, line[None], SIZE_HW)[0][0] * torch.tensor([240, 180])
    off = uv - uv[0]
    across = off[:, 0] * off[-1, 1] - off[:, 1] * off[-1, 0]
    assert (across / off[-1].norm()).abs().max() < 1e-8
    # Tilted, they still are: a pinhole over a plane.
    view.tilt_deg += 45
    uv = uv_of(view, line[None], SIZE_HW)[0][0] * torch.tensor([240, 180])
    off = uv - uv[0]
    across = off[:, 0] * off[-1, 1] - off[:, 1] * off[-1, 0]
    assert (across / off[-1].norm()).abs().max() < 1e-8


def test_a_tilted_pinhole_stands_where_its_field_of_view_says() -> None:
    away = 1000 / 2 / math.tan(math.radians(FIELD_OF_VIEW_DEG / 2))
    view = cameras((0.0, 0.0, 0.0, 40.0, 1000.0, 1))
    # The ground right below the camera lies behind the place; the picture's lower end shows nearer.
    below = -away * math.sin(math.radians(40)) * 1000 / EARTH_RADIUS
    foot = torch.tensor([[0.0, math.degrees(math.atan(below))]], dtype=torch.float64)
    uv, seen = uv_of(view, foot, SIZE_HW)
    assert seen.all()
    expected = 0.5 + away * math.tan(math.radians(40)) / 1000 / (180 / 240)
    assert float(uv[0, 1]) == pytest.approx(expected)


def test_the_far_side_is_not_seen() -> None:
    view = cameras((20.0, 50.0, 0.0, 0.0, 5000.0, 0), (20.0, 50.0, 0.0, 0.0, 5000.0, 1))
    antipode = torch.tensor([[-160.0, -50.0]] * 2, dtype=torch.float64)
    uv, seen = uv_of(view, antipode, SIZE_HW)
    assert not seen.any() and uv.isnan().all()


@settings(deadline=None)
@given(
    lon=st.sampled_from([-180.0, 180.0, 0.0, 179.9999]) | st.floats(-180, 180),
    lat=st.sampled_from([-90.0, 90.0, 89.9999, 0.0]) | st.floats(-90, 90),
    heading=st.floats(0, 360),
    tilt=st.floats(0, MOST_TILT_DEG),
    width=st.floats(10, 20_000),
    projection=st.sampled_from([0, 1]),
    u=st.floats(0, 1),
    v=st.floats(0, 1),
)
def test_poles_and_the_date_line(
    lon: float,
    lat: float,
    heading: float,
    tilt: float,
    width: float,
    projection: int,
    u: float,
    v: float,
) -> None:
    view = cameras((lon, lat, heading, tilt, width, projection))
    shown = lonlat_of(view, torch.tensor([[u, v]], dtype=torch.float64), SIZE_HW)[0]
    expected = oracle.lonlat(
        (lon, lat), heading, tilt, width, projection == GNOMONIC, (u, v), 180 / 240
    )
    if expected is None:
        assert shown.isnan().all()
        return
    truth = torch.tensor(expected, dtype=torch.float64)
    if shown.isnan().any():  # it grazes the limb
        u, v = 0.5 + (u - 0.5) * (1 - 1e-9), 0.5 + (v - 0.5) * (1 - 1e-9)
        shown = lonlat_of(view, torch.tensor([[u, v]], dtype=torch.float64), SIZE_HW)[0]
    # Two ways to the same sum part by the root of a float's last bit at the limb: 1e-8 radii.
    assert great_circle_distance(shown, truth) < 1
    assert -180 <= shown[0] <= 180 and -90 <= shown[1] <= 90
