"""Pictures with words, for people."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from vgym.core.text import wrapped

INK, GREY, PAPER = (20, 20, 20), (95, 95, 100), (250, 250, 248)
LINE = 18  # pixels a line of words
HEAD = 3 * LINE + 6  # pixels of height above the picture


def captioned(
    image: NDArray[np.uint8], caption: str, lines: Sequence[str] = ()
) -> NDArray[np.uint8]:
    """A picture with words above it and facts below it.

    Args:
        image: (h, w, 3) uint8.
        caption: at most three lines are shown.
        lines: below.

    Returns:
        (H, w, 3) uint8; H does not depend on the words.
    """
    height, width = image.shape[:2]
    head, foot = HEAD, LINE * len(lines) + 6
    canvas = Image.new("RGB", (width, head + height + foot), PAPER)
    canvas.paste(Image.fromarray(image), (0, head))
    pen = ImageDraw.Draw(canvas)
    font = ImageFont.load_default(15)
    for n, line in enumerate(wrapped(caption[:600], width - 12, font.getlength)[:3]):
        pen.text((6, 3 + LINE * n), line, INK, font=font)
    for n, line in enumerate(lines):
        pen.text((6, head + height + 3 + LINE * n), line, GREY, font=font)
    return np.asarray(canvas)
