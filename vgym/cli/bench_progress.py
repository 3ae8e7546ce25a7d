"""Playing a benchmark: a line on standard output for every cell that is done, at once, and progress
bars on standard error."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from vgym.cli.console import compiling_shown
from vgym.cli.streams import Printed

if TYPE_CHECKING:
    from vgym.evaluation.benchmark import Benchmark, Cell


def play(benchmark: Benchmark, say: Printed) -> None:
    """Play every cell that has no row yet; rows that are there already are printed first."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as Remaining

    from vgym.evaluation.terminal import Lines

    for line in benchmark.left_out:
        print(line, file=sys.stderr)
    lines = Lines([*(cell.name for cell in benchmark.cells), *(row.cell for row in benchmark.rows)])
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
        episodes = bars.add_task("", total=None)
        compiling = bars.add_task("", total=None, visible=False)

        def progress(cell: Cell, more: int, of: int) -> None:
            if more == 0:
                bars.reset(episodes, total=of, description=" ".join(cell.name))
            bars.update(episodes, total=of, advance=more)

        def compiles(words: str) -> None:
            bars.update(compiling, description=words, visible=bool(words))

        with compiling_shown(screen, compiles):
            for row in benchmark.play(progress):
                say(lines.of(row))
                bars.advance(every)
