"""What an export of many episodes takes: rows a second, bytes on disk, memory while it grows; and
how fast `datasets` reads it back.

    python -m vgym.baselines.benchmark_export --json
"""

from __future__ import annotations

import argparse
import json
import resource
import tempfile
import time
from pathlib import Path
from typing import Any

from vgym.evaluation.machine import machine, versions
from vgym.integrations.episodes import Setup
from vgym.integrations.export import Export
from vgym.integrations.tickets import tickets
from vgym.number_options import count

RESULT = Path(__file__).parent / "results" / "export_cpu.json"
SETUP = Setup("VGround-v0", "qwen2.5-vl", settings={"image_size": 256})


def measured(episodes: int, folder: Path) -> dict[str, Any]:
    """Write and read them.

    Args:
        episodes: how many. folder: empty.
    """
    held = Export([SETUP], tickets(SETUP, episodes))
    began, resident = time.perf_counter(), []
    shards = held.write(folder / "set", lambda done, of: resident.append(_resident_mb()))
    wrote = time.perf_counter() - began
    import datasets

    began = time.perf_counter()
    rows = datasets.load_dataset(
        str(folder / "set"), split="train", cache_dir=str(folder / "cache")
    )
    opened = time.perf_counter() - began
    began = time.perf_counter()
    pixels = sum(row["images"][0].size[0] for row in rows)
    read = time.perf_counter() - began
    return {
        "env": SETUP.env,
        "settings": dict(SETUP.settings),
        "episodes": len(rows),
        "files": len(shards),
        "rows_per_second_written": round(episodes / wrote, 1),
        "megabytes": round(sum(s.stat().st_size for s in shards) / 1e6, 1),
        "resident_mb_after_shards": resident,
        "seconds_to_open": round(opened, 2),
        "rows_per_second_read": round(len(rows) / read, 1),
        "mean_width": pixels / len(rows),
    }


def _resident_mb() -> int:
    """The most that the process held so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main(arguments: list[str] | None = None) -> None:
    """Measure, print, and with ``--json`` keep it."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--episodes", type=count, default=10_000)
    parser.add_argument("--json", action="store_true", help=f"write {RESULT.name}")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        found = measured(options.episodes, Path(folder))
    found |= {"machine": machine(), "versions": versions()}
    text = json.dumps(found, indent=1) + "\n"
    print(text, end="")
    if options.json:
        RESULT.write_text(text, "utf-8")


if __name__ == "__main__":
    main()
