"""Parts of a place seen from above, sample by sample; the kernel of `top_down.map_picture`."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from vgym.compiled import compiled
from vgym.envs.navigation.worlds.world import COS, CYLINDER, HALF_X, HALF_Y, SIN, X, Y

_RIM = 0.88  # of the way from the middle of a part to its edge


@compiled
def number_parts(
    samples: NDArray[np.int64],
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    geometry: NDArray[np.float32],
    shape: NDArray[np.int16],
    windows: NDArray[np.int64],
    first: int,
) -> None:
    """Write on each sample the number of the last part that covers it.

    Args:
        samples: (n, n), written: ``first + 2 k`` for part k, and one more on its rim.
        x, y: (n,) metres, of columns and of rows.
        geometry: (k, 8) as in `world.Parts`. shape: (k,).
        windows: (k, 4) columns and rows that a part can lie in: low, high, top, bottom, half-open.
        first: number of the first part.
    """
    for k in range(geometry.shape[0]):
        middle_x, middle_y = float(geometry[k, X]), float(geometry[k, Y])
        cos, sin = float(geometry[k, COS]), float(geometry[k, SIN])
        half_x, half_y = max(geometry[k, HALF_X], 1e-6), max(geometry[k, HALF_Y], 1e-6)
        for row in range(windows[k, 2], windows[k, 3]):
            dy = y[row] - middle_y
            for column in range(windows[k, 0], windows[k, 1]):
                dx = x[column] - middle_x
                if shape[k] == 0:
                    along = abs(dx * cos + dy * sin) / half_x
                    far = max(along, abs(dy * cos - dx * sin) / half_y)
                else:
                    far = math.hypot(dx, dy) / half_x * (1.0 if shape[k] == CYLINDER else 1.2)
                if far <= 1:
                    samples[row, column] = first + 2 * k + (far > _RIM)
