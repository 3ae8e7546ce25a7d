"""Cells against a search in the drawn projection, published values, and their own partition."""

import math

import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from oracles import cells as oracle
from torch import Tensor

from vgym.geometry import cells
from vgym.geometry.sphere import EARTH_RADIUS, great_circle_distance, polygon_area

LEVELS = [*range(13), 20, cells.MAX_LEVEL]
# Seams of faces, poles, the date line, and the corners where three faces meet.
SEAMS = torch.tensor(
    [
        [lon, lat]
        for lon in (
            -180.0,
            -135.0,
            -90.0,
            -45.0,
            -1e-12,
            0.0,
            45.0,
            90.0,
            135.0,
            179.9999999,
            180.0,
        )
        for lat in (-90.0, -89.99999, -41.8103148957786, 0.0, 41.8103148957786, 60.0, 90.0)
    ],
    dtype=torch.float64,
)


def uniform(count: int, seed: int = 0) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    share = torch.rand(count, 2, generator=generator, dtype=torch.float64)
    return torch.stack((share[:, 0] * 360 - 180, (share[:, 1] * 2 - 1).asin().rad2deg()), -1)


@pytest.mark.parametrize("row", oracle.PUBLISHED)
def test_published_values(row: tuple[float, float, int, int, list[int]]) -> None:
    lon, lat, level, cell, around = row
    assert cells.cell_of(torch.tensor([lon, lat], dtype=torch.float64), level).item() == cell
    assert cells.neighbours(torch.tensor(cell), level).tolist() == around


@pytest.mark.parametrize("level", [0, 1, 2, 5, 11])
def test_a_place_is_in_the_nearest_diamond(level: int) -> None:
    places = uniform(300, level)
    expected = [oracle.cell_of(lon, lat, level) for lon, lat in places.tolist()]
    assert cells.cell_of(places, level).tolist() == expected


@pytest.mark.parametrize("level", [0, 1, 3, 6])
def test_centres_are_middles_of_diamonds(level: int) -> None:
    every = torch.arange(min(12 * 4**level, 2000))
    middles = [oracle.centre(cell, level) for cell in every.tolist()]
    expected = torch.tensor(middles, dtype=torch.float64)
    assert great_circle_distance(cells.centre(every, level), expected).max() < 1e-6


@pytest.mark.parametrize("level", LEVELS)
def test_centre_and_back(level: int) -> None:
    count = 12 * 4**level
    step = max(1, count // 50_000)
    every = torch.arange(0, count, step)
    middles = cells.centre(every, level)
    assert torch.equal(cells.cell_of(middles, level), every)
    assert (middles[:, 0] >= -180).all() and (middles[:, 0] < 180).all()


@pytest.mark.parametrize("level", LEVELS[:-1])
def test_a_cells_parent_holds_its_places(level: int) -> None:
    places = torch.cat((uniform(20_000), SEAMS))
    below = cells.cell_of(places, level + 1)
    assert torch.equal(cells.parent(below), cells.cell_of(places, level))
    assert ((below >= 0) & (below < 12 * 4 ** (level + 1))).all()


@pytest.mark.parametrize("level", LEVELS)
def test_a_place_on_a_seam_is_near_its_cells_centre(level: int) -> None:
    found = cells.cell_of(SEAMS, level)
    away = great_circle_distance(cells.centre(found, level), SEAMS)
    edge_to_edge = math.sqrt(cells.area_km2(level)) * 1000
    assert away.max() < 1.2 * edge_to_edge + 1e-6
    # The same place written otherwise is in the same cell.
    turned = SEAMS + torch.tensor([360.0, 0.0], dtype=torch.float64)
    over_the_pole = torch.stack((SEAMS[:, 0] + 180, 180 - SEAMS[:, 1]), -1)
    if level <= 20:
        inner = (SEAMS[:, 0] % 45 != 0) & (SEAMS[:, 1].abs() < 89)
        assert torch.equal(cells.cell_of(turned, level)[~inner], found[~inner])
        assert torch.equal(
            cells.cell_of(over_the_pole, level)[SEAMS[:, 1] == 60], found[SEAMS[:, 1] == 60]
        )


def test_children_partition_their_parent() -> None:
    for level in range(5):
        every = torch.arange(12 * 4**level)
        young = cells.children(every)
        assert torch.equal(young.flatten(), torch.arange(12 * 4 ** (level + 1)))
        assert torch.equal(cells.parent(young), every[:, None].expand(-1, 4))
    assert cells.parent(torch.tensor([1023, -1]), 3).tolist() == [15, -1]


def test_areas_are_equal_by_counting() -> None:
    places = uniform(1_200_000, 3)
    for level in (0, 1, 2):
        count = 12 * 4**level
        held = torch.bincount(cells.cell_of(places, level), minlength=count).double()
        expected = len(places) / count
        # Chi squared is count - 1 on average, with a deviation of sqrt(2 count).
        chi2 = ((held - expected).square() / expected).sum().item()
        assert abs(chi2 - (count - 1)) < 5 * math.sqrt(2 * count)


def test_areas_are_equal_by_outline() -> None:
    for level in (1, 3, 8):
        some = torch.randint(
            0, 12 * 4**level, (40,), generator=torch.Generator().manual_seed(level)
        )
        area = polygon_area(cells.corners(some, level, 400)) / 1e6
        assert area.numpy() == pytest.approx(cells.area_km2(level), rel=1e-4)
    whole = 4 * math.pi * EARTH_RADIUS**2 / 1e6
    assert cells.area_km2(7) * 12 * 4**7 == pytest.approx(whole)


def test_the_outline_is_round_the_cell() -> None:
    some = cells.cell_of(uniform(500), 6)
    outline = cells.corners(some, 6, 3)
    assert outline.shape == (500, 12, 2)
    middle = cells.centre(some, 6)[:, None]
    # A hair inside of the outline is the cell; each corner is a step of x and y from the centre.
    inwards = outline + 0.01 * (middle - outline)
    simple = ((outline - middle)[..., 0].abs() < 20).all(-1) & (middle[:, 0, 1].abs() < 80)
    assert torch.equal(cells.cell_of(inwards, 6)[simple], some[simple, None].expand(-1, 12))
    assert (outline[simple, 0, 1] > outline[simple, 6, 1]).all()
    assert simple.sum() > 400


@pytest.mark.parametrize("level", [0, 1, 2, 3])
def test_neighbours_are_the_cells_that_share_a_corner(level: int) -> None:
    expected = oracle.neighbours(level)
    found = cells.neighbours(torch.arange(12 * 4**level), level)
    for row, around in zip(found.tolist(), expected, strict=True):
        assert {cell for cell in row if cell >= 0} == around


@pytest.mark.parametrize("level", LEVELS)
def test_neighbours_are_mutual_and_near(level: int) -> None:
    some = cells.cell_of(torch.cat((uniform(2000, level), SEAMS)), level)
    around = cells.neighbours(some, level)
    present = around >= 0
    assert (present.sum(-1) >= 6).all()
    back = cells.neighbours(around, level)
    assert ((back == some[:, None, None]).any(-1) == present).all()
    away = great_circle_distance(cells.centre(some, level)[:, None], cells.centre(around, level))
    assert away[present].max() < 2.6 * math.sqrt(cells.area_km2(level)) * 1000
    assert (around != some[:, None]).all()


def test_corners_where_three_faces_meet() -> None:
    for level in (1, 4, 29):
        some = torch.cat((torch.arange(12) << 2 * level, (torch.arange(1, 13) << 2 * level) - 1))
        missing = (cells.neighbours(some, level) < 0).sum(-1)
        assert missing.sum() == 8 and missing.max() == 1
    assert cells.neighbours(torch.tensor([-1]), 5).tolist() == [[-1] * 8]
    assert cells.centre(torch.tensor([-1]), 5).isnan().all()


@settings(deadline=None)
@given(
    st.floats(allow_nan=False, allow_infinity=False),
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(0, cells.MAX_LEVEL),
)
@example(0.0, 90.0, 29)
@example(-1e-300, -90.0, 29)
@example(180.0, 1e308, 29)
def test_every_finite_place_has_a_cell(lon: float, lat: float, level: int) -> None:
    place = torch.tensor([lon, lat], dtype=torch.float64)
    found = cells.cell_of(place, level)
    assert 0 <= found.item() < 12 * 4**level
    unique = cells.unique_id(found, level)
    assert [part.item() for part in cells.split_unique_id(unique)] == [found.item(), level]


def test_nan_has_no_cell() -> None:
    places = torch.tensor([[math.nan, 0.0], [0.0, math.nan], [0.0, 0.0]])
    assert (cells.cell_of(places, 4) < 0).tolist() == [True, True, False]


def test_unique_ids_are_unique() -> None:
    joined = torch.cat([cells.unique_id(torch.arange(12 * 4**k), k) for k in range(5)])
    assert len(joined.unique()) == len(joined)
    last = torch.tensor([(12 << 2 * cells.MAX_LEVEL) - 1])
    assert cells.unique_id(last, cells.MAX_LEVEL).item() == 2**62 - 1


def test_levels_out_of_range() -> None:
    place, cell = torch.zeros(2), torch.tensor(0)
    for level in (-1, 30):
        with pytest.raises(ValueError, match=rf"level is {level}; cells have levels 0 to 29"):
            cells.cell_of(place, level)
        with pytest.raises(ValueError, match=r"levels 0 to 29"):
            cells.centre(cell, level)
        with pytest.raises(ValueError, match=r"levels 0 to 29"):
            cells.neighbours(cell, level)
    with pytest.raises(ValueError, match=r"steps is 0"):
        cells.corners(cell, 3, 0)


def test_stays_on_its_device() -> None:
    places = torch.empty(5, 2, device="meta")
    found = cells.cell_of(places, 6)
    assert found.device.type == "meta" and found.dtype == torch.int64
    assert cells.centre(found, 6).shape == (5, 2)
    assert cells.neighbours(found, 6).shape == (5, 8)
    assert cells.corners(found, 6, 2).shape == (5, 8, 2)
    assert cells.split_unique_id(cells.unique_id(cells.parent(found), 5))[1].shape == (5,)


@pytest.mark.parametrize("level", [0, 1, 3, 6])
def test_the_farthest_corner_is_the_farthest_of_all(level: int) -> None:
    every = torch.arange(12 * 4**level)
    middles = cells.centre(every, level)[:, None]
    away = great_circle_distance(middles, cells.corners(every, level))
    assert cells.farthest_corner(level) == pytest.approx(float(away.max()), rel=1e-9)
