"""What the first reset of a batch costs, at any difficulty, and the memory that a batch takes.

python -m vgym.baselines.benchmark_first_reset                       every id; writes JSON
python -m vgym.baselines.benchmark_first_reset --before PATH         beside an older checkout
python -m vgym.baselines.benchmark_first_reset --ids VNav-v0 --difficulties 1    the rest stays

Each id and difficulty has a process of its own, one thread, with compiled kernels on disk already.
Processor seconds, so that what else the machine is doing counts little: of making the batch, of its
first reset, and of the first reset of another split, when kernels are loaded and places, pages and
pictures are not. Then resident memory: after a tenth of the steps and after all of them.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from vgym.baselines.measuring import commit
from vgym.evaluation.machine import machine, versions
from vgym.registration import registered

RESULTS = Path(__file__).parent / "results" / "first_reset_cpu.json"
DIFFICULTIES = (0.0, 0.5, 1.0)
NUM_ENVS = 64
ROUNDS = 120  # steps of the batch for its memory

_CODE = """
import gc, json, resource, time
import gymnasium, vgym, torch
torch.set_num_threads(1)

def resident():
    pages = int(open("/proc/self/statm").read().split()[1])
    return pages * resource.getpagesize() / 1e6

def begin(split):
    start = time.process_time()
    envs = gymnasium.make_vec({id!r}, num_envs={num_envs}, difficulty={difficulty}, split=split)
    made = time.process_time()
    envs.reset(seed=0)
    return envs, made - start, time.process_time() - made

envs, make, first = begin("train")
envs.action_space.seed(0)
memory = [resident()]
for part in ({rounds} // 10, {rounds} - {rounds} // 10):
    for _ in range(part):
        envs.step(envs.action_space.sample())
    gc.collect()
    memory.append(resident())
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6
del envs
_, _, other = begin("val")
print(json.dumps({{
    "make_s": round(make, 3), "first_reset_s": round(first, 3), "other_split_s": round(other, 3),
    "begun_mb": round(memory[0]), "warm_mb": round(memory[1]), "after_mb": round(memory[2]),
    "peak_mb": round(peak),
}}))
"""


def measure(
    id: str,
    difficulty: float,
    checkout: Path | None = None,
    num_envs: int = NUM_ENVS,
    rounds: int = ROUNDS,
) -> dict[str, float]:
    """Seconds of the processor and megabytes of one batch; the second of two runs.

    Args:
        id: a registered id. checkout: another folder with vgym in it; None for this one.
        rounds: steps of the batch.
    """
    environment = dict(os.environ, OMP_NUM_THREADS="1", VGYM_THREADS="1", VGYM_QUIET="1")
    if checkout is not None:
        environment["PYTHONPATH"] = str(checkout)
    codes = [
        _CODE.format(id=id, difficulty=difficulty, num_envs=num_envs, rounds=n) for n in (0, rounds)
    ]
    for code in codes:  # the first compiles, and fills caches on disk
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True,
            env=environment, cwd=checkout,
        )  # fmt: skip
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def main() -> int:
    """Measure, print a table, write the JSON."""
    ids = [row.id for row in registered() if row.native]
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--ids", nargs="*", choices=ids, default=ids, metavar="ID")
    parser.add_argument(
        "--difficulties", nargs="*", type=float, default=DIFFICULTIES, help="default: 0, 0.5, 1"
    )
    parser.add_argument("--before", type=Path, help="an older checkout to be measured beside")
    parser.add_argument("--out", type=Path, default=RESULTS, help="default: %(default)s")
    options = parser.parse_args()
    found: dict[str, Any] = {}
    if options.out.exists():
        found = json.loads(options.out.read_text(encoding="utf-8"))["of"]
    table = Table("id", "difficulty", "checkout", "make s", "first reset s", "other split s",
                  "begun MB", "warm MB", "after MB", "peak MB", box=None)  # fmt: skip
    checkouts: dict[str, Path | None] = {"now": None}
    if options.before is not None:
        checkouts["before"] = options.before.resolve()
    console = Console(stderr=True)
    with console.status("") as status:
        for id in options.ids:
            for difficulty in options.difficulties:
                status.update(f"{id}, difficulty {difficulty}")
                cells = {when: measure(id, difficulty, path) for when, path in checkouts.items()}
                found.setdefault(id, {})[str(difficulty)] = cells
                for when, numbers in cells.items():
                    table.add_row(id, str(difficulty), when, *map(str, numbers.values()))
    Console().print(table)
    result = {
        "machine": machine(),
        "versions": versions(),
        "commit": commit(),
        "num_envs": NUM_ENVS,
        "rounds": ROUNDS,
        "of": found,
    }
    options.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
