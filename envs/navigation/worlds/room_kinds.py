"""The kinds of rooms: rows of ``assets/rooms.json``, and which of them homes and offices have."""

from __future__ import annotations

from typing import Any, NamedTuple

from vgym.asset_files import json_asset

DRY_FLOORS = ("oak", "walnut", "pine", "parquet", "laminate")
_DRY_WALLS = ("paint", "paint", "plaster", "plain", "stripes")


class RoomKind(NamedTuple):
    """A kind of room."""

    name: str
    area_m2: tuple[float, float] = (9.0, 13.0)  # that it takes, before a plan is scaled to its size
    usual_m2: float = (
        0.0  # a larger one gets more furniture, a smaller one less; 0: all get as much
    )
    passage: bool = False  # leads to rooms, and is as long as they need
    hub: bool = False  # other rooms open to it
    open: bool = False  # wide openings without a door lead to others that are open
    service: bool = False  # needs no window, and has one door
    glazed: bool = False  # its doors are of glass
    windows: int = 4  # most of an outer wall
    floors: tuple[str, ...] = DRY_FLOORS  # textures
    walls: tuple[str, ...] = _DRY_WALLS  # textures
    map_floor: str = "concrete"  # texture on maps of the user's
    map_tint: tuple[int, int, int] = (255, 255, 255)


_TABLE: dict[str, Any] = json_asset("rooms.json")
_ROWS = [
    RoomKind(**dict((c, tuple(v) if isinstance(v, list) else v) for c, v in row.items()))
    for row in _TABLE["rooms"]
]
ROOM = {row.name: row for row in _ROWS}
ROOM_KINDS = tuple(ROOM)  # by number
# The rooms of a home and of an office, what even a small one has first; passages come besides.
HOME, OFFICE = tuple(_TABLE["home"]), tuple(_TABLE["office"])
