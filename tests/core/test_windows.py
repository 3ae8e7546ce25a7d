"""Crops on the CPU against geometry's, and pyramids against Pillow and against themselves."""

import math

import numpy as np
import pytest
import torch
from PIL import Image
from torch import Tensor

from vgym.core import windows
from vgym.core.shared_sources import bytes_of
from vgym.core.windows import Pyramid, PyramidShelf, crop_resize
from vgym.geometry import crops

SIZES = [(8, 8), (1, 1), (24, 40), (61, 17), (96, 128)]


def noise(*shape: int) -> Tensor:
    generator = torch.Generator().manual_seed(0)
    return torch.randint(0, 256, (*shape, 3), generator=generator).to(torch.uint8)


def boxes_of(batch: int, height: int, width: int) -> Tensor:
    """Boxes within and beyond a picture; a third of whole pixels, some degenerate."""
    generator = torch.Generator().manual_seed(1)
    corners = torch.rand(batch, 2, 2, generator=generator).double() * 1.4 - 0.2
    corners *= torch.tensor([width, height])
    boxes = torch.cat((corners.amin(1), corners.amax(1)), 1)
    boxes[::3] = boxes[::3].round().clamp(min=0).minimum(torch.tensor([width, height] * 2))
    boxes[-1], boxes[-2] = math.nan, torch.tensor([3.5, 4.5, 3.5, 4.5])
    return boxes


@pytest.mark.parametrize("antialias", [False, True])
@pytest.mark.parametrize("size_hw", SIZES)
def test_crops_are_geometrys(size_hw: tuple[int, int], antialias: bool) -> None:
    images, boxes = noise(60, 48, 64), boxes_of(60, 48, 64)
    expected = crops.crop_resize(images, boxes, size_hw, antialias)
    shown = crop_resize(images, boxes, size_hw, antialias)
    assert shown.dtype == torch.uint8 and shown.shape == expected.shape
    assert (shown.int() - expected.int()).abs().max() <= 1
    shared = crop_resize(images[:1], boxes, size_hw, antialias)
    one = crops.crop_resize(images[:1].expand_as(images), boxes, size_hw, antialias)
    assert (shared.int() - one.int()).abs().max() <= 1
    assert torch.equal(crops.crop_resize(images[:1], boxes, size_hw, antialias), one)


def test_crops_refuse_what_geometry_refuses() -> None:
    with pytest.raises(ValueError, match="uint8"):
        crop_resize(torch.zeros(1, 4, 4, 3), torch.zeros(1, 4), (2, 2), False)
    with pytest.raises(ValueError, match="one for each"):
        crop_resize(noise(2, 4, 4), torch.zeros(3, 4), (2, 2), False)
    assert crop_resize(noise(2, 4, 4)[:0], torch.zeros(0, 4), (2, 2), False).shape == (0, 2, 2, 3)


def soft(height: int, width: int) -> np.ndarray:
    """Noise without detail finer than some three pixels."""
    small = Image.fromarray(noise(height // 4, width // 4).numpy())
    return np.asarray(small.resize((width, height), Image.Resampling.BICUBIC))


@pytest.mark.parametrize("side", [40, 130, 600, 1100])
def test_a_pyramid_shows_about_what_pillow_shows(side: int) -> None:
    picture = soft(1000, 1400)
    box = (120.25, 60.5, 120.25 + side, 60.5 + side * 0.75)
    image = np.empty((96, 128, 3), np.uint8)
    Pyramid(picture).paint(np.array(box), image)
    fine = Image.fromarray(picture).resize((128, 96), Image.Resampling.BILINEAR, box=box)
    plain = crop_resize(
        torch.from_numpy(picture.copy())[None], torch.tensor([box]), (96, 128), False
    )
    away = np.abs(image - np.asarray(fine, float)).mean()
    assert away < max(2.5, 0.5 * np.abs(plain[0].numpy() - np.asarray(fine, float)).mean())


@pytest.mark.parametrize("side", [6, 100, 900])
def test_windows_fit_together_and_do_not_change_with_the_buffer(side: float) -> None:
    pyramid = Pyramid(soft(1000, 1400))
    x, y = 301.3, 20.7
    whole, half = np.zeros((64, 128, 3), np.uint8), np.full((64, 64, 3), 255, np.uint8)
    pyramid.paint(np.array([x, y, x + side, y + side / 2]), whole)
    pyramid.paint(np.array([x, y, x + side / 2, y + side / 2]), half)
    np.testing.assert_array_equal(half, whole[:, :64])
    pyramid.paint(np.array([x + side / 2, y, x + side, y + side / 2]), half)
    assert np.abs(half.astype(int) - whole[:, 64:]).max() <= 1


def test_windows_beyond_the_picture_and_no_windows_at_all_show_its_edge() -> None:
    picture = np.full((10, 20, 3), 9, np.uint8)
    picture[:, -1] = 200
    pyramid = Pyramid(picture)
    image = np.zeros((8, 8, 3), np.uint8)
    pyramid.paint(np.array([30.0, 2.0, 40.0, 12.0]), image)
    assert (image == 200).all()
    for window in ([math.nan] * 4, [-1e30, -1e30, 1e30, 1e30], [3.0, 3.0, 3.0, 3.0]):
        image[:] = 0
        pyramid.paint(np.array(window), image)
        assert (image >= 9).all()
    for shape in ((1, 1), (1, 5000), (3000, 2)):
        thin = Pyramid(np.full((*shape, 3), 40, np.uint8))
        thin.paint(np.array([0.0, 0.0, 5000.0, 5000.0]), image)
        assert (image == 40).all()


def test_levels_are_averages() -> None:
    levels = Pyramid(noise(37, 51).numpy()).levels
    assert [level.shape[:2] for level in levels[:2]] == [(37, 51), (19, 26)]
    expected = levels[0][:36, :50].reshape(18, 2, 25, 2, 3).mean((1, 3))
    assert np.abs(levels[1][:18, :25] - expected).max() <= 0.5
    assert levels[-1].shape == (1, 1, 3)


def test_a_shelf_keeps_what_was_used_last_within_its_bytes() -> None:
    read: list[int] = []

    def reader(number: int) -> np.ndarray | None:
        read.append(number)
        return None if number == 9 else np.full((64, 64, 3), number, np.uint8)

    one = Pyramid(np.zeros((64, 64, 3), np.uint8)).nbytes
    shelf = PyramidShelf(reader, most_bytes=2 * one)
    for number in (0, 1, 0, 2, 0, 9, 9):
        pyramid = shelf[number]
        assert (pyramid is None) == (number == 9)
        assert pyramid is None or (pyramid.levels[0] == number).all()
    assert read == [0, 1, 2, 9]
    assert shelf.nbytes <= 2 * one
    assert bytes_of(shelf) == shelf.nbytes
    assert PyramidShelf(reader, most_bytes=1)[3] is not None


def test_the_shelf_bound_is_below_that_of_all_sources() -> None:
    assert windows.MOST_BYTES < windows.make_room.__globals__["MOST_BYTES"]
