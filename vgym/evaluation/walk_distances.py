"""Distances of rewards on episodes of many steps: STARC, from steps that are sampled.

EPIC's canonical form asks what a reward pays from any state to any other, also where no step leads
there; an environment only says what the steps that it can take are paid. STARC asks for those
alone. Its canonical form of an action in a state is how much better it is than the policy,
`Q(s, a) - V(s)`: potentials cancel in every sampled walk that ends (that of an ended episode is 0,
as it must be for shaping to change nothing), whatever of the past the state holds.

Chosen, and therefore approximate: the states are one of each walk, the walks being sure of their
way to any degree; the policy takes the oracle's action with probability `SURE`, else any that does
not end the episode; `Q` is a mean over a few walks by it, the same chance for all actions; every
action in every state weighs the same; the distance is L2's.

Source: STARC, Skalse et al., arXiv 2309.15257 (value-adjusted levelling); EPIC, Gleave et al.,
arXiv 2006.13900; Ng, Harada and Russell, Policy invariance under reward transformations (1999).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from gymnasium import spaces
from numpy.typing import NDArray
from torch import Tensor

from vgym.core import state as states
from vgym.core.task import Task
from vgym.evaluation.audit.subject import Subject
from vgym.evaluation.reward_distances import Distances, distances_between
from vgym.rewards import Reward
from vgym.rewards.facts import Facts
from vgym.rewards.recipes import recipe, recipes_for

DISCOUNT = 0.99
SURE = 0.8
MOST = 300  # steps that are walked on from a state
WALKED = 150  # steps of the walks that states are taken from


def walk_distances(
    id: str,
    names: Sequence[str] | None = None,
    settings: Mapping[str, Any] | None = None,
    walks: int = 128,
    rollouts: int = 4,
) -> Distances:
    """STARC distances of recipes on an id whose episodes are walks of discrete actions.

    Args:
        id: the environment. names: recipes; all that fit, if none are named.
        settings: of the environment. walks: how many states. rollouts: walks on from each, for
            each action.

    Raises:
        ValueError: actions that are not discrete, or a recipe that does not fit.
    """
    subject = Subject(id, {**(settings or {}), "reward": _all_is_read})
    task = subject.task()
    chosen = tuple(names or recipes_for(task.stated))
    draws = np.random.default_rng(subject.seed)
    start = subject.start(None, walks)
    rewards = [recipe(name) for name in chosen]
    forms = canonical_values(task, start, rewards, rollouts, draws)
    return distances_between(id, "STARC", dict(zip(chosen, forms, strict=True)))


def _all_is_read(facts: Facts) -> Tensor:
    """A reward of which nobody knows what it reads, so that all facts are stated."""
    return facts["success"].float()


def canonical_values(
    task: Task[Any],
    start: Any,
    rewards: Sequence[Reward],
    rollouts: int,
    draws: np.random.Generator,
    sure: float = SURE,
) -> Tensor:
    """STARC's canonical form of each reward: `(rewards, actions, B)` float64.

    Args:
        task: of discrete actions. start: B states in which episodes begin, left as they are.
        rewards: of the facts that the task states. rollouts: for each action in each state.
        draws: of states and walks. sure: the probability of the oracle's action.

    Raises:
        ValueError: the actions are not discrete.
    """
    space = task.action_space
    if not isinstance(space, spaces.Discrete) or space.start != 0:
        raise ValueError(f"walks of {type(space).__name__} actions are not compared, Discrete are")
    going = _that_go_on(task, start, int(space.n))
    here = _states_on_the_way(task, start, going, draws)
    values = _action_values(task, here, int(space.n), rewards, rollouts, going, draws, sure)
    policy = torch.zeros(values.shape[1:], dtype=torch.float64)
    policy[going] = (1 - sure) / len(going)
    policy[task.oracle(states.copied(here)).cpu(), torch.arange(policy.shape[1])] += sure
    return values - (policy * values).sum(1, keepdim=True)


def _that_go_on(task: Task[Any], start: Any, actions: int) -> NDArray[np.int64]:
    """The actions that do not end every episode at once, or all if each does."""
    rows = states.rows_of(start)
    ends = [
        bool(task.step(states.copied(start), torch.full((rows,), action)).terminated.all())
        for action in range(actions)
    ]
    return np.array([a for a, end in enumerate(ends) if not end] or range(actions), np.int64)


def _states_on_the_way(
    task: Task[Any], start: Any, going: NDArray[np.int64], draws: np.random.Generator
) -> Any:
    """Of each walk one of its states, any with the same chance: (B,) rows."""
    state, kept = states.copied(start), states.copied(start)
    rows = states.rows_of(start)
    over = np.zeros(rows, np.bool_)
    sure = draws.random(rows)
    for step in range(WALKED):
        taken = torch.from_numpy(np.flatnonzero(~over & (draws.random(rows) * (step + 1) < 1)))
        states.put(kept, taken, states.take(state, taken))
        action = _either(task, state, going, sure, draws.random((2, rows)))
        over |= task.step(state, action).terminated.cpu().numpy()
        if over.all():
            break
    return kept


def _action_values(
    task: Task[Any],
    here: Any,
    actions: int,
    rewards: Sequence[Reward],
    rollouts: int,
    going: NDArray[np.int64],
    draws: np.random.Generator,
    sure: float,
) -> Tensor:
    """The discounted sums of what follows each action: `(rewards, actions, B)` float64."""
    rows = states.rows_of(here)
    count = rollouts * actions * rows
    state = states.take(here, torch.arange(rows).repeat(rollouts * actions).to(task.device))
    action = torch.arange(actions, device=task.device).repeat_interleave(rows).repeat(rollouts)
    left = torch.arange(count)  # walks that go on
    total = torch.zeros(len(rewards), count, dtype=torch.float64)
    for step in range(MOST):
        outcome = task.step(state, action)
        for sums, reward in zip(total, rewards, strict=True):
            sums[left] += DISCOUNT**step * reward(outcome.facts).value.double().cpu()
        going_on = (~outcome.terminated).nonzero()[:, 0]
        left = left[going_on.cpu()]
        if len(left) == 0:
            break
        state = states.take(state, going_on)
        # The same chance for all actions, that it may not look like what they earn.
        chance = draws.random((2, rollouts, 1, rows)).repeat(actions, 2).reshape(2, count)
        action = _either(task, state, going, sure, chance[:, left.numpy()])
    return total.view(len(rewards), rollouts, actions, rows).mean(1)


def _either(
    task: Task[Any],
    state: Any,
    going: NDArray[np.int64],
    sure: float | NDArray[np.float64],
    chance: NDArray[np.float64],
) -> Tensor:
    """(B,) the oracle's action with probability ``sure``, else any that goes on.

    Args:
        chance: (2, B) in [0, 1).
    """
    other = torch.from_numpy(going[(chance[1] * len(going)).astype(np.int64)]).to(task.device)
    return torch.where(
        torch.from_numpy(chance[0] < sure).to(task.device), task.oracle(state), other
    )
