"""Slow crops: OpenCV and Pillow on the cut picture, and one sample at a time in float64."""

import math

import numpy as np
from PIL import Image

from vgym.core.opencv import cv2


def cover(box: list[float], size_hw: tuple[int, int]) -> tuple[int, int, int, int]:
    """The whole pixels that a box within the picture touches."""
    x0, y0, x1, y1 = box
    return (
        math.floor(x0),
        math.floor(y0),
        min(math.ceil(x1), size_hw[1]),
        min(math.ceil(y1), size_hw[0]),
    )


def opencv_linear(image: np.ndarray, box: list[int], size_hw: tuple[int, int]) -> np.ndarray:
    x0, y0, x1, y1 = box
    cut = np.ascontiguousarray(image[y0:y1, x0:x1])
    return cv2.resize(cut, size_hw[::-1], interpolation=cv2.INTER_LINEAR)


def pillow_bilinear(image: np.ndarray, box: list[float], size_hw: tuple[int, int]) -> np.ndarray:
    """Cut to whole pixels, then resized from the exact box within the cut."""
    cut = cover(box, image.shape[:2])
    inner = [value - cut[k % 2] for k, value in enumerate(box)]
    resized = (
        Image.fromarray(image)
        .crop(cut)
        .resize(size_hw[::-1], Image.Resampling.BILINEAR, box=tuple(inner))
    )
    return np.asarray(resized)


def linear(image: np.ndarray, box: list[float], size_hw: tuple[int, int]) -> np.ndarray:
    """Bilinear samples at half-pixel centres, none from outside the pixels that the box touches."""
    x0, y0, x1, y1 = box
    left, top, right, bottom = cover(box, image.shape[:2])
    out = np.zeros((*size_hw, 3))
    for j in range(size_hw[0]):
        y = y0 + (j + 0.5) * (y1 - y0) / size_hw[0] - 0.5
        y = min(max(y, top), bottom - 1)
        for i in range(size_hw[1]):
            x = x0 + (i + 0.5) * (x1 - x0) / size_hw[1] - 0.5
            x = min(max(x, left), right - 1)
            row, column = math.floor(y), math.floor(x)
            for dy, share_y in ((0, 1 - (y - row)), (1, y - row)):
                for dx, share_x in ((0, 1 - (x - column)), (1, x - column)):
                    if share_x * share_y:
                        out[j, i] += share_x * share_y * image[row + dy, column + dx]
    return out
