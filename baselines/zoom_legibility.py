"""Do overviews of VZoom hide what is asked for, and do the oracle's last views show it?

    python -m vgym.baselines.zoom_legibility --json           all sources
    python -m vgym.baselines.zoom_legibility --json earth     one, beside the others

Of each episode the shorter side of the target, in pixels of the overview and of the last view; and
how often a matcher tells it from seven targets of other episodes. It compares what lies in the
target's box, sampled 16 by 16, by correlation, with close views of all eight that are framed
otherwise than the last view is. Chance is an eighth.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

import vgym  # noqa: F401  registers the ids
from vgym.baselines.measuring import commit, one_thread
from vgym.core import state as states
from vgym.core.keys import episode_keys
from vgym.core.opencv import cv2
from vgym.core.task import load_task
from vgym.envs.zoom.windows import around_box, root_window, scale_of
from vgym.evaluation.metrics import estimate_mean
from vgym.registration import ZOOM_SOURCES, row_of

RESULT = Path(__file__).parent / "results" / "zoom_legibility.json"
EPISODES, OTHERS = 128, 7
SIDE = 16  # samples across and down of a target
_OTHERWISE = 1.3  # times as wide as the last view, and to its side: the matcher's own view


def measured(source: str) -> dict[str, Any]:
    """Sides, shares that the matcher gets right with their 95 % intervals, and what is said."""
    task: Any = load_task(row_of("VZoom-v0").task, {"source": source, "split": "test"})
    seeds = np.arange(EPISODES, dtype=np.uint64)
    state = task.reset(episode_keys(task.salt, seeds, np.zeros(EPISODES, np.int64)))
    first = states.copied(state)
    last = state.window.clone()
    for _ in range(task.config.max_episode_steps):
        over = state.answered.clone()
        task.step(state, task.oracle(state))
        last = torch.where(over[:, None], last, state.window)
    size_hw = task.config.size_hw
    root = root_window(state.whole_hw, size_hw)
    wider = (last[:, 2:] - last[:, :2]) * (_OTHERWISE - 1)
    shift = torch.cat((last[:, :2] - wider * 0.3, last[:, 2:] + wider * 0.7), 1)
    boxes = state.target_boxes[:, 0].numpy()
    sides = (boxes[:, 2:] - boxes[:, :2]).min(1)
    shown = {
        name: _patches(task, first, windows, boxes)
        for name, windows in (("overview", root), ("last", last), ("own", around_box(shift, root)))
    }
    found: dict[str, Any] = {"episodes": EPISODES, "commit": commit()}
    for name, windows in (("overview", root), ("last", last)):
        pixels = sides / scale_of(windows, size_hw).numpy()
        told = estimate_mean(_told(shown[name], shown["own"]))
        found[name] = {
            "shorter_side_px": [round(float(v), 2) for v in np.percentile(pixels, [0, 50, 100])],
            "legible_from_px": round(float(state.legible_px.median()), 1),
            "matched": [round(v, 4) for v in (told.mean, told.low, told.high)],
        }
    return found


def _patches(
    task: Any, state: Any, windows: torch.Tensor, boxes: NDArray[np.float64]
) -> NDArray[np.float32]:
    """(k, SIDE * SIDE * 3) what the views show in the boxes, mean 0 and length 1."""
    patches = []
    for row, (window, box) in enumerate(zip(windows, boxes, strict=True)):
        one = states.take(state, torch.tensor([row]))
        image = task.painter.many(one, window[None])[0]
        corner, wide = window[:2].numpy(), (window[2:] - window[:2]).numpy()
        scale = np.array(image.shape[1::-1]) / wide
        step = (np.arange(SIDE) + 0.5) / SIDE
        across = ((box[0] + step * (box[2] - box[0]) - corner[0]) * scale[0] - 0.5)[None]
        down = ((box[1] + step * (box[3] - box[1]) - corner[1]) * scale[1] - 0.5)[:, None]
        x, y = (np.broadcast_to(each, (SIDE, SIDE)).astype(np.float32) for each in (across, down))
        sampled = cv2.remap(
            image.astype(np.float32), x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE
        )
        flat = np.asarray(sampled, np.float32).reshape(-1, 3)
        flat = (flat - flat.mean(0)).reshape(-1)
        patches.append(flat / (np.linalg.norm(flat) + 1e-6))
    return np.stack(patches)


def _told(shown: NDArray[np.float32], known: NDArray[np.float32]) -> NDArray[np.float64]:
    """(k,) whether its own is the most alike of eight that are known; a tie is half a success."""
    draws = np.random.default_rng(5)
    right = []
    for row, one in enumerate(shown):
        others = draws.permutation(np.delete(np.arange(len(shown)), row))[:OTHERS]
        like = known[others] @ one
        own = float(known[row] @ one)
        right.append(float(own > like.max()) if own != like.max() else 0.5)
    return np.array(right)


def main() -> None:
    """Measure and print; with ``--json`` keep."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("sources", nargs="*", help=f"of {', '.join(ZOOM_SOURCES)} (default: all)")
    parser.add_argument("--json", action="store_true", help=f"write results/{RESULT.name}")
    options = parser.parse_args()
    one_thread()
    for source in options.sources or ZOOM_SOURCES:
        if source not in ZOOM_SOURCES:
            parser.error(f"no source {source!r}; there are {', '.join(map(repr, ZOOM_SOURCES))}")
        found = measured(source)
        print(source, found, flush=True)
        if options.json:
            kept = json.loads(RESULT.read_text("utf-8")) if RESULT.is_file() else {}
            text = json.dumps({**kept, source: found}, indent=1)
            RESULT.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
