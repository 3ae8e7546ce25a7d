"""What bonuses and credit do where plain PPO fails: one curve for each on walks paid at the goal.

Walks round something, 64 steps, paid on arrival alone: who moves about by chance hardly ever
arrives. The same learner (`vgym.baselines.ppo`) with each wrapper of
`vgym.baselines.bonuses` around what it trains on, one seed. The curve is of the walks that it
trains on, none of which comes twice; at the end unseen ones (``split="val"``) are judged. A run
that is finished is kept, and the same command goes on with what is missing;
`docs/build_learning.py` makes the table.

    python -m vgym.baselines.benchmark_exploration                       everything
    python -m vgym.baselines.benchmark_exploration --bonuses none rnd --seeds 1
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from vgym.baselines.benchmark_learning import guessing, recorded
from vgym.baselines.measuring import RESULTS, commit, one_thread
from vgym.baselines.ppo import Settings, Trainer, evaluate
from vgym.core.wrappers.aligned_bonus import AlignedBonus
from vgym.data.whole_files import write_whole
from vgym.evaluation.machine import machine, versions
from vgym.number_options import seed

NONE = "none"
# Novelty in one picture, hints and credit in the other.
PANELS = {
    "what is new": ("first-visit", "count", "e3b", "rnd"),
    "hints and credit": ("potential", "krc", "progress", "lured", "aligned"),
}
ARMS = (NONE, *(name for names in PANELS.values() for name in names))
WALKS = Settings(
    env="VNavPoint-v0",
    settings={
        "image_size": 36,
        "difficulty": 0,
        "worlds": 8,
        "max_episode_steps": 64,
        "slide": True,
        "auto_stop": True,
    },
    reward="sparse",
    num_envs=128,
    rollout=8,
    epochs=2,
    lr=1e-3,
    gamma=0.95,
    entropy=0.01,
    steps=40_960,
)
POINTS = 5  # of a curve: in each part every row comes to its time limit once
UNSEEN, EPISODES = 1_000_000, 256  # seed of the unseen walks, and how many are judged at the end
_COLOURS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00")


def made_by(name: str, number: int) -> Settings:
    """What a run is made by."""
    return replace(WALKS, bonus="" if name == NONE else name, seed=number)


def measure(name: str, number: int) -> dict[str, Any]:
    """A run, with its curve: of each part of its steps the share of training walks that were
    solved, and the weight of an aligned bonus at its end."""
    began, trainer = time.process_time(), Trainer(made_by(name, number))
    around, part = trainer.rows.envs, []
    curve: list[dict[str, float]] = []
    for told in trainer.run():
        part.append((told.get("episodes", 0.0), told.get("success", 0.0)))
        steps = int(told["steps"])
        if steps < min(WALKS.steps, (len(curve) + 1) * WALKS.steps / POINTS):
            continue
        ended = sum(episodes for episodes, _ in part)
        solved = sum(episodes * share for episodes, share in part) / max(ended, 1.0)
        curve.append({"steps": steps, "success": solved, "episodes": ended})
        if isinstance(around, AlignedBonus):
            curve[-1]["weight"] = around.book.weight
        part = []
        print(f"\r{name} {number}: {steps:>9,} steps, solved {solved:.3f}", end="", flush=True)
    unseen = evaluate(trainer, "val", EPISODES, UNSEEN)
    seconds = round(time.process_time() - began, 1)
    print(f", unseen {unseen:.3f}, {seconds:.0f} s", flush=True)
    return {
        "bonus": name,
        "seed": number,
        "made_by": recorded(made_by(name, number)),
        "curve": curve,
        "unseen": unseen,
        "cpu_seconds": seconds,
        "commit": commit(),
    }


def plot(found: dict[str, Any], path: Path) -> None:
    """Success over steps, those that pay for what is new beside the others."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, panels = pyplot.subplots(1, 2, figsize=(10, 3.6), layout="constrained", sharey=True)
    for axes, (title, names) in zip(panels, PANELS.items(), strict=True):
        for name, colour in zip((NONE, *names), ("black", *_COLOURS), strict=False):
            for number, one in enumerate(r for r in found["runs"] if r["bonus"] == name):
                steps = [point["steps"] for point in one["curve"]]
                solved = [point["success"] for point in one["curve"]]
                style = {"ls": "--"} if name == NONE else {}
                label = None if number else name
                axes.plot(steps, solved, color=colour, label=label, marker=".", lw=1.3, **style)
        axes.set_title(title, fontsize=10)
        axes.set(xlabel="thousand steps")
        axes.xaxis.set_major_formatter(lambda steps, _: f"{steps / 1000:g}")
        axes.spines[["top", "right"]].set_visible(False)
        if axes.lines:
            axes.legend(frameon=False, fontsize=8, loc="upper left")
    panels[0].set_ylim(bottom=0)
    panels[0].set_ylabel("training walks solved, since the last point")
    figure.savefig(path, dpi=110)
    pyplot.close(figure)


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the runs that are missing, one after the other."""
    options = _options(arguments)
    one_thread()
    options.out.mkdir(parents=True, exist_ok=True)
    results = options.out / "exploration.json"
    found = json.loads(results.read_text("utf-8")) if results.exists() else {}
    found = {"guessing": {}, "runs": [], **found}
    of = recorded(WALKS)
    if found["guessing"].get("of") != of:
        found = {"guessing": {**guessing(WALKS, 2048), "of": of}, "runs": []}
    for number in options.seeds:
        for name in options.bonuses:
            if any((r["bonus"], r["seed"]) == (name, number) for r in found["runs"]):
                continue
            found["runs"].append(measure(name, number))
            found |= {"machine": machine(), "versions": versions()}
            write_whole(results, json.dumps(found) + "\n")
    if found["runs"]:
        plot(found, options.out / "exploration.png")


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="benchmark_exploration",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--bonuses", nargs="+", choices=ARMS, default=list(ARMS), help="(all)")
    parser.add_argument("--seeds", nargs="+", type=seed, default=[0])
    parser.add_argument("--out", type=Path, default=RESULTS, help="a folder")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    main()
