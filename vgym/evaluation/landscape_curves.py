"""Landscapes over one number: the distance on Earth, the shift of a span, steps, calls."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vgym.evaluation.landscape_values import (
    SIZE_HW,
    TARGET,
    is_flat,
    note_others,
    title_of,
    values_around,
)
from vgym.evaluation.plot import LINES, Area, Axis, Sheet, even_axis
from vgym.geometry.sphere import destination
from vgym.rewards import Reward
from vgym.rewards.facts import FACTS
from vgym.rewards.form import Form

KILOMETRES = np.geomspace(0.01, 20_000, 400)


@dataclass(frozen=True)
class Sweep:
    """A number whose value tells most, and how far to vary it."""

    label: str
    low: float
    high: float


# The first that a form needs is varied.
SWEEPS: dict[str, Sweep] = {
    "distance_after_m": Sweep("metres to the goal after the step (4 before it)", 0, 10),
    "path_length_m": Sweep("metres walked (the shortest path is 8)", 8, 40),
    "steps": Sweep("steps taken, of 100", 1, 100),
    "route_progress_percent": Sweep("percent of the route completed in the step", 0, 5),
    "actions_executed": Sweep("actions carried out in the turn", 0, 6),
    "tool_calls": Sweep("visual calls", 0, 6),
    "plan_steps": Sweep("steps of the plan (4 in the reference)", 1, 10),
    "trajectory_rmse": Sweep("root mean square error, share of the image's diagonal", 0, 0.5),
    "answer_length": Sweep("tokens of the answer", 0, 250),
    "zoom_only_score": Sweep("how right the zoom alone lets one answer", 0, 1),
    "localizability": Sweep("localizability", 0, 1),
    "leaked_queries": Sweep("search queries that give the answer away", 0, 6),
}
_REACH = 2.0  # target widths
# Shifted along as a whole: spans in seconds, tubes in target widths.
_SLIDES: dict[str, tuple[str, float, float]] = {
    "prediction_tube": ("shift of the boxes, in target widths", _REACH, TARGET[2] - TARGET[0]),
    "prediction_spans": ("shift of the span of 10 s, in seconds", 15.0, 1.0),
    "prediction_span": ("shift of the span of 10 s, in seconds", 15.0, 1.0),
}
_DISTANCES = {
    "distance_m": "km from the answer to the truth",
    "cell_distance_m": "km from the chosen cell to the truth",
    "field_distances_m": "km of every field from the truth",
}


def over_distance(reward: Reward, form: Form) -> Sheet | None:
    """A curve over the distance on Earth; None if none is read."""
    metres = torch.tensor(KILOMETRES * 1000, dtype=torch.float64)
    if "prediction_lonlat" in form.needs:
        fact = "prediction_lonlat"
        start = FACTS["target_lonlat"].example(len(metres))
        moved = destination(start, torch.full_like(metres, 90.0), metres)
        label = "km from the answer to the truth"
    else:
        fact = next((name for name in _DISTANCES if name in form.needs), "")
        if not fact:
            return None
        label = _DISTANCES[fact]
        moved = _filled(fact, metres.float())
    logs = np.log10(KILOMETRES)
    powers = [(float(k), f"{10.0**k:g}") for k in range(-2, 5)]
    axis = Axis(label, logs[0], logs[-1], powers)
    return _curves(reward, form, fact, moved, logs, axis)


def over_numbers(reward: Reward, form: Form) -> Sheet | None:
    """A curve over a shift in time, or the first of `SWEEPS`; None if none is read."""
    for fact, (label, reach, unit) in _SLIDES.items():
        if fact in form.needs:
            shift = np.linspace(-reach, reach, 241)
            step = torch.tensor(shift * unit, dtype=torch.float32)
            moved = FACTS[fact].example(len(shift)).clone()
            if fact.endswith("tube"):
                moved[..., 0::2] += step[:, None, None]
            else:
                moved += step.reshape(-1, *[1] * (moved.dim() - 1))
            axis = even_axis(label, -reach, reach)
            return _curves(reward, form, fact, moved, shift, axis)
    for fact, sweep in SWEEPS.items():
        if fact in form.needs:
            count = round(sweep.high - sweep.low) + 1 if FACTS[fact].whole else 401
            at = np.linspace(sweep.low, sweep.high, count)
            moved = _filled(fact, torch.tensor(at, dtype=torch.float32))
            axis = even_axis(sweep.label, sweep.low, sweep.high)
            return _curves(reward, form, fact, moved, at, axis)
    return None


def _filled(fact: str, numbers: Tensor) -> Tensor:
    """A fact `(N, ...)` whose row i is number i throughout."""
    like = FACTS[fact].example(len(numbers))
    return numbers.reshape(-1, *[1] * (like.dim() - 1)).expand_as(like)


def _curves(
    reward: Reward, form: Form, fact: str, moved: Tensor, at: NDArray[np.float64], x: Axis
) -> Sheet | None:
    """The value over a fact with all else right, then with one yes-or-no fact wrong each."""
    lines = [("all else right", values_around(reward, form, {fact: moved}))]
    for name in form.needs:
        fact_read = FACTS[name]
        if fact_read.shape == "(B,)" and fact_read.dtype == "bool" and fact_read.wrong is not None:
            values = values_around(reward, form, {fact: moved}, wrong=name)
            lines.append((f"{name} wrong", values))
    if all(is_flat(values) for _, values in lines):
        return None
    drawn: list[NDArray[np.float64]] = []  # curves that coincide are one, with a name each
    keys: list[tuple[str, int]] = []
    for name, values in lines:
        same = [k for k, other in enumerate(drawn) if np.allclose(values, other, atol=1e-6)]
        if not same and len(drawn) == len(LINES):
            continue
        keys.append((name, same[0] if same else len(drawn)))
        if not same:
            drawn.append(values)
    low, high = min(v.min() for v in drawn), max(v.max() for v in drawn)
    y = even_axis("value", min(0.0, low), high + 0.04 * (high - low))
    sheet = Sheet(SIZE_HW, title_of(reward))
    area = Area(72, 40, 544 if len(lines) == 1 else 350, 270)
    sheet.axes(area, x, y, grid=True)
    for colour, values in reversed(list(enumerate(drawn))):
        sheet.curve(list(zip(at, values, strict=True)), area, (x, y), colour)
    for row, (name, colour) in enumerate(keys if len(lines) > 1 else []):
        sheet.key((area.left + area.width + 12, area.top + 12 + 22 * row), name, colour)
    note_others(sheet, form, {fact, *(name.removesuffix(" wrong") for name, _ in keys)})
    return sheet
