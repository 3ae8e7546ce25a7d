"""Searches of a recipe: up from the truth, for what it pays more than that; and for the share of
answers from which no step towards the truth pays."""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor

from vgym.evaluation.audit.recipes.answers import Answer
from vgym.evaluation.audit.recipes.cheats import paid
from vgym.evaluation.audit.recipes.scenes import ROWS, WIDTH, Scene
from vgym.geometry.boxes import box_centre
from vgym.geometry.sphere import bearing, destination
from vgym.rewards.facts import FACTS
from vgym.rewards.reward import Reward

_ROUNDS, _SIZES = 40, (-0.5, 3.0)  # powers of ten, pixels
# What places an answer, so that away from the truth it is further from right.
PLACED = (
    *("prediction_boxes", "prediction_points", "prediction_lonlat", "prediction_tube"),
    *("thought_tube", "look_boxes", "claim_boxes", "zoom_boxes", "zoom_points", "thought_points"),
    *("prediction_scores", "predicted_order", "box_after", "turned_deg", "distance_m"),
    *("prediction_span", "prediction_spans", "prediction_frames", "claim_times"),
    *("window_entropy", "segment_line_ok", "segment_joins", "route_ends_ok"),
)
_PIXEL = WIDTH / 1280  # of a picture as wide as a screen
_METRES = 1000.0


def climbed_above(reward: Reward, scene: Scene) -> Tensor:
    """`(B,)` the most that a climb from the truth found, less what the truth earns: at least 0."""
    draws = torch.Generator().manual_seed(1)
    best = {name: fact.clone() for name, fact in scene.right.items()}
    truth = paid(reward, scene, best, {})
    top = truth.clone()
    names = [name for name in PLACED if name in best]
    for turn in range(_ROUNDS if names else 0):
        name = names[turn % len(names)]
        moved = {name: _moved(name, best[name], draws)}
        value = paid(reward, scene, best, moved)
        higher = value > top
        top = torch.where(higher, value, top)
        wide = higher.reshape(-1, *[1] * (best[name].dim() - 1))
        best[name] = torch.where(wide, moved[name], best[name])
    return top - truth


def _moved(name: str, fact: Tensor, draws: torch.Generator) -> Tensor:
    """A fact a little or far away from what it is, in its range."""
    row = FACTS[name]
    shape = fact.shape
    if row.dtype == "bool":
        return fact ^ (torch.rand(shape, generator=draws) < 0.5)
    low, high = _SIZES
    size = 10 ** (low + (high - low) * torch.rand(len(fact), generator=draws))
    step = torch.randn(shape, generator=draws) * size.reshape(-1, *[1] * (len(shape) - 1))
    if row.dtype == "int":
        return (fact + step.round().long().clamp(-2, 2)).clamp(min=0)
    if row.unit not in ("px", "m", "deg"):
        step = step / 1000
    new = fact + step.to(fact.dtype)
    if row.range is not None:
        least, most = row.range
        new = new.clamp(least, most if not isinstance(most, str) else None)
    return new


Step = tuple[Answer, Answer]


def _box_step(scene: Scene) -> Step:
    start = scene.uniform_boxes(1)
    return {"prediction_boxes": start}, {"prediction_boxes": _nearer(start, scene.box)}


def _point_step(scene: Scene) -> Step:
    start, truth = scene.uniform_points(1), box_centre(scene.box)
    return {"prediction_points": start}, {"prediction_points": _nearer(start, truth)}


def _place_step(scene: Scene) -> Step:
    start, truth = scene.wrong["prediction_lonlat"], scene.right["target_lonlat"]
    metres = torch.full((ROWS,), _METRES, dtype=start.dtype)
    nearer = destination(start, bearing(start, truth), metres)
    return {"prediction_lonlat": start}, {"prediction_lonlat": nearer}


def _distance_step(scene: Scene) -> Step:
    start = scene.wrong["distance_m"]
    return {"distance_m": start}, {"distance_m": (start - _METRES).clamp(min=0)}


def _nearer(start: Tensor, truth: Tensor) -> Tensor:
    """A pixel of 1280 nearer in the coordinate that is off most."""
    off = truth - start
    return start + off / off.abs().amax(-1, keepdim=True).clamp(min=_PIXEL) * _PIXEL


_STEPS: dict[str, Callable[[Scene], Step]] = {
    "prediction_boxes": _box_step,
    "prediction_points": _point_step,
    "prediction_lonlat": _place_step,
    "distance_m": _distance_step,
}


def without_slope(reward: Reward, scene: Scene) -> float | None:
    """The share of uniform answers from which a small step towards the truth does not pay; None
    where no place is answered."""
    for name, step in _STEPS.items():
        if name in scene.form.needs:
            start, nearer = step(scene)
            before, after = (paid(reward, scene, scene.right, facts) for facts in (start, nearer))
            return 1 - float((after > before).sum()) / ROWS
    return None


def in_fractions(reward: Reward, scene: Scene) -> Tensor:
    """`(B,)` what the truth earns in fractions of the picture's width, the picture being 1 wide."""
    right = {
        name: fact / WIDTH if FACTS[name].unit == "px" else fact
        for name, fact in scene.right.items()
    }
    return paid(reward, scene, right, {})


def of_no_size(reward: Reward, scene: Scene) -> Tensor:
    """`(B,)` bool: no number comes of a truth and an answer of no size in one place."""
    at = box_centre(scene.box).repeat(1, 1, 2)
    flat: Answer = {}
    flat |= {name: at for name in ("prediction_boxes", "target_boxes") if name in scene.right}
    return reward({**scene.right, **flat}).flagged


def empty_handed(reward: Reward, scene: Scene) -> tuple[Tensor, Tensor] | None:
    """`(B,)` each: where there is nothing to find, what saying nothing earns in good form, and the
    most that anything else does; None where answer or truth cannot be empty."""
    if not {"target_boxes", "prediction_boxes"} <= {*scene.form.needs}:
        return None
    no = torch.zeros(ROWS, 1, dtype=torch.bool)
    empty = {"target_mask": no}
    silent = reward({**scene.right, **empty, "prediction_mask": no}).value
    bad = {name: fact for name, fact in scene.wrong.items() if name == "format_ok"}
    unsure = {"prediction_scores": torch.zeros(ROWS, 1)}
    said = [
        reward({**scene.right, **empty, "prediction_mask": no, **bad}).value,
        reward({**scene.blind(), **empty}).value,
        reward({**scene.blind(), **empty, **unsure}).value,
    ]
    return silent, torch.stack(said).amax(0)
