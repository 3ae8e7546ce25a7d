"""A view of the Earth, row by row: where land shows its ground is blended, shaded by its relief,
and where the sea does the water is; what shows nowhere is not worked out."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vgym.compiled import compiled
from vgym.data.earth.across import (
    BLOCK,
    DRY,
    TAPS,
    WET,
    Light,
    Spare,
    Under,
    blended,
    on_what_is_given,
    pixels_across,
    shades_across,
    shares_across,
)
from vgym.data.earth.ink import Runs, draw
from vgym.data.earth.raster import Held, cut, extent


class Lines(NamedTuple):
    """What is drawn on land."""

    rivers: Runs
    borders: Runs
    colours: NDArray[np.float32]  # (2, 4) of each, red, green, blue and how much of it at most
    shown: bool


@compiled
def compose(
    window: NDArray[np.float64],
    land: NDArray[np.uint8],
    pixel: float,
    held: tuple[Held, Held, Held],
    words: NDArray[np.uint32],
    light: Light,
    lines: Lines,
    image: NDArray[np.uint8],
) -> None:
    """Write a view.

    Args:
        window: (4,) xyxy, pixels of the world.
        land: (h, w, 1) shares of 255 about the window. pixel: pixels of the world to one of it.
        held: ground, water and heights. The first two are colours, or one channel that words are
            looked up by.
        words: (2, 256) of ground, and of water, a colour each.
        image: (H, W, 3).
    """
    height, width = image.shape[:2]
    dry, wet = _extremes(land.reshape(-1))
    lit = dry and light.sun[3] > 0
    over = blended(land, window, pixel, 1, image)
    ground = _under(window, held[0], 3, 0, dry, image)
    water = _under(window, held[1], 3, 0, wet, image)
    shade = _under(window, held[2], 1, 1, lit, image)
    wide = max(land.shape[1], ground.pixels.shape[1], water.pixels.shape[1], shade.pixels.shape[1])
    spare = Spare(
        np.empty(4 * wide, np.int32),
        np.empty(width, np.int32),
        np.empty(wide, np.uint32),
        np.empty(wide, np.uint8),
        np.empty((TAPS, wide), np.float32),
        np.full(TAPS, -1),
        np.empty((8, width), np.float32),
        np.empty(over.there.shape[1], np.uint8),
        np.empty((3, width), np.uint8),
    )
    ink = np.zeros((2, height, width), np.uint8)
    if dry and lines.shown:
        draw(lines.rivers, window, ink[0])
        draw(lines.borders, window, ink[1])
    sharp = np.float32(max(1.0, pixel * width / (window[2] - window[0])))
    rows = image.reshape(height, 3 * width)
    _rows(over, ground, water, shade, words, light, spare, sharp, ink, lines.colours, rows)


@compiled
def _extremes(shares: NDArray[np.uint8]) -> tuple[bool, bool]:
    """Whether any is not 0, and whether any is not 255."""
    some, all_of_them = np.uint8(0), np.uint8(255)
    for k in range(shares.shape[0]):
        some |= shares[k]
        all_of_them &= shares[k]
    return some != 0, all_of_them != 255


@compiled
def _under(
    window: NDArray[np.float64],
    held: Held,
    planes: int,
    margin: int,
    shown: bool,
    image: NDArray[np.uint8],
) -> Under:
    """A picture about a window, with some pixels round about; nothing of it where it does not
    show."""
    height, width = image.shape[:2]
    top, tall = extent(window[1], window[3], height, held.pixel)
    left, wide = extent(window[0], window[2], width, held.pixel)
    if not shown:
        tall = wide = -2 * margin
    pixels = cut(held, top - margin, left - margin, tall + 2 * margin, wide + 2 * margin)
    return blended(pixels, window, held.pixel, planes, image)


@on_what_is_given
def _rows(
    land: Under,
    ground: Under,
    water: Under,
    shade: Under,
    words: NDArray[np.uint32],
    sun: Light,
    spare: Spare,
    sharp: np.float32,
    ink: NDArray[np.uint8],
    inks: NDArray[np.float32],
    image: NDArray[np.uint8],
) -> None:
    """Write all rows of a view (H, W * 3); ink: (2, H, W) of lines, inks: their colours."""
    height, width = image.shape[0], land.columns.shape[0]
    dry, wet, lit = ground.pixels.size > 0, water.pixels.size > 0, shade.pixels.size > 0
    room, rounded = spare.room, spare.rounded
    share, light, colour, sea = room[:1], room[1:2], room[2:5], room[5:]
    shown = spare.blocks
    for block in range(shown.shape[0]):
        shown[block] = DRY if dry else WET
    for i in range(height):
        if dry and wet:
            shares_across(land, i, spare)
            _blend(land, i, 0, width, share)
            _sharpen(share[0], sharp, shown)
        if dry:
            pixels_across(ground, i, shown, DRY, words[0], spare)
            if lit:
                shades_across(shade, i, shown, sun, spare)
        if wet:
            pixels_across(water, i, shown, WET, words[1], spare)
        start = 0
        while start < width:
            kind, end = _run(shown, start, width)
            if kind & DRY:
                _blend(ground, i, start, end, colour)
                if lit:
                    _blend(shade, i, start, end, light)
                    _lighten(light[0, start:end], start, colour)
            if kind & WET:
                _blend(water, i, start, end, sea)
            if kind == DRY | WET:
                _mix(sea, share[0, start:end], start, colour)
            _round(sea if kind == WET else colour, start, end, rounded)
            start = end
        for k in range(2):
            _draw_on(rounded, ink[k, i], inks[k])
        _interleave(rounded, image[i])


@on_what_is_given
def _run(shown: NDArray[np.uint8], start: int, width: int) -> tuple[int, int]:
    """What a block of columns shows, and where the next begins that shows something else."""
    block = start // BLOCK
    kind = shown[block]
    while block < shown.shape[0] and shown[block] == kind:
        block += 1
    return int(kind), min(block * BLOCK, width)


@on_what_is_given
def _sharpen(share: NDArray[np.float32], sharp: np.float32, shown: NDArray[np.uint8]) -> None:
    """How much of each pixel of a row is land, from shares of 255, and what its blocks show."""
    half, zero, one = np.float32(0.5), np.float32(0), np.float32(1)
    for j in range(share.shape[0]):
        some = half + (share[j] * np.float32(1 / 255) - half) * sharp
        share[j] = min(max(some, zero), one)
    least, most = np.float32(1e-5), np.float32(1 - 1e-5)  # less makes no grey level
    for block in range(shown.shape[0]):
        part = share[block * BLOCK : (block + 1) * BLOCK]
        dry, wet = 0, 0
        for j in range(part.shape[0]):
            dry += part[j] > least
            wet += part[j] < most
        shown[block] = (DRY if dry else 0) | (WET if wet else 0)


@on_what_is_given
def _blend(under: Under, i: int, start: int, end: int, found: NDArray[np.float32]) -> None:
    """Write a part of a row of the view, of each plane."""
    row = under.rows[i]
    a, b, c = under.down[i, 0], under.down[i, 1], under.down[i, 2]
    first, second, third = row % TAPS, (row + 1) % TAPS, (row + 2) % TAPS
    for plane in range(found.shape[0]):
        above = under.lines[first, plane, start:end]
        here = under.lines[second, plane, start:end]
        below = under.lines[third, plane, start:end]
        line = found[plane, start:end]
        for j in range(line.shape[0]):
            line[j] = a * above[j] + b * here[j] + c * below[j]


@on_what_is_given
def _lighten(light: NDArray[np.float32], start: int, colour: NDArray[np.float32]) -> None:
    """Shade colours (3, W) from a column on, 128 as they are."""
    full = np.float32(255)
    for c in range(3):
        line = colour[c, start : start + light.shape[0]]
        for j in range(light.shape[0]):
            line[j] = min(line[j] * light[j] * np.float32(1 / 128), full)


@on_what_is_given
def _mix(
    sea: NDArray[np.float32], share: NDArray[np.float32], start: int, colour: NDArray[np.float32]
) -> None:
    """Colours (3, W) of what is land to a share, over the sea, from a column on."""
    end = start + share.shape[0]
    for c in range(3):
        above, below = colour[c, start:end], sea[c, start:end]
        for j in range(share.shape[0]):
            above[j] = below[j] + (above[j] - below[j]) * share[j]


@on_what_is_given
def _round(colour: NDArray[np.float32], start: int, end: int, rounded: NDArray[np.uint8]) -> None:
    """Write some columns of colours (3, W) as they are rounded."""
    half = np.float32(0.5)
    for c in range(3):
        line, found = colour[c, start:end], rounded[c, start:end]
        for j in range(line.shape[0]):
            found[j] = np.uint8(line[j] + half)


@on_what_is_given
def _draw_on(
    colours: NDArray[np.uint8], ink: NDArray[np.uint8], of_ink: NDArray[np.float32]
) -> None:
    """Draw ink (W,) of a colour on a row of colours (3, W), as `vgym.data.earth.ink.overlay`."""
    strong, half = of_ink[3] * np.float32(1 / 255), np.float32(0.5)
    for start in range(0, ink.shape[0], BLOCK):
        part = ink[start : start + BLOCK]
        some = np.uint8(0)
        for j in range(part.shape[0]):
            some |= part[j]
        if some == 0:  # as in most places
            continue
        for c in range(3):
            line, over = colours[c, start : start + BLOCK], of_ink[c]
            for j in range(part.shape[0]):
                under = np.float32(line[j])
                shown = under + (over - under) * (np.float32(part[j]) * strong)
                line[j] = np.uint8(shown + half)


@on_what_is_given
def _interleave(colours: NDArray[np.uint8], row: NDArray[np.uint8]) -> None:
    """Write colours (3, W) as bytes of a row of a picture (3 * W,)."""
    red, green, blue = colours[0], colours[1], colours[2]
    for j in range(red.shape[0]):
        row[3 * j] = red[j]
        row[3 * j + 1] = green[j]
        row[3 * j + 2] = blue[j]
