"""Where a shown pixel lies in its picture: one affine map each for the tile and the crop."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray


class Frame(NamedTuple):
    """A rectangle of the ground, shown at some size.

    Attributes:
        middle: (2,) x, y in pixels of the picture.
        size: (2,) width and height, pixels along the picture's columns.
        turn: (2,) cosine and sine of how far it is turned, clockwise as shown.
        stretch: pixels along a row of the picture to one along a column of the same length.
    """

    middle: NDArray[np.float64]
    size: NDArray[np.float64]
    turn: NDArray[np.float64]
    stretch: float

    def ahead(self, size_hw: tuple[int, int]) -> NDArray[np.float64]:
        """(2, 3) from pixels shown at a size, and 1, to those of the picture."""
        cos, sin = self.turn
        across, down = self.size / size_hw[::-1]
        axes = np.array([[cos * across, -sin * down], [sin * across, cos * down]])
        axes[0] *= self.stretch
        start = self.middle - axes @ (np.array(size_hw[::-1]) / 2)
        return np.concatenate((axes, start[:, None]), 1)

    def bounds(self) -> NDArray[np.float64]:
        """(4,) xyxy, pixels of the picture: the upright box about it."""
        cos, sin = np.abs(self.turn)
        width, height = self.size
        half = np.array([(cos * width + sin * height) * self.stretch, sin * width + cos * height])
        return np.concatenate((self.middle - half / 2, self.middle + half / 2))

    def pixel(self, size_hw: tuple[int, int]) -> float:
        """How many pixels along the picture's columns a shown one is wide, or high if that is more;
        of frames of the shape of what is shown both are the same."""
        return float((self.size / size_hw[::-1]).max())


UPRIGHT = np.array([1.0, 0.0])
