"""What questions to the Earth cost: the nearest towns of 100,000 places, memory, and making.

python -m vgym.baselines.benchmark_earth           prints tables and writes them as JSON
python -m vgym.baselines.benchmark_earth --only towns

`towns` asks for the nearest town and its country, one thread, in `vgym.data.earth`'s way and in
those of others, from the same table of towns, in turn:
- `reverse_geocoder` of one thread: a tree of latitudes and longitudes in degrees, asked for a list
  of pairs, a row of the table for each. Degrees of longitude are shorter by the poles and end at
  180, so that another town than the nearest is found: how often is told. Where the package is
  installed, it is asked too, with its own table of 144,563 places.
- one place at a time, as clients of web services such as geopy are asked: the nearest of such a
  tree, and its distance by the haversine; and, as who has no tree does it, the least distance of
  all towns.
`memory` loads part after part of the Earth in a process of its own, and says by how many megabytes
the process grew, without what the first of all compiled functions takes. Views from afar keep what
they were cut from: how much that is after 1,024 episodes of VGeo-v0, from no difficulty to all, and
if all of the Earth was looked at. `make` is the median of further makes of an id in one process.
Seconds are the processor's, which count what else the machine does little; of the rounds, which
take the ways in turn, the median and quartiles.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from importlib import import_module
from importlib.util import find_spec
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from vgym.baselines import benchmark_make
from vgym.baselines.measuring import commit, rates
from vgym.data import earth
from vgym.data.earth.places import RADIUS_M
from vgym.evaluation.machine import machine, versions

RESULTS = Path(__file__).parent / "results" / "earth_cpu.json"
PLACES, ROUNDS = 100_000, 7
ONE_BY_ONE, ALL_TOWNS = 1_000, 2  # places of the slow ways
_CODE = "the first compiled function"
_ONE, _ALL = "one at a time, a tree", "one at a time, all towns"
IDS = ("VGeo-v0", "VGeoPhoto-v0", "VGeoMatch-v0")

Pairs = list[tuple[float, float]]  # latitude and longitude

# Says megabytes of the process after each part, and of what views from afar keep.
_PARTS = """
import ctypes, gc, json, os
import cv2, gymnasium, numba, numpy as np, scipy.spatial, shapely, torch, vgym
from pathlib import Path
from vgym.data import earth
from vgym.data.earth.raster import halved
places = [[2.35, 48.86], [-30.0, 0.0]]
window = np.array([[24000.0, 8000.0, 25000.0, 9000.0], [0.0, 0.0, 43200.0, 21600.0]])
image = np.empty((2, 224, 224, 3), np.uint8)
parts = {{
    {code!r}: lambda: halved(image[0], 1.0),
    "countries and regions": lambda: earth.country_of(places),
    "towns": lambda: (earth.nearest_places(places), earth.nearest_places(places, 3)),
    "chains and lakes": lambda: earth.chain_of(places),
    "coast": lambda: earth.is_land(places),
    "heights": lambda: earth.height_m(places),
    "gazetteer": lambda: earth.gazetteer().search("Paris"),
    **{{
        "views: " + layer: lambda layer=layer: earth.painter(layer).paint(window, image)
        for layer in {layers!r}
    }},
}}
found = {{}}
for name in ["before", *parts]:
    parts.get(name, lambda: None)()
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)  # what is freed is given back, so that it is not counted
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    found[name] = pages * os.sysconf("SC_PAGE_SIZE") / 1e6
played = {{}}
for difficulty in (0.0, 0.25, 0.5, 1.0):
    options = dict(num_envs=64, image_size=224, max_episode_steps=1, difficulty=difficulty)
    envs = gymnasium.make_vec("VGeo-v0", **options)
    for seed in range(16):
        envs.reset(seed=64 * seed)
    played["difficulty %g" % difficulty] = sum(earth.painter(x).nbytes for x in earth.LAYERS) / 1e6
for layer in earth.LAYERS:
    for size in range(2):
        earth.painter(layer).far_picture.whole(size)
played["all"] = sum(earth.painter(layer).nbytes for layer in earth.LAYERS) / 1e6
print(json.dumps([found, played]))
"""


def places_asked() -> dict[str, NDArray[np.float64]]:
    """(PLACES, 2) lonlat each: uniform on the sphere, and about towns."""
    rng = np.random.default_rng(15)
    square = rng.random((PLACES, 2))
    lat = np.degrees(np.arcsin(2 * square[:, 1] - 1))
    towns = earth.towns().lonlat
    about = towns[rng.integers(0, len(towns), PLACES)] + rng.normal(0, 0.2, (PLACES, 2))
    return {
        "uniform on the sphere": np.stack([360 * square[:, 0] - 180, lat], 1),
        "about towns": np.clip(about, [-180, -90], [180, 90]),
    }


class DegreeTree:
    """Towns as `reverse_geocoder` 1.5.1 finds them: by a tree of degrees, rows as dictionaries."""

    def __init__(self) -> None:
        from scipy.spatial import cKDTree

        towns = earth.towns()
        self.tree = cKDTree(towns.lonlat[:, ::-1])
        keys = ("lat", "lon", "name", "cc")
        columns = towns.lonlat[:, 1], towns.lonlat[:, 0], towns.name, towns.code
        listed = zip(*(column.tolist() for column in columns), strict=True)
        self.rows = [dict(zip(keys, row, strict=True)) for row in listed]

    def search(self, pairs: Pairs) -> list[dict[str, Any]]:
        """All at once."""
        _, numbers = self.tree.query(pairs, k=1)
        return [self.rows[number] for number in numbers]

    def reverse(self, pair: tuple[float, float]) -> tuple[dict[str, Any], float]:
        """One, and the metres to it."""
        row = self.rows[self.tree.query(pair, k=1)[1]]
        return row, haversine_m(pair, (row["lat"], row["lon"]))

    def nearest_of_all(self, pair: tuple[float, float]) -> dict[str, Any]:
        """One, by its distances from all towns."""
        return min(self.rows, key=lambda row: haversine_m(pair, (row["lat"], row["lon"])))


def haversine_m(a: tuple[float, float], b: tuple[float, float]) -> float:
    """Metres along the great circle between two pairs of latitude and longitude.

    >>> round(haversine_m((0.0, 0.0), (0.0, 180.0)))
    20015114
    """
    lat_a, lon_a, lat_b, lon_b = map(math.radians, (*a, *b))
    half = math.sin((lat_b - lat_a) / 2) ** 2
    half += math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    return 2 * RADIUS_M * math.asin(min(1.0, math.sqrt(half)))


def towns() -> dict[str, Any]:
    """Places a second of each way; how often a tree of degrees finds another town."""
    theirs = DegreeTree()
    found: dict[str, Any] = {"per_second": {}, "another_town": {}}
    for name, places in places_asked().items():
        pairs: Pairs = [*map(tuple, places[:, ::-1].tolist())]
        few, one_or_two = pairs[:ONE_BY_ONE], pairs[:ALL_TOWNS]
        ways: dict[str, Callable[[], object]] = {
            "nearest_places": partial(named, places),
            "country_of": partial(earth.country_of, places),
            "chain_of": partial(earth.chain_of, places),
            "reverse_geocoder's way": partial(theirs.search, pairs),
            _ONE: partial(_each, theirs.reverse, few),
            _ALL: partial(_each, theirs.nearest_of_all, one_or_two),
        }
        if find_spec("reverse_geocoder"):
            ways["reverse_geocoder, its own table"] = partial(installed, pairs)
        counts = dict.fromkeys(ways, PLACES) | {_ONE: len(few), _ALL: len(one_or_two)}
        found["per_second"][name] = rates(ways, counts, ROUNDS)
        _, degrees = theirs.tree.query(places[:, ::-1])
        found["another_town"][name] = float(
            (earth.nearest_places(places).number[:, 0] != degrees).mean()
        )
    return found


def named(places: NDArray[np.float64]) -> tuple[NDArray[np.object_], NDArray[np.object_]]:
    """Towns by name, and their countries."""
    near = earth.nearest_places(places)
    return near.name, near.country


def installed(pairs: Pairs) -> Any:
    """What the package itself answers, by one thread."""
    return import_module("reverse_geocoder").search(pairs, mode=1, verbose=False)


def _each(ask: Callable[[tuple[float, float]], object], pairs: Pairs) -> None:
    for pair in pairs:
        ask(pair)


def memory() -> dict[str, Any]:
    """Megabytes by which a process grows with each part of the Earth, as they are loaded."""
    done = subprocess.run(
        [sys.executable, "-c", _PARTS.format(layers=earth.LAYERS, code=_CODE)],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    resident, played = json.loads(done.stdout.splitlines()[-1])
    grown = {b: resident[b] - resident[a] for a, b in pairwise(resident)}
    return {"compiled_megabytes": grown.pop(_CODE), "megabytes": grown, "kept_megabytes": played}


def make() -> dict[str, Any]:
    """Milliseconds of the first make of a process and of those after it."""
    return {"milliseconds": {id: benchmark_make.measure(id) for id in IDS}}


GROUPS: dict[str, Callable[[], dict[str, Any]]] = {"towns": towns, "memory": memory, "make": make}


def table(content: dict[str, Any]) -> Table:
    """What was measured."""
    shown = Table("group", "what", "how much", title="one thread")
    for name, ways in content.get("towns", {}).get("per_second", {}).items():
        for way, rate in ways.items():
            shown.add_row("towns", f"{name}: {way}", f"{rate['median']:,.0f} a second")
    for part, megabytes in content.get("memory", {}).get("megabytes", {}).items():
        shown.add_row("memory", part, f"{megabytes:.1f} MB")
    for played, megabytes in content.get("memory", {}).get("kept_megabytes", {}).items():
        shown.add_row("memory", f"kept of views from afar: {played}", f"{megabytes:.1f} MB")
    for id, spent in content.get("make", {}).get("milliseconds", {}).items():
        shown.add_row("make", id, f"{spent['second_ms']:.1f} ms")
    return shown


def main() -> int:
    """Measure, print a table, write the JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", choices=list(GROUPS), nargs="*", default=list(GROUPS))
    parser.add_argument("--out", type=Path, default=RESULTS, help="default: %(default)s")
    options = parser.parse_args()
    content: dict[str, Any] = {}
    if options.out.exists():
        content = json.loads(options.out.read_text(encoding="utf-8"))
    told = {"threads": 1, "machine": machine(), "versions": versions(), "commit": commit()}
    for group in options.only:
        content[group] = GROUPS[group]() | told
    Console().print(table({group: content[group] for group in options.only}))
    options.out.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
