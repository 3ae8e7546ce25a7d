"""Whether a robot has its goal in sight: in its field of view, near, and not behind a wall."""

from __future__ import annotations

import math

import torch
from torch import Tensor

from vgym.envs.navigation.types import State
from vgym.envs.navigation.world_pool import WorldPool
from vgym.envs.navigation.worlds.world import CELL
from vgym.geometry.grids import line_of_sight
from vgym.geometry.poses import wrap_angle

FARTHEST = 10.0  # metres


def in_sight(pool: WorldPool, slot: Tensor, state: State, fov: float) -> Tensor:
    """(B,) bool: the middle of at least one target can be seen. Furniture hides nothing.

    Args:
        slot: (B,) int64. fov: degrees, horizontal.
    """
    apart = state.targets - state.pose[:, None, :2]
    near = apart.square().sum(-1) <= FARTHEST**2
    angle = wrap_angle(torch.atan2(apart[..., 1], apart[..., 0]) - state.pose[:, 2, None])
    ahead = near & (angle.abs() <= math.radians(fov) / 2)
    here = (state.pose[:, None, :2] / CELL).floor().long().expand_as(state.targets)
    there = (state.targets / CELL).floor().long()
    clear = torch.zeros_like(ahead)
    rows = ahead.any(1).nonzero()[:, 0]
    if len(rows):
        walls = pool.scenes.wall[slot[rows]][:, None]
        clear[rows] = line_of_sight(walls, here[rows], there[rows])
    return (ahead & clear).any(1)
