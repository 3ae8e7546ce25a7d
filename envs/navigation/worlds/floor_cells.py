"""The floor of a room in cells: what furniture covers, and whether a robot still gets about."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from vgym.compiled import compiled
from vgym.envs.navigation.worlds.rooms import Placed
from vgym.envs.navigation.worlds.walkable import disc_cells
from vgym.envs.navigation.worlds.world import CELL

WIDEST = 0.25  # metres: the radius of the widest robot that must get everywhere
_REACH = 1.0  # metres: how near a robot can get to everything that stands on a floor
_ONE_PIECE = 0.9  # of a room's walkable cells are joined to its doors


def cover(solid: NDArray[np.bool_], piece: Placed) -> None:
    """Mark every cell that the footprint of a piece overlaps."""
    width, depth, _ = piece.model.size
    c, s = math.cos(piece.yaw), math.sin(piece.yaw)
    _cover(solid, piece.x, piece.y, c, s, width / 2, depth / 2, *piece.rect)


def usable(
    solid: NDArray[np.bool_],
    cells: tuple[int, int, int, int],
    openings: NDArray[np.int64],
    rects: NDArray[np.float64],
) -> bool:
    """Whether doorways and nearly all floor are joined, and every rectangle can be approached."""
    return bool(_usable(solid, cells, openings, _DISC, rects))


# Offsets (row, column) of the cells that the robot at the centre of a cell overlaps.
_DISC = np.argwhere(disc_cells(WIDEST)) - len(disc_cells(WIDEST)) // 2


@compiled
def _cover(
    solid: NDArray[np.bool_],
    x: float,
    y: float,
    c: float,
    s: float,
    half_x: float,
    half_y: float,
    x0: float,
    y0: float,
    x1: float,
    y1: float,
) -> None:
    """Separating axes of a turned box and each cell within the upright rectangle around it."""
    edge = 1e-6
    spread = CELL / 2 * (abs(c) + abs(s))
    for row in range(math.floor((y0 + edge) / CELL), math.ceil((y1 - edge) / CELL)):
        for column in range(math.floor((x0 + edge) / CELL), math.ceil((x1 - edge) / CELL)):
            dx, dy = (column + 0.5) * CELL - x, (row + 0.5) * CELL - y
            if abs(c * dx + s * dy) < half_x + spread - edge:
                if abs(c * dy - s * dx) < half_y + spread - edge:
                    solid[row, column] = True


@compiled
def _walkable(
    solid: NDArray[np.bool_],
    cells: tuple[int, int, int, int],
    openings: NDArray[np.int64],
    disc: NDArray[np.int64],
) -> NDArray[np.int8]:
    """The room with its walls: 0 blocked, 1 cut off from the first doorway, 2 joined to it."""
    x0, y0, x1, y1 = cells
    height, width = y1 - y0 + 2, x1 - x0 + 2
    state = np.zeros((height, width), np.int8)
    for row in range(height):
        for column in range(width):
            r, c = row + y0 - 1, column + x0 - 1
            free = not solid[r, c]
            k = 0
            while free and k < disc.shape[0]:
                rr, cc = r + disc[k, 0], c + disc[k, 1]
                outside = rr < 0 or cc < 0 or rr >= solid.shape[0] or cc >= solid.shape[1]
                free = not outside and not solid[rr, cc]
                k += 1
            state[row, column] = 1 if free else 0
    stack = np.empty((height * width, 2), np.int64)
    top = 0
    for r in range(openings[0, 1], openings[0, 3]):
        for c in range(openings[0, 0], openings[0, 2]):
            if top == 0 and state[r - y0 + 1, c - x0 + 1] == 1:
                state[r - y0 + 1, c - x0 + 1] = 2
                stack[0, 0], stack[0, 1] = r - y0 + 1, c - x0 + 1
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
    return state


@compiled
def _usable(
    solid: NDArray[np.bool_],
    cells: tuple[int, int, int, int],
    openings: NDArray[np.int64],
    disc: NDArray[np.int64],
    rects: NDArray[np.float64],
) -> bool:
    x0, y0, x1, y1 = cells
    state = _walkable(solid, cells, openings, disc)
    for n in range(openings.shape[0]):
        joined = False
        for r in range(openings[n, 1], openings[n, 3]):
            for c in range(openings[n, 0], openings[n, 2]):
                joined = joined or state[r - y0 + 1, c - x0 + 1] == 2
        if not joined:
            return False
    inner = state[1 : y1 - y0 + 1, 1 : x1 - x0 + 1]
    if (inner == 2).sum() < _ONE_PIECE * (inner > 0).sum():
        return False
    for n in range(rects.shape[0]):
        if not _approachable(inner, solid, x0, y0, rects[n]):
            return False
    return True


@compiled
def _approachable(
    walkable: NDArray[np.int8],
    solid: NDArray[np.bool_],
    left: int,
    bottom: int,
    rect: NDArray[np.float64],
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
