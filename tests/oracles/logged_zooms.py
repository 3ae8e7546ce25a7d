"""What a turn of VZoom came to, from the numbers said and the windows before it, one at a time."""

from __future__ import annotations

from typing import Any

import numpy as np
from oracles import boxes, windows
from recorded import Step

from vgym.envs.zoom.moves import MOVES


def facts(task: Any, walk: list[Step]) -> list[dict[str, Any]]:
    """Of the form `continuous`, answered with a box."""
    return [_of_step(task, step) for step in walk]


def _of_step(task: Any, step: Step) -> dict[str, Any]:
    rows = [
        of_row(task, row_of(step.before, i), MOVES[min(int(numbers[0] * 6), 5)], numbers[1:])
        for i, numbers in enumerate(np.asarray(step.action, np.float32).tolist())
    ]
    return {name: np.stack([row[name] for row in rows]) for name in rows[0]}


def row_of(state: dict[str, Any], row: int) -> dict[str, Any]:
    """One row of a state."""
    return {name: held[row] for name, held in state.items()}


def of_row(task: Any, before: dict[str, Any], kind: str, corners: list[Any]) -> dict[str, Any]:
    """The facts of one row.

    Args:
        kind: the move; one that is none of `MOVES` shows nothing.
        corners: its four numbers.
    """
    size_hw, limit = task.config.size_hw, task.config.max_episode_steps
    pixels, budget = size_hw[0] * size_hw[1], task.config.pixel_budget
    whole_hw = (int(before["whole_hw"][0]), int(before["whole_hw"][1]))
    first, here = windows.root(whole_hw, size_hw), tuple(map(windows.Fraction, before["window"]))
    stack = [
        tuple(map(windows.Fraction, window))
        for window in before["before"][: before["can_undo"]][::-1]
    ]
    looks, views = int(before["looks"]), [*before["views"][: before["looks"]][::-1]]
    points = [*before["points"][: before["looks"]][::-1]]
    looking = kind in MOVES and kind != "answer"
    shows = looking and (looks + 1) * pixels <= budget
    refused = looking and not shows
    there = windows.moved(kind, corners, here, stack, first) if shows else here
    if shows:
        looks += 1
        views.append(np.array(there, np.float64))
        points.append(_looked_at(kind, corners, here, there))
    target = before["target_boxes"][0].tolist()
    answer, solved = [0.0] * 4, False
    if kind == "answer":
        a = windows.to_whole((corners[0], corners[1]), here)
        b = windows.to_whole((corners[2], corners[3]), here)
        answer = [float(v) for v in (*map(min, a, b), *map(max, a, b))]
        solved = boxes.iou(answer, target) >= 0.5
    steps = int(before["steps"]) + 1
    kept = task.config.looks_kept
    zooms, places, mask = np.zeros((kept, 4)), np.zeros((kept, 2)), np.zeros(kept, bool)
    for slot in range(1, min(kept, looks) + 1):
        zooms[-slot], places[-slot], mask[-slot] = views[-slot], points[-slot], True
    area = whole_hw[0] * whole_hw[1]
    short = min(target[2] - target[0], target[3] - target[1])
    widest = pixels * (short / float(before["legible_px"])) ** 2 / area
    whole = [0.0, 0.0, float(whole_hw[1]), float(whole_hw[0])]
    extent = (target[2] - target[0]) * (target[3] - target[1])
    return {
        "success": np.array(solved),
        "answer_score": np.array(float(solved)),
        "format_ok": np.array(True),
        "episode_over": np.array(kind == "answer" or steps >= limit),
        "steps": np.array(min(steps, limit)),
        "max_steps": np.array(limit),
        "target_boxes": np.array([target]),
        "size_hw": np.array(whole_hw, np.float64),
        "zoom_boxes": zooms,
        "zoom_boxes_mask": mask,
        "zoom_points": places,
        "zoom_points_mask": mask,
        "tool_calls": np.array(looks),
        "last_call_failed": np.array(refused),
        "view_share_before": np.array(overlap(here, whole) / area),
        "view_share_after": np.array(overlap(there, whole) / area),
        "target_shown_before": np.array(overlap(here, target) / extent),
        "target_shown_after": np.array(overlap(there, target) / extent),
        "legible_share": np.array(min(widest, 1.0)),
        "pixels_spent": np.array(pixels / budget if shows else 0.0),
        "prediction_boxes": np.array([answer]),
        "prediction_mask": np.array([kind == "answer"]),
    }


def _looked_at(kind: str, numbers: list[float], here: Any, there: Any) -> Any:
    """The middle of the box, the point, or the middle of the view."""
    a = windows.to_whole((numbers[0], numbers[1]), here)
    b = windows.to_whole((numbers[2], numbers[3]), here)
    if kind in ("about", "pan"):
        return np.array(a, np.float64)
    corners = (*a, *b) if kind == "zoom" else there
    return np.array([float(corners[0] + corners[2]) / 2, float(corners[1] + corners[3]) / 2])


def overlap(window: Any, box: list[float]) -> float:
    """Area that two boxes share."""
    x0, y0, x1, y1 = map(float, window)
    wide = min(x1, box[2]) - max(x0, box[0])
    high = min(y1, box[3]) - max(y0, box[1])
    return max(wide, 0.0) * max(high, 0.0)
