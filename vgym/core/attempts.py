"""Tasks that are answered: one answer ends the episode, or the last of several attempts.

What an answer names (a place in a picture, on Earth, a choice) is the family's affair.
"""

from __future__ import annotations

import dataclasses
from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import torch
from torch import Tensor

from vgym.core.config import Config, whole_number
from vgym.core.task import Facts, Limit, Outcome, Task

FAR = 1e9  # beyond all that is measured in a picture or a place, and what is paid for it


@dataclass(frozen=True)
class AttemptConfig(Config):
    """Settings of a task that is answered."""

    attempts: int = 1  # answers an episode

    def __post_init__(self) -> None:
        super().__post_init__()
        whole_number("attempts", self.attempts, 1, 1000)


@dataclass
class AttemptState:
    """What is kept of earlier answers."""

    attempt: Tensor  # (B,) int64 answers given so far
    best_value: Tensor  # (B,) float32 the best value so far
    best_success: Tensor  # (B,) bool solved by any answer so far


def no_attempts(batch: int) -> dict[str, Tensor]:
    """The fields of `AttemptState` before the first answer."""
    return {
        "attempt": torch.zeros(batch, dtype=torch.int64),
        "best_value": torch.zeros(batch),
        "best_success": torch.zeros(batch, dtype=torch.bool),
    }


A = TypeVar("A", bound=AttemptState)


class AttemptTask(Task[A]):
    """An answer is noted, judged and paid; a later one pays what it improves on the best so far.

    Families write `note`, `facts` and `judge` in place of `step`.
    """

    config: AttemptConfig

    @abstractmethod
    def note(self, state: A, action: Tensor, unread: Tensor | None) -> Any:
        """Write the answers into the state; what is returned is handed to `facts`."""

    @abstractmethod
    def facts(self, state: A, given: Any, unread: Tensor | None) -> Facts:
        """What the last answer is and what the truth is; `success` is added."""

    @abstractmethod
    def judge(self, state: A, facts: Facts) -> tuple[Tensor, dict[str, Tensor]]:
        """Whether this answer alone solves the episode, (B,) bool, and metrics (B,) each."""

    def limits(self, state: A) -> Iterator[Limit]:
        """Answers so far, and the best of them."""
        yield Limit("attempt", 0, self.config.attempts)
        yield Limit("best_value", -FAR, FAR)

    def step(self, state: A, action: Tensor, unread: Tensor | None = None) -> Outcome:
        """Note the answer, pay for what it improves; the last attempt ends the episode."""
        facts = self.facts(state, self.note(state, action, unread), unread)
        solved, metrics = self.judge(state, facts)
        facts["success"] = state.best_success = solved | state.best_success
        later = state.attempt > 0
        state.attempt = state.attempt + 1
        paid = self.outcome(
            facts,
            terminated=state.attempt >= self.config.attempts,
            metrics=metrics,
            picture_changed=torch.full_like(later, self.config.attempts > 1),
        )
        value = paid.reward
        reward = torch.where(later, (value - state.best_value).clamp(min=0), value)
        state.best_value = torch.where(later, torch.maximum(state.best_value, value), value)
        return dataclasses.replace(paid, reward=reward)
