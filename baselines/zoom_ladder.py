"""The ladder of VZoom: the same episodes by chance, by sweeping, by searching, and by the truth.

    python -m vgym.baselines.zoom_ladder --json                    every source, all agents
    python -m vgym.baselines.zoom_ladder scenes --agents best-first --json      beside the others

Difficulty 0, in turns enough for nine cells, there and back, and a few more; of the test split, on
whose episodes nothing was tried while the agents were written.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

import vgym  # noqa: F401  registers the ids
from vgym.baselines.agents import make_agent
from vgym.baselines.measuring import commit
from vgym.core.keys import episode_keys
from vgym.core.task import load_task
from vgym.envs.zoom.metrics import legible_share
from vgym.evaluation.metrics import estimate_mean
from vgym.evaluation.runner import run
from vgym.registration import ZOOM_SOURCES, row_of

RESULT = Path(__file__).parent / "results" / "zoom_ladder.json"
SPLIT = "test"
SHOWN = ("target_legible", "turns", "pixels_seen")  # means beside the intervals
LOOKERS = ("random", "grid-sweep", "best-first", "oracle")
TURNS = 24
STACK = "stack of pages"


@dataclass(frozen=True)
class Ladder:
    """What is played, from the lowest rung to the highest.

    Attributes:
        id: an environment. settings: of it. agents: their names. episodes: of each.
    """

    id: str
    settings: dict[str, Any] = field(default_factory=dict)
    agents: tuple[str, ...] = LOOKERS
    episodes: int = 64

    @classmethod
    def of(cls, source: str, episodes: int = 64) -> Ladder:
        """Those who look, in a source of VZoom."""
        settings = {"source": source, "difficulty": 0, "max_episode_steps": TURNS}
        return cls("VZoom-v0", settings, LOOKERS, episodes)


FIRST = next(iter(ZOOM_SOURCES))
LADDERS = {
    FIRST: Ladder.of(FIRST, episodes=256),
    **{source: Ladder.of(source) for source in ZOOM_SOURCES if source != FIRST},
    STACK: Ladder("VZoomPages-v0", {"difficulty": 0}, ("random", "page-reader", "oracle")),
}


def climbed(name: str, ladder: Ladder, episodes: int) -> dict[str, Any]:
    """Return and success of an agent with their 95 % intervals, and what it saw."""
    table = run(
        ladder.id, make_agent(name), episodes, split=SPLIT, num_envs=16, settings=ladder.settings
    )
    result: dict[str, Any] = {"episodes": episodes, "commit": commit()}
    for key, values in (("return", table.returns), ("success", table.success)):
        estimate = estimate_mean(values)
        result[key] = [round(v, 4) for v in (estimate.mean, estimate.low, estimate.high)]
    for key in SHOWN:
        result[key] = round(float(np.asarray(table.metrics[key], float).mean()), 4)
    return result


def views_of_all(ladder: Ladder) -> int:
    """How many views, each as wide as the target is legible in, show all of a whole; the median."""
    task: Any = load_task(row_of(ladder.id).task, {**ladder.settings, "split": SPLIT})
    seeds = np.arange(ladder.episodes, dtype=np.uint64)
    state = task.reset(episode_keys(task.salt, seeds, np.zeros(ladder.episodes, np.int64)))
    return round(float((1 / legible_share(state, task.config)).median()))


def main() -> None:
    """Play and print; with ``--json`` keep."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("ladders", nargs="*", help=f"of {', '.join(LADDERS)}; all by default")
    parser.add_argument("--agents", nargs="+", default=[], help="those to play (default: all)")
    parser.add_argument("--episodes", type=int, help="of each agent (default: 256 or 64)")
    parser.add_argument("--json", action="store_true", help=f"write results/{RESULT.name}")
    options = parser.parse_args()
    for name in options.ladders or LADDERS:
        if name not in LADDERS:
            parser.error(f"no ladder {name!r}; there are {', '.join(map(repr, LADDERS))}")
        ladder = LADDERS[name]
        for agent in options.agents or ladder.agents:
            found = climbed(agent, ladder, options.episodes or ladder.episodes)
            print(name, agent, found, flush=True)
            if options.json:
                text = RESULT.read_text("utf-8") if RESULT.is_file() else "{}"
                kept: dict[str, Any] = json.loads(text)
                one = kept.setdefault(name, {"agents": {}})
                one |= {"id": ladder.id, "settings": ladder.settings, "split": SPLIT}
                one["views_of_all"] = views_of_all(ladder)
                one["agents"][agent] = found
                RESULT.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
