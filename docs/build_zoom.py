"""Makes the pictures of docs/zoom.md, a strip of what the oracle is shown for every source, and its
tables, of what `vgym.baselines.zoom_ladder` and `vgym.baselines.zoom_blind` have measured.

python docs/build_zoom.py [SOURCES]     writes docs/pictures/vzoom_*.jpg
python docs/build_zoom.py tables        writes the tables alone
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
from vgym.baselines import benchmark_zoom, zoom_blind, zoom_ladder, zoom_legibility
from vgym.baselines.zoom_ladder import FIRST, LADDERS
from vgym.core.captions import captioned
from vgym.core.config import SPLITS
from vgym.core.keys import episode_keys
from vgym.core.state import take
from vgym.core.task import load_task
from vgym.envs.zoom.viewer import strip
from vgym.registration import ZOOM_SOURCES, row_of

PAGE = Path(__file__).parent / "zoom.md"
PICTURES = Path(__file__).parent / "pictures"
MEMORY = benchmark_zoom.RESULTS.with_name("memory_VZoom-v0.json")
SOAK = benchmark_zoom.RESULTS.with_name("soak_cpu.json")
TABLE = "tables"
PAGES = "pages_stack"  # the pages that are searched
SIDE, LOOKS, TURNS = 224, 3, 4
EPISODES = 8  # of a source
AIMED_EARTH, AIMED_TIMES = 1500, 4  # views a second; a batch's steps beside single ones


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
    """What agents earn in the first source, a row each, with 95 % intervals; then who solves how
    much of the others."""
    first = kept[FIRST]
    settings = first["settings"]
    heading = (
        f"Of `{first['split']}` of `{settings['source']}` at "
        f"`difficulty={settings['difficulty']}` in {settings['max_episode_steps']} "
        f"turns, {_episodes(first)}, the same for all; with 95 % intervals:"
    )
    lines = [
        "| agent | return | success | target was legible | turns |",
        "| --- | --- | --- | --- | --- |",
    ]
    for name in LADDERS[FIRST].agents:
        one = first["agents"][name]
        legible, turns = f"{one['target_legible']:.2f}", f"{one['turns']:.1f}"
        earned = f"{_interval(one['return'])} | {_interval(one['success'])}"
        lines.append(f"| `{name}` | {earned} | {legible} | {turns} |")
    sweep, search = (first["agents"][name] for name in ("grid-sweep", "best-first"))
    gain = search["success"][0] - sweep["success"][0]
    spread = (
        1.96
        * sum(
            each["success"][0] * (1 - each["success"][0]) / each["episodes"]
            for each in (sweep, search)
        )
        ** 0.5
    )
    ahead = _interval([gain, gain - spread, gain + spread])
    lines += [
        "",
        f"`best-first` solves {ahead} more than `grid-sweep`, as of independent episodes.",
    ]
    others = {
        name: one
        for name, one in kept.items()
        if name != FIRST and set(LADDERS[name].agents) <= set(one["agents"])
    }
    if others:
        lines += ["", "Success in others:", ""]
        lines += ["| source | episodes | views of all | agents |", "| --- | --- | --- | --- |"]
        for name, one in others.items():
            solved = ", ".join(
                f"`{agent}` {_interval(one['agents'][agent]['success'])}"
                for agent in LADDERS[name].agents
            )
            views = one["views_of_all"]
            lines.append(f"| {name} | {_episodes(one).split()[0]} | {views:,} | {solved} |")
    return "\n".join([heading, "", *lines, ""])


def blind(kept: dict[str, Any]) -> str:
    """What is earned without a look, the most of the three splits, a row each source and answer."""
    names = ("at once", "at random", "by heart", "truth")
    lines = [
        f"| source | answer | {' | '.join(names)} |",
        f"| --- | --- |{' --- |' * len(names)}",
    ]
    for row, found in kept.items():
        source, answer = row.split(":")
        most = (max(found[split][name] for split in SPLITS) for name in names)
        lines.append(f"| `{source}` | {answer} | {' | '.join(map(_interval, most))} |")
    return "\n".join([*lines, ""])


def legibility(kept: dict[str, Any]) -> str:
    """How large targets are where they are to be hidden and shown, and what a matcher tells."""
    lines = [
        "| source | median px, overview | median px, last view | matched, overview | "
        "matched, last view |",
        "| --- | --- | --- | --- | --- |",
    ]
    for source, one in kept.items():
        first, last = one["overview"], one["last"]
        sides = f"{first['shorter_side_px'][1]:.1f} | {last['shorter_side_px'][1]:.0f}"
        told = f"{_interval(first['matched'])} | {_interval(last['matched'])}"
        lines.append(f"| `{source}` | {sides} | {told} |")
    return "\n".join([*lines, ""])


def speed(kept: dict[str, Any]) -> str:
    """Views and steps a second of one thread, and memory."""
    lines = ["| what | a second | quartiles |", "| --- | --- | --- |"]
    for group in ("ways", "wholes", "steps"):
        for of, ways in kept[group]["per_second"].items():
            for way, rate in ways.items():
                spread = f"{rate['lower']:,.0f} to {rate['upper']:,.0f}"
                lines.append(f"| {of}: {way} | {rate['median']:,.0f} | {spread} |")
    views = {of: rate["median"] for of, rate in kept["earth"]["per_second"]["world map"].items()}
    slow = [f"{rate:,.0f} ({of})" for of, rate in views.items() if rate < AIMED_EARTH]
    times = [
        f"{rate['native']['median'] / rate['sync']['median']:.1f} ({of.removesuffix(' at once')})"
        for of, rate in kept["steps"]["per_second"].items()
    ]
    lines += [
        "",
        f"Views of the Earth about towns come at {min(views.values()):,.0f} to "
        f"{max(views.values()):,.0f} a second, by layer and by pixels of the world to one of the "
        f"view; {AIMED_EARTH:,} were aimed at, and missed: {', '.join(slow)}. A batch steps "
        f"{', '.join(times)} times as fast as single environments do ({AIMED_TIMES} were "
        "aimed at).",
    ]
    held = json.loads(MEMORY.read_text(encoding="utf-8"))
    hard = f"`difficulty={held['settings']['difficulty']:g}`"
    lines += [
        "",
        f"A batch of {held['num_envs']} of `scenes` at {hard}, "
        f"wholes up to 16,384 px a side, holds {held['resident_mb_after']:,.0f} MB in all after "
        f"{held['steps']:,} steps. {_soaked()}",
    ]
    return "\n".join([*lines, ""])


def _soaked() -> str:
    """What a long run grows by, of those that were made."""
    kept = json.loads(SOAK.read_text(encoding="utf-8"))
    grown = []
    for name, one in kept.items():
        id, _, source = name.partition(", ")
        if id == "VZoom-v0":
            first, *_, last = (held["resident_mb"] for held in one["stepped"]["held"])
            grown.append(f"{first:,.1f} to {last:,.1f} MB (`{source or FIRST}`)")
    steps = kept["VZoom-v0"]["stepped"]["steps"]
    return f"Over {steps:,} steps a process goes from {' and from '.join(grown)}."


def _interval(estimate: list[float]) -> str:
    mean, low, high = estimate
    return f"{mean:.3f} [{low:.3f}, {high:.3f}]"


def _episodes(one: dict[str, Any]) -> str:
    counts = {each["episodes"] for each in one["agents"].values()}
    return f"{' or '.join(map(str, sorted(counts)))} episodes"


TABLES = {
    "ladder": (zoom_ladder.RESULT, ladder),
    "blind": (zoom_blind.RESULT, blind),
    "legibility": (zoom_legibility.RESULT, legibility),
    "speed": (benchmark_zoom.RESULTS, speed),
}


def main(sources: list[str]) -> None:
    """Write the table and the strips of those sources; of all where none is named."""
    if not sources or TABLE in sources:
        page = PAGE.read_text(encoding="utf-8")
        for name, (result, table) in TABLES.items():
            begin, end = f"<!-- {name} -->\n", f"<!-- end of {name} -->\n"
            before, rest = page.split(begin)
            after = rest.split(end)[1]
            said = table(json.loads(result.read_text(encoding="utf-8")))
            page = f"{before}{begin}{said}{end}{after}"
        PAGE.write_text(page, encoding="utf-8")
    for source in sources or [*ZOOM_SOURCES, PAGES]:
        if source == TABLE:
            continue
        path = PICTURES / f"vzoom_{source}.jpg"
        if source == PAGES:
            shown = searches("VZoomPages-v0", EPISODES)
        else:
            shown = searches("VZoom-v0", EPISODES, source=source)
        Image.fromarray(shown).save(path, quality=80)


if __name__ == "__main__":
    main(sys.argv[1:])
