"""Whether boxes are written in the convention they are read in: counted over a whole file.

One box that sticks out of its picture is a slip; when most do, or are under a pixel, the file is
written otherwise: fractions, thousandths, corners for corner and size. Nothing is read otherwise on
that account: the likely convention is named, and asked for by ``convention=``.
"""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray

from vgym.data.box_checks import FEW, misfits
from vgym.geometry.conventions import Convention, convention_alternatives


@dataclass(frozen=True)
class Fit:
    """How the boxes of a file fit the convention they are read in.

    Attributes:
        boxes: how many there are.
        misfits: those that stick out of their picture or are under a pixel wide or high.
        likely: the convention that nearly all fit, if more than a few do not fit their own.
    """

    boxes: int
    misfits: int
    likely: Convention | None

    @property
    def refused(self) -> bool:
        """Whether most boxes do not fit, and another convention has nearly all of them fit."""
        return self.likely is not None and 2 * self.misfits > self.boxes

    def __str__(self) -> str:
        said = (
            f"{self.misfits} of {self.boxes} boxes stick out of their picture or are under a pixel"
        )
        if self.likely is None:
            return said
        return f"{said}; as {spelled(self.likely)} nearly all would fit"


def declared_convention(convention: "str | Convention | None", own: str) -> Convention:
    """The convention that boxes are read in: the one asked for, or the format's own.

    Raises:
        ValueError: an unknown convention, or one with a rule for edges, which boxes alone lack.
    """
    asked = Convention.parse(own if convention is None else convention)
    if asked.boundary != "inclusive":
        raise ValueError(
            f"convention {str(asked)!r}: whether edges belong to a data set's boxes is not part of "
            f"how they are written; leave {asked.boundary!r} out"
        )
    return asked


def spelled(convention: Convention) -> str:
    """Frame and order in full, ``"pixels/xyxy"``."""
    return f"{convention.frame}/{convention.order}"


def in_pixels(
    numbers: NDArray[np.float64], sizes_hw: NDArray[np.float64], convention: Convention
) -> NDArray[np.float64]:
    """Boxes (N, 4) of pictures of the sizes (N, 2) as xyxy, pixels."""
    boxes, sizes = torch.from_numpy(numbers), torch.from_numpy(sizes_hw)
    return convention.to_pixels(boxes, sizes, "box").numpy()


def fit(numbers: NDArray[np.float64], sizes_hw: NDArray[np.float64], declared: Convention) -> Fit:
    """How boxes fit the convention they are read in, and which one they would fit better.

    Args:
        numbers: (N, 4), as written.
        sizes_hw: (N, 2) of each box's picture, pixels.
        declared: what they are read in.
    """
    count = len(numbers)
    wrong = misfits(in_pixels(numbers, sizes_hw, declared), sizes_hw)
    if wrong <= FEW * count:
        return Fit(count, wrong, None)
    fitting = []
    for rank, other in enumerate(convention_alternatives("box")):
        # Thousandths fit nearly any picture: one box beside its own is no sign of them, nor are a
        # few of another order.
        weak = wrong < 2 or (2 * wrong <= count and other.order != declared.order)
        if other == declared or (other.frame == "0-1000" and weak):
            continue
        left = misfits(in_pixels(numbers, sizes_hw, other), sizes_hw)
        if left <= FEW * count:
            # Another order is likelier than another frame, which nearly any small numbers fit.
            unlike = other.frame != declared.frame, left, other.order != declared.order, rank
            fitting.append((unlike, other))
    return Fit(count, wrong, min(fitting)[1] if fitting else None)
