"""Makes the pictures of docs/zoom.md, a strip of what the oracle is shown for every source, and its
table of agents, of what `vgym.baselines.zoom_ladder` has measured.

python docs/build_zoom.py [SOURCES]     writes docs/pictures/vzoom_*.jpg
python docs/build_zoom.py ladder        writes the table alone
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image

import vgym  # noqa: F401  registers the ids
from vgym.baselines.zoom_ladder import AGENTS, RESULT
from vgym.core.captions import captioned
from vgym.core.keys import episode_keys
from vgym.core.state import take
from vgym.core.task import load_task
from vgym.envs.zoom.viewer import strip
from vgym.registration import ZOOM_SOURCES, row_of

PAGE = Path(__file__).parent / "zoom.md"
PICTURES = Path(__file__).parent / "pictures"
BEGIN, END = "<!-- ladder -->\n", "<!-- end of ladder -->\n"
LADDER = "ladder"
STACK = "pages_stack"  # the pages that are searched
SIDE, LOOKS, TURNS = 224, 3, 4


def searches(env_id: str, count: int, **settings: Any) -> NDArray[np.uint8]:
    """Episodes below each other: the whole, and the oracle's views in cells."""
    keywords = {"action": "cells", "image_size": SIDE, **settings}
    task: Any = load_task(row_of(env_id).task, keywords)
    seeds = np.arange(count, dtype=np.uint64)
    state = task.reset(episode_keys(task.salt, seeds, np.zeros(count, np.int64)))
    shown: list[list[Any]] = [[] for _ in range(count)]
    for _ in range(TURNS):
        before = state.looks
        outcome = task.step(state, task.oracle(state))
        looked = (state.looks > before) & ~outcome.terminated
        for views, window, new in zip(shown, state.window, looked, strict=True):
            if new and len(views) < LOOKS:
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


def ladder(kept: dict[str, Any]) -> str:
    """What agents earn, a row each, with 95 % intervals."""
    settings = kept["settings"]
    counts = {each["episodes"] for each in kept["agents"].values()}
    said = (
        f"Of `{settings['split']}` of `{settings['source']}` at "
        f"`difficulty={settings['difficulty']}` in {settings['max_episode_steps']} "
        f"turns, {' or '.join(map(str, sorted(counts)))} episodes, "
        "the same for all; with 95 % intervals:"
    )
    lines = [
        "| agent | return | success | target was legible | turns |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name in AGENTS:
        one = kept["agents"][name]
        earned = (
            f"{m:.3f} [{low:.3f}, {high:.3f}]" for m, low, high in (one["return"], one["success"])
        )
        legible, turns = f"{one['target_legible']:.2f}", f"{one['turns']:.1f}"
        lines.append(f"| `{name}` | {' | '.join(earned)} | {legible} | {turns} |")
    return "\n".join([said, "", *lines, ""])


def main(sources: list[str]) -> None:
    """Write the table and the strips of those sources; of all where none is named."""
    if not sources or LADDER in sources:
        page = PAGE.read_text(encoding="utf-8")
        before, rest = page.split(BEGIN)
        after = rest.split(END)[1]
        table = ladder(json.loads(RESULT.read_text(encoding="utf-8")))
        PAGE.write_text(f"{before}{BEGIN}{table}{END}{after}", encoding="utf-8")
    for source in sources or [*ZOOM_SOURCES, STACK]:
        if source == LADDER:
            continue
        path = PICTURES / f"vzoom_{source}.jpg"
        if source == STACK:
            shown = searches("VZoomPages-v0", 4)
        else:
            shown = searches("VZoom-v0", 4, source=source)
        Image.fromarray(shown).save(path, quality=85)


if __name__ == "__main__":
    main(sys.argv[1:])
