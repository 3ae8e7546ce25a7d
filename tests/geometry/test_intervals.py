"""Spans and tubes against plain numbers."""

import math

import pytest
import torch
from hypothesis import example, given, settings
from hypothesis import strategies as st
from oracles import intervals as oracle

from vgym.geometry.intervals import interval_iou, tube_iou

quarters = st.integers(-40, 40).map(lambda k: k / 4)
span = st.tuples(quarters, quarters)
wild = st.floats(allow_nan=False, allow_infinity=False, width=32)
box = st.tuples(*[st.integers(0, 8)] * 4).map(lambda t: [float(k) for k in t])
tube = st.lists(st.none() | box, min_size=6, max_size=6)


@settings(deadline=None)
@given(span, span)
@example((0.0, 4.0), (3.0, 1.0))
def test_spans_are_the_reference(a: tuple[float, float], b: tuple[float, float]) -> None:
    one, other = torch.tensor(a), torch.tensor(b)
    assert interval_iou(one, other).item() == pytest.approx(oracle.iou(a, b), abs=1e-6)
    assert interval_iou(one, other) == interval_iou(other, one)


def test_worked_spans() -> None:
    spans = torch.tensor([[2.0, 6.0], [2.0, 2.0], [6.0, 2.0], [6.0, 9.0], [0.1, 0.7]])
    assert interval_iou(spans, spans).tolist() == [1, 0, 0, 1, 1]
    assert interval_iou(spans[0], spans[3]) == 0  # touching
    assert interval_iou(spans[:, None], spans[None]).shape == (5, 5)
    assert interval_iou(torch.tensor([math.nan, 1.0]), spans[0]).isnan()


@settings(deadline=None)
@given(st.tuples(wild, wild), st.tuples(wild, wild))
@example((-3e38, 3e38), (-3e38, 3e38))
@example((0.0, 0.0), (0.0, 8.407790785948902e-45))
def test_finite_for_every_finite_span(a: tuple[float, float], b: tuple[float, float]) -> None:
    one = torch.tensor(a, requires_grad=True)
    value = interval_iou(one, torch.tensor(b))
    value.backward()
    assert 0 <= value.item() <= 1
    assert one.grad is not None and one.grad.isfinite().all()


def test_gradient_of_spans() -> None:
    a = torch.tensor([[0.0, 4.0], [1.0, 2.0]], dtype=torch.float64, requires_grad=True)
    b = torch.tensor([[1.0, 6.0], [0.5, 3.0]], dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(interval_iou, (a, b))


@settings(deadline=None)
@given(tube, tube)
def test_tubes_are_the_reference(a: list[list[float] | None], b: list[list[float] | None]) -> None:
    absent = [math.nan] * 4
    boxes_a, boxes_b = (torch.tensor([x or absent for x in tube]) for tube in (a, b))
    mask_a, mask_b = (torch.tensor([x is not None for x in tube]) for tube in (a, b))
    present_a = {t: x for t, x in enumerate(a) if x is not None}
    present_b = {t: x for t, x in enumerate(b) if x is not None}
    found = tube_iou(boxes_a, mask_a, boxes_b, mask_b).item()
    assert found == pytest.approx(oracle.tube_iou(present_a, present_b), abs=1e-6)


def test_worked_tubes() -> None:
    box = torch.tensor([0.0, 0.0, 2.0, 2.0]).expand(8, 4)
    first, last = torch.arange(8) < 6, torch.arange(8) >= 2
    assert tube_iou(box, first, box, first) == 1
    assert tube_iou(box, first, box, last) == 0.5  # 4 shared frames of 8
    half = box * torch.tensor([1.0, 1.0, 0.5, 1.0])
    assert tube_iou(box, first, half, last) == 0.25
    never = torch.zeros(8, dtype=torch.bool)
    assert tube_iou(box, never, box, never) == 0
    assert tube_iou(box, first, box, never) == 0
    assert tube_iou(box[None], first[None], box.expand(3, 8, 4), last).shape == (3,)


def test_absent_frames_send_no_gradient() -> None:
    boxes = torch.tensor([[0.0, 0.0, 2.0, 2.0], [math.nan] * 4], requires_grad=True)
    present = torch.tensor([True, False])
    other = torch.tensor([[1.0, 0.0, 3.0, 2.0], [0.0, 0.0, 1.0, 1.0]])
    tube_iou(boxes, present, other, torch.tensor([True, True])).backward()
    assert boxes.grad is not None and boxes.grad.isfinite().all()
    assert (boxes.grad[1] == 0).all() and (boxes.grad[0] != 0).any()
