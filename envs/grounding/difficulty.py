"""Difficulty in numbers: how many objects, how alike, and how they are spoken of."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from vgym.envs.grounding.referring.content_selection import KINDS
from vgym.envs.grounding.scenes import MAX_HIDDEN, Knobs

CANVAS_SIDE = 256.0  # scenes are laid out on a canvas of this squared as area, drawn at any size
SMALLEST = 18.0  # of the canvas: below as many pixels a person cannot tell sprites apart

# Weights of the kinds of phrase at difficulty 0, 0.5 and 1 (linear in between).
_WEIGHTS = {
    "category": (1.0, 0.15, 0.03),
    "colour": (0.0, 0.12, 0.05),
    "size": (0.0, 0.10, 0.06),
    "pose": (0.0, 0.10, 0.06),
    "location": (0.0, 0.12, 0.06),
    "relation": (0.0, 0.13, 0.16),
    "ordinal": (0.0, 0.06, 0.13),
    "extreme": (0.0, 0.08, 0.08),
    "distance": (0.0, 0.05, 0.12),
    "exclusion": (0.0, 0.05, 0.12),
    "compound": (0.0, 0.04, 0.13),
}


def canvas_for(size_hw: tuple[int, int]) -> tuple[float, float]:
    """Height and width of what the scenes of a picture are laid out on.

    It has the picture's shape, and the same area whatever the picture's size.

    >>> canvas_for((64, 64)), canvas_for((90, 360))
    ((256.0, 256.0), (128.0, 512.0))
    """
    height, width = size_hw
    return CANVAS_SIDE * math.sqrt(height / width), CANVAS_SIDE * math.sqrt(width / height)


def knobs_at(difficulty: float, canvas_hw: tuple[float, float], many: bool = False) -> Knobs:
    """Difficulty in numbers.

    Args:
        difficulty: 0 to 1.
        canvas_hw: height and width of the canvas, in whose units lengths are.
        many: whether several things may be asked for. At 0 two of four would be too good a guess.
    """
    d, side = difficulty, min(canvas_hw)
    return Knobs(
        fewest=4 if d == 0 else round(3 + 7 * d),
        most=4 + many if d == 0 else round(5 + 35 * d),
        fill=1.0 if d == 0 else 0.30 + 0.12 * d,  # at 0 each is as large as it may be
        spread=0.1 if d == 0 else 0.45,
        smallest=min(SMALLEST, 0.3 * side),
        largest=0.45 * side,
        biggest_family=3 + round(3 * d),
        lone=1.0 if d == 0 else max(0.1, 0.9 - 1.6 * d),
        tinted=0.0 if d == 0 else 0.25 + 0.35 * d,
        turned=0.5 * d,
        alike=0.6 * d,
        hidden=min(MAX_HIDDEN, 0.05 + 0.45 * d),
        plain=d == 0,
    )


def weights_at(difficulty: float) -> NDArray[np.float64]:
    """How likely each kind of phrase is, in the order of KINDS."""
    table = np.array([_WEIGHTS[kind] for kind in KINDS])
    return np.array([np.interp(difficulty, (0.0, 0.5, 1.0), row) for row in table])
