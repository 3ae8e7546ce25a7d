"""Where the middle of a round robot can be, in cells."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from vgym.core.opencv import cv2
from vgym.envs.navigation.worlds.world import CELL

RADIUS = 0.18  # metres: Habitat's robot, code facebookresearch/habitat-lab, AgentConfig


def disc_cells(radius: float) -> NDArray[np.bool_]:
    """(2 n + 1, 2 n + 1) bool: the cells that a disc at the centre of the middle one overlaps."""
    reach = int(np.ceil(radius / CELL))
    offsets = np.arange(-reach, reach + 1)
    gap = np.maximum(np.abs(offsets) - 0.5, 0) * CELL  # from the centre to the near side of a cell
    return np.asarray(np.hypot(gap[:, None], gap[None]) < radius)


def clear_cells(solid: NDArray[np.bool_], radius: float) -> NDArray[np.bool_]:
    """(H, W) bool: the cells at whose centre a disc touches nothing solid; all outside is solid."""
    blocked = cv2.dilate(
        solid.astype(np.uint8), _disc(radius), borderType=cv2.BORDER_CONSTANT, borderValue=1
    )
    return np.asarray(blocked == 0)


@cache
def _disc(radius: float) -> NDArray[np.uint8]:
    return disc_cells(radius).astype(np.uint8)


def walkable_cells(solid: NDArray[np.bool_], radius: float) -> NDArray[np.bool_]:
    """Where the middle of a disc can be and get to from everywhere else.

    Args:
        solid: (H, W) bool.
        radius: metres.

    Returns:
        (H, W) bool: the largest component of the clear cells that is connected by straight moves;
        all False where no cell is clear.
    """
    clear = clear_cells(solid, radius).astype(np.uint8)
    count, component = cv2.connectedComponents(clear, connectivity=4)
    if count <= 1:
        return np.zeros_like(solid)
    sizes = np.bincount(component.ravel(), minlength=count)
    sizes[0] = 0
    return np.asarray(component == sizes.argmax(), np.bool_)
