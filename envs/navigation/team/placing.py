"""Where a team starts and where its goals can be: on floor that every kind of robot can use."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from vgym.core.keys import below, stream, uniform
from vgym.envs.navigation.goals import Goal, point_goals
from vgym.envs.navigation.team.robots import RADII
from vgym.envs.navigation.world_pool import WorldPool
from vgym.envs.navigation.worlds.world import CELL

APART_M = 2.5  # metres between goals, where there are such
_START, _YAW = stream("team/start"), stream("team/yaw")


def common_floor(pool: WorldPool, slot: int) -> NDArray[np.bool_]:
    """(H, W) bool: the cells of a place where robots of every size can be."""
    clear = pool.walkable_in(slot, len(RADII) - 1)
    for radius in range(len(RADII) - 1):
        clear = clear & pool.walkable_in(slot, radius)
    return clear


def meeting_points(pool: WorldPool, slot: int, key: np.uint64) -> list[Goal]:
    """The places that poles and marks can stand at: where every kind of robot can go."""
    return point_goals(common_floor(pool, slot), key)


def starting_poses(pool: WorldPool, slot: int, key: np.uint64, count: int) -> NDArray[np.float32]:
    """One place for each robot, apart from one another, near the first: (count, 3) x, y, yaw."""
    clear = common_floor(pool, slot)
    height, width = clear.shape
    clear = clear & (pool.door[slot, :height, :width] < 0).cpu().numpy()  # not in a doorway
    rows, columns = np.nonzero(clear)
    xy = (np.stack((columns, rows), 1) + 0.5) * CELL
    chosen: list[int] = [below(key, _START, 0, len(xy))]
    gaps = np.hypot(*(xy - xy[chosen[0]]).T)
    noise = np.array([uniform(key, _START, 1 + n) for n in range(len(xy))])
    order = np.argsort(gaps + 3 * noise, kind="stable")
    for at in order.tolist():
        if len(chosen) == count:
            break
        if np.hypot(*(xy[chosen] - xy[at]).T).min() > 2 * RADII[-1] + 0.2:
            chosen.append(at)
    while len(chosen) < count:  # a place too small for distances: any free cell
        chosen.append(chosen[-1])
    yaw = [(uniform(key, _YAW, n) * 2 - 1) * math.pi for n in range(len(chosen))]
    return np.concatenate((xy[chosen], np.array(yaw)[:, None]), 1).astype(np.float32)


def away_from(points: list[Goal], first: int, xy: NDArray[np.float32], metres: float) -> int:
    """The first point from ``first`` on, so far from all (n, 2) places, or the farthest."""
    at = np.array([goal.targets[0] for goal in points])
    gaps = np.linalg.norm(at[:, None] - xy, axis=2).min(1)
    order = np.roll(np.arange(len(points)), -first)
    far = order[gaps[order] > metres]
    return int(far[0] if len(far) else gaps.argmax())


def spread(points: list[Goal], order: list[int], count: int) -> list[int]:
    """The first points in an order that are apart from one another; then any."""
    chosen: list[int] = []
    for apart in (APART_M, 1.2, 0.0):
        for at in order:
            x, y = points[at].targets[0]
            near = (math.dist((x, y), points[c].targets[0]) < apart for c in chosen)
            if len(chosen) < count and at not in chosen and not any(near):
                chosen.append(at)
    return (chosen * count)[:count]
