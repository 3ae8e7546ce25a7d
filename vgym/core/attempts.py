"""Tasks that are answered: one answer ends the episode, or the last of several attempts.

What an answer names (a place in a picture, on Earth, a choice) is the family's affair.

Only the last answer counts. Those before it are drafts: the agent sees them drawn, and hears
nothing of what they are worth. So k answers given blindly earn what one of them earns, under any
recipe, and there is nothing between them from which the truth could be worked out.

A step limit below the number of attempts is that number: the answer that it leaves for the last is
final, and ends the episode as any last answer does. It does not cut it off, as if more could come.
"""

from __future__ import annotations

import dataclasses
from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

import torch
from torch import Tensor

from vgym.core.config import Config, whole_number
from vgym.core.task import Facts, Limit, Outcome, Task
from vgym.rewards import Score

FAR = 1e9  # beyond all that is measured in a picture or a place


@dataclass(frozen=True)
class AttemptConfig(Config):
    """Settings of a task that is answered."""

    attempts: int = 1  # answers an episode, of which the last counts; no more than its steps

    def __post_init__(self) -> None:
        super().__post_init__()
        whole_number("attempts", self.attempts, 1, 1000)

    @property
    def answers_heard(self) -> int:
        """With which answer an episode ends: the last attempt, or that of a lower step limit."""
        return min(self.attempts, self.max_episode_steps or self.attempts)


@dataclass
class AttemptState:
    """What is kept of earlier answers."""

    attempt: Tensor  # (B,) int64 answers given so far


def no_attempts(batch: int) -> dict[str, Tensor]:
    """The fields of `AttemptState` before the first answer."""
    return {"attempt": torch.zeros(batch, dtype=torch.int64)}


A = TypeVar("A", bound=AttemptState)


class AttemptTask(Task[A]):
    """An answer is noted, judged and, if it is the episode's last, paid.

    Families write `note`, `facts` and `judge` in place of `step`.
    """

    config: AttemptConfig
    answered_in: ClassVar[str] = "image"  # the picture in which earlier answers are drawn

    @abstractmethod
    def note(self, state: A, action: Tensor, unread: Tensor | None) -> Any:
        """Write the answers into the state; what is returned is handed to `facts`."""

    @abstractmethod
    def facts(self, state: A, given: Any, unread: Tensor | None) -> Facts:
        """What the last answer is and what the truth is; `success` is added."""

    @abstractmethod
    def judge(self, state: A, facts: Facts) -> tuple[Tensor, dict[str, Tensor]]:
        """Whether this answer is right, (B,) bool, and metrics (B,) each."""

    def limits(self, state: A) -> Iterator[Limit]:
        """Answers so far."""
        yield Limit("attempt", 0, self.config.attempts)

    def step(self, state: A, action: Tensor, unread: Tensor | None = None) -> Outcome:
        """Note the answer; the last one is paid, and ends the episode."""
        facts = self.facts(state, self.note(state, action, unread), unread)
        right, metrics = self.judge(state, facts)
        state.attempt = state.attempt + 1
        last = state.attempt >= self.config.answers_heard
        facts["success"] = right & last
        none = torch.zeros_like(last)
        drawn = none if self.config.attempts == 1 else ~none
        parts: dict[str, Any] = {"picture_changed": drawn}
        if self.answered_in != "image":
            parts = {"picture_changed": none, "further_changed": {self.answered_in: drawn}}
        outcome = self.outcome(facts, terminated=last, metrics=metrics, **parts)
        return outcome if self.config.answers_heard == 1 else _unpaid_drafts(outcome, last)


def _unpaid_drafts(outcome: Outcome, last: Tensor) -> Outcome:
    """Nothing is paid for answers that are not the last, and no term tells what would have been."""
    score = outcome.score
    paid = Score(
        torch.where(last, score.value, 0.0),
        {name: torch.where(last, term, 0.0) for name, term in score.terms.items()},
        score.flagged & last,
    )
    return dataclasses.replace(
        outcome,
        score=paid,
        reward=torch.where(last, outcome.reward, 0.0),
        metrics={**outcome.metrics, "reward_flagged": paid.flagged},
    )
