"""Agents x environments: play every cell, keep every result as soon as it is there."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from vgym.data.whole_files import InUse, check_folder, check_name, held, remove_scraps, write_whole
from vgym.evaluation.agent import Agent
from vgym.evaluation.pictures import SHOWN, player
from vgym.evaluation.report import render_report
from vgym.evaluation.results import Row, summarise, write_csv, write_json
from vgym.evaluation.runner import run
from vgym.evaluation.saved import (
    EPISODES,
    FILES,
    RESULTS,
    append_episodes,
    read_saved,
    write_episodes,
)
from vgym.registration import row_of


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


class Cell(NamedTuple):
    """What is played for a row: by whom, and with which pictures before it."""

    subject: Subject
    agent: Agent
    pictures: str = SHOWN

    @property
    def name(self) -> tuple[str, str]:
        """As of its row."""
        return self.subject.label, player(self.agent.name, self.pictures)


Progress = Callable[[Cell, int, int], None]


class CannotSave(Exception):
    """A result could not be written; says what was kept and where."""


@dataclass
class Benchmark:
    """A benchmark that writes to a folder as it goes.

    Args:
        subjects, agents: every pair of them is a cell, unless ``unfit`` says why it is none.
        episodes: how many each cell plays. seed, split, num_envs: see the runner.
        out: the folder, made if it is not there.
        command: what was typed, for the report.
        unfit: why an agent cannot play in an environment; "" if it can.
        pictures: with which each agent plays, see :mod:`vgym.evaluation.pictures`.

    Attributes:
        rows: the results so far, those of an earlier run that is gone on with among them.
    """

    subjects: Sequence[Subject]
    agents: Sequence[Agent]
    episodes: int
    out: Path
    seed: int = 0
    split: str | None = None
    num_envs: int = 32
    command: str = ""
    unfit: Callable[[Subject, Agent], str] = lambda subject, agent: ""
    pictures: Sequence[str] = (SHOWN,)
    rows: list[Row] = field(default_factory=list)
    _asked: Mapping[str, bool] = field(default_factory=dict, init=False, repr=False)
    _begun: bool = field(default=False, init=False, repr=False)

    def open(self, *, resume: bool = False, overwrite: bool = False) -> None:
        """Look at what the folder holds, before anything is played.

        Args:
            resume: go on with its results; cells that have a row there are not played again.
            overwrite: begin anew, whatever it holds.

        Raises:
            ValueError: it cannot be written to; it holds results, and neither was asked for; or
                they cannot be gone on with, as they are of other episodes than this benchmark's.
        """
        self._asked = {"resume": resume, "overwrite": overwrite}
        check_folder(self.out, "--out")
        check_name(self.out / max(FILES, key=len), "--out")
        there = [name for name in FILES if os.path.isfile(self.out / name)]
        if not there or overwrite:
            return
        others = "begin anew by --overwrite, or name another folder by --out"
        try:
            rows = read_saved(self.out).rows if RESULTS in there else ()
            for row in rows:
                self._check_goes_with(row)
        except ValueError as why:
            raise ValueError(f"{why}; {others}") from None
        if not resume:
            raise ValueError(
                f"{self.out} holds results already ({', '.join(there)}): go on with them by "
                f"--resume, {others}"
            )
        self.rows = list(rows)

    def play(self, progress: Progress) -> Iterator[Row]:
        """Play the cells that have no row yet, in order; each is on disk before it is handed out.

        Until the end, other processes that would write to the folder are refused.

        Args:
            progress: called with the cell, how many more of its episodes have ended, and of how
                many; once with 0 when a cell begins.

        Raises:
            CannotSave: the disk is full, or the folder cannot be written to.
            ValueError: as of `open`, which looked before it was known that nobody else writes.
        """
        self._write(lambda: self.out.mkdir(parents=True, exist_ok=True))
        with ExitStack() as alone:
            self._write(lambda: alone.enter_context(held(self.out)))
            if not self._begun:
                self.open(**self._asked)
            self._begun = True
            self._write(self._begin)
            for cell in self.missing:
                row = self._row(cell, progress)
                self._write(lambda row=row: append_episodes(self.out, row))  # type: ignore[misc]
                rows = [*(one for one in self.rows if one.cell != row.cell), row]
                self._save_json(rows)
                self.rows = rows
                yield row

    def _begin(self) -> None:
        """Leave in the folder what is gone on with, and nothing else of ours."""
        remove_scraps(self.out)
        write_episodes(self.out, self.rows)
        self._save_json(self.rows)
        if not self.rows:
            for name in FILES:
                if name not in (RESULTS, EPISODES):
                    (self.out / name).unlink(missing_ok=True)

    def _row(self, cell: Cell, progress: Progress) -> Row:
        subject, agent, pictures = cell
        asked = self.episodes_of(subject)
        progress(cell, 0, asked)
        table = run(
            subject.id,
            agent,
            asked,
            seed=self.seed,
            split=self.split_of(subject),
            num_envs=self.num_envs,
            settings=subject.settings,
            pictures=pictures,
            progress=lambda n, of: progress(cell, n, of),
        )
        return summarise(
            table,
            env=subject.label,
            id=subject.id,
            agent=agent.name,
            seed=self.seed,
            split=self.split_of(subject),
            settings=subject.settings,
            asked=asked,
            pictures=pictures,
        )

    def episodes_of(self, subject: Subject) -> int:
        """How many each agent plays in an environment, if it has as many records."""
        return subject.episodes or self.episodes

    def split_of(self, subject: Subject) -> str:
        """Which split is played in an environment: the one asked for, or the first that it has."""
        return self.split or row_of(subject.id).family.splits[0]

    @property
    def cells(self) -> list[Cell]:
        """What is played, in order."""
        return [
            Cell(subject, agent, pictures)
            for subject in self.subjects
            for agent in self.agents
            if not self.unfit(subject, agent)
            for pictures in self.pictures
        ]

    @property
    def missing(self) -> list[Cell]:
        """The cells that have no row yet, or one whose episodes are not all there."""
        return self._missing(self.rows)

    @property
    def left_out(self) -> list[str]:
        """Which agent plays where not, and why: a line for each agent and reason."""
        found: dict[tuple[str, str], list[str]] = {}
        for agent in self.agents:
            for subject in self.subjects:
                if why := self.unfit(subject, agent):
                    found.setdefault((agent.name, why), []).append(subject.label)
        return [f"{agent} {why}: not {', '.join(envs)}" for (agent, why), envs in found.items()]

    @property
    def partial(self) -> bool:
        """Whether cells are missing."""
        return bool(self.missing)

    def finish(self) -> None:
        """Write ``results.csv`` and ``report.html`` of the rows there are, marked if some lack.

        Raises:
            CannotSave: as above.
        """
        page = render_report(
            self.rows, command=self.command, partial=self.partial, left_out=self.left_out
        )
        self._write(lambda: write_csv(self.out / "results.csv", self.rows))
        self._write(lambda: write_whole(self.out / "report.html", page))

    def _check_goes_with(self, row: Row) -> None:
        """Raises ValueError unless a row is about the same episodes as this benchmark's."""
        mine = next((s for s in self.subjects if s.label == row.env), None)
        split = self.split or row_of(row.id).family.splits[0]
        now: dict[str, Any] = {"seed": self.seed, "split": split}
        then: dict[str, Any] = {"seed": row.seed, "split": row.split}
        if mine is not None:
            now |= {"settings": dict(mine.settings), "episodes": self.episodes_of(mine)}
            then |= {"settings": row.settings, "episodes": row.asked}
        for name, value in now.items():
            if _plain(then[name]) != _plain(value):
                raise ValueError(
                    f"{self.out} cannot be gone on with: there {row.env} was played with {name} "
                    f"{then[name]}, now it is {value}; ask for the same"
                )

    def _missing(self, rows: Sequence[Row]) -> list[Cell]:
        done = {row.cell for row in rows if row.whole}
        return [cell for cell in self.cells if cell.name not in done]

    def _save_json(self, rows: list[Row]) -> None:
        path, partial = self.out / RESULTS, bool(self._missing(rows))
        self._write(lambda: write_json(path, rows, partial=partial, command=self.command))

    def _write(self, writing: Callable[[], None]) -> None:
        try:
            writing()
        except InUse as error:
            cure = "wait for its end, or name another folder by --out"
            raise CannotSave(f"{self.out}: {error.strerror}; {cure}") from error
        except OSError as error:
            done = len(self.cells) - len(self.missing)
            kept = f"{done} of {len(self.cells)} results"
            where = f"are kept in {self.out / RESULTS}" if self.rows else "were written"
            why = error.strerror or str(error)
            raise CannotSave(f"cannot write to {self.out}: {why}; {kept} {where}") from error


def _plain(value: Any) -> Any:
    """A setting as it stands in a file: tuples are lists there."""
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value
