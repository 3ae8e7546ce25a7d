"""Mazes: corridors a metre wide in which every place can be reached, with some loops."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vgym.core.keyed_sampler import KeyedSampler
from vgym.envs.navigation.render.textures import NUMBER
from vgym.envs.navigation.worlds.world import Rooms, World, no_doors, no_parts, no_things

LANE = 8  # cells: a corridor is a metre wide
_LOOPS = 0.12  # share of the walls between corridors that are left out besides

_WALLS = ("brick", "stone", "wood_panel", "concrete")
_FLOORS = ("tiles", "terrazzo", "concrete", "oak", "terracotta")


def make_maze(key: np.uint64, rooms: int, split: str) -> World:
    """A maze of ``rooms`` + 1 by ``rooms`` + 1 junctions at most, by a walk that backs up.

    Args:
        key: what it is a function of. rooms: 4 to 30, how large. split: kept for its key alone.
    """
    sampler = KeyedSampler(key, "maze")
    side = 3 + rooms // 2
    across = np.ones((side, side - 1), np.bool_)  # a wall between (r, c) and (r, c + 1)
    along = np.ones((side - 1, side), np.bool_)  # a wall between (r, c) and (r + 1, c)
    seen = np.zeros((side, side), np.bool_)
    stack = [(sampler.below(side), sampler.below(side))]
    seen[stack[0]] = True
    while stack:
        r, c = stack[-1]
        ways = [
            (r + dr, c + dc)
            for dr, dc in ((0, 1), (1, 0), (0, -1), (-1, 0))
            if 0 <= r + dr < side and 0 <= c + dc < side and not seen[r + dr, c + dc]
        ]
        if not ways:
            stack.pop()
            continue
        to = ways[sampler.below(len(ways))]
        seen[to] = True
        _open(across, along, (r, c), to)
        stack.append(to)
    for walls in (across, along):
        for at in np.argwhere(walls).tolist():
            if sampler.unit() < _LOOPS:
                walls[tuple(at)] = False
    wall = _cells(across, along)
    texture = (
        NUMBER[_FLOORS[sampler.below(len(_FLOORS))]],
        NUMBER[_WALLS[sampler.below(len(_WALLS))]],
        NUMBER["paint"],
    )
    return World(
        wall=wall,
        solid=wall.copy(),
        room=np.where(wall, -1, 0).astype(np.int16),
        rooms=Rooms(
            np.zeros(1, np.int16),
            np.array([texture], np.int16),
            np.full((1, 3, 3), 255, np.uint8),
        ),
        doors=no_doors(),
        parts=no_parts(),
        things=no_things(),
        toggles=0,
    )


def _open(
    across: NDArray[np.bool_], along: NDArray[np.bool_], a: tuple[int, int], b: tuple[int, int]
) -> None:
    if a[0] == b[0]:
        across[a[0], min(a[1], b[1])] = False
    else:
        along[min(a[0], b[0]), a[1]] = False


def _cells(across: NDArray[np.bool_], along: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(H, W): lanes with a wall of one cell between them where there is one."""
    side = len(across)
    pitch = LANE + 1
    wall = np.zeros((side * pitch + 1, side * pitch + 1), np.bool_)
    wall[:: side * pitch] = wall[:, :: side * pitch] = True
    wall[::pitch, ::pitch] = True
    for r, c in np.argwhere(across).tolist():
        wall[r * pitch : (r + 1) * pitch + 1, (c + 1) * pitch] = True
    for r, c in np.argwhere(along).tolist():
        wall[(r + 1) * pitch, c * pitch : (c + 1) * pitch + 1] = True
    return wall
