"""Pixels -> blobs: what stands out from a picture's background, by colour alone.

The background is a smooth surface fitted to the picture, most of which is taken to be background.
A pixel stands out by its distance from the fitted colour; a darker shade of it is a shadow and
does not. No learning, no privileged knowledge.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vgym.compiled import compiled
from vgym.core.opencv import cv2

WORKING_SIDE = 256  # longest side that pictures are looked at in, pixels
SMALLEST = 0.0012  # share of the picture; what is smaller is taken for texture
LARGEST = 0.45
DARKEST_SHADOW = 0.60  # how much of the background's light a shadow leaves
_FITS = 4  # rounds of fitting and leaving out what does not fit
_BINS = 4  # of each channel of a blob's colour histogram

# Colours a phrase may name: a range of hue in degrees, then of saturation and of value.
COLOURS: dict[str, tuple[tuple[float, float], tuple[float, float], tuple[float, float]]] = {
    "red": ((346, 14), (0.5, 1), (0.25, 1)),
    "orange": ((14, 40), (0.5, 1), (0.4, 1)),
    "yellow": ((40, 66), (0.4, 1), (0.5, 1)),
    "green": ((66, 170), (0.3, 1), (0.15, 1)),
    "blue": ((180, 248), (0.35, 1), (0.2, 1)),
    "purple": ((248, 300), (0.25, 1), (0.15, 1)),
    "pink": ((300, 352), (0.2, 0.75), (0.5, 1)),
    "brown": ((8, 42), (0.3, 0.9), (0.15, 0.65)),
    "white": ((0, 360), (0, 0.15), (0.8, 1)),
    "black": ((0, 360), (0, 0.45), (0, 0.3)),
    "grey": ((0, 360), (0, 0.2), (0.3, 0.8)),
}


@dataclass(frozen=True)
class Blobs:
    """What stands out in one picture, n of them, the most salient first.

    Attributes:
        boxes: (n, 4) float32 xyxy, fractions of width and height.
        weight: (n,) float32 how much each stands out, the first is 1.
        colours: (n, len(COLOURS)) float32 share of each blob's pixels that has each colour.
        histograms: (n, bins) float32 colour histograms that sum to 1.
    """

    boxes: NDArray[np.float32]
    weight: NDArray[np.float32]
    colours: NDArray[np.float32]
    histograms: NDArray[np.float32]

    def __len__(self) -> int:
        return len(self.boxes)


def find_blobs(image: NDArray[np.uint8], colour: str | None = None) -> Blobs:
    """The blobs of a picture, or of one colour in it.

    Args:
        image: (H, W, 3) uint8.
        colour: a key of ``COLOURS``: only pixels of that colour count.

    Returns:
        Blobs, none of them for a picture where nothing stands out.
    """
    small, frame = _inside_bars(_working_copy(image))
    distance, threshold = _standing_out(small)
    hues = _colour_masks(small)
    mask = distance > threshold
    if colour is not None:
        # What has the colour asked for may stand out less, but the background's own is no blob.
        mask = hues[list(COLOURS).index(colour)] & (distance > 0.6 * threshold)
    open_px = max(1, round(min(small.shape[:2]) / 128))
    kernel = np.ones((1 + open_px, 1 + open_px), np.uint8)
    clean = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_OPEN, kernel)
    clean = cv2.morphologyEx(clean, cv2.MORPH_CLOSE, kernel, iterations=2 if colour else 1)
    count, found, measures, _ = cv2.connectedComponentsWithStats(clean, connectivity=8)
    labels, stats = np.asarray(found, np.int32), np.asarray(measures, np.int32)
    share = stats[1:, cv2.CC_STAT_AREA] / clean.size
    kept = 1 + np.flatnonzero((share > SMALLEST) & (share < LARGEST))
    return _in_whole(_measured(small, distance, hues, labels, stats, kept.tolist(), count), frame)


def _measured(
    small: NDArray[np.uint8],
    distance: NDArray[np.float32],
    hues: NDArray[np.bool_],
    labels: NDArray[np.int32],
    stats: NDArray[np.int32],
    kept: list[int],
    count: int,
) -> Blobs:
    """Box, weight and colours of the kept components."""
    height, width = small.shape[:2]
    flat = labels.ravel()
    area = np.bincount(flat, minlength=count).astype(np.float32)
    contrast = np.bincount(flat, weights=distance.ravel(), minlength=count) / np.maximum(area, 1)
    colours = _counted(flat, hues.reshape(len(hues), -1), count) / np.maximum(area, 1)[:, None]
    coarse = (small.astype(np.int64) * _BINS) // 256
    bin_of = (coarse[..., 0] * _BINS + coarse[..., 1]) * _BINS + coarse[..., 2]
    bins = _BINS**3
    histogram = np.bincount(flat * bins + bin_of.ravel(), minlength=count * bins)
    histograms = histogram.reshape(count, bins) / np.maximum(area, 1).reshape(-1, 1)
    weight = np.sqrt(area) * contrast
    order = sorted(kept, key=lambda k: -weight[k])
    x, y, w, h = (stats[order, i].astype(np.float32) for i in range(4))
    top = max((float(weight[k]) for k in order), default=1.0)
    return Blobs(
        boxes=np.stack([x / width, y / height, (x + w) / width, (y + h) / height], 1),
        weight=(weight[order] / top).astype(np.float32),
        colours=colours[order].astype(np.float32),
        histograms=histograms[order].astype(np.float32),
    )


def _working_copy(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    height, width = image.shape[:2]
    scale = min(1.0, WORKING_SIDE / max(height, width))
    if scale == 1.0:
        return image
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)


def _inside_bars(
    small: NDArray[np.uint8],
) -> tuple[NDArray[np.uint8], tuple[float, float, float, float]]:
    """The picture without the plain bars of a letterbox, and where it lies in the whole (xyxy)."""
    height, width = small.shape[:2]
    strange = (small != small[0, 0]) | (small != small[-1, -1])
    unlike = strange[..., 0] | strange[..., 1] | strange[..., 2]
    rows, columns = np.flatnonzero(unlike.any(1)), np.flatnonzero(unlike.any(0))
    whole = small, (0.0, 0.0, 1.0, 1.0)
    if len(rows) == 0 or len(columns) == 0:
        return whole
    y0, y1, x0, x1 = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    # Bars lie on two opposite sides and are as wide as each other; a plain background is no bar.
    upright = y0 == 0 and y1 == height and abs(x0 - (width - x1)) <= 1
    level = x0 == 0 and x1 == width and abs(y0 - (height - y1)) <= 1
    if not (upright or level):
        return whole
    return small[y0:y1, x0:x1], (x0 / width, y0 / height, x1 / width, y1 / height)


def _in_whole(blobs: Blobs, frame: tuple[float, float, float, float]) -> Blobs:
    """The blobs with their boxes as fractions of the whole picture."""
    low, high = np.array(frame[:2] * 2, np.float32), np.array(frame[2:] * 2, np.float32)
    return replace(blobs, boxes=low + blobs.boxes * (high - low))


def _standing_out(small: NDArray[np.uint8]) -> tuple[NDArray[np.float32], float]:
    """How far each pixel's colour is from the background's, and from where on that is plain."""
    pixels = cv2.GaussianBlur(small, (3, 3), 0).astype(np.float32)
    surface = _background(pixels)
    light = _sum(pixels * surface) / np.maximum(_sum(surface * surface), 1.0)
    shade = np.clip(light, DARKEST_SHADOW, 1.0)[..., None]
    apart = np.asarray(pixels - shade * surface, np.float32)
    distance = np.sqrt(_sum(apart * apart))
    spread = float(np.median(distance))
    otsu, _ = cv2.threshold(
        np.clip(distance, 0, 255).astype(np.uint8), 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU
    )
    return distance, float(np.clip(0.6 * otsu, max(14.0, 2.0 * spread), 80.0))


def _sum(channels: NDArray[np.float32]) -> NDArray[np.float32]:
    """Over the last axis of three, which NumPy's own sum takes one by one."""
    return channels[..., 0] + channels[..., 1] + channels[..., 2]


def _background(pixels: NDArray[np.float32]) -> NDArray[np.float32]:
    """A quadratic surface of colour through the picture's majority."""
    height, width = pixels.shape[:2]
    step = max(1, min(height, width) // 48)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    x, y = x / width - 0.5, y / height - 0.5
    terms = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], -1)
    samples = terms[::step, ::step].reshape(-1, 6)
    colours = pixels[::step, ::step].reshape(-1, 3)
    # To start with, the background is whatever colour is the commonest.
    away = np.linalg.norm(colours - _commonest(colours), axis=1)
    fit: NDArray[Any] = np.zeros((6, 3), np.float32)
    for _ in range(_FITS):
        fits = away <= max(float(np.quantile(away, 0.6)), 1e-3)
        fit = np.linalg.lstsq(samples[fits], colours[fits], rcond=None)[0]
        away = np.linalg.norm(colours - samples @ fit, axis=1)
    surface: NDArray[np.float32] = np.clip(terms @ fit, 0, 255).astype(np.float32)
    return surface


def _commonest(colours: NDArray[np.float32]) -> NDArray[np.float32]:
    """The mean of the fullest cell of a coarse colour cube: (3,)."""
    cell = (colours // 32).astype(np.int64) @ np.array([64, 8, 1])
    fullest = np.bincount(cell).argmax()
    mean: NDArray[np.float32] = colours[cell == fullest].mean(0)
    return mean


def colour_mask(image: NDArray[np.uint8], colour: str) -> NDArray[np.bool_]:
    """Which pixels (H, W) of a picture have a colour, a key of ``COLOURS``."""
    mask: NDArray[np.bool_] = _colour_masks(image, (colour,))[0]
    return mask


def _colour_masks(
    small: NDArray[np.uint8], colours: Iterable[str] = tuple(COLOURS)
) -> NDArray[np.bool_]:
    """Which pixels have which colour: (len(colours), H, W)."""
    hsv = cv2.cvtColor(small.astype(np.float32) / 255, cv2.COLOR_RGB2HSV)
    hue, saturation, value = hsv[..., 0], hsv[..., 1], hsv[..., 2]
    masks = []
    for (low, high), (s0, s1), (v0, v1) in (COLOURS[colour] for colour in colours):
        round_the_circle = low > high
        within = (hue >= low) | (hue <= high) if round_the_circle else (hue >= low) & (hue <= high)
        masks.append(
            within & (saturation >= s0) & (saturation <= s1) & (value >= v0) & (value <= v1)
        )
    return np.stack(masks)


@compiled
def _counted(
    labels: NDArray[np.int32], masks: NDArray[np.bool_], count: int
) -> NDArray[np.float64]:
    """(count, C) how many pixels of each label each mask holds, of labels (n,), masks (C, n)."""
    found = np.zeros((count, len(masks)))
    for c in range(len(masks)):
        for i in range(len(labels)):
            found[labels[i], c] += masks[c, i]
    return found
