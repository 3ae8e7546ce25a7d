"""The agents by name. Entry points are strings, so reading this loads neither torch nor OpenCV."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Any, Protocol

from vgym.registration import unknown


class Agent(Protocol):
    """Something that answers a whole batch at once."""

    name: str

    def reset(self, seed: int) -> None:
        """Called once before a run; ``seed`` is all the randomness the agent may use."""

    def act(self, observation: dict[str, Any], instructions: list[str], envs: Any) -> Any:
        """Actions for all B rows of ``envs``.

        Args:
            observation: as the environments handed it out.
            instructions: B phrases in words.
            envs: the batch; honest agents read its action form and nothing of its state.
        """


@dataclass(frozen=True)
class AgentRow:
    """One agent: its name, where it is, and one line of words."""

    name: str
    entry_point: str
    summary: str


AGENTS: dict[str, AgentRow] = {
    row.name: row
    for row in (
        AgentRow("random", "vgym.baselines.random_agent:RandomAgent", "uniform answers: the floor"),
        AgentRow(
            "centre", "vgym.baselines.centre_agent:CentreAgent", "always the middle of the picture"
        ),
        AgentRow(
            "saliency",
            "vgym.baselines.saliency_agent:SaliencyAgent",
            "blobs that stand out, picked by the phrase's plain words; no learning",
        ),
        AgentRow(
            "oracle", "vgym.baselines.oracle_agent:OracleAgent", "reads the truth: the ceiling"
        ),
    )
}


def make_agent(name: str) -> Agent:
    """The agent of that name.

    Raises:
        ValueError: unknown name; names the nearest one.

    >>> make_agent("oracle").name
    'oracle'
    """
    if name not in AGENTS:
        raise ValueError(unknown("agent", name, AGENTS))
    module, _, attribute = AGENTS[name].entry_point.partition(":")
    agent: Agent = getattr(importlib.import_module(module), attribute)()
    return agent
