"""What states of places may hold: where in a place, how far, how many."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from torch import Tensor

from vgym.core.task import Limit
from vgym.envs.navigation.dynamics import can_stand
from vgym.envs.navigation.world_pool import WorldPool
from vgym.envs.navigation.worlds.world import CELL

FAR = 1e6  # metres; no way is longer
TURNED = 10.0  # radians; more than once around


def in_place(pool: WorldPool, slot: Tensor) -> Tensor:
    """(B, 2) metres: the largest x and y that lie in each row's place."""
    sizes = np.array([pool.worlds[s].wall.shape[::-1] for s in slot.tolist()], np.float32)
    return torch.from_numpy(np.nextafter(sizes * np.float32(CELL), np.float32(0))).to(slot.device)


def pose_limits(field: str, inside: Tensor) -> Limit:
    """Of x, y and yaw, ``inside`` (B, 2) as `in_place` says; for several robots (B, 1, 2)."""
    yaw = torch.full_like(inside[..., :1], TURNED)
    least = torch.cat((torch.zeros_like(inside), -yaw), -1)
    return Limit(field, least, torch.cat((inside, yaw), -1))


def refuse_unless_standing(
    field: str, pool: WorldPool, slot: Tensor, xy: Tensor, radius: int | Tensor = 0
) -> None:
    """Refuse places that no robot can be at, whichever doors are closed.

    Args:
        slot: (n,) int64. xy: (n, 2) metres. radius: as of `can_stand`.

    Raises:
        ValueError: with the first of them.
    """
    no_doors = torch.zeros(len(slot), 0, dtype=torch.bool, device=xy.device)
    bad = (~can_stand(pool, slot, xy, no_doors, radius)).nonzero()[:, 0].tolist()
    if bad:
        raise ValueError(
            f"state_dict['state'][{field!r}] is at {xy[bad[0]].tolist()} metres, where no robot of "
            "the task can stand"
        )


def counts(*fields: str) -> Iterator[Limit]:
    """Of whole numbers that are counted up."""
    return (Limit(field, 0, 2**40) for field in fields)


def lengths(*fields: str) -> Iterator[Limit]:
    """Of metres, infinite where there is no way."""
    return (Limit(field, 0) for field in fields)
