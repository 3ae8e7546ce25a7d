"""Does a long run grow? What a process holds at the start, middle and end of a million steps.

Of every id as a native batch with random actions, and of environments that are made and closed two
hundred times: resident memory, open descriptors, threads, objects that Python's collector knows.
What is filled once (caches within their bounds, worlds that are kept) is filled in a warm-up.

python -m vgym.baselines.soak --steps 1000000 --json
python -m vgym.baselines.soak --ids VZoom-v0 --source earth --json   beside the others
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import gymnasium
from rich.console import Console
from rich.table import Table

from vgym.baselines.measuring import commit, one_thread
from vgym.evaluation.machine import machine, versions
from vgym.number_options import count
from vgym.registration import registered

RESULTS = Path(__file__).parent / "results"
NUM_ENVS = 256
IMAGE_SIZE = 64


@dataclass(frozen=True)
class Held:
    """What this process holds (Linux).

    Attributes:
        resident_mb: memory. descriptors, threads: of the system. objects: of Python's collector.
    """

    resident_mb: float
    descriptors: int
    threads: int
    objects: int

    @classmethod
    def now(cls) -> Held:
        """After a collection."""
        gc.collect()
        pages = int(Path("/proc/self/statm").read_text("utf-8").split()[1])
        return cls(
            round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6, 2),
            len(os.listdir("/proc/self/fd")),
            len(os.listdir("/proc/self/task")),
            len(gc.get_objects()),
        )


def steps(id: str, number: int, num_envs: int = NUM_ENVS, **settings: Any) -> dict[str, Any]:
    """Step a native batch with random actions, a fifth as many before as a warm-up.

    Args:
        id: a registered one. number: of steps of rows, all rows together.

    Returns:
        The number that were made and seconds, and what was held at the start, middle and end.
    """
    envs = gymnasium.make_vec(id, num_envs=num_envs, **settings)
    envs.reset(seed=0)
    envs.action_space.seed(0)
    rounds = max(2, -(-number // num_envs))
    for _ in range(rounds // 5 + 1):
        envs.step(envs.action_space.sample())
    start, held = time.perf_counter(), [Held.now()]
    for half in (rounds // 2, rounds - rounds // 2):
        for _ in range(half):
            envs.step(envs.action_space.sample())
        held.append(Held.now())
    envs.close()
    return {
        "steps": rounds * num_envs,
        "seconds": round(time.perf_counter() - start, 1),
        "held": [asdict(each) for each in held],
    }


def made_and_closed(id: str, number: int, **settings: Any) -> dict[str, Any]:
    """Make, play a step of and close an environment and a batch so many times, a tenth before.

    Returns:
        As `steps`.
    """

    def once() -> None:
        for made in (
            gymnasium.make(id, **settings),
            gymnasium.make_vec(id, num_envs=4, **settings),
        ):
            made.reset(seed=0)
            made.step(made.action_space.sample())
            made.close()

    for _ in range(number // 10 + 1):
        once()
    start, held = time.perf_counter(), [Held.now()]
    for half in (number // 2, number - number // 2):
        for _ in range(half):
            once()
        held.append(Held.now())
    return {
        "times": number,
        "seconds": round(time.perf_counter() - start, 1),
        "held": [asdict(each) for each in held],
    }


def main(arguments: list[str] | None = None) -> None:
    """Measure and print; with --json add to baselines/results/soak_cpu.json, an id at a time."""
    ids = [row.id for row in registered() if row.native]
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--ids", nargs="+", default=ids, metavar="ID", help="default: all")
    parser.add_argument("--steps", type=count, default=1_000_000, help="of rows, for each id")
    parser.add_argument("--num-envs", type=count, default=NUM_ENVS, help="rows of a batch")
    parser.add_argument("--source", help="of ids that have several; the default's otherwise")
    parser.add_argument("--times", type=count, default=200, help="made and closed")
    parser.add_argument("--json", action="store_true", help="write baselines/results/soak_cpu.json")
    options = parser.parse_args(arguments)
    one_thread()
    path = RESULTS / "soak_cpu.json"
    results: dict[str, Any] = json.loads(path.read_text("utf-8")) if path.exists() else {}
    settings: dict[str, Any] = {"image_size": IMAGE_SIZE}
    settings |= {"source": options.source} if options.source else {}
    for id in options.ids:
        name = f"{id}, {options.source}" if options.source else id
        found = {
            "num_envs": options.num_envs,
            "stepped": steps(id, options.steps, options.num_envs, **settings),
            "made and closed": made_and_closed(id, options.times, **settings),
            "commit": commit(),
            "machine": machine(),
            "versions": versions(),
        }
        Console(width=160).print(_table(name, found))
        if options.json:
            results[name] = found
            path.write_text(json.dumps(results, indent=1) + "\n", "utf-8")


def _table(id: str, found: dict[str, Any]) -> Table:
    table = Table(title=id, title_justify="left", box=None, header_style="dim")
    table.add_column("")
    for name in Held.__dataclass_fields__:
        table.add_column(f"{name}: start, middle, end", justify="right")
    for what in ("stepped", "made and closed"):
        held = found[what]["held"]
        cells = [", ".join(f"{each[name]:,}" for each in held) for name in held[0]]
        table.add_row(f"{what} {found[what].get('steps') or found[what]['times']:,}", *cells)
    return table


if __name__ == "__main__":
    main()
