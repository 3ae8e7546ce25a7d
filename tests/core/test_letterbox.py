"""Letterboxing keeps the aspect, pads evenly, and says exactly where everything went."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vgym.core.letterbox import PADDING, letterbox, letterbox_view

SIDES = st.integers(1, 300)
FRAMES = st.integers(36, 200)


@given(SIDES, SIDES, FRAMES, FRAMES)
@settings(deadline=None)
def test_the_view_fits_the_frame(h: int, w: int, frame_h: int, frame_w: int) -> None:
    scale_x, scale_y, x, y = letterbox_view((h, w), (frame_h, frame_w)).tolist()
    width, height = w * scale_x, h * scale_y
    assert x >= 0 and y >= 0 and x + width <= frame_w + 1e-3 and y + height <= frame_h + 1e-3
    # One side is filled, and the padding of the other is even.
    assert abs(width - frame_w) < 1e-3 or abs(height - frame_h) < 1e-3
    assert abs((frame_w - width) - 2 * x) <= 1 + 1e-3
    assert abs((frame_h - height) - 2 * y) <= 1 + 1e-3
    # Never stretched: both sides are within the rounding of one pixel of the same scale.
    scale = min(frame_h / h, frame_w / w)
    assert abs(width - w * scale) <= 1 and abs(height - h * scale) <= 1


@pytest.mark.parametrize("hw", [(50, 100), (100, 50), (64, 64), (400, 90), (7, 5), (1, 300)])
def test_the_picture_lies_where_the_view_says(hw: tuple[int, int]) -> None:
    image = np.full((*hw, 3), 200, np.uint8)
    image[:, : hw[1] // 2] = 20
    shown, view = letterbox(image, (64, 96))
    np.testing.assert_array_equal(view, letterbox_view(hw, (64, 96)))
    assert shown.shape == (64, 96, 3) and shown.dtype == np.uint8
    scale_x, scale_y, x, y = view.tolist()
    left, top = round(x), round(y)
    right, bottom = round(x + hw[1] * scale_x), round(y + hw[0] * scale_y)
    assert not (shown[top:bottom, left:right] == PADDING).all(-1).any() or hw[1] < 8
    outside = np.ones((64, 96), np.bool_)
    outside[top:bottom, left:right] = False
    assert (shown[outside] == PADDING).all()
    if hw[1] >= 50:
        edge = round(hw[1] // 2 * scale_x + x)
        assert (shown[top:bottom, left : edge - 2] == 20).all()
        assert (shown[top:bottom, edge + 2 : right] == 200).all()


def test_a_picture_that_fits_is_left_as_it_is() -> None:
    image = np.random.default_rng(0).integers(0, 256, (48, 64, 3), dtype=np.uint8)
    shown, view = letterbox(image, (48, 64))
    np.testing.assert_array_equal(shown, image)
    assert view.tolist() == [1, 1, 0, 0]


def test_the_input_is_not_written_to() -> None:
    image = np.zeros((10, 20, 3), np.uint8)
    image.flags.writeable = False
    letterbox(image, (40, 40))
