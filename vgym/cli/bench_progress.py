"""Playing a benchmark: a line on standard output for every cell that is done, at once, and progress
bars on standard error."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any

from vgym.cli.console import compiling_shown
from vgym.cli.streams import Printed

if TYPE_CHECKING:
    from vgym.evaluation.benchmark import Benchmark, Subject


def play(benchmark: Benchmark, say: Printed) -> None:
    """Play every cell that has no row yet; rows that are there already are printed first."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as Remaining

    from vgym.evaluation.terminal import Lines

    for line in benchmark.left_out:
        print(line, file=sys.stderr)
    cells = [(subject.label, agent.name) for subject, agent in benchmark.cells]
    lines = Lines([*cells, *(row.cell for row in benchmark.rows)])
    say("\n".join([lines.head, *map(lines.of, benchmark.rows)]))
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        Remaining(),
    )
    # Lines go above the bars where both are on one screen, and where they are sent otherwise.
    screen = Console(stderr=True)
    with Progress(
        *columns, console=screen, transient=True, redirect_stdout=sys.stdout.isatty()
    ) as bars:
        every = bars.add_task("cells", total=len(benchmark.missing))
        cell = bars.add_task("", total=None)
        compiling = bars.add_task("", total=None, visible=False)

        def progress(subject: Subject, agent: Any, more: int, of: int) -> None:
            if more == 0:
                bars.reset(cell, total=of, description=f"{subject.label} {agent.name}")
            bars.update(cell, total=of, advance=more)

        def compiles(words: str) -> None:
            bars.update(compiling, description=words, visible=bool(words))

        with compiling_shown(screen, compiles):
            for row in benchmark.play(progress):
                say(lines.of(row))
                bars.advance(every)
