"""Answers of any form: none that can be read, one for all, and what is wrong on purpose."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from gymnasium import spaces

from vgym.core.action_check import NoAnswer
from vgym.evaluation.audit.attack import Attack, Finding, best_of, judged
from vgym.evaluation.audit.degenerate.constant import constant, gestures
from vgym.evaluation.audit.floor import UNIFORM
from vgym.evaluation.audit.playing import Moment, Policy
from vgym.evaluation.audit.share import NoRoom
from vgym.evaluation.audit.subject import Subject

_UNREAD = Policy(
    "no answer that could be read",
    lambda moment: [NoAnswer()] * moment.rows,
    "actions = [vgym.NoAnswer()] * n",
)


def _opposite(moment: Moment) -> Any:
    """A legal answer as far from the truth as can be."""
    truth = moment.task.oracle(moment.state).cpu().numpy()
    space = moment.task.action_space
    if isinstance(space, spaces.Box):
        low = truth.astype(np.float64) > (space.low.astype(np.float64) + space.high) / 2
        return np.where(low, space.low, space.high).astype(space.dtype)
    if isinstance(space, spaces.MultiDiscrete):
        return space.start + (truth - space.start + space.nvec // 2) % space.nvec
    assert isinstance(space, spaces.Discrete)
    return space.start + (truth - space.start + space.n // 2) % space.n


_FAR = Policy(
    "a legal answer far from the truth",
    _opposite,
    "truth, space = envs.unwrapped.oracle(), envs.unwrapped.single_action_space\n"
    "if hasattr(space, 'high'):\n"
    "    actions = np.where(truth > (space.low + space.high) / 2, space.low, space.high)\n"
    "else:\n"
    "    k = space.nvec if hasattr(space, 'nvec') else space.n\n"
    "    actions = space.start + (truth - space.start + k // 2) % k",
)


def _next_truth(moment: Moment) -> Any:
    return moment.task.oracle(moment.state).roll(1, 0)


_OTHERS = Policy(
    "the truth of another episode",
    _next_truth,
    "actions = np.roll(envs.unwrapped.oracle(), 1, 0)",
)


def _floor(subject: Subject) -> Iterator[Finding]:
    """The floor itself, and whether the truth lies above it."""
    for split in subject.splits:
        try:
            subject.share(subject.oracle(split), split)
        except NoRoom as error:
            yield Finding(UNIFORM.name, fault=f"{split}: {error}")
            return
    yield judged(subject, UNIFORM, subject.splits[:1])


def _form_alone(subject: Subject) -> Iterator[Finding]:
    """Uniform answers are well-formed too: the share is that over no answer at all."""
    yield judged(subject, _FAR, subject.splits[:1], floor=_UNREAD)


def _answered(subject: Subject) -> str:
    return "" if subject.answered else "an episode takes many steps"


def _choice(subject: Subject) -> str:
    return _answered(subject) or ("a place is asked for" if subject.form is not None else "")


ANSWERS = (
    Attack(
        "uniform answers",
        "degenerate",
        "Answers at random earn as much as the truth.",
        _floor,
    ),
    Attack(
        "unread answers",
        "degenerate",
        "What cannot be read is paid.",
        best_of(lambda subject: [_UNREAD]),
    ),
    Attack(
        "one answer for all",
        "degenerate",
        "One answer is right often enough.",
        best_of(lambda subject: [constant(gesture) for gesture in gestures(subject)]),
        _choice,
    ),
    Attack(
        "another's answer",
        "degenerate",
        "Episodes have so much alike that the truth of one pays in the next.",
        best_of(lambda subject: [_OTHERS]),
        _answered,
    ),
    Attack(
        "well-formed and wrong",
        "degenerate",
        "The form of an answer is paid without its content.",
        _form_alone,
        _answered,
    ),
)
