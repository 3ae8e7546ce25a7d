"""The chart: two hemispheres side by side, by Lambert's azimuthal equal-area projection.

Every chart is turned its own way, so nothing about where things are can be learnt by heart. As on
charts of the sky, and unlike on maps, it is seen from within: with north up, east is left. Along
the rim the projection stretches by 1.41 and narrows as much across; questions stay away from it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vgym.compiled import compiled
from vgym.core.keys import stream, uniform

HEIGHT, WIDTH = 8192, 16384
RIM = 4000.0  # px: the radius of a hemisphere
MIDDLE = 4096.0  # px: of both down, of the first across
SCALE = RIM / 2**0.5  # px a radian, in the middle
_TURN = stream("turn")


@compiled
def turned(picture: np.uint64) -> NDArray[np.float64]:
    """(3, 3) a chart's right, up and front in equatorial axes; uniform over all rotations.

    By Shoemake, "Uniform random rotations" (Graphics Gems III, 1992).
    """
    a, b, c = uniform(picture, _TURN, 0), uniform(picture, _TURN, 1), uniform(picture, _TURN, 2)
    p, q = np.sqrt(1 - a), np.sqrt(a)
    x, y = p * np.sin(2 * np.pi * b), p * np.cos(2 * np.pi * b)
    z, w = q * np.sin(2 * np.pi * c), q * np.cos(2 * np.pi * c)
    turn = np.empty((3, 3))
    # Right is front x up, as seen from within: the first row of a rotation, reversed.
    turn[0] = (-(1 - 2 * (y * y + z * z)), -(2 * (x * y - z * w)), -(2 * (x * z + y * w)))
    turn[1] = (2 * (x * y + z * w), 1 - 2 * (x * x + z * z), 2 * (y * z - x * w))
    turn[2] = (2 * (x * z - y * w), 2 * (y * z + x * w), 1 - 2 * (x * x + y * y))
    return turn


@compiled
def along(row: NDArray[np.float64], place: NDArray[np.float64]) -> float:
    """The product of two vectors (3,)."""
    return float(row[0] * place[0] + row[1] * place[1] + row[2] * place[2])


@compiled
def charted(
    turn: NDArray[np.float64], place: NDArray[np.float64], front: bool
) -> tuple[float, float]:
    """Where a direction is on the hemisphere, px; a little beyond its rim too."""
    side = 1.0 if front else -1.0
    k = SCALE * np.sqrt(2 / (1 + side * along(turn[2], place)))
    across = MIDDLE if front else WIDTH - MIDDLE
    return across + side * k * along(turn[0], place), MIDDLE - k * along(turn[1], place)


@compiled
def is_front(turn: NDArray[np.float64], place: NDArray[np.float64]) -> bool:
    """Whether a direction is on the first hemisphere."""
    return along(turn[2], place) >= 0


@compiled
def from_middle(x: float, y: float) -> float:
    """How far a point is from the middle of the nearer hemisphere, px."""
    across = MIDDLE if x < WIDTH / 2 else WIDTH - MIDDLE
    return float(np.hypot(x - across, y - MIDDLE))


@compiled
def direction(turn: NDArray[np.float64], x: float, y: float) -> tuple[float, float, float]:
    """The direction of a point of the chart; beyond the rims it goes on."""
    front = x < WIDTH / 2
    u = (x - (MIDDLE if front else WIDTH - MIDDLE)) / SCALE
    v = (MIDDLE - y) / SCALE
    square = min(u * u + v * v, 4.0)
    k, z = np.sqrt(1 - square / 4), 1 - square / 2
    side = 1.0 if front else -1.0
    u, v, z = side * u * k, v * k, side * z
    return (
        u * turn[0, 0] + v * turn[1, 0] + z * turn[2, 0],
        u * turn[0, 1] + v * turn[1, 1] + z * turn[2, 1],
        u * turn[0, 2] + v * turn[1, 2] + z * turn[2, 2],
    )
