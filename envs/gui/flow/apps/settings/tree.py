"""What there is to set: pages within pages of switches and choices."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from vgym.asset_files import json_asset


@dataclass(frozen=True)
class Entry:
    """One row of a settings page.

    Attributes:
        text: its words.
        options: the choices; () for a switch, unless it leads to a page.
        page: the number of the page it leads to, -1 for none.
        value: the place of its value among all values, -1 for none.
    """

    text: str
    options: tuple[str, ...] = ()
    page: int = -1
    value: int = -1


@dataclass
class Pages:
    """All pages by number: page 0 is the first one, with the categories."""

    titles: list[str] = field(default_factory=list)
    icons: list[str] = field(default_factory=list)
    parents: list[int] = field(default_factory=list)
    rows: list[list[Entry]] = field(default_factory=list)
    leaves: list[tuple[int, int]] = field(default_factory=list)  # (page, row) of each value

    def add(self, page: dict[str, Any], parent: int = 0) -> int:
        """Add a page, its rows, then the pages below it, each with a row of its own.

        Args:
            page: as in ``words/settings.json``; a row is a switch, or a choice with its options.
        """
        number = len(self.titles)
        self.titles.append(page["title"])
        self.icons.append(page["icon"])
        self.parents.append(parent)
        self.rows.append([])
        for row in page.get("rows", ()):
            ((text, options),) = row.items() if isinstance(row, dict) else ((row, ()),)
            self.leaves.append((number, len(self.rows[number])))
            self.rows[number].append(Entry(text, tuple(options), value=len(self.leaves) - 1))
        for below in page.get("pages", ()):
            self.rows[number].append(Entry(below["title"], page=self.add(below, number)))
        return number

    def entry(self, leaf: int) -> Entry:
        """The row of a value."""
        page, row = self.leaves[leaf]
        return self.rows[page][row]


TREE = Pages()
TREE.add(json_asset("words/settings.json"))
