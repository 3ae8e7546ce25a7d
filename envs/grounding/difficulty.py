"""Difficulty in numbers: how many objects, how alike, and how they are spoken of."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vgym.envs.grounding.referring.content_selection import KINDS
from vgym.envs.grounding.scenes import MAX_HIDDEN, MAX_OBJECTS, Knobs

SMALLEST_PX = 18.0  # below this a person cannot tell sprites apart
PX_PER_OBJECT = 26.0**2  # how much room an object takes at least

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


def knobs_at(difficulty: float, size_hw: tuple[int, int]) -> Knobs:
    """Difficulty in numbers; small pictures hold fewer objects, so that each can be recognised."""
    height, width = size_hw
    d = difficulty
    room = max(3, int(0.62 * height * width / PX_PER_OBJECT))
    if d == 0:
        fewest, most = 2, 3
    else:
        fewest, most = min(round(3 + 7 * d), room), min(round(5 + 35 * d), room, MAX_OBJECTS)
    return Knobs(
        fewest=fewest,
        most=max(most, fewest),
        fill=0.30 + 0.12 * d,
        spread=0.1 if d == 0 else 0.45,
        smallest=min(SMALLEST_PX, 0.3 * min(size_hw)),
        largest=0.45 * min(size_hw),
        biggest_family=2 + round(4 * d),
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
