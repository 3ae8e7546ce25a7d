"""Outlines of boxes, painter's order, and what is refused."""

import numpy as np
import pytest
import torch

from vgym.core.raster import DrawList, draw

WHITE = (255, 255, 255)


def cover(bank, thickness, *xyxy):
    """Coverage in [0, 1] of a white outline on black."""
    images = torch.zeros((1, 64, 64, 3), dtype=torch.uint8)
    draws = DrawList.empty(1, 1)
    draws.put_outlines((0, 0), torch.tensor(xyxy, dtype=torch.float64), thickness, WHITE)
    draw(images, bank, draws)
    assert (images[..., :1] == images).all()
    return images[0, ..., 0].numpy() / 255


def test_outline_grows_inwards(bank):
    expected = np.zeros((64, 64))
    expected[12:22, 10:30] = 1
    expected[14:20, 12:28] = 0
    np.testing.assert_array_equal(cover(bank, 2.0, 10, 12, 30, 22), expected)


def test_edges_are_covered_by_area(bank):
    """Also those of one so thick that it fills its box."""
    out = cover(bank, 10.0, 3.25, 5.5, 20.75, 9.125)
    np.testing.assert_allclose(out[7, 3], 0.75, atol=0.002)
    np.testing.assert_allclose(out[5, 3], 0.375, atol=0.002)
    np.testing.assert_allclose(out.sum(), 17.5 * 3.625, rtol=0.002)
    thin = cover(bank, 1.5, 3.25, 5.5, 20.75, 15.0)
    np.testing.assert_allclose(thin.sum(), 17.5 * 9.5 - 14.5 * 6.5, rtol=0.002)


@pytest.mark.parametrize(
    ("thickness", "xyxy"),
    [
        (3.0, (20, 20, 20, 30)),
        (3.0, (30, 30, 20, 20)),
        (0.0, (5, 5, 20, 20)),
        (3.0, (-30, -30, -2, -2)),
    ],
)
def test_degenerate_outlines_draw_nothing(bank, thickness, xyxy):
    assert not cover(bank, thickness, *xyxy).any()


def test_painters_order_and_opacity(bank):
    images = torch.full((1, 4, 4, 3), 100, dtype=torch.uint8)
    draws = DrawList.empty(1, 2)
    draws.put_outlines((0, 0), torch.tensor([0, 0, 4, 4]), 2.0, (200, 0, 0))
    draws.put_outlines((0, 1), torch.tensor([0, 0, 4, 2]), 2.0, (0, 255, 0))
    draws.alpha[0, 1] = 51
    draw(images, bank, draws)
    assert images[0, 0, 0].tolist() == [160, 51, 0]
    assert images[0, 3, 0].tolist() == [200, 0, 0]


def test_a_fresh_list_draws_nothing(bank, make_pictures):
    pictures = make_pictures(0, 2, 8, 8)
    before = pictures.clone()
    draw(pictures, bank, DrawList.empty(2, 3))
    draw(pictures, bank, DrawList.empty(2, 0))
    assert torch.equal(pictures, before)


def test_outlines_must_be_finite():
    with pytest.raises(ValueError, match="NaN"):
        DrawList.empty(1, 1).put_outlines((0, 0), torch.tensor([0, 0, torch.nan, 1]), 1.0, WHITE)


def test_bad_input_is_named(bank):
    images = torch.zeros((2, 8, 8, 3), dtype=torch.uint8)
    draws = DrawList.empty(2, 2)
    for wrong, message in (
        (lambda: draw(images.float(), bank, draws), "torch.float32"),
        (lambda: draw(images[:, :, :4], bank, draws), "not contiguous"),
        (lambda: draw(images, bank, draws, torch.tensor([2])), "rows span 2 to 2"),
        (lambda: draw(images, bank, draws, torch.tensor([0, 0])), "twice"),
        (lambda: draw(images, bank, draws, torch.tensor([0]), torch.tensor([0, 1])), r"\(1,\)"),
        (lambda: draw(images[:1], bank, draws), "out_rows span 0 to 1"),
    ):
        with pytest.raises(ValueError, match=message):
            wrong()
    for column, value in (("kind", 7), ("sprite", 99), ("level", -1), ("count", 3)):
        spoilt = DrawList.empty(2, 2)
        getattr(spoilt, column)[1] = value
        with pytest.raises(ValueError, match=column):
            draw(images, bank, spoilt)
