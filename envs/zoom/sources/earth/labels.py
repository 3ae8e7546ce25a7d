"""Names on views of the world map: towns, islands and lakes, the most important first."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from vgym.asset_files import reading
from vgym.data import earth
from vgym.data.earth.lonlats import PIXELS_PER_DEGREE, WORLD_HW, world_xy

_MOST = 14  # names a view
_FONT_PX = 10
_DARK, _LIGHT = (24, 24, 30), (250, 250, 245)


@dataclass(frozen=True)
class _Names:
    """Everything with a name, the most important first."""

    name: NDArray[np.str_]  # (N,)
    xy: NDArray[np.float64]  # (N, 2) pixels of the world
    reach: NDArray[np.float64]  # (N,) pixels of the world to one of the widest view that names it
    dotted: NDArray[np.bool_]  # (N,) towns, which a dot shows


def draw_labels(layer: str, windows: NDArray[np.float64], images: NDArray[np.uint8]) -> None:
    """Draw names on views.

    Args:
        layer: of the map: letters are light on dark ones.
        windows: (k, 4) xyxy, pixels of the world. images: (k, h, w, 3) to be drawn on.
    """
    for window, image in zip(windows, images, strict=True):  # people's own pace: few ask for it
        _label(layer, window, image)


def _label(layer: str, window: NDArray[np.float64], image: NDArray[np.uint8]) -> None:
    height, width = image.shape[:2]
    step = (window[2] - window[0]) / width
    names = _names()
    xy = names.xy.copy()  # the nearest to the east of the window's edge: east and west are joined
    xy[:, 0] = window[0] + (xy[:, 0] - window[0]) % WORLD_HW[1]
    inside = (xy > window[:2]).all(1) & (xy < window[2:]).all(1)
    picture = Image.fromarray(image)
    pen, font = ImageDraw.Draw(picture), _font()
    ink, edge = (_LIGHT, _DARK) if layer in ("day", "night") else (_DARK, _LIGHT)
    taken: list[tuple[float, float, float, float]] = []
    for number in np.flatnonzero(inside & (names.reach >= step)).tolist():
        x, y = ((xy[number] - window[:2]) / step).tolist()
        name = str(names.name[number])
        left, top, right, bottom = pen.textbbox((x + 4, y - 6), name, font)
        if not names.dotted[number]:
            left, right = left - (right - left) / 2 - 4, (left + right) / 2 - 4
        box = (left, top, right, bottom)
        crossed = any(
            box[0] < other[2] and other[0] < box[2] and box[1] < other[3] and other[1] < box[3]
            for other in taken
        )
        if crossed or left < 0 or right > width or top < 0 or bottom > height:
            continue
        taken.append(box)
        if names.dotted[number]:
            pen.ellipse((x - 1.5, y - 1.5, x + 1.5, y + 1.5), fill=ink, outline=edge)
        pen.text((left, y - 6), name, ink, font, stroke_width=1, stroke_fill=edge)
        if len(taken) == _MOST:
            break
    image[:] = np.asarray(picture)


@cache
def _font() -> ImageFont.FreeTypeFont:
    with reading("fonts/inter.ttf") as file, file.open("rb") as content:
        return ImageFont.truetype(content, _FONT_PX)


@cache
def _names() -> _Names:
    sites, found = earth.sites(), earth.outlines()
    middle = np.stack([found.box[:, [0, 2]].mean(1), found.box[:, [1, 3]].mean(1)], 1)
    side = np.minimum(found.box[:, 2] - found.box[:, 0], found.box[:, 1] - found.box[:, 3])
    lonlat = np.concatenate([sites.lonlat, middle])
    # A town of rank 0 is named on a map of the world, one of 10 on a map of 300 km.
    reach = np.concatenate([200 * 0.58**sites.rank, side * PIXELS_PER_DEGREE / 14])
    order = np.argsort(-reach, kind="stable")
    return _Names(
        np.concatenate([sites.name, found.name])[order],
        world_xy(lonlat)[order],
        reach[order],
        np.arange(len(lonlat))[order] < len(sites),
    )
