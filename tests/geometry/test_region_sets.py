"""Recall against area: a walk down the list, and its ends."""

import math

import numpy as np
import pytest
import torch
from oracles import answered_places as oracle

from vgym.geometry.cells import area_km2
from vgym.geometry.region_sets import (
    LEAST_KM2,
    SPHERE_KM2,
    area_of_cells,
    area_to_truth,
    log_area_share,
)


def test_area_to_truth_by_a_walk_down_the_list() -> None:
    rng = np.random.default_rng(0)
    for _ in range(400):
        k = int(rng.integers(1, 9))
        scores = rng.integers(-1, 4, k) / 3
        areas, holds = rng.integers(1, 4, k) * 10.0, rng.random(k) < 0.3
        found = area_to_truth(*(torch.from_numpy(x) for x in (scores, areas, holds)))
        walked = oracle.area_to_truth(list(zip(scores, areas, holds, strict=True)))
        assert float(found) == pytest.approx(walked)


def test_rows_do_not_touch_each_other() -> None:
    scores = torch.rand(50, 6, generator=torch.manual_seed(0)).round(decimals=1)
    areas = torch.rand(50, 6) + 1
    holds = torch.rand(50, 6) < 0.4
    together = area_to_truth(scores, areas, holds)
    alone = [float(area_to_truth(s, a, h)) for s, a, h in zip(scores, areas, holds, strict=True)]
    assert together.tolist() == pytest.approx(alone)


@pytest.mark.parametrize("scores", [[0.0] * 12, [-1.0] * 12, [math.nan] * 12])
def test_no_set_holds_nothing(scores: list[float]) -> None:
    found = area_of_cells(torch.tensor([scores]), torch.tensor([[0.0, 0.0]]), 0)
    assert found.tolist() == [math.inf] and log_area_share(found).tolist() == [0]


def test_ends() -> None:
    sure = torch.nn.functional.one_hot(torch.tensor([4]), 12).double()
    assert area_of_cells(sure, torch.tensor([[0.0, 0.0]]), 0).tolist() == [area_km2(0)]
    alike = area_of_cells(torch.ones(1, 12), torch.tensor([[0.0, 0.0]]), 0)
    assert alike.tolist() == pytest.approx([6.5 * area_km2(0)])
    assert 12 * area_km2(0) == pytest.approx(SPHERE_KM2)
    middle = torch.tensor([math.sqrt(LEAST_KM2 * SPHERE_KM2)])
    assert log_area_share(middle).tolist() == pytest.approx([0.5])
