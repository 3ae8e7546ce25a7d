"""Which characters and icons there are, by number, and in which fonts."""

from __future__ import annotations

import difflib
from functools import cache

from vgym.asset_files import json_asset

LETTERS = (
    "".join(map(chr, range(0x20, 0x7F)))
    + "".join(map(chr, (*range(0xA0, 0xAD), *range(0xAE, 0x100))))
    + "\u2013\u2014\u2018\u2019\u201c\u201d\u2022\u2026\u20ac\u2122\u2212"
)
NUMBERS = {character: number for number, character in enumerate(LETTERS)}
UNKNOWN = NUMBERS["?"]
ICON_FONT = "icons"
# "humanist" derives from Lato and "legible" from Source Sans 3, whose names are reserved.
FONTS = ("inter", "roboto", "humanist", "legible", "noto-serif", "jetbrains-mono")
FILES = (*FONTS, *(name + "-bold" for name in FONTS), ICON_FONT)


def characters_of(font: str) -> str:
    """The characters of a font, in the order of their numbers."""
    return "".join(map(chr, _icons().values())) if font == ICON_FONT else LETTERS


def glyph_number(character: str) -> int:
    """The number of a character in every font; that of "?" for one outside the fonts."""
    return NUMBERS.get(character, UNKNOWN)


def icon_names() -> tuple[str, ...]:
    """Every icon's name, in the order of their numbers."""
    return tuple(_icons())


def icon_number(name: str) -> int:
    """The number of an icon in the font of icons.

    Raises:
        ValueError: no icon of that name ships; lists near ones.
    """
    number = _icon_numbers().get(name)
    if number is None:
        near = difflib.get_close_matches(name, _icons(), 5, 0.3)
        raise ValueError(f"no icon is called {name!r}; near it are {', '.join(near) or 'none'}")
    return number


def _icons() -> dict[str, int]:
    codes: dict[str, int] = json_asset("icons/bootstrap-icons.json")
    return codes


@cache
def _icon_numbers() -> dict[str, int]:
    return {name: number for number, name in enumerate(_icons())}
