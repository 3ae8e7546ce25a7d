"""Pictures for people: the view beside the world, with the place, the guess and the way between."""

from __future__ import annotations

from functools import cache

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from torch import Tensor

from vgym.core.captions import captioned
from vgym.data import earth
from vgym.data.earth.lonlats import WORLD_HW, world_xy
from vgym.geometry.sphere import bearing, destination, great_circle_distance

TRUTH, GUESS, WAY = (40, 190, 90), (250, 170, 20), (240, 60, 60)
_GAP = 4  # pixels between the two pictures
_LEAST = 160  # pixels of height that the world is drawn with
_STEPS = 128  # of the way
_DOT = 4.0


def portrait(
    image: NDArray[np.uint8], words: str, place: Tensor, guess: Tensor | None, line: str = ""
) -> NDArray[np.uint8]:
    """What is seen, beside the world.

    Args:
        image: (h, w, 3). words: that ask. place: (2,) lonlat. guess: likewise; None before it.
        line: of what else is to be said.

    Returns:
        (H, W, 3) uint8: green is the place, orange the guess, red the shortest way.
    """
    height = max(_LEAST, image.shape[0])
    world = Image.fromarray(_world(height))
    pen = ImageDraw.Draw(world)
    place, said = place.cpu(), [line] if line else []
    if guess is not None:
        guess = guess.cpu()
        away = great_circle_distance(place, guess)
        share = torch.linspace(0, 1, _STEPS, dtype=torch.float64)
        way = destination(place, bearing(place, guess), share * away)
        for start, end in _unbroken(_xy(way.numpy(), height), height):
            pen.line([*start, *end], fill=WAY, width=2)
        _dot(pen, _xy(guess.numpy(), height), GUESS)
        said.append(f"{float(away) / 1000:,.0f} km away")
    _dot(pen, _xy(place.numpy(), height), TRUTH)
    wide = image.shape[1] + _GAP + 2 * height
    canvas = Image.new("RGB", (wide, height), (255, 255, 255))
    canvas.paste(Image.fromarray(image), (0, 0))
    canvas.paste(world, (image.shape[1] + _GAP, 0))
    where = earth.chain_words(earth.chain_of(place.numpy()).codes)[0]
    names = [name for name in where[::-1] if name]
    return captioned(np.asarray(canvas), words, [", ".join(said), ", ".join(names) or "at sea"])


@cache
def _world(height: int) -> NDArray[np.uint8]:
    """(height, 2 height, 3) the whole Earth, in plate carree."""
    picture = np.empty((height, 2 * height, 3), np.uint8)
    window = np.array([[0, 0, WORLD_HW[1], WORLD_HW[0]]], np.float64)
    earth.painter("political").paint(window, picture[None])
    return picture


def _xy(lonlat: NDArray[np.float64], height: int) -> NDArray[np.float64]:
    """(..., 2) pixels of places on the world."""
    return world_xy(lonlat, height / 180)


def _unbroken(points: NDArray[np.float64], height: int) -> list[tuple[list[float], list[float]]]:
    """Pairs of neighbours that the edge of the world does not part."""
    pairs = zip(points[:-1].tolist(), points[1:].tolist(), strict=True)
    return [(a, b) for a, b in pairs if abs(a[0] - b[0]) < height]


def _dot(pen: ImageDraw.ImageDraw, xy: NDArray[np.float64], colour: tuple[int, int, int]) -> None:
    x, y = xy.tolist()
    pen.ellipse([x - _DOT, y - _DOT, x + _DOT, y + _DOT], fill=colour, outline=(20, 20, 20))
