"""The ladder of geolocation: the same episodes by chance, by the prior, by likeness, by the truth.

    python -m vgym.baselines.geo_ladder --json                every id
    python -m vgym.baselines.geo_ladder --json VGeoMatch-v0   that one alone, beside the others

Episodes of the test split, on which nothing was tried while the agents were written; photographs
are each played once.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

import vgym  # noqa: F401  registers the ids
from vgym.baselines.agents import make_agent
from vgym.baselines.measuring import commit
from vgym.evaluation.metrics import estimate_mean
from vgym.evaluation.runner import run

RESULT = Path(__file__).parent / "results" / "geo_ladder.json"
SPLIT = "test"


class Ladder(NamedTuple):
    """What is played, and by whom."""

    id: str
    settings: dict[str, Any]
    agents: tuple[str, ...]
    distance: str  # the metric whose median is told


_MATCHERS = ("random", "centre", "template", "oracle")
LADDERS = (
    Ladder(
        "VGeo-v0",
        {"max_episode_steps": 1},
        ("random", "prior", "retrieval", "oracle"),
        "distance_km",
    ),
    Ladder("VGeoPhoto-v0", {}, ("random", "prior", "oracle"), "distance_km"),
    *(
        Ladder(
            "VGeoMatch-v0",
            {"source": source, "difficulty": difficulty},
            _MATCHERS,
            "distance_m",
        )
        for source in ("earth", "aerial")
        for difficulty in (0.0, 0.5, 1.0)
    ),
)


def climbed(ladder: Ladder, agent: str, episodes: int) -> dict[str, Any]:
    """Return and hits of an agent with their 95 % intervals, and its median distance."""
    table = run(
        ladder.id,
        make_agent(agent),
        episodes,
        split=SPLIT,
        num_envs=16,
        settings=ladder.settings,
    )
    distances = np.asarray(table.metrics[ladder.distance], float)
    result: dict[str, Any] = {"episodes": len(distances), "commit": commit()}
    for key, values in (("return", table.returns), ("hit", table.success)):
        estimate = estimate_mean(values)
        result[key] = [round(v, 4) for v in (estimate.mean, estimate.low, estimate.high)]
    return result | {"median": float(np.median(distances))}


def main() -> None:
    """Play and print; with ``--json`` keep."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("ids", nargs="*", help="those to play; all by default")
    parser.add_argument("--episodes", type=int, default=128, help="of each agent (default 128)")
    parser.add_argument("--json", action="store_true", help=f"write results/{RESULT.name}")
    arguments = parser.parse_args()
    wanted = [ladder for ladder in LADDERS if ladder.id in (arguments.ids or (ladder.id,))]
    kept = json.loads(RESULT.read_text(encoding="utf-8")) if RESULT.is_file() else []
    for ladder in wanted:
        row = {"id": ladder.id, "settings": ladder.settings, "split": SPLIT}
        agents = {}
        for name in ladder.agents:
            agents[name] = climbed(ladder, name, arguments.episodes)
            print(ladder.id, ladder.settings, name, agents[name], flush=True)
        kept = [each for each in kept if {key: each[key] for key in row} != row]
        kept.append({**row, "agents": agents})
        if arguments.json:
            RESULT.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
