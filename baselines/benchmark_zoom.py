"""What views of very large pictures cost, each 224 x 224 and all from one shared picture.

python -m vgym.baselines.benchmark_zoom            prints a table and writes it as JSON
python -m vgym.baselines.benchmark_zoom --only wholes

`ways` compares ways to draw the same 256 views of one picture of 4096 x 4096: OpenCV's `resize` of
the cut pixels, called in a bare loop; Pillow's; crops, by torch (`vgym.geometry.crops`) and as they
are drawn on the CPU (`vgym.core.windows`); and windows of a pyramid. Their sides run from 48 px to
the whole, evenly on a scale of ratios. `wholes` draws such views from pictures of 2k to 43k on a
side, where it must not matter how large the whole is. `earth` draws the world map about towns, at
several scales and in its layers. `steps` plays `VZoom-v0` with random moves: as a native batch, and
one by one (`vectorization_mode="sync"`).
Seconds are the processor's, which count what else the machine does little; of the rounds, which
take the ways in turn, the median and quartiles.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import product
from pathlib import Path

import gymnasium
import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

from vgym.baselines.measuring import Rates, measure_groups, rates
from vgym.core.opencv import cv2
from vgym.core.windows import Pyramid, crop_resize
from vgym.data import earth
from vgym.data.earth.lonlats import world_xy
from vgym.geometry import crops

RESULTS = Path(__file__).parent / "results" / "zoom_cpu.json"
VIEWS, SIDE, ROUNDS = 256, 224, 7
STEPPED, BATCHES, TURNS = ("scenes", "earth"), (32, 256), 4  # of `steps`
SMALLEST = 48  # pixels of the narrowest window
EARTH_STEPS = (0.25, 1, 2, 4, 6, 16, 64, 192)
# Height and width of the wholes; the largest is the Earth's, at 900 m a pixel.
WHOLES = ((2048, 2048), (4096, 4096), (8192, 8192), (10_800, 21_600), (21_600, 43_200))

Draw = Callable[[], object]


def textured(height: int, width: int) -> NDArray[np.uint8]:
    """(height, width, 3) of soft noise, repeated every 1024 pixels."""
    tile: NDArray[np.uint8] = np.random.default_rng(0).integers(
        0, 256, (1024, 1024, 3), dtype=np.uint8
    )
    tile = np.asarray(cv2.GaussianBlur(tile, (0, 0), 2), np.uint8)
    across, down = -(-width // 1024), -(-height // 1024)
    return np.ascontiguousarray(np.tile(tile, (down, across, 1))[:height, :width])


def windows_of(height: int, width: int, largest: int) -> NDArray[np.float64]:
    """(VIEWS, 4) xyxy squares within a whole."""
    rng = np.random.default_rng(1)
    side = SMALLEST * (largest / SMALLEST) ** rng.random(VIEWS)
    start = rng.random((VIEWS, 2)) * (np.array([width, height]) - side[:, None])
    return np.concatenate([start, start + side[:, None]], -1)


def pyramid_views(pyramid: Pyramid, windows: NDArray[np.float64]) -> Draw:
    """All windows of one pyramid."""
    out = np.empty((len(windows), SIDE, SIDE, 3), np.uint8)

    def draw() -> None:
        for window, image in zip(windows, out, strict=True):
            pyramid.paint(window, image)

    return draw


def ways() -> dict[str, Rates]:
    """Ways to draw the same views of one picture."""
    picture = textured(4096, 4096)
    windows = windows_of(4096, 4096, 4096)
    whole = windows.round().astype(int)
    boxes, shared = torch.from_numpy(windows), torch.from_numpy(picture)[None]
    pillow = Image.fromarray(picture)
    out = np.empty((VIEWS, SIDE, SIDE, 3), np.uint8)

    def bare(method: int) -> Draw:
        def draw() -> None:
            for (x0, y0, x1, y1), image in zip(whole.tolist(), out, strict=True):
                cv2.resize(picture[y0:y1, x0:x1], (SIDE, SIDE), dst=image, interpolation=method)

        return draw

    def of_pillow() -> None:
        for window, image in zip(windows.tolist(), out, strict=True):
            shown = pillow.resize((SIDE, SIDE), Image.Resampling.BILINEAR, box=tuple(window))
            image[:] = np.asarray(shown)

    drawn = {
        "cv2.resize, bare loop": bare(cv2.INTER_LINEAR),
        "cv2.resize, INTER_AREA": bare(cv2.INTER_AREA),
        "Pillow, BILINEAR": of_pillow,
        "torch": lambda: crops.crop_resize(shared, boxes, (SIDE, SIDE), False),
        "crop_resize": lambda: crop_resize(shared, boxes, (SIDE, SIDE), False),
        "crop_resize, whole pixels": lambda: crop_resize(
            shared, torch.from_numpy(whole), (SIDE, SIDE), False
        ),
        "crop_resize, antialiased": lambda: crop_resize(shared, boxes, (SIDE, SIDE), True),
        "pyramid": pyramid_views(Pyramid(picture), windows),
    }
    return {"4096 x 4096": rates(drawn, VIEWS, ROUNDS)}


def wholes() -> dict[str, Rates]:
    """Views of wholes of several sizes, from 48 px to the whole of each."""
    drawn = {}
    for height, width in WHOLES:
        pyramid = Pyramid(textured(height, width))
        windows = windows_of(height, width, min(height, width))
        drawn[f"{width} x {height}"] = pyramid_views(pyramid, windows)
    return {"pyramid": rates(drawn, VIEWS, ROUNDS)}


def earth_views() -> dict[str, Rates]:
    """Views about towns from the Earth's layers, by pixels of the world to one of the view."""
    lonlat = earth.towns().lonlat
    middle = world_xy(lonlat[np.random.default_rng(2).integers(0, len(lonlat), VIEWS)])
    out = np.empty((VIEWS, SIDE, SIDE, 3), np.uint8)
    drawn: dict[str, Draw] = {}
    for layer in earth.LAYERS:
        painter = earth.painter(layer)
        for step in EARTH_STEPS if layer == "day" else EARTH_STEPS[1::2]:
            half = np.full_like(middle, step * SIDE / 2)
            windows = np.concatenate([middle - half, middle + half], 1)
            drawn[f"{layer}, {step:g} px a pixel"] = partial(painter.paint, windows, out)
    return {"world map": rates(drawn, VIEWS, ROUNDS)}


def steps() -> dict[str, Rates]:
    """Steps of a native batch, and of as many environments one by one."""
    found = {}
    for source, batch in product(STEPPED, BATCHES):
        drawn: dict[str, Draw] = {}
        for name, mode in (("native", "vector_entry_point"), ("sync", "sync")):
            envs = gymnasium.make_vec(
                "VZoom-v0", num_envs=batch, vectorization_mode=mode, source=source
            )
            envs.reset(seed=0)
            envs.action_space.seed(0)
            drawn[name] = partial(_play, envs, [envs.action_space.sample() for _ in range(TURNS)])
        found[f"{source}, {batch} at once"] = rates(drawn, batch * TURNS, ROUNDS)
    return found


def _play(envs: gymnasium.vector.VectorEnv, actions: Sequence[object]) -> None:
    for action in actions:
        envs.step(action)


GROUPS: dict[str, Callable[[], dict[str, Rates]]] = {
    "ways": ways,
    "wholes": wholes,
    "earth": earth_views,
    "steps": steps,
}


def main() -> int:
    """Measure, print a table, write the JSON."""
    return measure_groups(__doc__, GROUPS, RESULTS, at_once=VIEWS, rounds=ROUNDS)


if __name__ == "__main__":
    raise SystemExit(main())
