"""What is written on made screens. Of every list, one word in four is kept for the test split."""

from __future__ import annotations

from functools import cache

from vgym.asset_files import json_asset

TEST_SHARE = 4  # every fourth entry
Tool = tuple[str, str]  # an icon and the name of what it does

_BANK = json_asset("words/pages.json")
LISTS: dict[str, tuple[str, ...]] = {kind: tuple(found) for kind, found in _BANK["lists"].items()}
_TOOLS: tuple[Tool, ...] = tuple((icon, name) for icon, name in _BANK["tools"])
_FILE_ICONS: dict[str, str] = {
    ending: icon for icon, endings in _BANK["file_icons"].items() for ending in endings
}


@cache
def words(kind: str, split: str) -> tuple[str, ...]:
    """The words of a list that a split may show.

    Args:
        kind: "first", "file", "command", ...: a list of the bank.
        split: "train" or "test"; what one shows the other never does.

    >>> set(words("file", "train")) & set(words("file", "test"))
    set()
    """
    return tuple(w for n, w in enumerate(LISTS[kind]) if _is_test(n) == (split == "test"))


@cache
def tools(split: str) -> tuple[Tool, ...]:
    """Icons and what they do; the two splits share none."""
    return tuple(tool for n, tool in enumerate(_TOOLS) if _is_test(n) == (split == "test"))


def every_text() -> tuple[str, ...]:
    """Everything that may be written on a page or be the name of a control, of both splits."""
    return (*(text for texts in LISTS.values() for text in texts), *(name for _, name in _TOOLS))


def file_icon(name: str) -> str:
    """The icon of a file by the end of its name.

    >>> file_icon("song.mp3")
    'file-earmark-music'
    """
    return _FILE_ICONS.get(name.rsplit(".", 1)[-1], "file-earmark-text")


def _is_test(number: int) -> bool:
    return number % TEST_SHARE == TEST_SHARE - 1
