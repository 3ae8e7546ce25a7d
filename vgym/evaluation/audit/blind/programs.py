"""Sequences of actions that are played without looking: recorded from the oracle, or of chance."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vgym.evaluation.audit.attack import Attack, learnt
from vgym.evaluation.audit.blind.lessons import Lessons
from vgym.evaluation.audit.blind.texts import Texts, first_word
from vgym.evaluation.audit.playing import Moment, Policy, play
from vgym.evaluation.audit.subject import Subject

_TRIED = 6  # recorded sequences that are tried of each group of instructions
_PRIOR = 2.0  # episodes that the mean of all counts for in the mean of a group

Choose = Callable[[Sequence[str]], NDArray[np.int64]]


@dataclass(frozen=True)
class Programs:
    """Sequences of actions; one that has come to its end begins again.

    Attributes:
        actions: (K, T, *shape), of the k-th as many as count.
        lengths: (K,).
    """

    actions: NDArray[Any]
    lengths: NDArray[np.int64]

    @classmethod
    def of(cls, recorded: Sequence[NDArray[Any]]) -> Programs:
        """Those sequences, each (steps, *shape)."""
        lengths = np.array([len(one) for one in recorded], np.int64)
        longest = int(lengths.max())
        actions = np.zeros((len(recorded), longest, *recorded[0].shape[1:]), recorded[0].dtype)
        for row, one in enumerate(recorded):
            actions[row, : len(one)] = one
        return cls(actions, lengths)

    def at(self, which: NDArray[np.int64], step: int) -> NDArray[Any]:
        """(n, *shape) what programs (n,) do at a step."""
        found: NDArray[Any] = self.actions[which, step % self.lengths[which]]
        return found

    def policy(self, name: str, choose: Choose) -> Policy:
        """Each row plays the program that is chosen by its first instruction."""

        def act(moment: Moment) -> NDArray[Any]:
            if moment.step == 0:
                moment.memory["which"] = choose(moment.words)
            return self.at(moment.memory["which"], moment.step)

        return Policy(name, act)


def open_loop(subject: Subject) -> Policy:
    """The best way to choose among the oracle's recorded sequences by words, or by none."""
    lessons = Lessons(subject)
    programs = Programs.of(lessons.recorded())
    texts = Texts(lessons.words)
    known = texts.vectors(lessons.words)

    def nearest(words: Sequence[str]) -> NDArray[np.int64]:
        found: NDArray[np.int64] = (texts.vectors(words) @ known.T).argmax(1).numpy()
        return found

    ways = {
        "for all": _best_of_group(lessons, programs, _nothing),
        "for the first word": _best_of_group(lessons, programs, first_word),
        "for the same words": _best_of_group(lessons, programs, str),
        "for the nearest instruction": nearest,
    }
    rivals = [programs.policy(f"a recorded sequence {way}", ways[way]) for way in ways]
    return subject.best([rivals])[0]


def _nothing(text: str) -> str:
    return ""


def _best_of_group(lessons: Lessons, programs: Programs, group: Callable[[str], str]) -> Choose:
    """Of each group of instructions the sequence of one half of its episodes that earns most in
    the other half; for a group of one the best of all."""
    rest = np.arange(lessons.count)[lessons.count // 2 :]
    names = [group(lessons.words[number]) for number in rest.tolist()]
    owners: dict[str, list[int]] = defaultdict(list)
    for number in range(lessons.count // 2):
        owners[group(lessons.words[number])].append(number)
    everybody = list(range(min(lessons.count // 2, _TRIED)))
    tried = {name: owners.get(name, everybody)[:_TRIED] for name in dict.fromkeys(names)}
    start, task = lessons.of(rest), lessons.subject.task()
    sums: dict[str, dict[int, tuple[float, int]]] = defaultdict(dict)
    for turn in range(max(map(len, tried.values()))):
        which = np.array([tried[name][turn % len(tried[name])] for name in names])
        policy = programs.policy("tried", lambda words, which=which: which)  # type: ignore[misc]
        returns = play(task, start, policy, most=lessons.subject.effort.most).returns
        for name, number, value in zip(names, which.tolist(), returns.tolist(), strict=True):
            total, count = sums[name].get(number, (0.0, 0))
            sums[name][number] = total + value, count + 1
    mean = sum(t for g in sums.values() for t, _ in g.values()) / max(
        1, sum(c for g in sums.values() for _, c in g.values())
    )

    def drawn_in(total: float, count: int) -> float:
        return (total + _PRIOR * mean) / (count + _PRIOR)

    best = {
        name: max(found, key=lambda number: drawn_in(*found[number]))
        for name, found in sums.items()
    }
    other = next(iter(best.values()))
    return lambda words: np.array([best.get(group(text), other) for text in words])


PROGRAMS = (
    Attack(
        "open loop",
        "blind",
        "A sequence of actions that looks at nothing is paid.",
        learnt(open_loop),
        lambda subject: "an episode is an answer" if subject.answered else "",
        slow=True,
    ),
)
