"""Points in boxes and distances."""

import math

import pytest
import torch

from vgym.geometry.points import pairwise_distance, point_distance, point_in_box

BOX = torch.tensor([1.0, 2.0, 5.0, 4.0])


@pytest.mark.parametrize(
    ("xy", "inclusive", "half_open", "strict"),
    [
        ((3.0, 3.0), True, True, True),
        ((1.0, 2.0), True, True, False),
        ((5.0, 4.0), True, False, False),
        ((5.0, 3.0), True, False, False),
        ((1.0, 4.0), True, False, False),
        ((0.9, 3.0), False, False, False),
        ((3.0, 4.1), False, False, False),
        ((math.nan, 3.0), False, False, False),
    ],
)
def test_boundaries(
    xy: tuple[float, float], inclusive: bool, half_open: bool, strict: bool
) -> None:
    point = torch.tensor(xy)
    assert point_in_box(point, BOX).item() is inclusive
    assert point_in_box(point, BOX, "half-open").item() is half_open
    assert point_in_box(point, BOX, "strict").item() is strict


def test_half_open_boxes_tile_without_overlap() -> None:
    tiles = torch.tensor([[0.0, 0.0, 2.0, 2.0], [2.0, 0.0, 4.0, 2.0]])
    xy = torch.stack((torch.arange(0, 4, 0.5), torch.ones(8)), -1)
    assert (point_in_box(xy[:, None], tiles, "half-open").sum(1) == 1).all()


def test_unknown_boundary() -> None:
    with pytest.raises(ValueError, match="unknown boundary 'open'; use 'inclusive'"):
        point_in_box(BOX[:2], BOX, "open")


def test_distances() -> None:
    a = torch.tensor([[0.0, 0.0], [1e7, 1.0]])
    b = torch.tensor([[3.0, 4.0], [0.0, 0.0], [1e7, 1.5]])
    table = pairwise_distance(a, b)
    expected = [[math.dist(p, q) for q in b.tolist()] for p in a.tolist()]
    torch.testing.assert_close(table, torch.tensor(expected))
    assert table[1, 2] == 0.5  # torch.cdist loses this one to rounding
    assert point_distance(torch.tensor([-3e38, 0.0]), torch.tensor([3e38, 0.0])).isfinite()
    assert point_distance(torch.tensor([math.nan, 0.0]), b[0]).isnan()


def test_gradient_at_distance_zero_is_zero() -> None:
    xy = torch.zeros(2, requires_grad=True)
    point_distance(xy, torch.zeros(2)).backward()
    assert xy.grad is not None and xy.grad.tolist() == [0.0, 0.0]
