"""Episodes for verifiers 0.4 and what is built on it: a taskset, and an env that plays its tasks.

verifiers finds a taskset by the name of a module at the top of the path, so a file of two lines
stands between, say ``vgym_episodes.py``:

    from vgym.integrations.verifiers import Episodes, EpisodesEnv
    __all__ = ["Episodes", "EpisodesEnv"]

    vf-eval vgym_episodes --env.id vgym_episodes --env.taskset.env VGround-v0 \\
        --env.taskset.dialect qwen2.5-vl --env.player.harness.id null \\
        --env.player.runtime.type subprocess --no-push

Answers are text; of ids of several answers calls are written in it. A trace has the sum of the
rewards as ``earned``, and under ``info["vgym"]`` the reward of each turn and what came of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from typing import Any

from vgym.chat.messages import Message, to_openai
from vgym.core.extras import missing
from vgym.integrations.episodes import Setup
from vgym.integrations.tickets import Ticket, opening, tickets

try:
    import verifiers.v1 as vf
    from pydantic import Field
except ImportError as error:
    raise missing("verifiers", "verifiers", error, alone=True) from error

__all__ = ["Episodes", "EpisodesEnv"]


class EpisodesConfig(vf.TasksetConfig):  # type: ignore[misc]  # verifiers may not be installed
    """What is played, see `vgym.integrations.episodes.Setup`."""

    env: str = "VGround-v0"
    dialect: str = "json"
    split: str | None = None
    history_turns: int | None = None
    history_pixels: int | None = None
    settings: dict[str, Any] = Field(default_factory=dict)  # further keywords
    episodes: int = 64
    seed: int = 0


class EpisodeData(vf.TaskData):  # type: ignore[misc]  # as above
    """One episode, by its ticket."""

    setup: str
    seed: int
    record: int | None = None


class EpisodeTask(vf.Task[EpisodeData, vf.State, vf.TaskConfig]):  # type: ignore[misc]  # as above
    """What is to be done is in its prompt."""


class Episodes(vf.Taskset[EpisodeTask, EpisodesConfig]):  # type: ignore[misc]  # as above
    """The episodes that `vgym bench` plays, each with its opening as prompt."""

    def load(self) -> Iterator[EpisodeTask]:
        """One task an episode; pictures are drawn as it is read."""
        wanted = self.config
        setup = Setup(
            wanted.env,
            wanted.dialect,
            "text",
            wanted.history_turns,
            wanted.history_pixels,
            wanted.split,
            wanted.settings,
        )
        for ticket in tickets(setup, wanted.episodes, wanted.seed):
            system, *asked = opening(ticket)
            yield EpisodeTask(
                EpisodeData(
                    name=f"{wanted.env}#{ticket.seed}",
                    prompt=_typed(asked),
                    system_prompt=system["content"],
                    **ticket._asdict(),
                ),
                self.config.task,
            )


class EpisodesEnvConfig(vf.EnvConfig):  # type: ignore[misc]  # as above
    """Who plays."""

    player: vf.AgentConfig = vf.AgentConfig()


class EpisodesEnv(vf.Env[EpisodesEnvConfig]):  # type: ignore[misc]  # as above
    """Plays a task's episode to its end, one turn of the player's an answer."""

    async def run(self, task: Any, agents: Any) -> None:
        """One episode. What it came to stays on the trace, half-played ones too."""
        ticket = Ticket(task.data.setup, task.data.seed, task.data.record)
        episode = await asyncio.to_thread(ticket.episode)
        with episode:
            async with agents.player.interaction(task) as interaction:
                segment = await interaction.turn()
                while not segment.terminated:
                    new = await asyncio.to_thread(episode.answer, segment.last_reply)
                    if episode.outcome.ended:
                        break
                    segment = await interaction.turn(_typed(new))
            came, trace = episode.outcome, interaction.trace
            trace.record_reward("earned", came.value, 1.0)
            trace.info["vgym"] = {
                "rewards": came.rewards,
                "terms": came.terms,
                "success": came.success,
                "unread": came.unread,
                "ended": came.ended,
            }


def _typed(messages: Sequence[Message]) -> list[Any]:
    """The user's messages as verifiers types them."""
    return [vf.UserMessage(content=message["content"]) for message in to_openai(messages)]
