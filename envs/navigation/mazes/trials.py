"""What happens in a trial: events, their rewards in the paper, and when a trial is over.

Rewards and delays are those of CheeseBench (arXiv 2604.10825, code stef41/CheeseBench). Ours are
distances, since there a place is a grid; the shuttle box's cue, 15 steps instead of 5, for a
crossing takes up to 14, and its rest, 5 to 15 instead of 5, so that nobody can count to the light;
that a trial counts as successful only without an error, else trying all would be as good as
remembering; that a wrong arm of the T may be corrected, so that it can be told from the right one;
and that the star's arm stays where it is, so that there is something to remember.
"""

from __future__ import annotations

import math
from itertools import combinations
from typing import NamedTuple

import torch
from torch import Tensor

from vgym.envs.navigation.actions import STEP_M
from vgym.envs.navigation.mazes.types import BLOCK, NAMES, PARADIGMS, SPOTS, MazeState

_MORRIS, _BARNES, _STAR, _T, _RADIAL, _DNMS, _OPERANT, _SHUTTLE, _CPP = range(len(NAMES))
# The arms with food, by what may be hidden: every four of eight.
_BAITED = torch.tensor(
    [[arm in four for arm in range(SPOTS)] for four in combinations(range(8), 4)]
)

DELAY = 10  # steps of dnms between sample and choice
REST, EARLY, CUE, SHOCK = 15, 10, 15, 10  # steps of the shuttle box; rest is up to so much shorter
SLACK = 4  # steps of a straight way beyond its length and a half turn
FULL = 10  # rewards of an operant trial
PREFERS, AT_LEAST = 0.55, 20  # share of the time, and steps, of the place preference
_REVERSED, _EARLIER = 1 << 20, 1 << 21  # numbers of draws, beyond those of trials


class Verdict(NamedTuple):
    """What one step came to. Every tensor is (B,)."""

    reward: Tensor  # float32, the paper's
    reached: Tensor  # bool: the target of the leg was reached, for the first time
    ended: Tensor  # bool: the trial is over, time aside
    solved: Tensor  # int64 1 if with success
    counts: Tensor  # bool: of an ended trial, whether it is one of those of the criterion


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
    for name in ("trial_steps", "phase", "timer", "earned", "slips"):
        setattr(state, name, torch.where(mask, 0, getattr(state, name)))
    state.visited = state.visited & ~mask[:, None]
    p = state.paradigm
    choices, anew = (
        torch.tensor([getattr(q, name) for q in PARADIGMS], device=p.device)[p]
        for name in ("choices", "anew")
    )
    drawn = mix(state.seed, torch.where(anew, state.trial, 0)) % choices
    other = 1 + mix(state.seed, torch.full_like(p, _REVERSED)) % (choices - 1).clamp(min=1)
    drawn = torch.where(state.reversals > 0, (drawn + other) % choices, drawn)
    drawn = torch.where(p == _CPP, (drawn + state.trial // BLOCK) % 2, drawn)
    state.hidden = torch.where(mask, drawn, state.hidden)
    early = mix(state.seed, _EARLIER + state.trial) % (EARLY + 1)
    state.timer = torch.where(mask & (p == _SHUTTLE), early, state.timer)


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


def judge(state: MazeState, here: Tensor, pressed: Tensor, blocked: Tensor, turn: float) -> Verdict:
    """What the step makes of the trial; writes phases, visits and errors into the state.

    Args:
        state: after the move.
        here: (B,) int64 the spot stood on, -1 for none.
        pressed: (B,) bool: interacted.
        blocked: (B,) bool: ran into a wall.
        turn: radians of one turn.
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
    reward = torch.where(wrong_end & entered, -0.5, reward)
    wrong_arm = kind[_STAR] & entered & ~at_hidden
    ended, solved, reached = ended | found, solved | found, reached | found
    errors = ((wrong_hole | wrong_end) & entered) | wrong_arm

    # Radial arms: baits are taken once a trial.
    arm = kind[_RADIAL] & entered
    index = here.clamp(min=0)[:, None]
    seen = state.visited.gather(1, index)[:, 0]
    bait = arm & ~seen & _baited(state).gather(1, index)[:, 0]
    errors = errors | (arm & ~_baited(state).gather(1, index)[:, 0])
    again = arm & seen
    state.memory_errors = state.memory_errors + again
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
    errors = errors | (choose & ~right) | (kind[_DNMS] & (state.phase == 0) & press & ~at_hidden)
    ended, solved, reached = ended | choose, solved | right, reached | sample | right
    waited = kind[_DNMS] & (state.phase == 1) & (state.timer + 1 >= DELAY)

    # Operant chamber.
    lever = kind[_OPERANT] & press
    paid = lever & at_hidden
    first = paid & (state.earned == 0)
    reward = torch.where(kind[_OPERANT] & pressed, -0.05, reward)
    reward = torch.where(lever, torch.where(paid, 1.0, -0.2), reward)
    errors = errors | (lever & ~paid)

    # Shuttle box: the light, then the shock, until the animal has crossed; before it is wrong.
    box = kind[_SHUTTLE]
    errors = errors | (box & (state.phase == 0) & at_hidden)
    crossed = box & (state.phase > 0) & at_hidden
    avoided = crossed & (state.phase == 1)
    shocked = box & (state.phase == 2) & ~crossed
    reward = torch.where(avoided, 1.0, torch.where(crossed, 0.5, reward))
    reward = torch.where(shocked, -0.5, reward)
    worn_out = shocked & (state.timer + 1 >= SHOCK)
    ended, solved, reached = ended | crossed | worn_out, solved | avoided, reached | crossed

    # Place preference.
    testing = kind[_CPP] & is_test(state)
    paired = kind[_CPP] & at_hidden
    reward = torch.where(paired, torch.where(testing, 0.0, 0.1), reward)
    arrived = paired & (state.earned == 0)
    state.earned = state.earned + paid + paired
    full = kind[_OPERANT] & (state.earned >= FULL)
    ended, solved, reached = ended | full, solved | full, reached | first | arrived
    over = state.trial_steps >= state.trial_limit
    liked = (state.earned > PREFERS * state.trial_steps) & (state.trial_steps >= AT_LEAST)
    solved = solved | (testing & over & liked)
    ended = ended | (kind[_CPP] & over)

    state.errors = state.errors + errors
    state.slips = state.slips + (errors | again)
    direct = torch.tensor([paradigm.direct for paradigm in PARADIGMS], device=p.device)[p]
    # Headings are whole turns, so that a straight way may be a zigzag.
    straight = state.leg / (STEP_M * math.cos(turn / 2))
    late = direct & (state.trial_steps > straight + math.pi / turn + SLACK)
    solved = solved & (state.slips == 0) & ~late
    _advance_phases(state, here, sample, waited)
    state.phase = torch.where(
        kind[_OPERANT] | kind[_CPP], (paid | (paired & ~testing)).long(), state.phase
    )
    return Verdict(reward, reached, ended, solved.long(), ~kind[_CPP] | testing)


def is_test(state: MazeState) -> Tensor:
    """(B,) bool: of cpp, whether the trial is a test: the last of its block, or of a session that
    is shorter than one."""
    short = (state.trials < BLOCK) & (state.trial + 1 >= state.trials)
    return (state.trial % BLOCK == BLOCK - 1) | short


def run_of(state: MazeState) -> Tensor:
    """(B,) int64: how many successful trials in a row meet the criterion, or as many as there
    are."""
    run = torch.tensor([p.run for p in PARADIGMS], device=state.trials.device)[state.paradigm]
    tests = (state.trials // BLOCK).clamp(min=1)
    return torch.minimum(run, torch.where(state.paradigm == _CPP, tests, state.trials))


def stages_of(state: MazeState) -> Tensor:
    """(B,) int64: how often it is to be met: twice with a reversal, if there are trials for it."""
    reversal = torch.tensor([p.reversal for p in PARADIGMS], device=state.trials.device)
    return 1 + (reversal[state.paradigm] & (state.trials >= 2 * run_of(state))).long()


def needed(state: MazeState) -> Tensor:
    """(B,) int64: how many trials a session takes that goes right from the start."""
    blocks = torch.where(state.paradigm == _CPP, state.trials.clamp(max=BLOCK), 1)
    return run_of(state) * stages_of(state) * blocks


def count(state: MazeState, verdict: Verdict, ended: Tensor) -> tuple[Tensor, Tensor]:
    """Count the trials that have ended (B,) bool towards the criterion.

    Returns:
        (B,) bool whether the session is solved, and (B,) float32 by which share of its criterion it
        has come further than ever.
    """
    run, stages = run_of(state), stages_of(state)
    counted = ended & verdict.counts
    state.solved = state.solved + verdict.solved
    state.streak = torch.where(counted, (state.streak + 1) * verdict.solved, state.streak)
    met = counted & (state.streak >= run)
    done = torch.maximum(state.credit, state.reversals * run + state.streak)
    gained = (done - state.credit) / (run * stages)
    state.credit = done
    success = met & (state.reversals + 1 >= stages)
    state.reversals = state.reversals + (met & ~success)
    state.streak = torch.where(met & ~success, 0, state.streak)
    return success, gained


def _advance_phases(state: MazeState, here: Tensor, sample: Tensor, waited: Tensor) -> None:
    """Sample to delay to choice; rest to light to shock. The light shows which side to leave."""
    box = state.paradigm == _SHUTTLE
    lit = box & (state.phase == 0) & (state.timer + 1 >= REST)
    shock = box & (state.phase == 1) & (state.timer + 1 >= CUE)
    resting = box & (state.phase == 0) & (here >= 0)
    state.hidden = torch.where(resting, 1 - here, state.hidden)  # the side that it is not on
    onward = sample | waited | lit | shock
    state.timer = torch.where(onward, 0, state.timer + 1)
    state.phase = state.phase + onward


def _baited(state: MazeState) -> Tensor:
    """(B, SPOTS) bool: the arms with food."""
    radial = state.paradigm == _RADIAL
    pattern = _BAITED.to(state.hidden.device)[torch.where(radial, state.hidden, 0)]
    return pattern & radial[:, None]


def _nearest(state: MazeState, spots: Tensor) -> tuple[Tensor, Tensor]:
    apart = spots[state.world] - state.pose[:, None, :2]
    gaps = torch.nan_to_num(apart.square().sum(-1).sqrt(), nan=torch.inf)
    gap, nearest = gaps.min(1)
    return nearest, gap


def mix(seed: Tensor, number: Tensor) -> Tensor:
    """A non-negative integer that is a function of both; wraps around as int64 does."""
    z = seed * 6364136223846793005 + (number + 1) * 1442695040888963407
    z = (z ^ (z >> 29)) * 3935559000370003845
    return (z ^ (z >> 32)) & 0x3FFFFFFFFFFF


def lights(state: MazeState) -> Tensor:
    """(B, 2) bool: which lights are on. What is to be seen, and nothing else."""
    dnms, box = NAMES.index("dnms"), NAMES.index("shuttle_box")
    sample = (state.paradigm == dnms) & (state.phase == 0)
    both = (state.paradigm == dnms) & (state.phase == 2)
    cue = (state.paradigm == box) & (state.phase > 0)
    fed = (state.paradigm == NAMES.index("operant")) | (state.paradigm == NAMES.index("cpp"))
    food = fed & (state.phase > 0)
    left = both | cue | food | (sample & (state.hidden == 0))
    right = both | (sample & (state.hidden == 1))
    return torch.stack((left, right), 1)
