"""Boxes against shapely and plain loops, and the properties that hold for every box."""

import math
from collections.abc import Callable
from typing import Any

import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from oracles import boxes as oracle
from torch import Tensor

from vgym.geometry.boxes import (
    box_area,
    box_centre,
    box_ciou,
    box_clip,
    box_convert,
    box_diou,
    box_giou,
    box_iou,
    box_iou_variant,
    box_sort,
)

Similarity = Callable[..., Tensor]
SIMILARITIES: list[Similarity] = [box_iou, box_giou, box_diou, box_ciou]
# Quarters: sums and products of them are exact, so touching boxes really touch.
quarters = st.integers(-400, 400).map(lambda k: k / 4)
any_box = st.lists(quarters, min_size=4, max_size=4)
proper_box = st.tuples(quarters, quarters, st.integers(0, 200), st.integers(0, 200)).map(
    lambda t: [t[0], t[1], t[0] + t[2] / 4, t[1] + t[3] / 4]
)
wild = st.floats(allow_nan=False, allow_infinity=False, width=32)
wild_box = st.lists(wild, min_size=4, max_size=4)


def tensor(box: list[float], dtype: torch.dtype = torch.float64) -> Tensor:
    return torch.tensor(box, dtype=dtype)


@settings(deadline=None)
@given(any_box, any_box)
def test_iou_is_shapelys(a: list[float], b: list[float]) -> None:
    assert box_iou(tensor(a), tensor(b)).item() == pytest.approx(oracle.iou(a, b), abs=1e-9)
    single = box_iou(tensor(a, torch.float32), tensor(b, torch.float32))
    assert single.item() == pytest.approx(oracle.iou(a, b), abs=1e-5)
    assert box_area(tensor(a)).item() == pytest.approx(oracle.area(a))


@settings(deadline=None)
@given(proper_box, proper_box)
def test_giou_and_diou_are_the_references(a: list[float], b: list[float]) -> None:
    assert box_giou(tensor(a), tensor(b)).item() == pytest.approx(oracle.giou(a, b), abs=1e-9)
    assert box_diou(tensor(a), tensor(b)).item() == pytest.approx(oracle.diou(a, b), abs=1e-9)


@settings(deadline=None)
@given(proper_box, proper_box)
def test_ciou_is_the_reference(a: list[float], b: list[float]) -> None:
    if oracle.area(a) > 0 and oracle.area(b) > 0:
        assert box_ciou(tensor(a), tensor(b)).item() == pytest.approx(oracle.ciou(a, b), abs=1e-9)


@settings(deadline=None)
@given(any_box, any_box)
@example([5, 5, 6, 6], [5, 5, 6, 6])
@example([0, 0, 4, 4], [3, 3, 8, 8])
def test_variants_are_the_published_rules(a: list[float], b: list[float]) -> None:
    half = box_iou_variant(tensor(a), tensor(b), "half-inclusive").item()
    assert half == pytest.approx(max(0.0, oracle.iou_half_inclusive(a, b)), abs=1e-9)
    full = box_iou_variant(tensor(a), tensor(b), "inclusive").item()
    assert full == pytest.approx(max(0.0, oracle.iou_inclusive(a, b)), abs=1e-9)
    assert torch.equal(box_iou_variant(tensor(a), tensor(b)), box_iou(tensor(a), tensor(b)))


def test_variants_worked_numbers() -> None:
    pixel = tensor([5, 5, 6, 6])
    assert box_iou_variant(pixel, pixel, "half-inclusive") == 0
    assert box_iou_variant(pixel, pixel, "inclusive") == 1
    # Fractions of an image always score 0 under the half-inclusive rule.
    assert box_iou_variant(tensor([0, 0, 1, 1]), tensor([0, 0, 1, 1]), "half-inclusive") == 0
    touching = tensor([0, 0, 2, 2]), tensor([2, 0, 4, 2])
    assert box_iou_variant(*touching, "continuous") == 0
    assert box_iou_variant(*touching, "inclusive").item() == pytest.approx(3 / 15)
    unknown: Any = "voc"
    with pytest.raises(ValueError, match=r"unknown IoU variant 'voc'; use 'continuous'"):
        box_iou_variant(pixel, pixel, unknown)


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("size", [1e-6, 0.1, 1.0, 333.3, 1e7])
@pytest.mark.parametrize("function", SIMILARITIES)
def test_identical_boxes_are_exactly_one(
    function: Similarity, size: float, dtype: torch.dtype
) -> None:
    generator = torch.Generator().manual_seed(0)
    corner = torch.rand(1000, 2, generator=generator, dtype=dtype) * size
    extent = (torch.rand(1000, 2, generator=generator, dtype=dtype) + 0.01) * size
    boxes = torch.cat((corner, corner + extent), -1)
    assert torch.equal(function(boxes, boxes.clone()), torch.ones(1000, dtype=dtype))


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@settings(deadline=None)
@given(a=wild_box, b=wild_box)
@example(a=[0.0] * 4, b=[0.0] * 4)
@example(a=[-3e38, -3e38, 3e38, 3e38], b=[-3e38, -3e38, 3e38, 3e38])
@example(a=[5, 5, 1, 1], b=[6, 6, 2, 2])
def test_finite_symmetric_and_in_range_for_every_finite_box(
    dtype: torch.dtype, a: list[float], b: list[float]
) -> None:
    one, other = tensor(a, dtype), tensor(b, dtype)
    for function, low in zip(SIMILARITIES, (0, -1, -1, -2), strict=True):
        value = function(one, other)
        assert low <= value.item() <= 1, function.__name__
        if function is not box_ciou:
            assert value.item() == function(other, one).item()
    assert box_centre(one).isfinite().all()


@pytest.mark.parametrize("function", SIMILARITIES)
def test_nan_stays_nan(function: Similarity) -> None:
    good = torch.tensor([0.0, 0.0, 2.0, 2.0])
    for place in range(4):
        bad = good.clone()
        bad[place] = math.nan
        assert function(bad, good).isnan() and function(good, bad).isnan()
    assert box_iou_variant(bad, good, "half-inclusive").isnan()
    assert box_iou_variant(bad, good, "inclusive").isnan()


def test_empty_and_inverted_boxes_overlap_nothing() -> None:
    good, line = tensor([0, 0, 4, 4]), tensor([1, 1, 3, 1])
    inverted = tensor([3, 3, 1, 1])
    assert box_iou(line, line) == box_iou(inverted, inverted) == box_iou(good, inverted) == 0
    assert box_area(inverted) == 0
    assert box_giou(line, line) == 0


@settings(deadline=None)
@given(proper_box, proper_box, quarters, st.sampled_from([0.25, 2.0, 64.0]))
def test_shift_and_scale_do_not_matter(
    a: list[float], b: list[float], shift: float, scale: float
) -> None:
    one, other = tensor(a), tensor(b)
    for function in SIMILARITIES:
        moved = function((one + shift) * scale, (other + shift) * scale)
        assert moved.item() == pytest.approx(function(one, other).item(), abs=1e-9)


def test_gradients_are_finite_in_the_corners() -> None:
    cases = [[0, 0, 2, 2], [0, 0, 2, 0], [5, 5, 5, 5], [3, 3, 1, 1], [9, 9, 12, 12], [0, 0, 1, 1]]
    target = torch.tensor([0.0, 0.0, 2.0, 2.0])
    for function in SIMILARITIES:
        for other in (target, torch.tensor([5.0, 5.0, 5.0, 5.0])):
            boxes = torch.tensor(cases, dtype=torch.float32, requires_grad=True)
            function(boxes, other).sum().backward()
            assert boxes.grad is not None and boxes.grad.isfinite().all()


def test_iou_gradient_is_the_slope() -> None:
    a = torch.tensor([[0.3, 0.2, 4.1, 5.3]], dtype=torch.float64, requires_grad=True)
    b = torch.tensor([[1.0, 1.1, 5.2, 4.0]], dtype=torch.float64)
    for function in (box_iou, box_giou, box_diou):
        assert torch.autograd.gradcheck(lambda x, f=function: f(x, b), (a,))


def test_pairs_by_broadcasting() -> None:
    a, b = torch.rand(3, 4), torch.rand(5, 4)
    table = box_iou(a[:, None], b[None])
    assert table.shape == (3, 5)
    assert table[2, 4] == box_iou(a[2], b[4])


ORDERS = ["xyxy", "yxyx", "xywh", "cxcywh"]


@pytest.mark.parametrize("source", ORDERS)
@pytest.mark.parametrize("target", ORDERS)
@settings(deadline=None, max_examples=30)
@given(st.lists(quarters, min_size=4, max_size=4))
def test_convert_there_and_back(source, target, box: list[float]) -> None:
    there = box_convert(tensor(box), source, target)
    assert torch.equal(box_convert(there, target, source), tensor(box))


def test_convert_worked_numbers() -> None:
    box = tensor([10, 20, 40, 80])
    assert box_convert(box, "xyxy", "yxyx").tolist() == [20, 10, 80, 40]
    assert box_convert(box, "xyxy", "xywh").tolist() == [10, 20, 30, 60]
    assert box_convert(box, "xyxy", "cxcywh").tolist() == [25, 50, 30, 60]
    with pytest.raises(ValueError, match=r"unknown box order 'xxyy'"):
        box_convert(box, "xyxy", "xxyy")


def test_clip_and_sort() -> None:
    boxes = torch.tensor(
        [[-5.0, -5.0, 5.0, 5.0], [15.0, 2.0, 99.0, 99.0], [30.0, 30.0, 40.0, 40.0]]
    )
    clipped = box_clip(boxes, (10, 20))
    assert clipped.tolist() == [[0, 0, 5, 5], [15, 2, 20, 10], [20, 10, 20, 10]]
    sizes = torch.tensor([[10.0, 20.0], [4.0, 4.0], [99.0, 99.0]])
    assert box_clip(boxes, sizes)[1].tolist() == [4, 2, 4, 4]
    assert box_sort(tensor([5, 1, 2, 3])).tolist() == [2, 1, 5, 3]
