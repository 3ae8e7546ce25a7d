"""Pictures as an eye sees them: sharp where it looks, and ever blurrier away from there.

The finest detail that is seen at an eccentricity e is `(e + e2) / e2` times as coarse as at the
fixation, with e2 of 2.3 degrees, at which acuity is halved (Geisler and Perry, A real-time foveated
multiresolution system for low-bandwidth video communication, SPIE 3299, 1998, equation 2). At the
fixation a picture is as sharp as it is, and its longer side spans `FIELD` degrees. Every pixel is
blended from the two levels of a pyramid that are next to that coarseness.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from torch import Tensor

from vgym.compiled import compiled

HALVED, FIELD = 2.3, 30.0  # degrees of eccentricity; degrees along a picture's longer side
_LEVELS = 5


def acuity(distance: Tensor, size_hw: tuple[int, int]) -> Tensor:
    """(...) in (0, 1]: how sharp a picture is, 1 at the fixation.

    Args:
        distance: (...) pixels of the picture from the fixation. size_hw: of the picture.

    >>> import torch
    >>> acuity(torch.tensor([0.0, 23.0]), (300, 300))
    tensor([1.0000, 0.5000])
    """
    halved = HALVED / FIELD * max(size_hw)
    return halved / (halved + distance)


def foveate(images: NDArray[np.uint8], fixations: NDArray[np.float64]) -> None:
    """Blur pictures in place away from where they are looked at.

    Args:
        images: (k, h, w, 3). fixations: (k, 2) x, y, pixels; anywhere.
    """
    height, width = images.shape[1:3]
    _foveate(images, fixations, HALVED / FIELD * max(height, width))


@compiled
def _foveate(images: NDArray[np.uint8], fixations: NDArray[np.float64], halved: float) -> None:
    height, width = images.shape[1], images.shape[2]
    highs, wides = np.empty(_LEVELS, np.int64), np.empty(_LEVELS, np.int64)
    highs[0], wides[0] = height, width
    for level in range(1, _LEVELS):
        highs[level], wides[level] = (highs[level - 1] + 1) // 2, (wides[level - 1] + 1) // 2
    pyramid = np.zeros((_LEVELS, height, width, 3), np.float32)
    for k in range(images.shape[0]):
        pyramid[0] = images[k]
        for level in range(1, _LEVELS):
            _halve(pyramid[level - 1], highs[level - 1], wides[level - 1], pyramid[level])
        for i in range(height):
            down = i + 0.5 - fixations[k, 1]
            for j in range(width):
                across = j + 0.5 - fixations[k, 0]
                coarse = np.log2(1.0 + np.sqrt(across * across + down * down) / halved)
                coarse = min(coarse, _LEVELS - 1.001)
                level = int(coarse)
                share = coarse - level
                for c in range(3):
                    fine = _sampled(pyramid[level], highs[level], wides[level], i, j, level, c)
                    rough = _sampled(
                        pyramid[level + 1], highs[level + 1], wides[level + 1], i, j, level + 1, c
                    )
                    images[k, i, j, c] = int(fine + (rough - fine) * share + 0.5)


@compiled
def _halve(fine: NDArray[np.float32], height: int, width: int, coarse: NDArray[np.float32]) -> None:
    """Means of two by two pixels; the last ones stand for what is beyond."""
    for i in range((height + 1) // 2):
        below = min(2 * i + 1, height - 1)
        for j in range((width + 1) // 2):
            right = min(2 * j + 1, width - 1)
            for c in range(3):
                coarse[i, j, c] = 0.25 * (
                    fine[2 * i, 2 * j, c]
                    + fine[2 * i, right, c]
                    + fine[below, 2 * j, c]
                    + fine[below, right, c]
                )


@compiled
def _sampled(
    pixels: NDArray[np.float32], height: int, width: int, row: int, column: int, level: int, c: int
) -> float:
    """A level of the pyramid at the middle of a pixel of the finest, between four of its own."""
    side = float(1 << level)
    y = min(max((row + 0.5) / side - 0.5, 0.0), height - 1.0)
    x = min(max((column + 0.5) / side - 0.5, 0.0), width - 1.0)
    top, left = int(y), int(x)
    below, right = min(top + 1, height - 1), min(left + 1, width - 1)
    down, across = y - top, x - left
    upper = pixels[top, left, c] * (1 - across) + pixels[top, right, c] * across
    lower = pixels[below, left, c] * (1 - across) + pixels[below, right, c] * across
    return float(upper * (1 - down) + lower * down)
