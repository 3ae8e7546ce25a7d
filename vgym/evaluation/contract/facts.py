"""What a task says it states, and what it states."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import torch
from torch import Tensor

from vgym.evaluation.contract.candidate import Candidate
from vgym.rewards import recipe
from vgym.rewards.facts import FACTS
from vgym.rewards.facts import check as check_facts
from vgym.rewards.recipes import recipes_for

ROWS = 5


def facts(candidate: Candidate) -> Iterator[str]:
    """Facts that are stated are given, as the table of facts has them, and recipes that fit pay."""

    def nothing(given: dict[str, Tensor]) -> Tensor:
        return torch.zeros(len(given["success"]))

    if not candidate.alone:
        nothing = candidate.begun(1).task.config.reward  # a team is not paid by functions
    envs = candidate.begun(ROWS, reward=nothing)  # who reads by a function may read any
    stated = envs.task.stated
    for actions in (envs.action_space.sample, envs.oracle):
        envs.reset(seed=0)
        envs.step(actions())
        given = envs.facts
        missing = sorted(name for name in stated if name not in given)
        if missing:
            yield f"stated but not given: {', '.join(missing)}"
            return
        yield from _ill_formed(envs.task, given, stated)
        if envs.task.agents:
            return
        for name in recipes_for(stated):
            yield from _unpaid(name, given)


def _ill_formed(task: Any, given: dict[str, Tensor], stated: frozenset[str]) -> Iterator[str]:
    for name in sorted(stated):
        if given[name].shape[:1] != (ROWS,):
            yield f"fact {name!r} has shape {tuple(given[name].shape)}; its first axis is the batch"
        elif name in FACTS and not task.agents:
            try:
                check_facts(given, [name])
            except ValueError as error:
                yield str(error)


def _unpaid(name: str, given: dict[str, Tensor]) -> Iterator[str]:
    """What is wrong with a recipe over facts that fit it."""
    try:
        score = recipe(name)(given)
    except Exception as error:
        yield f"the reward {name!r} fits what is stated, and cannot be paid: {error}"
        return
    low, high = recipe(name).range
    value = score.value
    if not (value.isfinite() & (value >= low - 1e-5) & (value <= high + 1e-5)).all():
        yield f"the reward {name!r} pays {value.tolist()}, outside its range [{low:g}, {high:g}]"
