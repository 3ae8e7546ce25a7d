"""Shapes: areas, places and colours."""

import math

import numpy as np
import pytest
import torch

from vgym.core.raster import DrawList, draw


def cover(bank, put, size_hw=(64, 64)):
    """Coverage in [0, 1] of a white shape on black."""
    images = torch.zeros((1, *size_hw, 3), dtype=torch.uint8)
    draws = DrawList.empty(1, 1)
    put(draws, (slice(None), 0))
    draw(images, bank, draws)
    assert (images[..., :1] == images).all()
    return images[0, ..., 0].numpy() / 255


def tensor(*values):
    return torch.tensor([values], dtype=torch.float64)


def test_rectangle_on_whole_pixels_is_a_slice(bank):
    out = cover(bank, lambda d, w: d.put_rectangles(w, tensor(3, 5, 20, 9), (255, 255, 255)))
    expected = np.zeros((64, 64))
    expected[5:9, 3:20] = 1
    np.testing.assert_array_equal(out, expected)


def test_rectangle_edges_are_covered_by_area(bank):
    box = tensor(3.25, 5.5, 20.75, 9.125)
    out = cover(bank, lambda d, w: d.put_rectangles(w, box, (255, 255, 255)))
    np.testing.assert_allclose(out[7, 3], 0.75, atol=0.002)
    np.testing.assert_allclose(out[5, 3], 0.375, atol=0.002)
    np.testing.assert_allclose(out.sum(), 17.5 * 3.625, rtol=0.002)


def test_outline_grows_inwards(bank):
    box = tensor(10, 12, 30, 22)
    out = cover(bank, lambda d, w: d.put_outlines(w, box, 2.0, (255, 255, 255)))
    expected = np.zeros((64, 64))
    expected[12:22, 10:30] = 1
    expected[14:20, 12:28] = 0
    np.testing.assert_array_equal(out, expected)


def test_thick_outline_fills(bank):
    box = tensor(10.5, 12, 30, 22)
    thick = cover(bank, lambda d, w: d.put_outlines(w, box, 7.0, (255, 255, 255)))
    full = cover(bank, lambda d, w: d.put_rectangles(w, box, (255, 255, 255)))
    np.testing.assert_array_equal(thick, full)


@pytest.mark.parametrize("seed", range(8))
def test_areas(seed, bank):
    rng = np.random.default_rng(seed)
    centre = torch.from_numpy(rng.uniform(25, 39, (1, 2)))
    radii = torch.from_numpy(rng.uniform(6, 20, (1, 2)))
    white = (255, 255, 255)
    ellipse = cover(bank, lambda d, w: d.put_ellipses(w, centre, radii, white))
    assert ellipse.sum() == pytest.approx(math.pi * float(radii.prod()), rel=0.01)
    ys, xs = np.mgrid[:64, :64] + 0.5
    assert (ellipse * xs).sum() / ellipse.sum() == pytest.approx(float(centre[0, 0]), abs=0.05)
    assert (ellipse * ys).sum() / ellipse.sum() == pytest.approx(float(centre[0, 1]), abs=0.05)

    thickness = float(rng.uniform(3, 9))
    end = centre + torch.from_numpy(rng.uniform(-15, 15, (1, 2)))
    line = cover(bank, lambda d, w: d.put_lines(w, centre, end, thickness, white))
    length = float((end - centre).norm())
    expected = length * thickness + math.pi * thickness**2 / 4
    assert line.sum() == pytest.approx(expected, rel=0.02)

    angle, (a, b) = rng.uniform(0, 6), radii[0].tolist()
    corners = np.array([[-a, -b], [a, -b], [a, b], [-a, b]]) @ np.array(
        [[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]]
    )
    quad = centre[:, None] + torch.from_numpy(corners)
    out = cover(bank, lambda d, w: d.put_quads(w, quad, white))
    assert out.sum() == pytest.approx(4 * a * b, rel=0.01)
    reverse = cover(bank, lambda d, w: d.put_quads(w, quad.flip(1), white))
    np.testing.assert_array_equal(out, reverse)


def test_degenerate_shapes_draw_nothing(bank):
    white = (255, 255, 255)
    point = tensor(20, 20)
    for put in (
        lambda d, w: d.put_rectangles(w, tensor(20, 20, 20, 30), white),
        lambda d, w: d.put_rectangles(w, tensor(30, 30, 20, 20), white),
        lambda d, w: d.put_outlines(w, tensor(5, 5, 20, 20), 0.0, white),
        lambda d, w: d.put_ellipses(w, point, tensor(0, 5), white),
        lambda d, w: d.put_ellipses(w, point, tensor(-3, 5), white),
        lambda d, w: d.put_lines(w, point, tensor(40, 40), 0.0, white),
        lambda d, w: d.put_quads(w, point.expand(1, 4, 2), white),
        lambda d, w: d.put_rectangles(w, tensor(-30, -30, -2, -2), white),
        lambda d, w: d.put_rectangles(w, tensor(5, 5, 20, 20), white, 0),
    ):
        assert not cover(bank, put).any()


def test_painters_order_and_opacity(bank):
    images = torch.full((1, 4, 4, 3), 100, dtype=torch.uint8)
    draws = DrawList.empty(1, 2)
    draws.put_rectangles((slice(None), 0), tensor(0, 0, 4, 4), (200, 0, 0))
    draws.put_rectangles((slice(None), 1), tensor(0, 0, 4, 2), (0, 255, 0), 51)
    draw(images, bank, draws)
    assert images[0, 0, 0].tolist() == [160, 51, 0]
    assert images[0, 3, 0].tolist() == [200, 0, 0]


def test_a_fresh_list_draws_nothing(bank, make_pictures):
    pictures = make_pictures(0, 2, 8, 8)
    before = pictures.clone()
    draw(pictures, bank, DrawList.empty(2, 3))
    draw(pictures, bank, DrawList.empty(2, 0))
    assert torch.equal(pictures, before)


def test_shapes_must_be_finite():
    with pytest.raises(ValueError, match="NaN"):
        DrawList.empty(1, 1).put_rectangles((0, 0), torch.tensor([0, 0, torch.nan, 1]), (0, 0, 0))


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
        (lambda: draws.put_rows(torch.tensor([0]), DrawList.empty(1, 3)), r"\(1, 3\)"),
    ):
        with pytest.raises(ValueError, match=message):
            wrong()
    for column, value in (("kind", 7), ("sprite", 99), ("level", -1), ("count", 3)):
        spoilt = DrawList.empty(2, 2)
        getattr(spoilt, column)[1] = value
        with pytest.raises(ValueError, match=column):
            draw(images, bank, spoilt)
