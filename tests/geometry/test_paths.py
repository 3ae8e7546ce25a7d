"""Paths against double loops and scipy, padded batches, worked numbers, degenerate paths."""

import math

import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from oracles import paths as oracle
from torch import Tensor

from vgym.geometry.paths import (
    cls_score,
    discrete_frechet,
    dtw,
    hausdorff,
    ndtw,
    path_length,
    resample,
    sdtw,
)

coordinate = st.integers(-40, 40).map(lambda k: k / 4)
planar = st.lists(st.lists(coordinate, min_size=2, max_size=2), min_size=1, max_size=9)
wild = st.floats(allow_nan=False, allow_infinity=False, width=32)
wild_path = st.lists(st.lists(wild, min_size=2, max_size=2), max_size=5)
PAIRS = [dtw, ndtw, cls_score, discrete_frechet, hausdorff]
SYMMETRIC = [dtw, discrete_frechet, hausdorff]


def tensor(path: list[list[float]], dtype: torch.dtype = torch.float64) -> Tensor:
    return torch.tensor(path, dtype=dtype).reshape(-1, 2)


@settings(deadline=None)
@given(planar, planar)
@example([[0.0, 0.0]], [[3.0, 4.0]])
def test_each_is_its_double_loop(a: list[list[float]], b: list[list[float]]) -> None:
    one, other = tensor(a), tensor(b)
    assert dtw(one, other).item() == pytest.approx(oracle.dtw(a, b))
    assert ndtw(one, other).item() == pytest.approx(oracle.ndtw(a, b, 3.0))
    assert ndtw(one, other, threshold=0.5).item() == pytest.approx(oracle.ndtw(a, b, 0.5))
    assert discrete_frechet(one, other).item() == pytest.approx(oracle.frechet(a, b))
    assert hausdorff(one, other).item() == pytest.approx(oracle.hausdorff(a, b))
    assert path_length(one).item() == pytest.approx(oracle.path_length(a))
    if oracle.path_length(b) > 0:
        assert cls_score(one, other).item() == pytest.approx(oracle.cls_score(a, b, 3.0))


@settings(deadline=None)
@given(planar, st.integers(1, 12))
def test_resample_is_numpys_interpolation(path: list[list[float]], count: int) -> None:
    points = resample(tensor(path), count)
    torch.testing.assert_close(points, tensor(oracle.resample(path, count)))
    assert points[0].tolist() == path[0]
    if count > 1:
        assert points[-1].tolist() == path[-1]


@pytest.mark.parametrize("dimensions", [1, 2, 3])
@pytest.mark.parametrize("padding", [0.0, 1e30, math.nan])
def test_padding_never_matters(dimensions: int, padding: float) -> None:
    generator = torch.Generator().manual_seed(dimensions)
    a = torch.randn(40, 11, dimensions, generator=generator)
    b = torch.randn(40, 7, dimensions, generator=generator)
    a_lengths = torch.randint(0, 12, (40,), generator=generator)
    b_lengths = torch.randint(0, 8, (40,), generator=generator)
    a[torch.arange(11) >= a_lengths[:, None]] = padding
    b[torch.arange(7) >= b_lengths[:, None]] = padding
    for function in PAIRS:
        together = function(a, b, a_lengths, b_lengths)
        for i in range(40):
            alone = function(a[i, : a_lengths[i]], b[i, : b_lengths[i]])
            torch.testing.assert_close(together[i], alone, msg=f"{function.__name__} {i}")
    for i in range(40):
        cut = a[i, : a_lengths[i]]
        torch.testing.assert_close(path_length(a, a_lengths)[i], path_length(cut))
        torch.testing.assert_close(resample(a, 5, a_lengths)[i], resample(cut, 5))


def test_fifty_by_fifty_of_a_batch() -> None:
    generator = torch.Generator().manual_seed(1)
    a, b = torch.randn(2, 6, 50, 2, generator=generator, dtype=torch.float64).cumsum(2)
    for i in range(6):
        assert dtw(a, b)[i].item() == pytest.approx(oracle.dtw(a[i].tolist(), b[i].tolist()))
        frechet = oracle.frechet(a[i].tolist(), b[i].tolist())
        assert discrete_frechet(a, b)[i].item() == pytest.approx(frechet)


def test_leading_axes_broadcast() -> None:
    generator = torch.Generator().manual_seed(2)
    a, b = torch.randn(3, 1, 6, 2, generator=generator), torch.randn(4, 5, 2, generator=generator)
    lengths = torch.tensor([2, 5, 1, 3])
    for function in PAIRS:
        table = function(a, b, None, lengths)
        assert table.shape == (3, 4)
        torch.testing.assert_close(table[2, 1], function(a[2, 0], b[1]))
        torch.testing.assert_close(table[0, 3], function(a[0, 0], b[3, :3]))
    assert resample(b[:, None], 3, lengths).shape == (4, 4, 3, 2)


def test_an_item_does_not_depend_on_its_batch() -> None:
    generator = torch.Generator().manual_seed(3)
    a, b = torch.randn(2, 30, 12, 2, generator=generator)
    for function in PAIRS:
        assert torch.equal(function(a, b)[7], function(a[7:8], b[7:8])[0])


@settings(deadline=None)
@given(planar, planar)
def test_symmetry_and_self(a: list[list[float]], b: list[list[float]]) -> None:
    one, other = tensor(a), tensor(b)
    for function in SYMMETRIC:
        assert function(one, other).item() == pytest.approx(function(other, one).item())
        assert function(one, one) == 0
    assert ndtw(one, one) == 1
    assert cls_score(one, one).item() == pytest.approx(1)
    assert hausdorff(one, other) <= discrete_frechet(one, other) + 1e-9
    assert discrete_frechet(one, other) <= dtw(one, other) + 1e-9


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@settings(deadline=None, max_examples=50)
@given(a=wild_path, b=wild_path)
@example(a=[[3e38, -3e38]] * 3, b=[[-3e38, 3e38]])
def test_finite_in_range_for_every_finite_path(
    dtype: torch.dtype, a: list[list[float]], b: list[list[float]]
) -> None:
    one, other = tensor(a, dtype), tensor(b, dtype)
    for function in SYMMETRIC:
        value = function(one, other).item()
        assert value == math.inf if bool(a) != bool(b) else 0 <= value < math.inf
    for function in (ndtw, cls_score):
        assert 0 <= function(one, other).item() <= 1
    assert path_length(one).isfinite() and resample(one, 3).isfinite().all()


def test_empty_paths_and_single_points() -> None:
    none, point, other = tensor([]), tensor([[1.0, 2.0]]), tensor([[1.0, 5.0]])
    for function in SYMMETRIC:
        assert function(none, none) == 0
        assert function(none, point) == function(point, none) == math.inf
        assert function(point, other) == 3
    assert ndtw(none, none) == 1
    assert ndtw(none, point) == ndtw(point, none) == 0
    assert cls_score(none, point) == cls_score(point, none) == cls_score(none, none) == 0
    assert cls_score(point, point) == 1
    assert cls_score(point, other).item() == pytest.approx(math.exp(-1))
    # A path with length against a reference without: expected length 0, so no score.
    assert cls_score(torch.cat((point, other)), point) == 0
    assert path_length(none) == path_length(point) == 0
    assert resample(none, 2).tolist() == [[0, 0], [0, 0]]
    assert resample(point, 3).tolist() == [[1, 2]] * 3
    assert resample(torch.cat((point, point)), 2).tolist() == [[1, 2]] * 2
    assert resample(torch.cat((point, other)), 1).tolist() == [[1, 2]]
    assert dtw(torch.zeros(0, 3, 2), torch.zeros(0, 3, 2)).shape == (0,)


def test_worked_numbers() -> None:
    reference = tensor([[0, 0], [3, 0], [6, 0]])
    path = tensor([[0, 3], [3, 3], [6, 3]])
    assert dtw(path, reference) == 9
    assert ndtw(path, reference).item() == pytest.approx(math.exp(-1))
    assert sdtw(path, reference, torch.tensor([True, False])).tolist() == [
        pytest.approx(math.exp(-1)),
        0.0,
    ]
    # Coverage exp(-1), expected length 6/e against 6 walked: a length score of expected / 6.
    assert cls_score(path, reference).item() == pytest.approx(math.exp(-2))
    detour = resample(tensor([[0, 0], [4, 0], [4, 4]]), 5)
    assert detour.tolist() == [[0, 0], [2, 0], [4, 0], [4, 2], [4, 4]]


def test_nan_stays_nan() -> None:
    bad, good = tensor([[0.0, math.nan], [1.0, 1.0]]), tensor([[0.0, 0.0], [2.0, 2.0]])
    for function in PAIRS:
        assert function(bad, good).isnan() and function(good, bad).isnan(), function.__name__
    assert path_length(bad).isnan()


def test_lengths_out_of_range_count_as_the_nearest() -> None:
    path = tensor([[0, 0], [1, 0], [3, 0]])
    assert path_length(path, torch.tensor([-4, 99])).tolist() == [0, 3]


def test_gradients_are_finite() -> None:
    points = torch.zeros(4, 2, requires_grad=True)
    target = torch.tensor([[0.0, 0.0], [1.0, 0.0]])
    total = path_length(points) + resample(points, 3).sum() + hausdorff(points, target)
    total = total + cls_score(points, target)
    total.backward()
    assert points.grad is not None and points.grad.isfinite().all()


def test_nothing_is_read_back() -> None:
    points = torch.empty(5, 6, 2, device="meta")
    lengths = torch.empty(5, dtype=torch.int64, device="meta")
    for function in PAIRS:
        assert function(points, points, lengths, lengths).device.type == "meta"
    assert path_length(points, lengths).shape == (5,)
    assert resample(points, 4, lengths).shape == (5, 4, 2)


def test_bad_input_is_refused() -> None:
    points = torch.zeros(3, 2)
    with pytest.raises(
        ValueError, match=r"a path has the shape \(2,\); it must be \(\.\.\., T, d\)"
    ):
        path_length(points[0])
    with pytest.raises(ValueError, match="points in 2 and 3 dimensions"):
        dtw(points, torch.zeros(3, 3))
    with pytest.raises(ValueError, match=r"threshold is 0; it must be a positive"):
        ndtw(points, points, threshold=0)
    with pytest.raises(ValueError, match="resample to 0 points; ask for at least 1"):
        resample(points, 0)
