"""Letterboxing: a picture of another aspect is scaled and padded, never stretched."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vgym.core.opencv import cv2

PADDING = 114  # the grey that detectors have padded with since YOLOv5


def letterbox_view(
    source_hw: tuple[int, int], size_hw: tuple[int, int], *, enlarge: bool = True
) -> NDArray[np.float32]:
    """The map from original to shown pixels: ``shown = original * scale + offset``.

    Args:
        source_hw: the original's height and width.
        size_hw: the shown picture's.
        enlarge: whether a smaller original is scaled up to it.

    Returns:
        (4,) float32: scale x, scale y, offset x, offset y. The two scales differ by less than a
        pixel's rounding.

    >>> letterbox_view((100, 200), (50, 50)).tolist()
    [0.25, 0.25, 0.0, 12.0]
    """
    height, width = fitted_hw(source_hw, size_hw, enlarge=enlarge)
    top, left = (size_hw[0] - height) // 2, (size_hw[1] - width) // 2
    return np.array([width / source_hw[1], height / source_hw[0], left, top], np.float32)


def letterbox(
    image: NDArray[np.uint8], size_hw: tuple[int, int]
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """An image scaled to fit, padded with grey to the size asked for, and its view.

    Args:
        image: (h, w, 3) uint8.
        size_hw: the height and width to return.

    Returns:
        (H, W, 3) uint8, and the view as :func:`letterbox_view` gives it.
    """
    inner = fitted(image, size_hw)
    height, width = inner.shape[:2]
    top, left = (size_hw[0] - height) // 2, (size_hw[1] - width) // 2
    shown = np.full((*size_hw, 3), PADDING, np.uint8)
    shown[top : top + height, left : left + width] = inner
    return shown, letterbox_view((image.shape[0], image.shape[1]), size_hw)


def fitted(
    image: NDArray[np.uint8],
    size_hw: tuple[int, int],
    *,
    enlarge: bool = True,
    part_hw: tuple[int, int] | None = None,
) -> NDArray[np.uint8]:
    """An image scaled to fit, without padding.

    Args:
        image: (h, w, 3) uint8.
        size_hw: the height and width to fit into.
        enlarge: whether a smaller image is scaled up.
        part_hw: how much of a larger image fits at once, see :func:`fitted_hw`; None: all of it.

    Returns:
        (height, width, 3) uint8, as :func:`fitted_hw` has it. The image itself where nothing is to
        be done.
    """
    source_hw = (image.shape[0], image.shape[1])
    height, width = fitted_hw(source_hw, size_hw, enlarge=enlarge, part_hw=part_hw)
    if source_hw == (height, width):
        return image
    method = cv2.INTER_AREA if height < source_hw[0] else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(image, (width, height), interpolation=method), np.uint8)


def fitted_hw(
    source_hw: tuple[int, int],
    size_hw: tuple[int, int],
    *,
    enlarge: bool = True,
    part_hw: tuple[int, int] | None = None,
) -> tuple[int, int]:
    """Height and width of a picture that is scaled to fit a frame.

    Args:
        source_hw: the original's.
        size_hw: the frame's.
        enlarge: whether a smaller original is scaled up.
        part_hw: how much of a larger original fits into the frame at once; the rest reaches beyond
            it. None: all of it fits.

    >>> fitted_hw((1440, 2560), (400, 640))
    (360, 640)
    >>> fitted_hw((1440, 2560), (400, 640), part_hw=(800, 1280))
    (720, 1280)
    """
    part = source_hw if part_hw is None else part_hw
    height, width = min(part[0], source_hw[0]), min(part[1], source_hw[1])
    scale = min(size_hw[0] / height, size_hw[1] / width)
    scale = scale if enlarge else min(scale, 1.0)
    return max(1, round(source_hw[0] * scale)), max(1, round(source_hw[1] * scale))
