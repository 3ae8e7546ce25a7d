"""Pictures for people, and the agent's own last answer drawn for it to see."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont
from torch import Tensor

from vgym.core import raster
from vgym.core.place_types import PlaceState
from vgym.core.raster import DrawList, SpriteBank
from vgym.core.text import wrapped

TRUTH, ANSWER = (40, 190, 90), (250, 170, 20)
_INK, _PAPER = (20, 20, 20), (250, 250, 248)
CAPTION = 44  # pixels of height below the picture


def draw_answers(images: Tensor, state: PlaceState, rows: Tensor, points: bool) -> None:
    """Outline the last answer of each row: boxes as they are, points as a small ring."""
    boxes = state.answer[rows]
    if points:
        boxes = boxes + boxes.new_tensor([-3.0, -3.0, 3.0, 3.0])
    shown = state.answer_mask[rows] & (state.attempt[rows] > 0)[:, None]
    draws = DrawList.empty(boxes.shape[0], boxes.shape[1], images.device)
    where = torch.nonzero(shown, as_tuple=True)
    if len(where[0]) == 0:
        return
    thickness = max(1.0, min(images.shape[1:3]) / 128)
    draws.put_outlines(where, boxes[shown], thickness, ANSWER)
    every = torch.arange(len(rows), device=images.device)
    raster.draw(images, _no_sprites(str(images.device)), draws, every, rows)


def portrait(
    image: NDArray[np.uint8],
    phrase: str,
    truth: NDArray[np.float32],
    answer: NDArray[np.float32] | None,
) -> NDArray[np.uint8]:
    """The picture with truth (green) and answer (orange), the phrase written below.

    Args:
        image: (H, W, 3).
        phrase: the instruction.
        truth: (k, 4) boxes.
        answer: (m, 4) boxes, or None before the first answer; a box of no area is a point.

    Returns:
        (H + CAPTION, W, 3) uint8.
    """
    height, width = image.shape[:2]
    canvas = Image.new("RGB", (width, height + CAPTION), _PAPER)
    canvas.paste(Image.fromarray(image))
    pen = ImageDraw.Draw(canvas)
    for box in truth.tolist():
        pen.rectangle(box, outline=TRUTH, width=2)
    for x0, y0, x1, y1 in [] if answer is None else answer.tolist():
        if x1 - x0 < 1 and y1 - y0 < 1:
            pen.ellipse((x0 - 4, y0 - 4, x1 + 4, y1 + 4), outline=ANSWER, width=2)
        else:
            pen.rectangle((x0, y0, x1, y1), outline=ANSWER, width=2)
    pen.rectangle((0, height, width, height + CAPTION), fill=_PAPER)
    font = ImageFont.load_default(12)
    for i, line in enumerate(wrapped(phrase[:400], width - 8, font.getlength)[:3]):
        pen.text((4, height + 2 + 14 * i), line, _INK, font=font)
    return np.asarray(canvas)


@lru_cache(maxsize=4)
def _no_sprites(device: str) -> SpriteBank:
    return SpriteBank.from_rgba(np.zeros((1, 8, 8, 4), np.uint8)).to(device)
