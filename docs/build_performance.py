"""Writes the table of docs/performance.md from what `benchmark_step --all` measured.

python docs/build_performance.py
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from vgym.baselines.step_rates import RESULT, SIZES

PAGE = Path(__file__).with_name("performance.md")


def projected(ratio: float, threads: int, cores: int) -> float:
    """How many times as fast so many cores would be, by Amdahl's law from what threads gave.

    >>> projected(2.0, 2, 16), round(projected(1.6, 2, 16), 2), projected(0.9, 2, 16)
    (16.0, 3.37, 1.0)
    """
    alone = min(1.0, max(0.0, (threads / ratio - 1) / (threads - 1)))  # the share of one thread
    return 1 / (alone + (1 - alone) / cores)


def rates(held: dict[str, Any]) -> Iterator[str]:
    """The table, and the machine it is of."""
    most = str(max(held["threads"]))
    batches = [size for size in SIZES if size > 1]
    heads = " | ".join(f"{size:,}" for size in batches)
    yield f"| id | alone | of MiniGrid | {heads} | 16 cores, projected |"
    yield f"| --- |{' --- |' * (len(batches) + 3)}"
    for id, found in held["ids"].items():
        cells = []
        for size in batches:
            one, all_cores = (found["rates"][str(size)][n]["median"] for n in ("1", most))
            cells.append(f"{one:,.0f} ({all_cores / one:.2f}x)")
        alone = found["rates"]["1"]["1"]["median"]
        ratio = alone / found["MiniGrid RGB"]["median"]
        largest = found["rates"][str(batches[-1])]
        more = projected(largest[most]["median"] / largest["1"]["median"], int(most), 16)
        row = " | ".join((*cells, f"{more:.1f}x"))
        yield f"| `{id}` | {alone:,.0f} | {ratio:.2f}x | {row} |"
    machine = held["machine"]
    yield (
        f"\n{machine['processor']}, {machine['cores']} cores (virtual), {machine['system']}, "
        f"Python {machine['python']}, torch {held['versions']['torch']}, commit {held['commit']}; "
        f"1 and {most} threads in turns, medians of wall-clock seconds."
    )


def main() -> None:
    """Put the table between its marks."""
    held = json.loads(RESULT.read_text(encoding="utf-8"))
    made = "<!-- rates -->\n" + "\n".join(rates(held)) + "\n<!-- end -->"
    text = PAGE.read_text(encoding="utf-8")
    text = re.sub(r"<!-- rates -->.*?<!-- end -->", lambda _: made, text, flags=re.S)
    PAGE.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
