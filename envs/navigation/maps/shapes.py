"""Outlines as cells of a plan: what is inside of rings, what lines pass, rooms grown into doors.

Coordinates are in cells from the plan's south-west corner; grids are (height, width), row 0 the
southernmost. The work is that of the cells which outlines pass and rings enclose, whatever the
number of their positions.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

Line = NDArray[np.float64]  # (n, 2) x, y

_AT_ONCE = 2**20  # cells that outlines pass, which are in memory at a time


def filled(
    rings: Sequence[Line], height: int, width: int
) -> tuple[tuple[slice, slice], NDArray[np.bool_]]:
    """Cells whose centres are inside an odd number of the rings.

    Args:
        rings: closed, the last position repeats the first. height, width: of the plan.

    Returns:
        The part of the plan that the rings lie in, and which cells of it are inside.
    """
    corners = np.concatenate(rings)
    (x0, y0), (x1, y1) = (
        np.clip(edge, 0, (width, height)).astype(np.int64).tolist()
        for edge in (np.floor(corners.min(axis=0)), np.ceil(corners.max(axis=0)) + 1)
    )
    flips = np.zeros((y1 - y0, x1 - x0 + 1), np.uint8)
    start = np.concatenate([ring[:-1] for ring in rings])
    end = np.concatenate([ring[1:] for ring in rings])
    low, high = np.minimum(start[:, 1], end[:, 1]), np.maximum(start[:, 1], end[:, 1])
    first = np.maximum(np.ceil(low - 0.5), 0).astype(np.int64)
    count = np.minimum(np.ceil(high - 0.5), height).astype(np.int64) - first
    for edges in _parts(count.clip(0)):
        edge, place = _repeated(count[edges].clip(0))
        row = first[edges][edge] + place
        (xa, ya), (xb, yb) = start[edges][edge].T, end[edges][edge].T
        x = xa + (row + 0.5 - ya) * ((xb - xa) / (yb - ya))
        column = np.clip(np.ceil(x - 0.5), x0, x1).astype(np.int64)
        np.add.at(flips.reshape(-1), (row - y0) * flips.shape[1] + column - x0, 1)
    inside = np.bitwise_xor.accumulate(flips & 1, axis=1)[:, : x1 - x0]
    return np.s_[y0:y1, x0:x1], inside.astype(np.bool_)


def mark_lines(wall: NDArray[np.bool_], lines: Sequence[Line]) -> None:
    """Mark every cell through which a line passes; one on a border is in the cell beyond it."""
    height, width = wall.shape
    start = np.concatenate([line[:-1] for line in lines])
    end = np.concatenate([line[1:] for line in lines])
    low = np.ceil(np.minimum(start, end)).astype(np.int64)
    # Whole numbers from the lower coordinate on, below the higher: where a border is passed.
    counts = np.ceil(np.maximum(start, end)).astype(np.int64) - low
    for part in _parts(counts.sum(axis=1) + 2):
        a, b = start[part], end[part]
        every = np.arange(len(a))
        owners, shares = [every, every], [np.zeros(len(a)), np.ones(len(a))]
        for axis in (0, 1):  # where the line leaves one cell for the next, as shares of its length
            owner, place = _repeated(counts[part, axis])
            border = low[part, axis][owner] + place
            owners.append(owner)
            shares.append((border - a[owner, axis]) / (b[owner, axis] - a[owner, axis]))
        owner, share = np.concatenate(owners), np.concatenate(shares)
        order = np.lexsort((share, owner))
        owner, share = owner[order], share[order]
        between = owner[:-1] == owner[1:]
        middle, of = ((share[:-1] + share[1:]) / 2)[between], owner[:-1][between]
        passed = np.concatenate([a[of] + middle[:, None] * (b[of] - a[of]), a, b])
        column, row = np.floor(passed).astype(np.int64).T
        wall[np.clip(row, 0, height - 1), np.clip(column, 0, width - 1)] = True


def grown(room: NDArray[np.int16], cells: NDArray[np.bool_]) -> NDArray[np.int16]:
    """The rooms (h, w) with each of the cells given to the nearest room, in steps between cells."""
    framed = np.pad(room, 1, constant_values=-1)
    flat, width = framed.reshape(-1), framed.shape[1]
    todo = np.flatnonzero(np.pad(cells, 1))
    todo = todo[flat[todo] < 0]
    while len(todo):
        around = np.max([flat[todo + step] for step in (-width, -1, 1, width)], axis=0)
        reached = around >= 0
        if not reached.any():
            break
        flat[todo[reached]] = around[reached]
        todo = todo[~reached]
    return framed[1:-1, 1:-1]


def _parts(sizes: NDArray[np.int64]) -> Iterator[slice]:
    """Runs of things of those sizes, each run of about `_AT_ONCE` in all."""
    ends = np.cumsum(sizes)
    begin = 0
    while begin < len(sizes):
        before = ends[begin - 1] if begin else 0
        stop = max(int(np.searchsorted(ends, before + _AT_ONCE, side="right")), begin + 1)
        yield slice(begin, stop)
        begin = stop


def _repeated(counts: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """For counts (2, 0, 3): whose each is (0, 0, 2, 2, 2), and its number there (0, 1, 0, 1, 2)."""
    whose = np.repeat(np.arange(len(counts)), counts)
    return whose, np.arange(len(whose)) - (np.cumsum(counts) - counts)[whose]
