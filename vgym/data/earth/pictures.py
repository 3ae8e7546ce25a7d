"""The pictures that views of the Earth are painted from, each in all sizes."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import shapely
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from vgym.asset_files import reading
from vgym.compiled import compiled
from vgym.data.earth.lonlats import world_xy
from vgym.data.earth.regions import Borders

_POLITICAL_HW = (2700, 5400)
_SPREAD = 12  # pixels that a country reaches beyond its outlines, which the coast cuts off anyway
_COLOURS = 7  # of countries, by number from 1
_ICE = 8


def picture(name: str, mode: str) -> NDArray[np.uint8]:
    """(H, W, C) a picture that ships, of the whole Earth."""
    with reading(f"earth/{name}.webp") as file, file.open("rb") as content:
        with Image.open(content, formats=["WEBP"]) as image:
            found = np.asarray(image.convert(mode))
    return found.reshape(*found.shape[:2], -1)


def countries(borders: Borders) -> NDArray[np.uint8]:
    """(H, W, 1) of every country the number of a colour that no neighbour of it has, 1 to 8."""
    parts, region = shapely.get_parts(borders.outlines, return_index=True)
    names = [f"{borders.regions[number].country.name}" for number in region.tolist()]
    known = sorted(set(names))
    number_of = {name: number + 1 for number, name in enumerate(known)}
    height, width = _POLITICAL_HW
    drawn = Image.new("I", (width, height))
    pen = ImageDraw.Draw(drawn)
    for k in np.argsort(-shapely.area(parts), kind="stable").tolist():  # enclaves last
        corners = world_xy(shapely.get_coordinates(parts[k].exterior), width / 360)
        if len(corners) > 2:
            pen.polygon(corners.ravel().tolist(), fill=number_of[names[k]])
    number = np.asarray(drawn).astype(np.int16)
    for _ in range(_SPREAD):
        number = _spread(number)
    colours = np.array(_colouring(number, len(known) + 1), np.uint8) + 1
    colours[0] = _COLOURS
    if "Antarctica" in number_of:
        colours[number_of["Antarctica"]] = _ICE
    return colours[number][..., None]


def _colouring(number: NDArray[np.int16], count: int) -> list[int]:
    """A colour for each number such that no two that meet in the picture share one, while there are
    colours enough."""
    meeting = np.zeros((count, count), np.bool_)
    for above, here in pairwise([number[0], *number]):
        meeting[here[1:], here[:-1]] = True
        meeting[here, above] = True
    meeting |= meeting.T
    meeting[0] = meeting[:, 0] = False
    found = [-1] * count
    for k in np.argsort(-meeting.sum(1), kind="stable").tolist():
        taken = {found[other] for other in np.flatnonzero(meeting[k]).tolist() if other != k}
        free = [colour for colour in range(_COLOURS) if colour not in taken]
        # Not the first that is free: far countries would share it.
        found[k] = free[k % len(free)] if free else k % _COLOURS
    return found


@compiled
def _spread(number: NDArray[np.int16]) -> NDArray[np.int16]:
    """Pixels without a number take that of a neighbour."""
    height, width = number.shape
    found = number.copy()
    for y in range(height):
        for x in range(width):
            if number[y, x] == 0:
                beside = max(number[y, x - 1], number[y, (x + 1) % width])
                above = max(number[max(y - 1, 0), x], number[min(y + 1, height - 1), x])
                found[y, x] = max(beside, above)
    return found
