"""Views of the Earth, drawn crop by crop: ground, shaded by its relief, cut off at the coast.

The world is a plate carree picture of 43,200 by 21,600 pixels that is never held: ground has 7.4 km
a pixel, heights 3.7 km and the coast 0.93 km; rivers and borders are lines. Shrunk, a view blends
coarser pictures of the same; enlarged, all are smooth, and the coast is a line and not a stair.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from vgym.compiled import compiled, compiled_with
from vgym.data.earth.far import FAR_PIXEL, FarPicture
from vgym.data.earth.heights import GREY_AT_SEA, metres_of
from vgym.data.earth.ink import Ink, overlay
from vgym.data.earth.lonlats import PIXELS_PER_DEGREE
from vgym.data.earth.raster import NOTHING, Crop, Pyramid, Wide, blend

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
_LAND = {"relief": _HEIGHT_COLOURS, "night": _LIGHTS, "political": _COUNTRIES}  # what is looked up
# Ink of rivers, of borders: red, green, blue, and how much of it at most.
_INK = {
    "day": ((46, 92, 150, 0.85), (255, 226, 140, 0.45)),
    "relief": ((72, 120, 176, 0.9), (110, 80, 100, 0.6)),
    "night": ((24, 34, 62, 0.8), (110, 104, 120, 0.4)),
    "political": ((120, 164, 204, 0.9), (96, 84, 104, 0.9)),
}
_ALL = 255  # of shares
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
        ground: Pyramid,
        heights: Pyramid,
        land: Pyramid,
        water: Pyramid,
        rivers: Ink,
        borders: Ink,
        sun_deg: tuple[float, float] = SUN_DEG,
    ) -> None:
        bearing, height = np.radians(sun_deg)
        east, north = np.cos(height) * np.sin(bearing), np.cos(height) * np.cos(bearing)
        self._layer = layer
        self._light = np.array([east, north, np.sin(height), _RELIEF[layer]], np.float32)
        self._ground, self._heights, self._land, self._water = ground, heights, land, water
        self._rivers, self._borders = rivers, borders

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
        return FarPicture(self._plain, np.array(_INK[self._layer], np.float32))

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
        size_hw = image.shape[:2]
        land = self._land.crop(window, size_hw)
        sharp = max(1.0, land.pixel * size_hw[1] / (window[2] - window[0]))
        some_land, some_water = bool(land.pixels.max()), bool(land.pixels.min() < _ALL)
        ground = shade = water = NOTHING
        if some_land:
            crop = self._ground.crop(window, size_hw)
            if self._layer in _LAND:
                crop = _looked_up(crop, _LAND[self._layer])
            ground = crop.wide(3)
            if _RELIEF[self._layer]:
                shade = self._shaded(self._heights.crop(window, size_hw, margin=1)).wide(1)
        if some_water:
            crop = self._water.crop(window, size_hw)
            water = _looked_up(crop, _WATER[self._layer]).wide(3)
        _compose(ground, shade, land.wide(1), water, sharp, image)
        if inked and some_land:
            ink = np.zeros((2, *size_hw), np.uint8)
            for lines, found in zip((self._rivers, self._borders), ink, strict=True):
                lines.paint(window, found)
            overlay(image, ink, np.array(_INK[self._layer], np.float32))

    def _shaded(self, heights: Crop) -> Crop:
        """How bright each pixel of heights is, 128 where it is level; its margin is cut off."""
        coarse = heights.pixel / 4
        # Means of many heights are flatter than these are: coarse ones are exaggerated more.
        steep = 3.4 * coarse**0.5 / (2 * _HEIGHT_PIXEL_M * coarse)
        rows = heights.top + np.arange(len(heights.pixels)) + 0.5
        squeeze = np.cos(np.radians(90 - rows * heights.pixel / PIXELS_PER_DEGREE))
        steep_x = (steep / np.maximum(squeeze, 0.1)).astype(np.float32)
        light = np.append(self._light, np.float32(steep))
        pixels = _shade(heights.pixels, _METRES, steep_x, light)
        return heights._replace(pixels=pixels)


def _looked_up(crop: Crop, table: NDArray[np.uint8]) -> Crop:
    """A crop of colours, and of a channel without meaning, for one of numbers of a table."""
    words = table.view(np.uint32)[:, 0]
    return crop._replace(pixels=_colours(crop.pixels, words))


@compiled
def _colours(pixels: NDArray[np.uint8], words: NDArray[np.uint32]) -> NDArray[np.uint8]:
    """(h, w, 4) the bytes of words (256,) by pixels (h, w, 1)."""
    height, width = pixels.shape[:2]
    found = np.empty((height, width), np.uint32)
    for y in range(height):
        line, numbers = found[y], pixels[y].reshape(-1)
        for x in range(width):
            line[x] = words[numbers[x]]
    return found.reshape(-1).view(np.uint8).reshape(height, width, 4)


@compiled_with(error_model="numpy")
def _shade(
    greys: NDArray[np.uint8],
    metres: NDArray[np.float32],
    steep_x: NDArray[np.float32],
    light: NDArray[np.float32],
) -> NDArray[np.uint8]:
    """(h - 2, w - 2, 1) Lambert's shading of a relief, 128 for level ground.

    Args:
        greys: (h, w, 1). metres: of each. steep_x: (h,) slope to one metre between neighbours.
        light: east, north and up; how strong shading is; the slope to one metre northwards.
    """
    height, width = greys.shape[:2]
    found = np.empty((height - 2, width - 2, 1), np.uint8)
    heights = np.empty((height, width), np.float32)
    for y in range(height):
        for x in range(width):
            heights[y, x] = metres[greys[y, x, 0]]
    one, up, strong, steep_y = np.float32(1), light[2], light[3], light[4]
    for y in range(height - 2):
        above, here, below = heights[y], heights[y + 1], heights[y + 2]
        line = found[y]
        scale = steep_x[y + 1]
        for x in range(width - 2):
            east = (here[x + 2] - here[x]) * scale
            north = (above[x + 1] - below[x + 1]) * steep_y
            bright = (up - east * light[0] - north * light[1]) / (
                up * np.sqrt(one + east * east + north * north)
            )
            bright = one + (bright - one) * strong
            line[x, 0] = np.uint8(
                min(max(bright, np.float32(0.25)), np.float32(1.7)) * np.float32(128)
            )
    return found


@compiled
def _compose(
    ground: Wide, shade: Wide, land: Wide, water: Wide, sharp: float, image: NDArray[np.uint8]
) -> None:
    """Write a view, row by row. What has no pixels is nowhere to be seen."""
    height, width = image.shape[:2]
    dry, wet, lit = ground.planes.size > 0, water.planes.size > 0, shade.planes.size > 0
    share = np.full(width, np.float32(1) if dry else np.float32(0))
    light = np.full(width, np.float32(128))
    colour, sea = np.zeros((3, width), np.float32), np.zeros((3, width), np.float32)
    half, full, steep = np.float32(0.5), np.float32(255), np.float32(sharp)
    for i in range(height):
        if lit:
            blend(shade.planes[0], shade.rows[i], shade.down[i], light)
        if dry:
            for c in range(3):
                line = colour[c]
                blend(ground.planes[c], ground.rows[i], ground.down[i], line)
                for j in range(width):
                    line[j] = min(line[j] * light[j] * np.float32(1 / 128), full)
        if wet:
            for c in range(3):
                blend(water.planes[c], water.rows[i], water.down[i], sea[c])
        if dry and wet:
            blend(land.planes[0], land.rows[i], land.down[i], share)
            for j in range(width):
                some = half + (share[j] * np.float32(1 / 255) - half) * steep
                share[j] = min(max(some, np.float32(0)), np.float32(1))
        for c in range(3):
            above, below = colour[c], sea[c]
            for j in range(width):
                above[j] = below[j] + (above[j] - below[j]) * share[j] + half
        row = image[i]
        for j in range(width):
            row[j, 0] = np.uint8(colour[0, j])
            row[j, 1] = np.uint8(colour[1, j])
            row[j, 2] = np.uint8(colour[2, j])


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
