"""What compiling costs: the first observation of an id where nothing has been compiled yet.

python -m vgym.baselines.benchmark_compile                    one id a subject; writes JSON
python -m vgym.baselines.benchmark_compile --before PATH      beside an older checkout of vgym

Each id is made, begun and answered once in a process of its own with an empty cache, and once more
with what the first has left there. Processor seconds, so that what else the machine is doing counts
little; checkouts take turns.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from vgym.baselines.measuring import commit
from vgym.evaluation.machine import machine, versions
from vgym.registration import registered

RESULTS = Path(__file__).parent / "results" / "compile_cpu.json"

_CODE = """
import time
start = time.process_time()
import gymnasium, vgym, torch
torch.set_num_threads(1)
envs = gymnasium.make_vec({id!r}, num_envs=2)
envs.reset(seed=0)
envs.step(envs.unwrapped.oracle())
print(time.process_time() - start)
"""


def measure(id: str, checkout: Path | None = None) -> dict[str, float]:
    """Processor seconds from the start of Python to the first answered step, cold and warm.

    Args:
        id: a registered id. checkout: another folder with vgym in it; None for this one.
    """
    with tempfile.TemporaryDirectory() as cache:
        environment = dict(
            os.environ, OMP_NUM_THREADS="1", VGYM_THREADS="1", NUMBA_CACHE_DIR=cache, VGYM_QUIET="1"
        )
        if checkout is not None:
            environment["PYTHONPATH"] = str(checkout)
        spent = [
            subprocess.run(
                [sys.executable, "-c", _CODE.format(id=id)],
                capture_output=True, text=True, check=True, env=environment, cwd=checkout,
            ).stdout
            for _ in range(2)
        ]  # fmt: skip
    cold, warm = map(float, spent)
    return {"cold_s": round(cold, 2), "warm_s": round(warm, 2)}


def ids() -> list[str]:
    """The first id of each subject, whose kernels the others of it share in large part."""
    first: dict[str, str] = {}
    for row in registered():
        if row.native:
            first.setdefault(row.family.subject, row.id)
    return list(first.values())


def main() -> int:
    """Measure, print a table, write the JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--before", type=Path, help="an older checkout to be measured beside")
    parser.add_argument("--ids", nargs="+", default=ids(), help="default: %(default)s")
    parser.add_argument("--out", type=Path, default=RESULTS, help="default: %(default)s")
    options = parser.parse_args()
    found: dict[str, dict[str, Any]] = {}
    with Console(stderr=True).status("") as status:
        for id in options.ids:
            status.update(id)
            found[id] = {"now": measure(id)}
            if options.before is not None:
                found[id]["before"] = measure(id, options.before.resolve())
    table = Table(box=None)
    for name in ("id", "cold s", "warm s", "before: cold s", "warm s"):
        table.add_column(name, justify="left" if name == "id" else "right")
    for id, cells in found.items():
        numbers = [cell[which] for cell in cells.values() for which in ("cold_s", "warm_s")]
        table.add_row(id, *(f"{number:.1f}" for number in numbers))
    Console().print(table)
    result = {
        "machine": machine(),
        "versions": versions(),
        "commit": commit(),
        "processor_seconds": found,
    }
    options.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
