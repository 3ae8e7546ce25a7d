"""The sprite atlas: every class's picture, names and shape, read once a process."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vgym.asset_files import json_asset, picture_asset, text_asset
from vgym.core.raster import SpriteBank

CELL = 100  # side of a sprite's cell in texels
EXTENT = 96  # the object's longest side within it
HULL = 24  # vertices kept of each silhouette's convex hull
SAMPLES = 64  # points of a silhouette that stand for its area: one bit each of a word

# What sprites can be recoloured in. Order matters: the numbers are what scenes and queries hold.
COLOURS = ("natural", "red", "yellow", "green", "blue", "purple", "pink")
_STRENGTH = 235  # of the recolouring; a little of the sprite's own colour stays
# Their tints (r, g, b, strength): far apart in hue, and still told apart under a sprite's shading.
TINTS = (
    (0, 0, 0, 0),
    *((226, 32, 38, _STRENGTH), (250, 216, 40, _STRENGTH), (38, 170, 70, _STRENGTH)),
    *((40, 104, 236, _STRENGTH), (140, 52, 200, _STRENGTH), (250, 128, 190, _STRENGTH)),
)


@dataclass(frozen=True)
class Atlas:
    """All classes, in order of name. S of them.

    Attributes:
        names, plurals: S words each.
        group: (S,) int64, equal for classes that look or live alike.
        kin: (S,) int64, equal and above 0 for classes of which one may be called the other.
        test, easy, tintable, upright: (S,) bool.
        hull: (S, 24, 2) float32 convex hull of the silhouette about the cell's centre, in extents
            (1 is the object's longest side).
        samples: (S, 64, 2) float32 points spread over the silhouette, the same unit.
        mask: (S, 32, 32) bool silhouette on a coarse grid over the cell.
        bank: the pictures with their mip levels.
    """

    names: tuple[str, ...]
    plurals: tuple[str, ...]
    group: NDArray[np.int64]
    kin: NDArray[np.int64]
    test: NDArray[np.bool_]
    easy: NDArray[np.bool_]
    tintable: NDArray[np.bool_]
    upright: NDArray[np.bool_]
    hull: NDArray[np.float32]
    samples: NDArray[np.float32]
    mask: NDArray[np.bool_]
    bank: SpriteBank


@lru_cache(maxsize=1)
def load_atlas() -> Atlas:
    """Read the atlas that ships.

    Raises:
        AssetError: a sheet or the index is missing or damaged; names the file.
    """
    index = json_asset("sprites/sprites.json")
    sheets = [np.asarray(picture_asset(f"sprites/{name}", "RGBA")) for name in index["sheets"]]
    records: list[dict[str, Any]] = index["sprites"]
    cells = np.stack([_cell(sheets[r["sheet"]], r["cell"]) for r in records])
    groups = sorted({r["subgroup"] for r in records})
    hull = np.stack([_padded(np.array(r["hull"], np.float32)) for r in records])
    solid = cells[..., 3] >= 32

    def flags(name: str) -> NDArray[np.bool_]:
        return np.array([r[name] for r in records], np.bool_)

    return Atlas(
        names=tuple(r["name"] for r in records),
        plurals=tuple(r["plural"] for r in records),
        group=np.array([groups.index(r["subgroup"]) for r in records], np.int64),
        kin=_kin([r["name"] for r in records]),
        test=np.array([r["split"] == "test" for r in records], np.bool_),
        easy=flags("easy"),
        tintable=flags("tintable"),
        upright=flags("upright"),
        hull=((hull - CELL / 2) / EXTENT).astype(np.float32),
        samples=np.stack([_spread_points(s) for s in solid]),
        mask=solid[:, _COARSE][:, :, _COARSE],
        bank=SpriteBank.from_rgba(cells),
    )


# Points even in both directions (the R2 sequence, Roberts 2018), over the cell.
_SPREAD = np.arange(1, 4096)[:, None] * (0.7548776662466927, 0.5698402909980532) % 1 * CELL
# Centre texel of each of 32 coarse cells along a side.
_COARSE = ((np.arange(32) + 0.5) * CELL / 32).astype(np.int64)


def _kin(names: list[str]) -> NDArray[np.int64]:
    """The line of kin.txt that each name stands in, counted from 1; 0 for none."""
    lines = text_asset("sprites/kin.txt").splitlines()
    sets = [[name.strip() for name in line.split(",")] for line in lines if line[:1] not in "#"]
    line_of = {name: number for number, members in enumerate(sets, 1) for name in members}
    unknown = sorted(set(line_of) - set(names))
    if unknown:
        raise ValueError(f"sprites/kin.txt names classes that the atlas lacks: {unknown}")
    return np.array([line_of.get(name, 0) for name in names], np.int64)


def _cell(sheet: NDArray[np.uint8], number: int) -> NDArray[np.uint8]:
    columns = sheet.shape[1] // CELL
    y, x = divmod(number, columns)
    return sheet[y * CELL : (y + 1) * CELL, x * CELL : (x + 1) * CELL]


def _padded(hull: NDArray[np.float32]) -> NDArray[np.float32]:
    """A hull with its last vertex repeated up to HULL."""
    return np.concatenate([hull, np.repeat(hull[-1:], HULL - len(hull), axis=0)])


def _spread_points(solid: NDArray[np.bool_]) -> NDArray[np.float32]:
    """SAMPLES points of a silhouette, evenly spread, about the cell's centre in extents."""
    inside = np.flatnonzero(solid[_SPREAD[:, 1].astype(np.int64), _SPREAD[:, 0].astype(np.int64)])
    points = _SPREAD[np.resize(inside, SAMPLES)]
    return ((points - CELL / 2) / EXTENT).astype(np.float32)
