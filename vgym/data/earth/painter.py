"""Views of the Earth, drawn crop by crop: ground, shaded by its relief, cut off at the coast.

The world is a plate carree picture of 43,200 by 21,600 pixels that is never held: ground has 7.4 km
a pixel, heights 3.7 km and the coast 0.93 km; rivers and borders are lines. Shrunk, a view blends
coarser pictures of the same; enlarged, all are smooth, and the coast is a line and not a stair.
"""

from __future__ import annotations

from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from vgym.compiled import compiled
from vgym.data.earth.across import Light
from vgym.data.earth.composing import Lines, compose
from vgym.data.earth.far import FAR_PIXEL, FarPicture
from vgym.data.earth.heights import GREY_AT_SEA, metres_of
from vgym.data.earth.ink import Ink
from vgym.data.earth.lonlats import PIXELS_PER_DEGREE, WORLD_HW
from vgym.data.earth.raster import HeldSizes, Pyramid, Wide, blend

LAYERS = ("day", "relief", "night", "political")
SUN_DEG = (315.0, 45.0)  # where light comes from: bearing and height, as maps are shaded

_METRES = metres_of(np.arange(256)).astype(np.float32)
_GREYS = np.arange(GREY_AT_SEA, 256)
_HEIGHT_PIXEL_M = 3711.0  # on a meridian


def _ramp(*stops: tuple[float, int, int, int]) -> NDArray[np.uint8]:
    """(256, 4) colours by number, between stops of number and colour; the last byte is none."""
    at = np.array(stops, np.float64)
    table = np.zeros((256, 4), np.uint8)
    for channel in range(3):
        table[:, channel] = np.round(np.interp(np.arange(256), at[:, 0], at[:, channel + 1]))
    return table


def _by_metres(*stops: tuple[float, int, int, int]) -> NDArray[np.uint8]:
    """Likewise by greys of heights, stops in metres."""
    greys = np.interp([stop[0] for stop in stops], _METRES[_GREYS], _GREYS)
    return _ramp(*((grey, *stop[1:]) for grey, stop in zip(greys, stops, strict=True)))


# By the brightness of water in Blue Marble, doubled; the first as it is there.
_WATER = {
    "day": _ramp(
        (6, 2, 4, 18), (22, 3, 8, 28), (64, 9, 27, 64), (100, 17, 45, 92), (150, 28, 70, 126)
    ),
    "relief": _ramp(
        (6, 92, 140, 186), (60, 120, 168, 208), (110, 158, 197, 226), (150, 182, 214, 236)
    ),
    "night": _ramp((0, 3, 4, 10), (255, 12, 18, 38)),
    "political": _ramp((0, 168, 204, 228), (255, 190, 220, 240)),
}
_HEIGHT_COLOURS = _by_metres(
    (0, 126, 170, 118),
    (80, 152, 186, 124),
    (250, 190, 205, 140),
    (600, 226, 214, 152),
    (1200, 214, 184, 122),
    (2200, 184, 142, 98),
    (3400, 168, 136, 122),
    (4500, 214, 204, 200),
    (6000, 252, 252, 252),
)
_LIGHTS = _ramp((0, 30, 34, 52), (30, 62, 54, 54), (110, 190, 146, 80), (255, 255, 232, 176))
# By number; the last is ice, and 0 stands where there is no land far and wide.
_COUNTRIES = np.zeros((256, 4), np.uint8)
_COUNTRIES[1:9, :3] = (
    (244, 214, 178),
    (206, 224, 184),
    (240, 202, 204),
    (250, 236, 176),
    (216, 206, 232),
    (196, 222, 214),
    (232, 222, 206),
    (244, 246, 248),
)
_LAND = {  # what ground is looked up by, where it is no colours
    "day": _COUNTRIES,
    "relief": _HEIGHT_COLOURS,
    "night": _LIGHTS,
    "political": _COUNTRIES,
}
# Ink of rivers, of borders: red, green, blue, and how much of it at most.
_INK = {
    "day": ((46, 92, 150, 0.85), (255, 226, 140, 0.45)),
    "relief": ((72, 120, 176, 0.9), (110, 80, 100, 0.6)),
    "night": ((24, 34, 62, 0.8), (110, 104, 120, 0.4)),
    "political": ((120, 164, 204, 0.9), (96, 84, 104, 0.9)),
}
_FAR = FAR_PIXEL / 1.2  # pixels of the world to one of a view, from which on it is far
_RELIEF = {"day": 0.75, "relief": 1.0, "night": 0.5, "political": 0.0}  # how strong the shading is


class Painter:
    """Draws one layer of the Earth.

    Args:
        layer: of `LAYERS`.
        ground: what land shows: colours, or one channel that they are looked up by.
        heights: greys. land: shares of 255, lakes are water. water: how bright it is.
        rivers, borders: lines. sun_deg: bearing and height of the light.
    """

    def __init__(
        self,
        layer: str,
        ground: HeldSizes,
        heights: HeldSizes,
        land: Pyramid,
        water: HeldSizes,
        rivers: Ink,
        borders: Ink,
        sun_deg: tuple[float, float] = SUN_DEG,
    ) -> None:
        bearing, height = np.radians(sun_deg)
        east, north = np.cos(height) * np.sin(bearing), np.cos(height) * np.cos(bearing)
        self._light = np.array([east, north, np.sin(height), _RELIEF[layer]], np.float32)
        tables = _LAND[layer], _WATER[layer]
        self._words = np.stack([table.view(np.uint32)[:, 0] for table in tables])
        self._land, self._pictures = land, (ground, water, heights)
        self._rivers, self._borders = rivers, borders
        self._inks = np.array(_INK[layer], np.float32)

    def paint(self, windows: NDArray[np.float64], images: NDArray[np.uint8]) -> None:
        """Paint windows, each of the shape of its image.

        Args:
            windows: (k, 4) xyxy, pixels of the world, x to the east from 180 W and y to the south
                from the pole. East and west are joined; beyond a pole stands what is at its edge.
            images: (k, h, w, 3) to be written.
        """
        for window, image in zip(np.asarray(windows, np.float64), images, strict=True):
            if (window[2] - window[0]) / image.shape[1] >= _FAR:
                _enlarge(self.far_picture.pyramid.crop(window, image.shape[:2]).wide(3), image)
            else:
                self._paint(window, image)

    @property
    def nbytes(self) -> int:
        """Bytes of what far views are cut from, which belongs to this layer alone."""
        return self.far_picture.nbytes

    @cached_property
    def far_picture(self) -> FarPicture:
        """The whole Earth, which far views are cut from."""
        return FarPicture(self._plain, self._inks)

    def _plain(
        self, window: NDArray[np.float64], image: NDArray[np.uint8], ink: NDArray[np.uint8]
    ) -> None:
        """Paint a window without lines, and those apart."""
        self._paint(window, image, inked=False)
        for lines, found in zip((self._rivers, self._borders), ink, strict=True):
            lines.paint(window, found)

    def _paint(
        self, window: NDArray[np.float64], image: NDArray[np.uint8], inked: bool = True
    ) -> None:
        land, pixel = self._land.about(window, image.shape[:2])
        step = float(window[2] - window[0]) / image.shape[1]
        ground, water, heights = (each.held(step) for each in self._pictures)
        lines = Lines(self._rivers.runs(step), self._borders.runs(step), self._inks, inked)
        light = Light(_METRES, _steep(heights.pixel), self._light)
        compose(window, land, pixel, (ground, water, heights), self._words, light, lines, image)


@cache
def _steep(pixel: float) -> NDArray[np.float32]:
    """(rows,) of heights of that pixel the slope to one metre between neighbours, eastwards; the
    last is that northwards, the same for all."""
    coarse = pixel / 4
    # Means of many heights are flatter than these are: coarse ones are exaggerated more.
    steep = 3.4 * coarse**0.5 / (2 * _HEIGHT_PIXEL_M * coarse)
    rows = np.arange(round(WORLD_HW[0] / pixel)) + 0.5
    squeeze = np.cos(np.radians(90 - rows * pixel / PIXELS_PER_DEGREE))
    return np.append(steep / np.maximum(squeeze, 0.1), steep).astype(np.float32)


@compiled
def _enlarge(wide: Wide, image: NDArray[np.uint8]) -> None:
    """Write a view of a picture of three channels."""
    colour = np.empty((3, image.shape[1]), np.float32)
    for i in range(image.shape[0]):
        for c in range(3):
            blend(wide.planes[c], wide.rows[i], wide.down[i], colour[c])
        row = image[i]
        for j in range(image.shape[1]):
            for c in range(3):
                row[j, c] = np.uint8(colour[c, j] + np.float32(0.5))
