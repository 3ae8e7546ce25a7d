"""Scenes in which a recipe is audited alone: random truths, with the answer that is right and one
that is all wrong. Facts that nothing here places are those of the example in facts.toml.
"""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass

import torch
from torch import Tensor

from vgym.geometry.boxes import box_centre
from vgym.geometry.sphere import EARTH_RADIUS
from vgym.rewards.facts import FACTS
from vgym.rewards.form import Form

ROWS = 256
HEIGHT, WIDTH = 240.0, 320.0
FORMAT = ("format_ok", "item_format_ok", "not_repetitive", "format_grade")
# What an answer may have without having done what was asked: the type of action, a click where
# there is texture, calls, and what judges of the reasoning can be talked into.
FREE = (
    *FORMAT,
    *("action_matches", "window_entropy", "tool_calls", "last_call_failed", "actions_executed"),
    *("localizability", "visual_match", "leaked_queries"),
)
_FRAMES, _SHOWN = 10, (2, 7)


@dataclass(frozen=True)
class Scene:
    """Facts of `ROWS` questions: `right` answers, and answers `wrong` in all and badly formed.

    `box`, (B, 1, 4), is where the thing is.
    """

    form: Form
    box: Tensor
    right: dict[str, Tensor]
    wrong: dict[str, Tensor]
    draws: torch.Generator

    def uniform_points(self, count: int) -> Tensor:
        """(B, count, 2) anywhere in the picture."""
        return torch.rand(ROWS, count, 2, generator=self.draws) * torch.tensor([WIDTH, HEIGHT])

    def uniform_boxes(self, count: int) -> Tensor:
        """(B, count, 4) between two uniform corners."""
        ends = self.uniform_points(2 * count).reshape(ROWS, count, 2, 2)
        return torch.cat((ends.amin(2), ends.amax(2)), -1)

    def blind(self) -> dict[str, Tensor]:
        """Wrong, but for what may be had for nothing."""
        free = {name: self.right[name] for name in FREE if name in self.right}
        textured = {"window_entropy": torch.ones(ROWS)} if "window_entropy" in free else {}
        return self.wrong | free | textured


def scene(form: Form, seed: int = 0) -> Scene:
    """Random questions of a form.

    Raises:
        ValueError: if the form reads facts that the table does not have.
    """
    unknown = [name for name in form.needs if name not in FACTS]
    if unknown:
        raise ValueError(f"form {form.name!r} reads {unknown}, of which nothing is known")
    draws = torch.Generator().manual_seed(seed)
    right = {**_placed(draws), **_edits(form.needs, draws), **_earth(draws)}
    wrong = _misplaced(right, draws)
    names = [*form.needs, *_tube_masks(form.needs)]
    return Scene(
        form,
        right["target_boxes"],
        {name: right[name] if name in right else FACTS[name].example(ROWS) for name in names},
        {name: wrong[name] if name in wrong else _wrong(name, right) for name in names},
        draws,
    )


def _wrong(name: str, right: dict[str, Tensor]) -> Tensor:
    fact = FACTS[name]
    if fact.wrong is None:
        return right[name] if name in right else fact.example(ROWS)
    return fact.example(ROWS, wrong=True)


def _tube_masks(needs: Collection[str]) -> list[str]:
    return [f"{name}_mask" for name in needs if name in ("prediction_tube", "thought_tube")]


def _things(draws: torch.Generator) -> Tensor:
    """(B, 4) boxes of 5 to 30 % of the picture's sides, anywhere in it."""
    whole = torch.tensor([WIDTH, HEIGHT])
    size = (0.05 + 0.25 * torch.rand(ROWS, 2, generator=draws)) * whole
    low = torch.rand(ROWS, 2, generator=draws) * (whole - size)
    return torch.cat((low, low + size), -1)


def _placed(draws: torch.Generator) -> dict[str, Tensor]:
    box = _things(draws)
    centre, one = box_centre(box), box[:, None]
    tube = one.expand(-1, _FRAMES, -1).contiguous()
    frames = torch.arange(_FRAMES)
    shown = ((frames >= _SHOWN[0]) & (frames <= _SHOWN[1])).expand(ROWS, -1)
    placed = dict.fromkeys(
        ("prediction_points", "target_points", "thought_points"), centre[:, None]
    )
    placed |= dict.fromkeys(("prediction_boxes", "target_boxes", "look_boxes"), one)
    placed |= dict.fromkeys(("claim_boxes", "keyframe_boxes"), one)
    placed |= dict.fromkeys(("prediction_tube", "thought_tube", "target_tube"), tube)
    placed |= dict.fromkeys(("prediction_tube_mask", "thought_tube_mask"), shown)
    return placed | {
        "target_xy": centre,
        "zoom_points": centre[:, None],
        "zoom_boxes": one,
        "group_boxes": one + 4 * torch.randn(ROWS, 16, 4, generator=draws),
        "size_hw": torch.tensor([HEIGHT, WIDTH]).expand(ROWS, 2).contiguous(),
        "group_tool_share": torch.full((ROWS,), 1 / 16),
    }


def _edits(needs: Collection[str], draws: torch.Generator) -> dict[str, Tensor]:
    """An object that is moved, turned or resized just as was asked."""
    before, kind = _things(draws), torch.randint(3, (ROWS,), generator=draws)
    if "edit_kind" not in needs:
        kind = torch.full_like(kind, 2 if "asked_scale" in needs else 0)
    ways = torch.tensor([[1.0, 0.0], [-1.0, 0.0], [0.0, 1.0], [0.0, -1.0]])
    way = ways[torch.randint(4, (ROWS,), generator=draws)]
    distance = 5 + 115 * torch.rand(ROWS, generator=draws)
    moved = before + (way * distance[:, None]).repeat(1, 2)
    scale = torch.tensor([0.5, 0.8, 1.25, 2.0])[torch.randint(4, (ROWS,), generator=draws)]
    centre, half = box_centre(before), (before[:, 2:] - before[:, :2]) / 2 * scale[:, None]
    resized = torch.cat((centre - half, centre + half), -1)
    degrees = torch.tensor([-90.0, -30.0, 30.0, 60.0])
    degrees = degrees[torch.randint(4, (ROWS,), generator=draws)]
    axis = torch.nn.functional.one_hot(torch.randint(3, (ROWS,), generator=draws), 3)
    turn = axis * degrees[:, None]
    return {
        "box_before": before,
        "box_after": torch.where((kind == 2)[:, None], resized, moved),
        "asked_direction": way,
        "asked_distance_px": distance,
        "asked_scale": scale,
        "asked_turn_deg": turn,
        "turned_deg": turn,
        "edit_kind": kind,
    }


def _earth(draws: torch.Generator) -> dict[str, Tensor]:
    place = _lonlat(draws)
    return {"prediction_lonlat": place, "target_lonlat": place}


def _lonlat(draws: torch.Generator) -> Tensor:
    """(B, 2) places, as many on equal areas."""
    a, b = torch.rand(2, ROWS, generator=draws, dtype=torch.float64)
    return torch.stack((360 * a - 180, torch.rad2deg(torch.asin(2 * b - 1))), -1)


def _misplaced(right: dict[str, Tensor], draws: torch.Generator) -> dict[str, Tensor]:
    """What the answer places, anywhere."""
    point, box = (
        torch.rand(ROWS, 2, generator=draws) * torch.tensor([WIDTH, HEIGHT]),
        _things(draws),
    )
    ends = torch.rand(ROWS, 2, 2, generator=draws) * torch.tensor([WIDTH, HEIGHT])
    loose = torch.cat((ends.amin(1), ends.amax(1)), -1)[:, None]
    tube = box[:, None].expand(-1, _FRAMES, -1).contiguous()
    away = torch.acos(1 - 2 * torch.rand(ROWS, generator=draws, dtype=torch.float64))
    wrong = dict.fromkeys(("prediction_points", "thought_points", "zoom_points"), point[:, None])
    wrong |= dict.fromkeys(("look_boxes", "zoom_boxes", "claim_boxes"), box[:, None])
    wrong |= dict.fromkeys(("prediction_tube", "thought_tube"), tube)
    wrong |= {name: right[name] for name in ("prediction_tube_mask", "thought_tube_mask")}
    return wrong | {
        "prediction_boxes": loose,
        "prediction_scores": torch.ones(ROWS, 1),
        "box_after": box,
        "predicted_order": torch.tensor([1, 2, 3, 0]).expand(ROWS, 4).contiguous(),
        "invalid_action": torch.zeros(ROWS, dtype=torch.bool),
        "turned_deg": (torch.rand(ROWS, 3, generator=draws) - 0.5) * 2 * math.degrees(math.pi / 2),
        "prediction_lonlat": _lonlat(draws),
        "distance_m": (away * EARTH_RADIUS).float(),
        "field_distances_m": (away * EARTH_RADIUS).float()[:, None].expand(-1, 4).contiguous(),
    }
