"""Answers read in many conventions, on the CPU: one compiled loop, in the arithmetic of
`Convention.to_pixels`, to the bit."""

import numpy as np
from numpy.typing import NDArray

from vgym.compiled import compiled_with

XYXY, YXYX, XYWH, CXCYWH = range(4)
_HALF, _THOUSAND = np.float32(0.5), np.float32(1000)


@compiled_with(error_model="numpy")
def readings_kernel(
    values: NDArray[np.float32],
    sizes_hw: NDArray[np.float32],
    orders: NDArray[np.int64],
    parts: NDArray[np.float32],
    pixels: NDArray[np.float32],
) -> None:
    """What the numbers are in pixels, in each convention.

    Args:
        values: (B, M, 4) or (B, M, 2). sizes_hw: (B, 2).
        orders: (R,) of each convention, such as `XYWH`; a point's is `XYXY` or `YXYX`.
        parts: (R,) into how many units the picture is parted: 1, 1000, or 0 where they are pixels.
        pixels: (R, B, M, 4) or (R, B, M, 2) written.
    """
    batch, members, width = values.shape
    for r in range(len(orders)):
        order = orders[r]
        for b in range(batch):
            for m in range(members):
                given, found = values[b, m], pixels[r, b, m]
                if width == 2:
                    found[0], found[1] = given[0], given[1]
                    if order == YXYX:
                        found[0], found[1] = given[1], given[0]
                else:
                    _convert(given, order, found)
                if parts[r] != 0:
                    for k in range(width):
                        side = sizes_hw[b, 1 - k % 2]
                        found[k] *= side if parts[r] == 1 else side / _THOUSAND


@compiled_with(error_model="numpy")
def _convert(given: NDArray[np.float32], order: int, found: NDArray[np.float32]) -> None:
    """`box_convert` to xyxy."""
    first, second, third, fourth = given
    if order == YXYX:
        first, second, third, fourth = second, first, fourth, third
    elif order == XYWH:
        third, fourth = first + third, second + fourth
    elif order == CXCYWH:
        wide, high = third * _HALF, fourth * _HALF
        first, second, third, fourth = first - wide, second - high, first + wide, second + high
    found[0], found[1], found[2], found[3] = first, second, third, fourth
