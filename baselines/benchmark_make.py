"""What making an environment costs: the first one of a process, and one more of the same kind.

python -m vgym.baselines.benchmark_make                       every id; writes the table as JSON
python -m vgym.baselines.benchmark_make --before PATH         beside an older checkout of vgym

Each id is made in a process of its own, with compiled kernels on disk already. Processor seconds,
so that what else the machine is doing counts little; of the repeats the median.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from vgym.baselines.measuring import commit
from vgym.evaluation.machine import machine, versions
from vgym.registration import registered

RESULTS = Path(__file__).parent / "results" / "make_cpu.json"
REPEATS = 9  # further makes of the same configuration

# Run once to compile and fill caches on disk, then to measure. Says milliseconds of the processor.
_CODE = """
import json, sys, time
import gymnasium, vgym, torch
torch.set_num_threads(1)
spent = []
for _ in range({repeats} + 1):
    start = time.process_time()
    gymnasium.make({id!r})
    spent.append(1000 * (time.process_time() - start))
print(json.dumps(spent))
"""


def measure(id: str, checkout: Path | None = None) -> dict[str, float]:
    """Milliseconds of the first make of a process and the median of those after it.

    Args:
        id: a registered id. checkout: another folder with vgym in it; None for this one.
    """
    environment = dict(os.environ, OMP_NUM_THREADS="1", VGYM_THREADS="1")
    if checkout is not None:
        environment["PYTHONPATH"] = str(checkout)
    code = _CODE.format(id=id, repeats=REPEATS)
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True,
            env=environment, cwd=checkout,
        )  # fmt: skip
    first, *further = json.loads(done.stdout.splitlines()[-1])
    return {"first_ms": round(first, 2), "second_ms": round(statistics.median(further), 3)}


def main() -> int:
    """Measure, print a table, write the JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--before", type=Path, help="an older checkout to be measured beside")
    parser.add_argument("--out", type=Path, default=RESULTS, help="default: %(default)s")
    options = parser.parse_args()
    found: dict[str, Any] = {}
    console = Console(stderr=True)
    with console.status("") as status:
        for row in registered():
            if not row.native:
                continue
            status.update(row.id)
            found[row.id] = {"now": measure(row.id)}
            if options.before is not None:
                found[row.id]["before"] = measure(row.id, options.before.resolve())
    table = Table(box=None)
    for name in ("id", "first ms", "second ms", "before: first ms", "second ms"):
        table.add_column(name, justify="left" if name == "id" else "right")
    for id, cells in found.items():
        numbers = [cells[when][which] for when in ("now", "before") if when in cells
                   for which in ("first_ms", "second_ms")]  # fmt: skip
        table.add_row(id, *(f"{number:.1f}" for number in numbers))
    Console().print(table)
    result = {
        "machine": machine(),
        "versions": versions(),
        "commit": commit(),
        "repeats": REPEATS,
        "milliseconds": found,
    }
    options.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
