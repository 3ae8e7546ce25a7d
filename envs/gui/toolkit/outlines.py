"""From the outlines of a font to 8-bit coverage, in whole numbers: the same on every machine.

No font engine is asked, whose letters would be wider or narrower from one version to the next. A
font is drawn unhinted, but for its height: letters are stretched so that an x is a whole number of
pixels high (up from a quarter: larger is more legible), which keeps the edges of most small letters
sharp. Widths are the font's own, rounded.

Coverage is exact along a row of pixels, to a 256th, and of 16 samples across it. A point is inside
where the paths around it wind a number of times other than 0, as TrueType has it.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

import numpy as np
from numba import int64
from numpy.typing import NDArray

from vgym.asset_files import reading
from vgym.compiled import compiled
from vgym.compiled_arrays import copy_into

_FILE = "fonts/outlines.npz"
_FINE = 256  # parts of a pixel in which places are counted
_LINES = 16  # samples across a row of pixels
_GAP = _FINE // _LINES
_HALF = _GAP // 2
_FULL = _FINE * _LINES


class Outlines(NamedTuple):
    """A font's glyphs: see `assets/build_outlines.py` for the arrays; lengths in half units."""

    em: int
    ascent: int
    descent: int  # positive
    x_height: int  # 0 for icons
    advances: NDArray[np.int64]
    points: NDArray[np.int64]
    pieces: NDArray[np.int64]
    paths: NDArray[np.int64]


class Drawn(NamedTuple):
    """A font at a size.

    Attributes:
        ascent, descent: pixels of the line above and below the baseline, rounded up.
        glyphs: (n, 6) int32: where a glyph's coverage starts, its width and height, its left and
            top edge from the pen, and how far the pen moves.
        coverage: (bytes,) uint8: glyphs one after another, row by row.
    """

    ascent: int
    descent: int
    glyphs: NDArray[np.int32]
    coverage: NDArray[np.uint8]


@cache
def outlines_of(font: str) -> Outlines:
    """The outlines of one of the fonts that ship.

    Raises:
        AssetError: the file is damaged or gone.
    """
    with reading(_FILE) as file, file.open("rb") as content, np.load(content) as arrays:
        em, ascent, descent, x_height = arrays[f"{font}/metrics"].tolist()
        parts = ("advances", "points", "pieces", "paths")
        found = [arrays[f"{font}/{part}"].astype(np.int64) for part in parts]
    return Outlines(em, ascent, descent, x_height, *found)


def rasterise(font: str, px: int) -> Drawn:
    """Draw every glyph of a font.

    Args:
        font: which.
        px: height of its em, pixels.
    """
    o = outlines_of(font)
    # Height over the font's units is `high` / `tall`: an x, where the font has one, is whole.
    high, tall = px, o.em
    if o.x_height:
        high, tall = max(1, (4 * o.x_height * px + 3 * o.em) // (4 * o.em)), o.x_height
    glyphs = np.zeros((len(o.advances), 6), np.int32)
    glyphs[:, 5] = _rounded(o.advances * px, o.em)
    curves = 2 + px // 16  # straight lines in place of a curve: none is a 16th of a pixel off
    points = np.stack(
        [
            _rounded(o.points[:, 0] * (px * _FINE), o.em),
            -_rounded(o.points[:, 1] * (high * _FINE), tall),
        ],
        axis=1,
    )
    coverage = _cover_glyphs(points, o.pieces, o.paths, curves, glyphs)
    return Drawn(-(-o.ascent * px // o.em), -(-o.descent * px // o.em), glyphs, coverage)


def _rounded(numbers: NDArray[np.int64], by: int) -> NDArray[np.int64]:
    """Quotients rounded to the nearest whole number, halves up."""
    return (2 * numbers + by) // (2 * by)


@compiled
def _cover_glyphs(
    points: NDArray[np.int64],
    pieces: NDArray[np.int64],
    paths: NDArray[np.int64],
    curves: int,
    glyphs: NDArray[np.int32],
) -> NDArray[np.uint8]:
    """Write all but the last column of the glyphs; returns their coverage."""
    coverage = np.zeros(1 << 14, np.uint8)
    used, at, path = 0, 0, 0
    for g in range(glyphs.shape[0]):
        lines = _flattened(points, pieces, path, paths[g], at, curves)
        for _ in range(paths[g]):
            at += 2 * pieces[path]
            path += 1
        if lines.shape[0] == 0:
            continue
        left, top, width, height = _moved_to_origin(lines)
        end = used + width * height
        if end > coverage.size:
            wider = np.zeros(2 * end, np.uint8)
            copy_into(wider, coverage[:used])
            coverage = wider
        _cover(lines, coverage[used:end], width, height)
        glyph = glyphs[g]
        glyph[0], glyph[1], glyph[2], glyph[3], glyph[4] = used, width, height, left, top
        used = end
    return coverage[:used]


@compiled
def _moved_to_origin(lines: NDArray[np.int64]) -> tuple[int, int, int, int]:
    """Move lines to the corner of the pixels that they touch: its place, its width and height."""
    left, top, right, bottom = lines[0, 0], lines[0, 1], lines[0, 0], lines[0, 1]
    for n in range(lines.shape[0]):
        left, right = min(left, lines[n, 0]), max(right, lines[n, 0])
        top, bottom = min(top, lines[n, 1]), max(bottom, lines[n, 1])
    left, top = left // _FINE, top // _FINE
    for n in range(lines.shape[0]):
        for axis in range(0, 4, 2):
            lines[n, axis] -= left * _FINE
            lines[n, axis + 1] -= top * _FINE
    return left, top, -(-right // _FINE) - left, -(-bottom // _FINE) - top


@compiled
def _flattened(
    points: NDArray[np.int64],
    pieces: NDArray[np.int64],
    path: int,
    count: int,
    at: int,
    curves: int,
) -> NDArray[np.int64]:
    """(n, 4) straight lines x0, y0, x1, y1 of some paths, in 256ths of a pixel, y downwards."""
    total = 0
    for p in range(path, path + count):
        total += pieces[p]
    lines = np.empty((total * curves, 4), np.int64)
    n = 0
    for p in range(path, path + count):
        last = at + 2 * pieces[p]
        for start in range(at, last, 2):
            a, b = points[start], points[start + 1]
            c = points[start + 2 if start + 2 < last else at]
            steps = 1 if a[0] == b[0] and a[1] == b[1] else curves
            x, y = a[0], a[1]
            for t in range(1, steps + 1):
                s, whole = steps - t, steps * steps
                next_x = (a[0] * s * s + 2 * b[0] * s * t + c[0] * t * t + whole // 2) // whole
                next_y = (a[1] * s * s + 2 * b[1] * s * t + c[1] * t * t + whole // 2) // whole
                lines[n, 0], lines[n, 1], lines[n, 2], lines[n, 3] = x, y, next_x, next_y
                x, y = next_x, next_y
                n += 1
        at = last
    return lines[:n]


@compiled
def _cover(lines: NDArray[np.int64], block: NDArray[np.uint8], width: int, height: int) -> None:
    """Write the coverage of what the lines enclose, row by row."""
    samples = height * _LINES
    # First how many lines cross each row of samples, then where, side by side for each row.
    starts = np.zeros(samples + 1, np.int64)
    for n in range(lines.shape[0]):
        for k in range(_first_row(lines[n, 1], lines[n, 3]), _row_after(lines[n, 1], lines[n, 3])):
            starts[k + 1] += 1
    for k in range(samples):
        starts[k + 1] += starts[k]
    filled = starts.copy()
    places = np.empty(starts[samples], np.int64)
    turns = np.empty(starts[samples], np.int64)
    for n in range(lines.shape[0]):
        x, y = lines[n, 0], lines[n, 1]
        dx, dy = lines[n, 2] - x, lines[n, 3] - y
        for k in range(_first_row(y, y + dy), _row_after(y, y + dy)):
            places[filled[k]] = x + (2 * (k * _GAP + _HALF - y) * dx + dy) // (2 * dy)
            turns[filled[k]] = 1 if dy > 0 else -1
            filled[k] += 1
    shares = np.zeros(width, np.int64)
    for k in range(samples):
        _add_row(places, turns, starts[k], starts[k + 1], shares)
        if k % _LINES == _LINES - 1:
            for x in range(width):
                block[k // _LINES * width + x] = (shares[x] * 255 + _FULL // 2) // _FULL
                shares[x] = 0


@compiled
def _first_row(y0: int, y1: int) -> int:
    """The first row of samples that a line between two heights crosses."""
    return -((_HALF - min(y0, y1)) // _GAP)


@compiled
def _row_after(y0: int, y1: int) -> int:
    """The row of samples after the last that a line crosses: the first one for a level line."""
    return -((_HALF - max(y0, y1)) // _GAP)


@compiled
def _add_row(
    places: NDArray[np.int64],
    turns: NDArray[np.int64],
    start: int,
    end: int,
    shares: NDArray[np.int64],
) -> None:
    """Add what one row of samples covers of each pixel; sorts its crossings."""
    for i in range(start + 1, end):
        place, turn, j = places[i], turns[i], i
        while j > start and places[j - 1] > place:
            places[j], turns[j] = places[j - 1], turns[j - 1]
            j -= 1
        places[j], turns[j] = place, turn
    winding, begin = int64(0), int64(0)
    for i in range(start, end):
        if winding == 0:
            begin = places[i]
        winding += turns[i]
        if winding == 0 and places[i] > begin:
            for x in range(begin // _FINE, (places[i] - 1) // _FINE + 1):
                shares[x] += min(places[i], (x + 1) * _FINE) - max(begin, x * _FINE)
