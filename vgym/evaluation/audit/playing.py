"""The loop of an audit: a policy over a batch of episodes, of which nothing is made but what it
looks at. Pictures are drawn only for a policy that reads them.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vgym.core import state as states
from vgym.core.action_check import check_actions
from vgym.core.task import Outcome, Task
from vgym.core.telling import told_between
from vgym.evaluation.audit.share import Earned

MOST_STEPS = 1000  # of an episode that has no limit of its own
MOST_ROWS = 4096  # that are played at once


@dataclass
class Moment:
    """One step of a batch of B episodes, as a policy meets it. What is not read is not made.

    Attributes:
        task: read its spaces and settings; an honest attack reads nothing more of it.
        step: 0 at the first.
        draws: random numbers of this step.
        over: (B,) bool, rows whose episode has ended; whatever is answered there is ignored.
        memory: the policy's own, kept from step to step.
    """

    task: Task[Any]
    step: int
    draws: np.random.Generator
    over: NDArray[np.bool_]
    memory: dict[str, Any]
    _whole: Any  # state of all that is played at once
    _last: Outcome | None  # of all that is played at once; None at the first step
    _told: Callable[[], dict[str, Tensor]]  # infos of all that is played at once
    _block: slice  # the policy's rows of it

    @property
    def rows(self) -> int:
        """B."""
        return len(self.over)

    @cached_property
    def state(self) -> Any:
        """The truth, for bounds such as that of a perfect detector, and for leaks; an attack that
        reads it says so. Not to be written to."""
        rows = torch.arange(self._block.start, self._block.stop, device=self.task.device)
        return states.take(self._whole, rows)

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
        return None if self._last is None else self._last.reward[self._block]

    @property
    def info(self) -> dict[str, Tensor]:
        """What `info` held after the last step, reward terms among it; nothing at the first."""
        return {name: values[self._block] for name, values in self._told().items()}

    @cached_property
    def beside_pay(self) -> dict[str, Tensor]:
        """`info`, with 0 for the terms that the last step was paid for (`Reward.made_of`)."""
        if self._last is None:
            return {}
        paid = self.task.reward.made_of(self._last.facts, self._last.score.terms)
        return {k: torch.zeros_like(v) if k in paid else v for k, v in self.info.items()}

    @property
    def changed(self) -> NDArray[np.bool_]:
        """(B,) bool: rows whose picture is another than before the last step; all at the first."""
        if self._last is None:
            return np.ones(self.rows, np.bool_)
        return self._last.picture_changed[self._block].cpu().numpy()


@dataclass(frozen=True)
class Policy:
    """A way of answering.

    Attributes:
        name: in words, such as "a box of 3 % in the middle".
        act: called at every step for the actions of all rows, as `VectorEnv.step` takes them.
        code: the same as lines of Python for somebody's own script, which set ``actions`` and may
            read ``envs`` (the batch), ``n`` (its rows), ``seed``, ``step``, ``observation`` and
            ``info`` (of the last step or the reset), and ``keep`` (a dict of the script's own); ""
            where it takes more than some lines.
    """

    name: str
    act: Callable[[Moment], Any] = field(repr=False)
    code: str = field(default="", repr=False)


def literal(numbers: NDArray[Any]) -> str:
    """Numbers as a list in a program, as short as their type allows."""
    return np.array2string(numbers, separator=", ", threshold=10**6).replace("\n", "")


def play(
    task: Task[Any], start: Any, policy: Policy, seed: int = 0, most: int = MOST_STEPS
) -> Earned:
    """What a policy earns in every row of a start; see `play_all`."""
    return play_all(task, start, [policy], seed, most)[0]


def play_all(
    task: Task[Any],
    start: Any,
    policies: Sequence[Policy],
    seed: int = 0,
    most: int = MOST_STEPS,
) -> list[Earned]:
    """What each of some policies earns in every row of a start, to its end or the task's limit.

    They are played side by side in one batch, which is faster than one after another, and comes to
    the same.

    Args:
        task: whose episodes they are.
        start: a state of B rows in which nothing has been done; it is left as it is.
        policies: each answers all rows.
        seed: of the policies' random numbers.
        most: steps that are played where the task has no lower limit.
    """
    if not policies:
        return []
    rows = states.rows_of(start)
    at_once = max(1, MOST_ROWS // rows)
    earned: list[Earned] = []
    for first in range(0, len(policies), at_once):
        some = policies[first : first + at_once]
        earned += _Side(task, start, some, rows).play(seed, min(most, task_limit(task) or most))
    return earned


def task_limit(task: Task[Any]) -> int | None:
    """After how many steps an episode is truncated; None for never."""
    return task.config.max_episode_steps


class _Side:
    """Policies side by side: block k of the rows is the k-th one's."""

    def __init__(self, task: Task[Any], start: Any, policies: Sequence[Policy], rows: int) -> None:
        self.task, self.policies, self.rows = task, list(policies), rows
        count = rows * len(policies)
        device = task.device
        self.state = states.take(start, torch.arange(rows, device=device).repeat(len(policies)))
        self.total = Earned(
            np.zeros(count),
            np.zeros(count, np.bool_),
            np.zeros(count, np.int64),
            np.zeros(count, np.bool_),
            {},
        )
        self.memories: list[dict[str, Any]] = [{} for _ in policies]
        self.playing = list(range(len(policies)))  # those with a row that is not over

    def play(self, seed: int, most: int) -> list[Earned]:
        last: Outcome | None = None
        for step in range(most):
            places = self._places()
            over = self.total.over[places]
            checked = check_actions(
                self._actions(seed, step, over, last),
                self.task.action_space,
                len(places),
                self.task.device,
                active=~over,
                agents=len(self.task.agents),
            )
            last = self.task.step(self.state, checked.values, checked.unread)
            self._note(places, over, last)
            left = [k for k in self.playing if not self._block(self.total.over, k).all()]
            if not left:
                break
            if len(left) < len(self.playing):
                last = self._drop(left, last)
        return [self._earned(k) for k in range(len(self.policies))]

    def _actions(self, seed: int, step: int, over: NDArray[np.bool_], last: Outcome | None) -> Any:
        """The actions of all blocks, one below another."""
        answers = []
        told = cache(lambda: {} if last is None else told_between(self.task, last))
        for n, k in enumerate(self.playing):
            block = slice(n * self.rows, (n + 1) * self.rows)
            moment = Moment(
                self.task,
                step,
                np.random.default_rng([seed, step]),
                over[block],
                self.memories[k],
                self.state,
                last,
                told,
                block,
            )
            answers.append(self.policies[k].act(moment))
        if len(answers) == 1:
            return answers[0]
        if any(isinstance(answer, list | tuple) for answer in answers):  # some may be no answer
            return [row for answer in answers for row in answer]
        return np.concatenate([np.asarray(answer) for answer in answers])

    def _note(self, places: NDArray[np.int64], over: NDArray[np.bool_], last: Outcome) -> None:
        """Write down what a step came to in rows that were not over."""
        total = self.total
        assert isinstance(total.terms, dict)
        for name, term in last.score.terms.items():
            total.terms.setdefault(name, np.zeros(len(total.over)))
            total.terms[name][places] += np.where(over, 0.0, a_row(term))
        total.returns[places] += np.where(over, 0.0, a_row(last.reward))
        total.steps[places] += ~over
        solved = a_row(last.success) > 0.5
        total.success[places] = np.where(over, total.success[places], solved)
        total.over[places] |= last.terminated.cpu().numpy()

    def _drop(self, left: list[int], last: Outcome) -> Outcome:
        """Go on with these policies alone; the last outcome of their rows."""
        kept = [n for n, k in enumerate(self.playing) if k in left]
        rows = np.concatenate([np.arange(n * self.rows, (n + 1) * self.rows) for n in kept])
        index = torch.from_numpy(rows).to(self.task.device)
        self.state = states.take(self.state, index)
        self.playing = left
        return dataclasses.replace(
            last,
            facts={name: fact[index] for name, fact in last.facts.items()},
            score=dataclasses.replace(
                last.score, terms={name: t[index] for name, t in last.score.terms.items()}
            ),
            reward=last.reward[index],
            metrics={name: values[index] for name, values in last.metrics.items()},
            picture_changed=last.picture_changed[index],
        )

    def _places(self) -> NDArray[np.int64]:
        """Where the rows that are played stand among all."""
        rows = np.arange(self.rows)
        return np.concatenate([rows + k * self.rows for k in self.playing])

    def _block(self, values: NDArray[Any], k: int) -> NDArray[Any]:
        return values[k * self.rows : (k + 1) * self.rows]

    def _earned(self, k: int) -> Earned:
        total = self.total
        return Earned(
            self._block(total.returns, k),
            self._block(total.success, k),
            self._block(total.steps, k),
            self._block(total.over, k),
            {name: self._block(term, k) for name, term in total.terms.items()},
        )


def a_row(values: Tensor) -> NDArray[np.float64]:
    """(B,) float64 of a number a row, or of the mean of a team's."""
    numbers = values.detach().cpu().numpy().astype(np.float64)
    mean: NDArray[np.float64] = numbers.reshape(len(numbers), -1).mean(1)
    return mean
