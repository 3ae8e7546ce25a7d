"""Evaluation harnesses give the mean that a loop of Gymnasium's gives: each is run, and compared.

A served model says in a harness what was said in the loop (see `vgym.baselines.played_back`), so
the means must be equal. Harnesses that need other versions than the rest run in environments of
their own; results of several runs are merged.

    python -m vgym.baselines.harnesses                      all that are installed
    python -m vgym.baselines.harnesses inspect-ai --out harnesses.json
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from vgym.baselines.consumers import versions
from vgym.baselines.played_back import Recording, recorded, served
from vgym.chat.prompts import Calls
from vgym.integrations.episodes import Setup

RESULT = Path(__file__).parent / "results" / "harnesses.json"
EPISODES = 24
_KEY = "VGYM_PLAYED_BACK_API_KEY"
# An id of each family, of one answer and of several.
PLAYED: dict[str, tuple[str, dict[str, Any]]] = {
    "VGround-v0": ("qwen2.5-vl", {"image_size": 256}),
    "VGui-v0": ("ui-tars", {"image_size": (400, 640)}),
    "VGuiFlow-v0": ("qwen3-vl", {"image_size": (400, 640), "max_episode_steps": 8}),
    "VZoom-v0": ("qwen2.5-vl", {}),
    "VGeo-v0": ("json", {}),
    "VNavPoint-v0": ("json", {"image_size": 64, "rooms": 4, "worlds": 2, "max_episode_steps": 8}),
}


def inspect_ai(setup: Setup, recording: Recording, url: str, folder: Path) -> dict[str, float]:
    """Means by inspect-ai, `vgym.integrations.inspect_ai.play`."""
    from inspect_ai import eval as evaluate

    from vgym.integrations.inspect_ai import play

    os.environ[_KEY] = "none"
    task = play(
        setup.env,
        setup.dialect,
        len(recording.returns),
        calls=setup.calls,
        **setup.settings,
    )
    (log,) = evaluate(
        task,
        model="openai-api/vgym-played-back/echo",
        model_base_url=url,
        log_dir=str(folder),
        display="none",
    )
    if log.status != "success" or log.results is None:
        raise RuntimeError(f"inspect-ai ended with {log.status}: {log.error}")
    return {score.name: score.metrics["mean"].value for score in log.results.scores}


def lmms_eval(setup: Setup, recording: Recording, url: str, folder: Path) -> dict[str, float]:
    """Means by lmms-eval's command, of a folder that `vgym.integrations.lmms_eval` wrote."""
    from vgym.integrations.lmms_eval import write_task

    file = write_task(folder, setup, len(recording.returns))
    out = folder / "out"
    command = [
        *(sys.executable, "-m", "lmms_eval", "--model", "openai"),
        *("--model_args", f"model_version=echo,base_url={url},api_key=none,max_retries=1"),
        *("--tasks", file.stem, "--include_path", str(folder), "--batch_size", "1"),
        *("--output_path", str(out)),
    ]
    settings = {"HF_HOME": str(folder / "hub"), "HF_HUB_OFFLINE": "1", "OPENAI_API_KEY": "none"}
    done = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, **settings}, check=False
    )
    files = list(out.rglob("*results.json"))
    if done.returncode or len(files) != 1:
        raise RuntimeError(f"lmms-eval ended with {done.returncode}: {done.stderr[-2000:]}")
    found = json.loads(files[0].read_text("utf-8"))["results"][file.stem]
    return {name.removesuffix(",none"): v for name, v in found.items() if name.endswith(",none")}


class Harness(NamedTuple):
    """One of them.

    Attributes:
        means: what it gives. packages: that it needs. calls: the ways of calling that it knows.
        mean: as it adds up: floats in another order differ in their last digit.
    """

    means: Callable[[Setup, Recording, str, Path], dict[str, float]]
    packages: tuple[str, ...]
    calls: tuple[Calls, ...]
    mean: Callable[[Sequence[float]], float]


HARNESSES = {
    "inspect-ai": Harness(
        inspect_ai, ("inspect-ai",), ("text", "native"), lambda values: float(np.mean(values))
    ),
    "lmms-eval": Harness(
        lmms_eval,
        ("lmms_eval", "transformers"),
        ("text",),
        lambda values: float(sum(values) / len(values)),
    ),
}


def compared(name: str, env: str, calls: Calls, episodes: int = EPISODES) -> dict[str, Any]:
    """One id in a harness, beside the loop."""
    dialect, settings = PLAYED[env]
    setup = Setup(env, dialect, calls=calls, settings=settings)
    recording = recorded(setup, episodes)
    with served(recording) as url, tempfile.TemporaryDirectory() as folder:
        found = HARNESSES[name].means(setup, recording, url, Path(folder))
    mean = HARNESSES[name].mean
    means = {
        "return": mean(recording.returns),
        "success": mean(recording.successes),
        "unread": mean(recording.unread),
    }
    return {
        "env": env,
        "dialect": dialect,
        "calls": calls,
        "episodes": episodes,
        "gymnasium": means,
        "harness": {score: found[score] for score in means},
    }


def tried(name: str, envs: Sequence[str] = (), episodes: int = EPISODES) -> dict[str, Any]:
    """A harness's versions, and its runs of ids (none given: all), one after another.

    Raises:
        ModuleNotFoundError: it is not installed.
    """
    harness = HARNESSES[name]
    held = versions(harness.packages)
    if held is None:
        needed = " and ".join(harness.packages)
        raise ModuleNotFoundError(f"{name} needs {needed}: pip install them")
    played = ((env, calls) for env in envs or PLAYED for calls in harness.calls)
    runs = (compared(name, env, calls, episodes) for env, calls in played)
    return {"versions": held, "python": platform.python_version(), "runs": runs}


def merged(runs: Sequence[dict[str, Any]], run: dict[str, Any]) -> list[dict[str, Any]]:
    """Runs with one more, in place of that of the same id and calls, in the order of `PLAYED`."""
    others = [r for r in runs if (r["env"], r["calls"]) != (run["env"], run["calls"])]
    return sorted(
        [*others, run], key=lambda r: (list(PLAYED).index(r["env"]), r["calls"] != "text")
    )


def table(results: dict[str, Any]) -> str:
    """The results as a table in Markdown."""
    lines = [
        "| harness | id | dialect, calls | episodes | mean by Gymnasium | mean by the harness |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for name, found in results.items():
        for run in found["runs"]:
            means = [repr(run[who]["return"]) for who in ("gymnasium", "harness")]
            lines.append(
                f"| {name} | {run['env']} | {run['dialect']}, {run['calls']} | {run['episodes']} "
                f"| {means[0]} | {means[1]} |"
            )
    return "\n".join(lines) + "\n"


def main(arguments: list[str] | None = None) -> None:
    """Run them, print what came, and merge it into the file."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(HARNESSES))
    parser.add_argument("--envs", nargs="*", default=[], metavar="ID", help=", ".join(PLAYED))
    parser.add_argument("--episodes", type=int, default=EPISODES)
    parser.add_argument("--out", type=Path, default=RESULT)
    options = parser.parse_args(arguments)
    for given, known in ((options.names, HARNESSES), (options.envs, PLAYED)):
        for name in given:
            if name not in known:
                parser.error(f"unknown name {name!r}; there are {', '.join(known)}")
    installed = [name for name, one in HARNESSES.items() if versions(one.packages)]
    results: dict[str, Any] = (
        json.loads(options.out.read_text("utf-8")) if options.out.exists() else {}
    )
    for name in options.names or installed:
        found = tried(name, options.envs, options.episodes)
        runs = results.get(name, {}).get("runs", [])
        for run in found["runs"]:
            print(f"{name}: {run}", flush=True)
            runs = merged(runs, run)
            results[name] = {**found, "runs": runs}
            options.out.write_text(json.dumps(results, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
