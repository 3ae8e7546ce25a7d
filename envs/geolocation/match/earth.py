"""The world map as ground: tiles of a thousand kilometres and more, in two layers, under any sun.

A tile is drawn so that kilometres are as long across as down at its middle; the crop is painted
anew from the map, and not cut out of the tile's pixels.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vgym.core.keyed_sampler import KeyedSampler
from vgym.core.keys import sample_each, stream
from vgym.core.opencv import cv2
from vgym.core.shared_sources import shared
from vgym.data.earth import coast, heights, painter
from vgym.data.earth.heights import metres_of
from vgym.data.earth.lonlats import PIXELS_PER_DEGREE, WORLD_HW, world_xy
from vgym.data.earth.raster import halved
from vgym.envs.geolocation.match.frames import UPRIGHT, Frame
from vgym.envs.geolocation.match.sampling import fetch
from vgym.envs.geolocation.match.source import MatchSource, Tile
from vgym.envs.geolocation.match.types import MatchConfig
from vgym.geometry.cells import cell_of
from vgym.geometry.sphere import great_circle_distance

LAYERS = ("day", "relief")
SUNS = tuple((45.0 * k, 45.0) for k in range(8))  # bearing and height of the light
_SIDES = (1080.0, 1680.0)  # pixels of the world, 0.93 km each: the shorter side of a tile
_LONGEST = 8.0  # a tile's longer side to the shorter, from which on both are less: of one Earth
_HIGHEST_LAT = 60.0  # of a crop: beyond, the map is stretched more than twofold
_LOOKED = 24  # pixels of the world to one of the picture by which the Earth is looked over
_ABOUT = np.array([-2, -2, 3, 3])  # of its pixels, further ones that are cut
_PER_DEGREE = PIXELS_PER_DEGREE // _LOOKED
_LOWEST, _HIGHEST_M = 0.35, 3000.0  # brightness of land by the sea; from where on it is 1
_COAST, _UNEVEN = 0.15, 0.03  # least share of land and of water; least deviation of brightness
_COARSEST = 6.5  # pixels of the world to one that is painted; beyond, whole layers would be held
_CELL_LEVEL = 3  # of the cells, 815 km wide, that are shared out to the splits
_SPLITS = {"train": (0, 7), "val": (7, 8), "test": (8, 10)}  # of every ten cells
_SPLIT = stream("match/split")


class EarthGround(MatchSource):
    """Tiles between 60 S and 60 N. Splits share no cell of crops' middles."""

    layers = len(LAYERS)
    suns = len(SUNS)
    exposures = (-0.5, 0.0)  # the day is dark enough
    least_texture = 0.075

    def __init__(self, config: MatchConfig) -> None:
        super().__init__(config)
        self._bright = shared((EarthGround, "brightness"), _brightness)
        self._coasts, self._mountains = shared(
            (EarthGround, config.split), lambda: tuple(map(self._of_split, _degrees(self._bright)))
        )
        self._side = _SIDES[0] * min(1.0, _LONGEST / self.aspect.max())

    @property
    def bounds(self) -> tuple[int, float, float]:
        """One picture; tiles and crops may reach beyond the date line."""
        return 1, float(WORLD_HW[1] + _SIDES[1] * _LONGEST), float(WORLD_HW[0])

    def candidate(
        self, draw: KeyedSampler, room: NDArray[np.float64]
    ) -> tuple[Tile, NDArray[np.float64]]:
        """Somewhere, every square kilometre of coasts, or of mountains, as likely as another."""
        coasts = draw.chance(0.5 + 0.5 * self.config.difficulty)
        corners = self._coasts if coasts else self._mountains
        lon, lat = draw.choice(corners) + np.array([draw.unit(), draw.unit()])
        while draw.unit() > math.cos(math.radians(lat)):
            lon, lat = draw.choice(corners) + np.array([draw.unit(), draw.unit()])
        middle = np.floor(world_xy((lon, lat)))
        side = round(self._side * (_SIDES[1] / _SIDES[0]) ** draw.unit())
        stretch = round(1024 / math.cos(math.radians(lat))) / 1024
        size = side * self.aspect
        off = (np.array([draw.unit(), draw.unit()]) - 0.5) * room * size
        tile = np.floor(middle - off * (stretch, 1.0))
        frame = Frame(tile, size, UPRIGHT, stretch)
        return Tile(0, frame, draw.below(len(LAYERS)), draw.below(len(SUNS))), middle

    def preview(self, tile: Tile, size_hw: tuple[int, int]) -> NDArray[np.float32] | None:
        """Land, brighter the higher: what shows in every layer."""
        ahead = tile.frame.ahead(size_hw)
        # Pixels by their middles: the first of either picture is at 0.
        ahead[:, 2] += ahead[:, :2].sum(1) / 2
        ahead /= _LOOKED
        ahead[:, 2] -= 0.5
        left, top, right, bottom = np.floor(tile.frame.bounds() / _LOOKED).astype(int) + _ABOUT
        columns = np.arange(left, right) % self._bright.shape[1]
        top = max(0, top)
        seen = self._bright[top:bottom].take(columns, 1)
        ahead[:, 2] -= (left, top)
        found = cv2.warpAffine(
            seen,
            ahead,
            size_hw[::-1],
            flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )
        return np.asarray(found, np.float32)

    def paint(
        self,
        picture: int,
        frame: Frame,
        layer: int,
        sun: int,
        colours: tuple[NDArray[np.float32], NDArray[np.uint8]],
        image: NDArray[np.uint8],
    ) -> None:
        """The box about the frame is painted as the map has it, then turned and squeezed."""
        wanted = frame.pixel(image.shape[:2]) * math.sqrt(frame.stretch)
        halvings = max(0, round(math.log2(wanted / _COARSEST) + 0.5))
        step = min(wanted, _COARSEST)
        box = frame.bounds()
        box = np.concatenate((box[:2] - 2 * step, box[2:] + 2 * step))
        whole = 2**halvings
        width, height = (math.ceil(s / step / whole) * whole for s in (box[2:] - box[:2]))
        canvas = np.empty((height, width, 3), np.uint8)
        window = np.concatenate((box[:2], box[:2] + step * np.array([width, height])))
        painter(LAYERS[layer], SUNS[sun]).paint(window[None], canvas[None])
        for _ in range(halvings):
            canvas = halved(canvas, 1.0)
        ahead = frame.ahead((image.shape[0], image.shape[1]))
        ahead[:, 2] -= box[:2]
        fetch(canvas, ahead / (step * whole), *colours, image)

    def lonlat(self, picture: Tensor, places: Tensor) -> Tensor:
        """Of a plate carree map."""
        away = places / PIXELS_PER_DEGREE
        lon = torch.remainder(away[:, 0], 360.0) - 180.0
        return torch.stack((lon, (90.0 - away[:, 1]).clamp(-90, 90)), 1)

    def distance_m(self, a: Tensor, b: Tensor) -> Tensor:
        """Along the great circle."""
        return great_circle_distance(a, b)

    def _of_split(self, corners: NDArray[np.float64]) -> list[NDArray[np.float64]]:
        """Those of the squares whose middle is in the split's cells."""
        cells = cell_of(torch.from_numpy(corners + 0.5), _CELL_LEVEL).numpy()
        drawn = sample_each(cells.astype(np.uint64), _SPLIT, 10)
        first, end = _SPLITS[self.config.split]
        return list(corners[(first <= drawn) & (drawn < end)])


def _degrees(bright: NDArray[np.float32]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Squares of a degree with a coast in them, and those of land that is uneven: south-west
    corners (N, 2).

    Args:
        bright: the Earth, see `_brightness`.
    """
    half = int(_HIGHEST_LAT)
    rows = bright[(90 - half) * _PER_DEGREE : (90 + half) * _PER_DEGREE]
    seen = rows.reshape(2 * half, _PER_DEGREE, 360, _PER_DEGREE)[::-1]
    land = (seen > _LOWEST / 2).mean((1, 3))
    coast = (land > _COAST) & (land < 1 - _COAST)
    uneven = (land == 1) & (seen.std((1, 3)) > _UNEVEN)
    corners = np.stack(np.meshgrid(np.arange(-180.0, 180), np.arange(-half, half)), -1)
    return corners[coast], corners[uneven]


def _brightness() -> NDArray[np.float32]:
    """(900, 1800) the Earth: 0 for water, and above it the brighter the higher."""
    size = (WORLD_HW[1] // _LOOKED, WORLD_HW[0] // _LOOKED)
    blocks = coast().coarse_cells(4, 0, 0, WORLD_HW[0] // 4, WORLD_HW[1] // 4)
    land = cv2.resize(blocks, size, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    held = heights()
    count = (int(side / held.pixel) for side in WORLD_HW)
    greys = cv2.resize(held.cut(0, 0, *count), size, interpolation=cv2.INTER_AREA)
    above = np.sqrt(np.clip(metres_of(greys) / _HIGHEST_M, 0, 1))
    return np.asarray(land * (_LOWEST + (1 - _LOWEST) * above), np.float32)
