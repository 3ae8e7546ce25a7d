"""The painter against slow independent pictures, and the canvas's boxes against what it paints."""

import pickle
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from vgym.core.letterbox import PADDING
from vgym.envs.gui.toolkit import buttons
from vgym.envs.gui.toolkit.canvas import Box, Canvas
from vgym.envs.gui.toolkit.characters import icon_names
from vgym.envs.gui.toolkit.glyphs import face
from vgym.envs.gui.toolkit.painter import paint, paint_into
from vgym.envs.gui.toolkit.pool import Programs, paint_rows
from vgym.envs.gui.toolkit.themes import THEMES, Colour, Theme, theme_named
from vgym.envs.gui.toolkit.thumbnails import thumbnail

SIZE = (24, 32)
FLAT_LIGHT = theme_named("flat-light")
EVERY = [theme for looks in THEMES.values() for theme in looks]
Picture = NDArray[np.uint8]
edges = st.integers(-9, 40)
boxes = st.tuples(edges, edges, st.integers(0, 30), st.integers(0, 30)).map(
    lambda b: (b[0], b[1], b[0] + b[2], b[1] + b[3])
)
colours = st.tuples(*[st.integers(0, 255)] * 3)
alphas = st.integers(0, 255)


def painted(draw: Callable[[Canvas], object], size: tuple[int, int] = SIZE) -> Picture:
    canvas = Canvas(size, FLAT_LIGHT)
    canvas.fill((0, 0, size[1], size[0]), (200, 100, 50))
    draw(canvas)
    return paint([canvas.program()])[0]


def blended(ground: Picture, share: NDArray[np.int64], colour: NDArray[np.int64]) -> Picture:
    """Exact alpha blending, rounded to the nearest; `share` (h, w) in 0..255."""
    a = share[..., None]
    return ((2 * (ground.astype(np.int64) * (255 - a) + colour * a) + 255) // 510).astype(np.uint8)


def base() -> Picture:
    return np.full((*SIZE, 3), (200, 100, 50), np.uint8)


def sampled(inside: Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.bool_]]):
    """Of 16 samples of each pixel, how many a shape holds."""
    points = (np.arange(4) + 0.5) / 4
    y = (np.arange(SIZE[0])[:, None] + points).ravel()[:, None]
    x = (np.arange(SIZE[1])[:, None] + points).ravel()[None, :]
    return inside(x, y).reshape(SIZE[0], 4, SIZE[1], 4).sum((1, 3)).astype(np.int64)


def rounded(box: Box, radius: int):
    radius = max(0, min(radius, (box[2] - box[0]) // 2, (box[3] - box[1]) // 2))

    def inside(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.bool_]:
        dx = np.maximum(np.maximum(box[0] + radius - x, x - box[2] + radius), 0)
        dy = np.maximum(np.maximum(box[1] + radius - y, y - box[3] + radius), 0)
        within = (x > box[0]) & (x < box[2]) & (y > box[1]) & (y < box[3])
        return within & (dx * dx + dy * dy <= radius * radius)

    return inside


@given(boxes, boxes, colours, alphas)
@settings(max_examples=150, deadline=None)
def test_boxes_are_clipped_and_blended_exactly(
    box: Box, clip: Box, colour: Colour, alpha: int
) -> None:
    def draw(canvas: Canvas) -> None:
        with canvas.clipped(clip):
            canvas.fill(box, colour, alpha=alpha)

    share = np.zeros(SIZE, np.int64)
    rows = slice(max(0, box[1], clip[1]), max(0, min(box[3], clip[3])))
    columns = slice(max(0, box[0], clip[0]), max(0, min(box[2], clip[2])))
    share[rows, columns] = alpha
    assert (painted(draw) == blended(base(), share, np.array(colour))).all()


@given(boxes, st.integers(0, 16), colours, alphas)
@settings(max_examples=100, deadline=None)
def test_round_corners_hold_their_samples(
    box: Box, radius: int, colour: Colour, alpha: int
) -> None:
    hits = sampled(rounded(box, radius))
    want = blended(base(), (alpha * hits + 8) // 16, np.array(colour))
    assert (painted(lambda c: c.fill(box, colour, radius=radius, alpha=alpha)) == want).all()


@given(boxes, st.integers(0, 12), st.integers(1, 5), colours)
@settings(max_examples=100, deadline=None)
def test_a_ring_is_a_box_less_its_inside(box: Box, radius: int, width: int, colour: Colour) -> None:
    if 2 * width >= min(box[2] - box[0], box[3] - box[1]):
        return
    radius = min(radius, (box[2] - box[0]) // 2, (box[3] - box[1]) // 2)
    inner = (box[0] + width, box[1] + width, box[2] - width, box[3] - width)
    hits = sampled(rounded(box, radius)) - sampled(rounded(inner, max(0, radius - width)))
    want = blended(base(), (255 * hits + 8) // 16, np.array(colour))
    got = painted(lambda c: c.ring(box, colour, width=width, radius=radius))
    assert (got == want).all()


@given(st.tuples(edges, edges), st.tuples(edges, edges), st.tuples(edges, edges), colours)
@settings(max_examples=60, deadline=None)
def test_triangles_hold_their_samples(
    a: tuple[int, int], b: tuple[int, int], c: tuple[int, int], colour: Colour
) -> None:
    def inside(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.bool_]:
        area = (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
        held = np.ones(np.broadcast_shapes(x.shape, y.shape), bool)
        for p, q in ((a, b), (b, c), (c, a)):
            held &= np.sign(area) * ((q[0] - p[0]) * (y - p[1]) - (q[1] - p[1]) * (x - p[0])) >= 0
        return held & (area != 0)

    want = blended(base(), (255 * sampled(inside) + 8) // 16, np.array(colour))
    assert (painted(lambda canvas: canvas.triangle(a, b, c, colour)) == want).all()


@given(st.tuples(edges, edges), st.tuples(edges, edges), st.integers(1, 6))
@settings(max_examples=60, deadline=None)
def test_lines_hold_what_lies_near_their_axis(
    a: tuple[int, int], b: tuple[int, int], width: int
) -> None:
    def inside(x: NDArray[np.float64], y: NDArray[np.float64]) -> NDArray[np.bool_]:
        px, py, dx, dy = x - a[0] - 0.5, y - a[1] - 0.5, b[0] - a[0], b[1] - a[1]
        along = np.clip((px * dx + py * dy) / max(dx * dx + dy * dy, 1), 0, 1)
        return (px - along * dx) ** 2 + (py - along * dy) ** 2 <= (width / 2) ** 2

    want = blended(base(), (255 * sampled(inside) + 8) // 16, np.array((0, 0, 0)))
    got = painted(lambda canvas: canvas.line(a, b, (0, 0, 0), width))
    # Samples that lie on the edge itself may fall on either side: two of sixteen at most.
    assert np.abs(got.astype(int) - want.astype(int)).max() <= 26
    assert (got != want).any(-1).mean() < 0.05


def test_a_gradient_runs_from_top_to_bottom() -> None:
    got = painted(lambda c: c.fill((0, 4, 32, 20), (0, 200, 30), to=(160, 40, 30)))
    share = (np.arange(16) + 0.5) / 16
    want = np.array([0, 200, 30]) + share[:, None] * np.array([160, -160, 0])
    assert np.abs(got[4:20, 7] - want).max() <= 0.5
    assert (got[4:20] == got[4:20, :1]).all()


def test_shadow_falls_outside_and_fades() -> None:
    got = painted(lambda c: c.shadow((8, 8, 24, 16), blur=6, alpha=120)).astype(int)
    assert (got[8:16, 8:24] == (200, 100, 50)).all()
    below = got[16:22, 16, 0]
    assert below[0] < 150
    assert (np.diff(below) > 0).all()
    assert (got[22:] == (200, 100, 50)).all()


def test_text_is_as_wide_as_it_says_and_fits_its_room() -> None:
    canvas = Canvas((40, 400), FLAT_LIGHT)
    text = "Reply to all, Café"
    for room in range(0, 140, 3):
        shown = canvas.fit_text(text, room)
        assert canvas.text_width(shown) <= room
        assert shown == text or shown.endswith("…") or shown == ""
    assert canvas.fit_text(text, canvas.text_width(text)) == text
    assert canvas.text((0, 20), text, (0, 0, 0)) == canvas.text_width(text)


def test_every_icon_shows_in_the_middle() -> None:
    for name in icon_names():
        canvas = Canvas((48, 48), FLAT_LIGHT)
        canvas.fill((0, 0, 48, 48), (255, 255, 255))
        canvas.icon((24, 24), name, (0, 0, 0), px=24)
        rows, columns = np.nonzero((paint([canvas.program()])[0] < 128).any(-1))
        assert len(rows) > 3, name
        assert abs((rows.min() + rows.max() + 1) / 2 - 24) <= 1.5, name
        assert abs((columns.min() + columns.max() + 1) / 2 - 24) <= 1.5, name


def test_unknown_names_are_refused_with_what_there_is() -> None:
    canvas = Canvas(SIZE, FLAT_LIGHT)
    with pytest.raises(ValueError, match="envelope"):
        canvas.icon((5, 5), "envelop", (0, 0, 0))
    with pytest.raises(ValueError, match="roboto"):
        face("arial", 12)
    with pytest.raises(ValueError, match="0 is not in"):
        face("roboto", 0)
    with pytest.raises(ValueError, match="size_hw"):
        Canvas((0, 5), FLAT_LIGHT)
    with pytest.raises(ValueError, match="text_px"):
        Canvas((5, 5), FLAT_LIGHT, 500)
    with pytest.raises(ValueError, match="farther"):
        canvas.fill((0, 0, 10**6, 5), (0, 0, 0))
    with pytest.raises(ValueError, match="one of plain"):
        buttons.button(canvas, (0, 0, 9, 9), "x", kind="huge")


# -- pools -------------------------------------------------------------------------------------


def page_of(theme: Theme, seed: int, cleared: bool = True) -> Canvas:
    canvas = Canvas((80, 120), theme)
    if cleared:
        canvas.fill((0, 0, 120, 80), theme.page)
    with canvas.clipped((seed % 7, 3, 110, 70)):
        thumbnail(canvas, (10, 10, 70, 50), np.uint64(seed))
        buttons.button(canvas, (20 + seed % 9, 40, 100, 64), f"Save {seed}", icon="save")
    return canvas


def test_a_pool_paints_what_single_programs_paint() -> None:
    programs = [page_of(theme, n, n % 3 > 0).program() for n, theme in enumerate(EVERY)]
    pool = pickle.loads(pickle.dumps(Programs.of(programs)))
    which = np.array([3, 0, 0, 9, 5, len(programs) - 1])
    out = np.full((len(which), 80, 120, 3), 77, np.uint8)
    paint_rows(pool, which, out)
    assert (out == paint([programs[n] for n in which])).all()
    assert (pickle.loads(pickle.dumps(programs[1])).commands == programs[1].commands).all()
    assert len(pool) == len(programs)
    assert pool.nbytes < 2 * sum(program.nbytes for program in programs)


def test_a_moved_page_is_the_same_page_with_grey_around() -> None:
    programs = [page_of(theme, n, n % 3 > 0).program() for n, theme in enumerate(EVERY)]
    programs.append(Canvas((30, 40), FLAT_LIGHT).program())
    which, corners = np.arange(len(programs)), np.array([[7 * n % 30, n % 21] for n in range(99)])
    out = np.full((len(which), 101, 150, 3), 77, np.uint8)
    paint_rows(Programs.of(programs), which, out, corners=corners[which])
    for program, (x, y), image in zip(programs, corners.tolist(), out, strict=False):
        want = np.full((101, 150, 3), PADDING, np.uint8)
        want[y : y + program.size_hw[0], x : x + program.size_hw[1]] = paint([program])[0]
        np.testing.assert_array_equal(image, want)


def test_pools_refuse_what_does_not_fit() -> None:
    pool = Programs.of([page_of(FLAT_LIGHT, 1).program()])
    out = np.zeros((1, 80, 120, 3), np.uint8)
    for wrong in (out[:, :, ::2], out[:, :70], out.astype(np.int16)):
        with pytest.raises(ValueError, match="contiguous uint8"):
            paint_rows(pool, np.array([0]), wrong)
        with pytest.raises(ValueError, match="contiguous uint8"):
            paint_into(page_of(FLAT_LIGHT, 1).program(), wrong[0])
    for number in (-1, 1):
        with pytest.raises(IndexError, match="pool of 1"):
            paint_rows(pool, np.array([number]), out)
    paint_rows(pool, np.zeros(0, np.int64), np.zeros((0, 80, 120, 3), np.uint8))
    for corner in ((1, 0), (0, -1)):
        with pytest.raises(ValueError, match="do not fit"):
            paint_rows(pool, np.array([0]), out, corners=np.array([corner]))
    with pytest.raises(ValueError, match="at least one"):
        Programs.of([])
    other = Canvas((5, 5), FLAT_LIGHT).program()
    for programs in ([], [other, page_of(FLAT_LIGHT, 1).program()]):
        with pytest.raises(ValueError, match="one size"):
            paint(programs)
