"""The things that show in a view: what a perfect detector would find in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vgym.core.task import Candidates
from vgym.envs.navigation.furniture import KINDS
from vgym.envs.navigation.goals import REACH, SHORTEST
from vgym.envs.navigation.worlds.world import World

_NAMEABLE = np.array([kind.nameable for kind in KINDS])


def things_seen(
    labels: Tensor, worlds: Sequence[World], goals: Tensor, start: Tensor
) -> Candidates:
    """Those with a name of which at least one pixel shows, and which could be meant: nobody is sent
    to what he stands by at the start.

    Args:
        labels: (B, h, w) int16 the thing that each pixel shows, -1 for none.
        worlds: of each row. goals: (B, G) int64 the things that are meant, -1 for none.
        start: (B, 2) metres, where the robot stood at the start.
    """
    batch, height, width = labels.shape
    device = labels.device
    most = max(1, *(len(world.things.kind) for world in worlds))
    kind, colour = (
        np.stack([_padded(getattr(world.things, name), most) for world in worlds])
        for name in ("kind", "colour")
    )
    row, y, x = (labels >= 0).nonzero(as_tuple=True)
    place = row * most + labels[row, y, x].long()
    ends = torch.full((4, batch * most), -1, dtype=torch.int64, device=device)
    # The largest of negated coordinates is the smallest.
    for slot, numbers in enumerate((width - x, height - y, x + 1, y + 1)):
        ends[slot].scatter_reduce_(0, place, numbers, "amax")
    left, top, right, bottom = ends.reshape(4, batch, most)
    boxes = torch.stack((width - left, height - top, right, bottom), -1).float()
    seen = right > 0
    number = torch.arange(most, device=device)
    outlines = np.stack([_padded(world.things.box, most) for world in worlds])
    low, high = (torch.from_numpy(outlines[..., k : k + 2]).to(start) for k in (0, 3))
    beside = (torch.clamp(start[:, None], low, high) - start[:, None]).norm(dim=-1)
    far = beside >= REACH + SHORTEST
    mask = seen & torch.from_numpy(_NAMEABLE[kind]).to(device) & far
    target = (goals[:, :, None] == number).any(1) & mask
    return Candidates(
        torch.where(seen[..., None], boxes, 0.0),
        mask,
        target,
        {
            "kind": torch.from_numpy(kind).long().to(device),
            "colour": torch.from_numpy(colour).long().to(device),
        },
    )


def _padded(numbers: NDArray[Any], most: int) -> NDArray[Any]:
    return np.pad(numbers, ((0, most - len(numbers)), *[(0, 0)] * (numbers.ndim - 1)))
