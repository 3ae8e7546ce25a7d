"""How rates are measured, and what every benchmark tells of its numbers."""

from __future__ import annotations

import argparse
import json
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

import vgym

RESULTS = Path(__file__).resolve().parent / "results"  # of all benchmarks; no part of the code
Ways = Mapping[str, Callable[[], object]]  # of doing the same, by name
Rates = dict[str, dict[str, float]]  # of each way, the quartiles of how many a second


def one_thread() -> None:
    """Hold torch and the rows of batches to one thread of this process."""
    import torch

    torch.set_num_threads(1)
    vgym.threads(1)


def quartiles(rates: Sequence[float]) -> dict[str, float]:
    """Median, lower and upper quartile.

    >>> quartiles([1.0, 2.0, 3.0])
    {'median': 2.0, 'lower': 1.5, 'upper': 2.5}
    """
    lower, median, upper = np.percentile(rates, [25, 50, 75]).tolist()
    return {"median": median, "lower": lower, "upper": upper}


def commit() -> str:
    """What this was measured at, "-dirty" where more than results differ; "unknown" outside a
    repository."""
    described = _git("describe", "--always").stdout.strip()
    if not described:
        return "unknown"
    code = (":/", f":(exclude){RESULTS.name}")
    changed = _git("diff", "--quiet", "HEAD", "--", *code).returncode
    return f"{described}-dirty" if changed else described


def _git(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["git", *command], cwd=RESULTS.parent, capture_output=True, text=True, check=False
    )


def rates(ways: Ways, counts: int | Mapping[str, int], rounds: int) -> Rates:
    """How many a second of the processor each way does, measured in turn.

    Args:
        counts: how many one call does, of all or of each way. rounds: calls that count, of each;
            one more is made before them.

    >>> sorted(rates({"nothing": lambda: sum(range(10**5))}, 1, 2)["nothing"])
    ['lower', 'median', 'upper']
    """
    found: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(rounds + 1):
        for name, way in ways.items():
            start = time.process_time()
            way()
            if number:
                count = counts if isinstance(counts, int) else counts[name]
                found[name].append(count / (time.process_time() - start))
    return {name: quartiles(each) for name, each in found.items()}


def measure_groups(
    text: str | None,
    groups: Mapping[str, Callable[[], dict[str, Rates]]],
    results: Path,
    **told: Any,
) -> int:
    """The command of a benchmark on one thread: measure, print a table, write the JSON.

    Args:
        text: what ``--help`` says. groups: what is measured, by names for ``--only``; each gives
            rates by what they are of. results: the JSON; groups that are not measured stay in it.
        told: what the JSON says of each group beside the machine, versions and commit.
    """
    from rich.console import Console
    from rich.table import Table

    from vgym.core.opencv import cv2
    from vgym.evaluation.machine import machine, versions

    parser = argparse.ArgumentParser(
        description=text, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", choices=list(groups), nargs="*", default=list(groups))
    parser.add_argument("--out", type=Path, default=results, help="default: %(default)s")
    options = parser.parse_args()
    one_thread()
    cv2.setNumThreads(1)
    content: dict[str, Any] = {}
    if options.out.exists():
        content = json.loads(options.out.read_text(encoding="utf-8"))
    table = Table("group", "what", "way", "a second", "quartiles", title="one thread")
    for group in options.only:
        found = groups[group]()
        for name, ways in found.items():
            for way, rate in ways.items():
                spread = f"{rate['lower']:,.0f} to {rate['upper']:,.0f}"
                table.add_row(group, name, way, f"{rate['median']:,.0f}", spread)
        content[group] = {
            "per_second": found,
            **told,
            "threads": 1,
            "machine": machine(),
            "versions": versions(),
            "commit": commit(),
        }
    Console().print(table)
    options.out.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    return 0
