"""Plans on a map made while walking: distance fields over its cells, and the next heading."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from vgym.baselines.depth_map import BUMPED, FREE, GIVEN_UP, HIT, NEAR, SIDE, TIGHT, cell_of
from vgym.compiled import compiled
from vgym.envs.navigation.worlds.world import CELL

FAR = 1 << 30  # cost of what cannot be reached

_CELL = CELL  # compiled code keeps the value it was compiled with
_STRAIGHT, _DIAGONAL = 5, 7  # cost of a move over open floor; 1 is a fortieth of a metre
_NEAR, _TIGHT, _UNKNOWN = 2, 6, 2  # by how much what is not open floor costs more
_BUCKETS = 128  # above the highest cost of one move
_MARGIN = 24  # cells around what is known
_BEYOND = 80  # how much farther than the robot a field reaches
_SUBSTEPS = 8
_TURN_COST = 0.03  # metres a radian
_AGAIN, _SAME = 0.15, 0.13  # metres: what it costs to come where it was, as near as that
_HIDDEN = 5  # unknown cells around an edge of the map that is worth a visit


@compiled
def frontier(flags: NDArray[np.uint8], box: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where what is known of the floor ends: flat cells (n,)."""
    found = np.empty((box[1] - box[0] + 1) * (box[3] - box[2] + 1), np.int64)
    count = 0
    for r in range(max(box[2], 3), min(box[3], SIDE - 4) + 1):
        for c in range(max(box[0], 3), min(box[1], SIDE - 4) + 1):
            if flags[r, c] & (FREE | HIT | BUMPED | GIVEN_UP | TIGHT) != FREE:
                continue
            if (
                flags[r - 1, c] & (FREE | HIT)
                and flags[r + 1, c] & (FREE | HIT)
                and flags[r, c - 1] & (FREE | HIT)
                and flags[r, c + 1] & (FREE | HIT)
            ):
                continue
            hidden = 0
            for rr in range(r - 2, r + 3):
                for cc in range(c - 2, c + 3):
                    hidden += not flags[rr, cc] & (FREE | HIT)
            if hidden >= _HIDDEN:
                found[count] = r * SIDE + c
                count += 1
    return found[:count]


@compiled
def cost_field(
    flags: NDArray[np.uint8],
    box: NDArray[np.int64],
    goals: NDArray[np.int64],
    x: float,
    y: float,
    through_unknown: bool,
) -> NDArray[np.int32]:
    """Cost of the cheapest way from cells to the nearest goal, as far out as the robot stands.

    Args:
        flags: (SIDE, SIDE), see `DepthMaps`.
        box: (4,) what is known.
        goals: (n,) flat cells.
        x, y: where the robot is.
        through_unknown: whether ways may lead over what has not been seen, at a price.

    Returns:
        (SIDE, SIDE) int32, FAR where there is no way.
    """
    cost = np.full((SIDE, SIDE), FAR, np.int32)
    row, column = cell_of(x, y)
    low_c, high_c = min(box[0], column), max(box[1], column)
    low_r, high_r = min(box[2], row), max(box[3], row)
    for at in goals:
        low_c, high_c = min(low_c, at % SIDE), max(high_c, at % SIDE)
        low_r, high_r = min(low_r, at // SIDE), max(high_r, at // SIDE)
    low_c, low_r = max(low_c - _MARGIN, 1), max(low_r - _MARGIN, 1)
    high_c, high_r = min(high_c + _MARGIN, SIDE - 2), min(high_r + _MARGIN, SIDE - 2)
    # A queue for every cost modulo the number of buckets: linked lists in arrays.
    most = 8 * (high_c - low_c + 1) * (high_r - low_r + 1) + len(goals) + 1
    follower, cell = np.empty(most, np.int32), np.empty(most, np.int32)
    head = np.full(_BUCKETS, -1, np.int32)
    entries = 0
    for at in goals:
        cost[at // SIDE, at % SIDE] = 0
        cell[entries], follower[entries] = at, head[0]
        head[0] = entries
        entries += 1
    now, empty = 0, 0
    while empty < _BUCKETS:
        bucket = now % _BUCKETS
        if head[bucket] < 0:
            now, empty = now + 1, empty + 1
            continue
        empty = 0
        if now > cost[row, column] + _BEYOND:
            break
        entry = head[bucket]
        head[bucket] = follower[entry]
        r, c = cell[entry] // SIDE, cell[entry] % SIDE
        if cost[r, c] != now:
            continue
        for dr in range(-1, 2):
            for dc in range(-1, 2):
                rr, cc = r + dr, c + dc
                if (dr == 0 and dc == 0) or not (low_r <= rr <= high_r and low_c <= cc <= high_c):
                    continue
                price = _price(flags[rr, cc], through_unknown)
                if price == 0 and not (rr == row and cc == column):
                    continue
                move = _DIAGONAL if dr != 0 and dc != 0 else _STRAIGHT
                there = now + move * max(price, 1)
                if there < cost[rr, cc]:
                    cost[rr, cc] = there
                    cell[entries], follower[entries] = rr * SIDE + cc, head[there % _BUCKETS]
                    head[there % _BUCKETS] = entries
                    entries += 1
    return cost


@compiled
def next_turns(
    flags: NDArray[np.uint8],
    cost: NDArray[np.int32],
    pose: NDArray[np.float64],
    turn: float,
    step: float,
    been: NDArray[np.float64],
) -> tuple[int, float]:
    """By how many turns to the left to turn before a step, and what is left to go after it.

    Args:
        flags: (SIDE, SIDE), see `DepthMaps`.
        cost: (SIDE, SIDE), of `cost_field`.
        pose: (4,) odometry.
        turn: radians of one turn.
        step: metres of one step.
        been: (n, 2) metres: where it was of late. To come there again counts as a detour, so that
            it gets out of corners that whole turns and steps do not lead through.

    Returns:
        turns (negative is to the right), metres; (1, inf) where every step is blocked.
    """
    count = round(2 * math.pi / turn)
    yaw = math.atan2(pose[3], pose[2])
    own = cell_of(pose[0], pose[1])
    best, turns = np.inf, 1
    for n in range(count):
        k = (n + 1) // 2 if n % 2 else -(n // 2)
        dx, dy = math.cos(yaw + k * turn) * step, math.sin(yaw + k * turn) * step
        tight, clear = 0, True
        for i in range(1, _SUBSTEPS + 1):
            r, c = cell_of(pose[0] + dx * i / _SUBSTEPS, pose[1] + dy * i / _SUBSTEPS)
            if (r != own[0] or c != own[1]) and flags[r, c] & (HIT | BUMPED):
                clear = False
                break
            tight += (flags[r, c] & TIGHT) // TIGHT
        if not clear:
            continue
        left = _left_from(cost, pose[0] + dx, pose[1] + dy)
        again = 0
        for i in range(been.shape[0]):
            gap = math.hypot(been[i, 0] - pose[0] - dx, been[i, 1] - pose[1] - dy)
            again += gap < _SAME
        rated = left + _AGAIN * again + _TURN_COST * abs(k) * turn + 0.025 * tight
        if rated < best - 1e-9:
            best, turns = rated, k
    return turns, best


@compiled
def _left_from(cost: NDArray[np.int32], x: float, y: float) -> float:
    """Metres left from a place: by way of the best of the cells around it."""
    row, column = cell_of(x, y)
    best = np.inf
    for r in range(row - 1, row + 2):
        for c in range(column - 1, column + 2):
            if cost[r, c] < FAR:
                gap = math.hypot(
                    (c + 0.5 - SIDE // 2) * _CELL - x, (r + 0.5 - SIDE // 2) * _CELL - y
                )
                best = min(best, cost[r, c] * (_CELL / _STRAIGHT) + gap)
    return best


@compiled
def _price(flag: int, through_unknown: bool) -> int:
    """By how much more a cell costs than open floor; 0 where there is no way."""
    if flag & (HIT | BUMPED):
        return 0
    known = flag & FREE
    if not known and not through_unknown:
        return 0
    price = 1 if known else _UNKNOWN
    if flag & TIGHT:
        return price * _TIGHT
    return price * _NEAR if flag & NEAR else price


@compiled
def give_up(flags: NDArray[np.uint8], x: float, y: float, radius: float) -> None:
    """No edge of the map near a place is worth a visit any more."""
    row, column = cell_of(x, y)
    reach = math.ceil(radius / _CELL)
    for r in range(max(row - reach, 0), min(row + reach + 1, SIDE)):
        for c in range(max(column - reach, 0), min(column + reach + 1, SIDE)):
            if math.hypot(r - row, c - column) * _CELL <= radius:
                flags[r, c] |= GIVEN_UP
