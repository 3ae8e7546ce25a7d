"""What happens in a trial: events, their rewards in the paper, and when a trial is over.

Rewards, delays and criteria are those of CheeseBench (arXiv 2604.10825, code stef41/CheeseBench);
distances are ours, since there a place is a grid. The shuttle box's cue is 10 steps here instead
of 5, for a crossing takes 7 to 9.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from vgym.envs.navigation.mazes.types import CONDITIONING, CRITERION, NAMES, MazeState

_MORRIS, _BARNES, _STAR, _T, _RADIAL, _DNMS, _OPERANT, _SHUTTLE, _CPP = range(len(NAMES))
# How many things may be hidden, and whether every trial hides anew.
_CHOICES = (4, 12, 5, 2, 2, 2, 2, 1, 2)
_ANEW = (False, False, True, False, False, True, True, False, False)

DELAY = 10  # steps of dnms between sample and choice
REST, CUE, SHOCK = 5, 10, 10  # steps of the shuttle box
FULL = 10  # rewards of an operant trial
PREFERS, AT_LEAST = 0.55, 20  # share of the time, and steps, of the place preference


class Verdict(NamedTuple):
    """What one step came to. Every tensor is (B,)."""

    reward: Tensor  # float32, the paper's
    reached: Tensor  # bool: the target of the leg was reached, for the first time
    ended: Tensor  # bool: the trial is over, time aside
    solved: Tensor  # int64 1 if with success
    criterion: Tensor  # bool: the session is solved


def on_which(state: MazeState, spots: Tensor, reach: Tensor) -> Tensor:
    """(B,) int64: the spot within whose reach the animal is, -1 for none.

    Args:
        spots: (worlds, K, 2) metres, NaN where there are fewer. reach: (paradigms,) metres.
    """
    nearest, gap = _nearest(state, spots)
    return torch.where(gap <= reach[state.paradigm], nearest, -1)


def next_trial(state: MazeState, mask: Tensor) -> None:
    """Reset what belongs to a trial, and hide what is to be found, in the rows of the mask."""
    state.trial = state.trial + mask
    for name in ("trial_steps", "phase", "timer", "earned"):
        setattr(state, name, torch.where(mask, 0, getattr(state, name)))
    state.visited = state.visited & ~mask[:, None]
    device = mask.device
    choices = torch.tensor(_CHOICES, device=device)[state.paradigm]
    anew = torch.tensor(_ANEW, device=device)[state.paradigm]
    drawn = _mix(state.seed, torch.where(anew, state.trial, 0)) % choices
    state.hidden = torch.where(mask, drawn, state.hidden)


def target_of(state: MazeState, spots: Tensor) -> Tensor:
    """(B,) int64: where one who knew would go now; -1 for nowhere."""
    target = state.hidden
    baited = _baited(state) & ~state.visited & spots[state.world, :, 0].isfinite()
    first = torch.where(baited.any(1), baited.to(torch.int8).argmax(1), -1)
    target = torch.where(state.paradigm == _RADIAL, first, target)
    away = (state.paradigm == _DNMS) & (state.phase > 0)
    target = torch.where(away, 1 - state.hidden, target)
    resting = (state.paradigm == _SHUTTLE) & (state.phase == 0)
    return torch.where(resting, -1, target)


def judge(
    state: MazeState, here: Tensor, pressed: Tensor, stayed: Tensor, blocked: Tensor
) -> Verdict:
    """What the step makes of the trial; writes phases, visits and errors into the state.

    Args:
        state: after the move.
        here: (B,) int64 the spot stood on, -1 for none.
        pressed: (B,) bool: interacted.
        stayed: (B,) bool: did nothing.
        blocked: (B,) bool: ran into a wall.
    """
    p = state.paradigm
    kind = [p == n for n in range(len(NAMES))]
    at_hidden = here == state.hidden
    entered = (here >= 0) & (here != state.on_spot)
    reward = torch.full_like(state.distance, -0.01)
    wall = torch.where(kind[_MORRIS], -0.05, -0.1)
    walls = kind[_MORRIS] | kind[_BARNES] | kind[_STAR] | kind[_T] | kind[_RADIAL]
    reward = torch.where(walls & blocked, wall, reward)
    ended = torch.zeros_like(pressed)
    solved = torch.zeros_like(pressed)
    reached = torch.zeros_like(pressed)

    # Found by standing on it.
    search = kind[_MORRIS] | kind[_BARNES] | kind[_STAR] | kind[_T]
    found = search & at_hidden
    reward = torch.where(found, 1.0, reward)
    wrong_hole = kind[_BARNES] & (here >= 0) & ~at_hidden
    reward = torch.where(wrong_hole, reward - 0.2, reward)
    wrong_end = kind[_T] & (here >= 0) & ~at_hidden
    reward = torch.where(wrong_end, -0.5, reward)
    wrong_arm = kind[_STAR] & entered & ~at_hidden
    ended, solved, reached = ended | found | wrong_end, solved | found, reached | found
    errors = (wrong_hole & entered) | wrong_end | wrong_arm

    # Radial arms: baits are taken once a trial.
    arm = kind[_RADIAL] & entered
    index = here.clamp(min=0)[:, None]
    seen = state.visited.gather(1, index)[:, 0]
    bait = arm & ~seen & _baited(state).gather(1, index)[:, 0]
    errors = errors | (arm & ~_baited(state).gather(1, index)[:, 0])
    state.memory_errors = state.memory_errors + (arm & seen)
    visits = torch.zeros_like(state.visited).scatter(1, index, arm[:, None])
    state.visited = state.visited | visits
    left = (_baited(state) & ~state.visited)[:, :8].any(1)
    all_taken = bait & ~left
    reward = torch.where(bait, 0.5 + all_taken.float(), reward)
    ended, solved, reached = ended | all_taken, solved | all_taken, reached | bait

    # Delayed non-match to sample.
    press = pressed & (here >= 0)
    sample = kind[_DNMS] & (state.phase == 0) & press & at_hidden
    choose = kind[_DNMS] & (state.phase == 2) & press
    right = choose & ~at_hidden
    reward = torch.where(choose, torch.where(right, 1.0, -0.5), reward)
    errors = errors | (choose & ~right)
    ended, solved, reached = ended | choose, solved | right, reached | sample | right
    waited = kind[_DNMS] & (state.phase == 1) & (state.timer + 1 >= DELAY)

    # Operant chamber.
    lever = kind[_OPERANT] & press
    paid = lever & at_hidden
    first = paid & (state.earned == 0)
    reward = torch.where(kind[_OPERANT] & pressed, -0.05, reward)
    reward = torch.where(lever, torch.where(paid, 1.0, -0.2), reward)
    errors = errors | (lever & ~paid)

    # Shuttle box: the light, then the shock, until the animal has crossed.
    box = kind[_SHUTTLE]
    crossed = box & (state.phase > 0) & at_hidden
    avoided = crossed & (state.phase == 1)
    shocked = box & (state.phase == 2) & ~crossed
    reward = torch.where(avoided, 1.0, torch.where(crossed, 0.5, reward))
    reward = torch.where(shocked, -0.5, reward)
    worn_out = shocked & (state.timer + 1 >= SHOCK)
    ended, solved, reached = ended | crossed | worn_out, solved | avoided, reached | crossed

    # Place preference.
    paired = kind[_CPP] & at_hidden
    testing = kind[_CPP] & (state.trial + 1 >= state.trials.clamp(max=CONDITIONING + 1))
    reward = torch.where(paired, torch.where(testing, 0.0, 0.1), reward)
    arrived = paired & (state.earned == 0)
    state.earned = state.earned + paid + paired
    full = kind[_OPERANT] & (state.earned >= FULL)
    ended, solved, reached = ended | full, solved | full, reached | first | arrived
    over = state.trial_steps >= state.trial_limit
    liked = (state.earned > PREFERS * state.trial_steps) & (state.trial_steps >= AT_LEAST)
    solved = solved | (testing & over & liked)
    ended = ended | (testing & over)

    state.errors = state.errors + errors
    _advance_phases(state, here, sample, waited)
    need = needed(state)
    in_a_row = solved & (state.streak + 1 >= need) & ~kind[_CPP]
    return Verdict(reward, reached, ended, solved.long(), in_a_row | (solved & kind[_CPP]))


def needed(state: MazeState) -> Tensor:
    """(B,) int64: how many trials a session takes that goes right from the start."""
    whole = state.paradigm == _CPP
    return torch.where(whole, state.trials, state.trials.clamp(max=CRITERION))


def _advance_phases(state: MazeState, here: Tensor, sample: Tensor, waited: Tensor) -> None:
    """Sample to delay to choice; rest to light to shock. The light shows which side to leave."""
    box = state.paradigm == _SHUTTLE
    lit = box & (state.phase == 0) & (state.timer + 1 >= REST)
    shock = box & (state.phase == 1) & (state.timer + 1 >= CUE)
    side = torch.where(here >= 0, here, state.on_spot).clamp(min=0)
    state.hidden = torch.where(lit, 1 - side.clamp(max=1), state.hidden)
    onward = sample | waited | lit | shock
    state.timer = torch.where(onward, 0, state.timer + 1)
    state.phase = state.phase + onward


def _baited(state: MazeState) -> Tensor:
    """(B, SPOTS) bool: the arms with food, every second one."""
    arms = torch.arange(state.visited.shape[1], device=state.visited.device)
    every_second = (arms[None] - state.hidden[:, None]) % 2 == 0
    return every_second & (arms < 8)[None] & (state.paradigm == _RADIAL)[:, None]


def _nearest(state: MazeState, spots: Tensor) -> tuple[Tensor, Tensor]:
    apart = spots[state.world] - state.pose[:, None, :2]
    gaps = torch.nan_to_num(apart.square().sum(-1).sqrt(), nan=torch.inf)
    gap, nearest = gaps.min(1)
    return nearest, gap


def _mix(seed: Tensor, number: Tensor) -> Tensor:
    """A non-negative integer that is a function of both; wraps around as int64 does."""
    z = seed * 6364136223846793005 + (number + 1) * 1442695040888963407
    z = (z ^ (z >> 29)) * 3935559000370003845
    return (z ^ (z >> 32)) & 0x3FFFFFFFFFFF
