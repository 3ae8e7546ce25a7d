"""From the cells of a map file to a `World`: limits, another cell size, what can be reached.

Every format ends here. Row 0 of a grid is the southernmost, as in `World`; map files begin with
the northernmost, and their readers flip them.
"""

from __future__ import annotations

import math
import warnings
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vgym.core.opencv import cv2
from vgym.data.errors import DataError
from vgym.envs.navigation.render.textures import NUMBER
from vgym.envs.navigation.worlds.room_kinds import ROOM, ROOM_KINDS
from vgym.envs.navigation.worlds.walkable import RADIUS, clear_cells
from vgym.envs.navigation.worlds.world import (
    CELL,
    Parts,
    Rooms,
    World,
    no_doors,
    no_parts,
    no_things,
)

MAX_CELLS = 2048  # cells of a place, each way, before the border: 256 m
BORDER = 1  # cells of wall that are put around a map
SECOND_PART = 0.05  # of the free cells; a second part over this share is worth a warning

# A cell's neighbour this many cells away is nearer than the robot's radius to its centre.
_REACH = math.floor(RADIUS / CELL + 0.5)
WALL_TINT = (236, 230, 218)
_CEILING_TINT = (245, 245, 242)


def check_size(source: str, height: int, width: int, cell_m: float) -> None:
    """Refuse a grid that would be more than `MAX_CELLS` cells of a place, before it is read.

    Args:
        source: What holds the grid, for the message.
        height: Rows, at least 1.
        width: Columns, at least 1.
        cell_m: Metres a side of the file's cells.

    Raises:
        DataError: Naming the size, the limit and what to do.
    """
    longest = max(height, width) * cell_m
    if not longest <= MAX_CELLS * CELL:
        raise DataError(
            f"{source} is {width} x {height} cells of {cell_m:g} m, {longest:.6g} m at its "
            f"longest; the limit is {MAX_CELLS * CELL:g} m, which are {MAX_CELLS} x {MAX_CELLS} "
            f"cells of {CELL} m. Crop the map; if its cells are smaller than it says, mend their "
            "size"
        )


def resampled(free: NDArray[np.bool_], cell_m: float) -> NDArray[np.bool_]:
    """The grid in cells of `CELL`: a cell is free if it lies in free cells of the file alone.

    What lies outside of the grid is not free, so that a last cell which sticks out is blocked.

    Args:
        free: (H, W) of the file, row 0 the southernmost, whose corner both grids share.
        cell_m: Metres a side of its cells.

    Returns:
        (ceil(H * cell_m / CELL), ceil(W * cell_m / CELL)) bool.

    >>> resampled(np.array([[True, False]]), 0.25).astype(int)
    array([[1, 1, 0, 0],
           [1, 1, 0, 0]])
    """
    return _resampled_rows(_resampled_rows(free, cell_m).T, cell_m).T


def _resampled_rows(free: NDArray[np.bool_], cell_m: float) -> NDArray[np.bool_]:
    tolerance = 1e-6  # of a cell: borders that are equal but for rounding are equal
    ratio = CELL / cell_m
    rows = math.ceil(len(free) / ratio - tolerance)
    begin = np.floor(np.arange(rows) * ratio + tolerance).astype(np.int64)
    end = np.ceil((np.arange(rows) + 1) * ratio - tolerance).astype(np.int64)
    out = np.zeros((rows, free.shape[1]), bool)
    for row in np.flatnonzero(end <= len(free)):
        free[begin[row] : end[row]].all(axis=0, out=out[row])
    return out


def world_of_rooms(
    source: str,
    room: NDArray[np.int16],
    names: tuple[str, ...],
    parts: Parts | None = None,
) -> World:
    """The place whose cells are in these rooms, with a border of wall around them.

    Where the free space falls apart, a robot gets around in the largest part. The others look as
    the file has them, but are solid, so that what is not solid can be reached from everywhere.

    Args:
        source: The file, for messages.
        room: (H, W) into ``names``, -1 for walls; cells of `CELL`, row 0 the southernmost.
        names: What rooms are called; those not in ROOM_KINDS are "room".
        parts: To be drawn, in metres of the place; none when left out.

    Returns:
        (H + 2 BORDER, W + 2 BORDER) cells without things.

    Raises:
        DataError: If there is no free cell, or none in which the robot fits.

    Warns:
        UserWarning: If a part other than the largest has over `SECOND_PART` of the free cells.
    """
    room = np.pad(room, BORDER, constant_values=-1)
    free = room >= 0
    if not free.any():
        raise DataError(
            f"{source} has no free space: every cell of {CELL} m is blocked or touches what is. "
            "Check what the file calls free and blocked, and its cell size"
        )
    out_of_reach = _out_of_reach(source, free)
    return World(
        wall=~free,
        solid=~free | out_of_reach,
        room=room,
        rooms=_rooms(names),
        doors=no_doors(),
        parts=no_parts() if parts is None else parts,
        things=no_things(),
        toggles=0,
    )


def _out_of_reach(source: str, free: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Free cells of parts other than the largest; never one that a robot in that one touches."""
    count, label = cv2.connectedComponents(
        clear_cells(~free, RADIUS).astype(np.uint8), connectivity=4
    )
    cells = np.bincount(label.ravel(), minlength=count)[1:]
    if not len(cells):
        raise DataError(
            f"{source} has {int(free.sum())} free cells of {CELL} m, but none in which a robot of "
            f"radius {RADIUS} m fits: passages must be at least {2 * _REACH + 1} cells "
            f"({(2 * _REACH + 1) * CELL} m) wide. Check the cell size"
        )
    largest = 1 + int(cells.argmax())
    around = np.ones((2 * _REACH + 1, 2 * _REACH + 1), np.uint8)
    mine = cv2.dilate((label == largest).astype(np.uint8), around)
    others = cv2.dilate(((label != 0) & (label != largest)).astype(np.uint8), around)
    second = np.sort(cells)[-2] if len(cells) > 1 else 0
    if second > SECOND_PART * free.sum():
        warnings.warn(
            f"{source} falls apart into {len(cells)} parts between which a robot of radius "
            f"{RADIUS} m cannot move, of {', '.join(map(str, np.sort(cells)[:-6:-1]))}"
            f"{', ...' if len(cells) > 5 else ''} cells; it moves in the largest only. Join them "
            "in the file, or crop it",
            UserWarning,
            stacklevel=2,
        )
    return (others > 0) & (mine == 0)


def _rooms(names: tuple[str, ...]) -> Rooms:
    kinds = [ROOM[name if name in ROOM else "room"] for name in names]
    surfaces = [(NUMBER[k.map_floor], NUMBER["paint"], NUMBER["plaster"]) for k in kinds]
    tints = [(k.map_tint, WALL_TINT, _CEILING_TINT) for k in kinds]
    numbers = [ROOM_KINDS.index(kind.name) for kind in kinds]
    return Rooms(
        np.array(numbers, np.int16), np.array(surfaces, np.int16), np.array(tints, np.uint8)
    )


def world_of_grid(path: Path, free: NDArray[np.bool_], cell_m: float) -> World:
    """The place of one room whose free cells are these; see `resampled` and `world_of_rooms`."""
    room = np.where(resampled(free, cell_m), 0, -1).astype(np.int16)
    return world_of_rooms(str(path), room, ("room",))
