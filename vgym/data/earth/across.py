"""Rows of pictures of the Earth, blended across to the width of a view: each when a row of the view
first needs it, and only in the blocks of columns where it shows."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vgym.compiled import compiled, compiled_with
from vgym.data.earth.raster import taps

BLOCK = 64  # columns of a view
DRY, WET = 1, 2  # what a block shows, bits
TAPS = 3  # rows that one of a view is blended from

# Makes no arrays: who holds those that it works on need not be counted, which takes longer than
# the work on a part of a row.
on_what_is_given = compiled_with(error_model="numpy", _nrt=False)


class Under(NamedTuple):
    """A picture under a view, and those of its rows that were blended across of late."""

    pixels: NDArray[np.uint8]  # (h, w * C)
    channels: int
    top: int  # of the whole picture, the first row that is blended
    rows: NDArray[np.int64]  # (H,) of each row of the view the first of three
    down: NDArray[np.float32]  # (H, 3) their weights
    columns: NDArray[np.int64]  # (W,) likewise
    first: NDArray[np.uint32]  # (W,) where the first channel of that column lies in a row
    across: NDArray[np.float32]  # (3, W)
    lines: NDArray[np.float32]  # (3, planes, W) rows, each where its number over 3 leaves
    held: NDArray[np.int64]  # (3,) their numbers
    there: NDArray[np.uint8]  # (3, blocks) which blocks of them


class Light(NamedTuple):
    """How heights are lit."""

    metres: NDArray[np.float32]  # (256,) of each grey
    # Of each row of the whole picture the slope to one metre between neighbours, eastwards; the
    # last is that northwards, of all.
    steep: NDArray[np.float32]
    sun: NDArray[np.float32]  # east, north and up; how strong shading is


class Spare(NamedTuple):
    """Room for what a row takes meanwhile."""

    threes: NDArray[np.int32]  # (4 w,) three neighbours in one number
    fetched: NDArray[np.int32]  # (W,) those of each pixel of the view
    words: NDArray[np.uint32]  # (w,) colours that were looked up
    shades: NDArray[np.uint8]  # (w,)
    metres: NDArray[np.float32]  # (3, w + 2) of rows of heights, kept as `Under.lines`
    held: NDArray[np.int64]  # (3,)
    room: NDArray[np.float32]  # (8, W) share of land, light, colours of ground and of water
    blocks: NDArray[np.uint8]  # (blocks,) what shows
    rounded: NDArray[np.uint8]  # (3, W) colours


@compiled
def blended(
    pixels: NDArray[np.uint8],
    window: NDArray[np.float64],
    pixel: float,
    planes: int,
    image: NDArray[np.uint8],
) -> Under:
    """Pixels about a window, of which no row was blended yet."""
    height, width = image.shape[:2]
    top, _, rows, down = taps(window[1], window[3], height, pixel)
    _, _, columns, weights = taps(window[0], window[2], width, pixel)
    count = 4 if pixels.shape[2] < planes else pixels.shape[2]
    first = (columns * count).astype(np.uint32)  # unsigned: no index counts from the end
    lines = np.empty((TAPS, planes, width), np.float32)
    there = np.zeros((TAPS, (width + BLOCK - 1) // BLOCK), np.uint8)
    across = np.ascontiguousarray(weights.T)
    rows_of = pixels.reshape(pixels.shape[0], pixels.shape[1] * pixels.shape[2])
    return Under(
        rows_of,
        pixels.shape[2],
        top,
        rows,
        down,
        columns,
        first,
        across,
        lines,
        np.full(TAPS, -1),
        there,
    )


@on_what_is_given
def pixels_across(
    under: Under,
    i: int,
    shown: NDArray[np.uint8],
    kind: int,
    words: NDArray[np.uint32],
    spare: Spare,
) -> None:
    """Blend across what a row of the view needs of three of a picture, where it shows."""
    for k in range(TAPS):
        row = under.rows[i] + k
        slot = _slot(under, row)
        start, end = _missing(under, slot, shown, kind, 0)
        while start < end:
            low, high = under.columns[start], under.columns[end - 1] + TAPS
            count = under.channels
            pixels = under.pixels[row, low * count : high * count]
            if count < under.lines.shape[1]:
                for j in range(high - low):
                    spare.words[j] = words[pixels[j]]
                pixels, count = spare.words[: high - low].view(np.uint8), 4
            _stretch(pixels, count, under, slot, start, end, spare)
            start, end = _missing(under, slot, shown, kind, end)


@on_what_is_given
def shares_across(land: Under, i: int, spare: Spare) -> None:
    """The same everywhere of shares of land, of which most blocks are all land or all sea."""
    for k in range(TAPS):
        row = land.rows[i] + k
        slot = _slot(land, row)
        there = land.there[slot]
        if there[0]:
            continue
        there[0] = 1
        for start in range(0, land.columns.shape[0], BLOCK):
            end = min(start + BLOCK, land.columns.shape[0])
            low, high = land.columns[start], land.columns[end - 1] + TAPS
            pixels = land.pixels[row, low:high]
            some, every = np.uint8(0), np.uint8(255)
            for j in range(pixels.shape[0]):
                some |= pixels[j]
                every &= pixels[j]
            if some == every:
                line = land.lines[slot, 0, start:end]
                for j in range(line.shape[0]):
                    line[j] = np.float32(some)
            else:
                _stretch(pixels, 1, land, slot, start, end, spare)


@on_what_is_given
def shades_across(
    shade: Under, i: int, shown: NDArray[np.uint8], light: Light, spare: Spare
) -> None:
    """The same of the shades of heights."""
    for k in range(TAPS):
        row = shade.rows[i] + k
        slot = _slot(shade, row)
        start, end = _missing(shade, slot, shown, DRY, 0)
        while start < end:
            low, high = shade.columns[start], shade.columns[end - 1] + TAPS
            shades = spare.shades[: high - low]
            _shaded(shade, row, low, light, spare, shades)
            _stretch(shades, 1, shade, slot, start, end, spare)
            start, end = _missing(shade, slot, shown, DRY, end)


@on_what_is_given
def _slot(under: Under, row: int) -> int:
    """Where a row is kept, instead of another if that was there."""
    slot = row % TAPS
    if under.held[slot] != row:
        under.held[slot] = row
        there = under.there[slot]
        for block in range(there.shape[0]):
            there[block] = 0
    return slot


@on_what_is_given
def _missing(
    under: Under, slot: int, shown: NDArray[np.uint8], kind: int, start: int
) -> tuple[int, int]:
    """The next columns from some on that show it and were not blended across; they will be."""
    there = under.there[slot]
    block = (start + BLOCK - 1) // BLOCK
    while block < shown.shape[0] and (there[block] or not shown[block] & kind):
        block += 1
    start = block * BLOCK
    while block < shown.shape[0] and not there[block] and shown[block] & kind:
        there[block] = 1
        block += 1
    return start, min(block * BLOCK, under.columns.shape[0])


@on_what_is_given
def _stretch(
    pixels: NDArray[np.uint8],
    count: int,
    under: Under,
    slot: int,
    start: int,
    end: int,
    spare: Spare,
) -> None:
    """Keep some columns of a row, the first channels of (w * count,) pixels blended across."""
    first = under.first[start:end]
    beside, beyond = pixels[count:], pixels[2 * count :]
    # Three neighbours in one number: they are fetched together, as all else is done many at a time.
    threes_of_row, fetched = spare.threes, spare.fetched
    threes = threes_of_row[first[0] :]
    eight, sixteen, low = np.int32(8), np.int32(16), np.int32(255)
    for k in range(beyond.shape[0]):
        threes[k] = (
            np.int32(pixels[k]) | np.int32(beside[k]) << eight | np.int32(beyond[k]) << sixteen
        )
    across = under.across
    left, middle, right = across[0, start:end], across[1, start:end], across[2, start:end]
    for c in range(under.lines.shape[1]):
        channel = threes_of_row[c:]
        for j in range(first.shape[0]):
            fetched[j] = channel[first[j]]
        line = under.lines[slot, c, start:end]
        for j in range(line.shape[0]):
            three = fetched[j]
            line[j] = (
                left[j] * np.float32(np.int32(three & low))
                + middle[j] * np.float32(np.int32(three >> eight & low))
                + right[j] * np.float32(np.int32(three >> sixteen))
            )


@on_what_is_given
def _shaded(
    shade: Under,
    row: int,
    low: int,
    light: Light,
    spare: Spare,
    found: NDArray[np.uint8],
) -> None:
    """Write a part of a row of shades (w,), from a column on."""
    for k in range(TAPS):
        slot = (row + k) % TAPS
        if spare.held[slot] != row + k:
            spare.held[slot] = row + k
            line, metres = shade.pixels[row + k], spare.metres[slot]
            for x in range(line.shape[0]):
                metres[x] = light.metres[line[x]]
    end = low + found.shape[0] + 2
    last = light.steep.shape[0] - 1
    lambert(
        spare.metres[row % TAPS, low:end],
        spare.metres[(row + 1) % TAPS, low:end],
        spare.metres[(row + 2) % TAPS, low:end],
        light.steep[min(max(shade.top + row, 0), last - 1)],
        light.steep[last],
        light.sun,
        found,
    )


@on_what_is_given
def lambert(
    above: NDArray[np.float32],
    here: NDArray[np.float32],
    below: NDArray[np.float32],
    steep_x: np.float32,
    steep_y: np.float32,
    sun: NDArray[np.float32],
    found: NDArray[np.uint8],
) -> None:
    """Write a row (w,) of Lambert's shading of a relief, 128 for level ground.

    Args:
        above, here, below: (w + 2,) metres. steep_x, steep_y: slopes to one metre between
            neighbours, eastwards and northwards. sun: see `Light`.
    """
    one, up, strong = np.float32(1), sun[2], sun[3]
    dark, bright_most, level = np.float32(0.25), np.float32(1.7), np.float32(128)
    for x in range(found.shape[0]):
        east = (here[x + 2] - here[x]) * steep_x
        north = (above[x + 1] - below[x + 1]) * steep_y
        bright = (up - east * sun[0] - north * sun[1]) / (
            up * np.sqrt(one + east * east + north * north)
        )
        bright = one + (bright - one) * strong
        found[x] = np.uint8(min(max(bright, dark), bright_most) * level)
