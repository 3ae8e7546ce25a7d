"""Where a sprite lands: mip level, fixed-point affine map and pixel bounds.

A sprite is placed by its centre, the length of its longest side on the picture and an angle.
Numbers are float64 and only `+ - * /`, `floor` and comparisons are used (sine and cosine are
polynomials), in one order, so that every device rounds to the same 16.16 numbers.

Half a weight step (1/512 texel) is folded into the constants c and f, so that the sampler may cut
where it should round: a sprite at scale 1 on whole pixels reproduces its own texels exactly.
"""

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vgym.compiled import compiled
from vgym.core.raster.bank import SpriteBank

SMALLEST_SIZE = 0.25
"""A sprite whose longest side is under this many pixels is not drawn."""
FARTHEST = 16384.0
"""A sprite whose centre is farther than this many pixels from the corner is not drawn."""

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


@compiled
def _place_all(
    params: NDArray[np.int32],
    bounds: NDArray[np.int32],
    level: NDArray[np.int32],
    size_hw: NDArray[np.int32],
    sprite: NDArray[np.int64],
    pose: NDArray[np.float64],
    flip: NDArray[np.bool_],
    softness: int,
    height: int,
    width: int,
) -> None:
    for i in range(sprite.shape[0]):
        level[i] = place_sprite(
            params[i],
            bounds[i],
            size_hw[sprite[i]],
            pose[i, 0],
            pose[i, 1],
            pose[i, 2],
            pose[i, 3],
            flip[i],
            softness,
            height,
            width,
        )


def place_sprites(
    bank: SpriteBank,
    sprite: Tensor,
    xy: Tensor,
    size: Tensor,
    angle: Tensor,
    flip: Tensor,
    size_hw: tuple[int, int],
    softness: int = 0,
) -> tuple[Tensor, Tensor, Tensor]:
    """Place many sprites at once: the batched `place_sprite`, equal to it bit for bit.

    Args:
        bank: the sprites, on the device of the other tensors.
        sprite: (...) integers in [0, S).
        xy: (..., 2) centres, pixels.
        size: (...) longest sides, pixels.
        angle: (...) radians, clockwise on the screen.
        flip: (...) bool.
        size_hw: height and width of the pictures, pixels.
        softness: levels coarser than needed; see `place_sprite`.

    Returns:
        level (...) int32, params (..., 8) int32, bounds (..., 4) int32.

    Raises:
        ValueError: a sprite index outside the bank, or a negative softness.
    """
    if softness < 0:
        raise ValueError(f"place_sprites: softness is {softness}; it must be 0 or more")
    shape = np.broadcast_shapes(sprite.shape, xy.shape[:-1], size.shape, angle.shape, flip.shape)
    index = sprite.to(torch.int64).expand(shape).reshape(-1)
    if index.numel() and not bool(((index >= 0) & (index < bank.num_sprites)).all()):
        raise ValueError(
            f"place_sprites: sprite indices span {int(index.min())} to {int(index.max())}; "
            f"this bank has sprites 0 to {bank.num_sprites - 1}"
        )
    x, y, length, turn = (
        column.to(torch.float64).expand(shape).reshape(-1)
        for column in (xy[..., 0], xy[..., 1], size, angle)
    )
    mirrored = flip.to(torch.bool).expand(shape).reshape(-1)
    if index.device.type == "cpu":
        level = torch.empty(index.shape, dtype=torch.int32)
        params = torch.empty((*index.shape, 8), dtype=torch.int32)
        bounds = torch.empty((*index.shape, 4), dtype=torch.int32)
        _place_all(
            params.numpy(),
            bounds.numpy(),
            level.numpy(),
            bank.size_hw.numpy(),
            index.contiguous().numpy(),
            torch.stack([x, y, length, turn], -1).numpy(),
            mirrored.contiguous().numpy(),
            softness,
            size_hw[0],
            size_hw[1],
        )
    else:
        level, params, bounds = place_with_torch(
            bank, index, x, y, length, turn, mirrored, size_hw, softness
        )
    return level.reshape(shape), params.reshape(*shape, 8), bounds.reshape(*shape, 4)


def place_with_torch(
    bank: SpriteBank,
    sprite: Tensor,
    x: Tensor,
    y: Tensor,
    size: Tensor,
    angle: Tensor,
    flip: Tensor,
    size_hw: tuple[int, int],
    softness: int,
) -> tuple[Tensor, Tensor, Tensor]:
    """The steps of `place_sprite` as tensor operations on (n,) float64 columns, for any device."""
    valid = (size >= SMALLEST_SIZE) & (size <= FARTHEST)
    for column in (x, y, angle):
        valid = valid & (column.abs() <= FARTHEST)
    x, y, angle = (torch.where(valid, column, 0.0) for column in (x, y, angle))
    size = torch.where(valid, size, 1.0)
    h0 = bank.size_hw[sprite, 0, 0].to(torch.float64)
    w0 = bank.size_hw[sprite, 0, 1].to(torch.float64)
    side = torch.maximum(h0, w0)
    level = torch.zeros_like(sprite, dtype=torch.int32)
    shrink = torch.ones_like(side)
    for _ in range(bank.num_levels - 1):
        coarser = side >= size * (shrink * 2.0)
        level = level + coarser
        shrink = torch.where(coarser, shrink * 2.0, shrink)
    for _ in range(softness):
        coarser = level + 1 < bank.num_levels
        level = level + coarser
        shrink = torch.where(coarser, shrink * 2.0, shrink)
    quarter = torch.floor(angle * _TURNS + 0.5)
    r = angle - quarter * _QUARTER
    s2 = r * r
    sine = torch.full_like(r, _SIN[7])
    cosine = s2 * _COS[8] + _COS[7]
    for k in range(7):
        sine = sine * s2 + _SIN[6 - k]
        cosine = cosine * s2 + _COS[6 - k]
    sine = sine * r
    turn = quarter.to(torch.int64) & 3
    odd = (turn & 1) == 1
    sine, cosine = torch.where(odd, cosine, sine), torch.where(odd, -sine, cosine)
    sine, cosine = (torch.where(turn >= 2, -value, value) for value in (sine, cosine))
    pace = side / (size * shrink)
    mirror = torch.where(flip, -1.0, 1.0).to(torch.float64)
    a = torch.floor(mirror * pace * cosine * 65536.0 + 0.5)
    b = torch.floor(mirror * pace * sine * 65536.0 + 0.5)
    d = torch.floor(-pace * sine * 65536.0 + 0.5)
    e = torch.floor(pace * cosine * 65536.0 + 0.5)
    centre_u = (w0 / (shrink * 2.0) - 0.5) * 65536.0 + 128.0
    centre_v = (h0 / (shrink * 2.0) - 0.5) * 65536.0 + 128.0
    c = torch.floor(a * (0.5 - x) + b * (0.5 - y) + centre_u + 0.5)
    f = torch.floor(d * (0.5 - x) + e * (0.5 - y) + centre_v + 0.5)
    largest = torch.maximum(torch.maximum(c.abs(), f.abs()), pace * 65536.0)
    drawable = valid & (largest < _FIXED_LIMIT)
    scale = size / side * 0.5
    texel = 1.0 / pace
    stored = bank.size_hw[sprite, level.to(torch.int64)].to(torch.float64)
    half_w = torch.maximum(stored[:, 1] * texel - w0 * scale, w0 * scale) + texel * 0.5
    half_h = torch.maximum(stored[:, 0] * texel - h0 * scale, h0 * scale) + texel * 0.5
    reach_x = cosine.abs() * half_w + sine.abs() * half_h + _SLACK
    reach_y = sine.abs() * half_w + cosine.abs() * half_h + _SLACK
    x0 = torch.clamp(torch.ceil(x - reach_x - 0.5), min=0.0)
    y0 = torch.clamp(torch.ceil(y - reach_y - 0.5), min=0.0)
    x1 = torch.clamp(torch.floor(x + reach_x + 0.5), max=float(size_hw[1]))
    y1 = torch.clamp(torch.floor(y + reach_y + 0.5), max=float(size_hw[0]))
    zero = torch.zeros_like(a)
    params = torch.stack([a, b, c, d, e, f, zero, zero], -1)
    bounds = torch.stack([x0, y0, x1, y1], -1)
    seen = drawable & (x0 < x1) & (y0 < y1)
    return (
        torch.where(valid, level, 0),
        torch.where(drawable[:, None], params, 0.0).to(torch.int32),
        torch.where(seen[:, None], bounds, 0.0).to(torch.int32),
    )
