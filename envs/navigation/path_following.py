"""Follow a distance field: the distance of any place, the way down, the next move of a robot."""

from __future__ import annotations

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vgym.compiled import compiled
from vgym.compiled_arrays import copy_into
from vgym.envs.navigation.dynamics import SUBSTEPS
from vgym.envs.navigation.worlds.world import CELL

_TURN_COST = 0.04  # metres a radian: of two ways as good the straighter one
_BUMP_COST = 0.2  # metres: what running into something is worth avoiding
_CELL = CELL  # compiled code keeps the value it was compiled with
_SUBSTEPS = SUBSTEPS


def distance_at(metres: Tensor, field: Tensor, xy: Tensor) -> Tensor:
    """Length of the shortest way from any walkable place to the goal of a field.

    By way of the nearest cell centres: the least, over the 3 x 3 cells around that no corner is
    cut to, of the field there and the straight way to it.

    Args:
        metres: (F, H, W) float32 fields, inf where there is no way.
        field: (B,) int64 which one.
        xy: (B, 2) float32 metres.

    Returns:
        (B,) float32; 0 on a cell of the goal; inf where no cell around leads to it.
    """
    height, width = metres.shape[1:]
    around = torch.arange(-1, 2, device=xy.device)
    cell = (xy / CELL).floor()
    column = (cell[:, 0, None, None].long() + around[None, None, :]).expand(-1, 3, 3)
    row = (cell[:, 1, None, None].long() + around[None, :, None]).expand(-1, 3, 3)
    inside = (column >= 0) & (column < width) & (row >= 0) & (row < height)
    # One flat gather: several times faster than indexing by three tensors.
    flat = (field[:, None, None] * height + row.clamp(0, height - 1)) * width
    there = metres.reshape(-1)[flat + column.clamp(0, width - 1)]
    dx = (column + 0.5) * CELL - xy[:, 0, None, None]
    dy = (row + 0.5) * CELL - xy[:, 1, None, None]
    # Past a corner only where no corner is cut.
    beside = (there[:, 1:2, :] + there[:, :, 1:2]).isfinite()
    way = torch.where(inside & beside, there + (dx * dx + dy * dy).sqrt(), torch.inf)
    return torch.where(there[:, 1, 1] == 0, 0.0, way.flatten(1).amin(1))


@compiled
def next_headings(
    walkable: NDArray[np.bool_],
    metres: NDArray[np.float32],
    slot: NDArray[np.int64],
    radius: NDArray[np.int64],
    field: NDArray[np.int64],
    poses: NDArray[np.float32],
    turn: float,
    step: NDArray[np.float32],
    turns: NDArray[np.int64],
) -> None:
    """By how many turns each robot should turn, to the left, before it goes on.

    Of the headings that whole turns lead to, the one after a step along which the goal is nearest.

    Args:
        walkable: (S, K, H, W).
        metres: (F, H, W) distance fields.
        slot: (B,) the world of each robot.
        radius: (B,) which of the K radii it has.
        field: (B,) its distance field.
        poses: (B, 3) x, y, yaw.
        turn: radians of one turn.
        step: (B,) metres of one step.
        turns: (B,) written: negative is to the right, 0 straight on.
    """
    count = round(2 * math.pi / turn)
    for b in range(poses.shape[0]):
        x, y, yaw = poses[b, 0], poses[b, 1], poses[b, 2]
        free = walkable[slot[b], radius[b]]
        best, turns[b] = np.inf, 1
        for n in range(count):
            k = (n + 1) // 2 if n % 2 else -(n // 2)
            dx, dy = math.cos(yaw + k * turn) * step[b], math.sin(yaw + k * turn) * step[b]
            clear = 0
            for i in range(1, _SUBSTEPS + 1):
                row, column = _cell(free, x + dx * i / _SUBSTEPS, y + dy * i / _SUBSTEPS)
                if row < 0 or not free[row, column]:
                    break
                clear = i
            if clear == 0:
                continue
            # Going as far as one can is better than turning back where no whole step leads on.
            share = clear / _SUBSTEPS
            cost = distance_in(metres[field[b]], x + dx * share, y + dy * share)
            cost += _TURN_COST * abs(k) * turn
            if clear < _SUBSTEPS:
                cost += _BUMP_COST
            if cost < best - 1e-6:
                best, turns[b] = cost, k


@compiled
def way_down(
    metres: NDArray[np.float32],
    field: NDArray[np.int64],
    starts: NDArray[np.float32],
    spacing: float,
    path: NDArray[np.float32],
    counts: NDArray[np.int64],
) -> None:
    """The shortest path from each start, as points at even distances along it.

    Args:
        metres: (F, H, W) distance fields.
        field: (B,) which one.
        starts: (B, 2) metres.
        spacing: metres between points; more where the path would not fit.
        path: (B, M, 2) written, M at least 2.
        counts: (B,) written: points of each.
    """
    most = path.shape[1]
    for b in range(starts.shape[0]):
        distances = metres[field[b]]
        length = distance_in(distances, starts[b, 0], starts[b, 1])
        apart = max(spacing, length / (most - 2)) if np.isfinite(length) else spacing
        copy_into(path[b, 0], starts[b])
        count = 1
        x, y = float(starts[b, 0]), float(starts[b, 1])
        row, column = _cell(distances, x, y)
        # From one point to the next of the polyline of cell centres.
        since = 0.0
        while row >= 0 and np.isfinite(distances[row, column]):
            next_row, next_column = _downhill(distances, row, column)
            next_x, next_y = (next_column + 0.5) * _CELL, (next_row + 0.5) * _CELL
            leg = math.hypot(next_x - x, next_y - y)
            while since + leg >= apart and count < most - 1:
                share = (apart - since) / leg
                x, y = x + (next_x - x) * share, y + (next_y - y) * share
                path[b, count, 0], path[b, count, 1] = x, y
                count += 1
                leg, since = math.hypot(next_x - x, next_y - y), 0.0
            since += leg
            x, y = next_x, next_y
            if next_row == row and next_column == column:
                break
            row, column = next_row, next_column
        if since > 1e-6 and count < most:
            path[b, count, 0], path[b, count, 1] = x, y
            count += 1
        counts[b] = count


@compiled
def distance_in(metres: NDArray[np.float32], x: float, y: float) -> float:
    """`distance_at` for one place."""
    row, column = math.floor(y / _CELL), math.floor(x / _CELL)
    best = np.inf
    for r in range(max(row - 1, 0), min(row + 2, metres.shape[0])):
        for c in range(max(column - 1, 0), min(column + 2, metres.shape[1])):
            if r == row and c == column and metres[r, c] == 0:
                return 0.0
            if r != row and c != column:
                if not (np.isfinite(metres[row, c]) and np.isfinite(metres[r, column])):
                    continue
            way = metres[r, c] + math.hypot((c + 0.5) * _CELL - x, (r + 0.5) * _CELL - y)
            best = min(best, way)
    return best


@compiled
def _downhill(metres: NDArray[np.float32], row: int, column: int) -> tuple[int, int]:
    """The neighbouring cell by way of which the goal is nearest, or the cell itself at a goal."""
    best, to_row, to_column = np.inf, row, column
    if metres[row, column] == 0:
        return row, column
    for dr in range(-1, 2):
        for dc in range(-1, 2):
            r, c = row + dr, column + dc
            if r < 0 or c < 0 or r >= metres.shape[0] or c >= metres.shape[1]:
                continue
            if metres[r, c] >= metres[row, column]:
                continue
            if dr != 0 and dc != 0:
                if not (np.isfinite(metres[row, c]) and np.isfinite(metres[r, column])):
                    continue
            way = metres[r, c] + _CELL * math.hypot(dr, dc)
            if way < best:
                best, to_row, to_column = way, r, c
    return to_row, to_column


@compiled
def _cell(grid: NDArray[np.bool_], x: float, y: float) -> tuple[int, int]:
    """Row and column of a place, (-1, -1) outside."""
    row, column = math.floor(y / _CELL), math.floor(x / _CELL)
    if row < 0 or column < 0 or row >= grid.shape[0] or column >= grid.shape[1]:
        return -1, -1
    return row, column
