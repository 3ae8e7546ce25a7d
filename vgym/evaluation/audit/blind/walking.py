"""Walks without the picture: by sensors alone, or by what reward and `info` say between steps."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import torch
from gymnasium import spaces
from numpy.typing import NDArray
from torch import Tensor

from vgym.core import state as states
from vgym.core.telling import told_between
from vgym.evaluation.audit.attack import Attack, Finding, judged, learnt
from vgym.evaluation.audit.blind.climbing import REWARD, Climbers, told
from vgym.evaluation.audit.blind.imitation import Imitator, Senses, fit
from vgym.evaluation.audit.playing import Moment, Policy
from vgym.evaluation.audit.subject import Subject

_MOST = 64  # numbers of a sensor; one with more is a picture


def small_sensors(subject: Subject) -> list[str]:
    """The sensors that are no pictures."""
    sensors = subject.task().sensors
    return [name for name, space in sensors.items() if int(np.prod(space.shape)) <= _MOST]


def by_sensors(subject: Subject) -> Policy:
    """The oracle, imitated by what sensors read; or climbing on that, or detours by it."""
    names = small_sensors(subject)

    def senses(moment: Moment) -> Tensor:
        sensed = moment.task.sense(moment.state)  # no picture is drawn for these
        return torch.cat([sensed[name].reshape(moment.rows, -1) for name in names], 1)

    def read(moment: Moment) -> dict[str, NDArray[np.float64]]:
        numbers = senses(moment).cpu().numpy().astype(np.float64)
        return {f"number {i} of the sensors": numbers[:, i] for i in range(numbers.shape[1])}

    (rivals,) = _imitators(subject, {f"imitates the oracle by {' and '.join(names)}": senses})
    climbers = Climbers.of(subject, read)
    if climbers is not None:
        plain = tuple(rivals)
        for name in climbers.moves.falls:
            rivals += [*climbers.on(name), *(climbers.around(each, name) for each in plain)]
    return subject.best([rivals])[0]


def by_feedback(subject: Subject) -> Iterator[Finding]:
    """The oracle, imitated by reward and `info`, and by the reward alone."""
    ways = {"reward and info": _told, "the last reward": _paid}
    rivals = _imitators(subject, {f"imitates the oracle by {way}": ways[way] for way in ways})
    yield from _judged(subject, subject.best(rivals))


def _judged(subject: Subject, policies: list[Policy]) -> Iterator[Finding]:
    """Each in the first split; played side by side."""
    subject.all_earned(policies)
    for policy in policies:
        yield judged(subject, policy, subject.splits[:1])


def _paid(moment: Moment) -> Tensor:
    if moment.reward is None:
        return torch.zeros(moment.rows, max(1, len(moment.task.agents)))
    return moment.reward.reshape(moment.rows, -1).cpu()


def _told(moment: Moment) -> Tensor:
    """(B, d) the last reward, and all that `info` held, in the order of names."""
    paid, names = _paid(moment), _names(moment)
    if moment.reward is None:
        return torch.zeros(moment.rows, len(names) + paid.shape[1])
    held = [moment.info[name].float().reshape(moment.rows, -1).mean(1) for name in names]
    return torch.cat([paid, torch.stack(held, 1).cpu()], 1)


def _names(moment: Moment) -> list[str]:
    """What `info` holds after a step: known at the first by a step of a copy."""
    if "names" not in moment.memory:
        tried = states.copied(moment.state)
        outcome = moment.task.step(tried, moment.task.oracle(tried))
        moment.memory["names"] = sorted(told_between(moment.task, outcome))
    names: list[str] = moment.memory["names"]
    return names


def _imitators(subject: Subject, ways: dict[str, Senses]) -> list[list[Policy]]:
    """Of each way, by its name: the likeliest moves, and moves by lot."""
    imitators = [Imitator(subject, senses) for senses in ways.values()]
    fit(subject, imitators)
    return [
        [each.policy(name, chance=False), each.policy(f"{name}, by lot", chance=True)]
        for name, each in zip(ways, imitators, strict=True)
    ]


def forgetful(subject: Subject) -> Policy:
    """`Task.forgetful`."""

    def act(moment: Moment) -> Tensor:
        found = moment.task.forgetful(moment.state, moment.memory)
        assert found is not None
        return found

    return Policy("sees everything and forgets each trial", act)


def _no_trials(subject: Subject) -> str:
    found = subject.task().forgetful(subject.start(), {})
    return "an episode has no trials" if found is None else ""


def by_climbing(subject: Subject) -> Iterator[Finding]:
    """The best climb on a number of `info` that falls or grows along the oracle's way, and on the
    last reward."""
    climbers = Climbers.of(subject, told)
    if climbers is not None:
        names = [name for name in climbers.moves.falls if name != REWARD]
        on_info = [policy for name in names for policy in climbers.on(name)]
        groups = [group for group in (on_info, climbers.on(REWARD)) if group]
        yield from _judged(subject, subject.best(groups))


def _no_sensors(subject: Subject) -> str:
    if subject.answered:
        return "an episode is one answer"
    return "" if small_sensors(subject) else "there are no sensors but pictures"


def _no_moves(subject: Subject) -> str:
    if subject.answered:
        return "an episode is one answer"
    return "" if isinstance(subject.space, spaces.Discrete) else "actions are no choices"


WALKING = (
    Attack(
        "sensors without the picture",
        "blind",
        "What the sensors read is enough: the picture is not needed.",
        learnt(by_sensors),
        _no_sensors,
        slow=True,
    ),
    Attack(
        "no memory",
        "blind",
        "What is learnt in a trial is not needed in the next.",
        learnt(forgetful),
        _no_trials,
        slow=True,
    ),
    Attack(
        "hill climbing",
        "feedback",
        "A number that is told at every step falls toward the goal.",
        by_climbing,
        _no_moves,
        slow=True,
    ),
    Attack(
        "reward and info between steps",
        "feedback",
        "What a step is told of the goal leads to it: neither picture nor words are needed.",
        by_feedback,
        lambda subject: "an episode is one answer" if subject.answered else "",
        slow=True,
    ),
)
