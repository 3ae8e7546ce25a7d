"""Playing a benchmark behind progress bars on standard error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vgym.evaluation.benchmark import Benchmark, Subject


def play(benchmark: Benchmark) -> None:
    """Play every cell."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
    from rich.progress import TimeRemainingColumn as Remaining

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        Remaining(),
    )
    total = sum(benchmark.episodes_of(subject) for subject, _ in benchmark.cells)
    with Progress(*columns, console=Console(stderr=True), transient=True) as bars:
        everything = bars.add_task("all", total=total)
        cell = bars.add_task("", total=benchmark.episodes)
        now: list[object] = []

        def progress(subject: Subject, agent: Any, more: int) -> None:
            if now != [subject, agent]:
                now[:] = [subject, agent]
                episodes = benchmark.episodes_of(subject)
                bars.reset(cell, total=episodes, description=f"{subject.label} {agent.name}")
            bars.advance(cell, more)
            bars.advance(everything, more)

        for _ in benchmark.play(progress):
            pass
