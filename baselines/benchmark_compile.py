"""What compiling costs: the first observation of an id where nothing has been compiled yet.

python -m vgym.baselines.benchmark_compile                    one id a subject; writes JSON
python -m vgym.baselines.benchmark_compile --before PATH      beside an older checkout of vgym

Each id is made, begun and answered once in a process of its own with an empty cache, and once more
with what the first has left there, on one core. Processor seconds, so that what else the machine is
doing counts little; checkouts take turns. Then once with an empty cache on all cores: processor
seconds of the process, the least that it can take, those of its helpers, and wall seconds,
which tell something where the machine is quiet.
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
import json, os, sys, time
begun = time.monotonic()
import gymnasium, vgym, torch
torch.set_num_threads(1)
envs = gymnasium.make_vec({id!r}, num_envs=2)
envs.reset(seed=0)
envs.step(envs.unwrapped.oracle())
wall = time.monotonic() - begun
together = sys.modules.get("vgym.compiled_together")  # which older checkouts do not have
together and together.finish()
own = os.times()
helpers = own.children_user + own.children_system
print(json.dumps([wall, own.user + own.system, helpers]))
"""


def measure(id: str, checkout: Path | None = None) -> dict[str, float]:
    """Seconds from the start of Python to the first answered step, cold and warm, on one core, and
    cold on all.

    Args:
        id: a registered id. checkout: another folder with vgym in it; None for this one.
    """
    with tempfile.TemporaryDirectory() as cache:
        one = {"NUMBA_CACHE_DIR": cache, "VGYM_THREADS": "1"}
        (_, cold, _), (_, warm, _) = (_first_step(id, checkout, one) for _ in range(2))
    with tempfile.TemporaryDirectory() as cache:
        wall, own, helpers = _first_step(id, checkout, {"NUMBA_CACHE_DIR": cache})
    found = {"cold_s": cold, "warm_s": warm, "own_s": own, "helpers_s": helpers, "wall_s": wall}
    return {name: round(seconds, 2) for name, seconds in found.items()}


def _first_step(id: str, checkout: Path | None, variables: dict[str, str]) -> tuple[float, ...]:
    """Wall seconds, processor seconds of the process, and those of its helpers."""
    environment = {name: value for name, value in os.environ.items() if name != "VGYM_THREADS"}
    environment |= {"OMP_NUM_THREADS": "1", "VGYM_QUIET": "1", **variables}
    if checkout is not None:
        environment["PYTHONPATH"] = str(checkout)
    done = subprocess.run(
        [sys.executable, "-c", _CODE.format(id=id)],
        capture_output=True, text=True, check=True, env=environment, cwd=checkout,
    )  # fmt: skip
    return tuple(json.loads(done.stdout))


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
    for name in ("id", "", "cold s", "warm s", "all cores: own s", "helpers s", "wall s"):
        table.add_column(name, justify="right" if name.endswith(" s") else "left")
    for id, cells in found.items():
        for which, cell in cells.items():
            table.add_row(id, which, *(f"{number:.1f}" for number in cell.values()))
    Console().print(table)
    result = {
        "machine": machine(),
        "versions": versions(),
        "commit": commit(),
        "seconds": found,
    }
    options.out.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
