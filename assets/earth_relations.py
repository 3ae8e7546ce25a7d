"""Questions about the Earth that are answered by measuring it: the largest island near a place, the
highest point, the outermost point of a coast, where borders meet, the brightest lights.

Each has one answer, with a margin: what comes second is clearly less, by the data at hand.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from scipy import ndimage

from vgym.data import earth
from vgym.data.earth.lonlats import PIXELS_PER_DEGREE, WORLD_HW, world_lonlat, world_xy
from vgym.data.earth.pictures import picture

Row = tuple[str, str, NDArray[np.float64]]  # family, words, xyxy in pixels of the world
KM_PER_PIXEL = 111.195 / PIXELS_PER_DEGREE
SPOT = 10  # half a side of the box about a point, pixels: 18 km a side
CONTINENT_KM2 = 7e6
CELL = 2  # pixels a side of what islands are measured in
LARGEST = 1.35  # times which the largest island is larger than the next
SIDES = ("northernmost", "southernmost", "westernmost", "easternmost")


def spot(xy: NDArray[np.float64], half: float = SPOT) -> NDArray[np.float64]:
    """The box about a point; wider towards the poles, as degrees are narrower there."""
    wide = half / max(np.cos(np.radians(90 - xy[1] / PIXELS_PER_DEGREE)), 0.25)
    return np.array([xy[0] - wide, xy[1] - half, xy[0] + wide, xy[1] + half])


def titled(name: str) -> str:
    """An island's name as a phrase says it."""
    return (
        name
        if "Island" in name or name.startswith(("Isla ", "Ile ", "Ilha "))
        else f"the island of {name}"
    )


def coasts(named: list[tuple[int, str]]) -> Iterator[Row]:
    """The outermost points of islands that are no mere dots."""
    found = earth.outlines()
    for number, name in named:
        west, north, east, south = found.box[number]
        squeeze = np.cos(np.radians((north + south) / 2))
        if min((east - west) * squeeze, north - south) * 111 < 25:
            continue
        x0, y0 = np.round(world_xy([west, north])).astype(int)
        x1, y1 = np.round(world_xy([east, south])).astype(int)
        land = earth.coast().cells(y0, x0, y1 - y0, x1 - x0)
        piece, _ = ndimage.label(land, np.ones((3, 3)))
        mine = piece == np.bincount(piece[piece > 0]).argmax()
        ys, xs = np.nonzero(mine)
        for side, along, across in zip(SIDES, (ys, -ys, xs, -xs), (xs, xs, ys, ys), strict=True):
            # All that is nearly as far out must be near: no straight coast has an outermost point.
            near = along <= along.min() + 1
            if np.ptp(across[near]) > SPOT:
                continue
            far = along <= along.min() + 2
            if np.ptp(across[far]) > 2 * SPOT:
                continue
            at = np.array([x0 + xs[near].mean() + 0.5, y0 + ys[near].mean() + 0.5])
            yield "coast", f"the {side} point of {name}", spot(at)


def peaks(areas: list[tuple[str, Any]]) -> Iterator[Row]:
    """The highest points of islands, regions and countries.

    Args:
        areas: phrase and polygon (lonlat) of each.
    """
    whole = earth.heights().cut(0, 0, 5400, 10800)[..., 0]
    for phrase, area in areas:
        west, south, east, north = shapely.bounds(area)
        if east - west > 120 or south < -60:
            continue
        x0, y0 = int((west + 180) * 30), int((90 - north) * 30)
        x1, y1 = min(int((east + 180) * 30) + 1, 10800), min(int((90 - south) * 30) + 1, 5400)
        inside = drawn(area, 30, x0, y0, x1 - x0, y1 - y0)
        grey = np.where(inside, whole[y0:y1, x0:x1], 0).astype(np.int64)
        top = int(grey.max(initial=0))
        if not 96 + 42 <= top <= 96 + 121:  # from 270 to 4,100 m: others are not told apart
            continue
        ys, xs = np.nonzero(grey == top)
        y, x = ys.mean(), xs.mean()
        squeeze = max(np.cos(np.radians((north + south) / 2)), 0.25)
        rows, columns = np.ogrid[: grey.shape[0], : grey.shape[1]]
        away = (rows - y) ** 2 + ((columns - x) * squeeze) ** 2 > 2.6**2
        if (grey * away).max(initial=0) > top - 8:  # 22 % lower: greys are no better than that
            continue
        at = np.array([(x0 + x + 0.5) * 4, (y0 + y + 0.5) * 4])
        yield "peak", f"the highest point of {phrase}", spot(at)


def drawn(area: Any, scale: float, x0: int, y0: int, width: int, height: int) -> NDArray[np.bool_]:
    """(height, width) the pixels of an area, so many a degree, from a corner on."""
    picture = Image.new("1", (max(width, 1), max(height, 1)))
    pen = ImageDraw.Draw(picture)
    for part in shapely.get_parts(area):
        corners = world_xy(shapely.get_coordinates(part.exterior), scale) - np.array([x0, y0])
        pen.polygon((corners - 0.5).ravel().tolist(), fill=1)
    return np.asarray(picture)


def lights(areas: list[tuple[str, Any]]) -> Iterator[Row]:
    """The brightest lights of regions and countries."""
    scale = 4096 / 360
    whole = ndimage.gaussian_filter(picture("night", "L")[..., 0].astype(np.float32), 1.0)
    for phrase, area in areas:
        west, south, east, north = shapely.bounds(area)
        if east - west > 120 or south < -60 or north > 72:
            continue
        x0, y0 = int((west + 180) * scale), int((90 - north) * scale)
        width, height = int((east - west) * scale) + 2, int((north - south) * scale) + 2
        inside = drawn(area, scale, x0, y0, width, height)
        bright = np.where(
            inside,
            whole[y0 : y0 + height, x0 : x0 + width][: inside.shape[0], : inside.shape[1]],
            0,
        )
        top = bright.max(initial=0)
        if top < 70 or inside.sum() < 60:
            continue
        y, x = (int(k) for k in np.unravel_index(bright.argmax(), bright.shape))
        around = whole[max(y0 + y - 2, 0) : y0 + y + 3, max(x0 + x - 2, 0) : x0 + x + 3]
        if around.max() > top:  # the glow of a town across the border
            continue
        rows, columns = np.ogrid[: bright.shape[0], : bright.shape[1]]
        away = (rows - y) ** 2 + (columns - x) ** 2 > 4**2
        if (bright * away).max(initial=0) > 0.72 * top:
            continue
        at = np.array([x0 + x + 0.5, y0 + y + 0.5]) * PIXELS_PER_DEGREE / scale
        near = earth.nearest_places(world_lonlat(at), 20)
        if near.population[0, near.distance_m[0] < 20_000].sum() < 40_000:  # a fire, or a well
            continue
        yield "night", f"the brightest lights of {phrase}", spot(at, 18)


def meetings() -> Iterator[Row]:
    """Where three countries meet, and where a border of two comes to the sea."""
    borders = earth.borders()
    ends = np.array([line[k] for line in earth.lines().border for k in (0, -1)])
    ends = np.unique(np.round(ends, 3), axis=0)
    turns = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    seen: dict[tuple[str, str], list[NDArray[np.float64]]] = {}
    for end in ends:
        squeeze = max(np.cos(np.radians(end[1])), 0.2)
        ring = end + 0.045 * np.stack([np.cos(turns) / squeeze, np.sin(turns)], 1)
        ring[:, 0] = np.clip(ring[:, 0], -179.8, 179.8)
        # Not by `country_of`, which knows the countries of places a little way out at sea too.
        numbers = borders.region_numbers(ring, reach_m=0)
        names = sorted({borders.regions[number].country.name for number in numbers[numbers >= 0]})
        if len(names) == 3 and (numbers >= 0).all():
            key = "three", f"where {names[0]}, {names[1]} and {names[2]} meet"
        elif len(names) == 2 and (numbers < 0).sum() >= 5:
            key = "shore", f"where the border of {names[0]} and {names[1]} comes to the sea"
        else:
            continue
        at = world_xy(end)
        known = seen.setdefault(key, [])
        if all(np.hypot(*(at - other)) > 12 for other in known):
            known.append(at)
    for (family, words), places in seen.items():
        if len(places) == 1:
            yield family, words, spot(places[0])


class Islands:
    """The pieces of land about a place, by the mask: islands, and what belongs to a continent."""

    def __init__(self) -> None:
        share = earth.coast().shares(8)
        piece, count = ndimage.label(share > 0.5, np.ones((3, 3)))
        area = (
            np.cos(np.radians(90 - (np.arange(2700) + 0.5) / 15))[:, None] * (8 * KM_PER_PIXEL) ** 2
        )
        sizes = ndimage.sum_labels(np.broadcast_to(area, piece.shape), piece, np.arange(count + 1))
        self._continent = (sizes > CONTINENT_KM2)[piece] & (piece > 0)
        self._share = share

    def largest(self, lonlat: NDArray[np.float64], km: float) -> NDArray[np.float64] | None:
        """The box of the largest island that lies wholly within a distance of a place; None where
        another reading of the words has another answer."""
        squeeze = np.cos(np.radians(lonlat[1]))
        if squeeze < 0.3:
            return None
        reach_y = int(1.6 * km / KM_PER_PIXEL)
        reach_x = int(reach_y / squeeze)
        x, y = world_xy(lonlat)
        x0, y0 = int(x) - reach_x, int(y) - reach_y
        if min(x0, y0) < 0 or x0 + 2 * reach_x > WORLD_HW[1] or y0 + 2 * reach_y > WORLD_HW[0]:
            return None
        if (
            self._share[y0 // 8 : (y0 + 2 * reach_y) // 8, x0 // 8 : (x0 + 2 * reach_x) // 8].min()
            > 0.9
        ):
            return None
        x0, y0 = x0 // CELL, y0 // CELL
        size = 2 * reach_y // CELL, 2 * reach_x // CELL
        land = earth.coast().coarse_cells(CELL, y0, x0, *size) > 127
        piece, count = ndimage.label(land, np.ones((3, 3)))
        if count < 2:
            return None
        rows, columns = np.ogrid[: land.shape[0], : land.shape[1]]
        down, across = (rows + y0 + 0.5) * CELL - y, ((columns + x0 + 0.5) * CELL - x) * squeeze
        away = KM_PER_PIXEL * np.hypot(down, across)
        index = np.arange(1, count + 1)
        nearest = ndimage.minimum(away, piece, index)
        farthest = ndimage.maximum(away, piece, index)
        sizes = np.bincount(piece.ravel(), minlength=count + 1)[1:].astype(float)
        cut = np.zeros(count + 1, np.bool_)
        for edge in (piece[0], piece[-1], piece[:, 0], piece[:, -1]):
            cut[edge] = True
        cut = cut[1:]
        for number in np.flatnonzero(cut & (nearest < 1.15 * km)).tolist():
            ys, xs = np.nonzero(piece == number + 1)
            on = self._continent[(ys + y0) * CELL // 8, (xs + x0) * CELL // 8]
            if not on.any():
                return None  # an island that reaches out of sight
        whole = ~cut & (farthest <= 0.95 * km)
        if not whole.any():
            return None
        best = int(np.where(whole, sizes, 0).argmax())
        rivals = ~cut & (nearest <= 1.15 * km)
        rivals[best] = False
        if sizes[best] < 8 or (sizes[rivals] * LARGEST > sizes[best]).any():
            return None
        ys, xs = np.nonzero(piece == best + 1)
        corners = [x0 + xs.min(), y0 + ys.min(), x0 + xs.max() + 1, y0 + ys.max() + 1]
        return CELL * np.array(corners, np.float64)


def large_islands() -> Iterator[Row]:
    """The largest island within some distance of a town."""
    islands, sites = Islands(), earth.sites()
    for k in range(len(sites)):
        for km in (60, 150):
            box = islands.largest(sites.lonlat[k], km)
            if box is not None:
                where = f"{sites.name[k]}, {sites.country[k]}"
                yield "largest", f"the largest island within {km} km of {where}", box
                break
