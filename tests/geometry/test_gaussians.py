"""Boxes as Gaussians against numeric integrals, worked numbers, and degenerate boxes."""

import math

import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from oracles import gaussians as oracle

from vgym.geometry.gaussians import (
    bhattacharyya,
    gaussian_point,
    hellinger,
    kl_divergence,
    nwd,
    prob_iou,
    wasserstein2,
)

PAIRS = [
    ([0.0, 0.0, 4.0, 2.0], [1.0, 0.5, 4.0, 3.5]),
    ([10.0, 10.0, 60.0, 40.0], [12.0, 8.0, 58.0, 44.0]),
    ([0.0, 0.0, 1.0, 9.0], [0.0, 0.0, 3.0, 3.0]),
]
wild = st.lists(st.floats(allow_nan=False, allow_infinity=False, width=32), min_size=4, max_size=4)


def tensor(box: list[float]) -> torch.Tensor:
    return torch.tensor(box, dtype=torch.float64)


@pytest.mark.parametrize(("a", "b"), PAIRS)
@pytest.mark.parametrize("alpha", [0.25, 0.5])
def test_closed_forms_are_the_integrals(a: list[float], b: list[float], alpha: float) -> None:
    coefficient = oracle.bhattacharyya(a, b, alpha)
    assert bhattacharyya(tensor(a), tensor(b), alpha).item() == pytest.approx(coefficient, abs=1e-6)
    distance = math.sqrt(1 - coefficient)
    assert hellinger(tensor(a), tensor(b), alpha).item() == pytest.approx(distance, abs=1e-5)
    divergence = oracle.kl_divergence(a, b, alpha)
    assert kl_divergence(tensor(a), tensor(b), alpha).item() == pytest.approx(divergence, rel=1e-4)


@pytest.mark.parametrize(("a", "b"), PAIRS)
def test_wasserstein_is_the_transport_of_quantiles(a: list[float], b: list[float]) -> None:
    expected = oracle.wasserstein2(a, b)
    assert wasserstein2(tensor(a), tensor(b)).item() == pytest.approx(expected, rel=1e-3)
    assert nwd(tensor(a), tensor(b), 12.8).item() == pytest.approx(
        math.exp(-expected / 12.8), rel=1e-3
    )


@pytest.mark.parametrize(("a", "b"), PAIRS)
def test_prob_iou_is_ultralytics(a: list[float], b: list[float]) -> None:
    """Their formula for boxes without rotation, term by term, from the written description."""
    variances = [((c[2] - c[0]) ** 2 / 12, (c[3] - c[1]) ** 2 / 12) for c in (a, b)]
    sx, sy = variances[0][0] + variances[1][0], variances[0][1] + variances[1][1]
    dx, dy = (a[0] + a[2] - b[0] - b[2]) / 2, (a[1] + a[3] - b[1] - b[3]) / 2
    t1 = 0.25 * (sx * dy**2 + sy * dx**2) / (sx * sy)
    t3 = 0.5 * math.log(sx * sy / (4 * math.sqrt(math.prod(v for pair in variances for v in pair))))
    expected = 1 - math.sqrt(1 - math.exp(-(t1 + t3)))
    assert prob_iou(tensor(a), tensor(b)).item() == pytest.approx(expected, abs=1e-9)


def test_worked_numbers_of_gui_g2() -> None:
    box = tensor([10, 20, 50, 40])
    centre = tensor([30, 30])
    assert gaussian_point(centre, box) == 1
    on_edge, corner = tensor([50, 30]), tensor([50, 40])
    assert gaussian_point(on_edge, box).item() == pytest.approx(math.exp(-0.5))
    assert gaussian_point(corner, box).item() == pytest.approx(math.exp(-1))
    assert gaussian_point(tensor([70, 30]), box).item() == pytest.approx(math.exp(-2))
    for k in (2, 10):
        concentric = tensor([30 - 20 * k, 30 - 10 * k, 30 + 20 * k, 30 + 10 * k])
        assert bhattacharyya(concentric, box).item() == pytest.approx(2 * k / (1 + k * k))


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e7])
def test_scale_does_not_matter(scale: float) -> None:
    a, b = torch.tensor(PAIRS[1][0]), torch.tensor(PAIRS[1][1])
    within_cut = (kl_divergence,) if scale < 1e5 else ()
    for function in (bhattacharyya, hellinger, prob_iou, *within_cut):
        torch.testing.assert_close(
            function(a * scale, b * scale), function(a, b), rtol=1e-4, atol=0
        )
    assert bhattacharyya(a * scale, a * scale) == 1
    assert hellinger(a * scale, a * scale) == 0


@settings(deadline=None)
@given(wild, wild)
@example([0.0] * 4, [0.0] * 4)
@example([0, 0, 5, 0], [0, 0, 5, 5])
@example([5, 5, 1, 1], [5, 5, 1, 1])
def test_finite_symmetric_and_in_range_for_every_finite_box(a: list[float], b: list[float]) -> None:
    one, other = torch.tensor(a), torch.tensor(b)
    for function in (bhattacharyya, hellinger, prob_iou):
        value = function(one, other)
        assert 0 <= value.item() <= 1
        assert value.item() == function(other, one).item()
    assert 0 <= gaussian_point(one[:2], other).item() <= 1
    assert 0 <= nwd(one, other, 12.8).item() <= 1
    assert math.isfinite(wasserstein2(one, other).item())
    assert math.isfinite(kl_divergence(one, other).item())
    assert kl_divergence(one, one).item() == 0


def test_boxes_without_area() -> None:
    flat, full = torch.tensor([0.0, 3.0, 5.0, 3.0]), torch.tensor([0.0, 0.0, 5.0, 6.0])
    assert bhattacharyya(flat, full) < 1e-18
    assert bhattacharyya(flat, flat) < 1e-18
    assert prob_iou(flat, full) == 0
    point = torch.tensor([2.0, 2.0, 2.0, 2.0])
    assert gaussian_point(point[:2], point) == 1
    assert gaussian_point(point[:2] + 0.01, point) == 0


def test_nan_stays_nan() -> None:
    good = torch.tensor([0.0, 0.0, 2.0, 2.0])
    bad = torch.tensor([0.0, math.nan, 2.0, 2.0])
    for function in (bhattacharyya, hellinger, prob_iou, wasserstein2, kl_divergence):
        assert function(bad, good).isnan() and function(good, bad).isnan()
    assert gaussian_point(good[:2], bad).isnan()


def test_nearer_is_never_less() -> None:
    box = torch.tensor([40.0, 40.0, 60.0, 50.0])
    offsets = torch.linspace(0, 200, 401)
    moved = box + torch.stack((offsets, offsets / 3, offsets, offsets / 3), -1)
    for function in (bhattacharyya, prob_iou):
        assert (function(moved, box).diff() <= 0).all()
    assert (gaussian_point(moved[:, :2] + torch.tensor([10.0, 5.0]), box).diff() <= 0).all()


def test_gradients_are_finite_in_the_corners() -> None:
    cases = [[0, 0, 2, 2], [0, 0, 2, 0], [5, 5, 5, 5], [3, 3, 1, 1], [1e6, 0, 1e6, 1]]
    target = torch.tensor([0.0, 0.0, 2.0, 2.0])
    for function in (bhattacharyya, hellinger, prob_iou, wasserstein2, kl_divergence):
        boxes = torch.tensor(cases, dtype=torch.float32, requires_grad=True)
        function(boxes, target).sum().backward()
        assert boxes.grad is not None and boxes.grad.isfinite().all(), function.__name__
