"""Equal-area cells on the sphere, each with four equal children: HEALPix in nested order.

The sphere is cut into 12 faces, 0-3 round the north pole, 4-7 on the equator, 8-11 round the south
pole, and every face into `4 ** level` cells of one area: 42.5 million square kilometres at level 0,
1.5 square centimetres at level 29, the last that fits int64. A cell is its number: `4 ** level`
times its face, plus the interleaved bits of its (x, y) there, x to the north-east and y to the
north-west. So a cell's parent is its number without the last two bits, and one number names a
different cell at each level: keep the level beside it, or use `unique_id`.

Places are lonlat as in `vgym.geometry.sphere`, taken as on the sphere (on the WGS84 ellipsoid, the
areas of these cells differ by up to 1.4 % between equator and pole).

Source: Gorski et al. 2005, doi 10.1086/427976.
"""

import math

import torch
from torch import Tensor

from vgym.geometry.arithmetic import as_whole
from vgym.geometry.sphere import EARTH_RADIUS, normalise_lonlat, wrap_longitude

MAX_LEVEL = 29

_RAD = math.pi / 180
# Steps in (x, y) to the eight neighbours, clockwise from south-west: SW, W, NW, N, NE, E, SE, S.
_STEPS = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))
# What lies beyond a face, by the side where (x, y) leaves it and the ring that the face is in (0
# north, 1 equator, 2 south): the ring and how many faces further east, and the change to (x, y):
# mirror "x", mirror "y", then "s"wap the two. None: only three faces meet at that corner.
_BEYOND: dict[tuple[int, int], tuple[tuple[int, int, str] | None, ...]] = {
    (-1, -1): ((2, 0, ""), None, (2, 2, "xy")),
    (0, -1): ((1, 1, ""), (2, 0, ""), (2, 1, "ys")),
    (1, -1): (None, (1, 1, ""), None),
    (-1, 0): ((1, 0, ""), (2, 3, ""), (2, 3, "xs")),
    (0, 0): ((0, 0, ""), (1, 0, ""), (2, 0, "")),
    (1, 0): ((0, 1, "xs"), (0, 0, ""), (1, 1, "")),
    (-1, 1): (None, (1, 3, ""), None),
    (0, 1): ((0, 3, "ys"), (0, 3, ""), (1, 0, "")),
    (1, 1): ((0, 2, "xy"), None, (0, 0, "")),
}
# The same as rows (ring or -1, faces east, mirror x, mirror y, swap), three to a side.
_BEYOND_ROWS = [
    [-1, 0, 0, 0, 0] if found is None else [*found[:2], *(int(c in found[2]) for c in "xys")]
    for side_y in (-1, 0, 1)
    for side_x in (-1, 0, 1)
    for found in _BEYOND[side_x, side_y]
]


def farthest_corner(level: int) -> float:
    """How far from the middle of its cell a place can be, over all cells of a level.

    Args:
        level: 0 to 29.

    Returns:
        Metres along the great circle.

    Source: HEALPix C++ 3.82, `max_pixrad`.

    >>> round(farthest_corner(0) / 1000), round(farthest_corner(4) / 1000)
    (5358, 421)
    """
    count = 2**level
    lon, height, top = math.pi / (4 * count), 2 / 3, 1 - (1 - 1 / count) ** 2 / 3
    flat, top_flat = (math.sqrt(1 - z * z) for z in (height, top))
    away = math.dist((flat * math.cos(lon), flat * math.sin(lon), height), (top_flat, 0.0, top))
    return 2 * math.asin(away / 2) * EARTH_RADIUS


def cell_of(lonlat: Tensor, level: int) -> Tensor:
    """Cell that holds a place.

    Args:
        lonlat: `(..., 2)` degrees.
        level: 0 to 29.

    Returns:
        `(...)` int64 in [0, 12 * 4 ** level); -1 for NaN. A place on an edge is in one of the cells
        that share it, and for every level in an ancestor of its cell at the next.

    Raises:
        ValueError: for a level out of range.

    >>> cell_of(torch.tensor([[0.0, 90.0], [13.4, 52.5]]), level=3)
    tensor([63, 46])
    """
    _check_level(level)
    lon, lat = normalise_lonlat(lonlat).unbind(-1)
    unknown = lon.isnan() | lat.isnan()
    quarter, lat = lon.nan_to_num() / 90, lat.nan_to_num() * _RAD
    quarter = torch.where(quarter < 0, quarter + 4, quarter)
    z = lat.sin()
    height = z.abs()
    side = 1 << MAX_LEVEL

    # On the equatorial belt: lines of x and of y, counted through all faces.
    rising, falling = quarter + 0.5 - 0.75 * z, quarter + 0.5 + 0.75 * z
    rising_face, falling_face = rising.floor(), falling.floor()
    northern, southern = falling_face > rising_face, falling_face < rising_face
    face = torch.where(southern, falling_face, rising_face).long() % 4
    face = torch.where(northern, face, torch.where(southern, face + 8, face + 4))
    x = ((falling - falling_face) * side).long()
    y = side - 1 - ((rising - rising_face) * side).long()

    # In the polar caps: cos * sqrt(3 / (1 + |z|)) is sqrt(3 (1 - |z|)) without its cancellation.
    sector = quarter.floor().clamp(max=3.0)
    reach = lat.cos().clamp(min=0.0) * (3 / (1 + height)).sqrt()
    along = ((quarter - sector) * reach * side).long().clamp(max=side - 1)
    across = ((1 - (quarter - sector)) * reach * side).long().clamp(max=side - 1)
    polar, north = height > 2 / 3, z > 0
    face = torch.where(polar, torch.where(north, sector, sector + 8).long(), face)
    x = torch.where(polar, torch.where(north, side - 1 - across, along), x)
    y = torch.where(polar, torch.where(north, side - 1 - along, across), y)

    # All levels are cut from the finest, so that parents hold exactly what their children hold.
    shift = MAX_LEVEL - level
    return torch.where(unknown, -1, _join(face, x >> shift, y >> shift, level))


def centre(cell: Tensor, level: int) -> Tensor:
    """Centre of cells.

    Args:
        cell: `(...)` whole numbers.
        level: 0 to 29.

    Returns:
        `(..., 2)` lonlat, degrees, lon in [-180, 180); NaN for -1, the absent cell.

    Raises:
        ValueError: for a level out of range.

    >>> centre(torch.tensor([4, 0]), level=0)
    tensor([[ 0.0000,  0.0000],
            [45.0000, 41.8103]], dtype=torch.float64)
    """
    middle = torch.tensor([[0.5, 0.5]], dtype=torch.float64, device=cell.device)
    return _points_in(cell, level, middle)[..., 0, :]


def corners(cell: Tensor, level: int, steps: int = 1) -> Tensor:
    """Outline of cells, counter-clockwise from the north corner, for drawing.

    Edges are curves, neither great circles nor parallels: raise `steps` to follow them. A corner at
    a pole has the longitude of the middle of its face.

    Args:
        cell: `(...)` whole numbers.
        level: 0 to 29.
        steps: points to an edge, 1 for the four corners alone.

    Returns:
        `(..., 4 * steps, 2)` lonlat, degrees, lon in [-180, 180); NaN for -1.

    Raises:
        ValueError: for a level out of range, or `steps` below 1.

    >>> corners(torch.tensor(4), level=0).round(decimals=1)
    tensor([[  0.0000,  41.8000],
            [-45.0000,   0.0000],
            [  0.0000, -41.8000],
            [ 45.0000,   0.0000]], dtype=torch.float64)
    """
    if steps < 1:
        raise ValueError(f"steps is {steps}; an edge takes at least 1")
    rise = torch.arange(steps, dtype=torch.float64, device=cell.device) / steps
    low, high = torch.zeros_like(rise), torch.ones_like(rise)
    x = torch.cat((1 - rise, low, rise, high))
    y = torch.cat((high, 1 - rise, low, rise))
    return _points_in(cell, level, torch.stack((x, y), -1))


def parent(cell: Tensor, levels: int = 1) -> Tensor:
    """Cell that holds a cell, some levels up; -1 stays -1.

    >>> parent(torch.tensor([46, -1]), levels=2)
    tensor([ 2, -1])
    """
    return as_whole("cell", cell) >> (2 * levels)


def children(cell: Tensor) -> Tensor:
    """The four cells of the next level that make up a cell, `(..., 4)`, south one first.

    >>> children(torch.tensor(2))
    tensor([ 8,  9, 10, 11])
    """
    return as_whole("cell", cell)[..., None] * 4 + torch.arange(4, device=cell.device)


def neighbours(cell: Tensor, level: int) -> Tensor:
    """The cells that share an edge or a corner with a cell, clockwise from the south-west.

    Args:
        cell: `(...)` whole numbers.
        level: 0 to 29.

    Returns:
        `(..., 8)` int64: SW, W, NW, N, NE, E, SE, S; -1 where there is none, which is so at the
        corners where three faces meet, and for all eight of cell -1.

    Raises:
        ValueError: for a level out of range.

    >>> neighbours(torch.tensor(4), level=0)
    tensor([11,  7,  3, -1,  0,  5,  8, -1])
    """
    _check_level(level)
    cell = as_whole("cell", cell)
    face, x, y = (part[..., None] for part in _split(cell, level))
    side = 1 << level
    step_x, step_y = torch.tensor(_STEPS, device=cell.device).unbind(-1)
    x, y = x + step_x, y + step_y
    # -1, 0 or 1: the face is left below, not at all, or above.
    side_x, side_y = x >> level, y >> level
    rows = torch.tensor(_BEYOND_ROWS, device=cell.device)
    place = (3 * (side_y + 1) + side_x + 1) * 3 + face.clamp(0, 11) // 4
    ring, east, mirror_x, mirror_y, swap = rows[place].unbind(-1)
    x, y = x - side * side_x, y - side * side_y
    x = torch.where(mirror_x == 1, side - 1 - x, x)
    y = torch.where(mirror_y == 1, side - 1 - y, y)
    x, y = torch.where(swap == 1, y, x), torch.where(swap == 1, x, y)
    found = _join(4 * ring + (face + east) % 4, x, y, level)
    return torch.where((ring < 0) | (cell < 0)[..., None], -1, found)


def area_km2(level: int) -> float:
    """Area of every cell of a level, square kilometres.

    >>> round(area_km2(6))
    10377
    """
    _check_level(level)
    return 4 * math.pi * (EARTH_RADIUS / 1000) ** 2 / (12 << 2 * level)


def unique_id(cell: Tensor, level: int) -> Tensor:
    """One number for a cell and its level: `4 ** (level + 1) + cell`, HEALPix's NUNIQ.

    >>> unique_id(torch.tensor([46]), level=3)
    tensor([302])
    """
    _check_level(level)
    return as_whole("cell", cell) + (4 << 2 * level)


def split_unique_id(unique: Tensor) -> tuple[Tensor, Tensor]:
    """The cell and the level, both `(...)` int64, that `unique_id` joined.

    >>> split_unique_id(torch.tensor([302]))
    (tensor([46]), tensor([3]))
    """
    unique = as_whole("unique", unique)
    first = torch.tensor([4 << 2 * k for k in range(MAX_LEVEL + 1)], device=unique.device)
    level = (torch.bucketize(unique, first, right=True) - 1).clamp(min=0)
    return unique - first[level], level


def _points_in(cell: Tensor, level: int, xy: Tensor) -> Tensor:
    """Places at `(K, 2)` positions xy in [0, 1] within cells: `(..., K, 2)` lonlat."""
    _check_level(level)
    cell = as_whole("cell", cell)
    face, x, y = (part[..., None] for part in _split(cell, level))
    side = 1 << level
    u, v = (x + xy[:, 0]) / side, (y + xy[:, 1]) / side
    ring = face // 4
    # Lines of latitude are counted from the north pole at 0 through the equator at 2 to 4.
    line = (ring + 2) - u - v
    cap = torch.minimum(line, 4 - line).clamp(max=1.0)
    polar = cap < 1
    gap = cap.square() / 3
    z = torch.where(polar, torch.where(line < 2, 1 - gap, gap - 1), (2 - line) * (2 / 3))
    # In the caps 1 - |z| is known to all digits, so the cosine is too.
    cosine = torch.where(polar, gap * (2 - gap), 1 - z.square()).clamp(min=0.0).sqrt()
    sideways = (u - v) / torch.where(cap > 0, cap, 1.0)
    lon = wrap_longitude(45 * (2 * (face % 4) + (ring != 1) + sideways))
    lonlat = torch.stack((lon, torch.atan2(z, cosine) / _RAD), -1)
    return torch.where((cell < 0)[..., None, None], torch.nan, lonlat)


def _check_level(level: int) -> None:
    if not 0 <= level <= MAX_LEVEL:
        raise ValueError(f"level is {level}; cells have levels 0 to {MAX_LEVEL}")


def _join(face: Tensor, x: Tensor, y: Tensor, level: int) -> Tensor:
    return (face << (2 * level)) + _spread(x) + 2 * _spread(y)


def _split(cell: Tensor, level: int) -> tuple[Tensor, Tensor, Tensor]:
    inside = cell & (4**level - 1)
    return cell >> (2 * level), _gather(inside), _gather(inside >> 1)


def _spread(bits: Tensor) -> Tensor:
    """Bit k of a number moved to bit 2 k."""
    bits = (bits | bits << 16) & 0x0000_FFFF_0000_FFFF
    bits = (bits | bits << 8) & 0x00FF_00FF_00FF_00FF
    bits = (bits | bits << 4) & 0x0F0F_0F0F_0F0F_0F0F
    bits = (bits | bits << 2) & 0x3333_3333_3333_3333
    return (bits | bits << 1) & 0x5555_5555_5555_5555


def _gather(bits: Tensor) -> Tensor:
    """Bit 2 k of a number moved to bit k: the inverse of `_spread`."""
    bits = bits & 0x5555_5555_5555_5555
    bits = (bits | bits >> 1) & 0x3333_3333_3333_3333
    bits = (bits | bits >> 2) & 0x0F0F_0F0F_0F0F_0F0F
    bits = (bits | bits >> 4) & 0x00FF_00FF_00FF_00FF
    bits = (bits | bits >> 8) & 0x0000_FFFF_0000_FFFF
    return (bits | bits >> 16) & 0x0000_0000_FFFF_FFFF
