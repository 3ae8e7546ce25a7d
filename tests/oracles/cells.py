"""Slow HEALPix: the projection drawn in the plane, and cells found by searching for their diamond.

The plane is 8 wide and 4 high: x is the longitude on the belt in units of 45 degrees, y is -2 to 2
from pole to pole, and the 12 faces are diamonds of half-diagonal 1.
"""

import math
from itertools import product

Point = tuple[float, float]

# Centres of the faces' diamonds, in their order.
FACES = [
    *((1.0 + 2 * k, 1.0) for k in range(4)),
    *((0.0 + 2 * k, 0.0) for k in range(4)),
    *((1.0 + 2 * k, -1.0) for k in range(4)),
]

# (lon, lat, level, cell, neighbours from the south-west clockwise), from astropy-healpix 2.0.1:
# HEALPix(2**level, order="nested").lonlat_to_healpix and .neighbours; healpy 1.20.1 agrees.
PUBLISHED = [
    (
        0.01,
        0.02,
        12,
        79691777,
        [79691776, 79691778, 79691779, 79691782, 79691780, 74099374, 74099371, 74099370],
    ),
    (0.3, 89.999, 8, 65535, [65534, 262141, 262143, 196607, 131071, 131070, 65533, 65532]),
    (
        -10.0,
        -89.999,
        9,
        2883584,
        [2621440, 2621441, 2883586, 2883587, 2883585, 2097154, 2097152, 2359296],
    ),
    (
        179.99,
        0.01,
        11,
        28311552,
        [27612501, 27612503, 28311554, 28311555, 28311553, 26913451, 26913450, 26214399],
    ),
    (-179.999, 41.9, 7, 43690, [114687, -1, 21845, 21847, 43691, 43689, 43688, 114685]),
    (
        45.0,
        41.8103149,
        10,
        786432,
        [611669, 611671, 786434, 786435, 786433, 436907, 436906, 262143],
    ),
    (
        120.5,
        -88.25,
        11,
        37751625,
        [37751624, 37751626, 37751627, 37751630, 37751628, 37751622, 37751619, 37751618],
    ),
    (13.4, 52.5, 3, 46, [43, 215, 221, 223, 47, 45, 44, 41]),
    (151.2, -33.87, 1, 37, [36, 38, 39, 26, 24, -1, 42, 40]),
    (-74.006, 40.7128, 4, 932, [929, 931, 934, 935, 933, 911, 910, 907]),
    (-0.001, -41.7, 4, 1024, [2901, 2903, 1026, 1027, 1025, 2219, 2218, -1]),
    (
        89.999,
        66.4,
        11,
        2097149,
        [2097148, 2097150, 2097151, 7340031, 7340030, 7340027, 2097143, 2097142],
    ),
    (
        -157.85,
        21.3,
        11,
        10489395,
        [10489394, 10489400, 10489401, 10489404, 10489398, 10489396, 10489393, 10489392],
    ),
    (37.6, -12.0, 1, 35, [34, 16, 17, 0, 22, 20, 33, 32]),
]


def project(lon: float, lat: float) -> Point:
    """To the plane, x in [0, 8)."""
    x = (lon / 45) % 8
    z = math.sin(math.radians(lat))
    if abs(z) <= 2 / 3:
        return x, 1.5 * z
    # Seen from the pole, |z| = 1 - sigma^2 / 3; every quarter narrows towards its middle.
    sigma = math.sqrt(6) * math.sin(math.radians(90 - abs(lat)) / 2)
    middle = 2 * min(math.floor(x / 2), 3) + 1
    return middle + (x - middle) * sigma, math.copysign(2 - sigma, z)


def unproject(x: float, y: float) -> Point:
    """Longitude and latitude, degrees; x may lie outside [0, 8)."""
    if abs(y) <= 1:
        return 45 * x, math.degrees(math.asin(y / 1.5))
    sigma = 2 - abs(y)
    middle = 2 * math.floor((x % 8) / 2) + 1
    lon = 45 * (middle + ((x % 8) - middle) / sigma) if sigma > 0 else 45.0 * middle
    return lon, math.copysign(90 - math.degrees(2 * math.asin(sigma / math.sqrt(6))), y)


def middle_of(cell: int, level: int) -> tuple[float, float, float]:
    """Middle of the cell's diamond in the plane, and its half-diagonal."""
    x, y = FACES[cell >> (2 * level)]
    size = 1.0
    for step in range(level - 1, -1, -1):
        size /= 2
        # Children in order: south, east, west, north.
        dx, dy = ((0, -1), (1, 0), (-1, 0), (0, 1))[(cell >> (2 * step)) & 3]
        x, y = x + dx * size, y + dy * size
    return x, y, size


def cell_of(lon: float, lat: float, level: int) -> int:
    """Descent from the nearest face into the nearest child, by taxicab distance in the plane."""
    px, py = project(lon, lat)

    def away(cell: int, at: int) -> float:
        x, y, _ = middle_of(cell, at)
        across = abs(px - x) % 8
        return min(across, 8 - across) + abs(py - y)

    cell = min(range(12), key=lambda face: away(face, 0))
    for at in range(1, level + 1):
        cell = min(range(4 * cell, 4 * cell + 4), key=lambda child: away(child, at))
    return cell


def centre(cell: int, level: int) -> Point:
    x, y, _ = middle_of(cell, level)
    return unproject(x, y)


def corner_keys(cell: int, level: int) -> set[tuple[float, ...]]:
    """Its four corners as points in space, rounded so that a shared corner is equal."""
    x, y, size = middle_of(cell, level)
    keys = set()
    for dx, dy in ((0, 1), (-1, 0), (0, -1), (1, 0)):
        # A hair inwards in x alone keeps corners on cap seams in the cell's own quarter.
        lon, lat = unproject(x + dx * size * (1 - 1e-9), y + dy * size)
        lon, lat = math.radians(lon), math.radians(lat)
        place = (math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat))
        keys.add(tuple(round(c, 6) + 0.0 for c in place))
    return keys


def neighbours(level: int) -> list[set[int]]:
    """For every cell of a level the other cells that share a corner with it."""
    owners: dict[tuple[float, ...], set[int]] = {}
    count = 12 * 4**level
    for cell in range(count):
        for key in corner_keys(cell, level):
            owners.setdefault(key, set()).add(cell)
    found: list[set[int]] = [set() for _ in range(count)]
    for sharing in owners.values():
        for one, other in product(sharing, repeat=2):
            if one != other:
                found[one].add(other)
    return found
