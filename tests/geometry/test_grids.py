"""Distance fields against scipy's Dijkstra, sight against clipping in exact fractions."""

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import grids as oracle
from torch import Tensor

from vgym.geometry.grids import field_with_torch, geodesic_field, line_of_sight


def random_grids(batch: int, height: int, width: int, share: float, seed: int) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return torch.rand(batch, height, width, generator=generator) < share


def some_goals(batch: int, height: int, width: int, seed: int) -> Tensor:
    return random_grids(batch, height, width, 2.0 / max(height * width, 1), seed + 1)


def torch_path(blocked: Tensor, goals: Tensor, cell_size_m: float) -> Tensor:
    return field_with_torch(blocked, goals, cell_size_m / 2**32)


def serpentine(size: int) -> Tensor:
    """One corridor that sweeps the whole grid."""
    blocked = torch.zeros(size, size, dtype=torch.bool)
    blocked[1::4, : size - 1] = True
    blocked[3::4, 1:] = True
    return blocked


SHAPES = [(1, 1), (1, 9), (9, 1), (2, 2), (7, 5), (16, 16), (13, 21)]


@pytest.mark.parametrize("share", [0.0, 0.2, 0.4, 0.6])
@pytest.mark.parametrize(("height", "width"), SHAPES)
def test_field_is_dijkstras(height: int, width: int, share: float) -> None:
    blocked = random_grids(6, height, width, share, height * 31 + width)
    goals = some_goals(6, height, width, height)
    field = geodesic_field(blocked, goals, 0.25)
    assert field.dtype == torch.float32 and field.shape == blocked.shape
    for i in range(6):
        expected = oracle.geodesic_field(blocked[i].numpy(), goals[i].numpy(), 0.25)
        np.testing.assert_allclose(field[i].numpy(), expected, rtol=1e-6)


@pytest.mark.parametrize("share", [0.0, 0.25, 0.5])
@pytest.mark.parametrize(("height", "width"), [*SHAPES, (32, 32), (40, 24)])
def test_the_two_paths_are_equal(height: int, width: int, share: float) -> None:
    blocked = random_grids(20, height, width, share, height * 31 + width)
    goals = some_goals(20, height, width, height)
    assert torch.equal(geodesic_field(blocked, goals, 0.1), torch_path(blocked, goals, 0.1))


def test_a_long_corridor_is_followed_to_its_end() -> None:
    blocked = serpentine(33)
    goals = torch.zeros_like(blocked)
    goals[0, 0] = True
    field = geodesic_field(blocked, goals, 1.0)
    expected = oracle.geodesic_field(blocked.numpy(), goals.numpy(), 1.0)
    np.testing.assert_allclose(field.numpy(), expected, rtol=1e-6)
    assert field.isfinite().sum() == (~blocked).sum() and field[field.isfinite()].max() > 500
    assert torch.equal(field, torch_path(blocked[None], goals[None], 1.0)[0])


def test_no_corner_is_cut() -> None:
    corner = torch.tensor([[False, True], [False, False]])
    goal = torch.tensor([[True, False], [False, False]])
    assert geodesic_field(corner, goal, 2.0).tolist() == [[0.0, torch.inf], [2.0, 4.0]]
    gap = torch.tensor([[False, True], [True, False]])
    assert geodesic_field(gap, goal, 2.0)[1, 1] == torch.inf
    open_square = torch.zeros(2, 2, dtype=torch.bool)
    assert geodesic_field(open_square, goal, 1.0)[1, 1].item() == pytest.approx(2**0.5, abs=1e-7)


def test_blocked_goals_and_grids() -> None:
    blocked = torch.ones(3, 4, 4, dtype=torch.bool)
    assert (geodesic_field(blocked, blocked, 1.0) == torch.inf).all()
    assert (torch_path(blocked, blocked, 1.0) == torch.inf).all()
    free = ~blocked
    assert (geodesic_field(free, torch.zeros_like(free), 1.0) == torch.inf).all()
    assert (geodesic_field(free, ~free, 1.0) == 0).all()
    assert geodesic_field(free[:0], free[:0], 1.0).shape == (0, 4, 4)
    assert geodesic_field(free[:, :0], free[:, :0], 1.0).shape == (3, 0, 4)
    assert torch_path(free[:, :0], free[:, :0], 1.0).shape == (3, 0, 4)


def test_goals_broadcast_over_one_grid() -> None:
    blocked = random_grids(1, 8, 8, 0.2, 3)[0]
    goals = some_goals(5, 8, 8, 4)
    fields = geodesic_field(blocked, goals, 1.0)
    assert fields.shape == (5, 8, 8)
    for i in range(5):
        assert torch.equal(fields[i], geodesic_field(blocked, goals[i], 1.0))


def test_a_neighbour_is_never_farther_than_the_move() -> None:
    blocked = random_grids(30, 20, 20, 0.3, 9)
    field = geodesic_field(blocked, some_goals(30, 20, 20, 9), 0.5)
    for shift, move in (((0, 1), 0.5), ((1, 0), 0.5)):
        there = field.roll(shift, (1, 2))[:, 1:, 1:]
        pair = ~blocked[:, 1:, 1:] & ~blocked.roll(shift, (1, 2))[:, 1:, 1:]
        here = field[:, 1:, 1:][pair]
        other = there[pair]
        assert torch.equal(here.isfinite(), other.isfinite())
        assert ((here - other).abs()[here.isfinite()] <= move + 1e-4).all()


@settings(deadline=None, max_examples=150)
@given(
    st.integers(1, 9),
    st.integers(1, 9),
    st.floats(0, 0.5),
    st.integers(0, 10**6),
)
def test_sight_is_the_exact_clipping(height: int, width: int, share: float, seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    blocked = torch.rand(height, width, generator=generator) < share
    ends = torch.randint(-1, 10, (2, 12, 2), generator=generator)
    seen = line_of_sight(blocked, ends[0], ends[1])
    for k in range(12):
        one, other = tuple(ends[0, k].tolist()), tuple(ends[1, k].tolist())
        assert seen[k].item() == oracle.line_of_sight(blocked.numpy(), one, other)
    assert torch.equal(seen, line_of_sight(blocked, ends[1], ends[0]))


def test_every_pair_of_cells_with_one_block() -> None:
    size = 5
    y, x = torch.meshgrid(torch.arange(size), torch.arange(size), indexing="ij")
    cells = torch.stack((x, y), -1).reshape(-1, 2)
    for at in range(size * size):
        blocked = torch.zeros(size * size, dtype=torch.bool)
        blocked[at] = True
        blocked = blocked.reshape(size, size)
        seen = line_of_sight(blocked, cells[:, None], cells[None])
        for i, one in enumerate(cells.tolist()):
            for j in range(i, size * size):
                expected = oracle.line_of_sight(
                    blocked.numpy(), tuple(one), tuple(cells[j].tolist())
                )
                assert seen[i, j].item() == seen[j, i].item() == expected


def test_what_is_seen_can_be_walked_along_the_line() -> None:
    blocked = random_grids(200, 9, 9, 0.2, 11)
    generator = torch.Generator().manual_seed(12)
    a, b = torch.randint(0, 9, (2, 200, 2), generator=generator)
    seen = line_of_sight(blocked, a, b)
    goals = torch.zeros_like(blocked)
    goals[torch.arange(200), a[:, 1], a[:, 0]] = True
    walk = geodesic_field(blocked, goals, 1.0)[torch.arange(200), b[:, 1], b[:, 0]]
    straight_moves = (a - b).abs().sum(-1)
    assert seen.sum() > 20
    assert (walk[seen] <= straight_moves[seen] + 1e-4).all()


def test_many_pairs_on_each_grid() -> None:
    blocked = random_grids(3, 6, 7, 0.2, 5)
    generator = torch.Generator().manual_seed(6)
    a, b = torch.randint(0, 6, (2, 3, 10, 2), generator=generator)
    seen = line_of_sight(blocked[:, None], a, b)
    assert seen.shape == (3, 10)
    for i in range(3):
        assert torch.equal(seen[i], line_of_sight(blocked[i], a[i], b[i]))
    nothing = torch.zeros(0, 4, dtype=torch.bool)
    assert not line_of_sight(nothing, a[0, 0], a[0, 0])


def test_sight_reads_nothing_back() -> None:
    grid = torch.empty(5, 8, 8, dtype=torch.bool, device="meta")
    cells = torch.empty(5, 2, dtype=torch.int64, device="meta")
    assert line_of_sight(grid, cells, cells).device.type == "meta"


def test_bad_input_is_refused() -> None:
    grid = torch.zeros(4, 4, dtype=torch.bool)
    with pytest.raises(ValueError, match=r"occupancy is torch.float32 \(4, 4\); it must be bool"):
        geodesic_field(grid.float(), grid, 1.0)
    with pytest.raises(ValueError, match="give grids of one size"):
        geodesic_field(grid, grid[:2], 1.0)
    with pytest.raises(ValueError, match=r"cell_size_m is 0\.0; it must be a positive"):
        geodesic_field(grid, grid, 0.0)
    with pytest.raises(ValueError, match="one device"):
        geodesic_field(grid, grid.to("meta"), 1.0)
    with pytest.raises(ValueError, match=r"a is torch.float32 \(2,\); cells are whole"):
        line_of_sight(grid, torch.zeros(2), torch.zeros(2, dtype=torch.int64))
