"""Learners that imitate the oracle from less than it knows, corrected where they have gone astray.

Source: Ross, Gordon and Bagnell, A reduction of imitation learning and structured prediction to
no-regret online learning (AISTATS 2011): what the oracle would do is noted where the learner goes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from vgym.core import state as states
from vgym.evaluation.audit.blind.action_numbers import ActionNumbers
from vgym.evaluation.audit.floor import ORACLE
from vgym.evaluation.audit.playing import Moment, Policy, play_all
from vgym.evaluation.audit.subject import Subject

Senses = Callable[[Moment], Tensor]  # (B, d) float32: what the learner has of a moment

_FRAMES = 3  # moments that are remembered, each with what was done
_HIDDEN = 64
_ROUNDS = 3
_EXAMPLES = 12288  # on which the net is fitted, of all that were noted
_ROWS = 48  # episodes of a round
_STEPS = 250  # of them that are noted
_EPOCHS = 250
_KEPT = 0.9  # how often a row goes on as it did, while the oracle leads or the learner


@dataclass
class Imitator:
    """A small net from what was sensed and done in the last moments to what the oracle does.

    Args:
        subject: whose training episodes are played. senses: what it has of a moment.
    """

    subject: Subject
    senses: Senses
    inputs: list[Tensor] = field(default_factory=list)
    targets: list[Tensor] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.numbers = ActionNumbers(self.subject.space)
        self.net: nn.Module | None = None
        self.middle = self.spread = torch.zeros(1)

    def policy(self, name: str, chance: bool) -> Policy:
        """What has been learnt; by ``chance`` as often as it is likely, not the likeliest."""

        def act(moment: Moment) -> Any:
            given = self._remembered(moment)
            chosen = self._choose(moment, given, chance)
            return self._note(moment, chosen)

        return Policy(name, act)

    def leading(self, learner: bool) -> Policy:
        """Goes where the oracle goes, with strays, or where the ``learner`` does; what the oracle
        would do is noted."""

        def act(moment: Moment) -> Any:
            given = self._remembered(moment)
            right = ORACLE.act(moment).cpu().numpy()
            alive = torch.from_numpy(~moment.over)
            self.inputs.append(given[alive])
            self.targets.append(self.numbers.targets(right)[alive])
            if learner:
                return self._note(moment, self._choose(moment, given, True))
            strays = moment.draws.random(moment.rows) > _KEPT
            wrong = right[moment.draws.permutation(moment.rows)]
            strays = strays.reshape(-1, *[1] * (right.ndim - 1))
            return self._note(moment, np.where(strays, wrong, right))

        return Policy("noted", act)

    def _remembered(self, moment: Moment) -> Tensor:
        """(B, d) what was sensed in the last moments, newest first, and what was done between."""
        seen = torch.nan_to_num(self.senses(moment).float(), posinf=0.0, neginf=0.0).cpu()
        frames: list[Tensor] = moment.memory.setdefault("frames", [])
        done = moment.memory.get("done", torch.zeros(moment.rows, self.numbers.width))
        frames.insert(0, torch.cat([seen, done], 1))
        del frames[_FRAMES:]
        blank = torch.zeros_like(frames[0])
        whole = frames + [blank] * (_FRAMES - len(frames))
        steps = torch.full((moment.rows, 1), min(moment.step, 50) / 50)
        changes = whole[0][:, : seen.shape[1]] - whole[1][:, : seen.shape[1]]
        sizes = torch.log(seen.abs() + 0.01)  # by which near is told from nearer
        return torch.cat([*whole, changes, sizes, steps], 1)

    def _note(self, moment: Moment, actions: Any) -> Any:
        moment.memory["done"] = self.numbers.targets(actions)
        return actions

    def _choose(self, moment: Moment, given: Tensor, chance: bool) -> Any:
        assert self.net is not None
        with torch.no_grad():
            votes = self.net((given - self.middle) / self.spread)
        if chance:  # the largest of votes with Gumbel noise is drawn as softmax has it
            noise = -np.log(-np.log(moment.draws.random(votes.shape) * 0.9998 + 1e-4))
            choice = torch.tensor([count > 1 for count in self.numbers.choices])
            drawn = choice.repeat_interleave(torch.tensor(self.numbers.choices))
            votes = votes + torch.from_numpy(noise).float() * drawn
        return self.numbers.actions(votes)

    def learn(self, number: int) -> None:
        """Fit a net on all that has been noted, in round ``number``."""
        inputs, targets = torch.cat(self.inputs), torch.cat(self.targets)
        draws = np.random.default_rng(number)
        chosen = torch.from_numpy(draws.permutation(len(inputs))[:_EXAMPLES])
        inputs, targets = inputs[chosen], targets[chosen]
        self.middle = inputs.mean(0)
        self.spread = inputs.std(0).clamp(min=1e-3)
        inputs = (inputs - self.middle) / self.spread
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(number)
            net = nn.Sequential(
                nn.Linear(inputs.shape[1], _HIDDEN),
                nn.Tanh(),
                nn.Linear(_HIDDEN, _HIDDEN),
                nn.Tanh(),
                nn.Linear(_HIDDEN, targets.shape[1]),
            )
        optimiser = torch.optim.Adam(net.parameters(), lr=5e-3)
        batch = 2048
        for epoch in range(_EPOCHS):
            first = epoch * batch % max(1, len(inputs) - batch + 1)
            part = slice(first, first + batch)
            optimiser.zero_grad()
            loss = self._loss(net(inputs[part]), targets[part])
            loss.backward()  # type: ignore[no-untyped-call]
            optimiser.step()
        self.net = net

    def _loss(self, votes: Tensor, targets: Tensor) -> Tensor:
        """Cross-entropy of choices, squared error of numbers."""
        loss, first = votes.new_zeros(()), 0
        for count in self.numbers.choices:
            part = slice(first, first + count)
            first += count
            if count > 1:
                loss = loss + nn.functional.cross_entropy(votes[:, part], targets[:, part])
            else:
                loss = loss + (votes[:, part] - targets[:, part]).square().mean()
        return loss


def fit(subject: Subject, imitators: Sequence[Imitator]) -> None:
    """Note what the oracle does, first where it goes itself, then where the learners go; all of
    them side by side."""
    start = subject.lessons()
    count = states.rows_of(start)
    task = subject.task()
    for number in range(_ROUNDS):
        rows = torch.arange(number * _ROWS, (number + 1) * _ROWS) % count
        some = states.take(start, rows.to(task.device))
        play_all(task, some, [each.leading(number > 0) for each in imitators], number, _STEPS)
        for each in imitators:
            each.learn(number)
