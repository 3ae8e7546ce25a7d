"""Crops against OpenCV and Pillow to one grey level, and frames within frames."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from oracles import crops as oracle
from torch import Tensor

from vgym.geometry import crops
from vgym.geometry.crops import (
    compose_views,
    crop_resize,
    crop_view,
    to_child_xy,
    to_parent_xy,
)

SIZES = [(8, 8), (1, 1), (24, 40), (61, 17), (96, 128)]


def pictures(batch: int, height: int, width: int, seed: int) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    noise = torch.randint(0, 256, (batch, height, width, 3), generator=generator)
    return noise.to(torch.uint8)


def boxes_within(batch: int, height: int, width: int, seed: int) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    size = torch.tensor([width, height], dtype=torch.float32)
    corners = torch.rand(batch, 2, 2, generator=generator) * size
    low, high = corners.amin(1), corners.amax(1)
    return torch.cat((low, torch.maximum(high, low + 1).minimum(size)), 1)


def whole(boxes: Tensor) -> Tensor:
    return torch.cat((boxes[:, :2].floor(), boxes[:, 2:].ceil()), 1)


def hold_to(shown: Tensor, expected: np.ndarray, most: float = 1) -> None:
    assert np.abs(shown.numpy().astype(float) - expected).max() <= most


@pytest.mark.parametrize("size_hw", SIZES)
def test_linear_is_opencvs(size_hw: tuple[int, int]) -> None:
    images = pictures(20, 48, 64, 0)
    boxes = whole(boxes_within(20, 48, 64, 1))
    boxes[0] = torch.tensor([0.0, 0.0, 64.0, 48.0])
    shown = crop_resize(images, boxes, size_hw, False)
    assert shown.dtype == torch.uint8 and shown.shape == (20, *size_hw, 3)
    for i, box in enumerate(boxes.int().tolist()):
        hold_to(shown[i], oracle.opencv_linear(images[i].numpy(), box, size_hw))


@pytest.mark.parametrize("size_hw", SIZES)
def test_antialiased_is_pillows(size_hw: tuple[int, int]) -> None:
    images = pictures(20, 48, 64, 2)
    boxes = boxes_within(20, 48, 64, 3)
    boxes[0] = torch.tensor([0.0, 0.0, 64.0, 48.0])
    boxes[1:6] = whole(boxes[1:6])
    shown = crop_resize(images, boxes, size_hw, True)
    assert shown.dtype == torch.uint8 and shown.shape == (20, *size_hw, 3)
    for i, box in enumerate(boxes.tolist()):
        hold_to(shown[i], oracle.pillow_bilinear(images[i].numpy(), box, size_hw))


def test_linear_of_boxes_between_pixels() -> None:
    images, boxes = pictures(12, 20, 15, 4), boxes_within(12, 20, 15, 5)
    shown = crop_resize(images, boxes, (9, 13), False)
    for i, box in enumerate(boxes.tolist()):
        hold_to(shown[i], oracle.linear(images[i].numpy(), box, (9, 13)), 0.51)


def test_both_agree_where_nothing_is_shrunk() -> None:
    images, boxes = pictures(12, 20, 15, 6), boxes_within(12, 20, 15, 7)
    plain, filtered = (crop_resize(images, boxes, (40, 40), each) for each in (False, True))
    assert (plain.int() - filtered.int()).abs().max() <= 1
    same = torch.tensor([[0.0, 0.0, 15.0, 20.0]]).expand(12, 4)
    for antialias in (False, True):
        assert torch.equal(crop_resize(images, same, (20, 15), antialias), images)


@pytest.mark.parametrize("antialias", [False, True])
def test_nothing_shows_from_outside_the_box(antialias: bool) -> None:
    images = torch.zeros(1, 40, 40, 3, dtype=torch.uint8)
    images[:, 10:20, 5:30] = 200
    for size_hw in ((3, 3), (10, 25), (64, 64)):
        box = torch.tensor([[5.0, 10.0, 30.0, 20.0]])
        assert (crop_resize(images, box, size_hw, antialias) == 200).all()


@pytest.mark.parametrize("antialias", [False, True])
def test_degenerate_boxes(antialias: bool) -> None:
    images = pictures(1, 10, 12, 8).expand(9, 10, 12, 3).contiguous()
    boxes = torch.tensor(
        [
            [3.5, 4.5, 3.5, 4.5],  # a point
            [3.0, 4.0, 3.0, 4.0],  # a point on a corner
            [3.5, 4.5, 1.0, 2.0],  # inverted
            [-9.0, -9.0, -5.0, -5.0],  # outside
            [20.0, 20.0, 30.0, 30.0],
            [12.0, 10.0, 12.0, 10.0],  # the far corner
            [-6.0, -5.0, 18.0, 15.0],  # larger than the picture
            [math.nan] * 4,
            [-3e38, -3e38, 3e38, 3e38],
        ]
    )
    shown = crop_resize(images, boxes, (4, 5), antialias)
    for i, (row, column) in enumerate([(4, 3), (4, 3), (4, 3), (0, 0), (9, 11), (9, 11)]):
        assert (shown[i] == images[0, row, column]).all(), i
    assert (shown[7] == images[0, 0, 0]).all()
    flat = torch.full_like(images, 77)
    assert (crop_resize(flat, boxes, (4, 5), antialias) == 77).all()
    assert crop_view(boxes, (4, 5)).isfinite().all()
    assert crop_resize(images[:0], boxes[:0], (4, 5), antialias).shape == (0, 4, 5, 3)
    one = crop_resize(images[:1, :1, :1].contiguous(), boxes[:1], (3, 3), antialias)
    assert (one == images[0, 0, 0]).all()


@pytest.mark.parametrize("antialias", [False, True])
def test_chunks_and_batches_do_not_matter(antialias: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    images, boxes = pictures(9, 30, 30, 9), boxes_within(9, 30, 30, 10)
    together = crop_resize(images, boxes, (12, 12), antialias)
    monkeypatch.setattr(crops, "CACHED_PIXELS", 2000)
    split = crop_resize(images, boxes, (12, 12), antialias)
    # Sums of the products may be taken in another order.
    assert (together.int() - split.int()).abs().max() <= antialias
    strided = crop_resize(images.flip(0).permute(0, 2, 1, 3), boxes, (12, 12), antialias)
    dense = images.flip(0).permute(0, 2, 1, 3).contiguous()
    assert torch.equal(strided, crop_resize(dense, boxes, (12, 12), antialias))


def test_the_view_says_where_points_are_shown() -> None:
    """A bright pixel is found where the view puts its centre."""
    image = torch.zeros(1, 32, 32, 3, dtype=torch.uint8)
    image[0, 13, 21] = 255
    box = torch.tensor([[10.0, 6.0, 26.0, 22.0]])
    shown = crop_resize(image, box, (64, 64), False)[0, :, :, 0].double()
    y, x = torch.meshgrid(torch.arange(64) + 0.5, torch.arange(64) + 0.5, indexing="ij")
    centre = torch.stack(((x * shown).sum(), (y * shown).sum())) / shown.sum()
    expected = to_child_xy(torch.tensor([21.5, 13.5]), crop_view(box, (64, 64))[0])
    torch.testing.assert_close(centre, expected.double(), atol=0.02, rtol=0)


quarters = st.integers(-400, 400).map(lambda k: k / 4)
box_within = st.tuples(quarters, quarters, st.integers(1, 400), st.integers(1, 400)).map(
    lambda t: [t[0], t[1], t[0] + t[2] / 4, t[1] + t[3] / 4]
)


@settings(deadline=None)
@given(box_within, box_within, st.tuples(quarters, quarters), st.integers(1, 500))
def test_nested_frames_there_and_back(
    outer: list[float], inner: list[float], xy: tuple[float, float], size: int
) -> None:
    first = crop_view(torch.tensor(outer, dtype=torch.float64), (size, 224))
    second = crop_view(torch.tensor(inner, dtype=torch.float64), (96, size))
    both = compose_views(first, second)
    point = torch.tensor(xy, dtype=torch.float64)
    shown = to_child_xy(to_child_xy(point, first), second)
    torch.testing.assert_close(to_child_xy(point, both), shown, rtol=1e-9, atol=1e-6)
    torch.testing.assert_close(to_parent_xy(shown, both), point, rtol=1e-9, atol=1e-6)
    torch.testing.assert_close(
        to_parent_xy(to_parent_xy(shown, second), first), point, rtol=1e-9, atol=1e-6
    )
    corners = torch.tensor(outer, dtype=torch.float64).view(2, 2)
    expected = torch.tensor([[0, 0], [224, size]], dtype=torch.float64)
    torch.testing.assert_close(to_child_xy(corners, first), expected, rtol=0, atol=1e-6)


def test_zooming_twice_is_zooming_once() -> None:
    """The picture of a crop of a crop is the picture of the composed view."""
    y, x = torch.meshgrid(torch.arange(64.0), torch.arange(64.0), indexing="ij")
    smooth = torch.stack((2 * x + 40, 2 * y + 40, x + y), -1).to(torch.uint8)[None]
    outer, inner = torch.tensor([[8.0, 8.0, 40.0, 40.0]]), torch.tensor([[32.0, 16.0, 96.0, 80.0]])
    twice = crop_resize(crop_resize(smooth, outer, (128, 128), False), inner, (64, 64), False)
    view = compose_views(crop_view(outer, (128, 128)), crop_view(inner, (128, 128)))
    box = to_parent_xy(torch.tensor([[0.0, 0.0], [128.0, 128.0]]), view)
    once = crop_resize(smooth, box.view(1, 4), (64, 64), False)
    assert (twice.int() - once.int())[:, 4:-4, 4:-4].abs().max() <= 2


def test_a_view_of_scale_zero() -> None:
    flat = torch.tensor([0.0, 2.0, 5.0, 4.0])
    assert to_parent_xy(torch.tensor([5.0, 8.0]), flat).tolist() == [0.0, 2.0]


def test_nothing_is_read_back() -> None:
    images = torch.empty(5, 8, 8, 3, dtype=torch.uint8, device="meta")
    boxes = torch.empty(5, 4, device="meta")
    assert crop_resize(images, boxes, (4, 4), False).device.type == "meta"
    view = crop_view(boxes, (4, 4))
    assert to_parent_xy(to_child_xy(boxes[:, :2], view), compose_views(view, view)).is_meta


def test_bad_input_is_refused() -> None:
    images, boxes = pictures(2, 4, 4, 0), torch.zeros(2, 4)
    with pytest.raises(ValueError, match=r"images are torch.float32 \(2, 4, 4, 3\)"):
        crop_resize(images.float(), boxes, (2, 2), False)
    with pytest.raises(ValueError, match=r"boxes are \(1, 4\) on cpu; they must be \(2, 4\)"):
        crop_resize(images, boxes[:1], (2, 2), False)
    with pytest.raises(ValueError, match=r"from \(4, 4\) to \(0, 2\) pixels"):
        crop_resize(images, boxes, (0, 2), False)
