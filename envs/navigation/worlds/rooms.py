"""A room to furnish, and a piece of furniture in its place."""

from __future__ import annotations

from typing import NamedTuple

from vgym.envs.navigation.furniture import Model
from vgym.envs.navigation.worlds.floor_rects import Rect


class Placed(NamedTuple):
    """A piece of furniture in its place."""

    kind: int
    colour: int
    model: Model
    x: float  # metres: the middle of its footprint
    y: float
    z: float  # metres that it is raised by
    yaw: float
    rect: Rect  # the upright rectangle around its footprint
    stands: bool  # on the floor


class Space(NamedTuple):
    """A room to furnish."""

    kind: str
    cells: tuple[int, int, int, int]  # x0, y0, x1, y1 half-open
    openings: tuple[tuple[int, int, int, int], ...]  # cells
    kept: tuple[Rect, ...]  # floor and wall that stay free: before doors, behind open leaves
    outside: tuple[bool, bool, bool, bool]  # whether its south, east, north, west wall is outer
