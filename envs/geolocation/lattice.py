"""What a view shows, at every sixteenth pixel: between nodes run parabolas, to a tenth of a pixel.

A node is a corner of a cell of `CELL` pixels a side. Where the picture bends so much that parabolas
would be further off than that, near a pole or the limb, a cell's pixels are worked out one by one.
Positions are pixels of the world of 43,200 by 21,600.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from vgym.compiled import compiled_with
from vgym.data.earth.lonlats import PIXELS_PER_DEGREE, WORLD_HW
from vgym.envs.geolocation.camera import AWAY, PROJECTIONS, Cameras
from vgym.geometry.sphere import EARTH_RADIUS

CELL = 16
# Of a node: world x and y, x within half the world of the place looked at; the place on the unit
# sphere; how squarely it is seen, 1 from straight above to 0 at the limb; and how wide a pixel is
# on the ground there, by what it is in the middle (the root of its area, as a power of two). NaN
# beyond the globe. Then the second differences of x and y, across and down.
X, Y, EAST, NORTH, POLE, FACING, SPREAD, X_ACROSS, Y_ACROSS, X_DOWN, Y_DOWN = range(11)
_SEEN = 7  # of them belong to a point
_OFF = 0.1  # pixels of the view that a pixel may be off
# Of how second differences change over a cell, along themselves and aside, what a pixel is off at
# most: 0.008 by Bessel's formula, and more where they were gone on with.
_THIRD, _CROSSED = 0.05, 0.02
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
        spread = 1.5 * np.log2(height * away / ray) + np.log2(cos)
    else:
        raised = y + sin
        facing = 1 - x * x - raised * raised
        if facing < 0:
            return np.nan, np.nan, np.nan, np.nan, np.nan, np.nan, np.nan
        facing = np.sqrt(facing)
        spread = -0.5 * np.log2(facing)
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
    nodes = np.empty((rows + 1, columns + 1, 11))
    for i in range(rows + 1):
        for j in range(columns + 1):
            at = shown(frame, (j * CELL) / width - 0.5, (0.5 * height - i * CELL) / width)
            for k in range(_SEEN):
                nodes[i, j, k] = at[k]
    for i in range(rows + 1):
        _differ(nodes[i, :, : Y + 1], nodes[i, :, X_ACROSS : Y_ACROSS + 1])
    for j in range(columns + 1):
        _differ(nodes[:, j, : Y + 1], nodes[:, j, X_DOWN : Y_DOWN + 1])
    pixel = frame[_WIDTH] * _TO_WORLD / width
    exact = np.empty((rows, columns), np.bool_)
    for i in range(rows):
        for j in range(columns):
            a, b, c, d = nodes[i, j], nodes[i, j + 1], nodes[i + 1, j], nodes[i + 1, j + 1]
            squeeze = np.sqrt(max(1 - a[POLE] * a[POLE], 0.0))
            off = 0.0
            for k in range(X_ACROSS, Y_DOWN + 1):
                wide = squeeze if k == X_ACROSS or k == X_DOWN else 1.0
                along, aside = (b, c) if k <= Y_ACROSS else (c, b)
                third = max(abs(along[k] - a[k]), abs(d[k] - aside[k]))
                across = max(abs(aside[k] - a[k]), abs(d[k] - along[k]))
                off += wide * (third * _THIRD + across * _CROSSED)
            # Beyond the globe, and where x leaps, nothing lies between.
            exact[i, j] = not off <= _OFF * pixel * 2.0 ** a[SPREAD]
    return nodes, exact


@compiled_with(error_model="numpy")
def worked_out(
    frame: NDArray[np.float64], exact: NDArray[np.bool_], height: int, width: int
) -> NDArray[np.float64]:
    """(K, CELL * CELL, 3) x, y and spread of the pixels of those cells that must be worked out, row
    by row of each; NaN beyond the globe."""
    found = np.empty((exact.sum(), CELL * CELL, 3))
    cell = 0
    for row in range(exact.shape[0]):
        for column in range(exact.shape[1]):
            if not exact[row, column]:
                continue
            for k in range(CELL * CELL):
                i, j = row * CELL + k // CELL, column * CELL + k % CELL
                at = shown(frame, (j + 0.5) / width - 0.5, (0.5 * height - i - 0.5) / width)
                found[cell, k, 0], found[cell, k, 1], found[cell, k, 2] = at[X], at[Y], at[SPREAD]
            cell += 1
    return found


@compiled_with(error_model="numpy")
def _differ(values: NDArray[np.float64], found: NDArray[np.float64]) -> None:
    """Write second differences along a line of nodes (n, 2); at either end they go on as they come.
    Of few nodes nothing is known: NaN."""
    last = values.shape[0] - 1
    for k in range(2):
        if last < 3:
            for j in range(last + 1):
                found[j, k] = np.nan
            continue
        for j in range(1, last):
            found[j, k] = values[j - 1, k] - 2 * values[j, k] + values[j + 1, k]
        found[0, k] = 2 * found[1, k] - found[2, k]
        found[last, k] = 2 * found[last - 1, k] - found[last - 2, k]


@compiled_with(error_model="numpy")
def sides_of(
    nodes: NDArray[np.float64], row: int, column: int, quantity: int
) -> tuple[float, float, float, float, float, float, float, float]:
    """What `line_of` needs of a cell for x or y (``quantity``).

    Args:
        nodes: of a view. row, column: of the cell.
    """
    a, b = nodes[row, column], nodes[row, column + 1]
    c, d = nodes[row + 1, column], nodes[row + 1, column + 1]
    k, down, across = quantity, quantity + X_DOWN, quantity + X_ACROSS
    above, below = a[across] + b[across], c[across] + d[across]
    left, right = a[down] + c[down], b[down] + d[down]
    return a[k], c[k] - a[k], left, b[k], d[k] - b[k], right, above, below - above


@compiled_with(error_model="numpy")
def line_of(
    sides: tuple[float, float, float, float, float, float, float, float], down: float
) -> tuple[float, float, float]:
    """Where x or y stands at the left and right ends of a line across a cell, and how it bends
    between: its second difference.

    Args:
        sides: of the cell. down: of it, from 0 to 1.
    """
    sag = 0.25 * down * (1 - down)
    left = sides[0] + sides[1] * down - sag * sides[2]
    right = sides[3] + sides[4] * down - sag * sides[5]
    return left, right, 0.5 * (sides[6] + sides[7] * down)
