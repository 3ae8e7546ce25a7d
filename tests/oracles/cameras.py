"""A slow reference of cameras over the sphere: rotation matrices, and rays met with what they hit.

The Earth is turned until the place looked at is straight up and the heading is the view's up.
"""

import math

import numpy as np

RADIUS_KM = 6371.0088
FIELD_OF_VIEW_DEG = 40.0


def _turn(axis: int, degrees: float) -> np.ndarray:
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    i, j = (axis + 1) % 3, (axis + 2) % 3
    matrix = np.eye(3)
    matrix[i, i], matrix[i, j], matrix[j, i], matrix[j, j] = c, -s, s, c
    return matrix


def upright(lon: float, lat: float, heading: float) -> np.ndarray:
    """From the Earth (x to longitude 0, z north) to (right, ahead, up) at a place."""
    # The place comes to the x axis; then x is up, y east and z north.
    level = _turn(1, lat) @ _turn(2, -lon)
    east_north_up = np.array([[0.0, 1, 0], [0, 0, 1], [1, 0, 0]]) @ level
    return _turn(2, heading) @ east_north_up


def lonlat(
    place: tuple[float, float],
    heading: float,
    tilt: float,
    width_km: float,
    gnomonic: bool,
    uv: tuple[float, float],
    ratio: float,
) -> tuple[float, float] | None:
    """What a point of a view shows; None for space. ratio: height of the view by its width."""
    width = width_km / RADIUS_KM
    x, y = (uv[0] - 0.5) * width, (0.5 - uv[1]) * width * ratio
    lean = _turn(0, tilt)  # right stays; ahead rises
    on_view = lean @ np.array([x, y, 0.0])
    to_camera = lean @ np.array([0.0, 0.0, 1.0])
    place_here = np.array([0.0, 0.0, 1.0])
    if gnomonic:
        away = width / 2 / math.tan(math.radians(FIELD_OF_VIEW_DEG / 2))
        camera = place_here + to_camera * away
        ray = place_here + on_view - camera
        if ray[2] >= 0:
            return None
        met = camera + ray * ((1 - camera[2]) / ray[2])
    else:
        start = place_here + on_view
        along = float(start @ to_camera)
        inside = along**2 - float(start @ start) + 1
        if inside < 0:
            return None
        met = start + (math.sqrt(inside) - along) * to_camera
    earth = upright(*place, heading).T @ met
    earth /= np.linalg.norm(earth)
    return math.degrees(math.atan2(earth[1], earth[0])), math.degrees(math.asin(earth[2]))
