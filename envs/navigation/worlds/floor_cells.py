"""The floor of a room in cells: where a piece of furniture fits, and a robot still gets about."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from vgym.compiled import compiled
from vgym.envs.navigation.worlds.floor_rects import Rect
from vgym.envs.navigation.worlds.walkable import clear_cells, disc_cells
from vgym.envs.navigation.worlds.world import CELL

WIDEST = 0.25  # metres: the radius of the widest robot that must get everywhere
UP_THE_WALL = 0.35  # metres that a tap or a back may rise before a window or a painting
KEPT, ACCESS, STANDING, HUNG = range(4)  # what takes up floor or wall of a room

_REACH = 1.0  # metres: how near a robot can get to everything that stands on a floor
_ONE_PIECE = 0.9  # of a room's walkable cells are joined to its doors
# Offsets (row, column) of the cells that the robot at the centre of a cell overlaps.
DISC = np.argwhere(disc_cells(WIDEST)) - len(disc_cells(WIDEST)) // 2


def free_floor(solid: NDArray[np.bool_], cells: tuple[int, int, int, int]) -> NDArray[np.bool_]:
    """(h + 2, w + 2) bool: where the middle of the widest robot can be, in a room and its walls.

    Args:
        solid: (H, W) the world so far. cells: the room, x0, y0, x1, y1 half-open.
    """
    x0, y0, x1, y1 = cells
    left, bottom = max(x0 - 3, 0), max(y0 - 3, 0)
    around = clear_cells(solid[bottom : y1 + 3, left : x1 + 3], WIDEST)
    return around[y0 - 1 - bottom : y1 + 1 - bottom, x0 - 1 - left : x1 + 1 - left].copy()


@compiled
def first_fit(
    spots: NDArray[np.float64],
    size: tuple[float, float, float],
    turns: NDArray[np.float64],
    clear: float,
    near: bool,
    room: Rect,
    taken: NDArray[np.float64],
    solid: NDArray[np.bool_],
    cells: tuple[int, int, int, int],
    openings: NDArray[np.int64],
    free: NDArray[np.bool_],
    disc: NDArray[np.int64],
) -> int:
    """The first spot where a piece fits and leaves its room in one piece, or -1.

    It fits within the room, where nothing is that it must not meet. It leaves the room in one piece
    if, for the widest robot, doorways and nearly all floor are joined, and it and everything that
    stands there can be approached.

    Args:
        spots: (n, 3) x, y in metres, and the quarters that it is turned by; 4 for another angle.
        size: metres. turns: (5, 2) cosine and sine of each of these.
        clear: metres of floor before it that nothing may stand on; 0 for none.
        near: whether it may stand on the access of others.
        room: metres. taken: (m, 6) rectangles in metres, which of KEPT, ACCESS, STANDING, HUNG each
            is, and for HUNG from how high up.
        solid, free: (H, W) of the world and `free_floor`; both written where a spot is found.
        cells: the room. openings: (n, 4) of it, cells. disc: `DISC`, which compiled code could not
            be kept with.
    """
    width, depth, height = size
    for n in range(spots.shape[0]):
        x, y, quarter = spots[n, 0], spots[n, 1], int(spots[n, 2])
        c, s = turns[quarter, 0], turns[quarter, 1]
        if quarter == 4:
            wide, deep = abs(c) * width + abs(s) * depth, abs(s) * width + abs(c) * depth
        else:
            wide, deep = (depth, width) if quarter % 2 else (width, depth)
        rect = (x - wide / 2, y - deep / 2, x + wide / 2, y + deep / 2)
        if not (rect[0] >= room[0] and rect[1] >= room[1]):
            continue
        if not (rect[2] <= room[2] and rect[3] <= room[3]):
            continue
        if _meets(rect, quarter, clear, near, height, taken):
            continue
        spot = (x, y, c, s, width / 2, depth / 2)
        if _stands(spot, rect, taken, solid, cells, openings, free, disc):
            return n
    return -1


@compiled
def _meets(
    rect: Rect,
    quarter: int,
    clear: float,
    near: bool,
    height: float,
    taken: NDArray[np.float64],
) -> bool:
    """Whether a footprint, or the floor before it, shares more than an edge with what is there."""
    x0, y0, x1, y1 = rect
    before = rect
    if clear > 0:
        if quarter == 0:
            before = (x0, y1, x1, y1 + clear)
        elif quarter == 1:
            before = (x0 - clear, y0, x0, y1)
        elif quarter == 2:
            before = (x0, y0 - clear, x1, y0)
        else:
            before = (x1, y0, x1 + clear, y1)
    for k in range(taken.shape[0]):
        low_x, low_y, high_x, high_y = taken[k, 0], taken[k, 1], taken[k, 2], taken[k, 3]
        sort = taken[k, 4]
        if sort == ACCESS and near:
            continue
        if sort == HUNG and not taken[k, 5] < height - UP_THE_WALL:
            continue
        if x0 < high_x and low_x < x1 and y0 < high_y and low_y < y1:
            return True
        if sort == STANDING and clear > 0:
            if before[0] < high_x and low_x < before[2]:
                if before[1] < high_y and low_y < before[3]:
                    return True
    return False


@compiled
def _stands(
    spot: tuple[float, float, float, float, float, float],
    rect: Rect,
    taken: NDArray[np.float64],
    solid: NDArray[np.bool_],
    cells: tuple[int, int, int, int],
    openings: NDArray[np.int64],
    free: NDArray[np.bool_],
    disc: NDArray[np.int64],
) -> bool:
    """Whether a piece leaves the room in one piece; only then do its cells stay solid.

    Args:
        spot: x, y, cosine, sine and half its width and depth.
    """
    left, bottom = cells[0] - 1, cells[1] - 1
    state = free.astype(np.int8)
    covered = _cover(spot, rect, solid)
    for n in range(covered.shape[0]):
        for k in range(disc.shape[0]):
            r, c = covered[n, 0] + disc[k, 0] - bottom, covered[n, 1] + disc[k, 1] - left
            if 0 <= r < state.shape[0] and 0 <= c < state.shape[1]:
                state[r, c] = 0
    if _joined(state, left, bottom, openings):
        inner = state[1 : state.shape[0] - 1, 1 : state.shape[1] - 1]
        usable = _approachable(inner, solid, cells[0], cells[1], rect)
        for k in range(taken.shape[0]):
            if usable and taken[k, 4] == STANDING:
                other = (taken[k, 0], taken[k, 1], taken[k, 2], taken[k, 3])
                usable = _approachable(inner, solid, cells[0], cells[1], other)
        if usable:
            free[:] = state > 0
            return True
    for n in range(covered.shape[0]):
        solid[covered[n, 0], covered[n, 1]] = False
    return False


@compiled
def _cover(
    spot: tuple[float, float, float, float, float, float],
    rect: Rect,
    solid: NDArray[np.bool_],
) -> NDArray[np.int64]:
    """Make what a turned box overlaps solid: (n, 2) the cells that were not.

    Separating axes of the box and each cell within the upright rectangle around it.
    """
    x, y, c, s, half_x, half_y = spot
    edge = 1e-6
    spread = CELL / 2 * (abs(c) + abs(s))
    low_row, high_row = math.floor((rect[1] + edge) / CELL), math.ceil((rect[3] - edge) / CELL)
    low, high = math.floor((rect[0] + edge) / CELL), math.ceil((rect[2] - edge) / CELL)
    covered = np.empty((max(high_row - low_row, 0) * max(high - low, 0), 2), np.int64)
    count = 0
    for row in range(low_row, high_row):
        for column in range(low, high):
            dx, dy = (column + 0.5) * CELL - x, (row + 0.5) * CELL - y
            if abs(c * dx + s * dy) < half_x + spread - edge:
                if abs(c * dy - s * dx) < half_y + spread - edge and not solid[row, column]:
                    solid[row, column] = True
                    covered[count, 0], covered[count, 1] = row, column
                    count += 1
    return covered[:count]


@compiled
def _joined(state: NDArray[np.int8], left: int, bottom: int, openings: NDArray[np.int64]) -> bool:
    """Whether every doorway and nearly all floor are joined to the first doorway.

    Args:
        state: the room with its walls: 0 blocked, 1 free; 2 is written where joined.
        left, bottom: its first column and row in the world.
    """
    height, width = state.shape
    stack = np.empty((height * width, 2), np.int64)
    top = 0
    for r in range(openings[0, 1] - bottom, openings[0, 3] - bottom):
        for c in range(openings[0, 0] - left, openings[0, 2] - left):
            if top == 0 and state[r, c] == 1:
                state[r, c] = 2
                stack[0, 0], stack[0, 1] = r, c
                top = 1
    while top:
        top -= 1
        row, column = stack[top, 0], stack[top, 1]
        for k in range(4):
            r = row + (k == 0) - (k == 1)
            c = column + (k == 2) - (k == 3)
            if 0 <= r < height and 0 <= c < width and state[r, c] == 1:
                state[r, c] = 2
                stack[top, 0], stack[top, 1] = r, c
                top += 1
    for n in range(openings.shape[0]):
        joined = False
        for r in range(openings[n, 1] - bottom, openings[n, 3] - bottom):
            for c in range(openings[n, 0] - left, openings[n, 2] - left):
                joined = joined or state[r, c] == 2
        if not joined:
            return False
    joined_cells, free_cells = 0, 0
    for r in range(1, height - 1):
        for c in range(1, width - 1):
            joined_cells += state[r, c] == 2
            free_cells += state[r, c] > 0
    return joined_cells >= _ONE_PIECE * free_cells


@compiled
def _approachable(
    walkable: NDArray[np.int8],
    solid: NDArray[np.bool_],
    left: int,
    bottom: int,
    rect: Rect,
) -> bool:
    """Whether a walkable cell lies near the rectangle with nothing solid between."""
    low_row = max(int((rect[1] - _REACH) / CELL) - bottom, 0)
    high_row = min(int((rect[3] + _REACH) / CELL) - bottom + 1, walkable.shape[0])
    low_column = max(int((rect[0] - _REACH) / CELL) - left, 0)
    high_column = min(int((rect[2] + _REACH) / CELL) - left + 1, walkable.shape[1])
    for row in range(low_row, high_row):
        for column in range(low_column, high_column):
            if walkable[row, column] != 2:
                continue
            x, y = (column + left + 0.5) * CELL, (row + bottom + 0.5) * CELL
            px, py = min(max(x, rect[0]), rect[2]), min(max(y, rect[1]), rect[3])
            away = math.hypot(px - x, py - y)
            if away > _REACH:
                continue
            steps = int(away / CELL * 4) + 1
            clear = True
            for n in range(steps):
                qx, qy = x + (px - x) * n / steps, y + (py - y) * n / steps
                r, c = int(qy / CELL), int(qx / CELL)
                own = (
                    c * CELL < rect[2]
                    and (c + 1) * CELL > rect[0]
                    and r * CELL < rect[3]
                    and (r + 1) * CELL > rect[1]
                )
                if solid[r, c] and not own:
                    clear = False
                    break
            if clear:
                return True
    return False
