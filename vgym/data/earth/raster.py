"""Pictures of the whole Earth in several sizes, and smooth values between their pixels.

Longitudes go round; beyond a pole stands what is at its edge. Positions are pixels of the world of
43,200 by 21,600, x to the east from 180 W, y to the south from 90 N.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vgym.compiled import compiled, compiled_with
from vgym.data.earth.lonlats import WORLD_HW

_TILES_HW = (270, 540)
_WANTED = 3  # tiles a side that are wanted together: two degrees
_SMALLEST = 64  # rows of the last halving
_FINER = 1.2

# Pixels (top, left, height, width) of a picture: (h, w, C) uint8.
Cut = Callable[[int, int, int, int], NDArray[np.uint8]]


class Crop(NamedTuple):
    """The pixels about a window, and how those of a view blend them."""

    pixels: NDArray[np.uint8]  # (h, w, C)
    rows: NDArray[np.int64]  # (H,) the first of three
    down: NDArray[np.float32]  # (H, 3) their weights
    columns: NDArray[np.int64]  # (W,) likewise
    across: NDArray[np.float32]  # (W, 3)

    def wide(self, planes: int) -> Wide:
        """The first of its channels, blended across."""
        # A call of its own: what it is written into is too much for the compiler to do many
        # numbers at a time.
        return Wide(stretch(self.pixels, self.columns, self.across, planes), self.rows, self.down)


class Wide(NamedTuple):
    """A crop that is as wide as its view, and how the rows of the view blend its rows."""

    planes: NDArray[np.float32]  # (C, h, W)
    rows: NDArray[np.int64]  # (H,)
    down: NDArray[np.float32]  # (H, 3)


class Pyramid:
    """A picture of the Earth in one or more sizes.

    Args:
        sizes: pixels of the world to one of the picture, and how it is cut; the finest first.
        finer: a size is taken whose pixels are at most so many pixels of the view.
    """

    def __init__(self, sizes: Sequence[tuple[float, Cut]], finer: float = _FINER) -> None:
        self._sizes, self._finer = tuple(sizes), finer

    def crop(self, window: NDArray[np.float64], size_hw: tuple[int, int]) -> Crop:
        """What a view of a window is blended from.

        Args:
            window: (4,) xyxy, pixels of the world. size_hw: of the view.
        """
        left, top, right, bottom = window.tolist()
        pixel, cut = self._size((right - left) / size_hw[1])
        first_row, height, rows, down = taps(top, bottom, size_hw[0], pixel)
        first_column, width, columns, across = taps(left, right, size_hw[1], pixel)
        pixels = cut(first_row, first_column, height, width)
        return Crop(pixels, rows, down, columns, across)

    def about(
        self, window: NDArray[np.float64], size_hw: tuple[int, int]
    ) -> tuple[NDArray[np.uint8], float]:
        """The same pixels, and pixels of the world to one, of what is blended elsewhere."""
        left, top, right, bottom = window.tolist()
        pixel, cut = self._size((right - left) / size_hw[1])
        first_row, height = extent(top, bottom, size_hw[0], pixel)
        first_column, width = extent(left, right, size_hw[1], pixel)
        return cut(first_row, first_column, height, width), pixel

    def _size(self, step: float) -> tuple[float, Cut]:
        """The size for views that have so many pixels of the world to one."""
        found = self._sizes[0]
        for coarser in self._sizes[1:]:
            if coarser[0] <= self._finer * step:
                found = coarser
        return found


class HeldSizes:
    """A picture of the Earth in one or more sizes, of which views blend the pixels themselves.

    Args:
        sizes: the finest first. finer: see `Pyramid`.
    """

    def __init__(self, sizes: Sequence[Held], finer: float = _FINER) -> None:
        self._sizes, self._finer = tuple(sizes), finer

    def held(self, step: float) -> Held:
        """The size for views that have so many pixels of the world to one."""
        found = self._sizes[0]
        for coarser in self._sizes[1:]:
            if coarser.pixel <= self._finer * step:
                found = coarser
        return found


class Held(NamedTuple):
    """A picture of the Earth in tiles, as kernels take it."""

    number: NDArray[np.int32]  # (R, C) of each tile; those below 0 are plain, -1 - grey
    tiles: NDArray[np.uint8]  # (N, h, w * channels)
    channels: int
    pixel: float  # pixels of the world to one of it


class Whole:
    """A picture that is held as it is.

    Args:
        picture: (H, W, C) uint8, the whole Earth.
    """

    def __init__(self, picture: NDArray[np.uint8]) -> None:
        self.picture = np.ascontiguousarray(picture)
        self.pixel = WORLD_HW[1] / picture.shape[1]
        self.nbytes = picture.nbytes
        tile = self.picture.reshape(1, len(picture), -1)
        self.held = Held(np.zeros((1, 1), np.int32), tile, picture.shape[2], self.pixel)

    def cut(self, top: int, left: int, height: int, width: int) -> NDArray[np.uint8]:
        """The pixels from a row and a column on."""
        return cut(self.held, top, left, height, width)


class Tiled:
    """A picture in tiles, of which those are held that are wanted and not of one grey.

    Args:
        picture: (H, W, C) uint8, the whole Earth.
        wanted: (90, 180) which squares of two degrees; others are 0.
    """

    def __init__(self, picture: NDArray[np.uint8], wanted: NDArray[np.bool_]) -> None:
        rows, columns = _TILES_HW
        height, width, count = picture.shape
        self._side = side = height // rows
        tiles = picture.reshape(rows, side, columns, side, count).swapaxes(1, 2)
        first = tiles[:, :, 0, 0, 0]
        plain = (tiles == first[..., None, None, None]).all((2, 3, 4))
        wanted = wanted.repeat(_WANTED, 0).repeat(_WANTED, 1)
        number = np.where(wanted, -1 - first.astype(np.int32), np.int32(-1))
        held = wanted & ~plain
        self._tiles = tiles[held]
        number[held] = np.arange(len(self._tiles))
        self.pixel = WORLD_HW[1] / width
        self.held = Held(number, self._tiles.reshape(-1, side, side * count), count, self.pixel)

    @property
    def nbytes(self) -> int:
        """Bytes that tiles take."""
        return int(self._tiles.nbytes + self.held.number.nbytes)

    def cut(self, top: int, left: int, height: int, width: int) -> NDArray[np.uint8]:
        """The pixels from a row and a column on; 0 where none are held."""
        return cut(self.held, top, left, height, width)

    def at(self, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> NDArray[np.uint8]:
        """(N, C) single pixels."""
        side = self._side
        number = self.held.number[rows // side, columns // side]
        held = self._tiles[np.maximum(number, 0), rows % side, columns % side]
        plain = np.maximum(-1 - number, 0).astype(np.uint8)
        found: NDArray[np.uint8] = np.where(number[:, None] >= 0, held, plain[:, None])
        return found


class Sizes(NamedTuple):
    """A picture of a part of the Earth in several sizes, each half of the one before."""

    pixels: NDArray[np.uint8]  # of all sizes, one after another
    places: NDArray[np.int64]  # (S, 3) where each starts, its height and its width
    corner: NDArray[np.float64]  # world x and y, and pixels of the world to one of the first size

    def each(self) -> list[NDArray[np.uint8]]:
        """(H, W, 3) of every size."""
        return [
            self.pixels[start : start + height * width * 3].reshape(height, width, 3)
            for start, height, width in self.places.tolist()
        ]


def halvings(picture: NDArray[np.uint8], gain: float = 1.0) -> list[NDArray[np.uint8]]:
    """A picture (H, W, C) and its halvings, down to a few rows.

    Args:
        gain: times which a halving is brighter, so that thin lines do not fade.
    """
    found = [picture]
    while len(found[-1]) > _SMALLEST:
        found.append(halved(found[-1], gain))
    return found


@compiled
def halved(picture: NDArray[np.uint8], gain: float) -> NDArray[np.uint8]:
    """The means of two by two pixels, times ``gain``."""
    height, width, count = picture.shape
    found = np.empty((height // 2, width // 2, count), np.uint8)
    for y in range(height // 2):
        for x in range(width // 2):
            for c in range(count):
                upper = int(picture[2 * y, 2 * x, c]) + int(picture[2 * y, 2 * x + 1, c])
                lower = int(picture[2 * y + 1, 2 * x, c]) + int(picture[2 * y + 1, 2 * x + 1, c])
                found[y, x, c] = min(int((upper + lower) * (gain / 4) + 0.5), 255)
    return found


@compiled
def taps(
    start: float, end: float, count: int, pixel: float
) -> tuple[int, int, NDArray[np.int64], NDArray[np.float32]]:
    """How the pixels of a line are blended from others by a quadratic B-spline.

    It is smooth however far it is enlarged, and blurs enough for pixels up to 1.7 times as fine.

    Args:
        start, end: of the line, pixels of the world. count: of its pixels.
        pixel: pixels of the world to one of the others.

    Returns:
        The first of the others and how many, and for each pixel the first of three among them,
        and (count, 3) their weights.
    """
    step = (end - start) / count
    first = int(np.floor((start + 0.5 * step) / pixel)) - 1
    index, weight = np.empty(count, np.int64), np.empty((count, 3), np.float32)
    for k in range(count):
        at = (start + (k + 0.5) * step) / pixel - 0.5
        middle = int(np.floor(at + 0.5))
        off = at - middle
        index[k] = middle - 1 - first
        weight[k, 0] = 0.5 * (0.5 - off) ** 2
        weight[k, 1] = 0.75 - off**2
        weight[k, 2] = 0.5 * (0.5 + off) ** 2
    return first, index[-1] + 3, index, weight


@compiled
def extent(start: float, end: float, count: int, pixel: float) -> tuple[int, int]:
    """The first of the others and how many; see `taps`."""
    step = (end - start) / count
    first = int(np.floor((start + 0.5 * step) / pixel)) - 1
    last = int(np.floor((start + (count - 1 + 0.5) * step) / pixel - 0.5 + 0.5))  # to the last bit
    return first, last - first + 2


@compiled
def cut(held: Held, top: int, left: int, height: int, width: int) -> NDArray[np.uint8]:
    """(height, width, C) the pixels from a row and a column on."""
    found = np.empty((height, width * held.channels), np.uint8)
    _cut(held.number, held.tiles, held.channels, top, left, found)
    return found.reshape(height, width, held.channels)


@compiled_with(_nrt=False)
def _copied(held: NDArray[np.uint8], line: NDArray[np.uint8]) -> None:
    """Write some bytes; counted from 0, which copies many at a time."""
    for k in range(line.shape[0]):
        line[k] = held[k]


@compiled_with(_nrt=False)
def _cut(
    number: NDArray[np.int32],
    tiles: NDArray[np.uint8],
    count: int,
    top: int,
    left: int,
    found: NDArray[np.uint8],
) -> None:
    """Write the pixels from a row and a column on; rows of bytes, whatever makes up a pixel."""
    rows, columns = number.shape
    tall, wide = tiles.shape[1:]
    height, width = found.shape
    last = rows * tall - 1
    i = 0
    while i < height:  # rows that lie in the same tiles, or beyond a pole
        y = min(max(top + i, 0), last)
        row, down = y // tall, y % tall
        some = min(tall - down if 0 <= top + i <= last else 1, height - i)
        at, j = left % (columns * wide // count) * count, 0
        column, at = at // wide, at % wide
        while j < width:
            tile = number[row, column]
            run = min(wide - at, width - j)
            column = column + 1 if column + 1 < columns else 0
            if tile < 0:
                while j + run < width and number[row, column] == tile:
                    run = min(run + wide, width - j)
                    column = column + 1 if column + 1 < columns else 0
                for k in range(some):
                    line = found[i + k, j : j + run]
                    for x in range(line.shape[0]):
                        line[x] = np.uint8(-1 - tile)
            else:
                for k in range(some):
                    _copied(tiles[tile, down + k, at : at + run], found[i + k, j : j + run])
            j += run
            at = 0
        i += some


@compiled
def stretch(
    pixels: NDArray[np.uint8], columns: NDArray[np.int64], across: NDArray[np.float32], planes: int
) -> NDArray[np.float32]:
    """(planes, h, W) of a crop (h, w, C), the first of its channels blended across; down is left
    to do."""
    height, wide, count = pixels.shape
    width = columns.shape[0]
    bytes_of = pixels.reshape(height, wide * count)
    found = np.empty((planes, height, width), np.float32)
    left, middle, right = across[:, 0].copy(), across[:, 1].copy(), across[:, 2].copy()
    first = (columns * count).astype(np.uint32)  # unsigned: no index counts from the end
    # Three neighbours in one number: they are fetched together, as all else is done many at a time.
    threes = np.empty(max(wide - 2, 0) * count, np.int32)
    wanted = np.empty(width, np.int32)
    eight, sixteen, low = np.int32(8), np.int32(16), np.int32(255)
    for y in range(height):
        here = bytes_of[y]
        beside, beyond = here[count:], here[2 * count :]
        for k in range(threes.shape[0]):
            threes[k] = (
                np.int32(here[k]) | np.int32(beside[k]) << eight | np.int32(beyond[k]) << sixteen
            )
        for c in range(planes):
            channel = np.uint32(c)
            for j in range(width):
                wanted[j] = threes[first[j] + channel]
            line = found[c, y]
            for j in range(width):
                three = wanted[j]
                line[j] = (
                    left[j] * np.float32(np.int32(three & low))
                    + middle[j] * np.float32(np.int32(three >> eight & low))
                    + right[j] * np.float32(np.int32(three >> sixteen))
                )
    return found


@compiled
def blend(
    wide: NDArray[np.float32], y: int, weight: NDArray[np.float32], found: NDArray[np.float32]
) -> None:
    """A row of a view: three rows of ``wide`` (h, W), blended."""
    above, here, below = wide[y], wide[y + 1], wide[y + 2]
    a, b, c = weight[0], weight[1], weight[2]
    for j in range(found.shape[0]):
        found[j] = a * above[j] + b * here[j] + c * below[j]
