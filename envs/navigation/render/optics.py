"""How pictures from within are seen and lit: constants and the arithmetic of one number."""

import math
from typing import Any

import numpy as np

from vgym.compiled import compiled
from vgym.envs.navigation.worlds.world import CEILING, CELL

F = np.float32
ZERO, HALF, ONE = F(0), F(0.5), F(1)
NEAR = F(1e-3)  # metres of depth; nothing nearer is drawn
TINY = F(1e-9)  # least size of a divisor
FAR = F(1e9)
DIM = F(0.75)  # light where two surfaces meet; it grows by 1 a metre up to 1
LIGHT_LEAST = F(0.35)
LIGHT_REACH = F(1.0 / 12)
LIGHT_FLOOR, LIGHT_TOP, LIGHT_BOTTOM, LIGHT_BILLBOARD = F(0.9), F(1), F(0.6), F(0.95)
# A side's light by its normal (x, y): every two sides that meet differ.
SIDE_BASE, SIDE_X, SIDE_LEAN = F(0.8), F(0.16), F(0.03)
# Texels of the finest level under one pixel from which each next level is read.
LEVEL_FROM = tuple(F(2.0 ** (n + 0.5)) for n in range(6))
STEEPEST = F(16)
UPRIGHT = F(16)  # metres, whole: textures on sides are counted down from here
PER_CELL = F(1 / CELL)
METRES = F(CELL)
HIGH = F(CEILING)
EYE_MARGIN = F(0.01)
FOV_LEAST, FOV_MOST, PITCH_MOST = F(0.02), F(3.0), F(1.4)
TURN = F(1 / (2 * math.pi))
ROUND = F(2 * math.pi)
TEXELS = F(64)
L0, L1, L2, L3, L4, L5 = LEVEL_FROM
CEIL_ID, WALL_ID, FLOOR_ID, FIRST_ID = 0, 1, 2, 3


@compiled
def level_of(footprint: np.float32) -> int:
    """The mip level to read where a pixel covers so many texels of the finest, along one axis."""
    level: Any = 0
    level += footprint >= L0
    level += footprint >= L1
    level += footprint >= L2
    level += footprint >= L3
    level += footprint >= L4
    level += footprint >= L5
    return level


@compiled
def level_start(level: int) -> int:
    """Where a level starts: 4 (4^6 - 4^(6 - level)) / 3 texels of larger ones come before."""
    return (16384 - (1 << (2 * (7 - level)))) // 3


@compiled
def light_at(depth: np.float32) -> np.float32:
    """The light that is left at a depth in metres."""
    far = depth * LIGHT_REACH
    return max(ONE / (ONE + far * far), LIGHT_LEAST)


@compiled
def side_light(nx: np.float32, ny: np.float32) -> np.float32:
    """The light on an upright face, by its normal."""
    return SIDE_BASE + SIDE_X * (nx * nx) + SIDE_LEAN * (nx + ny)


@compiled
def row_of(
    slope: np.float32, middle: np.float32, shift: np.float32, focal: np.float32, height: np.float32
) -> int:
    """First row whose height slope is at most `slope`, in [0, height].

    Args:
        slope: height over depth.
        middle: the row of the middle of the picture.
        shift: the slope that pitch moves it by.
        focal: pixels.
        height: rows.
    """
    place = middle - (slope - shift) * focal
    return math.ceil(min(max(place, ZERO), height))


@compiled
def full(tint: np.uint8) -> np.int32:
    """A channel of a tint as 0 to 256."""
    value = np.int32(tint)
    return value + (value >> 7)
