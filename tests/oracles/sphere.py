"""Slow references on the sphere and the ellipsoid: PROJ and geographiclib, and turning in 3-D."""

import math

import numpy as np
from geographiclib.geodesic import Geodesic
from pyproj import Geod
from shapely.geometry import Point, Polygon

RADIUS = 6_371_008.8
ELLIPSOID = Geod(ellps="WGS84")
SPHERE = Geod(a=RADIUS, b=RADIUS)

LonLat = tuple[float, float]


def distances(a: np.ndarray, b: np.ndarray, geod: Geod) -> np.ndarray:
    """Metres between rows of `(n, 2)` lonlat."""
    return np.asarray(geod.inv(a[:, 0], a[:, 1], b[:, 0], b[:, 1])[2])


def distance_wgs84(a: LonLat, b: LonLat) -> float:
    return float(Geodesic.WGS84.Inverse(a[1], a[0], b[1], b[0])["s12"])


def haversine(a: LonLat, b: LonLat) -> float:
    """The textbook's, which loses its digits near antipodes."""
    lon_a, lat_a, lon_b, lat_b = map(math.radians, (*a, *b))
    h = (
        math.sin((lat_b - lat_a) / 2) ** 2
        + math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    )
    return 2 * RADIUS * math.asin(min(1.0, math.sqrt(h)))


def vector(place: LonLat) -> np.ndarray:
    lon, lat = map(math.radians, place)
    return np.array([math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)])


def polygon_area(polygon: list[LonLat]) -> float:
    """Square metres on the smaller side."""
    lons, lats = zip(*polygon, strict=True)
    area = abs(SPHERE.polygon_area_perimeter(lons, lats)[0])
    return float(min(area, 4 * math.pi * RADIUS**2 - area))


def small_polygon_contains(polygon: list[LonLat], place: LonLat) -> bool:
    """In the gnomonic plane at the polygon's middle, where great circles are straight lines.

    For polygons well inside a hemisphere.
    """
    middle = np.sum([vector(vertex) for vertex in polygon], 0)
    middle /= np.linalg.norm(middle)
    side = np.cross(middle, [0.6, 0.64, -0.48])
    side /= np.linalg.norm(side)
    up = np.cross(middle, side)

    def plane(direction: np.ndarray) -> tuple[float, float]:
        depth = direction @ middle
        return direction @ side / depth, direction @ up / depth

    target = vector(place)
    if target @ middle <= 0:
        return False
    outline = Polygon([plane(vector(vertex)) for vertex in polygon])
    return bool(outline.contains(Point(plane(target))))
