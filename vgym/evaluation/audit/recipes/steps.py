"""What a recipe pays for walking in circles, and for standing still, as steps of one walk."""

from __future__ import annotations

import torch
from torch import Tensor

from vgym.rewards.facts import example_facts
from vgym.rewards.form import Form
from vgym.rewards.reward import Reward

_FAR_M, _NEAR_M = 4.0, 3.0


def walks(form: Form) -> bool:
    """Whether a form pays steps by how they change the way to a goal."""
    return {"distance_before_m", "distance_after_m"} <= {*form.needs}


def circle(reward: Reward, form: Form) -> float:
    """The most that a step away from the goal and the step back earn together, the goal coming into
    sight again or not."""
    return max(
        float(_steps(reward, form, [_NEAR_M, _FAR_M], [_FAR_M, _NEAR_M], seen).sum())
        for seen in (False, True)
    )


def standing(reward: Reward, form: Form) -> float:
    """What a step on the spot earns."""
    return float(_steps(reward, form, [_FAR_M], [_FAR_M], False)[0])


def _steps(
    reward: Reward, form: Form, before: list[float], after: list[float], seen: bool
) -> Tensor:
    rows = len(before)
    ends = {
        "distance_before_m": torch.tensor(before),
        "distance_after_m": torch.tensor(after),
        "best_distance_m": torch.full((rows,), min(before + after)),
        "success": torch.zeros(rows, dtype=torch.bool),
        "episode_over": torch.zeros(rows, dtype=torch.bool),
        "newly_visible": torch.tensor([seen and a < b for b, a in zip(before, after, strict=True)]),
    }
    facts = example_facts(form.needs, rows)
    return reward({**facts, **{k: v for k, v in ends.items() if k in facts}}).value
