"""The agents by name. Entry points are strings, so reading this loads neither torch nor OpenCV."""

from __future__ import annotations

import importlib
from dataclasses import dataclass

from vgym.evaluation.agent import Agent
from vgym.registration import unknown


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
