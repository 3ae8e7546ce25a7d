"""What it costs to check a data set's pictures: header and end of each, or all of its pixels.

python -m vgym.baselines.benchmark_pictures        prints a table and writes it as JSON

The pictures are those that ship, at usual sizes and in usual formats. Each is opened many times, so
they come from the machine's memory, not from its disk. Seconds of the processor for 1,000 pictures,
which count what else the machine is doing little; of the rounds the median and quartiles.
"""

from __future__ import annotations

import argparse
import json
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image
from rich.console import Console
from rich.table import Table

from vgym.asset_files import asset
from vgym.baselines.measuring import commit, quartiles
from vgym.data.images import check_image, image_size, open_image
from vgym.evaluation.machine import machine, versions

RESULTS = Path(__file__).parent / "results" / "pictures_cpu.json"
ROUNDS = 7
SAMPLE = 8  # pictures of each kind
# A file beside the pictures that ship, their pattern, the size to bring them to, and the format.
KINDS = {
    "photograph, JPEG 640 x 480": ("photos/photos.jsonl", "*.jpg", (640, 480), "jpg"),
    "photograph, PNG 640 x 480": ("photos/photos.jsonl", "*.jpg", (640, 480), "png"),
    "photograph, WEBP 640 x 480": ("photos/photos.jsonl", "*.jpg", (640, 480), "webp"),
    "screen, PNG 1920 x 1080": ("screens/screens.jsonl", "**/*.webp", (1920, 1080), "png"),
    "screen, PNG 3840 x 2160": ("screens/screens.jsonl", "**/*.webp", (3840, 2160), "png"),
}
WAYS: dict[str, Callable[[Path], Any]] = {
    "header": image_size,
    "header and end": check_image,
    "decoded": open_image,
}


def sample(kind: str, folder: Path) -> list[Path]:
    """Some pictures of a kind, written into a folder."""
    where, pattern, size, suffix = KINDS[kind]
    found = sorted(Path(str(asset(where))).parent.glob(pattern))
    paths = []
    for number, source in enumerate(found[:: max(1, len(found) // SAMPLE)][:SAMPLE]):
        path = folder / f"{len(list(folder.iterdir()))}-{number}.{suffix}"
        with Image.open(source) as picture:
            picture.convert("RGB").resize(size).save(path)
        paths.append(path)
    return paths


def seconds_per_1000(way: Callable[[Path], Any], paths: list[Path], repeats: int) -> float:
    """Seconds of the processor for 1,000 pictures."""
    start = time.process_time()
    for _ in range(repeats):
        for path in paths:
            way(path)
    return 1000 * (time.process_time() - start) / (repeats * len(paths))


def main() -> int:
    """Measure, print a table, write the JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--out", type=Path, default=RESULTS, help="default: %(default)s")
    options = parser.parse_args()
    found: dict[str, dict[str, Any]] = {}
    table = Table("pictures", *WAYS, title="Seconds of the processor for 1,000 pictures")
    with tempfile.TemporaryDirectory() as folder:
        for kind in KINDS:
            paths = sample(kind, Path(folder))
            found[kind] = {}
            for name, way in WAYS.items():
                repeats = 1 if name == "decoded" else 20
                seconds_per_1000(way, paths, 1)  # warm-up
                rounds = [seconds_per_1000(way, paths, repeats) for _ in range(ROUNDS)]
                found[kind][name] = quartiles(rounds)
            table.add_row(kind, *(f"{found[kind][name]['median']:.3f}" for name in WAYS))
    Console().print(table)
    told = {
        "seconds_per_1000": found,
        "pictures_of_a_kind": SAMPLE,
        "rounds": ROUNDS,
        "threads": 1,
        "machine": machine(),
        "versions": versions(),
        "commit": commit(),
    }
    options.out.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
