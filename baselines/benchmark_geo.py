"""What views of the Earth cost: through cameras about towns, 224 x 224, on one thread.

python -m vgym.baselines.benchmark_geo            prints a table and writes it as JSON
python -m vgym.baselines.benchmark_geo --only views

`views` paints 64 views of each width about towns, turned and tilted by up to 30 degrees, and beside
them looks the same maps up in the day's picture of the Earth at 7.4 km in a bare loop of OpenCV's
`remap`: with its maps made before, and with the making of them (by the same cameras, in torch).
From 1,400 km on that picture is the one that ours are made of too; nearer than that it is too
coarse, and ours are painted window by window, which the loop is spared. What is left of that is
told too: near views whose windows were painted before.
`tasks` steps VGeo-v0 as a native batch of 64 and as 64 single environments, after 1,024 episodes:
what is painted of the Earth once and then held has mostly been painted.
Seconds are the processor's, which count what else the machine does little; of the rounds, which
take the ways in turn, the median and quartiles.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import gymnasium
import numpy as np
import torch
from numpy.typing import NDArray

import vgym  # noqa: F401  registers the ids
from vgym.baselines.measuring import Rates, measure_groups, rates
from vgym.core.opencv import cv2
from vgym.core.state import take
from vgym.data import earth
from vgym.envs.geolocation import views as pictures
from vgym.envs.geolocation.camera import Cameras, lonlat_of

RESULTS = Path(__file__).parent / "results" / "geo_cpu.json"
VIEWS, SIDE, ROUNDS = 64, 224, 3
MAPPED = 8  # views whose maps are made: that takes far longer than all else
WIDTHS_KM = (5000, 1400, 700, 100)
WARM = 16  # batches of episodes before what is measured
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


def windows_given(view: Cameras, out: NDArray[np.uint8]) -> Way:
    """Paint views with the windows that near ones are cut from kept since they were first painted;
    far ones have none."""
    kept: dict[bytes, Any] = {}
    painted = pictures._window

    def window(painter: Any, nodes: NDArray[np.float64], pixel: float) -> Any:
        key = nodes.tobytes()
        if key not in kept:
            kept[key] = painted(painter, nodes, pixel)
        return kept[key]

    def draw() -> None:
        with patch.object(pictures, "_window", window):
            pictures.paint(view, out)

    return draw


def views() -> dict[str, Rates]:
    """Views a second, by width: ours, under clouds, and OpenCV's."""
    picture = earth.painter("day").far_picture.whole(0)
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
            "paint": partial(pictures.paint, view, out),
            "paint, under clouds": partial(pictures.paint, cloudy, out),
            "paint, windows given": windows_given(view, out),
            "cv2.remap, maps given": remap,
            "cv2.remap, maps made": maps_and_remap,
        }
        counts = {name: VIEWS for name in ways} | {"cv2.remap, maps made": MAPPED}
        found[f"{width_km} km"] = rates(ways, counts, ROUNDS)
    return found


def tasks() -> dict[str, Rates]:
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
            for seed in range(WARM if mode == "native" else 1):
                envs.reset(seed=seed * VIEWS)
            envs.action_space.seed(0)
            actions = [envs.action_space.sample() for _ in range(2)]

            def step(envs: Any = envs, actions: list[Any] = actions) -> None:
                for action in actions:
                    envs.step(action)

            ways[mode] = step
        found[f"difficulty {difficulty:g}"] = rates(ways, 2 * VIEWS, ROUNDS)
    return found


GROUPS: dict[str, Callable[[], dict[str, Rates]]] = {
    "views": views,
    "tasks": tasks,
}


def main() -> int:
    """Measure, print a table, write the JSON."""
    return measure_groups(__doc__, GROUPS, RESULTS, at_once=VIEWS, rounds=ROUNDS)


if __name__ == "__main__":
    raise SystemExit(main())
