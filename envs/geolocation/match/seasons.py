"""Other seasons, hours and sensors: how colours of the ground are changed, by how much is asked."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# Of each: red, green, blue and 1 (of 255 levels) that red, green and blue are made of.
SEASONS: dict[str, NDArray[np.float64]] = {
    "autumn": np.array(
        [[0.80, 0.45, 0.00, 6], [0.20, 0.70, 0.00, 0], [0.10, 0.20, 0.50, 0]], np.float64
    ),
    "dry": np.array(
        [[0.90, 0.35, 0.00, 14], [0.25, 0.85, 0.00, 8], [0.15, 0.30, 0.50, 0]], np.float64
    ),
    "winter": np.array(
        [[0.50, 0.30, 0.00, 36], [0.25, 0.55, 0.00, 42], [0.20, 0.25, 0.35, 54]], np.float64
    ),
    "dusk": np.array(
        [[0.95, 0.10, 0.05, 14], [0.05, 0.70, 0.05, 4], [0.05, 0.15, 0.70, 26]], np.float64
    ),
    "haze": np.array(
        [[0.52, 0.05, 0.05, 76], [0.05, 0.52, 0.05, 82], [0.05, 0.05, 0.50, 92]], np.float64
    ),
    "infrared": np.array(
        [[-0.25, 1.45, 0.00, 0], [0.85, 0.00, 0.00, 0], [0.00, 0.80, 0.10, 0]], np.float64
    ),
    "grey": np.array(
        [[0.30, 0.59, 0.11, 0], [0.30, 0.59, 0.11, 0], [0.30, 0.59, 0.11, 0]], np.float64
    ),
}
NAMES = tuple(SEASONS)
_AS_IT_IS = np.eye(3, 4)


def tint(season: int, strength: float) -> NDArray[np.float32]:
    """(3, 4) colours of a season, by its number of `NAMES`, mixed with those there are.

    >>> tint(0, 0.0).tolist()[0]
    [1.0, 0.0, 0.0, 0.0]
    """
    mixed = _AS_IT_IS + (SEASONS[NAMES[season]] - _AS_IT_IS) * strength
    return mixed.astype(np.float32)
