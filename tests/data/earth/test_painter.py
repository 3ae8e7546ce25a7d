"""Views of the Earth: what they show where, at every scale, whatever was painted before."""

import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from typing import Any
from weakref import WeakSet

import numpy as np
import pytest
from numpy.typing import NDArray

from vgym.data import earth
from vgym.data.earth import far as far_pictures
from vgym.data.earth.far import FarPicture
from vgym.data.earth.ink import Ink
from vgym.data.earth.lonlats import world_xy
from vgym.data.earth.raster import Pyramid, Tiled, Whole, halved, taps


def window(lon: float, lat: float, degrees: float) -> NDArray[np.float64]:
    """A square about a place, pixels of the world."""
    x, y, half = (lon + 180) * 120, (90 - lat) * 120, degrees * 60
    return np.array([[x - half, y - half, x + half, y + half]])


def view(layer: str, lon: float, lat: float, degrees: float, side: int = 64) -> NDArray[np.int64]:
    """(side, side, 3) what is painted there."""
    image = np.full((1, side, side, 3), 77, np.uint8)
    earth.painter(layer).paint(window(lon, lat, degrees), image)
    found: NDArray[np.int64] = image[0].astype(np.int64)
    return found


@pytest.mark.parametrize("degrees", [60.0, 12.0, 3.0, 0.5])
def test_the_sea_is_blue_and_the_desert_is_not(degrees: float) -> None:
    sea, desert = view("day", -150, -5, degrees / 4), view("day", 22, 24, degrees / 4)
    assert (sea[..., 2] > sea[..., 0]).all()
    assert (desert[..., 0] > desert[..., 2] + 30).mean() > 0.95


@pytest.mark.parametrize(
    "layer", ["day", "relief", pytest.param("political", marks=pytest.mark.slow)]
)
def test_the_coast_is_where_the_mask_says(layer: str) -> None:
    """Crete from near: every pixel well inside or outside tells land from sea."""
    image = view(layer, 24.9, 35.2, 2.0, 240)
    lon = 24.9 - 1 + (np.arange(240) + 0.5) / 120
    lat = 35.2 + 1 - (np.arange(240) + 0.5) / 120
    grid = np.stack(np.meshgrid(lon, lat), -1).reshape(-1, 2)
    land = earth.is_land(grid).reshape(240, 240)
    blue = image[..., 2] - image[..., 0] > 10
    assert (blue != land).mean() > 0.99


def test_layers_show_what_they_are_named_after() -> None:
    paris, sahara = view("night", 2.35, 48.86, 0.5), view("night", 5, 23, 0.5)
    assert paris.mean() > 3 * sahara.mean()
    low, high = view("relief", 5, 52.3, 1), view("relief", -68, -20, 1)
    assert low[..., 1].mean() > low[..., 0].mean() and high[..., 0].mean() > high[..., 1].mean()


@pytest.mark.slow
def test_neighbours_have_colours_of_their_own() -> None:
    places = ((-4, 39.7), (-8, 39.7), (2, 46.5), (10.5, 51.5), (15, 47.3), (8, 47))
    found = [tuple(view("political", lon, lat, 0.2)[32, 32]) for lon, lat in places]
    for one, other in ((0, 1), (0, 2), (2, 3), (3, 4), (4, 5), (2, 5)):
        assert found[one] != found[other]


def test_slopes_towards_the_sun_are_lighter() -> None:
    lit, unlit = earth.painter("relief", (315.0, 45.0)), earth.painter("relief", (135.0, 45.0))
    images = np.zeros((2, 1, 96, 96, 3), np.uint8)
    for painter, image in zip((lit, unlit), images, strict=True):
        painter.paint(window(8, 46.2, 2), image)
    one, other = images[:, 0].mean(-1)
    assert np.corrcoef(one.ravel(), other.ravel())[0, 1] < 0.5


@pytest.mark.parametrize("degrees", [70.0, 9.0, 1.5, 0.06])
def test_two_halves_are_the_whole(degrees: float) -> None:
    box = window(11, 46, degrees)[0]
    whole = np.zeros((1, 64, 64, 3), np.uint8)
    halves = np.full((2, 64, 32, 3), 255, np.uint8)
    middle = (box[0] + box[2]) / 2
    painter = earth.painter("day")
    painter.paint(box[None], whole)
    painter.paint(np.array([[*box[:2], middle, box[3]], [middle, *box[1:]]]), halves)
    off = np.abs(whole[0].astype(int) - np.concatenate([*halves], 1))
    assert off.max() <= 2


def test_the_date_line_is_no_edge() -> None:
    west, east = window(-179.5, 67, 4), window(180.5, 67, 4)
    images = np.zeros((2, 48, 48, 3), np.uint8)
    earth.painter("day").paint(np.concatenate([west, east]), images)
    assert np.abs(images[0].astype(int) - images[1]).max() <= 1


def test_any_window_is_painted_whole() -> None:
    windows = np.array([[0, -10800, 43200, 32400], [100, 100, 108, 108], [43196, 0, 43204, 8.0]])
    one, other = (np.full((3, 40, 40, 3), value, np.uint8) for value in (0, 255))
    for images in (one, other):
        earth.painter("day").paint(windows, images)
    np.testing.assert_array_equal(one, other)


def test_a_layer_that_there_is_not_is_refused() -> None:
    with pytest.raises(ValueError, match="day, relief, night, political"):
        earth.painter("clouds")


@pytest.mark.parametrize("pixel", [1.0, 3.0, 8.0])
def test_blending_keeps_a_slope(pixel: float) -> None:
    """Of B-splines: weights add up to one, and what is linear stays so."""
    first, count, index, weight = taps(40.0, 104.0, 32, pixel)
    ramp = (first + np.arange(count) + 0.5) * pixel
    found = (ramp[index[:, None] + np.arange(3)] * weight).sum(1)
    np.testing.assert_allclose(weight.sum(1), 1, atol=1e-6)
    np.testing.assert_allclose(found, 41 + 2 * np.arange(32), rtol=1e-6)


def test_tiles_hold_what_the_whole_does() -> None:
    draws = np.random.default_rng(5)
    picture = draws.integers(0, 256, (540, 1080, 2), dtype=np.uint8)
    picture[8:12, 8:12] = 255
    tiled, whole = Tiled(picture, np.ones((90, 180), np.bool_)), Whole(picture)
    for place in ((0, 0, 540, 1080), (-5, -7, 30, 40), (530, 1060, 20, 60), (6, 6, 9, 9)):
        np.testing.assert_array_equal(tiled.cut(*place), whole.cut(*place))
    none = Tiled(picture, np.zeros((90, 180), np.bool_))
    assert not none.cut(0, 0, 540, 1080).any()


def test_halving_takes_means() -> None:
    picture = np.random.default_rng(6).integers(0, 256, (8, 12, 3), dtype=np.uint8)
    plain = picture.reshape(4, 2, 6, 2, 3).mean((1, 3))
    assert np.abs(halved(picture, 1.0) - plain).max() <= 0.5


def test_the_coarsest_size_that_is_fine_enough_is_cut() -> None:
    asked: list[float] = []

    def cut(pixel: float) -> Any:
        def pixels(top: int, left: int, height: int, width: int) -> NDArray[np.uint8]:
            asked.append(pixel)
            return np.zeros((height, width, 1), np.uint8)

        return pixels

    pyramid = Pyramid([(size, cut(size)) for size in (1.0, 2.0, 4.0)])
    for degrees in (0.3, 1.8, 4.0):
        pyramid.crop(window(0, 0, degrees)[0], (100, 100))
    assert asked == [1.0, 2.0, 4.0]


def test_lines_are_as_far_as_they_are() -> None:
    """Ink against the distance of every pixel from the line."""
    line = np.array([[-179.9, 89.95], [-179.6, 89.8], [-179.5, 89.5]])
    found = np.zeros((80, 80), np.uint8)
    Ink([line], np.zeros(1, np.int64)).paint(np.array([0.0, 0, 80, 80]), found)
    corners = world_xy(line)
    y, x = np.mgrid[:80, :80] + 0.5
    away = np.full((80, 80), 99.0)
    for (x0, y0), (x1, y1) in pairwise(corners):
        along = ((x - x0) * (x1 - x0) + (y - y0) * (y1 - y0)) / ((x1 - x0) ** 2 + (y1 - y0) ** 2)
        along = np.clip(along, 0, 1)
        away = np.minimum(away, np.hypot(x - x0 - along * (x1 - x0), y - y0 - along * (y1 - y0)))
    assert (found[away < 0.5] == 255).all() and (found[away > 2] == 0).all()


def test_what_is_seen_from_afar_is_the_same_in_whatever_order_it_is_painted() -> None:
    def painted(apart: bool) -> FarPicture:
        drawn: list[tuple[int, ...]] = []

        def paint(
            box: NDArray[np.float64], image: NDArray[np.uint8], ink: NDArray[np.uint8]
        ) -> None:
            left, top = (box[:2] / 8).astype(int)
            drawn.append((left, top, *image.shape))
            y, x = np.mgrid[top : top + image.shape[0], left : left + image.shape[1]]
            image[:] = np.stack([x * y, x ^ y, x + 3 * y], -1) % 251
            ink[:] = np.stack([x % 97 == 0, y % 61 == 0]) * np.uint8(255)

        far = FarPicture(paint, np.array([[1, 2, 3, 0.5], [250, 240, 230, 0.9]], np.float32))
        assert far.nbytes < 4e6
        if apart:
            rng = np.random.default_rng(0)
            for tile in rng.permutation(2 * 25 * 25)[:300].tolist():
                wanted = np.zeros(2 * 25 * 25, np.bool_)
                wanted[tile] = True
                with far.wanted(wanted.reshape(2, 25, 25)):
                    pass
        before = len(drawn)
        far.whole(0), far.whole(1)
        assert len(drawn) - before == 1250 - 300 * apart  # none is painted twice
        assert far.nbytes == far.sizes.pixels.nbytes
        return far

    one, other = painted(False).sizes.pixels, painted(True).sizes.pixels
    np.testing.assert_array_equal(one, other)


def test_far_views_take_tiles_as_they_need_them() -> None:
    far = earth.painter.__wrapped__("night").far_picture
    before = far.nbytes
    some = far.pyramid.crop(window(179.0, -10.0, 20.0)[0], (300, 300)).pixels
    tiles = far.nbytes - before
    assert 0 < tiles < 9e6
    far.whole(0)
    again = far.pyramid.crop(window(179.0, -10.0, 20.0)[0], (300, 300)).pixels
    np.testing.assert_array_equal(some, again)
    assert some.any()


def test_tiles_stay_for_who_wanted_them_later_but_came_first(monkeypatch) -> None:
    monkeypatch.setattr(far_pictures, "_pictures", WeakSet())
    far = earth.painter.__wrapped__("night").far_picture
    monkeypatch.setattr(far_pictures, "MOST_BYTES", 1)
    monkeypatch.setattr(far_pictures, "_clock", iter([6, 5, 7]))
    tiles, others = np.zeros((2, 2, 25, 25), np.bool_)
    tiles[0, 9], others[0, 3] = True, True
    with far.wanted(tiles):
        with far.wanted(tiles):
            pass
        with far.wanted(others):
            assert {row for _, size, row in far.rows()} == {9, 3}


def test_tiles_that_a_thread_reads_stay(monkeypatch) -> None:
    """However many others are wanted meanwhile."""
    monkeypatch.setattr(far_pictures, "_pictures", WeakSet())
    far = earth.painter.__wrapped__("night").far_picture
    monkeypatch.setattr(far_pictures, "MOST_BYTES", 1)
    rng = np.random.default_rng(0)
    boxes = [window(*rng.uniform([-180, -60], [180, 60]), 20)[0] for _ in range(12)]
    wanted = [far.pyramid.crop(box, (300, 300)).pixels for box in boxes]
    kept = far.rows()

    def read(n: int) -> None:
        np.testing.assert_array_equal(far.pyramid.crop(boxes[n], (300, 300)).pixels, wanted[n])

    with ThreadPoolExecutor(4) as threads:
        list(threads.map(read, [*range(12)] * 3))
    tiles = np.zeros((2, 25, 25), np.bool_)
    tiles[0, 3, :4] = True
    with far.wanted(tiles):
        shown = far.sizes.each()[0][3 * 108 : 4 * 108, : 4 * 216].copy()
        for box in boxes[:8]:
            far.pyramid.crop(box, (300, 300))
        np.testing.assert_array_equal(shown, far.sizes.each()[0][3 * 108 : 4 * 108, : 4 * 216])
        assert shown.any() and kept and len(far_pictures._read_since) == 1
    assert far_pictures._read_since == set()


def test_tiles_stay_within_their_bound_and_are_the_same_when_painted_anew(monkeypatch) -> None:
    monkeypatch.setattr(far_pictures, "_pictures", WeakSet())
    painters = [earth.painter.__wrapped__(layer) for layer in ("day", "night")]
    rng = np.random.default_rng(0)
    windows = np.concatenate(
        [window(*rng.uniform([-180, -60], [180, 60]), 15 + 20 * rng.random()) for _ in range(24)]
    )
    images = np.empty((2, 2, 24, 96, 96, 3), np.uint8)
    for again, bound in enumerate((10**9, 6_000_000)):
        monkeypatch.setattr(far_pictures, "MOST_BYTES", bound)
        for n in range(24):
            for painter, image in zip(painters, images[again], strict=True):
                painter.paint(windows[n : n + 1], image[n : n + 1])
    np.testing.assert_array_equal(images[0], images[1])
    far = painters[1].far_picture
    of_all = sum(painter.nbytes for painter in painters) - 2 * (far.nbytes - far.bytes_of_rows)
    most_at_once = 8e6  # rows that one view reads, which stay
    assert of_all <= 6_000_000 + most_at_once
    _, size, row = min(far.rows())
    tall = 108 >> size
    pixels = far.sizes.each()[size][row * tall : (row + 1) * tall]
    assert pixels.any()
    far.drop(size, row)
    if sys.platform == "linux":
        assert np.count_nonzero(pixels.reshape(-1)[4096:-4096]) == 0
    assert (size, row) not in [(each[1], each[2]) for each in far.rows()]
