"""Answers by what earlier ones were told, where a question may be answered several times."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import torch
from gymnasium import spaces
from numpy.typing import NDArray
from torch import Tensor

from vgym.core.attempts import AttemptTask
from vgym.evaluation.audit.attack import Attack, Finding
from vgym.evaluation.audit.blind.kernel_ridge import fit_ridge
from vgym.evaluation.audit.blind.lessons import Lessons
from vgym.evaluation.audit.playing import Moment, Policy, a_row, play
from vgym.evaluation.audit.share import share_of
from vgym.evaluation.audit.subject import Subject

_FEW, _MANY = 3, 8  # attempts, where the subject has one
_SETS = 6  # of answers that are tried as the first ones
_RIDGE = 1e-4


def several(subject: Subject, attempts: int) -> Subject:
    """The same episodes, with several attempts."""
    settings = {**subject.settings, "attempts": attempts}
    return Subject(subject.id, settings, subject.wanted, subject.seed)


def many_constants(subject: Subject) -> Policy:
    """So many constants that the best of them earns most, one in each attempt."""
    lessons = Lessons(subject)
    values = lessons.values
    chosen: list[int] = []
    best = np.full(len(values), -np.inf)
    for _ in range(_attempts(subject)):
        chosen.append(int(np.maximum(best[:, None], values).mean(0).argmax()))
        best = np.maximum(best, values[:, chosen[-1]])
    answers = lessons.constants[chosen]

    def act(moment: Moment) -> NDArray[Any]:
        answer = answers[moment.step % len(answers)]
        return np.broadcast_to(answer, (moment.rows, *answer.shape))

    return Policy(f"the {len(answers)} best constants in turn", act)


def probing(subject: Subject) -> Policy:
    """Fixed answers, and last the one that follows from what `info` and the reward said of them.

    By regression on those numbers, their squares, and products of both: of three distances to
    known points the squares tell a place exactly.
    """
    lessons = Lessons(subject, most=1024)
    probes = _attempts(subject) - 1
    kept = lessons.count * 4 // 5
    rows = np.arange(lessons.count)
    best: tuple[float, Policy] | None = None
    for number in range(_SETS):
        answers = _first_answers(lessons, probes, number)
        told = _told_of(subject, lessons, answers)
        predict = _regressed(lessons, told, rows[:kept])
        tried = Policy("tried", _ask(answers, predict))
        earned = play(subject.task(), lessons.of(rows[kept:]), tried).mean
        if best is None or earned > best[0]:
            whole = _ask(answers, _regressed(lessons, told, rows))
            best = earned, Policy(f"{probes} fixed answers, then by what was told of them", whole)
    assert best is not None
    return best[1]


def climbing(subject: Subject) -> Policy:
    """A step from the best answer so far in each attempt, by the last reward alone."""
    lessons = Lessons(subject)
    start = lessons.constants[lessons.values.mean(0).argmax()].astype(np.float64)
    numbers = lessons.numbers
    span = (numbers.high - numbers.low).reshape(numbers.shape)

    def act(moment: Moment) -> NDArray[Any]:
        memory, shape = moment.memory, (moment.rows, *start.shape)
        best = memory.setdefault("best", np.broadcast_to(start, shape).copy())
        if moment.reward is not None:
            better = a_row(moment.reward) > 1e-6  # what is paid is what an answer improves
            wide = better.reshape(-1, *[1] * start.ndim)
            best = memory["best"] = np.where(wide, memory["given"], best)
        width = 0.0 if moment.step == 0 else 0.3 * 0.8**moment.step
        given = best + width * span * moment.draws.standard_normal(shape)
        memory["given"] = np.clip(given, subject.space.low, subject.space.high)  # type: ignore[attr-defined]
        found: NDArray[Any] = memory["given"].astype(subject.space.dtype)
        return found

    return Policy(f"climbs on the last reward, {_attempts(subject)} attempts", act)


def by_attempts(subject: Subject) -> Iterator[Finding]:
    """What several attempts earn, as many as the subject has where it has some, over uniform
    answers in its own."""
    asked = _attempts(subject)
    ways: list[tuple[int, Callable[[Subject], Policy]]] = [(_MANY, many_constants)]
    if isinstance(subject.space, spaces.Box):
        ways += [(_FEW, probing), (_MANY, climbing)]
    for attempts, way in ways:
        with_them = subject if asked > 1 else several(subject, attempts)
        split = subject.splits[0]
        policy = way(with_them)
        earned = with_them.earned(policy, split)
        share = share_of(earned, subject.random(split), subject.oracle(split))
        yield Finding(
            by=policy.name,
            shares={split: share},
            returns={split: earned.mean},
            success={split: float(earned.success.mean())},
            chance={split: float(subject.random(split).success.mean())},
            terms={name: float(term.mean()) for name, term in earned.terms.items()},
        )


def _first_answers(lessons: Lessons, count: int, number: int) -> NDArray[Any]:
    """(count, *shape) of the constants: the first time those that lie farthest out."""
    constants = lessons.constants.astype(np.float64)
    flat = constants.reshape(len(constants), -1)
    if number:
        draws = np.random.default_rng(number)
        return lessons.constants[draws.choice(len(flat), count, replace=count > len(flat))]
    numbers = lessons.numbers
    corners = np.stack([numbers.low, numbers.high])
    few = np.array([[(k >> i) & 1 for i in range(flat.shape[1])] for k in range(count)])
    found = np.take_along_axis(corners, few, 0).reshape(count, *constants.shape[1:])
    return found.astype(lessons.constants.dtype)


def _told_of(subject: Subject, lessons: Lessons, answers: NDArray[Any]) -> Tensor:
    """(n, d) what was said of those answers in every lesson."""
    noted: list[Tensor] = []

    def act(moment: Moment) -> NDArray[Any]:
        probe = _probe(answers, moment)
        if moment.step == len(answers):
            noted.append(torch.cat(moment.memory["told"], 1))
        return probe

    play(subject.task(), lessons.start, Policy("noted", act))
    return noted[0]


def _probe(answers: NDArray[Any], moment: Moment) -> NDArray[Any]:
    """The next of the answers; what was said of the last one is kept."""
    told = moment.memory.setdefault("told", [])
    if moment.reward is not None:
        said = [moment.reward, *(values for _, values in sorted(moment.info.items()))]
        told.append(torch.from_numpy(np.stack([a_row(each) for each in said], 1)))
    answer = answers[min(moment.step, len(answers) - 1)]
    return np.broadcast_to(answer, (moment.rows, *answer.shape))


def _ask(
    answers: NDArray[Any], predict: Callable[[Tensor], NDArray[Any]]
) -> Callable[[Moment], NDArray[Any]]:
    def act(moment: Moment) -> NDArray[Any]:
        probe = _probe(answers, moment)
        if moment.step < len(answers):
            return probe
        return predict(torch.cat(moment.memory["told"][: len(answers)], 1))

    return act


def _regressed(
    lessons: Lessons, told: Tensor, rows: NDArray[np.int64]
) -> Callable[[Tensor], NDArray[Any]]:
    """What the answer is by what was told, fitted on those episodes."""
    known = torch.nan_to_num(told[torch.from_numpy(rows)])
    middle, spread = known.mean(0), known.std(0).clamp(min=1e-6)

    def features(said: Tensor) -> Tensor:
        scaled = (torch.nan_to_num(said) - middle) / spread
        both: Tensor = torch.cat([scaled, scaled.square()], 1) / said.shape[1] ** 0.5
        return both.double()

    targets = lessons.numbers.targets(lessons.truth)[torch.from_numpy(rows)].double()
    linear = fit_ridge(features(known), targets, 1, _RIDGE)
    left = targets - linear(features(known))
    bent = fit_ridge(features(known), left, 3, 0.01)

    def predict(said: Tensor) -> NDArray[Any]:
        given = features(said)
        return lessons.numbers.actions(linear(given) + bent(given))

    return predict


def _attempts(subject: Subject) -> int:
    task = subject.task()
    return task.config.attempts if isinstance(task, AttemptTask) else 1


def _no_attempts(subject: Subject) -> str:
    return "" if isinstance(subject.task(), AttemptTask) else "a question is answered once"


ATTEMPTS = (
    Attack(
        "several attempts",
        "feedback",
        "What is told of an answer is the answer, or many answers are paid for the best.",
        by_attempts,
        _no_attempts,
        slow=True,
    ),
)
