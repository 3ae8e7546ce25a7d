"""A place to move through, as plain arrays: cells, rooms, doors, parts to see, things to name.

The frame: metres, x to the east, y to the north, z up from the floor; yaw in radians from +x
counter-clockwise, so that turning left adds to it. Cell (row r, column c) covers x in [c, c + 1)
and y in [r, r + 1) times ``CELL``: row 0 is the southernmost, and pictures of maps are flipped.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

CELL = 0.125  # metres a side; a power of two, so that borders of cells are exact in float32
CEILING = 2.5  # metres; how high walls are
DOOR_HEIGHT = 2.0  # metres; above it a lintel

# What colours of things are called; 0 is a colour that nobody would name.
COLOURS = (
    "",
    "red",
    "orange",
    "yellow",
    "green",
    "blue",
    "purple",
    "pink",
    "brown",
    "white",
    "grey",
    "black",
)

BOX, CYLINDER, BILLBOARD = 0, 1, 2

# Columns of Parts.geometry.
X, Y, COS, SIN, HALF_X, HALF_Y, Z0, Z1 = range(8)
# Columns of Parts.code.
SHAPE, TEXTURE, FIT, TOGGLE, THING = range(5)


class Parts(NamedTuple):
    """Upright solids that are drawn: what things, doors, lintels and pictures on walls are made of.

    A box is turned about the vertical by the angle of (COS, SIN). A cylinder has the radius HALF_X.
    A billboard is a plane that always faces the eye, HALF_X to either side, with a texture that has
    holes. A texture with FIT is stretched once over each side of a box (upright, readable from
    outside); without, it repeats every metre. TOGGLE 0 is always there; k > 0 is there while the
    place's toggle k - 1 is on, -k while it is off. THING is the thing it belongs to, or -1.
    """

    geometry: NDArray[np.float32]  # (P, 8) x, y, cos, sin, half_x, half_y, z0, z1; metres
    code: NDArray[np.int16]  # (P, 5) shape, texture, fit, toggle, thing
    tint: NDArray[np.uint8]  # (P, 3) RGB, by which the texture is multiplied


class Rooms(NamedTuple):
    """What rooms are and how their surfaces look. Order of surfaces: floor, wall, ceiling."""

    kind: NDArray[np.int16]  # (R,) into `room_kinds.ROOM_KINDS`
    texture: NDArray[np.int16]  # (R, 3)
    tint: NDArray[np.uint8]  # (R, 3, 3) RGB


class Things(NamedTuple):
    """What can be named: furniture and other objects."""

    kind: NDArray[np.int16]  # (T,) into the kinds of furniture
    colour: NDArray[np.int16]  # (T,) into COLOURS
    box: NDArray[np.float32]  # (T, 6) x0, y0, z0, x1, y1, z1; metres, upright box around it
    room: NDArray[np.int16]  # (T,)


class Doors(NamedTuple):
    """Openings between rooms. Door d closes with toggle d: on is closed."""

    cells: NDArray[np.int64]  # (D, 4) x0, y0, x1, y1 half-open, in cells: the opening in the wall
    rooms: NDArray[np.int16]  # (D, 2) what it joins


@dataclass(frozen=True)
class World:
    """One place. Its border cells are walls, and what lies outside is wall too."""

    wall: NDArray[np.bool_]  # (H, W) walls from floor to ceiling
    solid: NDArray[np.bool_]  # (H, W) what stops a robot: walls, and things that stand on the floor
    room: NDArray[np.int16]  # (H, W) room of each cell without a wall, doorways too; else -1
    rooms: Rooms
    doors: Doors
    parts: Parts
    things: Things
    toggles: int  # how many there are, those of doors first


def no_things() -> Things:
    """An empty table."""
    return Things(
        np.zeros(0, np.int16),
        np.zeros(0, np.int16),
        np.zeros((0, 6), np.float32),
        np.zeros(0, np.int16),
    )


def no_doors() -> Doors:
    """An empty table."""
    return Doors(np.zeros((0, 4), np.int64), np.zeros((0, 2), np.int16))


def no_parts() -> Parts:
    """An empty table."""
    return Parts(
        np.zeros((0, 8), np.float32), np.zeros((0, 5), np.int16), np.zeros((0, 3), np.uint8)
    )
