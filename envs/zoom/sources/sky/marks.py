"""Discs, lines, rings and symbols on a dark ground: soft-edged, and in whatever order.

Each pixel keeps the brighter of what is there and what comes, channel by channel.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vgym.compiled import compiled, compiled_with

GALAXY, OPEN, GLOBULAR, NEBULA, PLANETARY = range(5)
Image = NDArray[np.uint8]
Colour = tuple[float, float, float]


@compiled_with(inline="always")
def _put(image: Image, y: int, x: int, colour: Colour, share: float) -> None:
    for c in range(3):
        light = np.uint8(colour[c] * share + 0.5)
        image[y, x, c] = max(image[y, x, c], light)


@compiled
def disc(image: Image, x: float, y: float, radius: float, colour: Colour) -> None:
    """A disc; the middles of pixels are at halves."""
    reach = radius + 0.5
    for row in range(max(int(y - reach), 0), min(int(y + reach) + 1, image.shape[0])):
        down = row + 0.5 - y
        across = reach * reach - down * down
        if across <= 0:
            continue
        across = np.sqrt(across)
        for column in range(max(int(x - across), 0), min(int(x + across) + 1, image.shape[1])):
            aside = column + 0.5 - x
            share = reach - np.sqrt(aside * aside + down * down)
            if share > 0:
                _put(image, row, column, colour, min(share, 1.0))


@compiled
def line(
    image: Image, x0: float, y0: float, x1: float, y1: float, half: float, colour: Colour
) -> None:
    """A straight line with round ends, ``half`` its width to either side."""
    reach = half + 0.5
    dx, dy = x1 - x0, y1 - y0
    length = np.sqrt(dx * dx + dy * dy)
    if length < 1e-9:
        return
    ux, uy = dx / length, dy / length
    left, right = min(x0, x1) - reach, max(x0, x1) + reach
    if right < 0 or left > image.shape[1]:
        return
    top, bottom = min(y0, y1) - reach, max(y0, y1) + reach
    for row in range(max(int(top), 0), min(int(bottom) + 1, image.shape[0])):
        below = row + 0.5 - y0
        first, last = left, right
        if abs(uy) > 1e-6:  # where the line's band crosses this row
            at, wide = x0 + below * ux / uy, reach / abs(uy) + 1
            first, last = max(first, at - wide), min(last, at + wide)
        if first > image.shape[1] or last < 0:
            continue
        for column in range(max(int(first), 0), min(int(last) + 1, image.shape[1])):
            aside = column + 0.5 - x0
            way = min(max(aside * ux + below * uy, 0.0), length)
            off = np.sqrt((aside - way * ux) ** 2 + (below - way * uy) ** 2)
            if off < reach:
                _put(image, row, column, colour, min(reach - off, 1.0))


@compiled
def ring(
    image: Image, x: float, y: float, radius: float, half: float, colour: Colour, dashes: int
) -> None:
    """A circle's line, whole or in a number of dashes."""
    outer, inner = radius + half + 0.5, radius - half - 0.5
    for row in range(max(int(y - outer), 0), min(int(y + outer) + 1, image.shape[0])):
        down = row + 0.5 - y
        square = outer * outer - down * down
        if square <= 0:
            continue
        wide = np.sqrt(square)
        hollow = inner * inner - down * down
        gap = np.sqrt(hollow) if inner > 0 and hollow > 0 else 0.0
        column = max(int(x - wide), 0)
        end = min(int(x + wide) + 1, image.shape[1])
        while column < end:
            aside = column + 0.5 - x
            if abs(aside) < gap - 1:
                column = max(int(x + gap - 1), column + 1)
                continue
            off = abs(np.sqrt(aside * aside + down * down) - radius)
            if off < half + 0.5:
                drawn = 1.0
                if dashes > 0:
                    turn = (np.arctan2(down, aside) / (2 * np.pi) + 1) * dashes % 1.0
                    drawn = 1.0 if turn < 0.6 else 0.0
                _put(image, row, column, colour, min(half + 0.5 - off, 1.0) * drawn)
            column += 1


@compiled
def symbol(image: Image, x: float, y: float, radius: float, kind: int, colour: Colour) -> None:
    """The usual sign of a kind of object, ``radius`` to its edges."""
    half = max(radius * 0.07, 0.4)
    if kind == GALAXY:
        _ellipse(image, x, y, radius, colour)
    elif kind == OPEN:
        ring(image, x, y, radius - half, half, colour, 10)
    elif kind == GLOBULAR:
        ring(image, x, y, radius - half, half, colour, 0)
        line(image, x - radius, y, x + radius, y, half, colour)
        line(image, x, y - radius, x, y + radius, half, colour)
    elif kind == NEBULA:
        side = radius - half
        line(image, x - side, y - side, x + side, y - side, half, colour)
        line(image, x - side, y + side, x + side, y + side, half, colour)
        line(image, x - side, y - side, x - side, y + side, half, colour)
        line(image, x + side, y - side, x + side, y + side, half, colour)
    else:
        ring(image, x, y, radius * 0.55, half, colour, 0)
        line(image, x - radius, y, x - radius * 0.55, y, half, colour)
        line(image, x + radius * 0.55, y, x + radius, y, half, colour)
        line(image, x, y - radius, x, y - radius * 0.55, half, colour)
        line(image, x, y + radius * 0.55, x, y + radius, half, colour)


@compiled
def _ellipse(image: Image, x: float, y: float, radius: float, colour: Colour) -> None:
    """A filled ellipse as wide as the box, half as high."""
    for row in range(max(int(y - radius), 0), min(int(y + radius) + 1, image.shape[0])):
        for column in range(max(int(x - radius), 0), min(int(x + radius) + 1, image.shape[1])):
            aside, down = column + 0.5 - x, 2 * (row + 0.5 - y)
            share = (radius - np.sqrt(aside * aside + down * down)) * 0.7 + 0.5
            if share > 0:
                _put(image, row, column, colour, min(share, 1.0))
