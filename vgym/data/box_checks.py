"""The boxes of a record: four finite numbers each, and inside their picture."""

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vgym.data.errors import RecordProblem, shown

MAX_BOXES = 64
# Annotation tools round outwards: a box may stick out this far, and is then clipped.
EDGE_SLACK_PX = 1.0

FEW = 0.1  # the share of a file's boxes that may be slips

Numbers = tuple[float, float, float, float]


def box_numbers(value: object) -> list[Numbers]:
    """The numbers of a record's boxes, in whatever convention.

    Raises:
        RecordProblem: For anything but a list of at most 64 lists of four finite numbers.
    """
    if not isinstance(value, list | tuple):
        raise RecordProblem(
            "bad boxes", f"boxes must be a list of four numbers, got {shown(value)}"
        )
    if len(value) > MAX_BOXES:
        raise RecordProblem("bad boxes", f"{len(value)} boxes, more than {MAX_BOXES}")
    return [_numbers(box) for box in value]


def boxes_inside(
    corners: Sequence[Sequence[float]],
    size_hw: tuple[int, int],
    image: Path,
    slack: float = EDGE_SLACK_PX,
) -> NDArray[np.float32]:
    """A record's boxes, clipped to the picture.

    Args:
        corners: (x0, y0, x1, y1) of each, pixels.
        size_hw: (height, width) of the upright picture.
        image: The picture, for messages.
        slack: How far a box of which a part is inside may stick out, pixels.

    Returns:
        (K, 4) float32 xyxy, read-only; (0, 4) for none.

    Raises:
        RecordProblem: For a box that is inverted, has no area, or lies outside.
    """
    boxes = np.asarray(
        [_inside(box, size_hw, image, slack) for box in corners], dtype=np.float32
    ).reshape(-1, 4)
    boxes.flags.writeable = False
    return boxes


def misfits(corners: NDArray[np.float64], sizes_hw: NDArray[np.float64]) -> int:
    """How many boxes stick out of their picture, or are under a pixel wide or high.

    Args:
        corners: (N, 4) xyxy, pixels. sizes_hw: (N, 2) of each one's picture.
    """
    low, high = corners[:, :2], corners[:, 2:]
    # Numbers near the largest float become infinite as pixels, and their difference no number.
    with np.errstate(invalid="ignore", over="ignore"):
        beyond = np.maximum(-low, high - sizes_hw[:, ::-1])
        fits = (beyond <= EDGE_SLACK_PX) & (high - low >= 1)
    return int((~fits).any(axis=1).sum())


def specks(corners: NDArray[np.float64]) -> int:
    """How many boxes (N, 4) xyxy have an area, but are under a pixel wide or high."""
    with np.errstate(invalid="ignore", over="ignore"):
        sides = corners[:, 2:] - corners[:, :2]
    return int(((sides > 0).all(axis=1) & (sides < 1).any(axis=1)).sum())


def _inside(box: Sequence[float], size_hw: tuple[int, int], image: Path, slack: float) -> Numbers:
    x0, y0, x1, y1 = box
    height, width = size_hw
    if x1 < x0 or y1 < y0:
        raise _problem("inverted box", box, "is inverted; write it as x0, y0, x1, y1")
    if x1 == x0 or y1 == y0:
        raise _problem("empty box", box, "has no area")
    overhang = max(-x0, -y0, x1 - width, y1 - height)
    clipped = (max(x0, 0.0), max(y0, 0.0), min(x1, float(width)), min(y1, float(height)))
    if all(map(math.isfinite, box)) and overhang <= slack:
        kept = np.asarray(clipped, dtype=np.float32)
        if kept[0] < kept[2] and kept[1] < kept[3]:
            return clipped
    raise _problem(
        "box outside image", box, f"lies outside the {width}x{height} image {image.name}"
    )


def _problem(reason: str, box: Sequence[float], what: str) -> RecordProblem:
    x0, y0, x1, y1 = box
    return RecordProblem(reason, f"box ({x0:g}, {y0:g}, {x1:g}, {y1:g}) {what}")


def _numbers(value: object) -> Numbers:
    if not isinstance(value, list | tuple) or len(value) != 4:
        raise RecordProblem("bad boxes", f"a box must be four numbers, got {shown(value)}")
    first, second, third, fourth = (_finite(number, value) for number in value)
    return first, second, third, fourth


def finite_number(value: object) -> float | None:
    """A number of somebody's file as a float; None for what is none, or too large for one.

    >>> [finite_number(value) for value in (3, True, "3", 10**400)]
    [3.0, None, None, None]
    """
    if not isinstance(value, int | float) or isinstance(value, bool):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def _finite(value: object, box: object) -> float:
    number = finite_number(value)
    if number is not None:
        return number
    raise RecordProblem("bad boxes", f"a box must be four finite numbers, got {shown(box)}")
