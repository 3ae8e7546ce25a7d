"""What a turn of VZoomPages came to, one row at a time, from the numbers said and what was told.

What the index tells is taken from the state after a search: `tests/data` holds it to BM25.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import numpy as np
from oracles import logged_zooms
from recorded import Step

from vgym.envs.zoom.moves import PAGE_MOVES

WIDE, HIGH, BETWEEN = 1240, 1754, 80
LEFT, TOP, RIGHT, BOTTOM = 90, 100, 1150, 1654  # of a page, where it is printed


def facts(task: Any, walk: list[Step]) -> list[dict[str, Any]]:
    """Of the form `continuous`, answered with a box."""
    return [_of_step(task, step) for step in walk]


def _of_step(task: Any, step: Step) -> dict[str, Any]:
    rows = [
        _of_row(task, *(logged_zooms.row_of(s, i) for s in (step.before, step.after)), numbers)
        for i, numbers in enumerate(np.asarray(step.action, np.float32).tolist())
    ]
    return {name: np.stack([row[name] for row in rows]) for name in rows[0]}


def _of_row(
    task: Any, before: dict[str, Any], after: dict[str, Any], numbers: list[float]
) -> dict[str, Any]:
    kind, corners = PAGE_MOVES[min(int(numbers[0] * 8), 7)], numbers[1:]
    columns = (int(before["whole_hw"][1]) - BETWEEN) // (WIDE + BETWEEN)
    results, selections = before["results"].tolist(), int(before["selections"])
    well = int(before["well_selected"])
    x, y = before["target_boxes"][0][:2]
    gold = int(y // (HIGH + BETWEEN)) * columns + int(x // (WIDE + BETWEEN))
    lost = False
    if kind == "open":
        place = min(int(corners[0] * 10), 9)
        page = results[place]
        lost = page < 0
        if not lost:
            x0, y0 = _corner(page, columns)
            kind = "zoom"
            corners = [
                *_in_view((x0, y0), before["window"]),
                *_in_view((x0 + WIDE, y0 + HIGH), before["window"]),
            ]
            pixels = task.config.size_hw[0] * task.config.size_hw[1]
            if (int(before["looks"]) + 1) * pixels <= task.config.pixel_budget:
                selections += 1
                well += page == gold if gold in results else place == 0
    found = logged_zooms.of_row(task, before, kind, corners)
    order = [n for n in np.argsort(before["told_as"]) if before["told_as"][n] >= 0]
    searches = int(before["searches"])
    if kind == "search":
        searches += 1
        order += [n for n in after["results"].tolist() if n >= 0 and n not in order]
    rest = [n for n in range(len(before["told_as"])) if n not in order]
    x0, y0 = _corner(gold, columns)
    printed = [x0 + LEFT, y0 + TOP, x0 + RIGHT, y0 + BOTTOM]
    area = (RIGHT - LEFT) * (BOTTOM - TOP)
    target = before["target_boxes"][0]
    short = min(target[2] - target[0], target[3] - target[1])
    shown = task.config.size_hw[0] * task.config.size_hw[1]
    widest = shown * (short / float(before["legible_px"])) ** 2
    answered = bool(found["prediction_mask"][0])
    return found | {
        "last_call_failed": found["last_call_failed"] | lost,
        "view_share_before": np.array(logged_zooms.overlap(before["window"], printed) / area),
        "view_share_after": np.array(logged_zooms.overlap(after["window"], printed) / area),
        "legible_share": np.array(min(widest / area, 1.0)),
        "gold_pages": np.array([gold]),
        "retrieved_pages": np.array([*order, *rest]),
        "retrieved_mask": np.arange(len(order) + len(rest)) < len(order),
        "selection_share": np.array(well / selections if selections else 0.0),
        "format_grade": np.array(1.0 if answered else 0.5 if searches else 0.0),
    }


def _corner(page: int, columns: int) -> tuple[int, int]:
    row, column = divmod(page, columns)
    return BETWEEN + column * (WIDE + BETWEEN), BETWEEN + row * (HIGH + BETWEEN)


def _in_view(xy: tuple[int, int], window: Any) -> list[Fraction]:
    x0, y0, x1, y1 = map(Fraction, window)
    return [(xy[0] - x0) / (x1 - x0), (xy[1] - y0) / (y1 - y0)]
