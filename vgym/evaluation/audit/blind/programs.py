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
from vgym.evaluation.audit.playing import Moment, Policy, play_all
from vgym.evaluation.audit.subject import Subject

_TRIED = 6  # recorded sequences that are tried of each group of instructions
_MOST = 128  # episodes that are recorded; half of them are there to choose by
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
    lessons = Lessons(subject, most=_MOST)
    programs = Programs.of(lessons.recorded())
    texts = Texts(lessons.words)
    known = texts.vectors(lessons.words)

    def nearest(words: Sequence[str]) -> NDArray[np.int64]:
        found: NDArray[np.int64] = (texts.vectors(words) @ known.T).argmax(1).numpy()
        return found

    ways = {**_best_of_groups(lessons, programs), "for the nearest instruction": nearest}
    rivals = [programs.policy(f"a recorded sequence {way}", ways[way]) for way in ways]
    return subject.best([rivals])[0]


def _nothing(text: str) -> str:
    return ""


_GROUPS: dict[str, Callable[[str], str]] = {
    "for all": _nothing,
    "for the first word": first_word,
    "for the same words": str,
}


def _best_of_groups(lessons: Lessons, programs: Programs) -> dict[str, Choose]:
    """Of each group of instructions the sequence of one half of its episodes that earns most in
    the other half; for instructions that are new the best of all."""
    half = lessons.count // 2
    rest = np.arange(lessons.count)[half:]
    turns: list[tuple[str, NDArray[np.int64]]] = []
    for way, group in _GROUPS.items():
        owners: dict[str, list[int]] = defaultdict(list)
        for number in range(half):
            owners[group(lessons.words[number])].append(number)
        mine = [
            owners.get(group(lessons.words[k]), list(range(_TRIED)))[:_TRIED] for k in rest.tolist()
        ]
        for turn in range(max(map(len, mine))):
            turns.append((way, np.array([some[turn % len(some)] for some in mine])))
    earned = play_all(
        lessons.subject.task(),
        lessons.of(rest),
        [programs.policy("tried", _always(which)) for _, which in turns],
        most=lessons.subject.effort.most,
    )
    mean = float(np.mean([each.returns.mean() for each in earned]))
    found: dict[str, Choose] = {}
    for way, group in _GROUPS.items():
        sums: dict[str, dict[int, list[float]]] = defaultdict(lambda: defaultdict(list))
        for (of_way, which), each in zip(turns, earned, strict=True):
            if of_way == way:
                for k, number, value in zip(rest, which, each.returns, strict=True):
                    sums[group(lessons.words[k])][int(number)].append(float(value))
        best = {name: _best(tried, mean) for name, tried in sums.items()}
        found[way] = _by_group(best, group)
    return found


def _always(which: NDArray[np.int64]) -> Choose:
    return lambda words: which


def _best(tried: dict[int, list[float]], mean: float) -> int:
    """The sequence that earned most, the mean of each drawn toward that of all."""
    return max(tried, key=lambda k: (sum(tried[k]) + _PRIOR * mean) / (len(tried[k]) + _PRIOR))


def _by_group(best: dict[str, int], group: Callable[[str], str]) -> Choose:
    other = next(iter(best.values()))
    return lambda words: np.array([best.get(group(text), other) for text in words])


PROGRAMS = (
    Attack(
        "open loop",
        "blind",
        "A sequence of actions that looks at nothing is paid.",
        learnt(open_loop),
        lambda subject: "an episode is one answer" if subject.answered else "",
        slow=True,
    ),
)
