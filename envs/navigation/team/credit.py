"""Who is paid for what: every metre of a team's work once, to the robot that went it.

Where each robot has a way of its own to go, that is its work. Where something is to be brought,
the work is the team's: one half is that as many as it takes get to it, the other half that they
get to the pole with it. A metre counts that brings the nearest of the team nearer than ever, so
who goes where another has been already, or comes without being needed, has done nothing.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from vgym.envs.navigation.team.types import Rules, TeamState

_LEG = 0.5  # of a team's work: to the thing, and with it to the pole


class Leg(NamedTuple):
    """Of one step, before anything was taken in it."""

    best: Tensor  # (B, R) float32 metres, before the step
    workers: Tensor  # (B, R) bool
    phase: Tensor  # (B,) int64


def credit(rules: Rules, state: TeamState, leg: Leg, taken: Tensor, success: Tensor) -> Tensor:
    """The work that each robot did in a step.

    Args:
        rules: of the mission.
        state: after the step, with its nearest so far, but with the ways of its leg still.
        leg: how the step began.
        taken, success: (B,) bool.

    Returns:
        (B, R) float32 shares: of the own way, at most 1 an episode; or of what the team has to
        bring, of which all robots' sum is at most 1, and 1 with success.
    """
    to_pole = (leg.phase > 0) | (rules.hands == 0)
    reach = rules.reach_m * to_pole[:, None]  # nearer than that is no more work
    before, after, whole = (
        (metres - reach).clamp(min=0.0) for metres in (leg.best, state.best, state.leg)
    )
    if not rules.hands:
        return torch.where(whole > 0, (before - after) / whole.clamp(min=1e-6), 0.0)
    nearest = _nearest(after, leg.workers, rules.hands)
    team = [_sum_of_nearest(m, leg.workers, rules.hands) for m in (before, after, whole)]
    went = torch.where(nearest, before - after, 0.0)
    all_went = went.sum(1, keepdim=True)
    gained = _LEG * (team[0] - team[1]) / team[2].clamp(min=1e-6)
    share = torch.where(all_went > 0, gained[:, None] * went / all_went.clamp(min=1e-6), 0.0)
    # The rest of a leg is of those who stand at its end with the thing in hand.
    due = torch.where(success, 1.0, torch.where(taken, _LEG, 0.0))
    rest = (due - state.progress.sum(1) - share.sum(1)).clamp(min=0.0)
    return share + torch.where(state.holding, rest[:, None] / rules.hands, 0.0)


def nearest_workers(rules: Rules, state: TeamState) -> Tensor:
    """(B, R) bool: of those who may take the thing, as many as it takes: who hold it already, and
    who are nearest to it."""
    metres = torch.where(state.holding, -1.0, state.distance)
    return _nearest(metres, state.worker, rules.hands)


def _nearest(metres: Tensor, among: Tensor, count: int) -> Tensor:
    """(B, R) bool: the ``count`` least of those in the mask, the first of equals."""
    order = torch.where(among, metres, torch.inf).argsort(dim=1, stable=True)
    return torch.zeros_like(among).scatter(1, order[:, :count], True) & among


def _sum_of_nearest(metres: Tensor, among: Tensor, count: int) -> Tensor:
    return torch.where(_nearest(metres, among, count), metres, 0.0).sum(1)
