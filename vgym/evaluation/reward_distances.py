"""How unlike two rewards are: EPIC and STARC, of tables and of an id's own answers.

Both are 0 for rewards that a potential, a scale or a constant tells apart, and 1 for opposites.
What was chosen where the papers leave a choice: EPIC's canonical form takes states and actions
from given distributions, and its distance is Pearson's over given coverage; STARC's canonical form
is the value-adjusted one under the uniform policy, solved exactly, its norm L2, and its distance
halved to lie in [0, 1]. A constant reward is at 0 from another, at 1/sqrt(2) from all others.

An episode of one answer is a state and an action with nothing after: there both canonical forms are
the reward less its mean over the answers to the question, and both distances are one number.

Source: EPIC, Gleave et al., arXiv 2006.13900, code HumanCompatibleAI/evaluating-rewards at 7b99ec9;
STARC, Skalse et al., arXiv 2309.15257, code lucyfarnik/starc at e13f8fa.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from gymnasium import spaces
from numpy.typing import NDArray
from torch import Tensor

from vgym.core import state as states
from vgym.core.action_check import check_actions
from vgym.evaluation.audit.floor import uniform_actions
from vgym.evaluation.audit.subject import Subject
from vgym.evaluation.plot import Area, Axis, Sheet
from vgym.rewards.recipes import recipe, recipes_for

_CONSTANT = 1e-10
_APART = 1 / math.sqrt(2)
_CELL, _MARGIN, _NAMES = 22, 60, 170  # pixels


def epic_canonical(reward: Tensor, states: Tensor, actions: Tensor, gamma: float) -> Tensor:
    """EPIC's canonical form of a table of rewards.

    Args:
        reward: `(S, A, S)` float64, of a state, an action and the state after.
        states, actions: `(S,)` and `(A,)` probabilities that do not follow the dynamics.
        gamma: the discount.
    """
    out = torch.einsum("a,t,sat->s", actions, states, reward)  # mean reward of leaving each state
    mean = (states * out).sum()
    return reward + gamma * out[None, None, :] - out[:, None, None] - gamma * mean


def pearson_distance(a: Tensor, b: Tensor, weights: Tensor | None = None) -> float:
    """`sqrt((1 - rho) / 2)` of Pearson's correlation: in [0, 1].

    Args:
        a, b: of one shape. weights: likewise, at least 0; equal if not given.

    >>> pearson_distance(torch.tensor([0.0, 1.0]), torch.tensor([3.0, 1.0]))
    1.0
    """
    a, b = a.double().flatten(), b.double().flatten()
    share = torch.ones_like(a) if weights is None else weights.double().flatten()
    share = share / share.sum()
    a, b = a - (share * a).sum(), b - (share * b).sum()
    return _from_cosine(
        float((share * a * b).sum()), *(float((share * x * x).sum()) for x in (a, b))
    )


def epic_distance(
    a: Tensor, b: Tensor, states: Tensor, actions: Tensor, gamma: float, coverage: Tensor
) -> float:
    """EPIC distance of two tables of rewards `(S, A, S)` over a coverage `(S, A, S)`."""
    first, second = (epic_canonical(reward, states, actions, gamma) for reward in (a, b))
    return pearson_distance(first, second, coverage)


def starc_canonical(reward: Tensor, transitions: Tensor, gamma: float) -> Tensor:
    """STARC's value-adjusted canonical form under the uniform policy: `(S, A)`.

    Args:
        reward: `(S, A, S)` float64. transitions: likewise, probabilities of the state after.
        gamma: the discount, below 1.
    """
    expected = (reward * transitions).sum(-1)
    follow = transitions.mean(1)  # (S, S) of the uniform policy
    eye = torch.eye(len(follow), dtype=follow.dtype)
    value = torch.linalg.solve(eye - gamma * follow, expected.mean(1))
    canonical: Tensor = expected + gamma * transitions @ value - value[:, None]
    return canonical


def starc_distance(a: Tensor, b: Tensor, transitions: Tensor, gamma: float) -> float:
    """Half the L2 distance of two canonical forms of norm 1: in [0, 1]."""
    first, second = (starc_canonical(reward, transitions, gamma) for reward in (a, b))
    squares = (float(x.square().sum()) for x in (first, second))
    return _from_cosine(float((first * second).sum()), *squares)


def _from_cosine(product: float, square_a: float, square_b: float) -> float:
    flat = [square < _CONSTANT**2 for square in (square_a, square_b)]
    if any(flat):
        return 0.0 if all(flat) else _APART
    cosine = product / math.sqrt(square_a * square_b)
    return math.sqrt(max(0.0, 1 - cosine) / 2)


@dataclass(frozen=True)
class Distances:
    """Distances of rewards on what is done in an id.

    Attributes:
        id: whose. kind: EPIC or STARC. names: of the recipes, the nearest to the first one first.
        values: `(n, n)` float64, symmetric, in [0, 1].
    """

    id: str
    kind: str
    names: tuple[str, ...]
    values: NDArray[np.float64]

    def picture(self) -> NDArray[np.uint8]:
        """The matrix as a heat map, pixels `(H, W, 3)` uint8."""
        side = _CELL * len(self.names)
        sheet = Sheet(
            (side + 2 * _MARGIN, side + _NAMES + 150), f"{self.id}: {self.kind} distances"
        )
        area = Area(_NAMES, _MARGIN, side, side)
        marks = [(k + 0.5, str(k + 1)) for k in range(len(self.names))]
        named = [(k + 0.5, f"{name} {k + 1}") for k, name in enumerate(self.names)]
        sheet.heat(area, self.values, 0.0, 1.0)
        sheet.axes(area, Axis("", 0, len(marks), marks), Axis("", len(named), 0, named))
        sheet.colour_bar(Area(area.left + side + 40, _MARGIN, 16, min(side, 220)), 0.0, 1.0)
        return sheet.pixels()


def answer_distances(
    id: str,
    names: Sequence[str] | None = None,
    settings: Mapping[str, Any] | None = None,
    questions: int = 128,
    answers: int = 64,
) -> Distances:
    """Distances of recipes on an id whose episodes are one place answered.

    The answers lie anywhere between the truth and a uniform one, nearer to the truth mostly, as
    they do in the middle of training: of uniform ones alone most earn next to nothing.

    Args:
        id: the environment. names: recipes; all that fit, if none are named.
        settings: of the environment. questions, answers: how many, and to each.

    Raises:
        ValueError: an answer is no array of numbers, or a recipe does not fit.
    """
    subject = Subject(id, {**(settings or {}), "reward": "sparse"})
    task, start = subject.task(), subject.start(None, questions)
    if not isinstance(task.action_space, spaces.Box) or not subject.answered:
        raise ValueError(f"episodes of {id} are no single places; distances are of such alone")
    chosen = tuple(names or recipes_for(task.stated))
    draws = np.random.default_rng(subject.seed)
    truth = np.asarray(task.oracle(start), np.float64)
    earned: dict[str, list[Tensor]] = {name: [] for name in chosen}
    for _ in range(answers):
        guess = uniform_actions(task.action_space, questions, draws)
        way = draws.random((questions, *(1,) * (truth.ndim - 1))) ** 2
        action = (truth + way * (guess - truth)).astype(np.float32)
        checked = check_actions(action, task.action_space, questions, task.device)
        facts = task.step(states.copied(start), checked.values, checked.unread).facts
        for name in chosen:
            earned[name].append(recipe(name)(facts).value.double())
    centred = {name: _centred(torch.stack(values)) for name, values in earned.items()}
    return distances_between(id, "EPIC", centred)


def distances_between(id: str, kind: str, canonical: Mapping[str, Tensor]) -> Distances:
    """The distances of rewards by name, of whose canonical forms the mean is nothing.

    Args:
        id: whose. kind: of the canonical forms. canonical: of one shape, float64.
    """
    forms = torch.stack(list(canonical.values())).flatten(1)
    products = (forms @ forms.T).tolist()
    every = range(len(forms))
    values = np.array(
        [
            [_from_cosine(products[a][b], products[a][a], products[b][b]) for b in every]
            for a in every
        ]
    )
    order = np.argsort(values[0], kind="stable")
    names = list(canonical)
    return Distances(id, kind, tuple(names[k] for k in order), values[np.ix_(order, order)])


def _centred(values: Tensor) -> Tensor:
    """`(answers, questions)` less the mean over the answers to each question."""
    return values - values.mean(0, keepdim=True)
