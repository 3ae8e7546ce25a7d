"""Agents x environments: play every cell, keep every result as soon as it is there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from vgym.evaluation.agent import Agent
from vgym.evaluation.report import render_report
from vgym.evaluation.results import Row, summarise, write_csv, write_json, write_whole
from vgym.evaluation.runner import run


@dataclass(frozen=True)
class Subject:
    """One environment as it is benchmarked.

    Attributes:
        label: what tables call it. id: the registered id. settings: keywords it is made with.
        episodes: how many each agent plays; None for the benchmark's number.
    """

    label: str
    id: str
    settings: Mapping[str, Any] = field(default_factory=dict)
    episodes: int | None = None


class CannotSave(Exception):
    """A result could not be written; says what was kept and where."""


@dataclass
class Benchmark:
    """A benchmark that writes to a folder as it goes.

    Args:
        subjects, agents: every pair of them that ``plays`` is a cell.
        episodes: how many each cell plays. seed, split, num_envs: see the runner.
        out: the folder, made if it is not there.
        command: what was typed, for the report.

    Attributes:
        rows: the results so far.
    """

    subjects: Sequence[Subject]
    agents: Sequence[Agent]
    episodes: int
    out: Path
    seed: int = 0
    split: str = "train"
    num_envs: int = 32
    command: str = ""
    plays: Callable[[Subject, Agent], bool] = lambda subject, agent: True
    rows: list[Row] = field(default_factory=list)

    def play(self, progress: Callable[[Subject, Agent, int], None]) -> Iterator[Row]:
        """Play the cells in order; each row is on disk before it is handed out.

        Args:
            progress: called with the cell and how many more of its episodes have ended.

        Raises:
            CannotSave: the disk is full, or the folder cannot be written to.
        """
        self._write(lambda: self.out.mkdir(parents=True, exist_ok=True))
        for subject, agent in self.cells:
            table = run(
                subject.id,
                agent,
                self.episodes_of(subject),
                seed=self.seed,
                split=self.split,
                num_envs=self.num_envs,
                settings=subject.settings,
                progress=lambda n, s=subject, a=agent: progress(s, a, n),  # type: ignore[misc]
            )
            row = summarise(
                table,
                env=subject.label,
                id=subject.id,
                agent=agent.name,
                seed=self.seed,
                split=self.split,
                settings=subject.settings,
            )
            self._save_json([*self.rows, row])
            self.rows.append(row)
            yield row

    def episodes_of(self, subject: Subject) -> int:
        """How many each agent plays in an environment."""
        return subject.episodes or self.episodes

    @property
    def cells(self) -> list[tuple[Subject, Agent]]:
        """What is played, in order."""
        return [(s, a) for s in self.subjects for a in self.agents if self.plays(s, a)]

    @property
    def partial(self) -> bool:
        """Whether cells are missing."""
        return len(self.rows) < len(self.cells)

    def finish(self) -> None:
        """Write ``results.csv`` and ``report.html`` of the rows there are, marked if some lack.

        Raises:
            CannotSave: as above.
        """
        page = render_report(self.rows, command=self.command, partial=self.partial)
        self._write(lambda: write_csv(self.out / "results.csv", self.rows))
        self._write(lambda: write_whole(self.out / "report.html", page))

    def _save_json(self, rows: list[Row]) -> None:
        partial = len(rows) < len(self.cells)
        path = self.out / "results.json"
        self._write(lambda: write_json(path, rows, partial=partial, command=self.command))

    def _write(self, writing: Callable[[], None]) -> None:
        try:
            writing()
        except OSError as error:
            kept = f"{len(self.rows)} of {len(self.cells)} results"
            where = f"are kept in {self.out / 'results.json'}" if self.rows else "were written"
            why = error.strerror or str(error)
            raise CannotSave(f"cannot write to {self.out}: {why}; {kept} {where}") from error
