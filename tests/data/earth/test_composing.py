"""Views of the Earth against a slow one that works everything out everywhere, in float64."""

import importlib
from functools import cache
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from vgym.data.earth.heights import metres_of
from vgym.data.earth.ink import Ink
from vgym.data.earth.raster import HeldSizes, Pyramid, Tiled, Whole

painting: Any = importlib.import_module("vgym.data.earth.painter")
Floats = NDArray[np.float64]


@cache
def world(seed: int, hw: tuple[int, int], channels: int, low: int = 0) -> NDArray[np.uint8]:
    """(H, W, C) of soft noise."""
    rng = np.random.default_rng(seed)
    coarse = rng.integers(low, 256, (hw[0] // 6, hw[1] // 6, channels)).astype(np.float64)
    fine = coarse.repeat(6, 0).repeat(6, 1) + rng.normal(0, 6, (*hw, channels))
    return fine.clip(low, 255).astype(np.uint8)


def spline(picture: Floats, window: Floats, side: int) -> Floats:
    """(side, side, C) of a picture of the whole Earth, a quadratic B-spline through its pixels."""
    height, width = picture.shape[:2]
    pixel = 43_200 / width

    def weights(start: float, end: float, count: int) -> Floats:
        at = (start + (np.arange(side) + 0.5) * (end - start) / side) / pixel - 0.5
        away = np.abs(at[:, None] - np.arange(-count, 2 * count))
        near = np.where(away < 0.5, 0.75 - away**2, 0.5 * (1.5 - away).clip(0) ** 2)
        return near

    down, across = weights(window[1], window[3], height), weights(window[0], window[2], width)
    rows, columns = down.any(0), across.any(0)  # of those three times as many, what is near at all
    beyond = np.arange(-height, 2 * height).clip(0, height - 1)[rows]
    round_about = (np.arange(-width, 2 * width) % width)[columns]
    near = picture[np.ix_(beyond, round_about)]
    return np.einsum("ir,jc,rck->ijk", down[:, rows], across[:, columns], near, optimize=True)


def shades(greys: NDArray[np.uint8], sun: Floats, strong: float) -> Floats:
    """(H, W, 1) Lambert's shading of a picture of heights, as bytes."""
    pixel = 43_200 / greys.shape[1]
    metres = metres_of(greys[..., 0])
    coarse = pixel / 4
    steep = 3.4 * coarse**0.5 / (2 * 3711 * coarse)
    latitude = 90 - (np.arange(len(greys)) + 0.5) * pixel / 120
    squeeze = np.maximum(np.cos(np.radians(latitude)), 0.1)[:, None]
    east = (np.roll(metres, -1, 1) - np.roll(metres, 1, 1)) * steep / squeeze
    padded = np.pad(metres, ((1, 1), (0, 0)), "edge")
    north = (padded[:-2] - padded[2:]) * steep
    bright = (sun[2] - east * sun[0] - north * sun[1]) / sun[2]
    bright = 1 + (bright / np.sqrt(1 + east**2 + north**2) - 1) * strong
    return np.floor(bright.clip(0.25, 1.7) * 128)[..., None]


@pytest.mark.parametrize("layer", ["day", "relief", "night", "political"])
@pytest.mark.parametrize(
    ("middle", "step"),
    [((17_900, 9_000), 6.5), ((43_190, 4_000), 3.0), ((9_000, 21_490), 1.0), ((30_000, 50), 0.3)],
)
def test_views_are_what_a_slow_one_shows(
    layer: str, middle: tuple[float, float], step: float
) -> None:
    """Land, sea and both, at the date line and near the poles; as wide as no number of blocks."""
    side = 200
    ground = world(1, (1080, 2160), 3 if layer == "day" else 1)
    if layer == "political":
        ground = ground % 9
    heights, water = world(2, (2160, 4320), 1, 90), world(3, (540, 1080), 1)
    land = np.where(world(4, (1080, 2160), 1) > 150, np.uint8(255), np.uint8(0))
    land[:, 900:1100] = 255
    everywhere = np.ones((90, 180), np.bool_)
    held = Whole(land)
    ink = Ink([np.array([[-170.0, 60], [170.0, 59]])], np.zeros(1, np.int64))
    painter = painting.Painter(
        layer,
        HeldSizes([Tiled(ground, everywhere).held]),
        HeldSizes([Tiled(heights, everywhere).held]),
        Pyramid([(held.pixel, held.cut)]),
        HeldSizes([Whole(water).held]),
        ink,
        ink,
    )
    half = side * step / 2
    x, y = middle
    window = np.array([x - half, y - half, x + half, y + half])
    image = np.full((1, side, side, 3), 99, np.uint8)
    painter.paint(window[None], image)

    share = spline(land / 255.0, window, side)
    share = (0.5 + (share - 0.5) * max(1.0, held.pixel / step)).clip(0, 1)
    colours = ground if layer == "day" else painting._LAND[layer][ground[..., 0], :3]
    strong = painting._RELIEF[layer]
    sun = np.array([-0.5, 0.5, 0.5**0.5])  # from the north-west, at 45 degrees
    shown = spline(colours.astype(np.float64), window, side)
    if strong:
        shown = (shown * spline(shades(heights, sun, strong), window, side) / 128).clip(0, 255)
    sea = spline(painting._WATER[layer][water[..., 0], :3].astype(np.float64), window, side)
    expected = sea + (shown - sea) * share
    drawn = np.zeros((side, side), np.uint8)
    ink.paint(window, drawn)
    if share.max() > 0:
        for *colour, most in painting._INK[layer]:
            cover = drawn[..., None] / 255 * most
            expected = expected + (np.array(colour) - expected) * cover
    assert expected.std() > 3
    off = np.abs(image[0] - expected)
    assert off.max() < 1.6 and (off > 0.6).mean() < 0.01 + (drawn > 0).mean()
