"""Upright solids in a thing's own frame, and the surfaces they wear: what furniture is built of.

The frame: metres, the back at -y, the front at +y, the width along x, z up from the floor.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from math import sqrt
from typing import NamedTuple

import numpy as np

from vgym.envs.navigation.render.textures import FACES, NUMBER
from vgym.envs.navigation.worlds.world import BILLBOARD, BOX, COLOURS, CYLINDER, Parts

RGB = tuple[int, int, int]
WHITE: RGB = (255, 255, 255)

# What pale surfaces are multiplied by to be called a colour: far apart, also in the shade.
COLOUR_RGB: dict[str, RGB] = {
    "": WHITE,
    "red": (205, 28, 32),
    "orange": (250, 125, 15),
    "yellow": (250, 222, 40),
    "green": (38, 150, 58),
    "blue": (35, 85, 215),
    "purple": (125, 45, 170),
    "pink": (255, 140, 190),
    "brown": (115, 68, 34),
    "white": (250, 250, 250),
    "grey": (128, 128, 128),
    "black": (34, 34, 36),
}


class Surface(NamedTuple):
    """What a solid looks like: a texture by number, its tint, and whether it is stretched."""

    texture: int
    tint: RGB
    fit: bool


class Solid(NamedTuple):
    """One upright part in a thing's own frame; metres."""

    shape: int
    x: float
    y: float
    half_x: float
    half_y: float
    z0: float
    z1: float
    surface: Surface


def skin(texture: str, tint: RGB = WHITE) -> Surface:
    """The surface of that texture: a face is stretched over each side, any other repeats."""
    return Surface(NUMBER[texture], tint, texture in FACES)


def painted(colour: int, pale: str, natural: Surface) -> Surface:
    """A pale texture in a named colour, or the natural surface for colour 0."""
    return skin(pale, COLOUR_RGB[COLOURS[colour]]) if colour else natural


def box(
    x: float, y: float, width: float, depth: float, z0: float, z1: float, surface: Surface
) -> Solid:
    """A box with its middle at (x, y).

    Args:
        x: metres to the right.
        y: metres to the front.
        width: metres along x.
        depth: metres along y.
        z0: metres from the floor to its underside.
        z1: metres from the floor to its top.
        surface: what it wears.
    """
    return Solid(BOX, x, y, width / 2, depth / 2, z0, z1, surface)


def pair(
    x: float, y: float, width: float, depth: float, z0: float, z1: float, surface: Surface
) -> list[Solid]:
    """Two boxes alike, the middle of one as far to the left as that of the other to the right.

    Args:
        x: metres to the right, of the second.
        y: metres to the front.
        width: metres along x, of each.
        depth: metres along y.
        z0: metres from the floor to their undersides.
        z1: metres from the floor to their tops.
        surface: what they wear.
    """
    return [box(side, y, width, depth, z0, z1, surface) for side in (-x, x)]


def cylinder(x: float, y: float, radius: float, z0: float, z1: float, surface: Surface) -> Solid:
    """An upright cylinder about (x, y).

    Args:
        x: metres to the right.
        y: metres to the front.
        radius: metres.
        z0: metres from the floor to its underside.
        z1: metres from the floor to its top.
        surface: what it wears.
    """
    return Solid(CYLINDER, x, y, radius, radius, z0, z1, surface)


def billboard(
    width: float, z0: float, z1: float, surface: Surface, depth: float | None = None
) -> Solid:
    """A picture with holes over the origin.

    Args:
        width: metres.
        z0: metres from the floor to its lower edge.
        z1: metres from the floor to its upper edge.
        surface: the picture.
        depth: metres of floor that it counts for; its width when left out.
    """
    half_y = width / 2 if depth is None else depth / 2
    return Solid(BILLBOARD, 0.0, 0.0, width / 2, half_y, z0, z1, surface._replace(fit=True))


def globe(radius: float, z0: float, surface: Surface) -> list[Solid]:
    """A ball over the origin, as seven slices of equal height."""
    slices = 7
    heights = [2 * radius * n / slices for n in range(slices + 1)]
    middles = [(low + high) / 2 - radius for low, high in pairwise(heights)]
    return [
        cylinder(0, 0, sqrt(radius**2 - middle**2), z0 + low, z0 + high, surface)
        for middle, (low, high) in zip(middles, pairwise(heights), strict=True)
    ]


def legs(
    width: float, depth: float, height: float, thick: float, surface: Surface, z0: float = 0.0
) -> list[Solid]:
    """Four square posts at the corners of a rectangle about the origin.

    Args:
        width: metres along x, posts included.
        depth: metres along y, posts included.
        height: metres from the floor to their tops.
        thick: metres a side of a post.
        surface: what they wear.
        z0: metres from the floor to their lower ends.
    """
    x, y = (width - thick) / 2, (depth - thick) / 2
    corners = ((-x, -y), (x, -y), (-x, y), (x, y))
    return [box(cx, cy, thick, thick, z0, height, surface) for cx, cy in corners]


def bounds(solids: Sequence[Solid]) -> tuple[tuple[float, float, float], ...]:
    """The upright box around solids: its (x, y, z) least and greatest corners."""
    low = (
        min(s.x - s.half_x for s in solids),
        min(s.y - s.half_y for s in solids),
        min(s.z0 for s in solids),
    )
    high = (
        max(s.x + s.half_x for s in solids),
        max(s.y + s.half_y for s in solids),
        max(s.z1 for s in solids),
    )
    return low, high


def as_parts(solids: Sequence[Solid], middle: tuple[float, float], scale: float) -> Parts:
    """The arrays of solids, moved so that ``middle`` is the origin and then scaled about it.

    Args:
        solids: at least one.
        middle: metres, what becomes the origin.
        scale: above 0.
    Returns:
        Parts that are not turned, belong to no thing and are always there.
    """
    mx, my = middle
    geometry = [
        (s.x - mx, s.y - my, 1 / scale, 0.0, s.half_x, s.half_y, s.z0, s.z1) for s in solids
    ]
    code = [(s.shape, s.surface.texture, int(s.surface.fit), 0, -1) for s in solids]
    return Parts(
        (np.asarray(geometry, np.float64) * scale).astype(np.float32),
        np.asarray(code, np.int16),
        np.asarray([s.surface.tint for s in solids], np.uint8),
    )
