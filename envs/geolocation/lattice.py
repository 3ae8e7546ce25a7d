"""What a view shows, at every eighth pixel: the rest lies between, to a tenth of a pixel.

A node is a corner of a cell of `CELL` pixels a side. Where the picture bends so much that the mean
of its corners would be further off than that, near a pole or the limb, a cell's pixels are worked
out one by one. Positions are pixels of the world of 43,200 by 21,600.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from vgym.compiled import compiled_with
from vgym.data.earth.lonlats import PIXELS_PER_DEGREE, WORLD_HW
from vgym.envs.geolocation.camera import AWAY, PROJECTIONS, Cameras
from vgym.geometry.sphere import EARTH_RADIUS

CELL = 8
# Of a node: world x and y, x within half the world of the place looked at; the place on the unit
# sphere; how squarely it is seen, 1 from straight above to 0 at the limb; and how wide a pixel is
# on the ground there, by what it is in the middle (the root of its area). NaN beyond the globe.
X, Y, EAST, NORTH, POLE, FACING, SPREAD = range(7)
NODE = 7
_OFF = 0.1  # pixels of the view that a pixel may be off
_TO_WORLD = PIXELS_PER_DEGREE * 180 / math.pi
_WORLD_WIDTH = float(WORLD_HW[1])
_COS, _SIN, _WIDTH, _AWAY, _GNOMONIC, _MIDDLE = range(9, 15)


def frames(cameras: Cameras) -> NDArray[np.float64]:
    """(B, 15) what `shown` needs of each camera: the view's right, ahead and up at the place, as a
    matrix; the tilt; the width in Earth radii; how far a pinhole stands away; and world x."""
    lon, lat, heading, tilt = (
        np.radians(degrees.numpy().astype(np.float64))
        for degrees in (cameras.lon, cameras.lat, cameras.heading_deg, cameras.tilt_deg)
    )
    none = np.zeros_like(lon)
    east = np.stack([-np.sin(lon), np.cos(lon), none])
    north = np.stack([-np.sin(lat) * np.cos(lon), -np.sin(lat) * np.sin(lon), np.cos(lat)])
    up = np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
    cos, sin = np.cos(heading), np.sin(heading)
    right, ahead = east * cos - north * sin, east * sin + north * cos
    width = cameras.width_km.numpy() * 1000 / EARTH_RADIUS
    gnomonic = (cameras.projection == PROJECTIONS.index("gnomonic")).numpy()
    middle = (cameras.lon.numpy() + 180) * PIXELS_PER_DEGREE
    return np.concatenate(
        [
            np.concatenate([right, ahead, up]),
            np.stack([np.cos(tilt), np.sin(tilt), width, width * AWAY, gnomonic, middle]),
        ]
    ).T.copy()


@compiled_with(error_model="numpy")
def shown(
    frame: NDArray[np.float64], x: float, y: float
) -> tuple[float, float, float, float, float, float, float]:
    """What a node holds, of any point of a view.

    Args:
        frame: (15,) of one camera. x, y: of the view, in its widths, from its middle to the right
            and up.
    """
    cos, sin, width = frame[_COS], frame[_SIN], frame[_WIDTH]
    x, y = x * width, y * width
    if frame[_GNOMONIC] != 0:
        away = frame[_AWAY]
        ray = away * cos - y * sin
        if ray <= 0:
            return np.nan, np.nan, np.nan, np.nan, np.nan, np.nan, np.nan
        right, ahead, facing = x * away * cos / ray, y * away / ray, 1.0
        height = 1 / np.sqrt(1 + right * right + ahead * ahead)
        right, ahead = right * height, ahead * height
        spread = np.sqrt((height * away / ray) ** 3) * cos
    else:
        raised = y + sin
        facing = 1 - x * x - raised * raised
        if facing < 0:
            return np.nan, np.nan, np.nan, np.nan, np.nan, np.nan, np.nan
        facing = np.sqrt(facing)
        spread = 1 / np.sqrt(facing)
        right, ahead, height = x, raised * cos - facing * sin, raised * sin + facing * cos
    east = right * frame[0] + ahead * frame[3] + height * frame[6]
    north = right * frame[1] + ahead * frame[4] + height * frame[7]
    pole = right * frame[2] + ahead * frame[5] + height * frame[8]
    pole = min(max(pole, -1.0), 1.0)
    world_x = (np.arctan2(north, east) + np.pi) * _TO_WORLD
    world_x -= _WORLD_WIDTH * np.floor((world_x - frame[_MIDDLE]) / _WORLD_WIDTH + 0.5)
    world_y = (0.5 * np.pi - np.arcsin(pole)) * _TO_WORLD
    return world_x, world_y, east, north, pole, facing, spread


@compiled_with(error_model="numpy")
def lattice(
    frame: NDArray[np.float64], height: int, width: int
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """The nodes of a view, and which of its cells must be worked out pixel by pixel.

    Args:
        frame: (15,) of one camera. height, width: pixels of the view.

    Returns:
        (rows + 1, columns + 1, NODE) and (rows, columns).
    """
    rows, columns = -(-height // CELL), -(-width // CELL)
    nodes = np.empty((rows + 1, columns + 1, NODE))
    for i in range(rows + 1):
        for j in range(columns + 1):
            node = nodes[i, j]
            at = shown(frame, (j * CELL) / width - 0.5, (0.5 * height - i * CELL) / width)
            for k in range(NODE):
                node[k] = at[k]
    pixel = frame[_WIDTH] * _TO_WORLD / width
    bent = np.zeros((rows + 1, columns + 1), np.bool_)
    for i in range(rows + 1):
        for j in range(columns + 1):
            # Second differences; at the view's edge those of the node next to it.
            i1, j1 = min(max(i, 1), rows - 1), min(max(j, 1), columns - 1)
            squeeze = np.sqrt(max(1 - nodes[i, j, POLE] ** 2, 0.0))
            off = 0.0
            for c in range(2):
                wide = squeeze if c == X else 1.0
                if columns > 1:
                    a, b, d = nodes[i, j1 - 1, c], nodes[i, j1, c], nodes[i, j1 + 1, c]
                    off += abs(a - 2 * b + d) * wide
                if rows > 1:
                    a, b, d = nodes[i1 - 1, j, c], nodes[i1, j, c], nodes[i1 + 1, j, c]
                    off += abs(a - 2 * b + d) * wide
            # Beyond the globe, and where x leaps, nothing lies between.
            bent[i, j] = not off / 8 <= _OFF * pixel * nodes[i, j, SPREAD]
    exact = np.empty((rows, columns), np.bool_)
    for i in range(rows):
        for j in range(columns):
            exact[i, j] = bent[i, j] or bent[i, j + 1] or bent[i + 1, j] or bent[i + 1, j + 1]
    return nodes, exact
