"""Letters and icons as 8-bit coverage, rasterised once a font and size, shared by all pages.

A *face* is a font at a size; its number is the same in every process, so programs can be pickled.
Pens move by whole pixels and there is no kerning: every letter of a face looks the same
everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from vgym.core.shared_sources import SourceLock
from vgym.envs.gui.toolkit.characters import FILES, ICON_FONT, NUMBERS, UNKNOWN
from vgym.envs.gui.toolkit.outlines import rasterise

SIZES = 256  # sizes run from 1 to 255 pixels
GLYPHS = 512  # room for the characters of a face
# Columns of a glyph: where its coverage starts, its width and height, its left and top edge from
# the pen, and how far the pen moves.
START, WIDTH, HEIGHT, LEFT, TOP, ADVANCE = range(6)


@dataclass
class Atlas:
    """All the faces rasterised so far; the arrays are replaced, never written over, as it grows.

    Attributes:
        coverage: (bytes,) uint8: glyphs one after another, row by row.
        glyphs: (slots, 512, 6) int32: a table for each face.
        slots: (faces,) int32: which table is whose, -1 for none yet.
        used: bytes of coverage in use, and tables in use.
    """

    coverage: NDArray[np.uint8] = field(default_factory=lambda: np.zeros(1 << 16, np.uint8))
    glyphs: NDArray[np.int32] = field(default_factory=lambda: np.zeros((8, GLYPHS, 6), np.int32))
    slots: NDArray[np.int32] = field(
        default_factory=lambda: np.full(len(FILES) * SIZES, -1, np.int32)
    )
    used: tuple[int, int] = (0, 0)


@dataclass(frozen=True, eq=False)
class Face:
    """One font at one size.

    Attributes:
        number: what programs call it.
        ascent: pixels from the baseline to the top of the line.
        descent: pixels from the baseline to its bottom.
        capital: height of a capital letter, pixels.
        glyphs: (n, 6) int32, the columns named in this file.
    """

    number: int
    ascent: int
    descent: int
    capital: int
    glyphs: NDArray[np.int32]
    advances: tuple[int, ...]

    @property
    def height(self) -> int:
        """Height of a line, pixels."""
        return self.ascent + self.descent

    def width(self, text: str) -> int:
        """Width of a line of text, pixels; 0 for none."""
        advances, numbers = self.advances, NUMBERS
        return sum([advances[numbers.get(character, UNKNOWN)] for character in text])

    def run_width(self, numbers: list[int]) -> int:
        """Width of a row of glyphs, pixels."""
        advances = self.advances
        return sum([advances[number] for number in numbers])

    def bounds(self, number: int) -> tuple[int, int, int, int]:
        """Box of a glyph's pixels, from the pen on the baseline."""
        _, width, height, left, top, _ = self.glyphs[number].tolist()
        return left, top, left + width, top + height


def face(font: str, px: int) -> Face:
    """A font at a size, rasterised at the first call in this process.

    Args:
        font: a name of `FONTS`, that with "-bold", or "icons".
        px: height of its em, pixels, 1 to 255.

    Raises:
        ValueError: another font or size.
    """
    if font not in FILES:
        raise ValueError(f"no font is called {font!r}; there are {', '.join(FILES)}")
    if not 1 <= px < SIZES:
        raise ValueError(f"font size {px} is not in 1..{SIZES - 1} pixels")
    return _face(FILES.index(font) * SIZES + px)


def face_numbered(number: int) -> Face:
    """The face that a program calls by this number."""
    return _face(number)


def atlas_with(faces: tuple[int, ...]) -> Atlas:
    """The atlas, holding at least the faces of these numbers."""
    for number in faces:
        if _atlas.slots[number] < 0:
            _face(number)
    return _atlas


_atlas = Atlas()
_growing = SourceLock()
_faces: dict[int, Face] = {}


def _face(number: int) -> Face:
    global _atlas
    known = _faces.get(number)
    if known is not None:
        return known
    with _growing:
        if number not in _faces:
            made, coverage = _rasterise(number)
            _atlas = _grown(_atlas, made, coverage)
            _faces[number] = made
        return _faces[number]


def _rasterise(number: int) -> tuple[Face, NDArray[np.uint8]]:
    """A face, and the coverage of its glyphs one after another."""
    name, px = FILES[number // SIZES], number % SIZES
    drawn = rasterise(name, px)
    capital = px if name == ICON_FONT else -int(drawn.glyphs[NUMBERS["H"], TOP])
    advances = tuple(drawn.glyphs[:, ADVANCE].tolist())
    made = Face(number, drawn.ascent, drawn.descent, capital, drawn.glyphs, advances)
    return made, drawn.coverage


def _grown(old: Atlas, made: Face, coverage: NDArray[np.uint8]) -> Atlas:
    bytes_used, tables_used = old.used
    end = bytes_used + coverage.size
    store, tables = old.coverage, old.glyphs
    if end > store.size:  # bytes past `used` are nobody's yet: only a full array is copied
        store = np.zeros(max(end, 2 * store.size), np.uint8)
        store[:bytes_used] = old.coverage[:bytes_used]
    if tables_used == len(tables):
        tables = np.zeros((2 * len(tables), GLYPHS, 6), np.int32)
        tables[:tables_used] = old.glyphs
    store[bytes_used:end] = coverage
    tables[tables_used, : len(made.glyphs)] = made.glyphs
    tables[tables_used, : len(made.glyphs), START] += bytes_used
    slots = old.slots.copy()
    slots[made.number] = tables_used
    return Atlas(store, tables, slots, (end, tables_used + 1))
