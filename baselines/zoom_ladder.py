"""The ladder of VZoom: the same episodes by chance, by sweeping, by searching, and by the truth.

    python -m vgym.baselines.zoom_ladder --json            all agents
    python -m vgym.baselines.zoom_ladder --json best-first     that one alone, beside the others

Difficulty 0 of the default source, in turns enough for nine cells, there and back, and a few more;
of the test split, on whose episodes nothing was tried while the agents were written.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np

import vgym  # noqa: F401  registers the ids
from vgym.baselines.agents import make_agent
from vgym.baselines.measuring import commit
from vgym.evaluation.metrics import estimate_mean
from vgym.evaluation.runner import run

RESULT = Path(__file__).parent / "results" / "zoom_ladder.json"
AGENTS = ("random", "grid-sweep", "best-first", "oracle")
SETTINGS: dict[str, Any] = {"source": "scenes", "difficulty": 0, "max_episode_steps": 24}
SPLIT = "test"
SHOWN = ("target_legible", "turns", "pixels_seen")  # means beside the intervals


def climbed(name: str, episodes: int) -> dict[str, Any]:
    """Return and success of an agent with their 95 % intervals, and what it saw."""
    table = run("VZoom-v0", make_agent(name), episodes, split=SPLIT, num_envs=16, settings=SETTINGS)
    result: dict[str, Any] = {"episodes": episodes, "commit": commit()}
    for key, values in (("return", table.returns), ("success", table.success)):
        estimate = estimate_mean(values)
        result[key] = [round(v, 4) for v in (estimate.mean, estimate.low, estimate.high)]
    for key in SHOWN:
        result[key] = round(float(np.asarray(table.metrics[key], float).mean()), 4)
    return result


def main() -> None:
    """Play and print; with ``--json`` keep."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("agents", nargs="*", help="those to play; all by default")
    parser.add_argument("--episodes", type=int, default=64, help="of each agent (default 64)")
    parser.add_argument("--json", action="store_true", help=f"write results/{RESULT.name}")
    arguments = parser.parse_args()
    kept = json.loads(RESULT.read_text(encoding="utf-8")) if RESULT.is_file() else {"agents": {}}
    for name in arguments.agents or AGENTS:
        kept["agents"][name] = climbed(name, arguments.episodes)
        print(name, kept["agents"][name], flush=True)
        if arguments.json:
            kept["settings"] = {**SETTINGS, "split": SPLIT}
            RESULT.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
