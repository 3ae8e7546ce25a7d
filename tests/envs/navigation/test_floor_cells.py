"""Where a piece of furniture fits: the kernel beside Shapely, SciPy and plain loops."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy import ndimage
from shapely import Polygon, affinity, box

from vgym.envs.navigation.worlds.floor_cells import (
    ACCESS,
    DISC,
    HUNG,
    KEPT,
    STANDING,
    first_fit,
    free_floor,
)
from vgym.envs.navigation.worlds.world import CELL

CELLS = (4, 5, 30, 27)  # x0, y0, x1, y1 of the room
OPENINGS = np.array([[10, 4, 17, 5], [30, 12, 31, 19]])
ROOM = tuple(CELL * c for c in CELLS)
SIZE = (0.9, 0.5, 1.0)
SHAPE = (34, 36)


def _clear(solid: np.ndarray) -> np.ndarray:
    """Cells at whose centre a disc of 0.25 m touches nothing solid, by distances to squares."""
    free = np.zeros(solid.shape, bool)
    padded = np.pad(solid, 3, constant_values=True)
    for r in range(solid.shape[0]):
        for c in range(solid.shape[1]):
            rows, columns = np.nonzero(padded[r : r + 7, c : c + 7])
            away_y = np.maximum(np.abs(rows - 3) - 0.5, 0) * CELL
            away_x = np.maximum(np.abs(columns - 3) - 0.5, 0) * CELL
            free[r, c] = not (np.hypot(away_x, away_y) < 0.25).any()
    return free


def _near(solid: np.ndarray, joined: np.ndarray, footprint: Polygon) -> bool:
    """Whether a joined cell of the room lies within a metre, with nothing solid on the way."""
    x0, y0, x1, y1 = footprint.bounds
    for r, c in np.argwhere(joined):
        if not (CELLS[1] <= r < CELLS[3] and CELLS[0] <= c < CELLS[2]):
            continue
        x, y = (c + 0.5) * CELL, (r + 0.5) * CELL
        to_x, to_y = np.clip(x, x0, x1) - x, np.clip(y, y0, y1) - y
        away = math.hypot(to_x, to_y)
        if away > 1:
            continue
        steps = int(away / CELL * 4) + 1
        way = [(x + to_x * n / steps, y + to_y * n / steps) for n in range(steps)]
        cells = [(int(py / CELL), int(px / CELL)) for px, py in way]
        if not any(
            solid[row, column]
            and not box(column * CELL, row * CELL, (column + 1) * CELL, (row + 1) * CELL)
            .intersection(footprint.envelope)
            .area
            for row, column in cells
        ):
            return True
    return False


def _fits(
    spot: np.ndarray, yaw: float, clear: float, near: bool, taken: np.ndarray, solid: np.ndarray
) -> np.ndarray | None:
    """The solid cells with the piece on a spot; None where it does not go."""
    width, depth, height = SIZE
    piece = box(-width / 2, -depth / 2, width / 2, depth / 2)
    piece = affinity.translate(affinity.rotate(piece, math.degrees(yaw), (0, 0)), *spot[:2])
    x0, y0, x1, y1 = piece.bounds
    if x0 < ROOM[0] or y0 < ROOM[1] or x1 > ROOM[2] or y1 > ROOM[3]:
        return None
    strip = box(-width / 2, depth / 2, width / 2, depth / 2 + clear)
    strip = affinity.translate(affinity.rotate(strip, math.degrees(yaw), (0, 0)), *spot[:2])
    standing = [piece]
    for *rect, sort, low in taken.tolist():
        other = box(*rect)
        if sort == STANDING:
            standing.append(other)
        meets = piece.envelope.intersection(other).area > 1e-9
        if (sort == ACCESS and near) or (sort == HUNG and low >= height - 0.35):
            meets = False
        if meets or (sort == STANDING and clear and strip.intersection(other).area > 1e-9):
            return None
    after = solid.copy()
    for r in range(int(y0 / CELL), math.ceil(y1 / CELL)):
        for c in range(int(x0 / CELL), math.ceil(x1 / CELL)):
            cell = box(c * CELL, r * CELL, (c + 1) * CELL, (r + 1) * CELL)
            after[r, c] |= cell.intersection(piece).area > 1e-7
    x0, y0, x1, y1 = CELLS
    free = np.zeros_like(after)
    free[y0 - 1 : y1 + 1, x0 - 1 : x1 + 1] = _clear(after)[y0 - 1 : y1 + 1, x0 - 1 : x1 + 1]
    label, _ = ndimage.label(free)
    doors = [label[b:d, a:c] for a, b, c, d in OPENINGS.tolist()]
    first = doors[0][doors[0] > 0]
    if not len(first) or not all((door == first[0]).any() for door in doors):
        return None
    joined = label == first[0]
    inner = slice(y0, y1), slice(x0, x1)
    if joined[inner].sum() < 0.9 * free[inner].sum():
        return None
    return after if all(_near(after, joined, other) for other in standing) else None


@pytest.mark.parametrize("seed", range(24))
def test_the_first_spot_that_fits(seed: int) -> None:
    rng = np.random.default_rng(seed)
    solid = np.ones(SHAPE, bool)
    solid[CELLS[1] : CELLS[3], CELLS[0] : CELLS[2]] = False
    solid[1:4, 1:34] = solid[8:24, 31:35] = False  # what lies behind the doorways
    for x0, y0, x1, y1 in OPENINGS.tolist():
        solid[y0:y1, x0:x1] = False
    free = free_floor(solid, CELLS)
    x0, y0, x1, y1 = CELLS
    np.testing.assert_array_equal(free, _clear(solid)[y0 - 1 : y1 + 1, x0 - 1 : x1 + 1])
    taken = np.zeros((0, 6))
    went = 0
    for n in range(14):
        yaw = float(rng.uniform(0, 7))
        askew = n % 5 == 4
        count = int(rng.integers(1, 5))
        quarters = np.full(count, 4) if askew else rng.integers(0, 4, count)
        low, high = np.array(ROOM[:2]), np.array(ROOM[2:])
        spots = np.column_stack((rng.uniform(low, high, (count, 2)), quarters)).astype(float)
        turns = np.array([(math.cos(a), math.sin(a)) for a in (*np.arange(4) * math.pi / 2, yaw)])
        clear, near = (0.0, True) if askew else (float(rng.choice([0.0, 0.45])), bool(n % 2))
        wanted, after = -1, solid
        for k, spot in enumerate(spots):
            turned = yaw if askew else spot[2] * math.pi / 2
            found = _fits(spot, turned, clear, near, taken, solid)
            if found is not None:
                wanted, after = k, found
                break
        at = first_fit(
            spots, SIZE, turns, clear, near, ROOM, taken, solid, CELLS, OPENINGS, free, DISC
        )
        assert at == wanted
        np.testing.assert_array_equal(solid, after)
        np.testing.assert_array_equal(free, free_floor(solid, CELLS))
        if at < 0:
            continue
        went += 1
        c, s = np.abs(turns[int(spots[at, 2])])
        half = np.array([c * SIZE[0] + s * SIZE[1], s * SIZE[0] + c * SIZE[1]]) / 2
        middle = spots[at, :2]
        rows = [(*(middle - half), *(middle + half), STANDING, 0.0)]
        aside = rng.uniform(low, high - 0.3)
        sort = (KEPT, ACCESS, HUNG)[n % 3]
        rows.append((*aside, *(aside + 0.3), sort, float(rng.choice([0.5, 0.65, 0.9]))))
        taken = np.concatenate((taken, np.array(rows)))
    assert went
