"""ScreenSpot's own table: right answers by platform or field, by text and icon, and averages.

The micro average is the share of right answers over all items, which is what GUI-G2, UI-R1 and the
ScreenSpot-Pro leaderboard print. The macro average is the mean of the shares of the table's cells
(6, or 12 for Pro), which is what SeeClick and UGround print. They differ by points: say which.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from rich.table import Table

from vgym.data.screenspot import PUBLISHED_SIZES, TYPES


@dataclass(frozen=True)
class Cell:
    """Right answers among items."""

    hits: int
    total: int

    @property
    def percent(self) -> float:
        """0 to 100; NaN without items."""
        return 100 * self.hits / self.total if self.total else float("nan")

    def __add__(self, other: Cell) -> Cell:
        return Cell(self.hits + other.hits, self.total + other.total)


@dataclass(frozen=True)
class ScreenSpotTable:
    """A benchmark's table.

    Args:
        benchmark: `"ScreenSpot"`, `"ScreenSpot-v2"` or `"ScreenSpot-Pro"`.
        cells: every (group, type), in the published order; empty cells included.
        unparsable: answers that name no place, with the reason; counted wrong.
        missing: ids of items without an answer; counted wrong.
        unknown: predictions for items that the data do not hold; not counted.
        hint: the convention in which the answers would have scored far better, and how well; empty
            where none would.
    """

    benchmark: str
    cells: Mapping[tuple[str, str], Cell]
    unparsable: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()
    hint: str = ""

    def part(self, group: str | None = None, kind: str | None = None) -> Cell:
        """The cells of a group, of a type, or all of them, together."""
        chosen = (
            cell
            for (its_group, its_kind), cell in self.cells.items()
            if group in (None, its_group) and kind in (None, its_kind)
        )
        return sum(chosen, Cell(0, 0))

    @property
    def micro(self) -> float:
        """Per cent of all items, 0 to 100."""
        return self.part().percent

    @property
    def macro(self) -> float:
        """The mean of the cells' per cents, 0 to 100; cells without items are left out."""
        return float(np.mean([cell.percent for cell in self.cells.values() if cell.total]))

    def incomplete(self) -> str:
        """How the numbers of items differ from the published ones; empty where they do not."""
        sizes = PUBLISHED_SIZES[self.benchmark]
        published = sum(map(sum, sizes.values()))
        if all(
            cell.total == sizes[group][TYPES.index(kind)]
            for (group, kind), cell in self.cells.items()
        ):
            return ""
        return (
            f"scored {self.part().total:,} items; {self.benchmark} was published with "
            f"{published:,}, so averages are not comparable with published ones"
        )


def published_table(benchmark: str, hits: Sequence[int]) -> ScreenSpotTable:
    """The table that hit counts make at the benchmark's published number of items.

    Args:
        benchmark: `"ScreenSpot"`, `"ScreenSpot-v2"` or `"ScreenSpot-Pro"`.
        hits: right answers, by group and, in it, text before icon: mobile, desktop, web; for Pro
            CAD, Dev, Creative, Scientific, Office, OS.

    Raises:
        ValueError: an unknown benchmark, a wrong number of counts, or one that is negative or more
            than there are items.

    >>> round(published_table("ScreenSpot-v2", [285, 194, 185, 125, 220, 178]).micro, 1)
    93.3
    """
    sizes = _sizes(benchmark)
    names = [(group, kind) for group in sizes for kind in TYPES]
    totals = [total for pair in sizes.values() for total in pair]
    if len(hits) != len(totals):
        raise ValueError(f"{benchmark} needs {len(totals)} hit counts, got {len(hits)}")
    for name, count, total in zip(names, hits, totals, strict=True):
        if not 0 <= count <= total:
            raise ValueError(f"{' '.join(name)} has {total} items, got {count} hits")
    return ScreenSpotTable(benchmark, dict(zip(names, map(Cell, hits, totals), strict=True)))


def rich_table(table: ScreenSpotTable) -> Table:
    """Groups by types with their shares and counts; the last row and column sum them."""
    by = "group" if table.benchmark == "ScreenSpot-Pro" else "platform"
    out = Table(
        title=table.benchmark,
        title_justify="left",
        title_style="bold",
        box=None,
        header_style="dim",
        pad_edge=False,
        padding=(0, 3, 0, 0),
    )
    out.add_column(by)
    for name in (*TYPES, "all"):
        out.add_column(name, justify="right")
    for group in (*PUBLISHED_SIZES[table.benchmark], None):
        parts = [table.part(group, kind) for kind in (*TYPES, None)]
        if group is None:
            out.add_section()
        out.add_row(group or "all", *map(_cell_text, parts))
    return out


def _cell_text(cell: Cell) -> str:
    if not cell.total:
        return "–"  # noqa: RUF001  nothing to show
    counts = f"{cell.hits:,}/{cell.total:,}"
    return f"{cell.percent:.1f} [dim]{counts:>9}[/dim]"


def averages(table: ScreenSpotTable) -> str:
    """The two averages, a line each."""
    filled = sum(1 for cell in table.cells.values() if cell.total)
    return (
        f"micro average {table.micro:.1f}  (of all items)\n"
        f"macro average {table.macro:.1f}  (mean of the {filled} cells)"
    )


def _sizes(benchmark: str) -> Mapping[str, tuple[int, int]]:
    if benchmark not in PUBLISHED_SIZES:
        raise ValueError(f"unknown benchmark {benchmark!r}; valid are {', '.join(PUBLISHED_SIZES)}")
    return PUBLISHED_SIZES[benchmark]
