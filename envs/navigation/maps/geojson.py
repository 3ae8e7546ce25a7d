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

import math
from pathlib import Path

import numpy as np
import shapely
from numpy.typing import NDArray

from vgym.data.errors import DataError
from vgym.envs.navigation.maps.geojson_features import Feature, read_features
from vgym.envs.navigation.maps.grid_worlds import BORDER, MAX_CELLS, WALL_TINT, world_of_rooms
from vgym.envs.navigation.maps.shapes import Line, filled, grown, mark_lines
from vgym.envs.navigation.render.textures import NUMBER
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

MAX_ROOMS = 1000
MAX_LINED = 2**22  # cells that walls pass, all together: 524 km
MAX_FILLED = 2**28  # cells of the rectangles around polygons, all together: 4.19 km2
DOOR_DEPTH = 0.25  # metres to either side of a door's line that are opened
DOOR_LONGEST = 30  # metres, of a door that is a line

_EARTH_RADIUS = 6_371_008.8  # metres


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
    units, features = read_features(path)
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
    solid = [each for each in features if each.kind != "door"]
    _check_work(path, solid, doors)
    corners = np.concatenate([line for feature in solid for line in feature.lines])
    width, height = (int(each) + 1 for each in np.floor(corners.max(axis=0)))
    inside = np.full((height, width), -1, np.int16)
    wall = np.zeros((height, width), bool)
    for number, feature in enumerate(rooms):
        here, cells = filled(feature.lines, height, width)
        inside[here][cells] = number
    for feature in solid:
        if feature.kind == "wall" and feature.closed:
            here, cells = filled(feature.lines, height, width)
            wall[here] |= cells
    mark_lines(wall, [line for feature in solid for line in feature.lines])
    room = np.where(wall, -1, inside).astype(np.int16)
    lintels = []
    for door in doors:
        lintels += _open(door, inside, room)
    return world_of_rooms(
        str(path), room, tuple(each.name for each in rooms), parts=_lintels(lintels)
    )


def _check_work(path: Path, solid: list[Feature], doors: list[Feature]) -> None:
    """Refuse plans of which a few numbers would fill and line cells for minutes."""
    for door in doors:
        length = _length(door.lines) * CELL
        if length > DOOR_LONGEST:
            raise DataError(
                f"{door.where} is {length:.4g} m long; a door is at most {DOOR_LONGEST} m. Where "
                "more is open, leave the wall out"
            )
    length = sum(_length(each.lines) for each in solid)
    if length > MAX_LINED:
        raise DataError(
            f"{path} has outlines of {length * CELL / 1000:.4g} km in all; the limit is "
            f"{MAX_LINED * CELL / 1000:.4g} km. Leave out what is hatched, or split the plan"
        )
    area = sum(_framed(each.lines) for each in solid if each.closed)
    if area > MAX_FILLED:
        raise DataError(
            f"{path} has polygons in frames of {area * CELL**2:.4g} m2 in all; the limit is "
            f"{MAX_FILLED * CELL**2:.4g} m2. Leave out those that lie over each other, or split it"
        )


def _length(lines: list[Line]) -> float:
    """Of lines, in cells."""
    return float(sum(np.hypot(*np.diff(line, axis=0).T).sum() for line in lines))


def _framed(lines: list[Line]) -> float:
    """Cells of the upright rectangle around rings."""
    corners = np.concatenate(lines)
    return float(np.prod(corners.max(axis=0) - corners.min(axis=0) + 1))


def _open(
    door: Feature, inside: NDArray[np.int16], room: NDArray[np.int16]
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
    rings = [np.asarray(ring.coords) for ring in (shape.exterior, *shape.interiors)]
    (rows, columns), area = filled(rings, *room.shape)
    # Only the cells around the door are looked at: many doors on a large plan stay fast.
    y0, x0 = max(rows.start - 1, 0), max(columns.start - 1, 0)
    here = np.s_[y0 : rows.stop + 1, x0 : columns.stop + 1]
    cells = np.zeros(room[here].shape, bool)
    cells[rows.start - y0 : rows.stop - y0, columns.start - x0 : columns.stop - x0] = area
    joined = np.unique(room[here][cells & (room[here] >= 0)])
    opened = cells & (room[here] < 0)
    if not opened.any() or not (len(joined) >= 2 or (inside[here][cells] >= 0).all()):
        return []
    room[here] = grown(room[here], opened)
    at_y, at_x = np.nonzero(opened)
    box = (int(at_x.min()), int(at_y.min()), int(at_x.max()) + 1, int(at_y.max()) + 1)
    if len(at_y) != (box[2] - box[0]) * (box[3] - box[1]):
        return []
    return [(box[0] + x0, box[1] + y0, box[2] + x0, box[3] + y0)]


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


def _in_cells(path: Path, features: list[Feature], units: str | None) -> list[Feature]:
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
