"""Results as a table on the terminal."""

from __future__ import annotations

from collections.abc import Sequence

from rich.markup import escape
from rich.table import Table

from vgym.evaluation.metrics import Estimate
from vgym.evaluation.results import Row


def results_table(rows: Sequence[Row]) -> Table:
    """Environment, agent, success, return, speed; intervals are 95 % bootstrap ones."""
    table = Table(box=None, header_style="dim", pad_edge=False, padding=(0, 1, 0, 0))
    table.add_column("environment")
    table.add_column("agent")
    for name in ("success", "95 %", "return", "95 %", "steps/s"):
        table.add_column(name, justify="right")
    previous = ""
    for row in rows:
        label = row.env if row.env != previous else ""
        previous = row.env
        table.add_row(
            escape(label),
            escape(row.agent),
            f"{row.success.mean:.3f}",
            f"[dim]{_interval(row.success)}[/dim]",
            f"{row.returns.mean:.3f}",
            f"[dim]{_interval(row.returns)}[/dim]",
            f"{row.steps_per_s:,.0f}",
        )
    return table


def _interval(estimate: Estimate) -> str:
    return f"{estimate.low:.3f}–{estimate.high:.3f}"  # noqa: RUF001  a range
