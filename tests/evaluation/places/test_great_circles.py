"""Ways on the map: their ends, where they run, and how they are cut at the date line."""

import itertools
import math

import numpy as np
import pytest
from oracles import sphere

from vgym.evaluation.places.great_circles import STEP_KM, great_circle

PLACES = [(2.35, 48.86), (-74.0, 40.7), (179.5, -17.0), (-179.5, -16.0), (10.0, 89.9), (0.0, 0.0)]


@pytest.mark.parametrize("a", PLACES)
@pytest.mark.parametrize("b", PLACES)
def test_lines_lead_from_one_place_to_the_other(
    a: tuple[float, float], b: tuple[float, float]
) -> None:
    lines = great_circle(a, b)
    assert lines[0][0].tolist() == list(a) and lines[-1][-1].tolist() == list(b)
    corners = np.concatenate(lines)
    assert (np.abs(corners) <= [180, 90]).all()
    way = sphere.distances(corners[:-1], corners[1:], sphere.SPHERE)
    straight = float(sphere.distances(np.array([a]), np.array([b]), sphere.SPHERE)[0])
    assert way.sum() == pytest.approx(straight, rel=2e-3, abs=1e-3)
    assert way.max(initial=0) <= STEP_KM * 1000 * 1.01
    for line in lines:
        assert len(line) >= 2 and (np.abs(np.diff(line[:, 0])) <= 180).all()
    for one, other in itertools.pairwise(lines):
        assert abs(one[-1, 0]) == 180 and other[0].tolist() == [-one[-1, 0], one[-1, 1]]


def test_the_date_line_cuts_a_way_in_two() -> None:
    lines = great_circle((179.0, 0.0), (-179.0, 0.0))
    assert [line.tolist() for line in lines] == [
        [[179.0, 0.0], [180.0, 0.0]],
        [[-180.0, 0.0], [-179.0, 0.0]],
    ]
    assert len(great_circle((179.0, 10.0), (-170.0, 60.0))) == 2
    assert len(great_circle((-100.0, 10.0), (60.0, 20.0))) == 1


def test_half_the_earth_and_nothing() -> None:
    half = np.concatenate(great_circle((0.0, 0.0), (180.0, 0.0)))
    way = sphere.distances(half[:-1], half[1:], sphere.SPHERE).sum()
    assert way == pytest.approx(math.pi * sphere.RADIUS, rel=1e-3)
    (stay,) = great_circle((5.0, 5.0), (5.0, 5.0))
    assert (stay == 5).all()
