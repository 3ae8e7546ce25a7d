"""Thin lines on a view of the Earth: rivers and borders, smooth at every scale.

Near views draw the lines themselves, simplified to less than a pixel. Far ones are made of pictures
with lines in them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import shapely
from numpy.typing import NDArray

from vgym.compiled import compiled, compiled_with
from vgym.data.earth.lonlats import WORLD_HW, world_xy

_CHUNK = 24  # corners that share a box
_GROUP = 16  # such runs, near each other, that share one more
_SQUARE = 512  # pixels of the world; runs are grouped by the squares that they lie in
_AT_ONCE = 32  # pixels that are looked at for ink
# Corners nearer to a line than this (pixels of the world) are left out, by the least such scale.
_SIMPLER = ((5.0, 2.5), (1.8, 0.9), (0.0, 0.0))


class Runs(NamedTuple):
    """Lines as runs of a few corners."""

    corners: NDArray[np.float32]  # (C, 2) pixels of the world
    ends: NDArray[np.int32]  # (K, 2) start and end of each run
    boxes: NDArray[np.float32]  # (K, 4) xyxy
    ranks: NDArray[np.int8]  # (K,)
    groups: NDArray[np.float32]  # (G, 4) the box of each `_GROUP` of them


class Ink:
    """Lines of one kind.

    Args:
        lines: (C, 2) lonlat each. rank: (L,) from 0, the most important, to 10.
    """

    def __init__(self, lines: Sequence[NDArray[np.float64]], rank: NDArray[np.int64]) -> None:
        self._sets = [(least, _chunks(lines, rank, near)) for least, near in _SIMPLER]

    @property
    def nbytes(self) -> int:
        """Bytes that all sizes take."""
        return sum(array.nbytes for _, runs in self._sets for array in runs)

    def paint(self, window: NDArray[np.float64], found: NDArray[np.uint8]) -> None:
        """Add to (H, W) how much ink each pixel of a window (xyxy, of the world) has, of 255."""
        draw(self.runs((window[2] - window[0]) / found.shape[1]), window, found)

    def runs(self, step: float) -> Runs:
        """The lines for views that have so many pixels of the world to one."""
        return next(runs for least, runs in self._sets if step >= least)


def _chunks(lines: Sequence[NDArray[np.float64]], rank: NDArray[np.int64], near: float) -> Runs:
    """The runs of lines, of which corners so near to a line are left out."""
    corners, ends, boxes, ranks = [], [], [], []
    count = 0
    for line, of_line in zip(lines, rank.tolist(), strict=True):
        world = world_xy(line)
        if near:
            simple = shapely.simplify(shapely.LineString(world), near, preserve_topology=False)
            world = shapely.get_coordinates(simple)
        corners.append(world)
        for start in range(0, len(world) - 1, _CHUNK):
            part = world[start : start + _CHUNK + 1]
            ends.append((count + start, count + start + len(part)))
            boxes.append((*part.min(0), *part.max(0)))
            ranks.append(of_line)
        count += len(world)
    box = np.array(boxes, np.float32)
    column, row = (box[:, :2] // _SQUARE).T
    order = np.lexsort((column, row))  # neighbours come together: in which order nobody sees
    box = box[order]
    starts = np.arange(0, len(box), _GROUP)
    low, high = np.minimum.reduceat(box, starts), np.maximum.reduceat(box, starts)
    return Runs(
        np.concatenate(corners).astype(np.float32),
        np.array(ends, np.int32)[order],
        box,
        np.array(ranks, np.int8)[order],
        np.concatenate([low[:, :2], high[:, 2:]], 1),
    )


@compiled
def draw(runs: Runs, window: NDArray[np.float64], found: NDArray[np.uint8]) -> None:
    """Add to (H, W) how much ink of lines each pixel of a window (xyxy, of the world) has."""
    for beyond in range(-1, 2):  # of the date line
        shift = beyond * WORLD_HW[1]
        if window[0] < shift + WORLD_HW[1] and window[2] > shift:
            _draw(runs, window, shift, (window[2] - window[0]) / found.shape[1], found)


@compiled_with(error_model="numpy")
def _draw(
    runs: Runs, window: NDArray[np.float64], shift: int, step: float, found: NDArray[np.uint8]
) -> None:
    """Draw what meets the window; the nearer the view, the more lines and the wider."""
    left, top, right, bottom = window
    left, right = left - shift, right - shift
    margin, scale = 3 * step, 1 / step
    around = (left - margin, top - margin, right + margin, bottom + margin)
    most = 10 if step < 3 else 8 if step < 6 else 6
    near = 1.0 if step < 1 else 0.6 if step < 4 else 0.0
    for group in range(len(runs.groups)):
        if _apart(runs.groups[group], around):
            continue
        for k in range(group * _GROUP, min((group + 1) * _GROUP, len(runs.ends))):
            rank = runs.ranks[k]
            if rank > most or _apart(runs.boxes[k], around):
                continue
            half = 0.5 + near * max(0.0, 0.6 - 0.08 * rank)
            strength = 255.0 if step < 3 else 255 - 22.0 * rank
            start, end = runs.ends[k]
            x0 = (runs.corners[start, 0] - left) * scale - 0.5
            y0 = (runs.corners[start, 1] - top) * scale - 0.5
            for corner in range(start + 1, end):
                x1 = (runs.corners[corner, 0] - left) * scale - 0.5
                y1 = (runs.corners[corner, 1] - top) * scale - 0.5
                _segment(x0, y0, x1, y1, half, strength, found)
                x0, y0 = x1, y1


@compiled
def _apart(box: NDArray[np.float32], around: tuple[float, float, float, float]) -> bool:
    """Whether two boxes, xyxy, do not meet."""
    left, top, right, bottom = around
    apart: bool = box[2] < left or box[0] > right or box[3] < top or box[1] > bottom
    return apart


@compiled_with(error_model="numpy", _nrt=False)
def _segment(
    x0: float,
    y0: float,
    x1: float,
    y1: float,
    half: float,
    strength: float,
    found: NDArray[np.uint8],
) -> None:
    """Draw one piece of a line, as wide as twice ``half``, its edges a pixel soft."""
    reach = half + 0.5
    height, width = found.shape
    if max(y0, y1) + reach < 0 or min(y0, y1) - reach > height - 1:
        return
    if max(x0, x1) + reach < 0 or min(x0, x1) - reach > width - 1:
        return
    first, last = (
        max(int(np.ceil(min(y0, y1) - reach)), 0),
        min(int(max(y0, y1) + reach), height - 1),
    )
    dx, dy = x1 - x0, y1 - y0
    square = max(dx * dx + dy * dy, 1e-9)
    left, right = min(x0, x1) - reach, max(x0, x1) + reach
    shorter, slanted = 1 / square, abs(dy) > 1e-9
    slope, beside = 0.0, 0.0  # of the line, and how far from it along a row ink reaches
    if slanted:
        slope, beside = dx / dy, 1.000001 * reach * np.sqrt(square) / abs(dy)
    most, core = int(strength), (reach - 1) ** 2 if reach > 1 else -1.0
    for y in range(first, last + 1):
        low, high = left, right
        if slanted:
            middle = x0 + slope * (y - y0)
            low, high = max(low, middle - beside), min(high, middle + beside)
        if high < 0:
            continue
        line, down, up = found[y], y - y0, (y - y0) * dy
        for x in range(max(int(np.ceil(low)), 0), min(int(high), width - 1) + 1):
            if line[x] >= most:
                continue
            along = min(max(((x - x0) * dx + up) * shorter, 0.0), 1.0)
            off_x, off_y = x - x0 - along * dx, down - along * dy
            away = off_x * off_x + off_y * off_y
            if away <= core:
                line[x] = most
            elif away < reach * reach:
                value = int(strength * min(reach - np.sqrt(away), 1.0))
                if value > line[x]:
                    line[x] = value


@compiled_with(_nrt=False)
def overlay(image: NDArray[np.uint8], ink: NDArray[np.uint8], colours: NDArray[np.float32]) -> None:
    """Draw ink (2, H, W) on a view; of each, red, green, blue and how much of it at most."""
    for k in range(2):
        strong = colours[k, 3] * np.float32(1 / 255)
        for i in range(image.shape[0]):
            line = ink[k, i]
            for start in range(0, line.shape[0], _AT_ONCE):
                part, shown = line[start : start + _AT_ONCE], image[i, start:]
                most = np.uint8(0)  # of many: there is none in most places
                for j in range(part.shape[0]):
                    most = max(most, part[j])
                if most == 0:
                    continue
                for j in range(part.shape[0]):
                    if part[j]:
                        cover = np.float32(part[j]) * strong
                        for c in range(3):
                            under = np.float32(shown[j, c])
                            over = under + (colours[k, c] - under) * cover
                            shown[j, c] = np.uint8(over + np.float32(0.5))
