"""Sheets of pictures for the README and the documents, with words that can be read on GitHub."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from vgym.core.captions import INK, PAPER
from vgym.core.text import wrapped

SHOWN = 838  # pixels: GitHub shows no picture of a README wider than this
CAPTION = 14  # pixels of a caption's letters there
GAP = 6  # pixels between pictures there


def caption_size(width: int) -> int:
    """The size of letters in a sheet of that width which are ``CAPTION`` high when it is shown."""
    return max(CAPTION, -(-CAPTION * width // SHOWN))


def sheet(
    frames: Sequence[NDArray[np.uint8]],
    columns: int,
    captions: Sequence[str] = (),
    width: int = SHOWN,
) -> NDArray[np.uint8]:
    """Pictures in reading order, each with its words below.

    Args:
        frames: (h, w, 3) uint8 each.
        columns: pictures a row.
        captions: one each, or none.
        width: pixels of the sheet. Pictures are made as wide as a column, all by one factor.

    Returns:
        (H, width, 3) uint8.
    """
    size = caption_size(width)
    gap = GAP * max(width, SHOWN) // SHOWN
    cell = (width - gap * (columns - 1)) // columns
    scale = cell / max(frame.shape[1] for frame in frames)
    pictures = [_scaled(frame, scale) for frame in frames]
    font = ImageFont.load_default(size)
    words = [wrapped(text, cell - size, font.getlength) for text in captions] or [[]] * len(frames)
    line = round(1.3 * size)
    rows = [range(i, min(i + columns, len(frames))) for i in range(0, len(frames), columns)]
    pictures_h = [max(pictures[i].height for i in row) for row in rows]
    words_h = [line * max(len(words[i]) for i in row) + gap for row in rows]
    canvas = Image.new("RGB", (width, sum(pictures_h) + sum(words_h)), PAPER)
    pen = ImageDraw.Draw(canvas)
    y = 0
    for row, picture_h, word_h in zip(rows, pictures_h, words_h, strict=True):
        for column, i in enumerate(row):
            x = column * (cell + gap)
            canvas.paste(pictures[i], (x, y))
            for n, text in enumerate(words[i]):
                pen.text((x + size // 3, y + picture_h + n * line), text, INK, font=font)
        y += picture_h + word_h
    return np.asarray(canvas)


def _scaled(frame: NDArray[np.uint8], scale: float) -> Image.Image:
    picture = Image.fromarray(frame)
    size = (round(picture.width * scale), round(picture.height * scale))
    return picture if scale == 1 else picture.resize(size, Image.Resampling.LANCZOS)
