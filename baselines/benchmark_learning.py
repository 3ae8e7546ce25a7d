"""Do dense rewards teach where sparse ones do not? One learner, five families, equal steps.

Each family has one small task on which a random answer succeeds in less than one of a hundred. PPO
(`vgym.baselines.ppo`) learns it from each reward with the same settings; as it learns the policy's
likeliest actions are judged on unseen episodes (``split="val"``). A run that is finished is kept at
once, and the same command goes on with what is missing. `docs/build_learning.py` makes the tables.

    python -m vgym.baselines.benchmark_learning                          everything
    python -m vgym.baselines.benchmark_learning --quick                  three tasks in 20 minutes
    python -m vgym.baselines.benchmark_learning --families zoom --recipes dense sparse --seeds 0 1 2
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from itertools import cycle, pairwise, product
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch

from vgym.baselines.measuring import RESULTS, commit, one_thread
from vgym.baselines.ppo import Rows, Settings, Trainer, evaluate
from vgym.baselines.study_pictures import SETS, make_pictures
from vgym.data.whole_files import write_whole
from vgym.evaluation.machine import machine, versions
from vgym.number_options import seed

OURS = ("dense", "sparse")
SEEDS = (0, 1, 2, 3, 4)
QUICK = ("grounding", "gui", "zoom")
POINTS = 10  # of a curve, beside its start
UNSEEN = 1_000_000  # seed of the unseen episodes
_OTHERS = ("#009e73", "#cc79a7", "#7f7f7f", "#bcbd22", "#8c564b", "#9467bd", "#17becf")


@dataclass(frozen=True)
class Study:
    """A family's task.

    Attributes:
        family: its name. made_by: what its runs are made by, but for reward and seed.
        published: recipes that are tried beside ours. episodes: that each point is judged by, the
            last one by four times as many. drawn: whether they are played with drawn actions and
            not with the likeliest: who cannot remember stands before a wall for ever with those.
    """

    family: str
    made_by: Settings
    published: tuple[str, ...]
    episodes: int = 256
    drawn: bool = False

    @property
    def recipes(self) -> tuple[str, ...]:
        """All that are tried."""
        return (*OURS, *self.published)


_ANSWERS = Settings(
    num_envs=128, rollout=4, epochs=3, lr=1e-3, gamma=0.0, entropy=1e-3, steps=100_000
)
STUDIES = {
    study.family: study
    for study in (
        Study(
            "grounding",
            replace(
                _ANSWERS,
                env="VGround-v0",
                settings={"image_size": 40, "difficulty": 0},
                words_only=True,
                sized_boxes=True,
            ),
            ("vlm-r1", "perception-r1", "gui-g2"),
        ),
        Study(
            "gui",
            replace(
                _ANSWERS,
                env="VGui-v0",
                settings={
                    "image_size": 40,
                    "source": "launchers",
                    "instruction": "tokens",
                    "answer": "box",
                },
                words_only=True,
            ),
            ("gui-g1", "gui-g2", "ssl"),
        ),
        Study(
            "zoom",
            replace(
                _ANSWERS,
                env="VZoom-v0",
                settings={
                    "image_size": 40,
                    "source": "marks",
                    "instruction": "tokens",
                    "answer": "point",
                    "action": "cells",
                    "grid": 6,
                    "max_episode_steps": 3,
                },
                rollout=8,
                gamma=1.0,
                entropy=0.01,
                words_only=True,
            ),
            ("vigorl-zoom", "deepeyes", "ssl"),
        ),
        Study(
            "geolocation",
            replace(
                _ANSWERS,
                env="VGeo-v0",
                settings={
                    "image_size": 36,
                    "difficulty": 0,
                    "max_episode_steps": 1,
                    "action": "square",
                    "draw": "area",
                    "layer": "day",
                    "projection": "gnomonic",
                    "upright": True,
                    "question": 0,
                    "success_km": 1250,
                },
                steps=200_000,
            ),
            ("geo-r", "geoguessr", "vlm-gym"),
        ),
        Study(
            "navigation",
            replace(
                _ANSWERS,
                env="VNavPoint-v0",
                settings={
                    "image_size": 36,
                    "difficulty": 0,
                    "max_episode_steps": 64,
                    "depth": True,
                    "slide": True,
                    "auto_stop": True,
                    "success_distance": 0.9,
                },
                rollout=16,
                minibatches=8,
                gamma=0.95,
                entropy=0.01,
                steps=150_000,
            ),
            ("habitat", "seenav", "minigrid"),
            episodes=128,
            drawn=True,
        ),
    )
}


def judge(trainer: Trainer, study: Study, last: bool = False) -> dict[str, float]:
    """Share of solved unseen episodes; where actions are drawn, at last by the likeliest too."""
    episodes = study.episodes * (4 if last else 1)
    told = {"success": evaluate(trainer, "val", episodes, UNSEEN, greedy=not study.drawn)}
    if last and study.drawn:
        told["likeliest"] = evaluate(trainer, "val", episodes, UNSEEN, greedy=True)
    return told


def guessing(made_by: Settings, episodes: int) -> dict[str, float]:
    """What uniform actions solve of the episodes that are trained on."""
    rows = Rows(made_by)
    rows.reset(UNSEEN)
    rows.envs.action_space.seed(0)
    ended = solved = 0
    while ended < episodes:
        _, _, terminated, truncated, _, info = rows.step(
            torch.as_tensor(rows.envs.action_space.sample())
        )
        over = terminated | truncated
        ended += int(over.sum())
        solved += int((over & torch.as_tensor(info["success"]).reshape(-1)).sum())
    rows.envs.close()
    return {"success": solved / ended, "episodes": ended}


def run(trainer: Trainer, study: Study) -> Iterator[dict[str, float]]:
    """Learn; the points of the curve as they are reached, the first before anything is learnt."""
    steps, told = trainer.made_by.steps, []
    yield {"steps": 0, **judge(trainer, study)}
    due = 1
    for one in trainer.run():
        told.append(one)
        if one["steps"] < min(steps, due * steps / POINTS):
            continue
        due += 1
        means = {
            name: float(np.mean([t[name] for t in told if name in t] or [0.0]))
            for name in ("success", "return")
        }
        told = []
        yield {
            "steps": one["steps"],
            **judge(trainer, study, last=one["steps"] >= steps),
            "train_success": means["success"],
            "return": means["return"],
        }


def area(curve: Sequence[dict[str, float]]) -> float:
    """Mean success over the steps of a run.

    >>> area([{"steps": 0, "success": 0.0}, {"steps": 4, "success": 1.0}])
    0.5
    """
    parts = (
        (b["steps"] - a["steps"]) * (a["success"] + b["success"]) / 2 for a, b in pairwise(curve)
    )
    return sum(parts) / curve[-1]["steps"]


def steps_to(curve: Sequence[dict[str, float]], share: float) -> float | None:
    """Steps after which so much is solved, on the line between two points; None for never.

    >>> steps_to([{"steps": 0, "success": 0.0}, {"steps": 4, "success": 1.0}], 0.5)
    2.0
    """
    for before, after in pairwise(curve):
        if after["success"] >= share > before["success"]:
            way = (share - before["success"]) / (after["success"] - before["success"])
            return float(before["steps"] + way * (after["steps"] - before["steps"]))
    return None


def band(values: Any) -> tuple[Any, Any, Any]:
    """Mean over the first axis, and the ends of its 95 % interval by Student's t; none of one."""
    from scipy.stats import t

    values = np.asarray(values, float)
    mean, count = values.mean(0), len(values)
    if count < 2:
        return mean, mean, mean
    half = t.ppf(0.975, count - 1) * values.std(0, ddof=1) / count**0.5
    return mean, mean - half, mean + half


def plot(found: dict[str, Any], path: Path) -> None:
    """Success and return over steps, side by side, a row for each family."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    families = [name for name in STUDIES if any(r["family"] == name for r in found["runs"])]
    figure, rows = pyplot.subplots(
        len(families), 2, figsize=(10, 2.9 * len(families)), layout="constrained", squeeze=False
    )
    colours = _colours()
    for (left, right), family in zip(rows, families, strict=True):
        study = STUDIES[family]
        for recipe in (*study.published, *OURS):
            colour = colours[recipe]
            curves = [r["curve"] for r in runs_of(found, family, recipe)]
            if not curves:
                continue
            steps = [point["steps"] for point in curves[0]]
            solved = np.array([[point["success"] for point in curve] for curve in curves])
            left.plot(steps, solved.mean(0), color=colour, label=f"{recipe} ({len(curves)})")
            _spread(left, steps, solved, colour)
            earned = np.array([[point["return"] for point in curve[1:]] for curve in curves])
            earned = earned / max(float(np.abs(earned.mean(0)).max()), 1e-9)
            right.plot(steps[1:], earned.mean(0), color=colour)
            _spread(right, steps[1:], earned, colour)
        left.axhline(found["guessing"][family]["success"], color="black", lw=0.8, ls=":")
        left.set(ylim=(0, 1), ylabel="solved, unseen episodes")
        left.set_title(f"{study.made_by.env} ({family})", fontsize=10)
        right.set_title("return while training, over the most its mean came to", fontsize=9)
        right.set(ylim=(-0.5, 1.3))
        left.legend(frameon=False, fontsize=8, title="reward (seeds)", title_fontsize=8)
        for axes in (left, right):
            axes.set(xlabel="thousand steps")
            axes.xaxis.set_major_formatter(lambda steps, _: f"{steps / 1000:g}")
            axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, dpi=110)
    pyplot.close(figure)


def _colours() -> dict[str, str]:
    """Of each recipe, the same in all tasks; no two of a task alike."""
    published = dict.fromkeys(recipe for study in STUDIES.values() for recipe in study.published)
    others = dict(zip(published, cycle(_OTHERS), strict=False))
    return {**others, **dict(zip(OURS, ("#0072b2", "#d55e00"), strict=True))}


def _spread(axes: Any, steps: Sequence[float], values: Any, colour: str) -> None:
    """What stands about a mean: the 95 % interval of three seeds and more, of two each of them."""
    if len(values) > 2:
        _, low, high = band(values)
        axes.fill_between(steps, low, high, color=colour, alpha=0.15, lw=0)
    elif len(values) == 2:
        axes.plot(steps, values.T, color=colour, lw=0.6, alpha=0.6)


def runs_of(found: dict[str, Any], family: str, recipe: str) -> list[dict[str, Any]]:
    """The runs of a reward on a family's task, by seed."""
    fits = [r for r in found["runs"] if (r["family"], r["recipe"]) == (family, recipe)]
    return sorted(fits, key=lambda run: run["seed"])


def main(arguments: Sequence[str] | None = None) -> None:
    """Make the runs that are missing, one after the other."""
    options = _options(arguments)
    one_thread()
    options.out.mkdir(parents=True, exist_ok=True)
    results = options.out / "learning.json"
    found = json.loads(results.read_text("utf-8")) if results.exists() else {}
    found = {"guessing": {}, "runs": [], **found}
    wanted = [
        (STUDIES[family], recipe, number)
        for number, family in product(options.seeds, options.families)
        for recipe in STUDIES[family].recipes
        if recipe in options.recipes or not options.recipes
    ]
    missing = [one for one in wanted if not _is_there(found, *one)]
    print(f"{len(wanted) - len(missing)} of {len(wanted)} runs are there", flush=True)
    with TemporaryDirectory() as folder:
        for number, (study, recipe, each) in enumerate(missing, 1):
            print(f"{number}/{len(missing)} ", end="")
            _note(found, study, recipe, each, Path(folder))
            write_whole(results, json.dumps(found) + "\n")
    if found["runs"]:
        plot(found, options.out / "learning.png")


def _note(found: dict[str, Any], study: Study, recipe: str, number: int, folder: Path) -> None:
    """Make a run and keep it, and before the first of a task what guesses solve."""
    guessed = found["guessing"].get(study.family)
    if guessed is None or Settings(**guessed["of"]) != study.made_by:  # of others nothing counts
        guessed = guessing(_opened(study.made_by, folder), 16 * study.episodes)
        found["guessing"][study.family] = {**guessed, "of": recorded(study.made_by)}
        found["runs"] = [r for r in found["runs"] if r["family"] != study.family]
        print(f"{study.family}: a random answer solves {guessed['success']:.2%}", flush=True)
    made_by = replace(study.made_by, reward=recipe, seed=number)
    began, trainer = time.process_time(), Trainer(_opened(made_by, folder))
    curve = []
    for point in run(trainer, study):
        curve.append(point)
        told = f"{point['steps']:>9,} steps, solved {point['success']:.3f}"
        print(f"\r{study.family} {recipe} {number}: {told}", end="", flush=True)
    seconds = time.process_time() - began
    print(f", {seconds:.0f} s", flush=True)
    found["runs"].append(
        {
            "family": study.family,
            "recipe": recipe,
            "seed": number,
            "made_by": recorded(made_by),
            "episodes": study.episodes,
            "curve": curve,
            "cpu_seconds": round(seconds, 1),
            "commit": commit(),
        }
    )
    found |= {"machine": machine(), "versions": versions()}


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="benchmark_learning",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    recipes = sorted({recipe for study in STUDIES.values() for recipe in study.recipes})
    parser.add_argument("--families", nargs="+", choices=STUDIES, default=list(STUDIES))
    parser.add_argument("--recipes", nargs="+", choices=recipes, default=[], help="(all)")
    parser.add_argument("--seeds", nargs="+", type=seed, default=list(SEEDS))
    parser.add_argument(
        "--quick", action="store_true", help=f"dense and sparse, seed 0, of {', '.join(QUICK)}"
    )
    parser.add_argument("--out", type=Path, default=RESULTS, help="a folder")
    options = parser.parse_args(arguments)
    if options.quick:
        options.families, options.recipes, options.seeds = list(QUICK), list(OURS), [0]
    return options


def recorded(made_by: Settings) -> dict[str, Any]:
    """What a run was made by, as JSON has it."""
    told: dict[str, Any] = json.loads(json.dumps(asdict(made_by)))
    # Of no bonus, and of boxes that are drawn by their corners, nothing is told.
    left = set() if made_by.bonus else {n for n in told if n.startswith("bonus")}
    left |= set() if made_by.sized_boxes else {"sized_boxes"}
    return {n: v for n, v in told.items() if n not in left}


def _opened(made_by: Settings, folder: Path) -> Settings:
    """With pictures that are made for it in a folder, if there shall be any."""
    name = made_by.settings.get("source")
    if name not in SETS:
        return made_by
    if not (folder / name).exists():
        make_pictures(name, folder / name)
    return replace(made_by, settings={**made_by.settings, "source": str(folder / name)})


def _is_there(found: dict[str, Any], study: Study, recipe: str, number: int) -> bool:
    made_by = replace(study.made_by, reward=recipe, seed=number)
    return any(
        r["family"] == study.family and Settings(**r["made_by"]) == made_by for r in found["runs"]
    )


if __name__ == "__main__":
    main()
