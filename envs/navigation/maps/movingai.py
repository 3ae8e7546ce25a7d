"""MovingAI maps: a letter a tile, under four lines of header.

    type octile
    height 2
    width 3
    map
    @@@
    @.@

Source: N. Sturtevant, "Benchmarks for Grid-Based Pathfinding", 2012, and movingai.com/benchmarks.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from vgym.data.errors import DataError
from vgym.data.files import opened
from vgym.envs.navigation.maps.grid_worlds import check_size, world_of_grid
from vgym.envs.navigation.worlds.world import World

TILE = 0.5  # metres; the robot passes where one tile is free, and 512 x 512 tiles fit the limit
PASSABLE = b".GS"  # ground, ground, swamp
BLOCKED = b"@OTW"  # out of bounds, out of bounds, trees, water

_MAX_BYTES = 32_000_000
_HEADER_BYTES = 1000


def load_movingai_map(path: Path | str, *, tile_m: float = TILE) -> World:
    """The place that a MovingAI ``.map`` draws. Swamp is ground, and water is blocked.

    Args:
        path: The file.
        tile_m: Metres a side of a tile, 0.01 to 10. Below 0.375 a robot of radius 0.18 m does not
            pass where a single tile is free.

    Returns:
        One room; see `vgym.envs.navigation.maps.grid_worlds.world_of_rooms`.

    Raises:
        DataError: Naming the file, the line and what to do.
        ValueError: If ``tile_m`` is out of its range.
    """
    if not 0.01 <= tile_m <= 10:
        raise ValueError(f"tile_m is {tile_m}; it must be 0.01 to 10 metres")
    path = Path(path)
    with opened(path, _MAX_BYTES) as file:
        head = file.read(_HEADER_BYTES)
        height, width = _header(path, head)
        # The header alone decides whether the rest is worth reading.
        check_size(str(path), height, width, tile_m)
        lines = (head + file.read()).splitlines()[4:]
    while len(lines) > height and not lines[-1].strip():
        lines.pop()
    if len(lines) != height:
        raise DataError(
            f"{path} has {len(lines)} rows of tiles, but its header says height {height}; the "
            "file is truncated or its header is wrong"
        )
    known = frozenset(PASSABLE + BLOCKED)
    for number, line in enumerate(lines, start=5):
        if len(line) != width:
            raise DataError(
                f"{path}:{number}: the row has {len(line)} tiles, but the header says width {width}"
            )
        if not known.issuperset(line):
            column = next(i for i, letter in enumerate(line) if letter not in known)
            raise DataError(
                f"{path}:{number}: tile {column + 1} is {line[column : column + 1]!r}; known are "
                f"{PASSABLE.decode()} (passable) and {BLOCKED.decode()} (blocked)"
            )
    tiles = np.frombuffer(b"".join(lines), np.uint8).reshape(height, width)
    free = np.isin(tiles, np.frombuffer(PASSABLE, np.uint8))
    return world_of_grid(path, free[::-1], tile_m)


def _header(path: Path, head: bytes) -> tuple[int, int]:
    """The (height, width) in tiles, both at least 1."""
    lines = head.splitlines()[:4]
    lines += [b""] * (4 - len(lines))
    sizes = []
    for number, (line, name) in enumerate(
        zip(lines, (b"type", b"height", b"width", b"map"), strict=True), start=1
    ):
        words = line.split()
        if words[:1] != [name] or len(words) != (1 if name == b"map" else 2):
            raise DataError(
                f"{path}:{number}: {line[:40]!r} should be the header's line {name.decode()!r}; "
                "a MovingAI map begins with 'type octile', 'height N', 'width N' and 'map'"
            )
        if name == b"type" and words[1] != b"octile":
            raise DataError(f"{path}:1: type is {words[1][:40]!r}; only 'octile' is known")
        if name in (b"height", b"width"):
            if not words[1].isdigit() or len(words[1]) > 9 or int(words[1]) == 0:
                raise DataError(
                    f"{path}:{number}: {name.decode()} is {words[1][:40]!r}; it must be a whole "
                    "number of tiles, at least 1"
                )
            sizes.append(int(words[1]))
    return sizes[0], sizes[1]
