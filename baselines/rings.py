"""Where in a picture a thin square frame of a colour stands: four bars of it, about anything."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vgym.core.opencv import cv2

# What the words of colours look like where they are painted plainly.
PLAIN = {
    "white": (240, 240, 240),
    "red": (205, 45, 40),
    "orange": (235, 130, 35),
    "yellow": (240, 205, 50),
    "green": (60, 160, 70),
    "blue": (45, 95, 205),
    "black": (40, 40, 44),
}
SIDES = (6, 7, 8, 10, 12, 14, 17, 20, 24, 29, 35, 42, 50)  # pixels
_AROUND = 15  # pixels whose median is the ground
_NOISE = 20.0  # grey levels: a ground so near to the colour hides it
_EACH = 3  # places kept of each size


@dataclass(frozen=True)
class Rings:
    """Frames that may be there, the likeliest first: n.

    Attributes:
        boxes: (n, 4) float64 xyxy, fractions of the picture.
        score: (n,) float64 up to 1: how much of the least bar has the colour.
        side: (n,) int64 pixels.
    """

    boxes: NDArray[np.float64]
    score: NDArray[np.float64]
    side: NDArray[np.int64]


def find_rings(image: NDArray[np.uint8], colour: str, sides: tuple[int, ...] = SIDES) -> Rings:
    """The likeliest frames of a colour.

    Args:
        image: (H, W, 3) uint8. colour: a key of ``PLAIN``. sides: pixels, those to look for.
    """
    share = _share(image, colour)
    height, width = share.shape
    found: list[tuple[float, int, int, int]] = []
    for side in sides:
        if side >= min(height, width):
            continue
        across = cv2.boxFilter(share, -1, (side, 1), anchor=(0, 0))
        down = cv2.boxFilter(share, -1, (1, side), anchor=(0, 0))
        # A bar may lie a pixel off.
        across = cv2.dilate(across, np.ones((2, 1), np.uint8))
        down = cv2.dilate(down, np.ones((1, 2), np.uint8))
        last = side - 1
        level = np.minimum(across[: height - last, : width - last], across[last:, : width - last])
        upright = np.minimum(down[: height - last, : width - last], down[: height - last, last:])
        least = np.minimum(level, upright)
        for _ in range(_EACH):
            y, x = np.unravel_index(int(least.argmax()), least.shape)
            found.append((float(least[y, x]), int(x), int(y), side))
            least[max(0, y - side) : y + side, max(0, x - side) : x + side] = -1.0
    found.sort(reverse=True)
    rows = np.array(found, np.float64).reshape(-1, 4)
    corner, size = rows[:, 1:3], rows[:, 3:]
    boxes = np.concatenate([corner, corner + size], 1) / (width, height, width, height)
    return Rings(boxes, rows[:, 0], rows[:, 3].astype(np.int64))


def _share(image: NDArray[np.uint8], colour: str) -> NDArray[np.float32]:
    """How much of each pixel is of the colour, as paint over the ground about it: up to 1."""
    ground = cv2.medianBlur(image, _AROUND).astype(np.float32)
    towards = np.array(PLAIN[colour], np.float32) - ground
    apart = image.astype(np.float32) - ground
    length = (towards * towards).sum(2) + _NOISE**2
    along = (apart * towards).sum(2) / length
    beside = apart - along[..., None] * towards
    share: NDArray[np.float32] = np.clip(along, 0, 1) - np.sqrt((beside**2).sum(2) / length)
    return share.astype(np.float32)
