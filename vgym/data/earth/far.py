"""The whole Earth from afar, lines drawn last: painted where it is looked at.

The two finest sizes are nearly all of it (55 of 58 MB). Of these, tiles are painted when they are
first wanted, and what was not wanted takes no memory; coarser sizes are painted at once. Rows of
tiles that were not wanted for longest are given back, so that those of all pictures together stay
within a bound. Bytes are the same in whatever order tiles are painted, and painted anew.
"""

from __future__ import annotations

import mmap
import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import cached_property
from itertools import count
from threading import RLock
from weakref import WeakSet

import numpy as np
from numpy.typing import NDArray

from vgym.data.earth.ink import overlay
from vgym.data.earth.lonlats import WORLD_HW
from vgym.data.earth.raster import Cut, Pyramid, Sizes, Whole, halved, halvings

FAR_PIXEL = 8  # pixels of the world to one of the finest size
FINE = 2  # sizes in tiles
TILES_HW = (25, 25)  # of each
_HW = (WORLD_HW[0] // FAR_PIXEL, WORLD_HW[1] // FAR_PIXEL)
_TILE_HW = (_HW[0] // TILES_HW[0], _HW[1] // TILES_HW[1])  # pixels of the finest, halved evenly
MOST_BYTES = 128_000_000  # of all rows in which tiles are; with half of it views take twice as long
_INK_GAIN = 1.6  # times which ink is stronger at half the size

# Paints a window (4,) of the world, xyxy: writes the ground (h, w, 3) and adds ink to (2, h, w).
Paint = Callable[[NDArray[np.float64], NDArray[np.uint8], NDArray[np.uint8]], None]
_Inked = tuple[NDArray[np.uint8], NDArray[np.uint8]]  # a picture (h, w, 3), ink (2, h, w)

_pictures: WeakSet[FarPicture] = WeakSet()  # all that there are
_clock = count(1)  # of what is wanted, of any
_lock = RLock()  # of what is there of all of them
_read_since: set[int] = set()  # when what is being read was wanted


def _after_fork() -> None:
    """A child has none of the threads that held the lock or were reading."""
    global _lock
    _lock = RLock()
    _read_since.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


class FarPicture:
    """The Earth at an eighth of the world's size, and its halvings.

    Args:
        paint: what paints windows. colours: (2, 4) of ink, see `overlay`.

    Attributes:
        sizes: all of them. Of the `FINE` finest only what `want` was asked for is there.
    """

    def __init__(self, paint: Paint, colours: NDArray[np.float32]) -> None:
        self._paint, self._colours = paint, colours
        self._known = np.zeros((FINE, *TILES_HW), np.bool_)
        self._wanted = np.zeros((FINE, TILES_HW[0]), np.int64)  # when each row was last, or 0
        coarse = self._coarse()
        hw = [(_HW[0] >> size, _HW[1] >> size) for size in range(FINE)]
        hw += [picture.shape[:2] for picture in coarse]
        starts = np.cumsum([0, *(height * width * 3 for height, width in hw)])
        # Mapped, as pages that nobody writes to are not there, and others can be given back.
        self._mapped = _mapped(int(starts[-1]))
        pixels = np.frombuffer(self._mapped, np.uint8)
        places = np.column_stack([starts[:-1], np.array(hw)])
        self.sizes = Sizes(pixels, places, np.array([0, 0, FAR_PIXEL], np.float64))
        self._each = self.sizes.each()
        for picture, place in zip(coarse, self._each[FINE:], strict=True):
            place[:] = picture
        _pictures.add(self)

    @property
    def nbytes(self) -> int:
        """Bytes of what is there."""
        return self.bytes_of_rows + sum(size.nbytes for size in self._each[FINE:])

    @property
    def bytes_of_rows(self) -> int:
        """Bytes of all rows of which a tile is there: few pages of a row hold one tile alone."""
        rows = np.count_nonzero(self._wanted, 1).tolist()
        held = zip(rows, self._each[:FINE], strict=True)
        return sum(many * size.nbytes // TILES_HW[0] for many, size in held)

    @contextmanager
    def wanted(self, tiles: NDArray[np.bool_]) -> Iterator[None]:
        """Within it some tiles (FINE, *TILES_HW) are there; what is not yet is painted.

        Afterwards they stay until others are wanted, of any picture.
        """
        with _lock:
            now = next(_clock)
            _read_since.add(now)
        try:
            with _lock:
                self._want(tiles, now)
            yield
        finally:
            with _lock:
                _read_since.discard(now)

    def _want(self, tiles: NDArray[np.bool_], now: int) -> None:
        rows = tiles.any(2)
        # Of threads that want a row together the later may come first: it stays for both.
        self._wanted[rows] = np.maximum(self._wanted[rows], now)
        missing = tiles > self._known
        if not missing.any():
            return
        _make_room()
        height, width = _TILE_HW
        for size, row, column in np.argwhere(missing).tolist():
            picture, ink = self._painted(row * height, column * width, width, size)
            overlay(picture, ink, self._colours)
            tall, wide = picture.shape[:2]
            top, left = row * tall, column * wide
            self._each[size][top : top + tall, left : left + wide] = picture
            self._known[size, row, column] = True

    def whole(self, size: int) -> NDArray[np.uint8]:
        """(H, W, 3) a copy of all of a size."""
        if size >= FINE:
            return self._each[size].copy()
        with self._box(size, slice(None), slice(None)):
            return self._each[size].copy()

    def rows(self) -> list[tuple[int, int, int]]:
        """When each row of tiles that is there was last wanted, its size and its number."""
        found = np.argwhere(self._wanted)
        at = self._wanted[tuple(found.T)]
        return [(when, *row) for when, row in zip(at.tolist(), found.tolist(), strict=True)]

    def drop(self, size: int, row: int) -> int:
        """Give a row of tiles back; how many bytes it took."""
        self._known[size, row], self._wanted[size, row] = False, 0
        taken: int = self._each[size].nbytes // TILES_HW[0]
        if hasattr(mmap, "MADV_DONTNEED"):
            start = int(self.sizes.places[size, 0]) + row * taken
            # Pages that it has to itself: of a page that is given back in part all is lost.
            first = -(-start // mmap.PAGESIZE) * mmap.PAGESIZE
            last = (start + taken) // mmap.PAGESIZE * mmap.PAGESIZE
            self._mapped.madvise(mmap.MADV_DONTNEED, first, last - first)
        return taken

    @cached_property
    def pyramid(self) -> Pyramid:
        """What views are cut from."""
        return Pyramid([self._cuts(size) for size in range(len(self._each))])

    def _cuts(self, size: int) -> tuple[float, Cut]:
        held = Whole(self._each[size])
        if size >= FINE:
            return held.pixel, held.cut
        tall, wide = (side >> size for side in _TILE_HW)

        def cut(top: int, left: int, height: int, width: int) -> NDArray[np.uint8]:
            rows = np.clip(np.arange(top // tall, (top + height) // tall + 1), 0, TILES_HW[0] - 1)
            columns = np.arange(left // wide, (left + width) // wide + 1) % TILES_HW[1]
            with self._box(size, rows[:, None], columns):
                return held.cut(top, left, height, width)

        return held.pixel, cut

    def _box(self, size: int, rows: object, columns: object) -> AbstractContextManager[None]:
        tiles = np.zeros_like(self._known)
        tiles[size, rows, columns] = True  # type: ignore[index]
        return self.wanted(tiles)

    def _coarse(self) -> list[NDArray[np.uint8]]:
        """All sizes that are not in tiles, the finest first."""
        height = _TILE_HW[0]
        strips = [self._painted(top, 0, _HW[1], FINE) for top in range(0, _HW[0], height)]
        pictures = halvings(np.concatenate([picture for picture, _ in strips]))
        planes = [
            halvings(np.concatenate([ink[k] for _, ink in strips])[..., None], _INK_GAIN)
            for k in range(2)
        ]
        for picture, *inked in zip(pictures, *planes, strict=True):
            overlay(picture, np.stack([plane[..., 0] for plane in inked]), self._colours)
        return pictures

    def _painted(self, top: int, left: int, width: int, size: int) -> _Inked:
        """A row of tiles, or one, of a size; place and width in pixels of the finest."""
        height = _TILE_HW[0]
        window = np.array([left, top, left + width, top + height], np.float64) * FAR_PIXEL
        picture = np.empty((height, width, 3), np.uint8)
        ink = np.zeros((2, height, width), np.uint8)
        self._paint(window, picture, ink)
        for _ in range(size):
            picture = halved(picture, 1.0)
            ink = np.stack([halved(plane[..., None], _INK_GAIN)[..., 0] for plane in ink])
        return picture, ink


def _mapped(size: int) -> mmap.mmap:
    """Memory of its own to this process, in small pages where it can be told."""
    if not hasattr(mmap, "MAP_PRIVATE"):
        return mmap.mmap(-1, size)
    mapped = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
    if hasattr(mmap, "MADV_NOHUGEPAGE"):
        mapped.madvise(mmap.MADV_NOHUGEPAGE)  # a huge one would be there for one tile in it
    return mapped


def _make_room() -> None:
    """Drop the rows that were not wanted for longest until the others fit, but none that is read:
    threads look at the Earth together."""
    held = sum(picture.bytes_of_rows for picture in _pictures)
    if held <= MOST_BYTES:
        return
    first = min(_read_since)
    rows = [(*row, picture) for picture in _pictures for row in picture.rows() if row[0] < first]
    for _, size, row, picture in sorted(rows, key=lambda each: each[:3]):
        if held <= MOST_BYTES:
            return
        held -= picture.drop(size, row)
