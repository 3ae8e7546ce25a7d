"""Blocks in several processes at a time; those of one that dies are played again by another."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait as wait_for_end
from typing import Any

from vgym.evaluation.agent import Agent
from vgym.evaluation.blocks import BlockPlayer, Job
from vgym.evaluation.episode_table import EpisodeTable
from vgym.row_threads import threads, usable_cores

DEATHS = 3  # of workers with the same block in hand, after which it is given up


class WorkersDied(ChildProcessError):
    """The processes that played a block died time and again; names it."""


class Deaths:
    """How often workers died with each block in hand."""

    def __init__(self) -> None:
        self._of: dict[tuple[tuple[str, str], int], int] = {}

    def count(self, jobs: Iterable[Job]) -> None:
        """Count one more for each.

        Raises:
            WorkersDied: one of them has killed ``DEATHS``.
        """
        for job in jobs:
            one = job.cell, job.first
            self._of[one] = self._of.get(one, 0) + 1
            if self._of[one] >= DEATHS:
                raise WorkersDied(
                    f"workers died {DEATHS} times while {' '.join(job.cell)} was played, "
                    f"episodes {job.first} to {job.first + job.episodes - 1}; --workers 1 "
                    "plays it in this process"
                ) from None


def played_by_workers(
    jobs: Iterator[Job],
    agents: Mapping[str, Callable[[], Agent]],
    workers: int,
    tell: Callable[[str], None],
    prepare: Callable[[], None] | None = None,
) -> Generator[tuple[Job, EpisodeTable]]:
    """Each job and what came of it, as they are done.

    Args:
        jobs: are asked for as they can be begun.
        agents: by name, how they are made; can be pickled.
        workers: how many processes.
        tell: is told in words when one has died.
        prepare: called first in each process, such as to import somebody's package.

    Raises:
        WorkersDied: see ``DEATHS``. What an agent or an environment raises is raised here.
    """
    again: list[Job] = []
    deaths = Deaths()
    more = True
    while more or again:
        pool, others = _pool(agents, workers, prepare), set(multiprocessing.active_children())
        going: dict[Future[EpisodeTable], Job] = {}
        try:
            while True:
                while len(going) < 2 * workers and (again or more):
                    job = again.pop(0) if again else next(jobs, None)
                    if job is None:
                        more = False
                        break
                    going[pool.submit(_play, job)] = job
                if not going:
                    break
                for future in wait(going, return_when=FIRST_COMPLETED).done:
                    table = future.result()  # the job stays in hand until this is there
                    yield going.pop(future), table
            pool.shutdown()
        except BrokenProcessPool:
            again += going.values()
            deaths.count(going.values())
            tell(f"a worker died; {len(going)} blocks of episodes are played again")
        except BaseException:
            pool.shutdown(wait=False, cancel_futures=True)
            for child in set(multiprocessing.active_children()) - others:
                child.terminate()
            raise


def _pool(
    agents: Mapping[str, Callable[[], Agent]], workers: int, prepare: Callable[[], None] | None
) -> ProcessPoolExecutor:
    # Spawned, since a process with threads of numba and torch in it cannot be forked safely.
    return ProcessPoolExecutor(
        workers, multiprocessing.get_context("spawn"), _begin, (agents, workers, prepare)
    )


_player: BlockPlayer


def _begin(
    agents: Mapping[str, Callable[[], Agent]], workers: int, prepare: Callable[[], None] | None
) -> None:
    """What a worker does before its first block."""
    global _player
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # whoever started it ends it
    threading.Thread(target=_end_with_parent, daemon=True).start()
    import torch

    each = max(1, usable_cores() // workers)
    torch.set_num_threads(each)
    threads(each)
    if prepare is not None:
        prepare()
    _player = BlockPlayer(agents)


def _end_with_parent() -> None:
    """End when the process that started this one does, however that is."""
    parent: Any = multiprocessing.parent_process()
    wait_for_end([parent.sentinel])
    os._exit(1)


def _play(job: Job) -> EpisodeTable:
    return _player.play(job)
