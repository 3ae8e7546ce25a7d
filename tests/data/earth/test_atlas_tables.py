"""Rivers, outlines, sites and definitions of the Earth that ship."""

import numpy as np
import pytest
import shapely

from vgym.data import earth
from vgym.data.earth import _coasts
from vgym.data.earth.coast import TILE, Coast, tiled
from vgym.data.earth.lines import packed_lines, unpacked_lines


def test_lines_survive_being_packed() -> None:
    lines = [np.array([[0, 0], [1.5, -2], [3, 4.25]]), np.array([[-179.5, 80], [179.75, 81]])]
    back = unpacked_lines("any", packed_lines("any", lines))
    for line, other in zip(lines, back, strict=True):
        np.testing.assert_array_equal(line, other)


def test_rivers_end_where_they_do() -> None:
    found = earth.lines()
    assert len(found.river) == len(found.rank) == len(found.name) == len(found.in_lake)
    ends = np.array([found.river[k][-1] for k in np.flatnonzero(found.name == "Vistula")])
    assert np.abs(ends - [18.95, 54.36]).max(1).min() < 0.05


def test_names_of_rivers_have_all_their_letters() -> None:
    found = earth.lines()
    names = set(found.name.tolist())
    assert not [name for name in names if "?" in name or "  " in name]
    assert {"Rhône", "Pánuco", "São Francisco", "Severnaya Dvina", "Ulúa", "Ångermanälven"} <= names
    for name, place in (("Rhône", (4.8, 45.0)), ("Garonne", (0.0, 44.5)), ("Paraná", (-59.5, -33))):
        lines = shapely.MultiLineString(
            [line for line, own in zip(found.river, found.name, strict=True) if own == name]
        )
        assert lines.distance(shapely.Point(place)) < 0.5, name


@pytest.mark.parametrize(
    ("name", "inside"),
    [("Sicily", (14.0, 37.5)), ("Sardinia", (9.0, 40.0)), ("Elba", (10.25, 42.77))],
)
def test_islands_have_the_box_of_their_land(name: str, inside: tuple[float, float]) -> None:
    found = earth.outlines()
    (number,) = np.flatnonzero((found.name == name) & ~found.lake).tolist()
    assert found.shape[number].contains(shapely.Point(inside))
    west, north, east, south = found.box[number]
    outline = np.array(found.shape[number].bounds)[[0, 3, 2, 1]]
    assert np.abs(np.array([west, north, east, south]) - outline).max() < 0.06


def test_lakes_are_land_to_the_mask_and_water_to_the_painter() -> None:
    found = earth.outlines()
    lakes = [found.corner[k] for k in np.flatnonzero(found.lake).tolist()]
    water = shapely.union_all(found.shape[found.lake])
    inside = ~found.lake & shapely.contains(water, shapely.point_on_surface(found.shape))
    islands = [found.corner[k] for k in np.flatnonzero(inside).tolist()]
    dry = Coast(*earth.coast().without(lakes, islands))
    middles = np.array([[32.9, -1.0], [-87.0, 44.0], [107.9, 53.1], [31.3, 61.0]])
    assert earth.is_land(middles).all() and not dry.is_land(middles).any()
    elsewhere = np.array([[10.0, 50.0], [-100, 40], [-30, 0]])
    np.testing.assert_array_equal(dry.is_land(elsewhere), earth.is_land(elsewhere))
    draws = np.random.default_rng(1)
    corners = np.concatenate(lakes)
    places = corners[draws.choice(len(corners), 5000)] + draws.normal(0, 0.05, (5000, 2))
    shipped = _coasts()[1]
    np.testing.assert_array_equal(dry.is_land(places), shipped.is_land(places))
    assert 0.2 < shipped.is_land(places).mean() < 0.8


def test_islands_in_lakes_are_land_to_the_painter() -> None:
    # Manitoulin, Ometepe, Olkhon, Idjwi, Isle Royale
    middles = np.array([[-82.2, 45.7], [-85.58, 11.5], [107.4, 53.15], [29.07, -2.1], [-88.9, 48]])
    assert _coasts()[1].is_land(middles).all()
    ring = np.array([[10.0, 10], [12, 10], [12, 12], [10, 12]])
    land = Coast(np.full((450, 900), -2, np.int16), np.zeros((0, TILE, TILE // 8), np.uint8))
    island = ring / 10 + [9.9, 9.9]
    drawn = Coast(*land.without([ring], [island]))
    told = drawn.is_land(np.array([[11.0, 11.0], [10.3, 10.3], [11.8, 11.8], [9.0, 9.0]]))
    assert told.tolist() == [True, False, False, True]


def test_cells_are_the_mask_and_coarse_ones_its_means() -> None:
    draws = np.random.default_rng(2)
    land = draws.random((2 * TILE, 3 * TILE)) < 0.5
    land[TILE:, TILE : 2 * TILE], land[:TILE, :TILE] = True, False
    mask = Coast(**tiled(land))
    height, width = land.shape
    cut = mask.cells(7, 11, height - 10, width - 20)
    np.testing.assert_array_equal(cut, land[7 : height - 3, 11 : width - 9])
    np.testing.assert_array_equal(mask.cells(-3, -4, 9, 9)[3:, 4:], land[:6, :5])
    for side in (2, 4, 8):
        means = land.reshape(2 * TILE // side, side, -1, side).mean((1, 3))
        if side < 8:
            coarse = mask.coarse_cells(side, 0, 0, *means.shape)
            assert np.abs(coarse - 255 * means).max() <= 1
        else:
            np.testing.assert_allclose(mask.shares(side), means)


def test_capitals_are_in_their_countries() -> None:
    sites = earth.sites()
    where = earth.country_of(sites.lonlat[sites.is_capital])
    names = sites.country[sites.is_capital]
    same = [
        a is not None and a.name.split()[0] == b.split()[0]
        for a, b in zip(where, names, strict=True)
    ]
    assert len(same) > 190 and np.mean(same) > 0.85


def test_definitions_do_not_name_what_they_define() -> None:
    rows = earth.glosses()
    assert {row["kind"] for row in rows} == {"island", "lake", "river", "town"}
    for row in rows:
        assert not any(
            name.lower() in row["gloss"].lower() for name in row["names"] if len(name) > 4
        )
