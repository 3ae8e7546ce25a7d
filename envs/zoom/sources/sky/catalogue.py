"""The stars, figures and objects that a split shows, as arrays, and what of them it asks about.

A constellation is asked about in one split only. Training leaves those of the others out of its
charts, with their stars, figures and objects; `val` shows its own beside training's, `test` all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from vgym.asset_files import json_asset, reading
from vgym.core.keys import stream

_RING = 6.0  # degrees: the height of the rings that cells divide
_FACE = 160  # the Milky Way's brightness, on the faces of a cube
_SHARES = (0.7, 0.85)  # where val and test begin


class Sky(NamedTuple):
    """What charts are drawn from. Directions are unit vectors in equatorial axes."""

    star: NDArray[np.float64]  # (n, 3) cell by cell, the brightest of each first
    magnitude: NDArray[np.float64]  # (n,)
    colour: NDArray[np.float64]  # (n,) B - V
    cell: NDArray[np.float64]  # (c, 3) its middle
    cell_radius: NDArray[np.float64]  # (c,) radians, to its furthest star
    cell_start: NDArray[np.int64]  # (c + 1,)
    line: NDArray[np.float64]  # (m, 2, 3) pieces of figures of a few degrees
    thing: NDArray[np.float64]  # (o, 3) objects
    symbol: NDArray[np.int64]  # (o,)
    milky_way: NDArray[np.float32]  # (2, 6, _FACE, _FACE) 0 to 1; as it is, and blurred
    label: NDArray[np.float64]  # (k, 3) the middles of the constellations
    label_mask: NDArray[np.uint8]  # (k, h, w) their names, or (0, 1, 1)


@dataclass(frozen=True)
class Catalogue:
    """Who is who. Stars are numbered as in `sky`, constellations as in the file."""

    sky: Sky
    home: NDArray[np.int64]  # (n,) a star's constellation
    thing_home: NDArray[np.int64]  # (o,)
    figures: list[list[tuple[int, int]]]  # of each constellation: pairs of stars
    constellations: list[str]
    asked: NDArray[np.bool_]  # (k,) those that the split asks about
    stars: dict[int, str]  # names
    things: list[tuple[str, str]]  # number and name, "" for none
    symbols: list[str]  # kinds of things


def split_of(names: list[str]) -> NDArray[np.int64]:
    """(k,) 0, 1 or 2: in which of train, val and test each constellation is asked about."""
    order = np.argsort([int(stream(f"constellation {name}")) for name in names])
    place = np.empty(len(names))
    place[order] = np.arange(len(names)) / len(names)
    part: NDArray[np.int64] = (place[:, None] >= np.array(_SHARES)).sum(1)
    return part


def catalogue(split: str, labels: bool) -> Catalogue:
    """What a split shows, with or without the names of the constellations."""
    names = json_asset("zoom/sky/names.json")
    with reading("zoom/sky/sky.npz") as file, file.open("rb") as content:
        packed = dict(np.load(content))
    part, number = split_of(names["constellations"]), ("train", "val", "test").index(split)
    shown = part <= number
    lon = packed["star_lon"] * (2 * np.pi / 65536)
    lat = packed["star_lat"] * (np.pi / 2 / 32767)
    star = _directions(lon, lat)
    lines, line_home = packed["lines"].astype(np.int64), packed["line_home"].astype(np.int64)
    kept = shown[packed["star_home"]]
    kept[lines[shown[line_home]].reshape(-1)] = True  # figures share stars
    cells = _cells(lon, lat)
    order = np.lexsort((packed["star_magnitude"], cells))
    order = order[kept[order]]
    now = np.full(len(star), -1)
    now[order] = np.arange(len(order))
    figures: list[list[tuple[int, int]]] = [[] for _ in names["constellations"]]
    for (a, b), home in zip(now[lines].tolist(), line_home.tolist(), strict=True):
        if shown[home]:
            figures[home].append((a, b))
    star = star[order]
    things = shown[packed["object_home"]]
    lonlat = np.deg2rad(packed["object_lonlat"].astype(np.float64))
    middles = np.array([_middle(star, figure) for figure in figures])
    told = [name for name, found in zip(names["constellations"], shown, strict=True) if found]
    sky = Sky(
        star=star,
        magnitude=packed["star_magnitude"][order] / 100 - 2,
        colour=packed["star_colour"][order] / 100 - 0.4,
        **_grouped(star, cells[order]),
        line=np.array([p for f in figures for a, b in f for p in _pieces(star[a], star[b])]),
        thing=_directions(lonlat[things, 0], lonlat[things, 1]),
        symbol=packed["object_symbol"][things].astype(np.int64),
        milky_way=_cube(packed["milky_way"]),
        label=middles[shown] if labels else np.zeros((0, 3)),
        label_mask=_written(told) if labels else np.zeros((0, 1, 1), np.uint8),
    )
    return Catalogue(
        sky=sky,
        home=packed["star_home"][order].astype(np.int64),
        thing_home=packed["object_home"][things].astype(np.int64),
        figures=figures,
        constellations=names["constellations"],
        asked=part == number,
        stars={int(now[i]): name for name, i in names["stars"].items() if now[i] >= 0},
        things=[(a, b) for (a, b), ok in zip(names["objects"], things, strict=True) if ok],
        symbols=names["symbols"],
    )


def _directions(lon: NDArray[Any], lat: NDArray[Any]) -> NDArray[np.float64]:
    """(n, 3) of angles in radians."""
    return np.stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)], 1)


def _cells(lon: NDArray[np.float64], lat: NDArray[np.float64]) -> NDArray[np.int64]:
    """(n,) of about equal area: rings of declination, each divided in right ascension."""
    ring = np.minimum((np.rad2deg(lat) + 90) // _RING, 180 // _RING - 1)
    count = np.maximum(np.round(np.cos(np.deg2rad((ring + 0.5) * _RING - 90)) * 360 / _RING), 1)
    return (ring * 1000 + lon / (2 * np.pi) * count // 1).astype(np.int64)


def _grouped(star: NDArray[np.float64], cells: NDArray[np.int64]) -> dict[str, Any]:
    """Middles, radii and beginnings of the cells of stars that are in order of them."""
    start = np.flatnonzero(np.diff(cells, prepend=-1))
    middle = np.add.reduceat(star, start)
    middle /= np.linalg.norm(middle, axis=1, keepdims=True)
    size = np.diff(start, append=len(star))
    apart = np.arccos(np.clip((np.repeat(middle, size, 0) * star).sum(1), -1, 1))
    return {
        "cell": middle,
        "cell_radius": np.maximum.reduceat(apart, start) + 1e-6,
        "cell_start": np.append(start, len(star)),
    }


def _pieces(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """(p, 2, 3) the great circle from a to b in pieces of at most four degrees."""
    angle = np.arccos(np.clip(a @ b, -1, 1))
    part = np.linspace(0, 1, int(np.rad2deg(angle) // 4) + 2)[:, None]
    points = (np.sin((1 - part) * angle) * a + np.sin(part * angle) * b) / np.sin(angle)
    return np.stack([points[:-1], points[1:]], 1)


def _middle(star: NDArray[np.float64], figure: list[tuple[int, int]]) -> NDArray[np.float64]:
    """The middle of a figure's stars; the pole where there is no figure."""
    if not figure:
        return np.array([0.0, 0.0, 1.0])
    mean = star[sorted({i for pair in figure for i in pair})].mean(0)
    return np.asarray(mean / np.linalg.norm(mean))


def _cube(light: NDArray[np.uint8]) -> NDArray[np.float32]:
    """(2, 6, n, n) brightness on a cube's faces, nodes at the edges: looked up without angles."""
    v, u = np.meshgrid(*2 * [np.linspace(-1, 1, _FACE)], indexing="ij")
    levels = []
    for sigma in (0.0, 5.0):
        smooth = gaussian_filter(light.astype(np.float64), sigma, mode=("nearest", "wrap"))
        levels.append(_faces(smooth / light.max(), u, v))
    return np.stack(levels).astype(np.float32)


def _faces(
    light: NDArray[np.float64], u: NDArray[np.float64], v: NDArray[np.float64]
) -> NDArray[np.float64]:
    """(6, n, n) one level of it."""
    rows, columns = light.shape
    faces = []
    for axis in range(3):
        for sign in (1.0, -1.0):
            xyz = np.empty((_FACE, _FACE, 3))
            xyz[..., axis], xyz[..., (axis + 1) % 3], xyz[..., (axis + 2) % 3] = sign, u, v
            xyz /= np.linalg.norm(xyz, axis=-1, keepdims=True)
            y = (90 - np.rad2deg(np.arcsin(xyz[..., 2]))) * rows / 180 - 0.5
            x = np.rad2deg(np.arctan2(xyz[..., 1], xyz[..., 0])) % 360 * columns / 360 - 0.5
            y0, x0 = np.floor(y).astype(int), np.floor(x).astype(int)
            fy, fx = y - y0, x - x0
            value = np.zeros((_FACE, _FACE))
            for dy, wy in ((0, 1 - fy), (1, fy)):
                for dx, wx in ((0, 1 - fx), (1, fx)):
                    near = np.clip(y0 + dy, 0, rows - 1), (x0 + dx) % columns
                    value += wy * wx * light[near]
            faces.append(value)
    return np.stack(faces)


def _written(names: list[str]) -> NDArray[np.uint8]:
    """(k, h, w) masks of the names, in letters of about 36 px."""
    from PIL import Image, ImageDraw, ImageFont

    font = ImageFont.load_default(36)
    width = max(int(font.getlength(name.upper())) for name in names) + 8
    masks = np.zeros((len(names), 48, width), np.uint8)
    for mask, name in zip(masks, names, strict=True):
        canvas = Image.new("L", (width, 48))
        ImageDraw.Draw(canvas).text((width / 2, 24), name.upper(), 255, font=font, anchor="mm")
        mask[:] = np.asarray(canvas)
    return masks
