"""Floor plans in GeoJSON: rooms are polygons, walls lines or polygons, doors lines or points.

Every feature says what it is by its property "kind" (or "type"): "room", "wall" or "door". The
property "name" of a room makes it a kitchen or a bedroom (see ROOM_KINDS). The member "units" of
the collection is "m" (coordinates in metres, the default) or "degrees" (longitude and latitude). A
plan under a metre long that does not say is refused, since its coordinates are likely degrees.

A line is a wall of one cell, wherever it passes, and so is the outline of every room. A door opens
what is wall along its line, 0.25 m to either side; a point opens a circle of the property "width"
(0.9 m when left out). A door from which only one room can be reached, out of the building, stays
shut. Source of the format: RFC 7946.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, cast

import numpy as np
import shapely
from numpy.typing import NDArray

from vgym.data.errors import DataError, RecordProblem
from vgym.data.json_text import check_file, parse_json
from vgym.data.spelling import nearest_spelling
from vgym.envs.navigation.maps.grid_worlds import BORDER, MAX_CELLS, WALL_TINT, world_of_rooms
from vgym.envs.navigation.render.textures import NUMBER
from vgym.envs.navigation.worlds.room_kinds import ROOM_KINDS
from vgym.envs.navigation.worlds.world import (
    BOX,
    CEILING,
    CELL,
    COS,
    DOOR_HEIGHT,
    HALF_X,
    HALF_Y,
    Z0,
    Z1,
    Parts,
    World,
    X,
    Y,
)

MAX_FEATURES = 10_000
MAX_POSITIONS = 100_000  # of all lines and rings together
MAX_ROOMS = 1000
DOOR_DEPTH = 0.25  # metres to either side of a door's line that are opened
DOOR_WIDTH = 0.9  # metres, of a door that is a point

_MAX_BYTES = 32_000_000
_LARGEST = 1e8  # metres or degrees; beyond it positions lose their millimetres
_EARTH_RADIUS = 6_371_008.8  # metres
_SHAPES = {
    "room": ("Polygon", "MultiPolygon"),
    "wall": ("LineString", "MultiLineString", "Polygon", "MultiPolygon"),
    "door": ("LineString", "Point"),
}
_DEGREES_CRS = ("CRS84", "EPSG::4326", "EPSG:4326")

Line = NDArray[np.float64]  # (n, 2) x, y


class _Feature(NamedTuple):
    where: str  # for messages
    kind: str
    name: str
    width: float  # metres, of a door
    lines: list[Line]  # rings or lines; one line of one position for a point
    closed: bool  # the lines are rings, and what is inside counts


def load_floor_plan(path: Path | str) -> World:
    """The place of a GeoJSON floor plan.

    The place has a frame of its own: the least x and y of all rooms and walls are at CELL.

    Args:
        path: The file, a FeatureCollection.

    Returns:
        A room for every feature "room"; where two overlap, the later one. Openings of doors have
        a lintel and no leaf: they are always open.

    Raises:
        DataError: Naming the file, the feature, the value and what to do.
    """
    path = Path(path)
    check_file(path, _MAX_BYTES)
    try:
        content = parse_json(path.read_bytes())
    except RecordProblem as problem:
        raise DataError(f"{path}: {problem.detail}") from None
    units, features = _features(path, content)
    features = _in_cells(path, features, units)
    rooms = [each for each in features if each.kind == "room"]
    if not rooms:
        raise DataError(
            f'{path} has no room; give the polygons to walk in the property "kind": "room"'
        )
    doors = [each for each in features if each.kind == "door"]
    for kind, found in (("rooms", rooms), ("doors", doors)):
        if len(found) > MAX_ROOMS:
            raise DataError(
                f"{path} has {len(found)} {kind}; the limit is {MAX_ROOMS}. Split the plan"
            )
    corners = np.concatenate([line for f in features if f.kind != "door" for line in f.lines])
    width, height = (int(each) + 1 for each in np.floor(corners.max(axis=0)))
    inside = np.full((height, width), -1, np.int16)
    wall = np.zeros((height, width), bool)
    for number, feature in enumerate(rooms):
        inside[_filled(feature.lines, height, width)] = number
    for feature in features:
        if feature.kind == "door":
            continue
        if feature.kind == "wall" and feature.closed:
            wall |= _filled(feature.lines, height, width)
        for line in feature.lines:
            _mark_line(wall, line)
    room = np.where(wall, -1, inside).astype(np.int16)
    lintels = []
    for door in doors:
        lintels += _open(door, inside, room)
    return world_of_rooms(
        str(path), room, tuple(each.name for each in rooms), parts=_lintels(lintels)
    )


def _filled(rings: list[Line], height: int, width: int) -> NDArray[np.bool_]:
    """Cells (H, W) whose centres are inside an odd number of the rings."""
    flips = np.zeros((height, width + 1), bool)
    for ring in rings:
        for (x0, y0), (x1, y1) in zip(ring[:-1].tolist(), ring[1:].tolist(), strict=True):
            low, high = min(y0, y1), max(y0, y1)
            rows = np.arange(max(math.ceil(low - 0.5), 0), min(math.ceil(high - 0.5), height))
            if len(rows):
                x = x0 + (rows + 0.5 - y0) * ((x1 - x0) / (y1 - y0))
                columns = np.clip(np.ceil(x - 0.5), 0, width).astype(np.int64)
                flips[rows, columns] ^= True
    return np.logical_xor.accumulate(flips, axis=1)[:, :width]


def _mark_line(wall: NDArray[np.bool_], line: Line) -> None:
    """Mark every cell through which the line passes; one on a border is in the cell beyond it."""
    height, width = wall.shape
    for start, end in itertools.pairwise(line):
        # Where the line leaves one cell for the next, as shares of its length.
        cuts = [np.array([0.0, 1.0])]
        for a, b in zip(start.tolist(), end.tolist(), strict=True):
            if a != b:
                cuts.append((np.arange(math.ceil(min(a, b)), max(a, b)) - a) / (b - a))
        share = np.sort(np.concatenate(cuts))
        middle = (share[:-1] + share[1:]) / 2
        both = np.concatenate([start + middle[:, None] * (end - start), [start, end]])
        column, row = np.floor(both).astype(np.int64).T
        wall[np.clip(row, 0, height - 1), np.clip(column, 0, width - 1)] = True


def _open(
    door: _Feature, inside: NDArray[np.int16], room: NDArray[np.int16]
) -> list[tuple[int, int, int, int]]:
    """Give the cells of the door's opening to the nearest rooms, unless it leads out of doors.

    Returns:
        What a lintel closes above: x0, y0, x1, y1 in cells, half-open; none if the opening is not a
        rectangle.
    """
    line = door.lines[0]
    if len(line) == 1:
        shape = shapely.Point(line[0]).buffer(door.width / 2 / CELL)
    else:
        shape = shapely.LineString(line).buffer(DOOR_DEPTH / CELL, cap_style="flat")
    if not isinstance(shape, shapely.Polygon) or shape.is_empty:
        return []
    # Only the cells around the door are looked at: many doors on a large plan stay fast.
    height, width = room.shape
    low_x, low_y, high_x, high_y = shape.bounds
    x0, x1 = (int(np.clip(x, 0, width)) for x in (math.floor(low_x) - 1, math.ceil(high_x) + 1))
    y0, y1 = (int(np.clip(y, 0, height)) for y in (math.floor(low_y) - 1, math.ceil(high_y) + 1))
    here = np.s_[y0:y1, x0:x1]
    rings = [np.asarray(ring.coords) - (x0, y0) for ring in (shape.exterior, *shape.interiors)]
    area = _filled(rings, y1 - y0, x1 - x0)
    joined = np.unique(room[here][area & (room[here] >= 0)])
    opened = area & (room[here] < 0)
    if not opened.any() or not (len(joined) >= 2 or (inside[here][area] >= 0).all()):
        return []
    room[here] = _grown(room[here], opened)
    rows, columns = np.nonzero(opened)
    box = (int(columns.min()), int(rows.min()), int(columns.max()) + 1, int(rows.max()) + 1)
    if len(rows) != (box[2] - box[0]) * (box[3] - box[1]):
        return []
    return [(box[0] + x0, box[1] + y0, box[2] + x0, box[3] + y0)]


def _grown(room: NDArray[np.int16], cells: NDArray[np.bool_]) -> NDArray[np.int16]:
    """The rooms (h, w) with each of the cells given to the nearest room, in steps between cells."""
    grown = np.pad(room, 1, constant_values=-1)
    todo = np.pad(cells, 1)
    while True:
        around = np.max([np.roll(grown, s, axis) for axis in (0, 1) for s in (-1, 1)], axis=0)
        fill = todo & (grown < 0) & (around >= 0)
        if not fill.any():
            return grown[1:-1, 1:-1]
        grown = np.where(fill, around, grown)


def _lintels(boxes: list[tuple[int, int, int, int]]) -> Parts:
    """A piece of wall above the door in every box of cells."""
    geometry = np.zeros((len(boxes), 8), np.float32)
    edges = (np.array(boxes, np.float32).reshape(-1, 2, 2) + BORDER) * CELL
    geometry[:, X : Y + 1] = edges.mean(axis=1)
    geometry[:, HALF_X : HALF_Y + 1] = (edges[:, 1] - edges[:, 0]) / 2
    geometry[:, COS] = 1
    geometry[:, Z0], geometry[:, Z1] = DOOR_HEIGHT, CEILING
    code = np.zeros((len(boxes), 5), np.int16)
    code[:] = (BOX, NUMBER["paint"], 0, 0, -1)
    tint = np.zeros((len(boxes), 3), np.uint8)
    tint[:] = WALL_TINT
    return Parts(geometry, code, tint)


def _in_cells(path: Path, features: list[_Feature], units: str | None) -> list[_Feature]:
    """The features with coordinates in cells from the plan's south-west corner."""
    degrees = units == "degrees"
    lines = [line for each in features if each.kind != "door" for line in each.lines]
    if not lines:
        raise DataError(f'{path} has no room; give polygons the property "kind": "room"')
    everything = np.concatenate(lines)
    low, high = everything.min(axis=0), everything.max(axis=0)
    metres = np.ones(2)
    if degrees:
        centre = (low + high) / 2
        metres = np.radians(_EARTH_RADIUS) * np.array([math.cos(math.radians(centre[1])), 1.0])
    size = (high - low) * metres
    if units is None and size.max() < 1 and (np.abs([low, high]) <= (180, 90)).all():
        raise DataError(
            f"{path} has no free space: it is {size[0]:.3g} m x {size[1]:.3g} m. If its "
            'coordinates are longitude and latitude, add the member "units": "degrees"'
        )
    # The last cell is the one in which the line at the far side passes.
    if not (np.floor(size / CELL) < MAX_CELLS).all():
        raise DataError(
            f"{path} is {size[0]:.6g} m x {size[1]:.6g} m; the limit is {MAX_CELLS * CELL:g} m, "
            f"which are {MAX_CELLS} x {MAX_CELLS} cells of {CELL} m. Crop it, or check its units "
            f'(now {"degrees" if degrees else "m"}; the member "units" says "m" or "degrees")'
        )
    # Rounded, so that a border of cells is met exactly: a tenth of a micrometre is lost.
    to_cells = metres / CELL
    moved = [
        each._replace(lines=[np.round((line - low) * to_cells, 6) for line in each.lines])
        for each in features
    ]
    return [
        each
        for each in moved
        if each.kind != "door" or all(np.abs(line).max() <= 2 * MAX_CELLS for line in each.lines)
    ]


def _features(path: Path, content: object) -> tuple[str | None, list[_Feature]]:
    """The units of a file's coordinates, and what it holds, checked."""
    if not isinstance(content, dict) or content.get("type") != "FeatureCollection":
        raise DataError(f'{path} is not GeoJSON with "type": "FeatureCollection"')
    units = _units(path, content)
    listed = content.get("features")
    if not isinstance(listed, list) or not listed:
        raise DataError(f'{path}: "features" must be a list that is not empty')
    if len(listed) > MAX_FEATURES:
        raise DataError(
            f"{path} has {len(listed)} features; the limit is {MAX_FEATURES}. Split the plan"
        )
    features, positions = [], 0
    for number, each in enumerate(listed):
        feature = _feature(f"{path}: feature {number}", each)
        positions += sum(len(line) for line in feature.lines)
        if positions > MAX_POSITIONS:
            raise DataError(
                f"{path} has more than {MAX_POSITIONS} positions; simplify its outlines"
            )
        if units == "degrees" and any((np.abs(line) > (180, 89)).any() for line in feature.lines):
            raise DataError(
                f"{feature.where} has a position beyond 180 degrees of longitude or 89 of "
                'latitude; if the plan is in metres, set "units" to "m"'
            )
        features.append(feature)
    return units, features


def _units(path: Path, content: dict[str, object]) -> str | None:
    """ "m", "degrees", or None where the file does not say."""
    units, crs = content.get("units"), content.get("crs")
    if units is None and crs is not None:
        properties = crs.get("properties") if isinstance(crs, dict) else None
        name = properties.get("name") if isinstance(properties, dict) else None
        if isinstance(name, str) and name.endswith(_DEGREES_CRS):
            return "degrees"
        raise DataError(
            f"{path}: crs is {_shown(name)}, which is not longitude and latitude (CRS84); if "
            'its coordinates are metres, add "units": "m"'
        )
    if units not in (None, "m", "degrees"):
        raise DataError(f'{path}: units is {_shown(units)}; it must be "m" or "degrees"')
    return None if units is None else str(units)


def _feature(where: str, each: object) -> _Feature:
    properties = each.get("properties") if isinstance(each, dict) else None
    geometry = each.get("geometry") if isinstance(each, dict) else None
    if not isinstance(properties, dict) or not isinstance(geometry, dict):
        raise DataError(f'{where} must be an object with "properties" and "geometry"')
    kind = properties.get("kind", properties.get("type"))
    if not isinstance(kind, str) or kind not in _SHAPES:
        hint = nearest_spelling(kind[:40], _SHAPES) if isinstance(kind, str) else ""
        raise DataError(
            f'{where} is of kind {_shown(kind)}{hint}; "kind" must be room, wall or door, so '
            "leave other features out"
        )
    shape = geometry.get("type")
    if shape not in _SHAPES[kind]:
        raise DataError(
            f"{where} is a {kind} with the geometry {_shown(shape)}; it must be "
            f"{' or '.join(_SHAPES[kind])}"
        )
    name = properties.get("name")
    name = name.strip().lower() if isinstance(name, str) else ""
    width = _coordinate(where, properties.get("width", DOOR_WIDTH)) if kind == "door" else 0.0
    if kind == "door" and not 0.375 <= width <= 10:
        raise DataError(f"{where} is {width:g} m wide; a door must be 0.375 to 10 m")
    coordinates = geometry.get("coordinates")
    if shape == "Point":
        lines = [_line(where, [coordinates], 1)]
    elif shape == "LineString":
        lines = [_line(where, coordinates, 2)]
    elif shape == "MultiLineString":
        lines = [_line(where, line, 2) for line in _list(where, coordinates)]
    elif shape == "Polygon":
        lines = list(_polygon(where, coordinates))
    else:
        polygons = _list(where, coordinates)
        lines = [ring for polygon in polygons for ring in _polygon(where, polygon)]
        _check_valid(where, shapely.MultiPolygon([_polygon_shape(where, p) for p in polygons]))
    closed = shape in ("Polygon", "MultiPolygon")
    return _Feature(where, kind, name if name in ROOM_KINDS else "room", width, lines, closed)


def _polygon(where: str, coordinates: object) -> Iterator[Line]:
    """The rings of a polygon: the outer one, then holes."""
    _check_valid(where, _polygon_shape(where, coordinates))
    for ring in _list(where, coordinates):
        yield _line(where, ring, 4)


def _polygon_shape(where: str, coordinates: object) -> shapely.Polygon:
    rings = [_line(where, ring, 4) for ring in _list(where, coordinates)]
    for ring in rings:
        if (ring[0] != ring[-1]).any():
            raise DataError(
                f"{where} has an open ring, from {ring[0].tolist()} to {ring[-1].tolist()}; its "
                "last position must repeat the first"
            )
    return shapely.Polygon(rings[0], rings[1:])


def _check_valid(where: str, shape: shapely.Geometry) -> None:
    if not shapely.is_valid(shape):
        raise DataError(
            f"{where} is not a sound polygon: {shapely.is_valid_reason(shape)}; mend its outline"
        )


def _list(where: str, value: object) -> list[object]:
    if not isinstance(value, list) or not value:
        raise DataError(f"{where} has coordinates {_shown(value)} where a list belongs")
    return value


def _line(where: str, value: object, least: int) -> Line:
    """Positions (n, 2); further numbers of a position, its height, are left out."""
    positions = _list(where, value)
    if len(positions) < least:
        raise DataError(f"{where} has a line or ring of {len(positions)} positions, not {least}")
    for position in positions:
        if not isinstance(position, list) or len(position) < 2:
            raise DataError(f"{where} has the position {_shown(position)}, not [x, y]")
    pairs = cast(list[list[object]], positions)
    return np.array([[_coordinate(where, number) for number in pair[:2]] for pair in pairs])


def _shown(value: object) -> str:
    """The value for a message; of a list or an object what it is, since it may be long or deep."""
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "an object"
    return repr(value)[:60]


def _coordinate(where: str, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not abs(value) <= _LARGEST:
        raise DataError(
            f"{where} has {_shown(value)} where a finite number within {_LARGEST:g} belongs"
        )
    return float(value)
