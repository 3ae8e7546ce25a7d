"""The agents by name. Entry points are strings, so reading this loads neither torch nor OpenCV."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vgym.baselines import agent_specs
from vgym.evaluation.agent import Agent, check_agent, code_of
from vgym.registration import named, row_of, unknown


@dataclass(frozen=True)
class AgentRow:
    """One agent: its name, where it is, one line of words, and what it can play."""

    name: str
    entry_point: str
    summary: str
    families: tuple[str, ...] = ()  # by name, see vgym.registration; () for all
    extra: str = ""  # of `pip install vgym[extra]`; "" for an agent that needs none
    unfit: str = ""  # "module:function" of an id and settings: why it cannot play; "" for families


AGENTS: dict[str, AgentRow] = {
    row.name: row
    for row in (
        AgentRow("random", "vgym.baselines.random_agent:RandomAgent", "uniform answers: the floor"),
        AgentRow(
            "centre",
            "vgym.baselines.centre_agent:CentreAgent",
            "always the middle of the picture",
            ("grounding", "gui-click", "geo-match"),
        ),
        AgentRow(
            "saliency",
            "vgym.baselines.saliency_agent:SaliencyAgent",
            "blobs or controls that stand out, picked by the phrase's plain words; no learning",
            ("grounding", "gui-click"),
        ),
        AgentRow(
            "ocr",
            "vgym.baselines.ocr_agent:OcrAgent",
            "reads the screen and clicks the words that are asked for",
            ("gui-click",),
            extra="ocr",
        ),
        AgentRow(
            "reader",
            "vgym.baselines.reader_agent:ReaderAgent",
            "reads the screen and clicks what means what is asked for, in whatever words",
            ("gui-click",),
            extra="reader",
        ),
        AgentRow(
            "wall-follower",
            "vgym.baselines.wall_follower_agent:WallFollowerAgent",
            "keeps a wall to its left by depth, stops by the goal's direction or colour",
            ("navigation",),
        ),
        AgentRow(
            "frontier",
            "vgym.baselines.frontier_agent:FrontierAgent",
            "maps by depth, explores, goes to what has the goal's colour and shape; no learning",
            ("navigation",),
        ),
        AgentRow(
            "grid-sweep",
            "vgym.baselines.search_agents:GridSweepAgent",
            "looks at the cells of a grid in order, answers where the thing was likeliest",
            ("zoom",),
        ),
        AgentRow(
            "best-first",
            "vgym.baselines.search_agents:BestFirstAgent",
            "looks where the thing, or what it lies beside, is likeliest; no learning",
            ("zoom",),
        ),
        AgentRow(
            "page-reader",
            "vgym.baselines.page_reader_agent:PageReaderAgent",
            "opens the pages that BM25 finds and reads them by OCR, the best first",
            ("pages",),
            extra="ocr",
        ),
        AgentRow(
            "template",
            "vgym.baselines.template_agent:TemplateAgent",
            "finds a picture in a larger one by correlation, at many turns and scales; no learning",
            ("geo-match",),
        ),
        AgentRow(
            "prior",
            "vgym.baselines.prior_agent:PriorAgent",
            "without a look: the place that pays most on average in training",
            ("geolocation", "geo-photo"),
        ),
        AgentRow(
            "retrieval",
            "vgym.baselines.retrieval_agent:RetrievalAgent",
            "the place of the training view that looks most alike",
            ("geolocation",),
        ),
        AgentRow(
            "tiny",
            "vgym.baselines.tiny_agent:TinyAgent",
            "small policies that PPO learnt, each on the one task that it was trained on",
            unfit="vgym.baselines.tiny_agent:unfit",
        ),
        AgentRow(
            "oracle", "vgym.baselines.oracle_agent:OracleAgent", "reads the truth: the ceiling"
        ),
    )
}

# Those that everybody can run: what `vgym bench` plays unless told otherwise.
DEFAULT_AGENTS = tuple(name for name, row in AGENTS.items() if not row.extra)


def unfit(agent: str, env_id: str, settings: Mapping[str, Any] | None = None) -> str:
    """Why an agent cannot play in an environment; "" if it can.

    Args:
        agent: its name, or the path of anybody's: one that names no ``families`` plays all.
        env_id: the environment's. settings: it is made with.

    >>> unfit("saliency", "VGround-v0"), unfit("frontier", "VGround-v0")
    ('', 'plays navigation alone')
    """
    if agent_specs.is_spec(agent):
        return agent_specs.unfit(agent, env_id)
    if agent in AGENTS:
        if AGENTS[agent].unfit:
            why: str = named(AGENTS[agent].unfit, "agent")(env_id, settings or {})
            return why
        families = AGENTS[agent].families
    else:
        families = getattr(named(agent, "agent"), "families", ()) if ":" in agent else ()
    fits = not families or row_of(env_id).family.name in families
    return "" if fits else f"plays {', '.join(families)} alone"


def plays(agent: str, env_id: str) -> bool:
    """Whether `unfit` has nothing against it."""
    return not unfit(agent, env_id)


def check_agent_name(name: str) -> None:
    """Raise ValueError, with the nearest, for what is no name of ours, no path of another's, and
    no spec of a model."""
    if agent_specs.is_spec(name):
        agent_specs.read_spec(name)
    elif ":" not in name and name not in AGENTS:
        raise ValueError(
            unknown("agent", name, AGENTS) + " One of yours is named package.module:Class, a model "
            f"{agent_specs.FORMS['api']}."
        )


def make_agent(name: str) -> Agent:
    """The agent of that name, or of a path.

    Args:
        name: one of `AGENTS`, or ``"package.module:Class"`` of anybody's: a class, or a function,
            that is called without arguments; or a spec, see :mod:`vgym.baselines.agent_specs`.

    Raises:
        ImportError: it needs what is not installed; names it.
        ValueError: unknown name, with the nearest one; or what is there is no agent.
        AgentRaised: making anybody's raised.

    >>> make_agent("oracle").name
    'oracle'
    """
    check_agent_name(name)
    if agent_specs.is_spec(name):
        return agent_specs.make_spoken(name)
    if name in AGENTS:
        ours: Agent = named(AGENTS[name].entry_point, "agent")()
        return ours
    found = named(name, "agent")
    if callable(found):
        try:
            inspect.signature(found).bind()
        except TypeError as error:
            raise ValueError(
                f"agent {name!r} is made without arguments: {error}; name a function that takes "
                "none and makes it"
            ) from None
        with code_of(name):
            found = found()
    return check_agent(found, f"agent {name!r}")
