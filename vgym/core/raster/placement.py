"""Where a sprite lands: mip level, fixed-point affine map and pixel bounds.

A sprite is placed by its centre, the length of its longest side on the picture and an angle.
Numbers are float64 and only `+ - * /`, `floor` and comparisons are used (sine and cosine are
polynomials), in one order, so that every machine rounds to the same 16.16 numbers.

Half a weight step (1/512 texel) is folded into the constants c and f, so that the sampler may cut
where it should round: a sprite at scale 1 on whole pixels reproduces its own texels exactly.
"""

import math

import numpy as np
from numpy.typing import NDArray

from vgym.compiled import compiled

SMALLEST_SIZE = 0.25
"""A sprite whose longest side is under this many pixels is not drawn."""
FARTHEST = 131072.0
"""A sprite that is larger, or whose centre is farther from the corner, pixels, is not drawn."""

# Pixels of room for the rounding of the map, some hundredths of a texel at most.
_SLACK = 0.0625
_TURNS = 2.0 / math.pi
_QUARTER = math.pi / 2.0
_FIXED_LIMIT = 2147483647.0
# Taylor coefficients; the first term left out is below 1e-16 on [-pi/4, pi/4].
_SIN = tuple((-1.0) ** n / math.factorial(2 * n + 1) for n in range(8))
_COS = tuple((-1.0) ** n / math.factorial(2 * n) for n in range(9))


@compiled
def place_sprite(
    params: NDArray[np.int32],
    bounds: NDArray[np.int32],
    sprite_size_hw: NDArray[np.int32],
    x: float,
    y: float,
    size: float,
    angle: float,
    flip: bool,
    softness: int,
    height: int,
    width: int,
) -> int:
    """Write the affine map and the bounds of one sprite; a compiled function for use in kernels.

    Args:
        params: (8,) int32, written: a, b, c, d, e, f of `u = a X + b Y + c`, `v = d X + e Y + f`
            in 16.16 texels of the chosen level (`draws.params[i, n]`).
        bounds: (4,) int32, written: x0, y0, x1, y1, half-open, clipped to the picture
            (`draws.bounds[i, n]`); all 0 when nothing is to be seen.
        sprite_size_hw: (L, 2) int32, the row `bank.size_hw[sprite]`.
        x, y: centre of the sprite's cell, pixels (pixel (0, 0) has its centre at (0.5, 0.5)).
        size: length of the cell's longest side on the picture, pixels.
        angle: radians, clockwise on the screen; 0 is upright.
        flip: mirror left and right in the sprite's own frame (before the rotation).
        softness: levels coarser than needed: 0 sharp, 1 or 2 for soft shadows.
        height, width: size of the picture, pixels.

    Returns:
        The mip level (`draws.level[i, n]`): the coarsest of at least one texel a pixel, plus
        softness. NaN, too small (`SMALLEST_SIZE`) or far-off (`FARTHEST`) sprites get empty bounds.
    """
    for i in range(8):
        params[i] = 0
    for i in range(4):
        bounds[i] = 0
    if not (size >= SMALLEST_SIZE and size <= FARTHEST):
        return 0
    if not (abs(x) <= FARTHEST and abs(y) <= FARTHEST and abs(angle) <= FARTHEST):
        return 0
    levels = sprite_size_hw.shape[0]
    h0 = float(sprite_size_hw[0, 0])
    w0 = float(sprite_size_hw[0, 1])
    side = max(h0, w0)
    level = 0
    shrink = 1.0
    while level + 1 < levels and side >= size * (shrink * 2.0):
        level += 1
        shrink *= 2.0
    for _ in range(softness):
        if level + 1 < levels:
            level += 1
            shrink *= 2.0
    quarter = math.floor(angle * _TURNS + 0.5)
    r = angle - quarter * _QUARTER
    s2 = r * r
    sine = _SIN[7]
    cosine = _COS[8] * s2 + _COS[7]
    for k in range(7):
        sine = sine * s2 + _SIN[6 - k]
        cosine = cosine * s2 + _COS[6 - k]
    sine = sine * r
    turn = int(quarter) & 3
    if turn == 1:
        sine, cosine = cosine, -sine
    elif turn == 2:
        sine, cosine = -sine, -cosine
    elif turn == 3:
        sine, cosine = -cosine, sine
    pace = side / (size * shrink)
    mirror = -1.0 if flip else 1.0
    a = math.floor(mirror * pace * cosine * 65536.0 + 0.5)
    b = math.floor(mirror * pace * sine * 65536.0 + 0.5)
    d = math.floor(-pace * sine * 65536.0 + 0.5)
    e = math.floor(pace * cosine * 65536.0 + 0.5)
    # c and f from the rounded slopes: the centre stays exact, errors grow outwards only.
    centre_u = (w0 / (2.0 * shrink) - 0.5) * 65536.0 + 128.0
    centre_v = (h0 / (2.0 * shrink) - 0.5) * 65536.0 + 128.0
    c = math.floor(a * (0.5 - x) + b * (0.5 - y) + centre_u + 0.5)
    f = math.floor(d * (0.5 - x) + e * (0.5 - y) + centre_v + 0.5)
    if max(max(abs(c), abs(f)), pace * 65536.0) >= _FIXED_LIMIT:
        return level
    # Bilinear sampling reaches half a texel beyond the texels, and these beyond an odd cell.
    scale = size / side * 0.5
    texel = 1.0 / pace
    half_w = max(float(sprite_size_hw[level, 1]) * texel - w0 * scale, w0 * scale) + texel * 0.5
    half_h = max(float(sprite_size_hw[level, 0]) * texel - h0 * scale, h0 * scale) + texel * 0.5
    # Bounds hold the pixels whose centres are in reach.
    reach_x = abs(cosine) * half_w + abs(sine) * half_h + _SLACK
    reach_y = abs(sine) * half_w + abs(cosine) * half_h + _SLACK
    x0 = max(math.ceil(x - reach_x - 0.5), 0.0)
    y0 = max(math.ceil(y - reach_y - 0.5), 0.0)
    x1 = min(math.floor(x + reach_x + 0.5), float(width))
    y1 = min(math.floor(y + reach_y + 0.5), float(height))
    params[0] = int(a)
    params[1] = int(b)
    params[2] = int(c)
    params[3] = int(d)
    params[4] = int(e)
    params[5] = int(f)
    if x0 < x1 and y0 < y1:
        bounds[0] = int(x0)
        bounds[1] = int(y0)
        bounds[2] = int(x1)
        bounds[3] = int(y1)
    return level
