"""What learners are fitted on: training episodes with their instructions and what is right."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from vgym.core import state as states
from vgym.evaluation.audit.blind.action_numbers import ActionNumbers
from vgym.evaluation.audit.floor import ORACLE
from vgym.evaluation.audit.playing import Moment, Policy, literal, play, play_all
from vgym.evaluation.audit.subject import Subject

_VALUED = 1024  # episodes in which constants are tried


@dataclass
class Lessons:
    """The training episodes of a subject, as one has them who learns from them.

    Args:
        subject: whose. most: episodes at most.
    """

    subject: Subject
    most: int = 4096

    @cached_property
    def start(self) -> Any:
        """The state in which they begin."""
        start = self.subject.lessons()
        rows = min(self.most, states.rows_of(start))
        return states.take(start, torch.arange(rows, device=self.subject.task().device))

    @property
    def count(self) -> int:
        """How many there are."""
        return states.rows_of(self.start)

    @cached_property
    def words(self) -> list[str]:
        """The instruction of each."""
        return self.subject.task().instructions(self.start, list(range(self.count)))

    @cached_property
    def truth(self) -> NDArray[Any]:
        """(n, *shape) the oracle's first action in each."""
        found: NDArray[Any] = self.subject.task().oracle(self.start).cpu().numpy()
        return found

    @cached_property
    def numbers(self) -> ActionNumbers:
        """How actions are predicted."""
        return ActionNumbers(self.subject.space)

    @cached_property
    def constants(self) -> NDArray[Any]:
        """(K, *shape) answers that stand for all, found in the first half of the episodes."""
        return self.numbers.constants(self.truth[: max(1, self.count // 2)])

    @cached_property
    def values(self) -> NDArray[np.float64]:
        """(m, K) what each of the constants earns in each of the last m episodes."""
        return self.earned(self.constants, self.rest)

    @cached_property
    def rest(self) -> NDArray[np.int64]:
        """(m,) the episodes that constants are tried in: of the half they were not found in."""
        return np.arange(self.count)[self.count // 2 :][:_VALUED]

    def earned(self, constants: NDArray[Any], rows: NDArray[np.int64]) -> NDArray[np.float64]:
        """(m, K) what constants (K, *shape) earn in episodes (m,)."""
        start = self.of(rows)
        task = self.subject.task()
        earned = play_all(task, start, [constant(answer) for answer in constants])
        return np.stack([each.returns for each in earned], 1)

    def of(self, rows: NDArray[np.int64]) -> Any:
        """The state in which episodes (m,) begin."""
        return states.take(self.start, torch.from_numpy(rows).to(self.subject.task().device))

    def recorded(self) -> list[NDArray[Any]]:
        """Of each episode what the oracle does in it: (steps, *shape)."""
        kept: list[NDArray[Any]] = []

        def act(moment: Moment) -> Any:
            actions = ORACLE.act(moment)
            kept.append(actions.cpu().numpy())
            return actions

        earned = play(self.subject.task(), self.start, Policy("recorded", act))
        actions = np.stack(kept, 1)
        return [row[:steps] for row, steps in zip(actions, earned.steps, strict=True)]


def constant(answer: NDArray[Any], name: str = "a constant") -> Policy:
    """The same action always."""

    def act(moment: Moment) -> NDArray[Any]:
        return np.broadcast_to(answer, (moment.rows, *np.shape(answer)))

    return Policy(name, act, f"actions = np.array([{literal(np.asarray(answer))}] * n)")
