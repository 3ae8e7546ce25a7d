"""Lines through three points, votes on a grid and their largest region."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import votes as oracle

from vgym.geometry.points import box_around, collinear, consensus_box, voting_grid

whole = st.tuples(st.integers(0, 12), st.integers(0, 12))


@settings(deadline=None)
@given(st.lists(whole, max_size=7), st.sampled_from([0.0, 0.5, 2.0]))
def test_collinear_is_the_reference(points: list[tuple[int, int]], tolerance: float) -> None:
    xy = torch.tensor(points, dtype=torch.float32).reshape(-1, 2)
    assert collinear(xy, tolerance).item() is oracle.collinear(points, tolerance)


def test_collinear_worked_numbers() -> None:
    sweep = torch.tensor([[0.0, 0.0], [50.0, 51.0], [100.0, 100.0]])
    assert not collinear(sweep)  # a pixel aside passes the published gate
    assert collinear(sweep, tolerance_px=1.0)
    assert collinear(sweep[:1].expand(3, 2))
    # In float32 the two products of these differences are equal, and the triple would pass.
    wide = torch.tensor([[0.0, 0.0], [4097.0, 4099.0], [8193.0, 8197.0]])
    assert not collinear(wide)
    assert not collinear(torch.tensor([[math.nan, 0.0], [1.0, 1.0], [2.0, 2.0]]))
    assert collinear(torch.full((3, 2), 3e38))


def test_collinear_masks_and_batches() -> None:
    xy = torch.tensor([[0.0, 0.0], [1.0, 1.0], [2.0, 2.0], [5.0, 1.0]]).expand(2, 3, 4, 2)
    mask = torch.ones(2, 3, 4, dtype=torch.bool)
    assert collinear(xy, mask=mask).all()
    mask[1, 2, 1] = False
    assert collinear(xy, mask=mask).tolist() == [[True] * 3, [True, True, False]]
    assert collinear(xy[:, :, :2]).tolist() == [[False] * 3] * 2


@settings(deadline=None)
@given(
    st.lists(st.lists(st.floats(-5, 20), min_size=4, max_size=4), max_size=8),
    st.integers(1, 12),
    st.integers(1, 12),
)
def test_votes_are_the_reference(boxes: list[list[float]], height: int, width: int) -> None:
    tensor = torch.tensor(boxes, dtype=torch.float64).reshape(-1, 4)
    grid = voting_grid(tensor, (height, width))
    assert grid.dtype == torch.int32 and grid.shape == (height, width)
    np.testing.assert_array_equal(grid.numpy(), oracle.voting_grid(boxes, height, width))


def test_votes_of_strange_boxes_and_of_batches() -> None:
    strange = torch.tensor([[math.nan, 0, 3, 3], [5, 5, 2, 2], [-3e38, -3e38, 3e38, 3e38]])
    assert (voting_grid(strange, (4, 5)) == 1).all()
    boxes = torch.rand(2, 3, 6, 4, generator=torch.Generator().manual_seed(0)) * 16
    together = voting_grid(boxes, (16, 16))
    assert together.shape == (2, 3, 16, 16)
    assert torch.equal(together[1, 2], voting_grid(boxes[1, 2], (16, 16)))
    assert torch.equal(together, voting_grid(boxes.flip(2), (16, 16)))


@settings(deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 9), st.integers(1, 9), st.integers(1, 3))
def test_consensus_is_scipys(seed: int, height: int, width: int, most: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    votes = torch.randint(0, most + 1, (3, height, width), generator=generator)
    found = consensus_box(votes)
    for item in range(3):
        assert found[item].tolist() == oracle.consensus_box(votes[item].numpy())


def test_consensus_of_a_winding_region() -> None:
    walls = torch.ones(33, 33)
    walls[1::4, :-1] = 0
    walls[3::4, 1:] = 0
    assert consensus_box(walls).tolist() == [0, 0, 33, 33]
    walls[1, -1] = 0  # cut off its first corridor
    assert consensus_box(walls).tolist() == [0, 2, 33, 33]


def test_region_consistency_as_published() -> None:
    """Clicks near (100, 60) outvote strays, and the consensus is where their squares meet."""
    clicks = torch.tensor([[100.0, 60.0], [110.0, 64.0], [96.0, 52.0], [10.0, 10.0], [180.0, 9.0]])
    votes = voting_grid(box_around(clicks, 50.0), (120, 200))
    assert votes.max() == 3
    box = consensus_box(votes)
    assert box.tolist() == pytest.approx([85.0, 39.0, 121.0, 77.0])
    assert consensus_box(torch.zeros(2, 4, 5)).tolist() == [[0.0] * 4] * 2
