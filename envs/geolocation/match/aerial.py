"""Pictures from above as ground: Landsat's of the land about Itaipu, and forests from aeroplanes.

Where each lies stands in `zoom/aerial/aerial.json`, as metres of a UTM grid. The files of the
forests tell the square kilometre that they are of, and not which part of it: their corner is taken
to be its own, and distances are right all the same.
"""

from __future__ import annotations

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vgym.asset_files import json_asset, picture_asset
from vgym.core.keyed_sampler import KeyedSampler
from vgym.core.shared_sources import shared
from vgym.core.windows import PyramidShelf
from vgym.envs.geolocation.match.frames import UPRIGHT, Frame
from vgym.envs.geolocation.match.sampling import AS_IT_IS, curve, fetch
from vgym.envs.geolocation.match.source import MatchSource, Tile
from vgym.envs.geolocation.match.types import MatchConfig
from vgym.geometry.sphere import geodesic_distance_wgs84
from vgym.geometry.utm import lonlat_of_utm

ASSET = "zoom/aerial/aerial.json"
_SIDES = (640.0, 1000.0)  # pixels of the picture: the shorter side of a tile
_BLANK = 8  # the brightest of what is no ground, of 255
_MOST_BLANK = 0.002  # of a tile


class AerialGround(MatchSource):
    """Parts of the pictures: those of a split are no other's."""

    least_texture = 0.045

    def __init__(self, config: MatchConfig) -> None:
        super().__init__(config)
        self.entries = [each for each in json_asset(ASSET)["pictures"] if "utm" in each]
        self._parts = [
            (number, np.array(entry["parts"][config.split], np.float64))
            for number, entry in enumerate(self.entries)
            if config.split in entry["parts"]
        ]
        grids = [entry["utm"] for entry in self.entries]
        self._zones = [int(grid["zone"]) for grid in grids]
        self._corners = torch.tensor([grid["corner"] for grid in grids], dtype=torch.float64)
        self._metres = torch.tensor([grid["metres"] for grid in grids], dtype=torch.float64)
        self.shelf = shared((PyramidShelf, ASSET), lambda: PyramidShelf(self._picture))

    @property
    def bounds(self) -> tuple[int, float, float]:
        """Of the largest."""
        height, width = np.array([entry["size_hw"] for entry in self.entries]).max(0)
        return len(self.entries), float(width), float(height)

    def candidate(
        self, draw: KeyedSampler, room: NDArray[np.float64]
    ) -> tuple[Tile, NDArray[np.float64]]:
        """A part of one of the pictures, each of them as likely as another."""
        number, part = draw.choice(self._parts)
        free = part[2:] - part[:2]
        most = min(_SIDES[1], float((free / self.aspect).min()))
        side = round(min(_SIDES[0], most) * max(1.0, most / _SIDES[0]) ** draw.unit())
        size = side * self.aspect
        corner = part[:2] + np.floor(np.array([draw.unit(), draw.unit()]) * (free - size))
        frame = Frame(corner + size / 2, size, UPRIGHT, 1.0)
        off = (np.array([draw.unit(), draw.unit()]) - 0.5) * room * size
        return Tile(number, frame), np.floor(frame.middle + off)

    def preview(self, tile: Tile, size_hw: tuple[int, int]) -> NDArray[np.float32] | None:
        """The tile in grey."""
        image = np.empty((*size_hw, 3), np.uint8)
        self.paint(tile.picture, tile.frame, 0, 0, (AS_IT_IS, curve(1.0)), image)
        if (image.max(-1) <= _BLANK).mean() > _MOST_BLANK:
            return None
        grey: NDArray[np.float32] = image.mean(-1, dtype=np.float32) / 255
        return grey

    def paint(
        self,
        picture: int,
        frame: Frame,
        layer: int,
        sun: int,
        colours: tuple[NDArray[np.float32], NDArray[np.uint8]],
        image: NDArray[np.uint8],
    ) -> None:
        """From the level of the picture's pyramid that is nearest in scale."""
        pyramid = self.shelf[picture]
        assert pyramid is not None  # an asset that cannot be read has raised
        size_hw = (image.shape[0], image.shape[1])
        level = max(0, round(math.log2(frame.pixel(size_hw))))
        level = min(level, len(pyramid.levels) - 1)
        fetch(pyramid.levels[level], frame.ahead(size_hw) / 2**level, *colours, image)

    def lonlat(self, picture: Tensor, places: Tensor) -> Tensor:
        """By way of the UTM grid; rows of a picture go to the south."""
        number = picture.cpu()
        metres = self._metres[number, None].to(places.device) * torch.tensor(
            [1.0, -1.0], dtype=torch.float64, device=places.device
        )
        grid = self._corners[number].to(places.device) + places * metres
        found = torch.full_like(grid, torch.nan)
        zones = torch.tensor(self._zones)[number].to(places.device)
        for zone in sorted(set(self._zones)):
            of_zone = (zones == zone)[:, None]
            found = torch.where(of_zone, lonlat_of_utm(grid, zone), found)
        return found

    def distance_m(self, a: Tensor, b: Tensor) -> Tensor:
        """On the ellipsoid, on which the grids are."""
        return geodesic_distance_wgs84(a, b)

    def _picture(self, number: int) -> NDArray[np.uint8]:
        folder = ASSET.rpartition("/")[0]
        return np.asarray(picture_asset(f"{folder}/{self.entries[number]['picture']}", "RGB"))
