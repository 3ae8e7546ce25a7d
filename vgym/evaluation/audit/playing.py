"""The loop of an audit: a policy over a batch of episodes, of which nothing is made but what it
looks at. Pictures are drawn only for a policy that reads them.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vgym.core import state as states
from vgym.core.action_check import check_actions
from vgym.core.task import Outcome, Task
from vgym.evaluation.audit.share import Earned

MOST_STEPS = 1000  # of an episode that has no limit of its own


@dataclass
class Moment:
    """One step of a batch of B episodes, as a policy meets it. What is not read is not made.

    Attributes:
        task: read its spaces and settings; an honest attack reads nothing more of it.
        state: the truth, for bounds such as that of a perfect detector, and for leaks; an attack
            that reads it says so.
        step: 0 at the first.
        draws: random numbers of this step.
        over: (B,) bool, rows whose episode has ended; whatever is answered there is ignored.
        memory: the policy's own, kept from step to step.
        last: what the last step came to, None at the first.
    """

    task: Task[Any]
    state: Any
    step: int
    draws: np.random.Generator
    over: NDArray[np.bool_]
    memory: dict[str, Any]
    last: Outcome | None = None

    @property
    def rows(self) -> int:
        """B."""
        return len(self.over)

    @cached_property
    def words(self) -> list[str]:
        """The instruction of every row."""
        return self.task.instructions(self.state, list(range(self.rows)))

    @cached_property
    def images(self) -> Tensor:
        """(B, H, W, 3) uint8 what is seen; (B, R, H, W, 3) of a team."""
        shape = self.task.pictures["image"].shape
        drawn = torch.zeros(self.rows, *shape, dtype=torch.uint8, device=self.task.device)
        self.task.pictures["image"].draw(self.state, drawn, None)
        return drawn

    @cached_property
    def sensors(self) -> dict[str, Tensor]:
        """(B, *shape) each, what is observed beside pictures and words; pictures are drawn first,
        as a sensor may be measured on the way."""
        _ = self.images
        return self.task.sense(self.state)

    @property
    def reward(self) -> Tensor | None:
        """(B,) what the last step paid; (B, R) of a team. None at the first."""
        return None if self.last is None else self.last.reward

    @property
    def info(self) -> dict[str, Tensor]:
        """What `info` held after the last step, reward terms among it; nothing at the first."""
        if self.last is None:
            return {}
        return {"success": self.last.success, **self.last.metrics, **self.last.score.terms}

    @property
    def changed(self) -> NDArray[np.bool_]:
        """(B,) bool: rows whose picture is another than before the last step; all at the first."""
        if self.last is None:
            return np.ones(self.rows, np.bool_)
        return self.last.picture_changed.cpu().numpy()


@dataclass(frozen=True)
class Policy:
    """A way of answering.

    Attributes:
        name: in words, such as "a box of 3 % in the middle".
        act: called at every step for the actions of all rows, as `VectorEnv.step` takes them.
        code: the same as lines of Python for somebody's own script, which set ``actions`` and may
            read ``envs`` (the batch), ``n`` (its rows), ``step``, ``observation`` and ``info`` (of
            the last step or the reset), and ``keep`` (a dict of the script's own); "" where it
            takes more than some lines.
    """

    name: str
    act: Callable[[Moment], Any] = field(repr=False)
    code: str = field(default="", repr=False)


def play(
    task: Task[Any], start: Any, policy: Policy, seed: int = 0, most: int = MOST_STEPS
) -> Earned:
    """Play every row of a start to its end, or to the limit of the task.

    Args:
        task: whose episodes they are.
        start: a state of B rows in which nothing has been done; it is left as it is.
        policy: answers.
        seed: of the policy's random numbers.
        most: steps that are played where the task has no lower limit.
    """
    state = states.copied(start)
    rows = states.rows_of(state)
    returns, success = np.zeros(rows), np.zeros(rows, np.bool_)
    steps = np.zeros(rows, np.int64)
    terms: dict[str, NDArray[np.float64]] = {}
    over, last = np.zeros(rows, np.bool_), None
    memory: dict[str, Any] = {}
    for step in range(min(most, task.config.max_episode_steps or most)):
        draws = np.random.default_rng([seed, step])
        moment = Moment(task, state, step, draws, over.copy(), memory, last)
        checked = check_actions(
            policy.act(moment),
            task.action_space,
            rows,
            task.device,
            active=~over,
            agents=len(task.agents),
        )
        last = task.step(state, checked.values, checked.unread)
        for name, term in last.score.terms.items():
            terms.setdefault(name, np.zeros(rows))
            terms[name] += np.where(over, 0.0, a_row(term))
        returns += np.where(over, 0.0, a_row(last.reward))
        steps += ~over
        success = np.where(over, success, a_row(last.success) > 0.5)
        over |= last.terminated.cpu().numpy()
        if over.all():
            break
    return Earned(returns, success, steps, over, terms)


def a_row(values: Tensor) -> NDArray[np.float64]:
    """(B,) float64 of a number a row, or of the mean of a team's."""
    numbers = values.detach().cpu().numpy().astype(np.float64)
    mean: NDArray[np.float64] = numbers.reshape(len(numbers), -1).mean(1)
    return mean
