"""Pixels of a screen -> what might be a control: text runs, icons, buttons, fields, rows.

A screen is drawn, not photographed: strokes and borders are sharp, what lies between is plain.
Edges closed over the gaps between letters are runs and icons; plain areas with an edge all round
are buttons, fields and rows. Nothing is read, nothing is learnt.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vgym.core.opencv import cv2

KINDS = ("text", "icon", "button", "field", "row", "tick box")
TEXT, ICON, BUTTON, FIELD, ROW, TICK_BOX = range(len(KINDS))
# Colours that a phrase may name: hues in degrees.
COLOURS: dict[str, tuple[float, float]] = {
    "red": (344, 14),
    "orange": (16, 43),
    "yellow": (43, 66),
    "green": (80, 162),
    "turquoise": (162, 192),
    "blue": (194, 246),
    "purple": (248, 302),
    "pink": (304, 344),
}
_USUAL_PIXELS = 800 * 1280  # of a screen whose text is about 14 pixels high
_EDGE = 12  # of 255: themes tell a field from its card by little more
_LEAST_SATURATION, _LEAST_VALUE = 0.45, 0.5  # less is pale, or dimmed by a dialog


@dataclass(frozen=True)
class Controls:
    """What might be a control, n of them.

    Attributes:
        boxes: (n, 4) float32 xyxy, pixels of the picture.
        kinds: (n,) int64 into ``KINDS``.
        alone: (n,) bool: an icon without words on its right; True for everything else.
        coloured: (n, len(COLOURS)) float32 share of each box's pixels that has each colour.
        size_hw: of the picture.
    """

    boxes: NDArray[np.float32]
    kinds: NDArray[np.int64]
    alone: NDArray[np.bool_]
    coloured: NDArray[np.float32]
    size_hw: tuple[int, int]

    def __len__(self) -> int:
        return len(self.boxes)


def find_controls(image: NDArray[np.uint8]) -> Controls:
    """What might be a control on a screen.

    Args:
        image: (H, W, 3) uint8.

    Returns:
        Controls from the top left to the bottom right; none for a plain picture.
    """
    height, width = image.shape[:2]
    unit = float(np.sqrt(height * width / _USUAL_PIXELS))
    grown = 2.0 if unit < 0.75 else 1.0  # letters a few pixels high would run into each other
    picture = image
    if grown > 1:
        picture = np.asarray(cv2.resize(image, None, fx=grown, fy=grown), np.uint8)
    unit = max(unit * grown, 0.25)
    edges = _edges(picture)
    runs = _runs(edges, _lines(picture, unit), unit)
    areas = _areas(edges, unit)
    boxes = np.concatenate([runs, areas])
    kinds = np.concatenate([_kinds_of_runs(runs, unit), _kinds_of_areas(areas, runs, unit)])
    alone = _alone(boxes, kinds, unit)
    order = np.lexsort((boxes[:, 0], boxes[:, 1]))
    boxes, kinds, alone = boxes[order], kinds[order], alone[order]
    coloured = _coloured(picture, boxes)
    return Controls((boxes / grown).astype(np.float32), kinds, alone, coloured, (height, width))


def _edges(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(H, W) 1 where a channel changes from a pixel to its neighbours."""
    return _changes(picture, (3, 3))


def _changes(picture: NDArray[np.uint8], shape: tuple[int, int]) -> NDArray[np.uint8]:
    """(H, W) 1 where a channel changes within a window of that many rows and columns."""
    change = cv2.morphologyEx(picture, cv2.MORPH_GRADIENT, np.ones(shape, np.uint8))
    red, green, blue = cv2.split(change)
    return np.asarray(cv2.max(cv2.max(red, green), blue) > _EDGE, np.uint8)


def _lines(picture: NDArray[np.uint8], unit: float) -> NDArray[np.uint8]:
    """(H, W) 1 on borders and underlines: straight for longer than any letter is."""
    long = _odd(24 * unit)
    lines = np.zeros(picture.shape[:2], np.uint8)
    # Across the line alone: along it, letters that nearly touch would be lines as well.
    for shape, kernel in (((2, 1), (1, long)), ((1, 2), (long, 1))):
        edge = _changes(picture, shape)
        straight = cv2.morphologyEx(edge, cv2.MORPH_OPEN, np.ones(kernel, np.uint8))
        lines |= np.asarray(straight, np.uint8)
    return lines


def _runs(edges: NDArray[np.uint8], lines: NDArray[np.uint8], unit: float) -> NDArray[np.float64]:
    """Boxes of what is drawn by strokes: words that stand together, icons."""
    near_lines = np.asarray(cv2.dilate(lines, np.ones((3, 3), np.uint8)), np.uint8)
    strokes = edges & ~near_lines
    gap = np.ones((_odd(3 * unit), _odd(8 * unit)), np.uint8)
    boxes, share = _components(
        np.asarray(cv2.morphologyEx(strokes, cv2.MORPH_CLOSE, gap), np.uint8), 8
    )
    wide, high = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    drawn = (high >= 7 * unit) & (high <= 56 * unit) & (wide >= 5 * unit) & (share > 0.3)
    return boxes[drawn]


def _areas(edges: NDArray[np.uint8], unit: float) -> NDArray[np.float64]:
    """Boxes of plain areas with an edge all round, about as high as a button or a row is."""
    boxes, share = _components(1 - edges, 4)
    boxes = boxes + np.array([-1, -1, 1, 1])
    wide, high = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    fits = (high >= 13 * unit) & (high <= 72 * unit) & (wide >= 0.8 * high) & (share > 0.45)
    return np.asarray(boxes[fits], np.float64)


def _components(
    mask: NDArray[np.uint8], neighbours: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Boxes (n, 4) of what hangs together, and the share of each box that it fills (n,)."""
    _, _, found, _ = cv2.connectedComponentsWithStats(mask, connectivity=neighbours)
    x, y, wide, high, area = np.asarray(found[1:], np.float64).T
    return np.stack([x, y, x + wide, y + high], 1), area / (wide * high)


def _kinds_of_runs(boxes: NDArray[np.float64], unit: float) -> NDArray[np.int64]:
    wide, high = boxes[:, 2] - boxes[:, 0], boxes[:, 3] - boxes[:, 1]
    like_icon = (wide < 1.6 * high) & (high < 1.8 * wide) & (high >= 9 * unit)
    return np.where(like_icon, ICON, TEXT).astype(np.int64)


def _kinds_of_areas(
    areas: NDArray[np.float64], runs: NDArray[np.float64], unit: float
) -> NDArray[np.int64]:
    wide, high = areas[:, 2] - areas[:, 0], areas[:, 3] - areas[:, 1]
    middle = (runs[:, :2] + runs[:, 2:]) / 2
    within = (areas[:, None, :2] < middle) & (middle < areas[:, None, 2:])
    inside = np.asarray(within.all(-1), np.bool_)
    ends = np.where(inside, runs[:, 2], -np.inf).max(1, initial=-np.inf)
    # What is typed stands at the left; what a button says fills it.
    left_over = (areas[:, 2] - np.maximum(ends, areas[:, 0])) / wide
    kinds = np.where((wide > 4 * high) & (left_over > 0.3), FIELD, BUTTON)
    kinds[wide > 560 * unit] = ROW
    small: NDArray[np.bool_] = (wide <= 22 * unit) & (high <= 22 * unit) & ~inside.any(1)
    kinds[small & (np.abs(wide - high) <= 3 * unit)] = TICK_BOX
    return kinds.astype(np.int64)


def _alone(boxes: NDArray[np.float64], kinds: NDArray[np.int64], unit: float) -> NDArray[np.bool_]:
    x0, y0, x1, y1 = boxes.T
    gap = x0 - x1[:, None]
    middle = ((y0 + y1) / 2)[:, None]
    beside = (gap > -1) & (gap < 18 * unit) & (y0 < middle) & (middle < y1)
    followed = (beside & (kinds == TEXT)).any(1)
    return np.asarray(~(followed & (kinds == ICON)), np.bool_)


def _coloured(picture: NDArray[np.uint8], boxes: NDArray[np.float64]) -> NDArray[np.float32]:
    """(n, len(COLOURS)) share of each box that has each colour."""
    hsv = cv2.cvtColor(picture, cv2.COLOR_RGB2HSV_FULL)
    hue = hsv[..., 0].astype(np.float32) * (360 / 255)
    clear = (hsv[..., 1] > 255 * _LEAST_SATURATION) & (hsv[..., 2] > 255 * _LEAST_VALUE)
    x0, y0, x1, y1 = boxes.astype(np.int64).clip(0).T
    height, width = picture.shape[:2]
    x0, x1, y0, y1 = x0.clip(0, width), x1.clip(0, width), y0.clip(0, height), y1.clip(0, height)
    shares = []
    for low, high in COLOURS.values():
        within = (hue >= low) & (hue < high) if low < high else (hue >= low) | (hue < high)
        total = cv2.integral((within & clear).astype(np.uint8))
        count = total[y1, x1] - total[y0, x1] - total[y1, x0] + total[y0, x0]
        shares.append(count / np.maximum((x1 - x0) * (y1 - y0), 1))
    return np.stack(shares, 1).astype(np.float32)


def _odd(pixels: float) -> int:
    """The odd number of pixels nearest to a length, at least 1."""
    return 2 * round((pixels - 1) / 2) + 1 if pixels > 1 else 1
