"""How a robot moves: a point on the walkable cells, stopped by walls, furniture and closed doors.

The middle of the robot may be wherever the cell under it is walkable for its radius: the same
cells on which distances are measured, so that a shortest path can always be walked.
"""

from __future__ import annotations

import torch
from torch import Tensor

from vgym.envs.navigation.world_pool import WorldPool
from vgym.envs.navigation.worlds.world import CELL

SUBSTEPS = 8  # checks a move: every 3 cm of a step of 0.25 m, a quarter of a cell


def advance(
    pool: WorldPool,
    slot: Tensor,
    xy: Tensor,
    yaw: Tensor,
    distance: Tensor,
    closed: Tensor,
    slide: bool = False,
    radius: int | Tensor = 0,
) -> tuple[Tensor, Tensor]:
    """Go straight on, up to what stands in the way.

    Args:
        pool: the worlds.
        slot: (B,) int64 the place of each row.
        xy: (B, 2) float32 metres, on a walkable cell.
        yaw: (B,) float32 radians, where to.
        distance: (B,) float32 metres; negative goes backwards.
        closed: (B, D) bool doors that are closed.
        slide: go on along x or y where the way straight on is blocked.
        radius: index of the robot's radius among the pool's, one for all or (B,).

    Returns:
        New xy (B, 2), and whether something was in the way (B,) bool.
    """
    step = torch.stack((yaw.cos(), yaw.sin()), -1) * distance[:, None]
    reached, share = _go(pool, slot, xy, step, closed, radius)
    blocked = (share < 1) & (distance != 0)
    if slide:
        rest = step * (1 - share)[:, None]
        for axis in (0, 1):
            along = torch.zeros_like(rest)
            along[:, axis] = rest[:, axis]
            reached, _ = _go(pool, slot, reached, along, closed, radius)
    return reached, blocked


def can_stand(
    pool: WorldPool, slot: Tensor, xy: Tensor, closed: Tensor, radius: int | Tensor = 0
) -> Tensor:
    """Whether the middle of a robot can be somewhere.

    Args:
        pool: the worlds.
        slot: (...) int64 the world of each.
        xy: (..., 2) metres.
        closed: (B, D) bool doors that are closed.
        radius: index of the robot's radius among the pool's, one for all or (...).

    Returns:
        (...) bool.
    """
    walkable = pool.walkable  # first: another thread may enlarge the pool at any time
    height, width = walkable.shape[2:]
    column = (xy[..., 0] / CELL).floor().clamp(0, width - 1).long()
    row = (xy[..., 1] / CELL).floor().clamp(0, height - 1).long()
    free = walkable[slot, radius, row, column]
    if closed.shape[-1] == 0:
        return free
    door = pool.door[slot, row, column].long()
    shut = closed.gather(-1, door.clamp(min=0).reshape(len(closed), -1)).reshape(door.shape)
    return free & ~((door >= 0) & shut)


def _go(
    pool: WorldPool,
    slot: Tensor,
    xy: Tensor,
    step: Tensor,
    closed: Tensor,
    radius: int | Tensor,
) -> tuple[Tensor, Tensor]:
    """As much of a step as is free: new xy (B, 2), and the share of it (B,)."""
    shares = torch.arange(1, SUBSTEPS + 1, device=xy.device, dtype=torch.float32) / SUBSTEPS
    points = xy[:, None] + step[:, None] * shares[:, None]
    size = radius[:, None] if isinstance(radius, Tensor) else radius
    free = can_stand(pool, slot[:, None], points, closed, size)
    share = free.to(torch.int32).cumprod(1).sum(1).to(torch.float32) / SUBSTEPS
    return xy + step * share[:, None], share
