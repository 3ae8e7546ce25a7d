"""Rays on the CPU: compiled loops over agents, segments and rays, or over the cells on the way.

The arithmetic is that of the tensor path in `rays`, operation by operation, in float32 and without
`fastmath`, so that both give the same bits.
"""

import numpy as np
from numpy.typing import NDArray

from vgym.compiled import compiled_with

_INFINITY = np.float32(np.inf)
_INFINITY_BITS = _INFINITY.view(np.int32)
_ZERO = np.float32(0)
_ONE = np.float32(1)


@compiled_with(error_model="numpy")
def segments_kernel(
    origins: NDArray[np.float32],
    segments: NDArray[np.float32],
    mask: NDArray[np.bool_],
    cos: NDArray[np.float32],
    sin: NDArray[np.float32],
    depth: NDArray[np.float32],
    hit: NDArray[np.int64],
    u: NDArray[np.float32],
) -> None:
    """The nearest segment that each ray meets, written into the last three.

    Args:
        origins: (B, 2).
        segments: (B, S, 4) both ends of each.
        mask: (B, S) the segments that are there.
        cos: (B, R) of the rays' directions.
        sin: (B, R) likewise.
        depth: (B, R) distance to it; infinite for none.
        hit: (B, R) its number; -1 for none.
        u: (B, R) where on it, from 0 to 1.
    """
    batch, rays = cos.shape
    count = segments.shape[1]
    ends = np.empty((4, count), np.float32)
    x0, y0, x1, y1 = ends[0], ends[1], ends[2], ends[3]
    # Depths at or above 0 are ordered as their bits: least by integers, which the compiler turns
    # into vector instructions, as it may not do with floats.
    bits = np.empty(count, np.int32)
    aheads = bits.view(np.float32)
    for b in range(batch):
        for n in range(count):
            present = mask[b, n]
            for k in range(4):
                ends[k, n] = segments[b, n, k] - origins[b, k % 2]
                present = present & np.isfinite(ends[k, n])
            if not present:
                x0[n] = np.nan  # compares false with everything: never crossed
        for r in range(rays):
            c, s = cos[b, r], sin[b, r]
            for n in range(count):
                left0, left1 = c * y0[n] - s * x0[n], c * y1[n] - s * x1[n]
                ahead0, ahead1 = c * x0[n] + s * y0[n], c * x1[n] + s * y1[n]
                crossed = ((left0 <= 0) & (left1 >= 0)) | ((left0 >= 0) & (left1 <= 0))
                crossed = crossed & (left0 != left1)
                span = left0 - left1
                ahead = ahead0 + left0 / (span if crossed else _ONE) * (ahead1 - ahead0)
                # Adding zero makes -0 positive.
                aheads[n] = ahead + _ZERO if crossed & (ahead >= 0) else _INFINITY
            least = _INFINITY_BITS
            for n in range(count):
                least = min(least, bits[n])
            if least == _INFINITY_BITS:
                depth[b, r], hit[b, r], u[b, r] = _INFINITY, -1, _ZERO
                continue
            n = 0
            while bits[n] != least:
                n += 1
            left0, left1 = c * y0[n] - s * x0[n], c * y1[n] - s * x1[n]
            depth[b, r], hit[b, r], u[b, r] = aheads[n], n, left0 / (left0 - left1)


@compiled_with(error_model="numpy")
def grid_kernel(
    start: NDArray[np.float32],
    cells: NDArray[np.int64],
    cos: NDArray[np.float32],
    sin: NDArray[np.float32],
    blocked: NDArray[np.bool_],
    depth: NDArray[np.float32],
    hit: NDArray[np.int64],
    face: NDArray[np.int64],
    u: NDArray[np.float32],
) -> None:
    """The first blocked cell on each ray, written into the last four.

    Args:
        start: (B, 2) in cells.
        cells: (B, 2) the cell that each start lies in.
        cos: (B, R) of the rays' directions.
        sin: (B, R) likewise.
        blocked: (B, H, W).
        depth: (B, R) distance to it in cells; infinite for none.
        hit: (B, R) its number, row by row; -1 for none.
        face: (B, R) the side it was entered by: 0 along x, 1 along y; -1 for the start's own cell.
        u: (B, R) where on that side, from 0 to 1.
    """
    batch, rays = cos.shape
    height, width = blocked.shape[1:]
    for b in range(batch):
        x0, y0 = start[b, 0], start[b, 1]
        for r in range(rays):
            depth[b, r], hit[b, r], face[b, r], u[b, r] = _INFINITY, -1, -1, _ZERO
            c, s = cos[b, r], sin[b, r]
            x, y = cells[b, 0], cells[b, 1]
            if not np.isfinite(c):
                continue
            step_x, ahead_x = (1, 1) if c > 0 else (-1, 0)
            step_y, ahead_y = (1, 1) if s > 0 else (-1, 0)
            at, side = _ZERO, -1
            while x >= 0 and x < width and y >= 0 and y < height:
                if blocked[b, y, x]:
                    depth[b, r], hit[b, r], face[b, r] = at, y * width + x, side
                    if side == 0:
                        u[b, r] = min(max(y0 + at * s - np.float32(y), _ZERO), _ONE)
                    elif side == 1:
                        u[b, r] = min(max(x0 + at * c - np.float32(x), _ZERO), _ONE)
                    break
                to_x = (np.float32(x + ahead_x) - x0) / c if c != 0 else _INFINITY
                to_y = (np.float32(y + ahead_y) - y0) / s if s != 0 else _INFINITY
                if to_x <= to_y:
                    at = max(at, to_x)
                    x += step_x
                    side = 0
                else:
                    at = max(at, to_y)
                    y += step_y
                    side = 1
