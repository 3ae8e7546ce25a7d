"""Pages on a desk: which lie there, where, on what paper and in what ink is of a picture's key."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vgym.compiled import compiled
from vgym.core.keys import below, bits, stream, uniform
from vgym.core.windows import PyramidShelf
from vgym.envs.zoom.sources.pages.documents import (
    HEIGHT,
    SMALL_HEIGHT,
    SMALL_WIDTH,
    TOGETHER,
    WIDTH,
)

_PAGES = 256  # a picture's number is a key, but for what tells the page that is asked about
_GAP = 60  # px of desk at least beside a page
_OTHER, _PLACE, _STYLE = stream("other"), stream("place"), stream("style")


@dataclass(frozen=True)
class Desk:
    """Slots in which pages lie, each at any place of its own slot."""

    columns: int
    rows: int
    slot: tuple[int, int]  # px, width and height

    @property
    def pages(self) -> int:
        """How many lie on it."""
        return self.columns * self.rows

    @property
    def size(self) -> tuple[int, int]:
        """Width and height, px."""
        return (self.columns * self.slot[0], self.rows * self.slot[1])


DESKS = (Desk(1, 1, (2304, 2560)), Desk(2, 1, (1600, 2560)), Desk(2, 2, (1600, 2200)))


def desk_at(difficulty: float) -> Desk:
    """One page, two, or four."""
    return DESKS[min(int(difficulty * len(DESKS)), len(DESKS) - 1)]


def picture_of(keys: NDArray[np.uint64], pages: NDArray[np.int64]) -> NDArray[np.int64]:
    """(k,) the numbers of the pictures of desks with those pages on them, by keys."""
    rest = keys // np.uint64(_PAGES) * np.uint64(_PAGES)
    return (rest + pages.astype(np.uint64)).view(np.int64)


def page_of(pictures: NDArray[np.int64]) -> NDArray[np.int64]:
    """(k,) the pages that are asked about."""
    return (pictures.view(np.uint64) % np.uint64(_PAGES)).astype(np.int64)


def laid(pictures: NDArray[np.int64], first: int, count: int, desk: Desk) -> NDArray[np.int64]:
    """(k, n, 3) the pages of desks and where they lie, x and y; the one asked about comes first.

    Args:
        pictures: (k,) their numbers.
        first, count: the pages of the split, from which the others are.
    """
    return np.asarray(
        _laid(pictures, page_of(pictures), first, count, desk.columns, desk.rows, *desk.slot)
    )


@compiled
def _laid(
    pictures: NDArray[np.int64],
    asked: NDArray[np.int64],
    first: int,
    count: int,
    columns: int,
    rows: int,
    wide: int,
    high: int,
) -> NDArray[np.int64]:
    number = columns * rows
    found = np.empty((len(pictures), number, 3), np.int64)
    for i in range(len(pictures)):
        key = bits(np.uint64(pictures[i]), _PLACE, 0)
        turn = below(key, _PLACE, 1, number)
        # The others follow each other in the split at steps that lead round all of it once.
        step = 1 + below(key, _OTHER, 0, max((count - 1) // number, 1))
        for j in range(number):
            slot = (turn + j) % number
            x = _GAP + below(key, _PLACE, 2 + 2 * j, wide - WIDTH - 2 * _GAP + 1)
            y = _GAP + below(key, _PLACE, 3 + 2 * j, high - HEIGHT - 2 * _GAP + 1)
            found[i, j, 0] = first + (asked[i] - first + j * step) % count
            found[i, j, 1] = slot % columns * wide + x
            found[i, j, 2] = slot // columns * high + y
    return found


def paint_desk(
    pyramids: PyramidShelf,
    picture: int,
    pages: NDArray[np.int64],
    window: NDArray[np.float64],
    image: NDArray[np.uint8],
    *,
    small: PyramidShelf | None = None,
) -> None:
    """Paint a window (4,) of a desk in an image (h, w, 3).

    Args:
        pyramids: `shelf()`.
        picture: its number.
        pages: (n, 3) what lies on it: pages, x, y.
        small: `small_shelf()`, for windows in which pages are smaller still; without it they are
            painted from whole pages too.
    """
    paper, desk = _colours(picture)
    _fill(image, desk)
    height, width = image.shape[:2]
    scale = (window[2:] - window[:2]) / (width, height)
    shrunk = np.ones(2)
    if small is not None and scale[0] * SMALL_WIDTH >= WIDTH:
        pyramids, shrunk = small, np.array([WIDTH / SMALL_WIDTH, HEIGHT / SMALL_HEIGHT])
    corner, extent = pages[:, 1:], (WIDTH, HEIGHT)
    seen = (corner < window[2:]).all(1) & (corner + extent > window[:2]).all(1)
    for page, x, y in pages[seen].tolist():
        place = np.array([[x, y], [x + WIDTH, y + HEIGHT]])
        edge = np.floor((place - window[:2]) / scale + 0.5)
        x0, y0, x1, y1 = np.clip(edge, 0, (width, height)).astype(int).reshape(-1).tolist()
        if x0 >= x1 or y0 >= y1:
            continue
        pyramid = pyramids[page // TOGETHER]
        assert pyramid is not None  # an asset that cannot be read has raised
        start = window[:2] + np.array([x0, y0]) * scale - (x, y)
        part = np.concatenate([start, start + np.array([x1 - x0, y1 - y0]) * scale])
        shown = np.empty((y1 - y0, x1 - x0, TOGETHER), np.uint8)
        pyramid.paint(part / np.tile(shrunk, 2), shown)
        _print(shown, page % TOGETHER, paper, x0, y0, image)


@compiled
def _fill(image: NDArray[np.uint8], colour: NDArray[np.uint8]) -> None:
    for row in range(image.shape[0]):
        for column in range(image.shape[1]):
            for c in range(3):
                image[row, column, c] = colour[c]


@compiled
def _print(
    shown: NDArray[np.uint8],
    channel: int,
    paper: NDArray[np.uint8],
    left: int,
    top: int,
    image: NDArray[np.uint8],
) -> None:
    """One of the pages of a sheet, in the colours of its greys, from a corner of an image on."""
    for row in range(shown.shape[0]):
        for column in range(shown.shape[1]):
            grey = shown[row, column, channel]
            for c in range(3):
                image[top + row, left + column, c] = paper[grey, c]


def _colours(picture: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """(256, 3) what ink on paper looks like at every grey, and (3,) the desk."""
    key = np.uint64(bits(np.uint64(picture % 2**64), _STYLE, 0))
    draws = [uniform(key, _STYLE, k) for k in range(1, 8)]
    light, dark, tone = 236 + 19 * draws[0], 40 * draws[1], 60 + 110 * draws[2]
    white = np.array([light, light - 1 - 5 * draws[3], light - 2 - 18 * draws[3]])
    ink = dark * np.array([1.0, draws[4], draws[5]])
    warm = draws[6]
    desk = tone * np.array([0.8 + 0.2 * warm, 0.75 + 0.1 * warm, 0.9 - 0.35 * warm])
    paper = ink + (white - ink) * np.arange(256)[:, None] / 255
    return (paper + 0.5).astype(np.uint8), (desk + 0.5).astype(np.uint8)
