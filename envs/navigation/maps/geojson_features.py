"""The features of a GeoJSON floor plan, read and checked: what each is, and its lines."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple, cast

import numpy as np
import shapely

from vgym.data.errors import DataError, RecordProblem
from vgym.data.files import read_bytes
from vgym.data.json_text import parse_json
from vgym.data.spelling import nearest_spelling
from vgym.envs.navigation.maps.shapes import Line
from vgym.envs.navigation.worlds.room_kinds import ROOM_KINDS

MAX_FEATURES = 10_000
MAX_POSITIONS = 100_000  # of all lines and rings together
MAX_OUTLINE = 5_000  # positions of one feature's rings: to see whether they cross takes the square
MAX_DOOR = 32  # positions of a door's line, likewise
DOOR_WIDTH = 0.9  # metres, of a door that is a point

_MAX_BYTES = 32_000_000
_LARGEST = 1e8  # metres or degrees; beyond it positions lose their millimetres
_SHAPES = {
    "room": ("Polygon", "MultiPolygon"),
    "wall": ("LineString", "MultiLineString", "Polygon", "MultiPolygon"),
    "door": ("LineString", "Point"),
}
_DEGREES_CRS = ("CRS84", "EPSG::4326", "EPSG:4326")


class Feature(NamedTuple):
    """One room, wall or door, its numbers as the file has them."""

    where: str  # for messages
    kind: str
    name: str
    width: float  # metres, of a door
    lines: list[Line]  # rings or lines; one line of one position for a point
    closed: bool  # the lines are rings, and what is inside counts


def read_features(path: Path) -> tuple[str | None, list[Feature]]:
    """The units of a file's coordinates ("m", "degrees", None where it does not say), and what it
    holds.

    Raises:
        DataError: Naming the file, the feature, the value and what to do.
    """
    try:
        content = parse_json(read_bytes(path, _MAX_BYTES))
    except RecordProblem as problem:
        raise DataError(f"{path}: {problem.detail}") from None
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
            raise DataError(_too_many(str(path), MAX_POSITIONS))
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


def _feature(where: str, each: object) -> Feature:
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
    closed = shape in ("Polygon", "MultiPolygon")
    if closed:
        lines = _rings(where, [coordinates] if shape == "Polygon" else coordinates)
    elif shape == "MultiLineString":
        lines = [_line(where, line, 2) for line in _list(where, coordinates)]
    elif shape == "LineString":
        lines = [_line(where, coordinates, 2, MAX_DOOR if kind == "door" else MAX_POSITIONS)]
    else:
        lines = [_line(where, [coordinates], 1)]
    return Feature(where, kind, name if name in ROOM_KINDS else "room", width, lines, closed)


def _rings(where: str, polygons: object) -> list[Line]:
    """The rings of polygons: of each the outer one, then holes."""
    shapes, lines = [], []
    for polygon in _list(where, polygons):
        rings = [_line(where, ring, 4, MAX_OUTLINE) for ring in _list(where, polygon)]
        for ring in rings:
            if (ring[0] != ring[-1]).any():
                raise DataError(
                    f"{where} has an open ring, from {ring[0].tolist()} to {ring[-1].tolist()}; "
                    "its last position must repeat the first"
                )
        lines += rings
        if sum(map(len, lines)) > MAX_OUTLINE:
            raise DataError(_too_many(where, MAX_OUTLINE))
        shapes.append(shapely.Polygon(rings[0], rings[1:]))
    for shape in shapes:
        _check_valid(where, shape)
    if len(shapes) > 1:
        _check_valid(where, shapely.MultiPolygon(shapes))
    return lines


def _check_valid(where: str, shape: shapely.Geometry) -> None:
    if not shapely.is_valid(shape):
        raise DataError(
            f"{where} is not a sound polygon: {shapely.is_valid_reason(shape)}; mend its outline"
        )


def _list(where: str, value: object) -> list[object]:
    if not isinstance(value, list) or not value:
        raise DataError(f"{where} has coordinates {_shown(value)} where a list belongs")
    return value


def _line(where: str, value: object, least: int, most: int = MAX_POSITIONS) -> Line:
    """Positions (n, 2); further numbers of a position, its height, are left out."""
    positions = _list(where, value)
    if len(positions) < least:
        raise DataError(f"{where} has a line or ring of {len(positions)} positions, not {least}")
    if len(positions) > most:
        raise DataError(_too_many(where, most))
    for position in positions:
        if not isinstance(position, list) or len(position) < 2:
            raise DataError(f"{where} has the position {_shown(position)}, not [x, y]")
    pairs = cast(list[list[object]], positions)
    return np.array([[_coordinate(where, number) for number in pair[:2]] for pair in pairs])


def _too_many(where: str, most: int) -> str:
    return f"{where} has more than {most} positions; simplify its outline"


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
