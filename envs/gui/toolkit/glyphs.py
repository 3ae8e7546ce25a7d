"""Letters and icons as 8-bit coverage, rasterised once a font and size, shared by all pages.

A *face* is a font at a size; its number is the same in every process, so programs can be pickled.
Pens move by whole pixels and there is no kerning: every letter of a face looks the same
everywhere. The pixels come from Pillow's FreeType and may differ between its versions.
"""

from __future__ import annotations

import difflib
from dataclasses import dataclass, field
from functools import cache
from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import ImageFont

from vgym.core.assets import asset, json_asset, reading
from vgym.core.shared_sources import SourceLock

_LETTERS = (
    "".join(map(chr, range(0x20, 0x7F)))
    + "".join(map(chr, (*range(0xA0, 0xAD), *range(0xAE, 0x100))))
    + "\u2013\u2014\u2018\u2019\u201c\u201d\u2022\u2026\u20ac\u2122\u2212"
)
_NUMBERS = {character: number for number, character in enumerate(_LETTERS)}
_UNKNOWN = _NUMBERS["?"]
ICON_FONT = "icons"
# "humanist" derives from Lato and "legible" from Source Sans 3, whose names are reserved.
FONTS = ("inter", "roboto", "humanist", "legible", "noto-serif", "jetbrains-mono")
_FILES = (*FONTS, *(name + "-bold" for name in FONTS), ICON_FONT)
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
        default_factory=lambda: np.full(len(_FILES) * SIZES, -1, np.int32)
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
        advances, numbers = self.advances, _NUMBERS
        return sum([advances[numbers.get(character, _UNKNOWN)] for character in text])

    def run_width(self, numbers: list[int]) -> int:
        """Width of a row of glyphs, pixels."""
        advances = self.advances
        return sum([advances[number] for number in numbers])

    def bounds(self, number: int) -> tuple[int, int, int, int]:
        """Box of a glyph's pixels, from the pen on the baseline."""
        _, width, height, left, top, _ = self.glyphs[number].tolist()
        return left, top, left + width, top + height


def glyph_number(character: str) -> int:
    """The number of a character in every face; that of "?" for one outside the fonts."""
    return _NUMBERS.get(character, _UNKNOWN)


def icon_names() -> tuple[str, ...]:
    """Every icon's name, in the order of their numbers."""
    return tuple(_icons())


def icon_number(name: str) -> int:
    """The glyph of an icon in the face of icons.

    Raises:
        ValueError: no icon of that name ships; lists near ones.
    """
    number = _icon_numbers().get(name)
    if number is None:
        near = difflib.get_close_matches(name, _icons(), 5, 0.3)
        raise ValueError(f"no icon is called {name!r}; near it are {', '.join(near) or 'none'}")
    return number


def face(font: str, px: int) -> Face:
    """A font at a size, rasterised at the first call in this process.

    Args:
        font: a name of `FONTS`, that with "-bold", or "icons".
        px: height of its em, pixels, 1 to 255.

    Raises:
        ValueError: another font or size.
    """
    if font not in _FILES:
        raise ValueError(f"no font is called {font!r}; there are {', '.join(_FILES)}")
    if not 1 <= px < SIZES:
        raise ValueError(f"font size {px} is not in 1..{SIZES - 1} pixels")
    return _face(_FILES.index(font) * SIZES + px)


def face_numbered(number: int) -> Face:
    """The face that a program calls by this number."""
    return _face(number)


def atlas_with(faces: tuple[int, ...]) -> Atlas:
    """The atlas, holding at least the faces of these numbers."""
    for number in faces:
        if _atlas.slots[number] < 0:
            _face(number)
    return _atlas


def _icons() -> dict[str, int]:
    codes: dict[str, int] = json_asset("icons/bootstrap-icons.json")
    return codes


@cache
def _icon_numbers() -> dict[str, int]:
    return {name: number for number, name in enumerate(_icons())}


@cache
def _font_file(font: str) -> bytes:
    data: bytes = asset(_asset_name(font)).read_bytes()
    return data


def _asset_name(font: str) -> str:
    return "icons/bootstrap-icons.ttf" if font == ICON_FONT else f"fonts/{font}.ttf"


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
            with reading(_asset_name(_FILES[number // SIZES])):
                made, coverage = _rasterise(number)
            _atlas = _grown(_atlas, made, coverage)
            _faces[number] = made
        return _faces[number]


def _rasterise(number: int) -> tuple[Face, NDArray[np.uint8]]:
    """A face, and the coverage of its glyphs one after another."""
    name, px = _FILES[number // SIZES], number % SIZES
    engine = ImageFont.Layout.BASIC
    font = ImageFont.truetype(BytesIO(_font_file(name)), px, layout_engine=engine)
    characters = [chr(code) for code in _icons().values()] if name == ICON_FONT else _LETTERS
    glyphs = np.zeros((len(characters), 6), np.int32)
    pieces, start = [], 0
    for row, character in zip(glyphs, characters, strict=True):
        mask, (left, top) = font.getmask2(character, "L", anchor="ls")
        # Pillow's box reaches to the baseline: what is blank of it would put icons off centre.
        x0, y0, x1, y1 = mask.getbbox() or (0, 0, 0, 0)
        block = np.frombuffer(bytes(mask), np.uint8).reshape(mask.size[::-1])[y0:y1, x0:x1]
        advance = round(font.getlength(character))
        row[:] = start, x1 - x0, y1 - y0, left + x0, top + y0, advance
        pieces.append(block.ravel())
        start += block.size
    ascent, descent = font.getmetrics()
    capital = px if name == ICON_FONT else -int(glyphs[_NUMBERS["H"], TOP])
    advances = tuple(glyphs[:, ADVANCE].tolist())
    return Face(number, ascent, descent, capital, glyphs, advances), np.concatenate(pieces)


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
