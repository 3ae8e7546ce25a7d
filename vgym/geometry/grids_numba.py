"""Distance fields on the CPU: one compiled loop over grids, cells in order of their distance."""

import math

import numpy as np
from numpy.typing import NDArray

from vgym.compiled import compiled

# Fixed point as in `grids`; numba reads these as compile-time constants.
_BITS = 32
_STRAIGHT = 1 << _BITS
_DIAGONAL = round(math.sqrt(2) * _STRAIGHT)
_UNREACHED = 1 << 61


@compiled
def field_kernel(
    blocked: NDArray[np.bool_],
    goals: NDArray[np.bool_],
    metres_a_step: float,
    field: NDArray[np.float32],
) -> None:
    """Metres (B, H, W), inf for none, where `metres_a_step` is the unit of the fixed point.

    Three buckets, one for each whole number of cells: no move is shorter than 1 or as long as 2, so
    cells of one bucket are final when its turn comes, in any order, and moves end in the next two.
    """
    batch, height, width = blocked.shape
    stride = width + 2
    # Walls are -1, below every length, so that no move ends there; a border of them spares every
    # check for the edge.
    best = np.full((height + 2) * stride, -1, np.int64)
    # A cell enters a bucket at most once for each neighbour that improves it.
    room = 8 * height * width + 1
    now, later, last = np.empty(room, np.int64), np.empty(room, np.int64), np.empty(room, np.int64)
    for b in range(batch):
        in_now, in_later, in_last = 0, 0, 0
        for y in range(height):
            for x in range(width):
                at = (y + 1) * stride + x + 1
                best[at] = -1 if blocked[b, y, x] else _UNREACHED
                if goals[b, y, x] and not blocked[b, y, x]:
                    best[at] = 0
                    now[in_now] = at
                    in_now += 1
        level = 0
        while in_now + in_later + in_last:
            for n in range(in_now):
                at = now[n]
                here = best[at]
                if here >> _BITS != level:
                    continue  # a shorter way was found after this entry
                near, far = here + _STRAIGHT, here + _DIAGONAL
                soon = far >> _BITS == level + 1
                west, east = best[at - 1], best[at + 1]
                if near < west:
                    best[at - 1] = near
                    later[in_later] = at - 1
                    in_later += 1
                if near < east:
                    best[at + 1] = near
                    later[in_later] = at + 1
                    in_later += 1
                for turn in range(-1, 2, 2):
                    across = at + turn * stride
                    beyond = best[across]
                    if beyond < 0:
                        continue
                    if near < beyond:
                        best[across] = near
                        later[in_later] = across
                        in_later += 1
                    if west >= 0 and far < best[across - 1]:
                        best[across - 1] = far
                        if soon:
                            later[in_later] = across - 1
                            in_later += 1
                        else:
                            last[in_last] = across - 1
                            in_last += 1
                    if east >= 0 and far < best[across + 1]:
                        best[across + 1] = far
                        if soon:
                            later[in_later] = across + 1
                            in_later += 1
                        else:
                            last[in_last] = across + 1
                            in_last += 1
            now, later, last = later, last, now
            in_now, in_later, in_last = in_later, in_last, 0
            level += 1
        for y in range(height):
            for x in range(width):
                length = best[(y + 1) * stride + x + 1]
                reached = 0 <= length and length < _UNREACHED
                field[b, y, x] = np.float32(length * metres_a_step) if reached else np.inf
