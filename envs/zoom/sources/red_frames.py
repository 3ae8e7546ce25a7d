"""A red frame in views of a whole, about what is asked for: as thick at every scale."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

FRAME_COLOUR = (235, 20, 35)
FRAME_PX = 2  # of the shown picture, outside of what it frames

Places = NDArray[np.float64]  # (..., 2) or (..., 4), pixels


def shown_box(box: Places, window: Places, image: NDArray[np.uint8]) -> list[int]:
    """The pixels x0, y0, x1, y1 of an image at which a box of the whole begins and ends."""
    scale = np.array(image.shape[1::-1]) / (window[2:] - window[:2])
    place = np.floor((box.reshape(2, 2) - window[:2]) * scale + 0.5)
    found: list[int] = np.clip(place, -(2**30), 2**30).astype(int).reshape(-1).tolist()
    return found


def draw_frame(frame: Places, window: Places, image: NDArray[np.uint8]) -> None:
    """Draw a red line about a box (4,) of the whole, as thick at every scale."""
    x0, y0, x1, y1 = shown_box(frame, window, image)
    t = FRAME_PX
    for top, bottom, left, right in (
        (y0 - t, y0, x0 - t, x1 + t),
        (y1, y1 + t, x0 - t, x1 + t),
        (y0 - t, y1 + t, x0 - t, x0),
        (y0 - t, y1 + t, x1, x1 + t),
    ):
        image[max(top, 0) : max(bottom, 0), max(left, 0) : max(right, 0)] = FRAME_COLOUR
