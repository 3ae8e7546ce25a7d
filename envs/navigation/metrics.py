"""What is logged of a walk, and the facts that rewards read: batched, from the state alone."""

from __future__ import annotations

import torch
from torch import Tensor

from vgym.core.task import Facts
from vgym.envs.navigation.types import State
from vgym.geometry.paths import THRESHOLD_M
from vgym.rewards.path import soft_spl, spl

# What every step of a walk states, beside `success` and `format_ok`.
WALK_FACTS = frozenset(
    {"invalid_action", "actions_executed", "steps", "max_steps", "collisions", "episode_over"}
    | {"distance_before_m", "distance_after_m", "best_distance_m", "start_distance_m"}
    | {"path_length_m", "shortest_path_m", "newly_visible"}
)


def start_alignment(state: State) -> None:
    """Set the alignment with the reference to that of a path of the start alone."""
    gaps, present = _gaps(state, state.pose[:, :2])
    state.warping = torch.where(present, gaps, 0.0).cumsum(1)
    state.nearest = gaps.float()
    state.aside = _least(gaps, present)
    legs = state.reference[:, 1:] - state.reference[:, :-1]
    lengths = (legs[..., 0].square() + legs[..., 1].square()).sqrt()
    state.reference_length = torch.where(present[:, 1:], lengths, 0.0).sum(1)


def extend_alignment(state: State, moved: Tensor) -> None:
    """Take the pose as one more point of the path, in the rows that moved.

    One row of dynamic time warping: D(i, j) = d(i, j) + min(D(i-1, j), D(i-1, j-1), D(i, j-1)).
    With C the running sum of d over j, D(i, j) - C(j) is the least so far of
    min(D(i-1, j), D(i-1, j-1)) - C(j-1), so that a row is a running sum and a running least.
    """
    gaps, present = _gaps(state, state.pose[:, :2])
    state.aside = _least(gaps, present)
    gaps = torch.where(present, gaps, 0.0)
    before = state.warping
    diagonal = torch.cat((before[:, :1], before[:, :-1]), 1)
    total = gaps.cumsum(1)
    least = (torch.minimum(before, diagonal) - (total - gaps)).cummin(1).values
    state.warping = torch.where(moved[:, None], least + total, before)
    state.nearest = torch.where(
        moved[:, None], torch.minimum(state.nearest, gaps.float()), state.nearest
    )


def metrics_of(state: State, success: Tensor, squares: Tensor) -> dict[str, Tensor]:
    """(B,) each; see the class docstring of the task.

    Args:
        squares: (B,) squares of the coarse map that hold a walkable cell.
    """
    solved = success.float()
    count = state.reference_count
    last = (count - 1).clamp(min=0)[:, None]
    warped = state.warping.gather(1, last)[:, 0]
    ndtw = torch.exp(-warped / (count.clamp(min=1) * THRESHOLD_M)).float()
    return {
        "spl": spl(solved, state.start_distance, state.path_length),
        "soft_spl": soft_spl(state.distance, state.start_distance, state.path_length),
        "distance_to_goal": state.distance.clone(),
        "oracle_success": state.reached.clone(),
        "ndtw": ndtw,
        "sdtw": solved * ndtw,
        "cls": _coverage(state),
        "path_length": state.path_length.clone(),
        "collisions": state.collisions.float(),
        "explored": state.explored / squares.clamp(min=1),
    }


def facts_of(
    state: State,
    before: dict[str, Tensor],
    success: Tensor,
    ends: Tensor,
    limit: int,
    unread: Tensor | None,
) -> Facts:
    """What rewards read: `WALK_FACTS` but for `newly_visible`, `success` and `format_ok`.

    Args:
        state: after the step.
        before: distance, best and collisions before it.
        success: (B,) bool.
        ends: (B,) bool, rows that have come to their end, the limit aside.
        limit: of the steps.
        unread: (B,) bool, rows whose answer could not be read, or None for nowhere.
    """
    nowhere = torch.zeros_like(success)
    missing = nowhere if unread is None else unread
    collided = state.collisions > before["collisions"]
    return {
        "success": success,
        "episode_over": ends | (state.steps >= limit),
        "format_ok": ~missing,
        "invalid_action": missing.clone(),
        "actions_executed": (~collided & ~missing).long(),
        "steps": state.steps.clone(),
        "max_steps": torch.full_like(state.steps, limit),
        "distance_before_m": before["distance"],
        "distance_after_m": state.distance.clone(),
        "best_distance_m": before["best"],
        "start_distance_m": state.start_distance.clone(),
        "path_length_m": state.path_length.clone(),
        "shortest_path_m": state.start_distance.clone(),
        "collisions": state.collisions.clone(),
    }


def _coverage(state: State) -> Tensor:
    """Coverage weighted by length score, `vgym.geometry.paths.cls_score`, from running minima."""
    present = _present(state)
    count = state.reference_count.clamp(min=1)
    covered = torch.where(present, torch.exp(-state.nearest / THRESHOLD_M), 0.0).sum(1) / count
    expected = covered * state.reference_length
    off = (expected - state.path_length).abs()
    total = expected + off
    return torch.where(total > 0, covered * expected / total.clamp(min=1e-12), 0.0)


def _least(gaps: Tensor, present: Tensor) -> Tensor:
    return torch.where(present, gaps, torch.inf).amin(1).float()


def _gaps(state: State, xy: Tensor) -> tuple[Tensor, Tensor]:
    """Metres from a point to each of the reference's (B, M) float64, and which of them count."""
    dx = (state.reference[..., 0] - xy[:, :1]).double()
    dy = (state.reference[..., 1] - xy[:, 1:]).double()
    return (dx * dx + dy * dy).sqrt(), _present(state)


def _present(state: State) -> Tensor:
    slots = torch.arange(state.reference.shape[1], device=state.reference.device)
    return slots < state.reference_count[:, None]
