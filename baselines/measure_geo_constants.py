"""What can be earned in VGeo without looking: the best constant under each recipe and way to draw.

    python -m vgym.baselines.measure_geo_constants --json

Means are over episodes of the test split, whose cells the constants were not chosen on, and over
other episodes of the training split than they were chosen on; beside them is what guesses earn that
are uniform on the sphere, and what the truth earns. It takes five minutes.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from vgym.baselines.measuring import commit
from vgym.baselines.prior_agent import place_without_looking
from vgym.baselines.training_episodes import in_training, keys_of
from vgym.core import state as states
from vgym.envs.geolocation.answers import from_square
from vgym.envs.geolocation.task import GeoTask
from vgym.envs.geolocation.types import DRAWS
from vgym.rewards.recipes import by_subject

RESULT = Path(__file__).parent / "results" / "geo_constants.json"
_EPISODES = 4096


def measured(recipe: str, draw: str) -> dict[str, Any]:
    """The constant, and what it, chance and the truth earn in either split."""
    test = GeoTask(max_episode_steps=1, reward=recipe, draw=draw, split="test")
    constant = place_without_looking(test)
    found = {"recipe": recipe, "draw": draw, "lonlat": constant.tolist()}
    return found | {
        task.config.split: _earned(task, constant) for task in (test, in_training(test))
    }


def _earned(task: GeoTask, constant: Tensor) -> dict[str, Any]:
    """Means of the constant, of chance and of the truth; the constant's share between these."""
    first = task.reset(keys_of(task, 2 * _EPISODES)[_EPISODES:])  # it was chosen on those before
    chance = from_square(torch.rand(_EPISODES, 2, generator=torch.Generator().manual_seed(0)))

    def paid(lonlat: Tensor) -> dict[str, float]:
        state = states.take(first, torch.arange(_EPISODES))
        reward = task.step(state, task.saying(lonlat)).reward.double()
        return {"mean": float(reward.mean()), "error": float(reward.std()) / _EPISODES**0.5}

    earned = {
        "chance": paid(chance),
        "constant": paid(constant.expand(_EPISODES, 2)),
        "truth": paid(first.place),
    }
    least, most = earned["chance"]["mean"], earned["truth"]["mean"]
    return earned | {"share": (earned["constant"]["mean"] - least) / (most - least)}


def table(rows: list[dict[str, Any]]) -> str:
    """The rows in Markdown, one a recipe: for each draw what the constant earns in the test split,
    its share there and in training, and where it is."""
    lines = [f"| recipe | by chance | {' | '.join(f'by {draw}' for draw in DRAWS)} |"]
    lines.append("| --- " * (2 + len(DRAWS)) + "|")
    for recipe in dict.fromkeys(row["recipe"] for row in rows):
        mine = [row for row in rows if row["recipe"] == recipe]
        cells = [
            f"{row['test']['constant']['mean']:.3f} ({_percent(row['test']['share'])}, "
            f"{_percent(row['train']['share'])}) at {row['lonlat'][0]:.1f}, {row['lonlat'][1]:.1f}"
            for row in mine
        ]
        chance = mine[0]["test"]["chance"]["mean"]
        lines.append(f"| `{recipe}` | {chance:.3f} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _percent(share: float) -> str:
    return f"{round(share, 2) + 0.0:.0%}"  # no -0%


def main(arguments: list[str] | None = None) -> None:
    """Measure every recipe that fits, under every way to draw, and print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument(
        "--json", action="store_true", help=f"write baselines/results/{RESULT.name}"
    )
    options = parser.parse_args(arguments)
    stated = GeoTask(max_episode_steps=1).stated
    fitting = [reward.name for reward in by_subject()["Earth"] if reward.fits(stated)]
    rows = []
    for recipe in fitting:
        for draw in DRAWS:
            rows.append(measured(recipe, draw))
            print(
                recipe,
                draw,
                *(f"{rows[-1][split]['share']:.1%}" for split in ("test", "train")),
                file=sys.stderr,
            )
    if options.json:
        found = {"episodes": _EPISODES, "commit": commit(), "rows": rows}
        RESULT.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    print(table(rows))


if __name__ == "__main__":
    main()
