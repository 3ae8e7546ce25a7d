"""Whether a team's plan can be carried out, and what it gets done: rules in place of a simulator.

All robots act at once, on the world as it was before the step. A plan fails at the first step in
which somebody cannot do as told; what was done before still counts towards progress.

| order | possible when |
| --- | --- |
| wait | always |
| go to a mark | always; with a plank, both who hold it go to the same mark in the same step |
| open | the robot can open, and a closed chest is where it stands |
| grasp | it can carry, has its hands free, and something lies there that no closed chest holds: a \
parcel for one robot, a plank for two at once |
| place | it holds something; both who hold a plank place it at once |
| look | it stands at a mark |
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vgym.compiled import compiled
from vgym.envs.navigation.command.types import (
    FETCH,
    GRASP,
    HAUL,
    LOOK,
    MARKS,
    NOTHING,
    OPEN,
    ORDERS,
    PLACE,
    PLANK,
    SPECIALIST,
    State,
)
from vgym.envs.navigation.team.robots import NAMES, ROBOTS


class Verdict(NamedTuple):
    """What became of plans. (B,) each."""

    feasible: Tensor  # bool: every step could be carried out
    solved: Tensor  # bool: and every job is done, by whoever can
    by_crews: Tensor  # bool: every job is done by those who should, and by nobody else
    progress: Tensor  # float32 in [0, 1]: share of the jobs so done; a grasp is half of bringing
    length: Tensor  # int64 steps up to the last that is not all waiting


def carry_out(state: State) -> Verdict:
    """Carry out the plans of a batch, as far as they can be."""
    plan, kind = state.plan, state.kind
    batch, steps, team = plan.shape
    device = plan.device
    can_open = torch.tensor([robot.can_open for robot in ROBOTS], device=device)[kind]
    can_carry = torch.tensor([robot.can_carry for robot in ROBOTS], device=device)[kind]
    marks = torch.arange(MARKS, device=device)
    at = torch.full((batch, team), -1, device=device)
    held = torch.full((batch, team), -1, device=device)  # whose home mark it comes from
    lies_at = torch.where(state.lies != NOTHING, marks, -1)  # where what came from mark k is now
    closed = state.chest.clone()
    # Who had in hand what came from mark k, and who looked at mark k.
    grasped = torch.zeros(batch, MARKS, team, dtype=torch.bool, device=device)
    looked = torch.zeros_like(grasped)
    alive = torch.ones(batch, dtype=torch.bool, device=device)
    plank = state.lies == PLANK
    for t in range(steps):
        order = plan[:, t]
        going = (order >= 1) & (order <= MARKS)
        target = torch.where(going, order - 1, at)
        standing = at >= 0
        here = at.clamp(min=0)
        long = (held >= 0) & plank.gather(1, held.clamp(min=0))  # who holds a plank
        mate = long[:, :, None] & long[:, None, :] & (held[:, :, None] == held[:, None, :])
        apart = mate & (target[:, :, None] != target[:, None, :])
        bad = apart.flatten(1).any(1)
        shut = closed.gather(1, here) & standing
        opens = order == OPEN
        bad = bad | (opens & ~(can_open & shut)).any(1)
        # Of several things at one mark the one from the first home is taken.
        there = (lies_at[:, None, :] == here[:, :, None]) & standing[:, :, None]
        found = there.any(2)
        thing = torch.where(there, marks, MARKS).amin(2).clamp(max=MARKS - 1)
        takes = order == GRASP
        able = can_carry & (held < 0) & found & ~shut
        hands = (takes[:, None, :] & (thing[:, None, :] == thing[:, :, None])).sum(2)
        needed = torch.where(plank.gather(1, thing), 2, 1)
        bad = bad | (takes & ~(able & (hands == needed))).any(1)
        puts = order == PLACE
        together = ~(mate & (puts[:, :, None] != puts[:, None, :])).flatten(1).any(1)
        bad = bad | (puts & (held < 0)).any(1) | ~together
        looks = order == LOOK
        bad = bad | (looks & ~standing).any(1)
        alive = alive & ~bad
        live = alive[:, None]
        doing = live & opens
        closed = closed & ~_by(doing, here).any(2)
        taking = live & takes
        taken = _by(taking, thing)
        grasped = grasped | taken
        held = torch.where(taking, thing, held)
        lies_at = torch.where(taken.any(2), -1, lies_at)
        putting = live & puts
        from_mark = held.clamp(min=0)
        chosen = torch.nn.functional.one_hot(from_mark, MARKS).bool() & putting[:, :, None]
        put_at = torch.where(chosen, here[:, :, None], -1).amax(1)
        lies_at = torch.where(put_at >= 0, put_at, lies_at)
        held = torch.where(putting, -1, held)
        looked = looked | _by(live & looks, here)
        at = torch.where(live, target, at)
    busy = (plan != 0).any(2)
    length = (busy * torch.arange(1, steps + 1, device=device)).amax(1)
    share, doers = _shares(state, grasped, lies_at, looked)
    present = state.jobs[..., 0] >= 0
    as_told = (doers == state.crew).all(2)
    progress = torch.where(present & as_told, share, 0.0).sum(1) / present.sum(1).clamp(min=1)
    done = torch.where(present, share, 1.0) >= 1
    return Verdict(alive, alive & done.all(1), (done & as_told).all(1), progress, length)


def possible_orders(state: State) -> Tensor:
    """(B, T, R, ORDERS) bool: orders that some plan could hold there and still be carried out.

    Nobody stands at a mark before the second step, or holds anything before the third; and kinds
    of robots differ in what they can do.
    """
    batch, steps, team = state.plan.shape
    device = state.plan.device
    possible = torch.ones(batch, steps, team, ORDERS, dtype=torch.bool, device=device)
    can_open = torch.tensor([robot.can_open for robot in ROBOTS], device=device)[state.kind]
    can_carry = torch.tensor([robot.can_carry for robot in ROBOTS], device=device)[state.kind]
    for verb, able, first in (
        (OPEN, can_open, 1),
        (GRASP, can_carry, 1),
        (PLACE, can_carry, 2),
        (LOOK, torch.ones_like(can_open), 1),
    ):
        possible[..., verb] = able[:, None]
        possible[:, :first, :, verb] = False
    return possible


def _by(doing: Tensor, mark: Tensor) -> Tensor:
    """(B, K, R) bool: at which marks (B, R) robots do it."""
    chosen = torch.nn.functional.one_hot(mark, MARKS).bool() & doing[:, :, None]
    return chosen.transpose(1, 2)


def _shares(
    state: State, grasped: Tensor, lies_at: Tensor, looked: Tensor
) -> tuple[Tensor, Tensor]:
    """How much of each job is done, (B, J) in {0, 0.5, 1}, and who has done it, (B, J, R) bool."""
    what, source, target = state.jobs.clamp(min=0).unbind(2)
    at_source = source[:, :, None].expand(-1, -1, grasped.shape[2])
    doers = grasped.gather(1, at_source)
    brought = lies_at.gather(1, source) == target
    share = 0.5 * doers.any(2) + 0.5 * brought
    for job, name in SPECIALIST.items():
        able = (state.kind == NAMES.index(name))[:, None]
        seen_by = looked.gather(1, at_source) & able
        this = what == job
        doers = torch.where(this[:, :, None], seen_by, doers)
        share = torch.where(this, seen_by.any(2).float(), share)
    present = state.jobs[..., 0] >= 0
    return share.float(), doers & present[:, :, None]


@compiled
def write_plans(
    jobs: NDArray[np.int64],
    crew: NDArray[np.bool_],
    chest: NDArray[np.bool_],
    plan: NDArray[np.int64],
) -> None:
    """The shortest plans: every crew does its job, all at once.

    No plan is shorter: each job's orders need one another in this order, whoever follows them.

    Args:
        jobs: (B, J, 3), crew: (B, J, R), chest: (B, K) as of a `State`.
        plan: (B, T, R) written, where it is `WAIT`.
    """
    for b in range(jobs.shape[0]):
        for job in range(jobs.shape[1]):
            what, source, target = jobs[b, job]
            carry = what == FETCH or what == HAUL
            lid = carry and chest[b, source]
            for robot in range(crew.shape[2]):
                if not crew[b, job, robot]:
                    continue
                orders = plan[b, :, robot]
                orders[0] = source + 1
                if not carry:
                    orders[1] = LOOK
                    continue
                if lid:
                    orders[1] = OPEN
                orders[1 + lid] = GRASP
                orders[2 + lid] = target + 1
                orders[3 + lid] = PLACE
