"""Blocks on a Ray cluster; those of a worker that dies are played again by another.

Ray is joined where ``RAY_ADDRESS`` says, or started here. Every machine of the cluster has vgym and
what the agents need; what is written is what one process would write.
"""

from __future__ import annotations

import os
import pickle
import sys
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from typing import Any

from vgym.evaluation.agent import Agent
from vgym.evaluation.blocks import BlockPlayer, Job
from vgym.evaluation.episode_table import EpisodeTable
from vgym.evaluation.workers import Deaths
from vgym.row_threads import threads


def played_on_ray(
    jobs: Iterator[Job],
    agents: Mapping[str, Callable[[], Agent]],
    workers: int,
    tell: Callable[[str], None],
    prepare: Callable[[], None] | None = None,
) -> Generator[tuple[Job, EpisodeTable]]:
    """Each job and what came of it, as they are done; as `played_by_workers`, by actors of Ray.

    Args:
        workers: how many actors, a processor each.

    Raises:
        ImportError: there is no Ray. ValueError: the cluster has fewer processors.
        WorkersDied: see there. What an agent or an environment raises is raised here.
    """
    ray = _ray()
    started = not ray.is_initialized()
    if started:
        os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing is sent to anybody
        ray.init(include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    actors: list[Any] = []
    try:
        there = int(ray.cluster_resources().get("CPU", 0))
        if workers > there:
            raise ValueError(
                f"--workers {workers}: the cluster of Ray has {there} processors; ask for as many, "
                "or join a larger one: export RAY_ADDRESS=HOST:6379"
            )
        told = pickle.dumps((agents, prepare))
        begin = ray.remote(num_cpus=1, max_restarts=0)(_Worker)
        deaths, again, more = Deaths(), list[Job](), True
        idle: list[Any] = []
        going: dict[Any, tuple[Any, Job]] = {}
        while True:
            while len(going) < workers and (again or more):
                job = again.pop(0) if again else next(jobs, None)
                if job is None:
                    more = False
                    break
                if not idle:
                    actors.append(begin.remote(sys.path))
                    idle.append(actors[-1])
                actor = idle.pop()
                going[actor.play.remote(told, job)] = (actor, job)
            if not going:
                return
            (done,), _ = ray.wait(list(going), num_returns=1)
            actor, job = going[done]  # the job stays in hand until its table is there
            try:
                table = ray.get(done)
            except ray.exceptions.RayActorError:
                del going[done]
                deaths.count([job])
                again.append(job)
                tell("a worker died; 1 block of episodes is played again")
                continue
            except ray.exceptions.RayTaskError as error:
                raise getattr(error, "cause", None) or error from None
            del going[done]
            idle.append(actor)
            yield job, table
    finally:
        for actor in actors:
            ray.kill(actor)
        if started:
            ray.shutdown()


def _ray() -> Any:
    """The package, or what to install."""
    try:
        import ray
    except ImportError as error:
        from vgym.core.extras import missing

        raise missing("Ray", "ray", error) from None
    return ray


class _Worker:
    """Plays blocks in a process of the cluster.

    Args:
        path: where whoever started it finds modules; what is not there on this machine harms none.
    """

    def __init__(self, path: Sequence[str]) -> None:
        sys.path += [each for each in path if each not in sys.path]
        self._player: BlockPlayer | None = None

    def play(self, told: bytes, job: Job) -> EpisodeTable:
        """What comes of a block.

        Args:
            told: agents, and what is to be called first, pickled: whatever is wrong with them is
                raised here. They count at the first block.
        """
        if self._player is None:
            import torch

            torch.set_num_threads(1)
            threads(1)
            agents, prepare = pickle.loads(told)
            if prepare is not None:
                prepare()
            self._player = BlockPlayer(agents)
        return self._player.play(job)
