"""What views of the Earth cost: through cameras about towns, 224 x 224, on one thread.

python -m vgym.baselines.benchmark_geo            prints a table and writes it as JSON
python -m vgym.baselines.benchmark_geo --only views

`views` paints 64 views of each width about towns, turned and tilted by up to 30 degrees, and beside
them looks the same maps up in the day's picture of the Earth at 7.4 km in a bare loop of OpenCV's
`remap`: with its maps made before, and with the making of them (by the same cameras, in torch).
From 1,400 km on that picture is the one that ours are made of too; nearer than that it is too
coarse, and ours are painted window by window, which the loop is spared.
`tasks` steps VGeo-v0 as a native batch of 64 and as 64 single environments.
Seconds are the processor's, which count what else the machine does little; of the rounds, which
take the ways in turn, the median and quartiles.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import gymnasium
import numpy as np
import torch
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

import vgym  # noqa: F401  registers the ids
from vgym.baselines.measuring import commit, quartiles
from vgym.core.opencv import cv2
from vgym.core.state import take
from vgym.data import earth
from vgym.envs.geolocation.camera import Cameras, lonlat_of
from vgym.envs.geolocation.views import paint
from vgym.evaluation.machine import machine, versions

RESULTS = Path(__file__).parent / "results" / "geo_cpu.json"
VIEWS, SIDE, ROUNDS = 64, 224, 3
MAPPED = 8  # views whose maps are made: that takes far longer than all else
WIDTHS_KM = (5000, 1400, 700, 100)
NOON = 8845.0  # days since 2000: an equinox

Way = Callable[[], object]


def cameras(width_km: float, clouds: float = 0.0, layer: str = "day") -> Cameras:
    """Views about towns at noon, turned at random, tilted by up to 30 degrees."""
    rng = np.random.default_rng(4)
    towns = earth.towns().lonlat
    place = torch.from_numpy(towns[rng.integers(0, len(towns), VIEWS)])
    turned = torch.from_numpy(rng.random((2, VIEWS)))
    whole = torch.zeros(VIEWS, dtype=torch.int64)
    return Cameras(
        lon=place[:, 0].clone(),
        lat=place[:, 1].clone(),
        heading_deg=turned[0] * 360,
        tilt_deg=turned[1] * 30,
        width_km=torch.full((VIEWS,), float(width_km), dtype=torch.float64),
        projection=torch.arange(VIEWS) % 2,
        layer=whole + earth.LAYERS.index(layer),
        days=NOON - place[:, 0] / 360,
        cloud_key=torch.arange(VIEWS),
        clouds=torch.full((VIEWS,), clouds, dtype=torch.float64),
    )


def maps_of(view: Cameras, picture: NDArray[np.uint8]) -> tuple[NDArray[Any], NDArray[Any]]:
    """(k, SIDE, SIDE) float32 x and y of a picture of the whole Earth."""
    middles = (torch.arange(SIDE, dtype=torch.float64) + 0.5) / SIDE
    uv = torch.stack(torch.meshgrid(middles, middles, indexing="xy"), -1)
    lonlat = lonlat_of(view, uv.expand(len(view.lon), -1, -1, -1), (SIDE, SIDE)).numpy()
    height, width = picture.shape[:2]
    x = (lonlat[..., 0] + 180) * (width / 360) - 0.5
    y = (90 - lonlat[..., 1]) * (height / 180) - 0.5
    return np.asarray(x, np.float32), np.asarray(y, np.float32)


def views() -> dict[str, dict[str, dict[str, float]]]:
    """Views a second, by width: ours, under clouds, and OpenCV's."""
    picture = earth.painter("day").far_picture.each()[0]
    out = np.empty((VIEWS, SIDE, SIDE, 3), np.uint8)
    found = {}
    for width_km in WIDTHS_KM:
        view, cloudy = cameras(width_km), cameras(width_km, 0.4)
        few = take(view, torch.arange(MAPPED))
        x, y = maps_of(view, picture)

        def remap(x: NDArray[Any] = x, y: NDArray[Any] = y) -> None:
            for of_x, of_y, image in zip(x, y, out[: len(x)], strict=True):
                cv2.remap(picture, of_x, of_y, cv2.INTER_LINEAR, dst=image)

        def maps_and_remap(view: Cameras = few) -> None:
            remap(*maps_of(view, picture))

        ways: dict[str, Way] = {
            "paint": partial(paint, view, out),
            "paint, under clouds": partial(paint, cloudy, out),
            "cv2.remap, maps given": remap,
            "cv2.remap, maps made": maps_and_remap,
        }
        counts = {name: VIEWS for name in ways} | {"cv2.remap, maps made": MAPPED}
        found[f"{width_km} km"] = rates(ways, counts)
    return found


def tasks() -> dict[str, dict[str, dict[str, float]]]:
    """Steps a second of VGeo-v0: a native batch and single environments in turn."""
    found = {}
    for difficulty in (0.0, 0.5, 1.0):
        ways: dict[str, Way] = {}
        for mode in ("native", "sync"):
            envs = gymnasium.make_vec(
                "VGeo-v0",
                num_envs=VIEWS,
                vectorization_mode=None if mode == "native" else "sync",
                image_size=SIDE,
                difficulty=difficulty,
            )
            envs.reset(seed=0)
            envs.action_space.seed(0)
            actions = [envs.action_space.sample() for _ in range(2)]

            def step(envs: Any = envs, actions: list[Any] = actions) -> None:
                for action in actions:
                    envs.step(action)

            ways[mode] = step
        found[f"difficulty {difficulty:g}"] = rates(ways, {name: 2 * VIEWS for name in ways})
    return found


GROUPS: dict[str, Callable[[], dict[str, dict[str, dict[str, float]]]]] = {
    "views": views,
    "tasks": tasks,
}


def rates(ways: dict[str, Way], counts: dict[str, int]) -> dict[str, dict[str, float]]:
    """How many a second of each way, measured in turn.

    Args:
        ways: by name. counts: how many one call of each does.
    """
    found: dict[str, list[float]] = {name: [] for name in ways}
    for number in range(ROUNDS + 1):  # the first is warm-up
        for name, way in ways.items():
            start = time.process_time()
            way()
            if number:
                found[name].append(counts[name] / (time.process_time() - start))
    return {name: quartiles(each) for name, each in found.items()}


def main() -> int:
    """Measure, print a table, write the JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--only", choices=list(GROUPS), nargs="*", default=list(GROUPS))
    parser.add_argument("--out", type=Path, default=RESULTS, help="default: %(default)s")
    options = parser.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    told: dict[str, Any] = {}
    if options.out.exists():  # what is not measured now stays, with its own machine and commit
        told = json.loads(options.out.read_text(encoding="utf-8"))
    table = Table("what", "way", "a second", "quartiles", title=f"{SIDE} x {SIDE}, one thread")
    for group in options.only:
        found = GROUPS[group]()
        for name, ways in found.items():
            for way, rate in ways.items():
                spread = f"{rate['lower']:,.0f} to {rate['upper']:,.0f}"
                table.add_row(name, way, f"{rate['median']:,.0f}", spread)
        told[group] = {
            "per_second": found,
            "at_once": VIEWS,
            "rounds": ROUNDS,
            "threads": 1,
            "machine": machine(),
            "versions": versions(),
            "commit": commit(),
        }
    Console().print(table)
    options.out.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
