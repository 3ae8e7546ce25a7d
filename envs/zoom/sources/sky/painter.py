"""Windows of a chart, drawn star by star and only what they show.

As in planetarium programs fainter stars come up as one zooms in: a view of the whole shows those to
magnitude `OVERVIEW`, and each halving of the window one magnitude more. Close by, stars are discs
of the sizes that a printed atlas gives their magnitudes, and those are the boxes of questions.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vgym.compiled import compiled
from vgym.core.keys import stream, uniform
from vgym.envs.zoom.sources.sky.catalogue import Sky
from vgym.envs.zoom.sources.sky.chart import (
    MIDDLE,
    RIM,
    SCALE,
    WIDTH,
    charted,
    direction,
    from_middle,
    is_front,
    turned,
)
from vgym.envs.zoom.sources.sky.marks import Colour, disc, line, ring, symbol

OVERVIEW = 3.6  # the faintest magnitude in a view of the whole
SYMBOL = 44.0  # px: an object's sign, and its box
RING_HALF = 1.5  # px: half the width of a ring's line
_FADE = 0.7  # magnitudes over which stars come up
_PAGE = 52.0  # grey level of what is outside
_GLOW = 90.0  # the Milky Way's greatest brightness
_STYLE = stream("style")


@compiled
def diameter(magnitude: float) -> float:
    """Of a star's disc, px of the chart."""
    return 8.0 + 5.0 * max(8.0 - magnitude, 0.0)


@compiled
def has_lines(picture: np.uint64) -> bool:
    """Whether a chart shows the lines of the figures: three of four do."""
    return uniform(picture, _STYLE, 0) < 0.75


@compiled
def star_colour(blue_to_visual: float) -> Colour:
    """The colour of a star of that B - V, stronger than the eye sees it, as in atlases."""
    at = (-0.3, 0.0, 0.45, 0.85, 1.25, 1.7)
    red = (120.0, 175.0, 255.0, 255.0, 255.0, 255.0)
    green = (165.0, 205.0, 250.0, 225.0, 165.0, 95.0)
    blue = (255.0, 255.0, 235.0, 130.0, 70.0, 60.0)
    for i in range(5):
        if blue_to_visual < at[i + 1]:
            part = max((blue_to_visual - at[i]) / (at[i + 1] - at[i]), 0.0)
            return (
                red[i] + part * (red[i + 1] - red[i]),
                green[i] + part * (green[i + 1] - green[i]),
                blue[i] + part * (blue[i + 1] - blue[i]),
            )
    return red[5], green[5], blue[5]


@compiled
def paint_views(
    sky: Sky,
    pictures: NDArray[np.uint64],
    rings: NDArray[np.float64],
    windows: NDArray[np.float64],
    images: NDArray[np.uint8],
    widest: float,
) -> None:
    """Paint windows (k, 4) of charts (k,) into images (k, h, w, 3).

    Args:
        widest: px of the chart in one of an image that shows all of it.
        rings: (k, 3) middle and radius of a drawn circle, px; a radius of 0 for none.
    """
    for i in range(len(pictures)):
        turn = turned(pictures[i])
        scale = (windows[i, 2] - windows[i, 0]) / images.shape[2]
        limit = OVERVIEW + max(np.log2(widest / scale), 0.0)
        x0, y0, image = windows[i, 0], windows[i, 1], images[i]
        _ground(sky, pictures[i], turn, x0, y0, scale, image)
        if has_lines(pictures[i]):
            _lines(sky, pictures[i], turn, x0, y0, scale, image)
        _things(sky, turn, x0, y0, scale, image)
        _stars(sky, turn, x0, y0, scale, limit, image)
        if rings[i, 2] > 0:
            x, y = (rings[i, 0] - x0) / scale, (rings[i, 1] - y0) / scale
            half = max(RING_HALF / scale, 0.25)
            shown = min(rings[i, 2] / scale / 6, 1.0)  # too small to be seen in the overview
            if shown > 0.5:
                ring(image, x, y, rings[i, 2] / scale, half, (90 * shown, 235 * shown, 120.0), 0)
        _labels(sky, turn, x0, y0, scale, image)
        _page(x0, y0, scale, image)


@compiled
def _ground(
    sky: Sky,
    picture: np.uint64,
    turn: NDArray[np.float64],
    x0: float,
    y0: float,
    scale: float,
    image: NDArray[np.uint8],
) -> None:
    """The night, and the Milky Way: looked up at nodes and smooth between."""
    height, width = image.shape[:2]
    step = 4 if scale > 6 else 8
    faces = sky.milky_way[1 if scale > 20 else 0]  # blurred where nodes are far apart
    rows, columns = height // step + 2, width // step + 2
    light = np.empty((rows, columns), np.float32)
    for j in range(rows):
        for i in range(columns):
            light[j, i] = _glow(faces, turn, x0 + i * step * scale, y0 + j * step * scale)
    dark = uniform(picture, _STYLE, 1)
    red, green = np.float32(6 + 8 * dark), np.float32(8 + 8 * dark)
    blue = np.float32(16 + 22 * uniform(picture, _STYLE, 2))
    strength = np.float32(_GLOW * (0.35 + 0.5 * uniform(picture, _STYLE, 3)))
    for j in range(rows):
        for i in range(columns):
            light[j, i] *= strength
    one, warm = np.float32(1 / step), np.float32(0.84)
    for y in range(height):
        j, fy = y // step, np.float32(y % step + 0.5) * one
        for i in range(columns - 1):
            a = light[j, i] + (light[j + 1, i] - light[j, i]) * fy
            b = light[j, i + 1] + (light[j + 1, i + 1] - light[j, i + 1]) * fy
            for x in range(i * step, min((i + 1) * step, width)):
                glow = a + (b - a) * (np.float32(x - i * step + 0.5) * one)
                image[y, x, 0] = np.uint8(red + glow * warm)
                image[y, x, 1] = np.uint8(green + glow * warm)
                image[y, x, 2] = np.uint8(blue + glow)


@compiled
def _glow(faces: NDArray[np.float32], turn: NDArray[np.float64], x: float, y: float) -> float:
    """The Milky Way's brightness at a point of the chart, 0 to 1; 0 beyond the rims."""
    if from_middle(x, y) > RIM + 300:
        return 0.0
    place = direction(turn, x, y)
    a, b, c = abs(place[0]), abs(place[1]), abs(place[2])
    axis = 0 if a >= b and a >= c else (1 if b >= c else 2)
    along, u, v = place[axis], place[(axis + 1) % 3], place[(axis + 2) % 3]
    face = faces[2 * axis + (0 if along > 0 else 1)]
    most = face.shape[0] - 1
    p, q = (u / abs(along) + 1) * most / 2, (v / abs(along) + 1) * most / 2
    i, j = min(int(p), most - 1), min(int(q), most - 1)
    p, q = p - i, q - j
    top = face[j, i] + (face[j, i + 1] - face[j, i]) * p
    bottom = face[j + 1, i] + (face[j + 1, i + 1] - face[j + 1, i]) * p
    return float(top + (bottom - top) * q)


@compiled
def _lines(
    sky: Sky,
    picture: np.uint64,
    turn: NDArray[np.float64],
    x0: float,
    y0: float,
    scale: float,
    image: NDArray[np.uint8],
) -> None:
    """The figures."""
    warm = uniform(picture, _STYLE, 4)
    colour = (50.0 + 60 * warm, 92.0, 150.0 - 70 * warm)
    half = max(0.5, 1.2 / scale)
    for i in range(len(sky.line)):
        front = is_front(turn, sky.line[i, 0] + sky.line[i, 1])
        ax, ay = charted(turn, sky.line[i, 0], front)
        bx, by = charted(turn, sky.line[i, 1], front)
        line(
            image,
            (ax - x0) / scale,
            (ay - y0) / scale,
            (bx - x0) / scale,
            (by - y0) / scale,
            half,
            colour,
        )


@compiled
def _things(
    sky: Sky,
    turn: NDArray[np.float64],
    x0: float,
    y0: float,
    scale: float,
    image: NDArray[np.uint8],
) -> None:
    """The signs of objects, once they are large enough to be told apart."""
    radius = SYMBOL / 2 / scale
    shown = min(max(radius - 2.0, 0.0) / 2, 1.0)
    if shown == 0:
        return
    colour = (225 * shown, 130 * shown, 200 * shown)
    for i in range(len(sky.thing)):
        x, y = charted(turn, sky.thing[i], is_front(turn, sky.thing[i]))
        x, y = (x - x0) / scale, (y - y0) / scale
        if -radius < x < image.shape[1] + radius and -radius < y < image.shape[0] + radius:
            symbol(image, x, y, radius, sky.symbol[i], colour)


@compiled
def _stars(
    sky: Sky,
    turn: NDArray[np.float64],
    x0: float,
    y0: float,
    scale: float,
    limit: float,
    image: NDArray[np.uint8],
) -> None:
    """Those of the cells that the window may show, to the limit of magnitude."""
    height, width = image.shape[:2]
    x1, y1 = x0 + width * scale, y0 + height * scale
    most = 35.0 + 6 * scale  # no disc reaches further
    at_rim = _near_rim(x0, y0, x1, y1)
    for c in range(len(sky.cell)):
        radius = sky.cell_radius[c]
        front = is_front(turn, sky.cell[c])
        x, y = charted(turn, sky.cell[c], front)
        reach = 1.5 * SCALE * radius + most
        if x + reach < x0 or x - reach > x1 or y + reach < y0 or y - reach > y1:
            # A cell at the rim may have stars on the other hemisphere.
            if not at_rim or from_middle(x, y) < RIM - reach:
                continue
        for i in range(sky.cell_start[c], sky.cell_start[c + 1]):
            if sky.magnitude[i] >= limit:
                break
            x, y = charted(turn, sky.star[i], is_front(turn, sky.star[i]))
            x, y = (x - x0) / scale, (y - y0) / scale
            above = limit - sky.magnitude[i]
            radius = max(diameter(sky.magnitude[i]) / scale, 0.9 + 0.45 * min(above, 6.0)) / 2
            if not (-radius < x < width + radius and -radius < y < height + radius):
                continue
            shown = min(above / _FADE, 1.0)
            red, green, blue = star_colour(sky.colour[i])
            disc(image, x, y, radius, (red * shown, green * shown, blue * shown))


@compiled
def _near_rim(x0: float, y0: float, x1: float, y1: float) -> bool:
    """Whether a window may show what is near a rim."""
    furthest = 0.0
    for x in (x0, x1):
        for y in (y0, y1):
            furthest = max(furthest, from_middle(x, y))
    return furthest > RIM - 700 or (x0 < WIDTH / 2 < x1)


@compiled
def _labels(
    sky: Sky,
    turn: NDArray[np.float64],
    x0: float,
    y0: float,
    scale: float,
    image: NDArray[np.uint8],
) -> None:
    """Names across the middles of the figures, while they can be read."""
    if scale > 5:
        return
    high, wide = sky.label_mask.shape[1:]
    taps = max(int(np.ceil(scale)), 1)
    for k in range(len(sky.label)):
        x, y = charted(turn, sky.label[k], is_front(turn, sky.label[k]))
        left, top = x - wide / 2, y - high / 2
        first = max(int((left - x0) / scale), 0)
        last = min(int((left + wide - x0) / scale) + 1, image.shape[1])
        for row in range(
            max(int((top - y0) / scale), 0), min(int((top + high - y0) / scale) + 1, image.shape[0])
        ):
            for column in range(first, last):
                total = 0
                for j in range(taps):
                    v = int(np.floor(y0 + (row + (j + 0.5) / taps) * scale - top))
                    for i in range(taps):
                        u = int(np.floor(x0 + (column + (i + 0.5) / taps) * scale - left))
                        if 0 <= v < high and 0 <= u < wide:
                            total += sky.label_mask[k, v, u]
                if total > 0:
                    light = np.uint8(0.75 * total / (taps * taps))
                    for c in range(3):
                        image[row, column, c] = max(image[row, column, c], light)


@compiled
def _page(x0: float, y0: float, scale: float, image: NDArray[np.uint8]) -> None:
    """What lies outside the hemispheres, with a soft rim."""
    height, width = image.shape[:2]
    if not _near_rim(x0, y0, x0 + width * scale, y0 + height * scale):
        return
    page = np.uint8(_PAGE)
    for row in range(height):
        y = y0 + (row + 0.5) * scale - MIDDLE
        outer, inner = (RIM + scale) ** 2 - y * y, (RIM - scale) ** 2 - y * y
        for column in range(width):
            x = x0 + (column + 0.5) * scale
            x -= MIDDLE if x < WIDTH / 2 else WIDTH - MIDDLE
            square = x * x
            if square < inner:
                continue
            if square > outer:
                image[row, column, 0] = image[row, column, 1] = image[row, column, 2] = page
                continue
            share = min(max((RIM - np.sqrt(square + y * y)) / scale + 0.5, 0.0), 1.0)
            for c in range(3):
                image[row, column, c] = np.uint8(
                    image[row, column, c] * share + _PAGE * (1 - share)
                )
