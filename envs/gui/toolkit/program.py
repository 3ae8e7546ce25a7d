"""A drawn page as compact arrays: what is kept of it until it is painted, as often as needed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

# Columns of a command. KIND holds the kind in its low byte and the opacity (0..255) above it.
KIND, X0, Y0, X1, Y1, CLIP, RGB, RGB_END, P, Q = range(10)
COLUMNS = 10

# What a command draws. Boxes are x0, y0, x1, y1 with x1 and y1 outside.
FILL = 0  # box of corner radius P, from RGB at the top to RGB_END at the bottom
RING = 1  # the Q pixels inside the edge of a box of corner radius P
LINE = 2  # from (X0, Y0) to (X1, Y1), P sixteenths of a pixel thick, round ends
TRIANGLE = 3  # corners (X0, Y0), (X1, Y1) and (P, Q)
SHADOW = 4  # outside a box of corner radius P, fading over Q pixels
TEXT = 5  # glyphs P to Q, pen at X0, baseline at Y0, in face X1


@dataclass(frozen=True, eq=False)
class Program:
    """The draw commands of one page, in order.

    Attributes:
        size_hw: height and width, pixels.
        commands: (n, 10) int32; the columns are named in this file.
        clips: (k, 4) int32: rectangles x0, y0, x1, y1 that commands name by number.
        glyphs: (m,) int16: characters of all the texts, as numbered by their face.
        faces: numbers of the faces (font and size) that the texts need.
    """

    size_hw: tuple[int, int]
    commands: NDArray[np.int32]
    clips: NDArray[np.int32]
    glyphs: NDArray[np.int16]
    faces: tuple[int, ...]

    @property
    def nbytes(self) -> int:
        """Memory of the arrays, bytes."""
        return self.commands.nbytes + self.clips.nbytes + self.glyphs.nbytes


def covers_all(program: Program) -> bool:
    """Whether the first command is an opaque fill of everything: no need to clear before."""
    if not len(program.commands):
        return False
    first = program.commands[0]
    height, width = program.size_hw
    box = np.array([0, 0, width, height])
    clip = program.clips[first[CLIP]]
    reaches = (first[[X0, Y0]] <= 0).all() and first[X1] >= width and first[Y1] >= height
    return bool(first[KIND] == 255 << 8 and first[P] == 0 and reaches and (clip == box).all())
