"""Rays against one-at-a-time float64, the two paths against each other, and awkward walls."""

import math
import subprocess
import sys

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import rays as oracle
from torch import Tensor

from vgym.geometry.rays import (
    GridHits,
    SegmentHits,
    cast_grid,
    cast_segments,
    grid_with_torch,
    segments_with_torch,
)


def torch_segments(
    origins: Tensor, angles: Tensor, segments: Tensor, mask: Tensor, **budget: int
) -> SegmentHits:
    return SegmentHits(
        *segments_with_torch(origins, segments, mask, angles.cos(), angles.sin(), **budget)
    )


def torch_grid(origins: Tensor, angles: Tensor, blocked: Tensor) -> GridHits:
    size = torch.tensor([blocked.shape[2], blocked.shape[1]])
    inside = ((origins >= 0) & (origins < size)).all(-1, keepdim=True)
    cells = torch.where(inside, origins, -1.0).floor().long()
    return GridHits(*grid_with_torch(origins, cells, angles.cos(), angles.sin(), blocked))


def equal(one: tuple[Tensor, ...], other: tuple[Tensor, ...]) -> bool:
    return all(torch.equal(a, b) for a, b in zip(one, other, strict=True))


def scene(batch: int, rays: int, count: int, seed: int) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    generator = torch.Generator().manual_seed(seed)
    origins = torch.rand(batch, 2, generator=generator) * 10
    angles = (torch.rand(batch, rays, generator=generator) - 0.5) * 20
    middle = torch.rand(batch, count, 2, generator=generator) * 10
    reach = torch.randn(batch, count, 2, generator=generator)
    segments = torch.cat((middle - reach, middle + reach), -1)
    return origins, angles, segments, torch.rand(batch, count, generator=generator) > 0.2


def test_segments_are_those_of_the_loop() -> None:
    origins, angles, segments, mask = scene(40, 12, 15, 0)
    hits = cast_segments(origins, angles, segments, mask)
    clear = 0
    for i in range(40):
        kept = mask[i].nonzero().flatten().tolist()
        walls = segments[i, kept].tolist()
        for r in range(12):
            ray = origins[i].tolist(), angles[i, r].item(), walls
            near, far = oracle.cast_segments(*ray, 1e-4), oracle.cast_segments(*ray, -1e-4)
            depth = hits.depth[i, r].item()
            assert near[0] - 1e-3 <= depth <= far[0] + 1e-3
            if near[1] == far[1]:
                clear += 1
                assert hits.segment[i, r].item() == (kept[near[1]] if near[1] >= 0 else -1)
                assert depth == pytest.approx(near[0], abs=1e-3)
                assert hits.u[i, r].item() == pytest.approx(near[2], abs=1e-3)
    assert clear > 400 and (hits.segment >= 0).sum() > 200 and (hits.segment < 0).sum() > 20


@pytest.mark.parametrize(("batch", "rays", "count"), [(1, 1, 1), (50, 64, 64), (7, 5, 33)])
def test_the_two_segment_paths_are_equal(batch: int, rays: int, count: int) -> None:
    given_scene = scene(batch, rays, count, batch)
    hits = cast_segments(*given_scene)
    assert equal(hits, torch_segments(*given_scene))
    assert equal(hits, torch_segments(*given_scene, pair_budget=1))
    assert hits.depth.dtype == hits.u.dtype == torch.float32 and hits.segment.dtype == torch.int64


# Quarters of a turn and whole numbers: rays along walls, through corners, from walls.
whole = st.integers(-3, 3).map(float)
corner_segment = st.lists(whole, min_size=4, max_size=4)
eighths = st.integers(-16, 16).map(lambda k: k * math.pi / 4)


@settings(deadline=None)
@given(
    st.tuples(whole, whole),
    st.lists(eighths, min_size=1, max_size=6),
    st.lists(corner_segment, min_size=1, max_size=6),
)
def test_awkward_segments_are_equal_and_finite(
    origin: tuple[float, float], angles: list[float], segments: list[list[float]]
) -> None:
    given_scene = (
        torch.tensor([origin]),
        torch.tensor([angles]),
        torch.tensor([segments]),
        torch.ones(1, len(segments), dtype=torch.bool),
    )
    hits = cast_segments(*given_scene)
    assert equal(hits, torch_segments(*given_scene))
    assert ((hits.u >= 0) & (hits.u <= 1)).all() and (hits.depth >= 0).all()
    assert torch.equal(hits.segment >= 0, hits.depth.isfinite())


def test_a_closed_room_leaks_nowhere() -> None:
    """Thousands of rays from inside a polygon, many straight at its corners."""
    generator = torch.Generator().manual_seed(3)
    turn = torch.sort(torch.rand(40, generator=generator) * 2 * math.pi).values
    turn = torch.cat((turn, torch.arange(8) * math.pi / 4)).sort().values
    corners = torch.stack((turn.cos(), turn.sin()), -1) * 5
    walls = torch.cat((corners, corners.roll(-1, 0)), -1)
    origins = torch.randn(200, 2, generator=generator) * 0.5
    aim = corners - origins[:, None]
    angles = torch.atan2(aim[..., 1], aim[..., 0])
    hits = cast_segments(origins, angles, walls)
    assert (hits.segment >= 0).all()
    torch.testing.assert_close(hits.depth, aim.norm(dim=-1), rtol=1e-4, atol=1e-4)


def test_degenerate_segments() -> None:
    origin, ahead = torch.zeros(2), torch.zeros(1)
    point = torch.tensor([[2.0, 0.0, 2.0, 0.0]])
    edge_on = torch.tensor([[2.0, 0.0, 5.0, 0.0]])
    behind = torch.tensor([[-2.0, -1.0, -2.0, 1.0]])
    for wall in (point, edge_on, behind, point[:0]):
        hits = cast_segments(origin, ahead, wall)
        assert (hits.depth.item(), hits.segment.item(), hits.u.item()) == (math.inf, -1, 0)
    under_foot = torch.tensor([[0.0, -1.0, 0.0, 3.0]])
    hits = cast_segments(origin, ahead, under_foot)
    assert (hits.depth.item(), hits.segment.item(), hits.u.item()) == (0, 0, 0.25)
    twice = torch.tensor([[2.0, -1.0, 2.0, 3.0], [2.0, 3.0, 2.0, -1.0]])
    assert cast_segments(origin, ahead, twice).segment.item() == 0
    assert cast_segments(origin, ahead, twice.flip(0)).u.item() == 0.75
    for wrong in (math.nan, math.inf):
        bad = torch.tensor([[1.0, -1.0, wrong, 1.0]])
        hits = cast_segments(origin, ahead, torch.cat((bad, twice)))
        assert (hits.depth.item(), hits.segment.item()) == (2, 1)
        assert cast_segments(origin + wrong, ahead, twice).segment.item() == -1
        assert cast_segments(origin, ahead + wrong, twice).segment.item() == -1
    huge = torch.tensor([[3e38, -3e38, 3e38, 3e38]])
    hits = cast_segments(origin, ahead, huge)
    assert hits.u.isfinite().all() and not hits.depth.isnan().any()


def test_shapes_broadcast() -> None:
    origins, angles, segments, mask = scene(6, 4, 9, 8)
    one_map = cast_segments(origins, angles, segments[0], mask[0])
    assert one_map.depth.shape == (6, 4)
    for i in range(6):
        alone = cast_segments(origins[i], angles[i], segments[0], mask[0])
        assert equal(alone, tuple(each[i] for each in one_map))
    assert cast_segments(origins[:0], angles[:0], segments[:0]).depth.shape == (0, 4)
    assert cast_segments(origins.view(2, 3, 2), angles[0], segments[0]).depth.shape == (2, 3, 4)


def grid_scene(batch: int, rays: int, height: int, width: int, seed: int) -> tuple[Tensor, ...]:
    generator = torch.Generator().manual_seed(seed)
    size = torch.tensor([float(width), float(height)])
    origins = torch.rand(batch, 2, generator=generator) * (size + 1) - 0.5
    angles = (torch.rand(batch, rays, generator=generator) - 0.5) * 20
    return origins, angles, torch.rand(batch, height, width, generator=generator) < 0.2


def test_grid_is_that_of_the_loop() -> None:
    origins, angles, blocked = grid_scene(60, 10, 9, 7, 0)
    hits = cast_grid(origins * 0.5, angles, blocked, 0.5)
    clear = 0
    for i in range(60):
        x, y = origins[i].tolist()
        inside = 0 <= x < 7 and 0 <= y < 9
        for r in range(10):
            depth = hits.depth[i, r].item() * 2
            if not inside:
                assert depth == math.inf and hits.cell[i, r] == -1
                continue
            ray = [x, y], angles[i, r].item(), blocked[i].tolist()
            near, far = oracle.cast_grid(*ray, 1e-4), oracle.cast_grid(*ray, -1e-4)
            assert near[0] - 1e-3 <= depth <= far[0] + 1e-2
            if near[1:3] == far[1:3]:
                clear += 1
                assert (hits.cell[i, r].item(), hits.side[i, r].item()) == near[1:3]
                assert hits.u[i, r].item() == pytest.approx(far[3], abs=1e-2)
    assert clear > 400 and (hits.cell >= 0).sum() > 150


@pytest.mark.parametrize(
    ("batch", "rays", "height", "width"), [(1, 1, 1, 1), (60, 32, 32, 32), (20, 9, 5, 17)]
)
def test_the_two_grid_paths_are_equal(batch: int, rays: int, height: int, width: int) -> None:
    given_scene = grid_scene(batch, rays, height, width, batch)
    assert equal(cast_grid(*given_scene, 1.0), torch_grid(*given_scene))


@settings(deadline=None)
@given(
    st.tuples(st.integers(0, 10), st.integers(0, 10)),
    st.lists(eighths, min_size=1, max_size=6),
    st.integers(0, 2**25 - 1),
)
def test_awkward_grids_are_equal_and_finite(
    origin: tuple[int, int], angles: list[float], bits: int
) -> None:
    """Origins on lines and corners, rays along lines and through corners."""
    blocked = torch.tensor([bits >> k & 1 for k in range(25)], dtype=torch.bool).view(1, 5, 5)
    given_scene = torch.tensor([origin]) / 2, torch.tensor([angles]), blocked
    hits = cast_grid(*given_scene, 1.0)
    assert equal(hits, torch_grid(*given_scene))
    assert ((hits.u >= 0) & (hits.u <= 1)).all() and (hits.depth >= 0).all()
    assert torch.equal(hits.cell >= 0, hits.depth.isfinite())


def test_a_walled_grid_leaks_nowhere() -> None:
    blocked = torch.ones(9, 9, dtype=torch.bool)
    blocked[1:-1, 1:-1] = False
    generator = torch.Generator().manual_seed(4)
    origins = (torch.rand(300, 2, generator=generator) * 6 + 1).round(decimals=1)
    origins = origins.clamp(1.0, 7.9)
    angles = (torch.arange(64) * math.pi / 32).expand(300, 64)
    hits = cast_grid(origins, angles, blocked, 1.0)
    assert (hits.cell >= 0).all() and (hits.depth < 7 * 2**0.5).all()


def test_worked_numbers_of_a_grid() -> None:
    blocked = torch.zeros(3, 4, dtype=torch.bool)
    blocked[1, 3] = blocked[0, 0] = True
    centre = torch.tensor([3.0, 2.5])  # metres: column 1, row 1 of cells of 2 m
    angles = torch.tensor([0.0, math.pi / 2, math.pi])
    hits = cast_grid(centre, angles, blocked, 2.0)
    assert hits.depth.tolist() == [3.0, math.inf, math.inf]
    assert hits.cell.tolist() == [7, -1, -1]
    assert hits.side.tolist() == [0, -1, -1]
    assert hits.u.tolist() == [0.25, 0, 0]
    inside = cast_grid(torch.tensor([1.0, 1.0]), angles, blocked, 2.0)
    assert inside.depth.tolist() == [0.0] * 3 and inside.cell.tolist() == [0] * 3
    assert inside.side.tolist() == [-1] * 3 and inside.u.tolist() == [0.0] * 3
    outside = cast_grid(torch.tensor([-1.0, 2.5]), angles, blocked, 2.0)
    assert outside.depth.tolist() == [math.inf] * 3 and outside.cell.tolist() == [-1] * 3
    # Through a corner the neighbour in x comes first.
    corner = torch.tensor([[False, True], [True, False]])
    hits = cast_grid(torch.tensor([0.5, 0.5]), torch.tensor([math.atan(1.0)]), corner, 1.0)
    assert hits.depth.item() == pytest.approx(0.5 * 2**0.5) and hits.cell.item() in (1, 2)
    for wrong in (math.nan, math.inf):
        assert (cast_grid(centre, angles + wrong, blocked, 2.0).cell == -1).all()
        assert (cast_grid(centre + wrong, angles, blocked, 2.0).cell == -1).all()
    assert (cast_grid(centre, angles, blocked[:0], 2.0).cell == -1).all()
    assert (cast_grid(centre, angles, torch.ones_like(blocked), 2.0).depth == 0).all()


def test_nothing_is_read_back() -> None:
    origins, angles = torch.empty(5, 2, device="meta"), torch.empty(5, 3, device="meta")
    segments = torch.empty(5, 6, 4, device="meta")
    blocked = torch.empty(5, 4, 4, dtype=torch.bool, device="meta")
    for hits in (
        cast_segments(origins, angles, segments),
        cast_grid(origins, angles, blocked, 1.0),
    ):
        assert all(each.device.type == "meta" and each.shape == (5, 3) for each in hits)


def test_importing_compiles_nothing() -> None:
    code = "import sys, vgym.geometry.rays, vgym.geometry.grids; print('numba' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True
    )
    assert done.stdout.strip() == "False"


def test_bad_input_is_refused() -> None:
    origins, angles = torch.zeros(2, 2), torch.zeros(2, 3)
    with pytest.raises(ValueError, match=r"origins are \(2, 3\), angles"):
        cast_segments(angles, angles, torch.zeros(1, 4))
    with pytest.raises(ValueError, match=r"segments are \(1, 3\), their mask \(1,\)"):
        cast_segments(origins, angles, torch.zeros(1, 3))
    with pytest.raises(ValueError, match=r"angles on meta.*move them to one device"):
        cast_segments(origins, angles.to("meta"), torch.zeros(1, 4))
    with pytest.raises(ValueError, match=r"occupancy is torch.float32 \(2, 2\)"):
        cast_grid(origins, angles, torch.zeros(2, 2), 1.0)
    with pytest.raises(ValueError, match=r"cell_size_m is -1; it must be a positive"):
        cast_grid(origins, angles, torch.zeros(2, 2, dtype=torch.bool), -1)
