"""Makes the tables of learning.md, of what `benchmark_learning`, `benchmark_exploration` and
`compare_learning` measured.

python docs/build_learning.py
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
from build_places import put, read

from vgym.baselines.benchmark_exploration import ARMS
from vgym.baselines.benchmark_learning import OURS, STUDIES, area, band, runs_of, steps_to
from vgym.baselines.compare_learning import AS_BEFORE, BEFORE, NOW, RESULTS
from vgym.baselines.ppo import Settings
from vgym.baselines.tensor_files import read_tensors
from vgym.baselines.tiny_agent import policies

PAGE = Path(__file__).parent / "learning.md"
README = PAGE.parents[1] / "README.md"
# What earns without the task being done, by id; where the table of the id stands.
WITHOUT = {"VGroundPoint-v0": "without reading", "VNavPoint-v0": "without looking"}
MARKS = {"VGroundPoint-v0": "answers", "VNavPoint-v0": "walks"}


def table(found: dict[str, Any], env_id: str) -> str:
    """Of an id: success of each seed, their mean, and how much that is above the bound."""
    return "\n".join([*_rows(found, env_id), ""])


def _rows(found: dict[str, Any], env_id: str) -> Iterator[str]:
    yield f"| episodes and reward | three seeds | mean | {WITHOUT[env_id]} | above that |"
    yield "| --- | --- | --- | --- | --- |"
    for arm in (BEFORE, AS_BEFORE, NOW):
        runs = [run for run in found["runs"] if (run["id"], run["arm"]) == (env_id, arm)]
        solved = [run["val_success"] for run in sorted(runs, key=lambda run: run["seed"])]
        bound = found["unseeing"][env_id][NOW if arm == AS_BEFORE else arm]
        mean = float(np.mean(solved))
        numbers = ", ".join(f"{each:.2f}" for each in solved)
        yield f"| {arm} | {numbers} | {mean:.2f} | {bound:.2f} | {mean - bound:+.2f} |"


def study(found: dict[str, Any], family: str) -> str:
    """What was learnt of a family's task from each reward."""
    made_by = STUDIES[family].made_by
    guessed = found["guessing"][family]
    settings = ", ".join(f"{name}={value!r}" for name, value in made_by.settings.items())
    return "\n".join(
        [
            f"`{made_by.env}`, {settings}; {made_by.steps:,} steps. A random answer solves "
            f"{guessed['success']:.2%} of {guessed['episodes']:,} training episodes.",
            "",
            "| reward | seeds | solved at the end | training | area | steps to 50 % | to 80 % |",
            "| --- | --- | --- | --- | --- | --- | --- |",
            *(
                _learnt(recipe, runs)
                for recipe in STUDIES[family].recipes
                if (runs := runs_of(found, family, recipe))
            ),
            "",
        ]
    )


def _learnt(recipe: str, runs: list[dict[str, Any]]) -> str:
    curves = [run["curve"] for run in runs]
    cells = [_with_ends([curve[-1]["success"] for curve in curves])]
    cells.append(_with_ends([curve[-1]["train_success"] for curve in curves]))
    cells.append(_with_ends([area(curve) for curve in curves]))
    for share in (0.5, 0.8):
        reached = [steps for curve in curves if (steps := steps_to(curve, share)) is not None]
        of = "" if len(reached) == len(curves) else f" ({len(reached)} of {len(curves)})"
        cells.append(f"{np.median(reached):,.0f}{of}" if reached else "never")
    seeds = ", ".join(str(run["seed"]) for run in runs)
    return f"| `{recipe}` | {seeds} | {' | '.join(cells)} |"


def _with_ends(values: list[float]) -> str:
    """The mean, and the ends of its interval, if there are two or more."""
    mean, low, high = band(values)
    ends = f" ({max(low, 0):.2f} to {min(high, 1):.2f})" if len(values) > 1 else ""
    return f"{mean:.2f}{ends}"


def front(found: dict[str, Any]) -> str:
    """The README's table: what is solved at the end by who learnt from each of ours."""
    lines = ["| task | a random answer | `sparse` | `dense` |", "| --- | --- | --- | --- |"]
    for family in found["guessing"]:
        cells = [f"{found['guessing'][family]['success']:.3f}"]
        for recipe in reversed(OURS):
            curves = [run["curve"] for run in runs_of(found, family, recipe)]
            seeds = f" ({len(curves)} seeds)" if len(curves) > 1 else ""
            cells.append(f"{np.mean([c[-1]['success'] for c in curves]):.2f}{seeds}")
        env_id = STUDIES[family].made_by.env
        lines.append(f"| {family}: `{env_id}` | {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def cards() -> str:
    """What each policy that ships was trained on and solves, and the line that trains it again."""
    lines = [
        "| policy | task | steps | seed | solved of `train`, `val`, `test` (1,024 each) | KB |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    again = []
    for path, made_by in policies().items():
        told = json.loads(read_tensors(path)[1]["vgym"])
        solved = ", ".join(f"{share:.2f}" for share in told["solved"].values())
        settings = ", ".join(f"{name}={value!r}" for name, value in made_by.settings.items())
        lines.append(
            f"| `assets/policies/{path.name}` | `{made_by.env}`, {settings}, paid by "
            f"`{made_by.reward}` | {told['steps']:,} | {made_by.seed} | {solved} | "
            f"{path.stat().st_size / 1000:,.0f} |"
        )
        again.append(f"python -m vgym.baselines.ppo {_options(made_by)} --out runs/{path.stem}")
    return "\n".join([*lines, "", "```sh", *again, "```", ""])


def _options(made_by: Settings) -> str:
    """Of the command, where they are not its own."""
    words = []
    for each in fields(Settings):
        value = getattr(made_by, each.name)
        if value != getattr(Settings(), each.name) or each.name == "env":
            said = f"'{json.dumps(value)}'" if each.name == "settings" else value
            said = "" if value is True else f" {said}"
            words.append(f"--{each.name.replace('_', '-')}{said}")
    return " ".join(words)


def explored(found: dict[str, Any]) -> str:
    """What was learnt with each bonus where plain PPO fails."""
    guessed, of = found["guessing"], found["guessing"]["of"]
    settings = ", ".join(f"{name}={value!r}" for name, value in of["settings"].items())
    lines = [
        f"`{of['env']}`, {settings}, paid by `{of['reward']}`; {of['steps']:,} steps. A random "
        f"answer solves {guessed['success']:.2%} of {guessed['episodes']:,} training episodes.",
        "",
        "| bonus | seeds | solved of the last training walks | of unseen ones | CPU seconds |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name in ARMS:
        fits = [run for run in found["runs"] if run["bonus"] == name]
        if runs := sorted(fits, key=lambda run: run["seed"]):
            cells = [", ".join(str(run["seed"]) for run in runs)]
            for last in ([r["curve"][-1]["success"] for r in runs], [r["unseen"] for r in runs]):
                cells.append(f"{np.mean(last):.1%}")
            cells.append(f"{np.mean([run['cpu_seconds'] for run in runs]):.0f}")
            lines.append(f"| {name} | {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


def main() -> None:
    """Write all."""
    put(PAGE, "policies", cards())
    learnt = read(RESULTS / "learning.json")
    for family in learnt["guessing"]:
        put(PAGE, family, study(learnt, family))
    put(README, "learnt", front(learnt))
    put(PAGE, "explored", explored(read(RESULTS / "exploration.json")))
    found = read(RESULTS / "compare_learning.json")
    for env_id, mark in MARKS.items():
        put(PAGE, mark, table(found, env_id))


if __name__ == "__main__":
    main()
