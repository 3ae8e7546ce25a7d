"""What a group method could learn from every id's rewards: default, sparse and published recipes.

python -m vgym.baselines.signal_ids                     what is missing in the file
python -m vgym.baselines.signal_ids --ids VGround-v0 --again
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

from vgym.baselines.random_agent import RandomAgent
from vgym.data.whole_files import write_whole
from vgym.evaluation.agent import Agent
from vgym.evaluation.machine import machine, versions
from vgym.evaluation.noisy_oracle import NoisyOracle
from vgym.evaluation.signal import answered, recipes_of, signals

RESULT = Path(__file__).parent / "results" / "signal.json"
MEMBERS = 8
PROMPTS = 32
WALKS = 12  # prompts of ids of long episodes
ANSWERS: dict[str, Callable[[], Agent]] = {
    "random": RandomAgent,
    **{f"noise:{size:g}": partial(NoisyOracle, size) for size in (0.02, 0.1, 0.3)},
}
SMALL: dict[str, Any] = {"image_size": 64}
WALK: dict[str, Any] = {"image_size": 36, "rooms": 6, "worlds": 4, "max_episode_steps": 64}
PLAYED: dict[str, tuple[int, dict[str, Any]]] = {
    "VGround-v0": (PROMPTS, SMALL),
    "VGroundPoint-v0": (PROMPTS, SMALL),
    "VGroundMany-v0": (PROMPTS, SMALL),
    "VGui-v0": (PROMPTS, {"image_size": (240, 320)}),
    "VGuiFlow-v0": (WALKS, {"image_size": (240, 320), "max_episode_steps": 12}),
    "VZoom-v0": (PROMPTS, SMALL),
    "VGeo-v0": (PROMPTS, SMALL),
    "VGeoPhoto-v0": (PROMPTS, SMALL),
    "VGeoMatch-v0": (WALKS, {}),
    "VNav-v0": (WALKS, WALK),
    "VNavPoint-v0": (WALKS, WALK),
    "VNavInstruction-v0": (WALKS, WALK),
    "VNavTrajectory-v0": (WALKS, SMALL),
    "VNavActivate-v0": (WALKS, SMALL),
    "VNavPlan-v0": (WALKS, SMALL),
    "VMaze-v0": (WALKS, {"image_size": 36, "max_episode_steps": 64}),
}


def measured(id: str) -> dict[str, Any]:
    """One id: for each kind of answers, what groups of `MEMBERS` hold of each recipe."""
    prompts, settings = PLAYED[id]
    recipes = recipes_of(id, settings)
    found = {}
    for name, make in ANSWERS.items():
        paid = answered(id, make(), prompts, MEMBERS, recipes, settings)
        found[name] = [asdict(signal) for signal in signals(paid, [MEMBERS])]
    return {"prompts": prompts, "settings": settings, "answers": found}


def table(id: str, found: dict[str, Any]) -> str:
    """An id's recipes by its answers, in Markdown: groups that are flat, and agreement."""
    kinds = list(found["answers"])
    lines = [f"| recipe | {' | '.join(kinds)} |", "| --- " * (len(kinds) + 1) + "|"]
    solved = [f"{found['answers'][kind][0]['success']:.0%}" for kind in kinds]
    lines.append(f"| *solved* | {' | '.join(solved)} |")
    for number, first in enumerate(found["answers"][kinds[0]]):
        cells = []
        for kind in kinds:
            one = found["answers"][kind][number]
            agrees = "-" if one["agreement"] is None else f"{one['agreement']:.2f}"
            cells.append(f"{one['flat']:.0%}, {one['effective']:.0%}, {agrees}")
        lines.append(f"| `{first['recipe']}` | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def main(arguments: list[str] | None = None) -> None:
    """Measure what is missing, an id at a time."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--ids", nargs="*", default=list(PLAYED), metavar="ID")
    parser.add_argument("--again", action="store_true", help="what is there, too")
    parser.add_argument("--out", type=Path, default=RESULT)
    options = parser.parse_args(arguments)
    held: dict[str, Any] = {"ids": {}}
    if options.out.exists():
        held = json.loads(options.out.read_text("utf-8"))
    for id in options.ids:
        if id not in PLAYED:
            parser.error(f"unknown id {id!r}; there are {', '.join(PLAYED)}")
        if id in held["ids"] and not options.again:
            continue
        held["ids"][id] = measured(id)
        held |= {"members": MEMBERS, "machine": machine(), "versions": versions()}
        write_whole(options.out, json.dumps(held, indent=1) + "\n")
        print(f"{id}: {len(held['ids'][id]['answers']['random'])} recipes", flush=True)


if __name__ == "__main__":
    main()
