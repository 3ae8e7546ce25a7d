"""Wholes: pictures shifted, turned and mirrored, and windows of them with a red frame in it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vgym.core.windows import Pyramid

FRAME_COLOUR = (235, 20, 35)
FRAME_PX = 2  # of the shown picture, outside of what it frames
BLANK = 28  # the grey of a whole where there is no picture

Places = NDArray[np.float64]  # (..., 2) or (..., 4), pixels


@dataclass(frozen=True)
class Whole:
    """A crop of a picture in one of eight positions; it may reach beyond, and is blank there.

    Attributes:
        corner: x, y of its first corner in the picture.
        size: its width and height there.
        turn: 4 exchanges x and y, then 1 mirrors left and right, 2 up and down; 0 is as it was.
    """

    corner: tuple[float, float]
    size: tuple[float, float]
    turn: int

    @property
    def size_hw(self) -> tuple[float, float]:
        """Height and width, pixels."""
        width, height = self.size
        return (width, height) if self.turn & 4 else (height, width)

    def of_picture(self, boxes: Places) -> Places:
        """Boxes (..., 4) of the picture as boxes of the whole."""
        points = boxes.reshape(*boxes.shape[:-1], 2, 2) - self.corner
        if self.turn & 4:
            points = points[..., ::-1]
        return _boxed(self._mirrored(points))

    def to_picture(self, boxes: Places) -> Places:
        """Boxes (..., 4) of the whole as boxes of the picture."""
        points = self._mirrored(boxes.reshape(*boxes.shape[:-1], 2, 2))
        if self.turn & 4:
            points = points[..., ::-1]
        return _boxed(points + self.corner)

    def direction(self, spot: tuple[float, float]) -> tuple[float, float]:
        """Where a spot of a square, such as (0, 1), comes to lie."""
        x, y = spot[::-1] if self.turn & 4 else spot
        return (1 - x if self.turn & 1 else x, 1 - y if self.turn & 2 else y)

    def paint(self, pyramid: Pyramid, window: Places, image: NDArray[np.uint8]) -> None:
        """Show a window (4,) of the whole in an image (h, w, 3)."""
        there = self.to_picture(window)
        if self.turn:
            height, width = image.shape[:2]
            across = self.turn & 4
            shown = np.empty((width, height, 3) if across else (height, width, 3), np.uint8)
            pyramid.paint(there, shown)
            if across:
                shown = shown.transpose(1, 0, 2)
            image[:] = shown[:: -1 if self.turn & 2 else 1, :: -1 if self.turn & 1 else 1]
        else:
            pyramid.paint(there, image)
        height, width = pyramid.levels[0].shape[:2]
        x0, y0, x1, y1 = shown_box(
            self.of_picture(np.array([0.0, 0, width, height])), window, image
        )
        image[: max(y0, 0)] = image[max(y1, 0) :] = BLANK
        image[:, : max(x0, 0)] = image[:, max(x1, 0) :] = BLANK

    def _mirrored(self, points: Places) -> Places:
        height, width = self.size_hw
        size = np.array([width, height])
        mirrored = np.array([self.turn & 1, self.turn & 2], bool)
        return np.where(mirrored, size - points, points)


def _boxed(points: Places) -> Places:
    """Two opposite corners (..., 2, 2) as a box (..., 4)."""
    return np.concatenate([points.min(-2), points.max(-2)], -1)


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
