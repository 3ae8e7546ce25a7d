"""A map made while walking: what depth and odometry say of the floor, of obstacles and of colours.

The frame of a map is the robot's own at the start of the episode: x ahead, y to the left, the start
in the middle. Nothing else is known, so the map is turned against the walls by any angle.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from vgym.baselines.surface_colours import BANDS, band_of, colour_bin
from vgym.compiled import compiled
from vgym.envs.navigation.render.camera import EYE_M
from vgym.envs.navigation.worlds.world import CELL, DOOR_HEIGHT

SIDE = 320  # cells: 20 m to every side of the start
# What is known of a cell.
FREE, HIT, BUMPED, TALL, GIVEN_UP, TIGHT, NEAR = 1, 2, 4, 8, 16, 32, 64

_EYE, _CELL = EYE_M, CELL  # compiled code keeps the values it was compiled with
_KERB = 0.03  # metres: what is no higher is floor
_HEAD = 1.2  # metres: what is higher hangs on a wall
_WALL, _CEILING = DOOR_HEIGHT + 0.15, 2.45  # metres: only walls are seen between these heights
_INTO = 0.02  # metres behind a surface, where its cell is looked up
_STRIDE = 0.1  # metres between marks along a ray
_MIDDLE = SIDE // 2
# Metres ahead and to the left of where a step ended too soon: where what stopped it may be.
_FEELERS = (
    (0.05, 0.0),
    (0.1, 0.0),
    (0.15, 0.0),
    (0.1, 0.08),
    (0.1, -0.08),
    (0.2, 0.0),
    (0.25, 0.0),
)
_RAYS = 96  # a radian, at least, so that no gaps are left at 6 m


class DepthMaps:
    """The maps of B rows.

    Attributes:
        flags: (B, SIDE, SIDE) uint8, row by y and column by x; 0 is unknown.
        colours: (B, SIDE, SIDE, BANDS) uint8: the colour last seen in a cell at a height, as the
            number of its bin and 1; 0 where there was none.
        box: (B, 4) int64 first and last column, first and last row that is not unknown.
    """

    def __init__(self, rows: int) -> None:
        self.flags = np.zeros((rows, SIDE, SIDE), np.uint8)
        self.colours = np.zeros((rows, SIDE, SIDE, BANDS), np.uint8)
        self.box = np.empty((rows, 4), np.int64)
        self.forget(np.arange(rows))

    def forget(self, rows: NDArray[np.int64]) -> None:
        """Empty maps, but for the floor that the robot stands on."""
        self.flags[rows] = 0
        self.colours[rows] = 0
        self.box[rows] = (_MIDDLE - 2, _MIDDLE + 2, _MIDDLE - 2, _MIDDLE + 2)
        self.flags[rows, _MIDDLE - 1 : _MIDDLE + 2, _MIDDLE - 1 : _MIDDLE + 2] = FREE

    def see(
        self,
        row: int,
        pose: NDArray[np.float32],
        depth: NDArray[np.float32],
        image: NDArray[np.uint8],
        fov: float,
    ) -> None:
        """Add one look.

        Args:
            row: whose map.
            pose: (4,) odometry.
            depth: (H, W) metres along the view axis.
            image: (H, W, 3), at least as wide; what is beyond is not looked at.
            fov: horizontal, degrees.
        """
        focal = depth.shape[1] / 2 / math.tan(math.radians(fov) / 2)
        _see(
            self.flags[row],
            self.colours[row],
            self.box[row],
            pose.astype(np.float64),
            depth,
            image,
            focal,
        )

    def bump(self, row: int, pose: NDArray[np.float32]) -> None:
        """Remember that there was no going on from a pose: of the cells ahead the first is blocked
        that was not thought to be, so that running into the same thing again says more.
        """
        own = cell_of(float(pose[0]), float(pose[1]))
        for ahead, aside in _FEELERS:
            x = pose[0] + pose[2] * ahead - pose[3] * aside
            y = pose[1] + pose[3] * ahead + pose[2] * aside
            cell = cell_of(float(x), float(y))
            if cell != own and not self.flags[row, cell[0], cell[1]] & BUMPED:
                self.flags[row, cell[0], cell[1]] |= BUMPED
                return


@compiled
def cell_of(x: float, y: float) -> tuple[int, int]:
    """Row and column of a place, at the border for places beyond the map."""
    column = math.floor(x / _CELL) + _MIDDLE
    row = math.floor(y / _CELL) + _MIDDLE
    return min(max(row, 3), SIDE - 4), min(max(column, 3), SIDE - 4)


@compiled
def _see(
    flags: NDArray[np.uint8],
    colours: NDArray[np.uint8],
    box: NDArray[np.int64],
    pose: NDArray[np.float64],
    depth: NDArray[np.float32],
    image: NDArray[np.uint8],
    focal: float,
) -> None:
    height, width = depth.shape
    x, y, cos, sin = pose[0], pose[1], pose[2], pose[3]
    rays = max(1, math.ceil(_RAYS / focal))
    for c in range(width):
        aside = (width / 2 - (c + 0.5)) / focal
        ahead_x, ahead_y = cos - aside * sin, sin + aside * cos  # a metre along the view axis
        floor_to = 0.0  # how far the floor is seen without a break; -1 behind something
        for up in range(height):
            r = height - 1 - up
            slope = (height / 2 - (r + 0.5)) / focal
            d = float(depth[r, c])
            z = _EYE + d * slope
            if z <= _KERB:
                if floor_to >= 0:
                    for n in range(rays):
                        off = ((n + 0.5) / rays - 0.5) / focal
                        _mark_floor(
                            flags, box, x, y, ahead_x - off * sin, ahead_y + off * cos, floor_to, d
                        )
                floor_to = d
                continue
            if z >= _CEILING:
                continue
            there = d + _INTO
            row, column = cell_of(x + ahead_x * there, y + ahead_y * there)
            if z < _HEAD:
                if floor_to >= 0:
                    _mark_floor(flags, box, x, y, ahead_x, ahead_y, floor_to, d - _CELL)
                floor_to = -1.0
                if not flags[row, column] & HIT:
                    _mark_hit(flags, row, column)
                    _extend(box, row, column)
            elif z > _WALL:
                flags[row, column] |= TALL
            shade = 1 + d * d / 144  # how much light the distance takes
            hue = colour_bin(image[r, c, 0] * shade, image[r, c, 1] * shade, image[r, c, 2] * shade)
            colours[row, column, band_of(z)] = hue + 1


@compiled
def _mark_floor(
    flags: NDArray[np.uint8],
    box: NDArray[np.int64],
    x: float,
    y: float,
    ahead_x: float,
    ahead_y: float,
    first: float,
    last: float,
) -> None:
    """The cells along a ray between two distances are free to stand on."""
    for n in range(math.floor((last - first) / _STRIDE) + 1):
        at = first + n * _STRIDE
        row, column = cell_of(x + ahead_x * at, y + ahead_y * at)
        if not flags[row, column] & FREE:
            flags[row, column] |= FREE
            _extend(box, row, column)


@compiled
def _mark_hit(flags: NDArray[np.uint8], row: int, column: int) -> None:
    """Something stands on a cell: those beside it are tight, those next to them near."""
    flags[row, column] |= HIT
    for r in range(row - 2, row + 3):
        for c in range(column - 2, column + 3):
            flags[r, c] |= NEAR
            if abs(r - row) <= 1 and abs(c - column) <= 1:
                flags[r, c] |= TIGHT


@compiled
def _extend(box: NDArray[np.int64], row: int, column: int) -> None:
    box[0], box[1] = min(box[0], column), max(box[1], column)
    box[2], box[3] = min(box[2], row), max(box[3], row)


assert BANDS * 0.25 >= _CEILING
