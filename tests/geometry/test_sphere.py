"""The sphere against PROJ, geographiclib and turning in 3-D, and the places where formulas fail."""

import math
from collections.abc import Callable

import numpy as np
import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from oracles import sphere as oracle
from torch import Tensor

from vgym.geometry import sphere
from vgym.geometry.sphere import (
    EARTH_RADIUS,
    bearing,
    cap_area,
    destination,
    geodesic_distance_wgs84,
    great_circle_distance,
    mean_lonlat,
    normalise_lonlat,
    polygon_area,
    polygon_contains,
    wrap_longitude,
)

HALF_TURN = math.pi * EARTH_RADIUS
DISTANCES = [great_circle_distance, geodesic_distance_wgs84]

any_lonlat = st.tuples(st.floats(-180, 180), st.floats(-90, 90))
wild = st.floats(allow_nan=False, allow_infinity=False)
wild_lonlat = st.tuples(wild, wild)
# Poles, date line, antipodes of each other, and the equator where geodesics leave it.
CORNERS = [
    [lon, lat]
    for lon in (-180.0, -90.0, 0.0, 1e-9, 179.4, 180.0)
    for lat in (-90.0, -45.0, -1e-9, 0.0, 45.0, 89.9999999, 90.0)
]


def tensor(*place: float) -> Tensor:
    return torch.tensor(place, dtype=torch.float64)


def uniform(count: int, seed: int = 0) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    share = torch.rand(count, 2, generator=generator, dtype=torch.float64)
    return torch.stack((share[:, 0] * 360 - 180, (share[:, 1] * 2 - 1).asin().rad2deg()), -1)


def shifts(count: int, smallest: float, largest: float, seed: int = 9) -> Tensor:
    """Steps in degrees of either sign, their sizes spread evenly over the magnitudes."""
    generator = torch.Generator().manual_seed(seed)
    power = torch.rand(count, 2, generator=generator, dtype=torch.float64)
    sign = torch.randint(0, 2, (count, 2), generator=generator) * 2 - 1
    low, high = math.log10(smallest), math.log10(largest)
    return sign * 10 ** (low + power * (high - low))


def antipodes(places: Tensor) -> Tensor:
    return torch.stack((places[:, 0] + 180, -places[:, 1]), -1)


def near_poles(count: int, seed: int) -> Tensor:
    places = uniform(count, seed)
    step = shifts(count, 1e-9, 1.0, seed)[:, 1]
    places[:, 1] = torch.where(step > 0, 90 - step, -90 - step)
    return places


PAIRS: dict[str, Callable[[], tuple[Tensor, Tensor]]] = {
    "uniform": lambda: (uniform(100_000, 1), uniform(100_000, 2)),
    "near antipodal": lambda: (
        uniform(8_000, 3),
        normalise_lonlat(antipodes(uniform(8_000, 3)) + shifts(8_000, 1e-6, 3.0)),
    ),
    "antipodal on the equator": lambda: (
        torch.stack((uniform(500, 3)[:, 0], torch.zeros(500, dtype=torch.float64)), -1),
        torch.stack((uniform(500, 3)[:, 0] + 180, torch.zeros(500, dtype=torch.float64)), -1)
        + torch.stack((shifts(500, 1e-3, 1.0)[:, 0], torch.zeros(500, dtype=torch.float64)), -1),
    ),
    "near the poles": lambda: (near_poles(20_000, 4), near_poles(20_000, 5)),
    "tiny": lambda: (uniform(20_000, 6), uniform(20_000, 6) + shifts(20_000, 1e-12, 1e-3)),
    "same meridian": lambda: (
        uniform(20_000, 7),
        torch.stack((uniform(20_000, 7)[:, 0], uniform(20_000, 8)[:, 1]), -1),
    ),
    "on the equator": lambda: (
        uniform(20_000, 7) * torch.tensor([1.0, 0.0]),
        uniform(20_000, 8) * torch.tensor([0.98, 0.0]),
    ),
    "identical": lambda: (uniform(1_000, 7), uniform(1_000, 7)),
}


@pytest.mark.parametrize("name", PAIRS)
def test_geodesic_is_projs_to_a_hundredth_of_a_millimetre(name: str) -> None:
    a, b = PAIRS[name]()
    expected = oracle.distances(a.numpy(), b.numpy(), oracle.ELLIPSOID)
    error = np.abs(geodesic_distance_wgs84(a, b).numpy() - expected)
    assert error.max() < 1e-5
    for k in (0, 1, int(error.argmax())):
        ends = tuple(a[k].tolist()), tuple(b[k].tolist())
        value = geodesic_distance_wgs84(a[k], b[k]).item()
        assert value == pytest.approx(oracle.distance_wgs84(*ends), abs=1e-4)


@pytest.mark.parametrize("name", PAIRS)
def test_great_circle_is_projs_on_a_sphere(name: str) -> None:
    a, b = PAIRS[name]()
    expected = oracle.distances(a.numpy(), b.numpy(), oracle.SPHERE)
    assert np.abs(great_circle_distance(a, b).numpy() - expected).max() < 1e-7
    some = [oracle.haversine(*pair) for pair in zip(a[:99].tolist(), b[:99].tolist(), strict=True)]
    coarse = 1.0 if "antipod" in name or "poles" in name else 1e-4
    assert great_circle_distance(a[:99], b[:99]).numpy() == pytest.approx(some, abs=coarse)


def test_few_pairs_are_left_to_geographiclib(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def count(a: Tensor, b: Tensor) -> Tensor:
        asked.append(len(a))
        return torch.zeros(len(a), 5, dtype=torch.float64)

    monkeypatch.setattr(sphere, "_geographiclib", count)
    geodesic_distance_wgs84(uniform(100_000, 1), uniform(100_000, 2))
    assert sum(asked) < 20


def test_tiny_distances_keep_their_digits() -> None:
    for degrees in (1e-3, 1e-8, 1e-13):
        step = great_circle_distance(tensor(0, 0), tensor(degrees, 0)).item()
        assert step == pytest.approx(math.radians(degrees) * EARTH_RADIUS, rel=1e-12)
        short = HALF_TURN - great_circle_distance(tensor(0, 0), tensor(180 - degrees, 0)).item()
        assert short == pytest.approx(math.radians(degrees) * EARTH_RADIUS, abs=1e-8)


@settings(deadline=None, max_examples=200)
@given(wild_lonlat, wild_lonlat)
@example((0.0, 90.0), (137.0, 90.0))
@example((0.0, 0.0), (180.0, 0.0))
@example((1e308, 1e308), (-1e308, -1e308))
@example((0.0, -90.0), (12.0, 90.0))
@example((180.0, 10.0), (-180.0, 10.0))
def test_finite_and_in_range_for_every_finite_place(
    a: tuple[float, float], b: tuple[float, float]
) -> None:
    one, other = tensor(*a), tensor(*b)
    for distance, longest in zip(DISTANCES, (HALF_TURN, 20_003_931.459), strict=True):
        value = distance(one, other).item()
        assert 0 <= value <= longest
        assert value == pytest.approx(distance(other, one).item(), abs=1e-6)
    assert great_circle_distance(one, one) == 0 == geodesic_distance_wgs84(one, one)
    assert 0 <= bearing(one, other).item() < 360
    moved = destination(one, tensor(a[0])[0], tensor(b[1])[0])
    middle = mean_lonlat(torch.stack((one, other)))
    for place in (moved, middle, normalise_lonlat(one)):
        lon, lat = place.tolist()
        assert -180 <= lon < 180 and -90 <= lat <= 90


@settings(deadline=None)
@given(any_lonlat, any_lonlat, any_lonlat)
def test_triangle_inequality_and_symmetry(
    a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]
) -> None:
    x, y, z = tensor(*a), tensor(*b), tensor(*c)
    for distance in DISTANCES:
        assert distance(x, z) <= distance(x, y) + distance(y, z) + 1e-4
    assert great_circle_distance(x, y) == great_circle_distance(y, x)


def test_ways_to_write_a_place() -> None:
    places = uniform(500, 1)
    turned = places + torch.tensor([720.0, 0.0])
    over = torch.stack((places[:, 0] + 180, 180 - places[:, 1]), -1)
    under = torch.stack((places[:, 0] - 180, -180 - places[:, 1]), -1)
    other = uniform(500, 2)
    for written in (turned, over, under):
        for distance in DISTANCES:
            assert (distance(written, other) - distance(places, other)).abs().max() < 1e-6
        assert great_circle_distance(normalise_lonlat(written), places).max() < 1e-6
    assert torch.equal(normalise_lonlat(places), places)
    every = torch.tensor([-180.0, 180.0, 540.0, -540.0, 1e-17, -1e-17, 359.0], dtype=torch.float64)
    assert wrap_longitude(every).tolist() == [-180, -180, -180, -180, 1e-17, -1e-17, -1]


def test_bearing_and_destination_are_projs() -> None:
    a, b = uniform(20_000, 1), uniform(20_000, 2)
    forward, _, metres = oracle.SPHERE.inv(*a.T.numpy(), *b.T.numpy())
    difference = wrap_longitude(bearing(a, b) - torch.from_numpy(forward))
    assert difference.abs().max() < 1e-9
    lon, lat, _ = oracle.SPHERE.fwd(*a.T.numpy(), forward, metres)
    reached = destination(a, torch.from_numpy(forward), torch.from_numpy(metres))
    assert great_circle_distance(reached, torch.tensor(np.stack((lon, lat), -1))).max() < 1e-6
    assert great_circle_distance(reached, b).max() < 1e-6


def test_near_bearings_keep_their_digits() -> None:
    a = uniform(5_000, 1)
    course = torch.linspace(0.0, 359.9, 5_000, dtype=torch.float64)
    there = destination(a, course, torch.full((5_000,), 1000.0, dtype=torch.float64))
    away = a[:, 1].abs() < 80
    assert wrap_longitude(bearing(a, there) - course)[away].abs().max() < 1e-7
    assert great_circle_distance(a, there).numpy() == pytest.approx(1000.0, abs=1e-8)
    back = destination(a, course + 180, torch.full((5_000,), -1000.0, dtype=torch.float64))
    assert great_circle_distance(back, there).max() < 1e-7


def test_bearings_worked() -> None:
    origin = tensor(0, 0)
    places = torch.tensor([[0.0, 5.0], [5.0, 0.0], [0.0, -5.0], [-5.0, 0.0], [0.0, 0.0]])
    assert bearing(origin, places).tolist() == pytest.approx([0, 90, 180, 270, 0])
    # At the pole, the meridian of the place itself is north.
    assert bearing(tensor(30, 90), tensor(50, 10)).item() == pytest.approx(160)
    assert bearing(tensor(30, -90), tensor(50, 10)).item() == pytest.approx(20)


def test_mean_is_the_direction_of_the_sum() -> None:
    places, weights = uniform(60, 1).reshape(3, 20, 2), torch.rand(3, 20, dtype=torch.float64)
    mean = mean_lonlat(places, weights)
    for row in range(3):
        total = sum(
            w * oracle.vector(tuple(p))
            for w, p in zip(weights[row].tolist(), places[row].tolist(), strict=True)
        )
        middle = oracle.vector(tuple(mean[row].tolist()))
        assert middle == pytest.approx(total / np.linalg.norm(total), abs=1e-12)
    mask = torch.arange(20) < 4
    holes = torch.where(mask[:, None], places, torch.nan)
    assert torch.allclose(
        mean_lonlat(holes, weights, mask), mean_lonlat(places[:, :4], weights[:, :4])
    )
    assert torch.allclose(mean_lonlat(places, weights * 1e307), mean)


def test_means_that_are_not_there() -> None:
    pair = torch.tensor([[20.0, 30.0], [-160.0, -30.0]])
    assert mean_lonlat(pair).tolist() == [0, 0]
    assert mean_lonlat(pair, torch.tensor([0.0, 0.0])).tolist() == [0, 0]
    assert mean_lonlat(pair, mask=torch.zeros(2, dtype=torch.bool)).tolist() == [0, 0]
    assert mean_lonlat(torch.zeros(0, 2)).tolist() == [0, 0]
    heavier = mean_lonlat(pair, torch.tensor([1.0, 2.0]))
    assert heavier.tolist() == pytest.approx([-160, -30])
    around = torch.tensor([[0.0, 80.0], [90.0, 80.0], [180.0, 80.0], [-90.0, 80.0]])
    assert mean_lonlat(around)[1] == pytest.approx(90)


def test_cap_area() -> None:
    whole = 4 * math.pi * EARTH_RADIUS**2
    caps = cap_area(tensor(0, HALF_TURN / 2, HALF_TURN, 1e9, -5.0, 1.0))
    assert caps.tolist() == pytest.approx([0, whole / 2, whole, whole, 0, math.pi], rel=1e-12)
    inside = great_circle_distance(uniform(200_000, 3), tensor(10, 20)) < 4_000_000
    share = cap_area(tensor(4_000_000.0)[0]).item() / whole
    assert inside.double().mean().item() == pytest.approx(share, abs=0.003)


def star(middle: tuple[float, float], radius: float, seed: int, spikes: int = 7) -> Tensor:
    """A star-shaped polygon round a place."""
    generator = torch.Generator().manual_seed(seed)
    course = torch.arange(spikes, dtype=torch.float64) * (360 / spikes)
    reach = radius * (0.3 + 0.7 * torch.rand(spikes, generator=generator, dtype=torch.float64))
    return destination(tensor(*middle), course, reach)


MIDDLES = [(0.0, 0.0), (179.9, 10.0), (-180.0, -66.0), (30.0, 89.0), (0.0, 90.0), (77.0, -89.9)]


@pytest.mark.parametrize("middle", MIDDLES)
@pytest.mark.parametrize("radius", [10.0, 1e4, 1e6, 6e6])
def test_polygon_area_is_projs(middle: tuple[float, float], radius: float) -> None:
    for seed in range(3):
        polygon = star(middle, radius, seed)
        expected = oracle.polygon_area([tuple(v) for v in polygon.tolist()])
        area = polygon_area(polygon).item()
        # PROJ sums large areas: an error of 1e-16 of the sphere is 0.05 square metres.
        assert area == pytest.approx(expected, rel=1e-9, abs=0.1)
        assert polygon_area(polygon.flip(0)).item() == pytest.approx(area, rel=1e-7)
        padded = torch.cat((polygon, polygon[-1:], polygon[-1:]))
        assert polygon_area(padded).item() == pytest.approx(area, rel=1e-7)


def test_polygon_areas_worked() -> None:
    whole = 4 * math.pi * EARTH_RADIUS**2
    octant = torch.tensor([[0.0, 0.0], [90.0, 0.0], [10.0, 90.0]])
    equator = torch.tensor([[0.0, 0.0], [90.0, 0.0], [180.0, 0.0], [270.0, 0.0]])
    # Seven octants on one side, the eighth on the other.
    assert polygon_area(torch.stack((octant, octant.flip(0)))) / whole == pytest.approx([1 / 8] * 2)
    assert polygon_area(equator).item() == pytest.approx(whole / 2)
    assert polygon_area(torch.zeros(4, 2)) == 0
    side = math.degrees(10 / EARTH_RADIUS)
    square = tensor(50, 0) + torch.tensor(
        [[0, 0], [side, 0], [side, side], [0, side]], dtype=torch.float64
    )
    assert polygon_area(square).item() == pytest.approx(100, rel=1e-7)


@pytest.mark.parametrize("middle", MIDDLES)
@pytest.mark.parametrize("radius", [1.0, 1e4, 1e6, 6e6])
def test_contains_is_shapelys_in_the_plane(middle: tuple[float, float], radius: float) -> None:
    generator = torch.Generator().manual_seed(5)
    course = torch.rand(150, generator=generator, dtype=torch.float64) * 360
    away = torch.rand(150, generator=generator, dtype=torch.float64) * radius
    places = torch.cat((destination(tensor(*middle), course, away), uniform(30, 8)))
    for seed in range(3):
        polygon = star(middle, radius, seed)
        outline = [tuple(v) for v in polygon.tolist()]
        expected = [oracle.small_polygon_contains(outline, tuple(p)) for p in places.tolist()]
        assert 20 < sum(expected) < 140
        assert polygon_contains(polygon, places).tolist() == expected
        assert polygon_contains(polygon.flip(0), places).tolist() == expected
        opposite = antipodes(places)
        assert not polygon_contains(polygon, opposite)[torch.tensor(expected)].any()


def test_contains_in_a_band_that_holds_antipodes() -> None:
    lons = torch.linspace(0, 300, 31, dtype=torch.float64)
    south, north = torch.full_like(lons, -5), torch.full_like(lons, 5)
    band = torch.cat((torch.stack((lons, south), -1), torch.stack((lons.flip(0), north), -1)))
    places = torch.tensor([[10.0, 0.0], [190.0, 0.0], [290.0, 1.0], [330.0, 0.0], [0.0, 80.0]])
    for polygon in (band, band.flip(0), band.roll(17, 0)):
        assert polygon_contains(polygon, places).tolist() == [True, True, True, False, False]


def test_edges_and_vertices_are_inside() -> None:
    for middle in MIDDLES:
        polygon = star(middle, 2e6, 1)
        assert polygon_contains(polygon, polygon).all()
        following = polygon.roll(-1, 0)
        along = great_circle_distance(polygon, following) * 0.37
        on_edge = destination(polygon, bearing(polygon, following), along)
        assert polygon_contains(polygon, on_edge).all()
    assert not polygon_contains(polygon, tensor(math.nan, 0))


def test_polygons_broadcast_and_refuse_lines() -> None:
    polygons = torch.stack([star(middle, 1e6, 2) for middle in MIDDLES])
    places = torch.tensor(MIDDLES, dtype=torch.float64)
    table = polygon_contains(polygons[:, None], places[None])
    assert table.shape == (6, 6) and table.diagonal().all()
    assert polygon_contains(polygons, places).shape == polygon_area(polygons).shape == (6,)
    for function in (polygon_area, lambda p: polygon_contains(p, places)):
        with pytest.raises(
            ValueError, match=r"shape \(2, 2\); give \(..., V, 2\) with V at least 3"
        ):
            function(polygons[0, :2])
    with pytest.raises(ValueError, match=r"lonlat has shape \(4,\); its last axis must be 2 long"):
        great_circle_distance(torch.zeros(4), torch.zeros(2))


@pytest.mark.parametrize("distance", DISTANCES)
def test_pairs_by_broadcasting(distance: Callable[[Tensor, Tensor], Tensor]) -> None:
    a, b = uniform(700, 1), uniform(90, 2)
    table = distance(a[:, None], b[None])
    assert table.shape == (700, 90) and table.dtype == torch.float64
    assert (
        table - distance(a.repeat_interleave(90, 0), b.repeat(700, 1)).view(700, 90)
    ).abs().max() < 1e-6
    wide = distance(a[:1, None], uniform(40_000, 3)[None])
    assert wide.shape == (1, 40_000)
    assert distance(a[0], b[0]).shape == () and distance(a[:0], b[0]).shape == (0,)
    assert distance(a.float(), b[0]).dtype == torch.float64


@pytest.mark.parametrize("distance", DISTANCES)
def test_nan_stays_nan(distance: Callable[[Tensor, Tensor], Tensor]) -> None:
    good = tensor(10, 20)
    for bad in (tensor(math.nan, 0), tensor(0, math.nan)):
        assert distance(bad, good).isnan() and distance(good, bad).isnan()


@pytest.mark.parametrize("distance", DISTANCES)
def test_gradient_is_the_slope(distance: Callable[[Tensor, Tensor], Tensor]) -> None:
    a, b = uniform(6, 1), uniform(6, 2)
    # One pair goes to geographiclib, one place is written beyond the pole.
    a[0], b[0] = tensor(0, 0.2), tensor(179.3, -0.1)
    a[1] = tensor(20, 95)
    a.requires_grad_()
    b.requires_grad_()
    assert torch.autograd.gradcheck(distance, (a, b), eps=1e-6, atol=1e-1, rtol=1e-5)
    assert torch.autograd.gradcheck(
        lambda x: distance(x, b[0].detach()), (a,), atol=1e-1, rtol=1e-5
    )


def test_gradients_are_finite_in_the_corners() -> None:
    place = torch.tensor(CORNERS, dtype=torch.float64)
    for function in (
        *DISTANCES,
        bearing,
        lambda a, b: destination(a, bearing(a, b), great_circle_distance(a, b)),
        lambda a, b: mean_lonlat(torch.stack(torch.broadcast_tensors(a, b), -2)),
    ):
        a, b = place.clone().requires_grad_(), place.clone().requires_grad_()
        function(a[:, None], b[None]).sum().backward()
        assert a.grad is not None and a.grad.isfinite().all()
        assert b.grad is not None and b.grad.isfinite().all()
    outlines = place[
        torch.randint(0, len(place), (200, 4), generator=torch.Generator().manual_seed(1))
    ]
    outlines.requires_grad_()
    polygon_area(outlines).sum().backward()
    assert outlines.grad is not None and outlines.grad.isfinite().all()


def test_descent_arrives() -> None:
    for distance in DISTANCES:
        guess, goal = tensor(170, 50).requires_grad_(), tensor(-150, 60)
        for _ in range(200):
            metres = distance(guess, goal)
            (slope,) = torch.autograd.grad(metres, guess)
            # A step of a tenth of the way, in degrees of equal length.
            shrink = torch.stack((guess[1].deg2rad().cos() ** -2, tensor(1)[0])).detach()
            guess = (guess - slope * shrink * metres / 111_195**2 * 0.1).detach().requires_grad_()
        assert distance(guess, goal) < 1


def test_stays_on_its_device() -> None:
    place = torch.empty(5, 2, device="meta")
    outline = torch.empty(5, 4, 2, device="meta")
    number = torch.empty(5, device="meta")
    for result in (
        great_circle_distance(place, place),
        bearing(place, place),
        destination(place, number, number),
        mean_lonlat(outline, torch.empty(5, 4, device="meta")),
        normalise_lonlat(place),
        cap_area(number),
        polygon_area(outline),
        polygon_contains(outline, place),
    ):
        assert result.device.type == "meta" and result.shape[0] == 5


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")  # of what torch.compile imports
@pytest.mark.parametrize("distance", DISTANCES)
def test_compiled_is_the_same(distance: Callable[..., Tensor]) -> None:
    a, b = uniform(50_000, 1), uniform(50_000, 2)
    fused = distance(a, b, compile=True)
    assert (fused - distance(a, b)).abs().max() < 1e-6
    assert distance(a[:7, None], b[:9], compile=True).shape == (7, 9)
