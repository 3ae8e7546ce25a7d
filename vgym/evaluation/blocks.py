"""A cell's episodes in blocks: each is played at one go, kept once it is whole, or played again.

What comes of a block depends on nothing but the job that describes it: whoever plays it, after
whichever others, in whichever process, writes the same.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from vgym.evaluation.agent import Agent
from vgym.evaluation.episode_table import EpisodeTable
from vgym.evaluation.runner import run

BLOCK = 64  # episodes, or a batch where that is larger


@dataclass(frozen=True)
class Job:
    """A block that is to be played; it can be sent to another process.

    Attributes:
        cell: names of what is played and by whom, of its row. id, settings, split, seed, num_envs,
            pictures, first, episodes, records: see `vgym.evaluation.runner.run`.
        agent: its name.
    """

    cell: tuple[str, str]
    id: str
    agent: str
    settings: Mapping[str, Any]
    split: str
    seed: int
    num_envs: int
    pictures: str
    first: int
    episodes: int
    records: Sequence[tuple[int, str]] | None = None


@dataclass
class BlockPlayer:
    """Plays blocks one after the other, in one process.

    Args:
        agents: by name, made when first asked for.
    """

    agents: Mapping[str, Callable[[], Agent]]
    _made: dict[str, Agent] = field(default_factory=dict, init=False)
    _warm: set[Hashable] = field(default_factory=set, init=False)

    def play(self, job: Job, progress: Callable[[int, int], None] | None = None) -> EpisodeTable:
        """What comes of a block; caches are filled once for each environment.

        Args:
            progress: see `vgym.evaluation.runner.run`.
        """
        if job.agent not in self._made:
            self._made[job.agent] = self.agents[job.agent]()
        agent = self._made[job.agent]
        asked = getattr(agent, "settings", {})
        kind = (job.id, job.split, repr(sorted({**job.settings, **asked}.items())))
        table = run(
            job.id,
            agent,
            job.episodes,
            seed=job.seed,
            split=job.split,
            num_envs=job.num_envs,
            settings=job.settings,
            pictures=job.pictures,
            progress=progress,
            first=job.first,
            records=job.records,
            warm_up=kind not in self._warm,
        )
        self._warm.add(kind)
        return table
