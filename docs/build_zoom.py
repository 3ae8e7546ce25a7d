"""Makes the pictures of docs/zoom.md: what the oracle is shown, a strip for every source.

python docs/build_zoom.py [SOURCES]     writes docs/pictures/vzoom_*.jpg
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

import vgym  # noqa: F401  registers the ids
from vgym.core.captions import captioned
from vgym.core.keys import episode_keys
from vgym.core.state import take
from vgym.core.task import load_task
from vgym.envs.zoom.types import SOURCES
from vgym.envs.zoom.viewer import strip
from vgym.registration import row_of

PICTURES = Path(__file__).parent / "pictures"
SIDE, LOOKS = 224, 3


def searches(source: str, count: int, **settings: Any) -> NDArray[np.uint8]:
    """Episodes below each other: the whole, and the oracle's views in cells."""
    keywords = {"source": source, "action": "cells", "image_size": SIDE, **settings}
    task: Any = load_task(row_of("VZoom-v0").task, keywords)
    seeds = np.arange(count, dtype=np.uint64)
    state = task.reset(episode_keys(task.salt, seeds, np.zeros(count, np.int64)))
    shown: list[list[Any]] = [[] for _ in range(count)]
    for _ in range(LOOKS):
        outcome = task.step(state, task.oracle(state))
        for views, window, over in zip(shown, state.window, outcome.terminated, strict=True):
            if not over:
                views.append(window)
    rows = []
    for i, views in enumerate(shown):
        one = take(state, torch.tensor([i]))
        windows = torch.stack(views)[None]
        picture = strip(task.painter, one, windows, task.config)
        full = np.full((SIDE, (SIDE + 4) * (LOOKS + 1) - 4, 3), 255, np.uint8)
        full[:, : picture.shape[1]] = picture
        rows.append(captioned(full, task.instructions(state, [i])[0]))
    return np.concatenate(rows)


def main(sources: list[str]) -> None:
    """Write the strips of those sources; of all where none is named."""
    for source in sources or list(SOURCES):
        path = PICTURES / f"vzoom_{source}.jpg"
        Image.fromarray(searches(source, 4)).save(path, quality=85)


if __name__ == "__main__":
    main(sys.argv[1:])
