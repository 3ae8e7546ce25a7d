"""Pictures for people: both views side by side with the words, and strips of an episode."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from vgym.core.captions import GREY, PAPER, captioned

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
    gap = np.full((first.shape[0], _GAP, 3), PAPER, np.uint8)
    return captioned(np.concatenate((first, gap, top_down), 1), caption, lines)


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
    canvas = Image.new("RGB", (columns * cell_w - _GAP, rows * cell_h), PAPER)
    pen = ImageDraw.Draw(canvas)
    font = ImageFont.load_default(12)
    for n, (frame, caption) in enumerate(zip(frames, captions, strict=True)):
        x, y = n % columns * cell_w, n // columns * cell_h
        canvas.paste(Image.fromarray(frame), (x, y))
        pen.text((x + 2, y + height + 2), caption, GREY, font=font)
    return np.asarray(canvas)
