"""What an answer to a brief comes to: the facts that rewards and metrics read."""

from __future__ import annotations

import torch
from torch import Tensor

from vgym.core.task import Facts
from vgym.envs.navigation.command.plans import carry_out
from vgym.envs.navigation.command.types import MARKS, State
from vgym.envs.navigation.render.top_down import to_pixels
from vgym.geometry.paths import discrete_frechet, dtw, hausdorff

# What is stated at each level, beside `success` and `format_ok`.
COMMAND_FACTS = {
    "activate": frozenset({"robots_correct", "robots_told_apart"}),
    "plan": frozenset(
        {"plan_correct", "plan_feasible", "plan_progress", "plan_exact", "crews_correct"}
        | {"robots_correct", "robots_told_apart"}
        | {"plan_steps", "reference_steps", "matching_steps", "matching_prefix", "matching_types"}
    ),
    "trajectory": frozenset(
        {"trajectory_rmse", "trajectory_hausdorff", "trajectory_frechet", "trajectory_progress"}
    ),
}
NEAR_M = 0.75  # discrete Frechet distance within which a drawn way is right


def activation_facts(state: State) -> Facts:
    """Who was sent against who was needed."""
    robots = _robot_facts(state.sent, state.needed)
    return {"success": robots["robots_correct"], **robots}


def _robot_facts(sent: Tensor, needed: Tensor) -> Facts:
    """Who went against who was needed, (B, R) bool each."""
    hits = (sent & needed).sum(1) / needed.sum(1).clamp(min=1)
    false_alarms = (sent & ~needed).sum(1) / (~needed).sum(1).clamp(min=1)
    return {
        "robots_correct": (sent == needed).all(1),
        "robots_told_apart": (hits - false_alarms).clamp(0, 1),
    }


def plan_facts(state: State) -> Facts:
    """What the plan gets done and by whom, and how far it agrees with the reference, step by step.

    Success is all that the brief asks for: every job is done, by those who should and by nobody
    else, nobody else stirs, and no shorter plan would do.
    """
    verdict = carry_out(state)
    plan, reference = state.plan, state.reference
    steps = torch.arange(1, plan.shape[1] + 1, device=plan.device)
    wanted = ((reference != 0).any(2) * steps).amax(1)
    same = (plan == reference).all(2)
    alike = (_verbs(plan) == _verbs(reference)).all(2)
    # Steps beyond the end of either are not steps that agree.
    counted = steps <= torch.minimum(verdict.length, wanted)[:, None]
    prefix = (same & counted).long().cumprod(1).sum(1)
    exact = same.all(1)
    robots = _robot_facts((plan != 0).any(1), state.needed)
    short = verdict.length <= wanted
    return {
        "success": verdict.solved & verdict.by_crews & robots["robots_correct"] & short,
        "plan_correct": verdict.solved,
        "plan_feasible": verdict.solved,
        "plan_progress": verdict.progress,
        "plan_exact": exact,
        "crews_correct": verdict.by_crews,
        **robots,
        "plan_steps": verdict.length,
        "reference_steps": wanted,
        "matching_steps": (same & counted).sum(1),
        "matching_prefix": prefix,
        "matching_types": (alike & counted).sum(1),
    }


def trajectory_facts(state: State, sight: Tensor, middle: Tensor, frame: Tensor) -> Facts:
    """How far the drawn ways are from the shortest, both of them.

    Args:
        sight: (B, 3) scale and offsets of the plans. middle: (B, 2, 5, 2) pixels of the plan: the
            picture's middle, again and again. frame: (2,) width and height of the picture.
    """
    drawn, wanted = to_pixels(state.drawn, sight), to_pixels(state.ways, sight)
    diagonal = frame.square().sum().sqrt()
    apart = (drawn - wanted).square().sum(-1)
    frechet = discrete_frechet(drawn, wanted)
    blind = discrete_frechet(middle, wanted)
    share = (1 - frechet / blind.clamp(min=1e-6)).clamp(0, 1).mean(1)
    metres = discrete_frechet(state.drawn, state.ways).amax(1)
    return {
        "success": metres <= NEAR_M,
        "trajectory_rmse": apart.flatten(1).mean(1).sqrt() / diagonal,
        "trajectory_hausdorff": hausdorff(drawn, wanted).amax(1) / diagonal,
        "trajectory_frechet": frechet.amax(1) / diagonal,
        "trajectory_progress": share,
    }


def trajectory_metrics(state: State, facts: Facts) -> dict[str, Tensor]:
    """The facts, and metres of dynamic time warping, finite.

    Of no answer the distances are a diagonal, the progress is 0, and the warping is from the
    place's corner.
    """
    worst = {"trajectory_progress": 0.0}
    metrics = {
        name: facts[name].nan_to_num(worst.get(name, 1.0))
        for name in sorted(COMMAND_FACTS["trajectory"])
    }
    metrics["dtw_m"] = dtw(state.drawn.nan_to_num(0.0), state.ways).mean(1)
    return metrics


def _verbs(plan: Tensor) -> Tensor:
    """Orders without their marks: all goings are one."""
    return torch.where((plan >= 1) & (plan <= MARKS), 1, plan)
