"""Agents x environments: play every cell, keep every block of episodes as soon as it is there."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, NamedTuple

import gymnasium

from vgym.data.whole_files import InUse, check_folder, check_name, held, remove_scraps, write_whole
from vgym.evaluation.agent import Agent
from vgym.evaluation.blocks import BLOCK, BlockPlayer, Job
from vgym.evaluation.episode_table import EpisodeTable, joined
from vgym.evaluation.machine import versions
from vgym.evaluation.pictures import SHOWN, player
from vgym.evaluation.ray_workers import played_on_ray
from vgym.evaluation.report import render_report
from vgym.evaluation.results import Row, summarise, write_csv, write_json
from vgym.evaluation.runner import playable_records
from vgym.evaluation.saved import (
    EPISODES,
    FILES,
    RESULTS,
    Block,
    append_block,
    read_saved,
    write_blocks,
    write_episodes,
)
from vgym.evaluation.usage import Price
from vgym.evaluation.workers import played_by_workers
from vgym.registration import row_of

# Who runs workers: processes of this machine, or actors of Ray on all of a cluster.
ENGINES = {"processes": played_by_workers, "ray": played_on_ray}


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
        workers: how many processes play. engine: who runs them, see ``ENGINES``.
        makers: how each agent is made there, by its name.
        prepare: what each of them calls first.
        price: of tokens, for agents that say how many they used.
        tell: is told in words what else happens: a worker died, a damaged line is passed over.

    Attributes:
        rows: the results so far, those of an earlier run that is gone on with among them.
        blocks: of cells that have no row yet.
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
    workers: int = 1
    engine: str = "processes"
    makers: Mapping[str, Callable[[], Agent]] = field(default_factory=dict)
    prepare: Callable[[], None] | None = None
    price: Price | None = None
    tell: Callable[[str], None] = lambda words: None
    rows: list[Row] = field(default_factory=list)
    blocks: list[Block] = field(default_factory=list)
    _asked: Mapping[str, bool] = field(default_factory=dict, init=False, repr=False)
    _begun: bool = field(default=False, init=False, repr=False)
    _records: dict[str, list[tuple[int, str]] | None] = field(
        default_factory=dict, init=False, repr=False
    )

    def open(self, *, resume: bool = False, overwrite: bool = False) -> None:
        """Look at what the folder holds, before anything is played.

        Args:
            resume: go on with its results; cells that have a row there are not played again, nor
                blocks of others that are whole.
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
            saved = read_saved(self.out) if RESULTS in there else None
            for row in saved.rows if saved else ():
                self._check_goes_with(row.env, row.id, _decided(row))
            for block in saved.blocks if saved else ():
                self._check_goes_with(block.env, block.of["id"], block.of)
        except ValueError as why:
            raise ValueError(f"{why}; {others}") from None
        if not resume:
            raise ValueError(
                f"{self.out} holds results already ({', '.join(there)}): go on with them by "
                f"--resume, {others}"
            )
        if saved:
            self.rows, self.blocks = list(saved.rows), list(saved.blocks)
            for line in saved.damaged:
                self.tell(line)

    def play(self, progress: Progress) -> Iterator[Row]:
        """Play the cells that have no row yet; each is on disk before it is handed out.

        Until the end, other processes that would write to the folder are refused.

        Args:
            progress: called with the cell, how many more of its episodes have ended, and of how
                many; once with 0 when a cell begins.

        Raises:
            CannotSave: the disk is full, or the folder cannot be written to.
            ValueError: as of `open`, which looked before it was known that nobody else writes.
            vgym.evaluation.workers.WorkersDied: see there.
        """
        self._write(lambda: self.out.mkdir(parents=True, exist_ok=True))
        with ExitStack() as alone:
            self._write(lambda: alone.enter_context(held(self.out)))
            if not self._begun:
                self.open(**self._asked)
            self._begun = True
            self._write(self._begin)
            cells = {cell.name: cell for cell in self.cells}
            jobs = self._jobs(progress)
            playing = self._played_here(jobs, progress)
            if self.workers > 1 or self.engine != "processes":
                playing = self._played_by_workers(jobs, progress)
            with closing(playing):
                for job, table in playing:
                    block = self._block(cells[job.cell], job.first, table)
                    self._write(lambda block=block: append_block(self.out, block))  # type: ignore[misc]
                    self.blocks.append(block)
                    row = self._row(cells[job.cell])
                    if row is not None:
                        self._keep(row)
                        yield row
            self._write(lambda: write_episodes(self.out, self.rows, self.blocks))

    def _begin(self) -> None:
        """Leave in the folder what is gone on with, and nothing else of ours."""
        remove_scraps(self.out)
        write_episodes(self.out, self.rows, self.blocks)
        self._save_json(self.rows)
        if not self.rows:
            for name in FILES:
                if name not in (RESULTS, EPISODES):
                    (self.out / name).unlink(missing_ok=True)

    def _jobs(self, progress: Progress) -> Iterator[Job]:
        """The blocks that are missing, in order."""
        for cell in self.missing:
            subject, agent, pictures = cell
            records = self._records_of(subject)
            size = max(BLOCK, self.num_envs)
            total = self._total(subject)
            jobs = [
                Job(
                    cell.name,
                    subject.id,
                    agent.name,
                    subject.settings,
                    self.split_of(subject),
                    self.seed,
                    self.num_envs,
                    pictures,
                    first,
                    min(size, total - first),
                    None if records is None else records[first : first + size],
                )
                for first in range(0, total, size)
            ]
            # Blocks of another size are those of another batch.
            sizes = {job.first: job.episodes for job in jobs}
            self.blocks = [
                block
                for block in self.blocks
                if block.cell != cell.name or sizes.get(block.first) == len(block.table.played)
            ]
            kept = {block.first: block for block in self.blocks if block.cell == cell.name}
            progress(cell, 0, total)
            for block in kept.values():
                progress(cell, len(block.table.played), total)
            # A run that was killed between the last block and the row plays that block again.
            yield from [job for job in jobs if job.first not in kept] or jobs[-1:]

    def _played_here(
        self, jobs: Iterator[Job], progress: Progress
    ) -> Generator[tuple[Job, EpisodeTable]]:
        player = BlockPlayer({agent.name: lambda agent=agent: agent for agent in self.agents})  # type: ignore[misc]
        cells = {cell.name: cell for cell in self.cells}
        for job in jobs:
            cell = cells[job.cell]
            total = self._total(cell.subject)
            yield job, player.play(job, lambda n, _: progress(cell, n, total))  # noqa: B023

    def _played_by_workers(
        self, jobs: Iterator[Job], progress: Progress
    ) -> Generator[tuple[Job, EpisodeTable]]:
        cells = {cell.name: cell for cell in self.cells}
        made = ENGINES[self.engine](jobs, self.makers, self.workers, self.tell, self.prepare)
        with closing(made):
            for job, table in made:
                cell = cells[job.cell]
                progress(cell, len(table.played), self._total(cell.subject))
                yield job, table

    def _block(self, cell: Cell, first: int, table: EpisodeTable) -> Block:
        subject, agent, pictures = cell
        return Block(subject.label, agent.name, pictures, first, self._decides(subject), table)

    def _row(self, cell: Cell) -> Row | None:
        """The row of a cell, once all its blocks are there."""
        subject, agent, pictures = cell
        mine = {block.first: block for block in self.blocks if block.cell == cell.name}
        table = joined(mine[first].table for first in sorted(mine))
        if len(table.played) < self._total(subject):
            return None
        usage = table.effort.usage
        if self.price is not None and usage:
            effort = replace(table.effort, usage={**usage, "cost": self.price.of(usage)})
            table = replace(table, effort=effort)
        return summarise(
            table,
            env=subject.label,
            id=subject.id,
            agent=agent.name,
            seed=self.seed,
            split=self.split_of(subject),
            settings=subject.settings,
            asked=self.episodes_of(subject),
            pictures=pictures,
            agent_settings=getattr(agent, "settings", {}),
        )

    def _keep(self, row: Row) -> None:
        """Put a row among the others: those that are not asked for now, then in the order asked."""
        order = [cell.name for cell in self.cells]
        rows = [*(one for one in self.rows if one.cell != row.cell), row]
        rows.sort(key=lambda one: order.index(one.cell) if one.cell in order else -1)
        self._save_json(rows)
        self.rows = rows
        self.blocks = [block for block in self.blocks if block.cell != row.cell]
        self._write(lambda: write_blocks(self.out, self.blocks))

    def _records_of(self, subject: Subject) -> list[tuple[int, str]] | None:
        """The records of a subject's source that are played; None where it has none."""
        if subject.label not in self._records:
            envs = gymnasium.make_vec(
                subject.id, num_envs=1, split=self.split_of(subject), **subject.settings
            )
            try:
                self._records[subject.label] = playable_records(envs, self.episodes_of(subject))
            finally:
                envs.close()
        return self._records[subject.label]

    def _total(self, subject: Subject) -> int:
        """How many episodes a cell has."""
        records = self._records_of(subject)
        return self.episodes_of(subject) if records is None else len(records)

    def _decides(self, subject: Subject) -> dict[str, Any]:
        """What decides which episodes a cell has, and what comes of them."""
        return {
            "id": subject.id,
            "seed": self.seed,
            "split": self.split_of(subject),
            "settings": dict(subject.settings),
            "episodes": self.episodes_of(subject),
            "vgym": versions().get("vgym"),
        }

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

    def write(self) -> None:
        """Write the rows there are, which were not played here, and everything made of them.

        Raises:
            CannotSave: as of `play`.
        """
        self._write(lambda: self.out.mkdir(parents=True, exist_ok=True))
        with ExitStack() as alone:
            self._write(lambda: alone.enter_context(held(self.out)))
            self._write(self._begin)
            self.finish()

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

    def _check_goes_with(self, env: str, id: str, then: Mapping[str, Any]) -> None:
        """Raises ValueError unless what was played is of the same episodes as this benchmark's."""
        mine = next((s for s in self.subjects if s.label == env), None)
        now = self._decides(mine or Subject(env, id))
        for name in now if mine else ("seed", "split", "vgym"):
            if _plain(then[name]) != _plain(now[name]):
                raise ValueError(
                    f"{self.out} cannot be gone on with: there {env} was played with {name} "
                    f"{then[name]}, now it is {now[name]}; ask for the same"
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


def _decided(row: Row) -> dict[str, Any]:
    """As of `Benchmark._decides`, of a row."""
    return {
        "id": row.id,
        "seed": row.seed,
        "split": row.split,
        "settings": row.settings,
        "episodes": row.asked,
        "vgym": row.versions.get("vgym"),
    }


def _plain(value: Any) -> Any:
    """A setting as it stands in a file: tuples are lists there."""
    if isinstance(value, Mapping):
        return {str(name): _plain(one) for name, one in value.items()}
    return [_plain(one) for one in value] if isinstance(value, list | tuple) else value
