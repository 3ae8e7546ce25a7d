"""Paint programs into pictures: solid spans, round corners by 4x4 samples, blits of 8-bit glyphs.

All arithmetic is in whole numbers, so a program gives the same picture on every machine. Colours
are blended per channel as (old * (255 - a) + new * a) / 255, rounded to the nearest. Coverage at
an edge is the share of a pixel's 4x4 samples, at its odd eighths, that lie inside the shape.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vgym.envs.gui.toolkit.glyphs import atlas_with
from vgym.envs.gui.toolkit.kernels import paint_kernel
from vgym.envs.gui.toolkit.program import Program, covers_all


def paint(programs: Sequence[Program]) -> NDArray[np.uint8]:
    """Paint programs of one size.

    Returns:
        (n, height, width, 3) pictures; what no command covers is black.

    Raises:
        ValueError: no programs, or programs of several sizes.
    """
    sizes = {program.size_hw for program in programs}
    if len(sizes) != 1:
        raise ValueError(f"paint needs programs of one size; got sizes {sorted(sizes)}")
    images = np.empty((len(programs), *sizes.pop(), 3), np.uint8)
    for program, image in zip(programs, images, strict=True):
        paint_into(program, image)
    return images


def paint_into(program: Program, image: NDArray[np.uint8]) -> None:
    """Paint a program over a whole picture.

    Args:
        program: what to paint.
        image: (height, width, 3), contiguous; overwritten.

    Raises:
        ValueError: the picture has another shape or type than the program needs.
    """
    height, width = program.size_hw
    fits = image.shape == (height, width, 3) and image.dtype == np.uint8
    if not (fits and image.flags.c_contiguous):
        raise ValueError(
            f"paint_into: a program of size_hw {program.size_hw} needs a contiguous uint8 picture "
            f"of shape {(height, width, 3)}, not {image.dtype} {image.shape}"
        )
    if not covers_all(program):
        image[...] = 0
    atlas = atlas_with(program.faces)
    paint_kernel(
        image.reshape(-1),
        width,
        program.commands,
        program.clips,
        program.glyphs,
        atlas.coverage,
        atlas.glyphs,
        atlas.slots,
    )
