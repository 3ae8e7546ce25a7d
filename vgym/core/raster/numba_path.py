"""Drawing on the CPU: one compiled loop over pictures, slots, rows and pixels.

Four 8-bit channels are worked on at once as 16-bit lanes of one 64-bit integer, in the order
red, blue, green, alpha from the low end. `torch_path` states the same arithmetic in plain terms.
"""

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vgym.compiled import compiled
from vgym.core.raster.draw_list import OUTLINE, SILHOUETTE

# numba reads these as compile-time constants.
_LANES = 0x00FF00FF00FF00FF
_HALF = 0x0080008000800080
_RED_BLUE = 0x00FF00FF
_GREEN_ALPHA = 0xFF00FF00


@compiled
def wide(value: Any) -> int:
    """Any number as a signed 64-bit integer: numba turns mixed signs into floats."""
    return np.int64(value)  # type: ignore[return-value]


@compiled
def _spread(texel: int) -> int:
    """RGBA bytes to 16-bit lanes."""
    return (texel & _RED_BLUE) | ((texel & _GREEN_ALPHA) << 24)


@compiled
def over_255(lanes: int) -> int:
    """Each lane / 255, rounded to nearest; lanes up to 255 * 255."""
    x = lanes + _HALF
    return ((x + ((x >> 8) & _LANES)) >> 8) & _LANES


@compiled
def blend(pixels: NDArray[np.uint8], at: int, source: int) -> None:
    """Paint premultiplied lanes over the three bytes from `at`."""
    # Unsigned indices spare numba's check for negative ones.
    red, green, blue = np.uint64(at), np.uint64(at + 1), np.uint64(at + 2)
    opacity = (source >> 48) & 255
    if opacity == 255:
        out = source
    else:
        under = wide(pixels[red]) | (wide(pixels[blue]) << 16)
        under |= wide(pixels[green]) << 32
        out = source + over_255(under * (255 - opacity))
    pixels[red] = np.uint8(out)
    pixels[green] = np.uint8(out >> 32)
    pixels[blue] = np.uint8(out >> 16)


@compiled
def recoloured(lanes: int, red: int, green: int, blue: int, strength: int) -> int:
    """Natural premultiplied lanes towards the tint, by strength / 255."""
    alpha = (lanes >> 48) & 255
    luma = (
        77 * (lanes & 255) + 150 * ((lanes >> 32) & 255) + 29 * ((lanes >> 16) & 255) + 128
    ) >> 8
    shade = ((125 * alpha + 130 * luma + 128) * 257) >> 16
    tint = red | (blue << 16) | (green << 32)
    full = over_255(tint * shade) | (alpha << 48)
    if strength == 255:
        return full
    return over_255(lanes * (255 - strength) + full * strength)


@compiled
def _inside_steps(start: int, step: int, limit: int, first: int, end: int) -> tuple[int, int]:
    """The part of steps [first, end) with -65536 <= start + k step < limit.

    Float quotients of integers below 2**52 round to the right side of every integer, so the floors
    and ceilings are exact.
    """
    if step == 0:
        return first, (end if -65536 <= start < limit else first)
    if step > 0:
        lowest, highest, pace = -65536 - start, limit - 1 - start, step
    else:
        lowest, highest, pace = start - limit + 1, start + 65536, -step
    return max(first, math.ceil(lowest / pace)), min(end, math.floor(highest / pace) + 1)


@compiled
def paint_sprite(
    pixels: NDArray[np.uint8],
    base: int,
    width: int,
    texels: NDArray[np.uint32],
    origin: int,
    sprite_h: int,
    sprite_w: int,
    params: NDArray[np.int32],
    x0: int,
    y0: int,
    x1: int,
    y1: int,
    tint: NDArray[np.uint8],
    opacity: int,
    silhouette: bool,
) -> None:
    """Paint one sprite, or its silhouette, of the level that `place_sprite` chose.

    Args:
        pixels: of all pictures, flat.
        base: where the picture begins in them.
        width: of the picture.
        texels: (T,) RGBA of the bank, four bytes in one number.
        origin: of the sprite's level in the bank.
        sprite_h: of that level.
        sprite_w: of that level.
        params: (8,) as `place_sprite` has written them.
        x0: this and the next three: the bounds, within the picture.
        y0: see x0.
        x1: see x0.
        y1: see x0.
        tint: (4,) red, green, blue, strength.
        opacity: 0 to 255.
        silhouette: paint its shape in the tint, not its picture.
    """
    du, dv = wide(params[0]), wide(params[3])
    stride = sprite_w + 2
    limit_u, limit_v = wide(sprite_w) << 16, wide(sprite_h) << 16
    red, green, blue = wide(tint[0]), wide(tint[1]), wide(tint[2])
    strength = wide(tint[3])
    flat = red | (blue << 16) | (green << 32)
    for y in range(y0, y1):
        u = du * x0 + wide(params[1]) * y + wide(params[2])
        v = dv * x0 + wide(params[4]) * y + wide(params[5])
        first, end = _inside_steps(u, du, limit_u, 0, x1 - x0)
        first, end = _inside_steps(v, dv, limit_v, first, end)
        u += first * du
        v += first * dv
        at = base + (y * width + x0 + first) * 3
        for _ in range(first, end):
            corner = origin + (v >> 16) * stride + (u >> 16)
            p00 = wide(texels[np.uint64(corner)])
            p01 = wide(texels[np.uint64(corner + 1)])
            p10 = wide(texels[np.uint64(corner + stride)])
            p11 = wide(texels[np.uint64(corner + stride + 1)])
            if p00 | p01 | p10 | p11:
                fx, fy = (u >> 8) & 255, (v >> 8) & 255
                w11 = (fx * fy + 128) >> 8
                w01, w10 = fx - w11, fy - w11
                w00 = 256 - fx - fy + w11
                if silhouette:
                    alpha = (p00 >> 24) * w00 + (p01 >> 24) * w01
                    alpha = (alpha + (p10 >> 24) * w10 + (p11 >> 24) * w11 + 128) >> 8
                    alpha = ((alpha * opacity + 128) * 257) >> 16
                    if alpha:
                        # Shadows are black: most silhouettes have no colour to add.
                        colour = over_255(flat * alpha) if flat else 0
                        blend(pixels, at, colour | (alpha << 48))
                else:
                    lanes = _spread(p00) * w00 + _spread(p01) * w01
                    lanes += _spread(p10) * w10 + _spread(p11) * w11
                    lanes = ((lanes + _HALF) >> 8) & _LANES
                    if strength:
                        lanes = recoloured(lanes, red, green, blue, strength)
                    if opacity != 255:
                        lanes = over_255(lanes * opacity)
                    if lanes >> 48:
                        blend(pixels, at, lanes)
            u += du
            v += dv
            at += 3


@compiled
def _overlap(low: int, high: int, pixel: int) -> int:
    """Length of [low, high] inside the pixel, in 1/256 of its side."""
    start = pixel << 8
    return max(min(high, start + 256) - max(low, start), 0)


@compiled
def paint_outline(
    pixels: NDArray[np.uint8],
    base: int,
    width: int,
    params: NDArray[np.int32],
    x0: int,
    y0: int,
    x1: int,
    y1: int,
    flat: int,
    opacity: int,
) -> None:
    """Paint the outline of a box.

    Args:
        pixels: of all pictures, flat.
        base: where the picture begins in them.
        width: of the picture.
        params: (8,) the box's outer edge and the thickness inwards, in 1/256 pixels.
        x0: this and the next three: the bounds, within the picture.
        y0: see x0.
        x1: see x0.
        y1: see x0.
        flat: the colour as lanes.
        opacity: 0 to 255.
    """
    left, top, right, bottom = (
        wide(params[0]),
        wide(params[1]),
        wide(params[2]),
        wide(params[3]),
    )
    inset = wide(params[4])
    # Clipping to the outer edge spares whole rows and columns of pixels without coverage.
    x0, y0 = max(x0, left >> 8), max(y0, top >> 8)
    x1, y1 = min(x1, (right + 255) >> 8), min(y1, (bottom + 255) >> 8)
    hole_left, hole_right = ((left + inset + 255) >> 8), ((right - inset) >> 8)
    for y in range(y0, y1):
        cover_y = _overlap(top, bottom, y)
        hole_y = _overlap(top + inset, bottom - inset, y)
        at = base + (y * width + x0) * 3
        x = x0
        while x < x1:
            if hole_y == 256 and hole_left <= x < hole_right:
                at += (hole_right - x) * 3
                x = hole_right
                continue
            area = _overlap(left, right, x) * cover_y
            if hole_y:
                area -= _overlap(left + inset, right - inset, x) * hole_y
            coverage = (area * 255 + 32768) >> 16
            alpha = ((coverage * opacity + 128) * 257) >> 16
            if alpha:
                blend(pixels, at, over_255(flat * alpha) | (alpha << 48))
            at += 3
            x += 1


@compiled
def draw_kernel(
    images: NDArray[np.uint8],
    texels: NDArray[np.uint32],
    offset: NDArray[np.int64],
    size_hw: NDArray[np.int32],
    kind: NDArray[np.uint8],
    sprite: NDArray[np.int32],
    level: NDArray[np.int32],
    params: NDArray[np.int32],
    bounds: NDArray[np.int32],
    tint: NDArray[np.uint8],
    alpha: NDArray[np.uint8],
    count: NDArray[np.int32],
    rows: NDArray[np.int64],
    out_rows: NDArray[np.int64],
) -> None:
    """Draw row `rows[i]` of the draw list onto `images[out_rows[i]]`.

    Args:
        images: (B, H, W, 3), as `draw` has checked all that is given.
        texels: (T,) RGBA of the bank, four bytes in one number.
        offset: (S, L) of the bank.
        size_hw: (S, L, 2) of the bank.
        kind: (B, N), this and what follows the columns of the draw list.
        sprite: (B, N).
        level: (B, N).
        params: (B, N, 8).
        bounds: (B, N, 4).
        tint: (B, N, 4).
        alpha: (B, N).
        count: (B,).
        rows: (M,) of the draw list.
        out_rows: (M,) of the pictures.
    """
    height, width = wide(images.shape[1]), wide(images.shape[2])
    pixels = images.reshape(-1)
    for i in range(rows.shape[0]):
        row = rows[i]
        base = out_rows[i] * height * width * 3
        for n in range(count[row]):
            opacity = wide(alpha[row, n])
            x0, y0 = max(wide(bounds[row, n, 0]), 0), max(wide(bounds[row, n, 1]), 0)
            x1 = min(wide(bounds[row, n, 2]), width)
            y1 = min(wide(bounds[row, n, 3]), height)
            if opacity == 0 or x0 >= x1 or y0 >= y1:
                continue
            what = kind[row, n]
            numbers = params[row, n]
            colour = tint[row, n]
            if what != OUTLINE:
                s, m = sprite[row, n], level[row, n]
                paint_sprite(
                    pixels,
                    base,
                    width,
                    texels,
                    offset[s, m],
                    wide(size_hw[s, m, 0]),
                    wide(size_hw[s, m, 1]),
                    numbers,
                    x0,
                    y0,
                    x1,
                    y1,
                    colour,
                    opacity,
                    what == SILHOUETTE,
                )
                continue
            flat = wide(colour[0]) | (wide(colour[2]) << 16) | (wide(colour[1]) << 32)
            paint_outline(pixels, base, width, numbers, x0, y0, x1, y1, flat, opacity)
