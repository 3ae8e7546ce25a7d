"""ROS maps: the YAML and the picture that ``map_server`` and ``map_saver`` write.

    image: office.pgm
    resolution: 0.05
    origin: [-12.0, -8.5, 0.0]
    negate: 0
    occupied_thresh: 0.65
    free_thresh: 0.196

Only what ``map_server`` would call free is free; occupied, in between and unknown are blocked.
Source: wiki.ros.org/map_server, and ``image_loader.cpp`` there.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vgym.data.errors import DataError
from vgym.data.files import check_file, read_bytes
from vgym.data.images import MAX_PIXELS, image_size, open_image, resolve_under
from vgym.data.spelling import nearest_spelling
from vgym.envs.navigation.maps.grid_worlds import check_size, world_of_grid
from vgym.envs.navigation.maps.pgm import is_pgm, pgm_header, read_pgm
from vgym.envs.navigation.worlds.world import World

KEYS = ("image", "resolution", "origin", "negate", "occupied_thresh", "free_thresh", "mode")
MODES = ("trinary", "scale", "raw")

_MAX_BYTES = 10_000
_NUMBER = re.compile(r"[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?")
_SWITCH = {"0": False, "1": True, "false": False, "true": True}


class RosMap(NamedTuple):
    """What the YAML says."""

    image: str  # relative to the YAML's folder
    resolution: float  # metres a pixel
    origin: tuple[float, float, float]  # x, y, yaw of the picture's lower left corner
    negate: bool  # black is free
    occupied_thresh: float
    free_thresh: float
    mode: str


def load_ros_map(path: Path | str) -> World:
    """The place of a ROS map.

    The origin is checked but not needed: the place has a frame of its own, with the picture's lower
    left corner at (CELL, CELL), so that a ROS position (x, y) is (x - origin x + CELL,
    y - origin y + CELL) where the origin's yaw is 0.

    Args:
        path: The YAML. Its image must be a PGM, PNG, JPEG or WEBP in the same folder or below.

    Returns:
        One room; see `vgym.envs.navigation.maps.grid_worlds.world_of_rooms`.

    Raises:
        DataError: Naming the file, the line or key, the value and what to do.
    """
    path = Path(path)
    said = read_ros_yaml(path)
    try:
        image = resolve_under(path.parent, said.image)
        check_file(image)
        brightness = _brightness(path, image, said.resolution)
    except DataError as error:
        raise DataError(
            f"{path}: {error}. (A map's image is a PGM or an opaque PNG, with what is unknown in "
            "grey (205), named relative to the YAML's folder, of at most "
            f"{MAX_PIXELS} pixels; crop or coarsen a larger one)"
        ) from error
    free = _free_levels(said)[brightness]
    return world_of_grid(path, free[::-1], said.resolution)


def _brightness(path: Path, image: Path, resolution: float) -> NDArray[np.uint16]:
    """Three times the brightness (H, W) of every pixel, 0 to 765; sizes are checked first."""
    if is_pgm(image):
        header = pgm_header(image)
        if header.height * header.width > MAX_PIXELS:
            raise DataError(
                f"image {image} is {header.width} x {header.height}, over the limit of "
                f"{MAX_PIXELS} pixels"
            )
        check_size(f"image {image}", header.height, header.width, resolution)
        return read_pgm(image, header) * np.uint16(3)
    check_size(f"image {image}", *image_size(image), resolution)
    # What is transparent would be read as white, hence free.
    return open_image(image, opaque=True).sum(axis=2, dtype=np.uint16)


def _free_levels(said: RosMap) -> NDArray[np.bool_]:
    """Whether a pixel is free, (766,) by three times its brightness."""
    brightness = np.arange(766) / 3
    if said.negate:
        brightness = 255 - brightness
    if said.mode == "raw":
        # The pixel is the occupancy in per cent; over 100 is unknown.
        return brightness / 100 < said.free_thresh
    return (255 - brightness) / 255 < said.free_thresh


def read_ros_yaml(path: Path) -> RosMap:
    """The YAML of a ROS map: flat ``key: value`` lines, and a list of three numbers.

    Raises:
        DataError: Naming the file, and the line or key: not such a file, a key that is missing,
            twice or unknown, or a value out of its range.
    """
    try:
        text = read_bytes(path, _MAX_BYTES).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataError(f"{path} is not UTF-8 text ({error.reason}); save it as such") from None
    values = _flat_yaml(path, text)
    for key in KEYS[:-1]:
        if key not in values:
            raise DataError(f"{path} has no key {key!r}; a ROS map needs {', '.join(KEYS[:-1])}")
    image, mode, negate = (
        _unquoted(values.get(key, default)).strip()
        for key, default in (("image", ""), ("mode", "trinary"), ("negate", "0"))
    )
    if mode.lower() not in MODES:
        hint = nearest_spelling(mode.lower(), MODES)
        raise DataError(f"{path}: mode is {mode!r}{hint}; it must be {', '.join(MODES)}")
    if negate.lower() not in _SWITCH:
        raise DataError(f"{path}: negate is {negate!r}; it must be 0 or 1")
    occupied = _number(path, "occupied_thresh", values["occupied_thresh"], 0, 1)
    free = _number(path, "free_thresh", values["free_thresh"], 0, 1)
    if free > occupied:
        raise DataError(
            f"{path}: free_thresh {free} is over occupied_thresh {occupied}; it must be below"
        )
    listed = re.fullmatch(r"\[([^\[\]]*)\]", values["origin"])
    origin = listed[1].split(",") if listed else []
    if len(origin) != 3:
        raise DataError(
            f"{path}: origin is {values['origin'][:60]!r}; it must be a list [x, y, yaw]"
        )
    x, y, yaw = (_number(path, "origin", each.strip(), -1e9, 1e9) for each in origin)
    return RosMap(
        image=image,
        resolution=_number(path, "resolution", values["resolution"], 0.001, 10),
        origin=(x, y, yaw),
        negate=_SWITCH[negate.lower()],
        occupied_thresh=occupied,
        free_thresh=free,
        mode=mode.lower(),
    )


def _flat_yaml(path: Path, text: str) -> dict[str, str]:
    """Values by key as they are written; a list over lines becomes one in brackets."""
    values: dict[str, str] = {}
    key = ""
    for number, raw in enumerate(text.splitlines(), start=1):
        line = re.sub(r"(^|(?<=\s))#.*", "", raw).strip()
        if not line or line == "---":
            continue
        if line.startswith("- ") and key and values[key][:1] in ("", "["):
            before = values[key][1:-1]
            values[key] = f"[{before}, {line[2:]}]" if before else f"[{line[2:]}]"
            continue
        key, colon, value = line.partition(":")
        if not colon or (value and not value[0].isspace()) or raw[0].isspace():
            raise DataError(
                f"{path}:{number}: {raw[:60]!r} is not a line 'key: value'; a ROS map has no "
                "other YAML"
            )
        if key not in KEYS:
            hint = nearest_spelling(key[:60], KEYS)
            raise DataError(
                f"{path}:{number}: unknown key {key[:60]!r}{hint}; known are {', '.join(KEYS)}"
            )
        if key in values:
            raise DataError(f"{path}:{number}: the key {key!r} is there twice; keep one")
        values[key] = value.strip()
    return values


def _unquoted(value: str) -> str:
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "'\"":
        return value[1:-1]
    return value


def _number(path: Path, key: str, value: str, low: float, high: float) -> float:
    if not _NUMBER.fullmatch(value) or not low <= float(value) <= high:
        raise DataError(f"{path}: {key} is {value[:60]!r}; it must be a number, {low} to {high}")
    return float(value)
