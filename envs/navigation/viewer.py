"""Pictures for people: both views side by side with the words, and strips of an episode."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from vgym.core.text import wrapped

_INK, _GREY, _PAPER = (20, 20, 20), (95, 95, 100), (250, 250, 248)
_GAP = 8


def portrait(
    first: NDArray[np.uint8],
    top_down: NDArray[np.uint8],
    caption: str,
    lines: Sequence[str],
) -> NDArray[np.uint8]:
    """First person and top down side by side, the instruction above, facts below.

    Args:
        first, top_down: (h, w, 3) uint8 of one height. caption: the instruction. lines: below it.

    Returns:
        (H, W, 3) uint8; H does not depend on the words.
    """
    gap = np.full((first.shape[0], _GAP, 3), _PAPER, np.uint8)
    return captioned(np.concatenate((first, gap, top_down), 1), caption, lines)


def captioned(image: NDArray[np.uint8], caption: str, lines: Sequence[str]) -> NDArray[np.uint8]:
    """A picture with words above it and facts below it.

    Args:
        image: (h, w, 3) uint8. caption: at most three lines are shown. lines: below.

    Returns:
        (H, w, 3) uint8; H does not depend on the words.
    """
    height, width = image.shape[:2]
    head, foot = 3 * 18 + 6, 18 * len(lines) + 6
    canvas = Image.new("RGB", (width, head + height + foot), _PAPER)
    canvas.paste(Image.fromarray(image), (0, head))
    pen = ImageDraw.Draw(canvas)
    font = ImageFont.load_default(15)
    for n, line in enumerate(wrapped(caption[:600], width - 12, font.getlength)[:3]):
        pen.text((6, 3 + 18 * n), line, _INK, font=font)
    for n, line in enumerate(lines):
        pen.text((6, head + height + 3 + 18 * n), line, _GREY, font=font)
    return np.asarray(canvas)


def film_strip(
    frames: Sequence[NDArray[np.uint8]], captions: Sequence[str], columns: int = 6
) -> NDArray[np.uint8]:
    """Frames in reading order, each with a line below it.

    Args:
        frames: (h, w, 3) uint8 each, of one size. captions: one each. columns: frames a row.
    """
    height, width = frames[0].shape[:2]
    cell_h, cell_w = height + 18, width + _GAP
    rows = -(-len(frames) // columns)
    canvas = Image.new("RGB", (columns * cell_w - _GAP, rows * cell_h), _PAPER)
    pen = ImageDraw.Draw(canvas)
    font = ImageFont.load_default(12)
    for n, (frame, caption) in enumerate(zip(frames, captions, strict=True)):
        x, y = n % columns * cell_w, n // columns * cell_h
        canvas.paste(Image.fromarray(frame), (x, y))
        pen.text((x + 2, y + height + 2), caption, _GREY, font=font)
    return np.asarray(canvas)
