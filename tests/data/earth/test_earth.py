"""The Earth that ships: borders, towns, coast and heights."""

from collections import Counter
from typing import Any

import numpy as np
import pytest
import shapely
from geopy.distance import great_circle
from hypothesis import example, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from oracles import borders as oracle
from scipy.spatial import cKDTree

from vgym.data import earth
from vgym.data.earth.coast import TILE, Coast, tiled
from vgym.data.earth.lonlats import lonlats, unit_vectors
from vgym.data.earth.near_cells import chords, near_cells, nearest
from vgym.data.earth.places import RADIUS_M
from vgym.data.earth.regions import Borders, Country, Region, packed


def anywhere(number: int) -> NDArray[np.float64]:
    """(number, 2) uniform places on the sphere."""
    draws = np.random.default_rng(3)
    lat = np.degrees(np.arcsin(draws.uniform(-1, 1, number)))
    return np.stack([draws.uniform(-180, 180, number), lat], 1)


def near_borders(number: int) -> NDArray[np.float64]:
    """Likewise, near corners of outlines."""
    draws = np.random.default_rng(4)
    corners = shapely.get_coordinates(earth.borders().outlines)
    chosen = corners[draws.choice(len(corners), number)] + draws.normal(0, 0.03, (number, 2))
    clipped: NDArray[np.float64] = np.clip(chosen, [-179.8, -89.8], [179.8, 89])
    return clipped


def test_cells_tell_what_outlines_do() -> None:
    found = earth.borders()
    outlines = found.outlines
    for places in (anywhere(4000), near_borders(4000)):
        expected = oracle.holding(outlines, places)
        np.testing.assert_array_equal(found.region_numbers(places, 0), expected)


def test_outlines_tell_what_each_by_itself_does() -> None:
    """Against every outline whose frame holds the place, unprepared, one by one."""
    found, places = earth.borders(), near_borders(60)
    outlines = found.outlines
    frames = shapely.bounds(outlines)
    for (x, y), number in zip(places, found.region_numbers(places, 0), strict=True):
        west, south, east, north = frames.T
        framed = np.flatnonzero((west <= x) & (x <= east) & (south <= y) & (y <= north))
        inside = [k for k in framed if outlines[k].intersects(shapely.Point(x, y))]
        assert number == (inside[0] if inside else -1)


def test_what_lies_off_outlines_is_of_the_nearest_within_reach() -> None:
    found, places = earth.borders(), near_borders(3000)
    outlines = found.outlines
    off = places[(found.region_numbers(places, 0) < 0) & (np.abs(places[:, 0]) < 175)][:150]
    numbers, far = found.region_numbers(off), found.region_numbers(off, 20_000)
    for place, number, further in zip(off, numbers, far, strict=True):
        nearest, metres = oracle.nearest(outlines, (place[0], place[1]))
        if abs(metres - 5_000) > 1:
            assert number == (nearest if metres < 5_000 else -1)
        if abs(metres - 20_000) > 1:
            assert further == (nearest if metres < 20_000 else -1)
    assert 0.3 < (numbers >= 0).mean() < 1


def square(west: float, south: float, east: float, north: float) -> shapely.Polygon:
    return shapely.box(west, south, east, north)


def of(*outlines: Any) -> Borders:
    """Borders of a few outlines, one a country."""
    shapes = np.array([shapely.MultiPolygon([outline]) for outline in outlines])
    countries = [Country(str(k), str(k), "EU") for k in range(len(shapes))]
    return Borders(packed(shapes), [Region("", country) for country in countries])


def test_what_lies_in_two_outlines_is_of_the_first() -> None:
    hole = shapely.Polygon([(0, 0), (9, 0), (9, 9), (0, 9)], [[(5, 1), (8, 1), (8, 4), (5, 4)]])
    found = of(square(6, 2, 7, 3), hole, square(1, 1, 4, 4), square(-1, -1, 10, 10))
    places = np.array([(6.5, 2.5), (5.5, 1.5), (2, 2), (8.9, 8.9), (-0.5, 5), (-2, 5), (20, 20)])
    assert found.region_numbers(places).tolist() == [0, 3, 1, 1, 3, -1, -1]
    np.testing.assert_array_equal(oracle.holding(found.outlines, places), [0, 3, 1, 1, 3, -1, -1])


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 2**32 - 1))
def test_cells_of_any_outlines(seed: int) -> None:
    """Stars that overlap, with corners on lines of the grid and its middles."""
    draws = np.random.default_rng(seed)
    shapes = []
    for _ in range(4):
        middle = draws.uniform([-170, -80], [170, 80])
        turn = np.sort(draws.uniform(0, 2 * np.pi, 12))
        length = draws.choice([0.05, 0.3, 2.0]) * draws.uniform(0.2, 1, 12)
        corners = middle + np.stack([np.cos(turn), np.sin(turn)], 1) * length[:, None]
        shape = shapely.Polygon(np.round(corners * 16) / 16 if seed % 2 else np.round(corners, 4))
        if shape.is_valid and shape.area > 0:
            shapes.append(shape)
    if not shapes:
        return
    found = of(*shapes)
    low, high = np.array(shapely.total_bounds(shapes)).reshape(2, 2)
    near = np.concatenate([shapely.get_coordinates(shape) for shape in shapes])
    places = np.concatenate(
        [draws.uniform(low - 0.1, high + 0.1, (200, 2)), near + draws.normal(0, 0.02, near.shape)]
    )
    expected = oracle.holding(found.outlines, places)
    np.testing.assert_array_equal(found.region_numbers(places, 0), expected)


def test_outlines_survive_being_packed() -> None:
    hole = shapely.Polygon([(0, 0), (9, 0), (9, 9)], [[(5, 1), (8, 1), (8, 4)]])
    several = shapely.MultiPolygon([hole, shapely.box(-170.5, -60, -170.25, -59)])
    arrays = packed(np.array([several, shapely.MultiPolygon([hole])]))
    country = Region("", Country("", "", "EU"))
    back = Borders(arrays, [country, country]).outlines
    assert back[0].equals(several) and back[1].equals(hole)


def test_towns_lie_in_their_countries() -> None:
    """GeoNames' code of a town against the outline it lies in: coasts, borders and islands differ,
    and overseas departments, which Natural Earth counts as regions of France."""
    towns = earth.towns()
    chosen = np.random.default_rng(5).choice(len(towns), 2000, replace=False)
    found = earth.country_of(towns.lonlat[chosen])
    codes = [country.code if country else "sea" for country in found]
    unlike = [pair for pair in zip(towns.code[chosen], codes, strict=True) if pair[0] != pair[1]]
    assert len(unlike) <= 20, Counter(unlike).most_common(20)
    assert len({code for code in towns.code}) > 200 and len(towns) >= 25_000


@pytest.mark.parametrize(
    ("place", "country", "region"),
    [
        ((2.35, 48.86), "FR", "Paris"),
        ((-99.13, 19.43), "MX", "Distrito Federal"),
        ((0, -90), "AQ", "Antarctica"),
        ((180, 67), "RU", "Chukchi Autonomous Okrug"),
        ((-180, 67), "RU", "Chukchi Autonomous Okrug"),
        ((33, -1), "UG", None),  # in Lake Victoria: a lake is its shores'
        ((-30, 0), None, None),
        ((0, 90), None, None),
    ],
)
def test_known_places(place: tuple[float, float], country: str, region: str | None) -> None:
    (found,) = earth.country_of([place])
    assert (found.code if found else None) == country
    (at,) = earth.region_of(place)
    assert region is None or (at is not None and at.name == region)


def test_the_nearest_town_is_a_kd_trees() -> None:
    towns = earth.towns()
    spread = np.random.default_rng(6).normal(0, 0.05, (len(towns), 2))
    places = lonlats(np.clip(towns.lonlat + spread, [-180, -90], [180, 90]))
    poles = np.array([(lon, lat) for lon in range(-180, 180, 45) for lat in (-90, 90)], np.float64)
    corners = np.array([(-180 + 22.5 * k, 22.5 * (k % 9) - 90) for k in range(64)])
    places = np.concatenate([places, anywhere(20_000), poles, lonlats(corners)])
    near = earth.nearest_places(places)
    chord, number = 2 * np.sin(near.distance_m / (2 * RADIUS_M)), near.number
    tree = cKDTree(unit_vectors(towns.lonlat))
    expected, numbers = tree.query(unit_vectors(places), k=[1, 2])
    np.testing.assert_allclose(chord[:, 0], expected[:, 0], rtol=1e-12, atol=1e-15)
    alone = expected[:, 0] < expected[:, 1]
    np.testing.assert_array_equal(number[alone, 0], numbers[alone, 0])
    # Of towns in one place the most populous, which has the least number, counts.
    assert (number[~alone, 0] <= numbers[~alone].min(1)).all()


@settings(deadline=None, max_examples=40)
@given(st.integers(1, 60), st.integers(0, 2**32 - 1), st.sampled_from([1e-9, 1e-3, 0.1]))
@example(38, 288, 1e-9)  # places that are as far apart as unit vectors are rounded
def test_the_nearest_of_any_places(count: int, seed: int, spread: float) -> None:
    draws = np.random.default_rng(seed)
    held = np.round(draws.uniform([-180, -90], [180, 90], (count, 2)) / 30) * 30
    held[: count // 2] += draws.normal(0, spread, (count // 2, 2))
    held[:, 1] = np.clip(held[:, 1], -90, 90)
    vectors = unit_vectors(held)
    # Between two of them as well, where none may be much nearer.
    middles = (vectors[draws.integers(0, count, 50)] + vectors[draws.integers(0, count, 50)]) / 2
    up = np.arctan2(middles[:, 2], np.hypot(middles[:, 0], middles[:, 1]))
    between = np.degrees(np.stack([np.arctan2(middles[:, 1], middles[:, 0]), up], 1))
    far, about = draws.uniform([-180, -90], [180, 90], (50, 2)), held + draws.normal(0, 0.1, 2)
    asked = np.concatenate([held, between, far, about])
    asked = np.clip(asked, [-180, -90], [180, 90])
    numbers = nearest(near_cells(vectors), asked)
    expected = np.linalg.norm(unit_vectors(asked)[:, None] - vectors, axis=2)
    rows = np.arange(len(asked))
    np.testing.assert_allclose(expected[rows, numbers], expected.min(1), rtol=1e-12, atol=2e-12)
    found = chords(vectors, asked, numbers[:, None])[:, 0]
    np.testing.assert_allclose(found, expected[rows, numbers], rtol=1e-12, atol=5e-15)


def test_so_many_places_that_cells_cannot_number_them() -> None:
    with pytest.raises(ValueError, match=r"65537 places are more than 65536"):
        near_cells(np.zeros((65_537, 3)))


def test_nearest_towns_are_those_of_a_plain_search() -> None:
    towns, places = earth.towns(), np.array([[2.35, 48.86], [179.99, -16.5], [-30, 0], [77, 89.9]])
    near = earth.nearest_places(places, k=3)
    radians = np.radians(np.stack([towns.lonlat] * len(places)) - places[:, None])
    lat = np.radians(towns.lonlat[:, 1])
    haversine = (
        np.sin(radians[..., 1] / 2) ** 2
        + np.cos(lat) * np.cos(np.radians(places[:, 1:])) * np.sin(radians[..., 0] / 2) ** 2
    )
    np.testing.assert_array_equal(near.number, np.argsort(haversine, 1)[:, :3])
    for row, (lon, lat_) in enumerate(places.tolist()):
        for k in range(3):
            other = near.lonlat[row, k, 1], near.lonlat[row, k, 0]
            metres = great_circle((lat_, lon), other).m
            assert near.distance_m[row, k] == pytest.approx(metres, rel=1e-5, abs=0.01)
    assert near.country[0, 0].name == "France" and near.region[1, 0].name == "Northern"
    assert near.population.shape == near.name.shape == (4, 3)


@pytest.mark.parametrize("k", [0, -1, 10**6])
def test_as_many_towns_as_there_are(k: int) -> None:
    with pytest.raises(ValueError, match=r"must be from 1 to 34006"):
        earth.nearest_places([0, 0], k)


def test_coast_and_countries_agree() -> None:
    places = anywhere(20_000)
    land, inside = earth.is_land(places), earth.borders().region_numbers(places, 0) >= 0
    assert (land != inside).mean() < 0.005 and 0.28 < land.mean() < 0.3
    assert earth.is_land([[180, 67], [-180, 67], [0, -90], [0, 90]]).tolist() == [1, 1, 1, 0]


def test_a_mask_survives_its_tiles() -> None:
    draws = np.random.default_rng(0)
    land = np.kron(draws.random((2, 4)) < 0.5, np.ones((TILE, TILE), np.bool_)).astype(np.bool_)
    land[: TILE // 2, : 2 * TILE] = draws.random((TILE // 2, 2 * TILE)) < 0.5
    arrays = tiled(land)
    assert len(arrays["bits"]) == 2 and set(arrays["tiles"].ravel()) > {-1, -2}
    rows, columns = np.indices(land.shape)  # its north-west corner is the Earth's
    places = np.stack([(columns + 0.5) / 120 - 180, 90 - (rows + 0.5) / 120], -1).reshape(-1, 2)
    found = Coast(arrays["tiles"], arrays["bits"]).is_land(places)
    np.testing.assert_array_equal(found, land.ravel())


@pytest.mark.parametrize(
    ("name", "place", "metres"),
    [
        ("Denver", (-104.99, 39.74), 1609),
        ("La Paz", (-68.13, -16.5), 3640),
        ("Lhasa", (91.13, 29.65), 3650),
        ("Mexico City", (-99.13, 19.43), 2240),
        ("Madrid", (-3.7, 40.42), 660),
        ("Moscow", (37.6, 55.75), 150),
        ("Johannesburg", (28.05, -26.2), 1750),
        ("Addis Ababa", (38.75, 9.03), 2355),
        ("Nairobi", (36.8, -1.28), 1660),
        ("Munich", (11.57, 48.14), 520),
        ("Manaus", (-60.0, -3.1), 60),
        ("Everest", (86.925, 27.988), 8848),
    ],
)
def test_heights_of_known_places(name: str, place: tuple[float, float], metres: float) -> None:
    (found,) = earth.height_m(place)
    assert abs(found - metres) < 30 + 0.1 * metres, name


def test_the_sea_has_no_height() -> None:
    sea: list[list[float]] = [[-150, 20], [142.2, 11.35], [3, 56], [180, 0], [-180, 0]]
    assert (earth.height_m(sea) == 0).all()
    assert earth.height_m([[0, -90], [0, 90]]).tolist() == pytest.approx([2800, 0], rel=0.1)


def test_heights_go_over_the_date_line() -> None:
    across = earth.height_m([[179.9999, 67], [-179.9999, 67]])
    assert across[0] == pytest.approx(across[1], abs=1)


@pytest.mark.parametrize(
    ("places", "said"),
    [
        ([[10, 95]], r"latitude 95\.0.*beyond.*is the latitude first"),
        ([[100, 95]], r"latitude 95\.0, beyond \[-90, 90\]$"),
        ([[48.86, 102.35]], "is the latitude first"),
        ([[np.nan, 0]], "place 0 is .*nan.* must be numbers"),
        ([[0, 0], [0, np.inf]], "place 1"),
        ([1, 2, 3], r"shape \(3,\)"),
        ([[[1, 2]]], r"shape \(1, 1, 2\)"),
        (["48 N, 2 E"], "could not convert"),
    ],
)
def test_what_is_no_place_is_refused(places: Any, said: str) -> None:
    for asked in (earth.country_of, earth.nearest_places, earth.is_land, earth.height_m):
        with pytest.raises(ValueError, match=said):
            asked(places)


def test_longitudes_go_round() -> None:
    assert lonlats([[540.0, 1.0], [-181.0, 2.0], [359.5, 3.0]])[:, 0].tolist() == [-180, 179, -0.5]
    assert earth.country_of([[362.35, 48.86]])[0] == earth.country_of([2.35, 48.86])[0]


def test_nowhere_is_asked_of_nobody() -> None:
    none = np.zeros((0, 2))
    assert earth.country_of(none) == [] and earth.height_m(none).shape == (0,)
    assert earth.nearest_places(none, 2).name.shape == (0, 2) and earth.is_land(none).shape == (0,)
