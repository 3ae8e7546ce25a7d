"""Zoom windows of pictures: crops of a batch on any device, and pyramids of very large pictures.

On the CPU a crop is drawn by OpenCV where its box is of whole pixels, and by a kernel of our own
where it lies between them, which OpenCV's `resize` cannot show and its warps show in steps of a
32nd of a pixel. On CUDA it is drawn by `vgym.geometry.crops`. All are equal to one grey level.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vgym.core.opencv import cv2
from vgym.core.raster.resampling import resample
from vgym.core.shared_sources import SourceLock, make_room
from vgym.geometry import crops

MOST_BYTES = 384 * 2**20  # of the pyramids that a shelf keeps
_FARTHEST = 1e6  # pixels from the first that a box may begin or end


def crop_resize(images: Tensor, boxes: Tensor, size_hw: tuple[int, int], antialias: bool) -> Tensor:
    """One crop of each picture, resized to one size: `vgym.geometry.crops.crop_resize`, but faster.

    Args:
        images: (B, H, W, 3) uint8; or (1, H, W, 3), one picture that all boxes are of.
        boxes: (B, 4) xyxy, pixels. Parts beyond the picture show its edge pixels.
        size_hw: height and width to give, pixels.
        antialias: whether shrinking averages over what it shrinks.

    Returns:
        (B, *size_hw, 3) uint8, equal to that of geometry within one grey level.

    Raises:
        ValueError: shapes, dtypes or devices that do not fit, pictures or a size without pixels.
    """
    if images.device.type != "cpu":
        return crops.crop_resize(images, boxes, size_hw, antialias)
    crops.check_crops(images, boxes, size_hw)
    start, side = (each.numpy() for each in crops.start_and_side(boxes))
    pictures = images.contiguous().numpy()
    size = np.array(pictures.shape[2:0:-1])
    first = np.clip(np.floor(start), 0, size - 1).astype(np.int64)
    last = np.maximum(np.minimum(np.ceil(start + side), size).astype(np.int64) - 1, first)
    exact = (first == start) & (last + 1 == start + side)
    if antialias:
        exact &= side <= size_hw[::-1]
    windows = np.concatenate([start, side], -1)
    limits = np.stack([first, last], -1).reshape(-1, 4)
    out = torch.empty((len(boxes), *size_hw, 3), dtype=torch.uint8)
    shown = out.numpy()
    for i, whole in enumerate(exact.all(-1).tolist()):
        picture = pictures[i % len(pictures)]
        if whole:
            x0, x1, y0, y1 = limits[i].tolist()
            cut = picture[y0 : y1 + 1, x0 : x1 + 1]
            cv2.resize(cut, size_hw[::-1], dst=shown[i], interpolation=cv2.INTER_LINEAR)
        else:
            resample(picture, windows[i], limits[i], antialias, shown[i])
    return out


class Pyramid:
    """A picture and its halves, from which a window of any size is painted at one cost.

    Each level holds the averages of two by two pixels of the one before. A window is painted from
    the level nearest to its own scale, so that it is never shrunk nor enlarged by more than the
    square root of 2 unless it is enlarged beyond the picture itself. All take a third more memory
    than the picture.

    Args:
        picture: (H, W, 3) uint8, kept as it is.

    >>> pyramid = Pyramid(np.full((5, 900, 3), 7, np.uint8))
    >>> [level.shape[:2] for level in pyramid.levels][:3]
    [(5, 900), (3, 450), (2, 225)]
    """

    def __init__(self, picture: NDArray[np.uint8]) -> None:
        self.levels = [np.ascontiguousarray(picture)]
        while max(self.levels[-1].shape[:2]) > 1:
            self.levels.append(_halved(self.levels[-1]))

    @property
    def nbytes(self) -> int:
        """Bytes of all levels."""
        return sum(level.nbytes for level in self.levels)

    def paint(self, window: NDArray[np.float64], image: NDArray[np.uint8]) -> None:
        """Show a window. What lies beyond the picture shows its edge.

        Neighbouring windows fit together: pixels beside a window are read where its edge lies
        between pixels, as they are within it.

        Args:
            window: (4,) xyxy, pixels of the picture; narrower than `MIN_SIDE` counts as that.
            image: (h, w, 3) uint8, contiguous, written.
        """
        corners = np.clip(np.nan_to_num(window), -_FARTHEST, _FARTHEST)
        side = np.maximum(corners[2:] - corners[:2], crops.MIN_SIDE)
        scale = max(float((side / image.shape[1::-1]).min()), crops.MIN_SIDE)
        number = min(max(round(float(np.log2(scale))), 0), len(self.levels) - 1)
        level = self.levels[number]
        limits = np.array([0, level.shape[1] - 1, 0, level.shape[0] - 1])
        resample(level, np.concatenate([corners[:2], side]) / 2**number, limits, False, image)


def _halved(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Averages of two by two pixels; a last odd line or column counts twice."""
    height, width = picture.shape[:2]
    if height % 2 or width % 2:
        picture = np.pad(picture, ((0, height % 2), (0, width % 2), (0, 0)), mode="edge")
    size = (picture.shape[1] // 2, picture.shape[0] // 2)
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


class PyramidShelf:
    """Pyramids of pictures by number, read when first asked for, the latest used kept.

    Args:
        read: the picture of a number, (h, w, 3) uint8, or None if it cannot be read.
        most_bytes: to keep; at least one pyramid is.
    """

    def __init__(
        self, read: Callable[[int], NDArray[np.uint8] | None], *, most_bytes: int = MOST_BYTES
    ) -> None:
        self._read = read
        self._most = most_bytes
        self._kept: OrderedDict[int, Pyramid | None] = OrderedDict()
        self._one_at_a_time = SourceLock()  # environments of several threads share a shelf

    def __getitem__(self, number: int) -> Pyramid | None:
        """The pyramid of a picture; None for one that cannot be read."""
        with self._one_at_a_time:
            if number in self._kept:
                self._kept.move_to_end(number)
                return self._kept[number]
            picture = self._read(number)
            pyramid = None if picture is None else Pyramid(picture)
            self._kept[number] = pyramid
            while self.nbytes > self._most and len(self._kept) > 1:
                self._kept.popitem(last=False)
            if pyramid is not None:
                make_room(pyramid.nbytes)
            return pyramid

    @property
    def nbytes(self) -> int:
        """Bytes of what is kept."""
        return sum(pyramid.nbytes for pyramid in self._kept.values() if pyramid is not None)
