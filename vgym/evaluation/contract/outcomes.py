"""What a step comes to: rewards, flags and metrics of the right shape, and finite."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

from vgym.core.action_check import check_actions
from vgym.core.spoken import Spoken
from vgym.core.task import Outcome, Task
from vgym.evaluation.contract.candidate import Candidate, copied, numbers_of

ROWS = 16


def outcomes(candidate: Candidate) -> Iterator[str]:
    """Reward, flags, metrics and terms are one finite number a row, whatever is done."""
    envs = candidate.begun(ROWS)
    task, state = envs.task, copied(envs.state)
    for step in range(4):  # past the end too: rows whose episode is over are stepped all the same
        actions = task.oracle(state) if step == 1 else envs.action_space.sample()
        if isinstance(actions, Tensor):
            space = task.action_space
            actions = space.said(actions) if isinstance(space, Spoken) else actions.cpu().numpy()
        checked = check_actions(
            actions, task.action_space, ROWS, task.device, agents=len(task.agents)
        )
        found = list(_wrong(task, task.step(state, checked.values, None), ROWS))
        yield from found
        if found:
            return
    # Nobody answers: that is paid too.
    unread = torch.ones((ROWS, len(task.agents)) if task.agents else ROWS, dtype=torch.bool)
    outcome = task.step(copied(envs.state), checked.values, unread.to(task.device))
    yield from (f"without an answer, {wrong}" for wrong in _wrong(task, outcome, ROWS))


def _wrong(task: Task[Any], outcome: Outcome, rows: int) -> Iterator[str]:
    if "success" not in outcome.facts:
        yield "the facts hold no 'success', (B,) bool"
        return
    for name, flags in (
        ("success", outcome.success),
        ("terminated", outcome.terminated),
        ("picture_changed", outcome.picture_changed),
        *((f"further_changed[{name!r}]", flags) for name, flags in outcome.further_changed.items()),
    ):
        yield from _wrong_number(task, name, flags, rows)
        if isinstance(flags, Tensor) and flags.dtype != torch.bool:
            yield f"{name} is {flags.dtype}; it must be bool"
    yield from _wrong_number(task, "reward", outcome.reward, rows)
    if not outcome.metrics:
        yield "there is no metric"
    for name, values in outcome.metrics.items():
        if name in task.traces and isinstance(values, Tensor) and len(values) == rows:
            values = values.reshape(rows, -1).sum(1)
        yield from _wrong_number(task, f"the metric {name!r}", values, rows)
    for name, values in outcome.score.terms.items():
        yield from _wrong_number(task, f"the term {name!r}", values, rows)
    for name in outcome.further_changed:
        if name not in task.pictures:
            yield f"further_changed names {name!r}; the pictures are {', '.join(task.pictures)}"


def _wrong_number(task: Task[Any], name: str, values: Any, rows: int) -> Iterator[str]:
    if not isinstance(values, Tensor):
        yield f"{name} is {type(values).__name__}; it must be a tensor of shape ({rows},)"
        return
    if tuple(values.shape) not in numbers_of(task, rows):
        yield (
            f"{name} has shape {tuple(values.shape)} for {rows} rows; it must be one number a row, "
            f"shape ({rows},)"
        )
    elif not values.isfinite().all():
        row = int((~values.isfinite()).nonzero()[0, 0])
        yield f"{name} is {values[row].tolist()} in row {row}; it must be finite"
