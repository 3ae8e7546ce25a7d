"""Who of a team is paid for what: each unit of work once, and only for work that is needed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vgym.core import state as states
from vgym.core.task import Task
from vgym.evaluation.audit.attack import Finding
from vgym.evaluation.audit.floor import uniform_actions
from vgym.evaluation.audit.subject import Subject

_SLACK = 0.01  # of the recipe's range
_ODDS = 0.3  # of a move at random in the oracle's place

Acts = Callable[[Any, int], tuple[Tensor, Tensor | None]]  # of a state and a step


def paid_twice(subject: Subject) -> Iterator[Finding]:
    """The most that one robot earns by its own work in an episode, of the oracle's and of one that
    goes astray."""
    task = subject.task()
    most = max(float(own_pay(task, subject, acts)[0].max()) for acts in (_truth(task), _lost(task)))
    bound = max(task.reward.range)
    over = most > bound + _SLACK * (bound - min(task.reward.range))
    fault = f"a robot earns {most:.3g} in an episode; its recipe pays at most {bound:g}"
    yield Finding(f"at most {most:.3g} of its own work for a robot", fault=fault if over else "")


def unneeded(subject: Subject) -> Iterator[Finding]:
    """What a robot earns by work of its own in episodes that the others solve without it."""
    task = subject.task()
    own, _ = own_pay(task, subject, _truth(task))
    enough = 2 * int(subject.oracle().steps.max())  # for the others, if they can at all
    paid, episodes = 0.0, 0
    for robot in range(subject.team):
        _, alone = own_pay(task, subject, _truth(task, idle=robot), enough)
        paid += float(own[alone, robot].sum())
        episodes += int(alone.sum())
    mean = paid / episodes if episodes else 0.0
    fault = f"a robot that is not needed earns {mean:.3g} an episode by going along"
    by = f"in {episodes} cases a team succeeds without one of its robots"
    yield Finding(by, fault=fault if mean > _SLACK else "")


def own_pay(
    task: Task[Any], subject: Subject, acts: Acts, most: int | None = None
) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """(B, R) what each robot earns by terms that are not the team's, and (B,) success, in ``most``
    steps."""
    state = states.copied(subject.start())
    rows, robots = states.rows_of(state), subject.team
    own = np.zeros((rows, robots))
    over, success = np.zeros(rows, np.bool_), np.zeros(rows, np.bool_)
    for step in range(min(subject.limit, most or subject.limit)):
        outcome = task.step(state, *acts(state, step))
        weights = task.reward.form_for(_rows_of(outcome.facts, (rows, robots))).weights
        for name, term in outcome.score.terms.items():
            value = term.cpu().numpy().astype(np.float64).reshape(rows, robots)
            if not (value == value[:, :1]).all():  # what all have alike is the team's
                own += np.where(over[:, None], 0.0, weights.get(name, 0.0) * value)
        solved = outcome.success.cpu().numpy()
        success |= solved & ~over
        over |= outcome.terminated.cpu().numpy()
        if over.all():
            break
    return own, success


def _rows_of(facts: dict[str, Tensor], shape: tuple[int, int]) -> dict[str, Tensor]:
    return {
        name: (fact if fact.dim() == 2 else fact[:, None].expand(shape)).reshape(-1)
        for name, fact in facts.items()
    }


def _truth(task: Task[Any], idle: int | None = None) -> Acts:
    def acts(state: Any, step: int) -> tuple[Tensor, Tensor | None]:
        actions = task.oracle(state)
        unread = None
        if idle is not None:
            unread = torch.zeros(actions.shape, dtype=torch.bool, device=task.device)
            unread[:, idle] = True
        return actions, unread

    return acts


def _lost(task: Task[Any]) -> Acts:
    def acts(state: Any, step: int) -> tuple[Tensor, Tensor | None]:
        draws = np.random.default_rng(step)
        truth = task.oracle(state)
        moves = torch.from_numpy(uniform_actions(task.action_space, len(truth), draws))
        lost = torch.from_numpy(draws.random(truth.shape) < _ODDS)
        return torch.where(lost.to(task.device), moves.to(task.device), truth), None

    return acts
