"""A page on a desk: where it lies, its paper, ink and bar numbers are of the picture's key.

Bars are numbered from wherever the key says, so that no words tell a page or a place on one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from vgym.asset_files import picture_asset
from vgym.compiled import compiled
from vgym.core.keys import below, bits, stream, uniform
from vgym.core.shared_sources import shared
from vgym.core.windows import PyramidShelf
from vgym.envs.zoom.sources.scores.signs import HEIGHT, WIDTH

DESK = 4096  # px a side
MOST_FIRST = 400  # what the first bar of a page may be numbered
_TOGETHER = 3  # pages are kept as the channels of one picture
_MARGIN = 100  # px of desk at least beside the page
_PAGES = 64  # a picture's number is a key, but for what tells the page
_DIGIT_HEIGHT, _DIGIT_WIDTH = 26, 17
_NUMBER_RIGHT, _NUMBER_BOTTOM = 8, 26  # px right of a system's beginning, and above its staff
_PLACE, _STYLE, _FIRST = stream("place"), stream("style"), stream("first bar")


def picture_of(keys: NDArray[np.uint64], pages: NDArray[np.int64]) -> NDArray[np.int64]:
    """(k,) the numbers of the pictures of pages laid on desks by keys."""
    rest = keys // np.uint64(_PAGES) * np.uint64(_PAGES)
    return (rest + pages.astype(np.uint64)).view(np.int64)


def page_of(pictures: NDArray[np.int64]) -> NDArray[np.int64]:
    """(k,) the pages of pictures."""
    return (pictures.view(np.uint64) % np.uint64(_PAGES)).astype(np.int64)


@compiled
def placed(pictures: NDArray[np.int64]) -> NDArray[np.int64]:
    """(k, 3) where pages lie on their desks, x and y, and the number of their first bars."""
    found = np.empty((len(pictures), 3), np.int64)
    for i in range(len(pictures)):
        key = bits(np.uint64(pictures[i]), _PLACE, 2)
        found[i, 0] = _MARGIN + below(key, _PLACE, 0, DESK - WIDTH - 2 * _MARGIN + 1)
        found[i, 1] = _MARGIN + below(key, _PLACE, 1, DESK - HEIGHT - 2 * _MARGIN + 1)
        found[i, 2] = 1 + below(key, _FIRST, 0, MOST_FIRST)
    return found


def shelf() -> PyramidShelf:
    """The pages, three in a picture; read as they are asked for."""
    return shared("zoom score pages", lambda: PyramidShelf(_sheet))


def _sheet(number: int) -> NDArray[np.uint8]:
    """(HEIGHT, WIDTH, 3) pages of ink on white."""
    pages = range(_TOGETHER * number, _TOGETHER * (number + 1))
    pictures = [picture_asset(f"zoom/scores/page{page:02}.webp", "L") for page in pages]
    return np.stack([np.asarray(picture) for picture in pictures], -1)


def digits() -> NDArray[np.uint8]:
    """(10, h, w) masks of the digits of bar numbers."""
    font = ImageFont.load_default(29)
    masks = np.zeros((10, _DIGIT_HEIGHT, _DIGIT_WIDTH), np.uint8)
    for digit, mask in enumerate(masks):
        canvas = Image.new("L", (_DIGIT_WIDTH, _DIGIT_HEIGHT))
        middle = (_DIGIT_WIDTH / 2, _DIGIT_HEIGHT / 2)
        ImageDraw.Draw(canvas).text(middle, str(digit), 255, font=font, anchor="mm")
        mask[:] = np.asarray(canvas)
    return masks


def paint_page(
    pyramids: PyramidShelf,
    picture: np.int64,
    window: NDArray[np.float64],
    systems: NDArray[np.int64],
    masks: NDArray[np.uint8],
    image: NDArray[np.uint8],
) -> None:
    """Paint a window (4,) of a desk.

    Args:
        systems: (m, 3) of the page: first bar, where the first staff begins.
        masks: `digits()`.
        image: (h, w, 3), written.
    """
    page = int(page_of(np.array([picture]))[0])
    pyramid = pyramids[page // _TOGETHER]
    assert pyramid is not None
    x, y, first = placed(np.array([picture]))[0]
    on_page = window - np.array([x, y, x, y])
    pyramid.paint(on_page, image)
    _finish(image, page % _TOGETHER, np.uint64(picture), on_page, systems, first, masks)


@compiled
def _finish(
    image: NDArray[np.uint8],
    channel: int,
    picture: np.uint64,
    window: NDArray[np.float64],
    systems: NDArray[np.int64],
    first: int,
    masks: NDArray[np.uint8],
) -> None:
    """The page that is asked for, with its bar numbers, in paper and ink, on the desk."""
    height, width = image.shape[:2]
    key = bits(picture, _STYLE, 0)
    x0, y0, scale = window[0], window[1], (window[2] - window[0]) / width
    grey = image[:, :, channel].copy()
    for system in systems:
        _number(grey, x0, y0, scale, system[1], system[2], system[0] + first, masks)
    light = 232 + 23 * uniform(key, _STYLE, 1)
    yellow = uniform(key, _STYLE, 2)
    paper = (light, light - 2 - 8 * yellow, light - 4 - 30 * yellow)
    dark = 50 * uniform(key, _STYLE, 3)
    ink = (dark, dark * uniform(key, _STYLE, 4), dark * uniform(key, _STYLE, 5))
    tone = 60 + 110 * uniform(key, _STYLE, 6)
    warm = uniform(key, _STYLE, 7)
    desk = (tone * (0.8 + 0.2 * warm), tone * (0.75 + 0.1 * warm), tone * (0.9 - 0.35 * warm))
    table = np.empty((256, 3), np.uint8)
    for g in range(256):
        for c in range(3):
            table[g, c] = np.uint8(ink[c] + (paper[c] - ink[c]) * g / 255 + 0.5)
    for row in range(height):
        top = y0 + row * scale
        down = _overlap(top, top + scale, HEIGHT) / scale
        for column in range(width):
            left = x0 + column * scale
            on = down * _overlap(left, left + scale, WIDTH) / scale
            for c in range(3):
                shown = table[grey[row, column], c]
                if on < 1:
                    shown = np.uint8(desk[c] + (shown - desk[c]) * on + 0.5)
                image[row, column, c] = shown


@compiled
def _overlap(start: float, end: float, most: float) -> float:
    return max(min(end, most) - max(start, 0.0), 0.0)


@compiled
def _number(
    grey: NDArray[np.uint8],
    x0: float,
    y0: float,
    scale: float,
    x: int,
    y: int,
    number: int,
    masks: NDArray[np.uint8],
) -> None:
    """A number that ends at a system's beginning, its digits averaged over the pixels shown."""
    high, wide = masks.shape[1:]
    right, top = x + _NUMBER_RIGHT, y - _NUMBER_BOTTOM - high
    taps = min(max(int(np.ceil(scale)), 1), 32)
    while number > 0:
        digit, number = number % 10, number // 10
        left = right - wide
        right = left
        for row in range(
            max(int((top - y0) / scale), 0), min(int((top + high - y0) / scale) + 1, grey.shape[0])
        ):
            for column in range(
                max(int((left - x0) / scale), 0),
                min(int((left + wide - x0) / scale) + 1, grey.shape[1]),
            ):
                total = 0
                for j in range(taps):
                    v = int(np.floor(y0 + (row + (j + 0.5) / taps) * scale - top))
                    if not 0 <= v < high:
                        continue
                    for i in range(taps):
                        u = int(np.floor(x0 + (column + (i + 0.5) / taps) * scale - left))
                        if 0 <= u < wide:
                            total += masks[digit, v, u]
                ink = total / (255 * taps * taps)
                grey[row, column] = np.uint8(grey[row, column] * (1 - ink))
