"""Does a long run grow? A million steps of a native batch; resident memory after warm-up and after.

python -m vgym.baselines.benchmark_memory --id VGround-v0 --steps 1000000 --json
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import time
from pathlib import Path
from typing import Any

import gymnasium
from rich.progress import track

import vgym  # noqa: F401  registers the ids
from vgym.baselines.measuring import one_thread
from vgym.evaluation.machine import machine, versions
from vgym.number_options import count, number

RESULTS = Path(__file__).parent / "results"


def resident_mb() -> float:
    """Resident memory of this process in MB (Linux)."""
    pages = int(Path("/proc/self/statm").read_text("utf-8").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def measure(id: str, steps: int, num_envs: int = 256, **settings: Any) -> dict[str, Any]:
    """Run ``steps`` environment steps with random actions after a tenth as many to warm up.

    Returns:
        resident memory after the warm-up and at the end, and the growth, in MB.
    """
    one_thread()
    envs = gymnasium.make_vec(id, num_envs=num_envs, **settings)
    envs.reset(seed=0)
    envs.action_space.seed(0)
    rounds = -(-steps // num_envs)
    for _ in range(rounds // 10):
        envs.step(envs.action_space.sample())
    gc.collect()
    before, start = resident_mb(), time.perf_counter()
    trace = []
    for i in track(range(rounds), description=f"{id}, {steps:,} steps"):
        envs.step(envs.action_space.sample())
        if i % max(1, rounds // 10) == 0:
            trace.append(round(resident_mb(), 2))
    seconds = time.perf_counter() - start
    gc.collect()
    after = resident_mb()
    return {
        "id": id,
        "num_envs": num_envs,
        "settings": settings,
        "steps": rounds * num_envs,
        "warm_up_steps": rounds // 10 * num_envs,
        "resident_mb_before": round(before, 2),
        "resident_mb_after": round(after, 2),
        "growth_mb": round(after - before, 2),
        "resident_mb_trace": trace,
        "seconds": round(seconds, 1),
        "machine": machine(),
        "versions": versions(),
    }


def main(arguments: list[str] | None = None) -> None:
    """Measure and print; with --json write baselines/results/memory_*.json."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--id", default="VGround-v0")
    parser.add_argument("--steps", type=count, default=1_000_000)
    parser.add_argument("--image-size", type=count, default=64)
    parser.add_argument("--difficulty", type=number, help="(default: the environment's own)")
    parser.add_argument("--json", action="store_true", help="write baselines/results/*.json")
    options = parser.parse_args(arguments)
    settings = {"image_size": options.image_size}
    if options.difficulty is not None:
        settings["difficulty"] = options.difficulty
    result = measure(options.id, options.steps, **settings)
    print(
        f"{result['id']}: {result['resident_mb_before']} MB after warm-up, "
        f"{result['resident_mb_after']} MB after {result['steps']:,} steps: "
        f"{result['growth_mb']:+.2f} MB"
    )
    if options.json:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / f"memory_{options.id}.json").write_text(
            json.dumps(result, indent=1) + "\n", "utf-8"
        )


if __name__ == "__main__":
    main()
