"""Slow references for polygons: shapely, one pair at a time or arrays of them."""

import math

import numpy as np
import shapely

Points = list[list[float]]


def areas(polygons: np.ndarray) -> np.ndarray:
    return shapely.area(shapely.polygons(polygons))


def intersections(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    return shapely.area(shapely.intersection(shapely.polygons(a), shapely.polygons(b)))


def ious(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    shared = intersections(a, b)
    union = areas(a) + areas(b) - shared
    return np.where(union > 0, shared / np.where(union > 0, union, 1), 0)


def corners(cx: float, cy: float, width: float, height: float, angle: float) -> Points:
    """By shapely's own rotation, which in axes with y down turns positive angles clockwise."""
    box = shapely.box(cx - width / 2, cy - height / 2, cx + width / 2, cy + height / 2)
    turned = shapely.affinity.rotate(box, math.degrees(angle), origin=(cx, cy))
    return [list(corner) for corner in turned.exterior.coords[:4]]


def position(xy: list[float], polygon: Points) -> str:
    """`"inside"`, `"edge"` or `"outside"`, by shapely's exact predicates."""
    shape, point = shapely.Polygon(polygon), shapely.Point(xy)
    if shape.boundary.intersects(point):
        return "edge"
    return "inside" if shape.contains(point) else "outside"
