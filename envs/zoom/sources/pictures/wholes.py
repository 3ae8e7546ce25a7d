"""Wholes: pictures shifted, turned and mirrored, and windows of them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vgym.core.windows import Pyramid
from vgym.envs.zoom.sources.red_frames import Places, shown_box

BLANK = 28  # the grey of a whole where there is no picture


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
