"""Answers from words alone: what one earns who never looks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import torch
from gymnasium import spaces
from numpy.typing import NDArray
from torch import Tensor

from vgym.evaluation.audit.attack import Attack, learnt
from vgym.evaluation.audit.blind.kernel_ridge import Fit, fit_ridge
from vgym.evaluation.audit.blind.lessons import Lessons, constant
from vgym.evaluation.audit.blind.texts import Texts, first_word
from vgym.evaluation.audit.playing import Moment, Policy, play
from vgym.evaluation.audit.subject import Subject

_PRIOR = 4.0  # episodes that the mean of all counts for in the mean of a group
_ROUNDS, _TRIES = 4, 12  # of the search around the best constant
_RIDGES = (0.03, 0.3, 3.0)
_DEGREES = (1, 3)

Answers = Callable[[Sequence[str]], NDArray[Any]]


def of_words(name: str, answers: Answers) -> Policy:
    """The policy that answers by the instruction, in every step."""

    def act(moment: Moment) -> NDArray[Any]:
        if "words" not in moment.memory or moment.memory["words"] != moment.words:
            moment.memory["words"] = moment.words
            moment.memory["answers"] = answers(moment.words)
        found: NDArray[Any] = moment.memory["answers"]
        return found

    return Policy(name, act)


def best_constant(subject: Subject) -> Policy:
    """The constant answer that earns most: of many, and then of those around the best."""
    lessons = Lessons(subject)
    values = lessons.values.mean(0)
    best, value = lessons.constants[values.argmax()], values.max()
    if isinstance(subject.space, spaces.Box):
        numbers = lessons.numbers
        draws = np.random.default_rng(subject.seed)
        for width in 0.1 * 0.5 ** np.arange(_ROUNDS):
            shifts = draws.normal(0, width, (_TRIES, *numbers.shape))
            span = (numbers.high - numbers.low).reshape(numbers.shape)
            tried = best + np.where(np.isfinite(span), span, 1.0) * shifts
            tried = np.round(tried, 4) if (span >= 1).all() else tried  # short in a program
            tried = np.clip(tried, subject.space.low, subject.space.high).astype(best.dtype)
            found = lessons.earned(tried, lessons.rest).mean(0)
            if found.max() > value:
                best, value = tried[found.argmax()], found.max()
    said = np.array2string(np.asarray(best), precision=3, separator=", ", threshold=12)
    return constant(best, f"always {' '.join(said.split())}")


def per_first_word(subject: Subject) -> Policy:
    """The best of many constants for each first word."""
    return of_words("the best answer to the first word", _by_group(Lessons(subject), first_word))


def per_instruction(subject: Subject) -> Policy:
    """The best of many constants for each instruction, as far as it has been met."""
    return of_words("the best answer to the same words", _by_group(Lessons(subject), str))


def nearest_instruction(subject: Subject) -> Policy:
    """What is right for the training instruction whose words are nearest, by tf-idf; or for the
    middle one of the five nearest."""
    lessons = Lessons(subject, most=8192)
    texts = Texts(lessons.words)
    known = texts.vectors(lessons.words)
    flat = torch.from_numpy(lessons.truth.reshape(lessons.count, -1).astype(np.float32))

    def answers(count: int) -> Answers:
        def nearest(words: Sequence[str]) -> NDArray[Any]:
            alike = texts.vectors(words) @ known.T
            rows = alike.topk(min(count, lessons.count), 1).indices
            given = flat[rows]  # (n, count, d)
            apart = (given[:, :, None] - given[:, None]).abs().sum((-1, -2))
            middle = rows.gather(1, apart.argmin(1, keepdim=True))[:, 0]
            chosen: NDArray[Any] = lessons.truth[middle.numpy()]
            return chosen

        return nearest

    rivals = [of_words(f"{count} nearest by tf-idf", answers(count)) for count in (1, 5)]
    return subject.best([rivals])[0]


def nearest_in_view(subject: Subject) -> Policy:
    """What is right for the nearest training instruction, moved as `info["view"]` says."""
    lessons = Lessons(subject, most=8192)
    texts = Texts(lessons.words)
    known = texts.vectors(lessons.words)
    task = subject.task()
    form = subject.form
    assert form is not None
    height, width = form.size_hw
    corner = torch.tensor([width, height] * (form.numbers // 2), dtype=torch.float32)
    fractions, used = form.decode(torch.from_numpy(lessons.truth))
    places = _unmoved(fractions * corner, task.letterbox(lessons.start))

    def act(moment: Moment) -> Any:
        rows = (texts.vectors(moment.words) @ known.T).argmax(1)
        view = moment.task.letterbox(moment.state).cpu()
        there = _moved(places[rows], view) / corner
        return form.encode(there.clamp(0, 1), used[rows])

    return Policy("the nearest by tf-idf, moved as the view is", act)


def _moved(places: Tensor, view: Tensor) -> Tensor:
    """(n, slots, 2 or 4) from original pixels to shown ones; of the view see `Task.letterbox`."""
    scale, offset = (part.repeat(1, places.shape[-1] // 2)[:, None] for part in _parts(view))
    return places * scale + offset


def _unmoved(places: Tensor, view: Tensor) -> Tensor:
    scale, offset = (part.repeat(1, places.shape[-1] // 2)[:, None] for part in _parts(view))
    return (places - offset) / scale


def _parts(view: Tensor) -> tuple[Tensor, Tensor]:
    return view[:, :2], view[:, 2:]


def words_model(subject: Subject) -> Policy:
    """A ridge regression of words: on the right answer, or on what each of many answers earns.

    Linear, or with products of up to three words or pairs; what fits is chosen on a fifth of the
    episodes.
    """
    lessons = Lessons(subject, most=2048 if subject.effort.name != "whole" else 4096)
    texts = Texts(lessons.words)
    vectors = texts.vectors(lessons.words)
    answer = lessons.numbers.targets(lessons.truth)
    value = torch.from_numpy(lessons.values).float()

    def answers(fit: Fit, kind: str) -> Answers:
        def of(words: Sequence[str]) -> NDArray[Any]:
            predicted = fit(texts.vectors(words))
            if kind == "answer":
                return lessons.numbers.actions(predicted)
            chosen: NDArray[Any] = lessons.constants[predicted.argmax(1).numpy()]
            return chosen

        return of

    every = np.arange(lessons.count)
    best: tuple[float, Policy] | None = None
    for kind, rows, targets in (
        ("answer", every, answer),
        ("value", lessons.rest, value),
    ):
        kept = len(rows) * 4 // 5
        held_out = lessons.of(rows[kept:])
        known = vectors[torch.from_numpy(rows)]
        for degree in _DEGREES:
            for ridge in _RIDGES:
                fit = fit_ridge(known[:kept], targets[:kept], degree, ridge)
                policy = of_words("tried", answers(fit, kind))
                earned = play(subject.task(), held_out, policy).mean
                if best is None or earned > best[0]:
                    whole = fit_ridge(known, targets, degree, ridge)
                    name = f"ridge regression of words, degree {degree}, on the {kind}"
                    best = earned, of_words(name, answers(whole, kind))
    assert best is not None
    return best[1]


def _by_group(lessons: Lessons, group: Callable[[str], str]) -> Answers:
    """The constant that earned most in a group's episodes, their mean drawn toward that of all."""
    values, overall = lessons.values, lessons.values.mean(0)
    members: dict[str, list[int]] = defaultdict(list)
    for row, number in enumerate(lessons.rest.tolist()):
        members[group(lessons.words[number])].append(row)
    best = {}
    for name, rows in members.items():
        mean = (values[rows].sum(0) + _PRIOR * overall) / (len(rows) + _PRIOR)
        best[name] = int(mean.argmax())
    other = int(overall.argmax())

    def answers(words: Sequence[str]) -> NDArray[Any]:
        return lessons.constants[[best.get(group(text), other) for text in words]]

    return answers


def _not_moved(subject: Subject) -> str:
    if subject.form is None:
        return "no place is answered"
    if not subject.task().view_told:
        return "where the picture lies is told with the end"
    view = subject.task().letterbox(subject.start())
    return "" if bool((view != view[:1]).any()) else "every picture is shown alike"


def not_answered(subject: Subject) -> str:
    """Why words alone give no answer."""
    return "" if subject.answered else "an episode takes many actions"


ANSWERING = (
    Attack(
        "the best constant",
        "blind",
        "One answer fits many episodes.",
        learnt(best_constant),
        not_answered,
    ),
    Attack(
        "first words",
        "blind",
        "The first word of the instruction tells the answer.",
        learnt(per_first_word),
        not_answered,
    ),
    Attack(
        "the same words",
        "blind",
        "Instructions come again with the same answer.",
        learnt(per_instruction),
        not_answered,
    ),
    Attack(
        "the nearest instruction",
        "blind",
        "An instruction like one of the training set has its answer: places follow from words.",
        learnt(nearest_instruction),
        not_answered,
    ),
    Attack(
        "the nearest instruction in view",
        "leak",
        "Words and `info` at the reset have the answer: where the picture lies is all that is new.",
        learnt(nearest_in_view),
        _not_moved,
    ),
    Attack(
        "a model of words",
        "blind",
        "The answer follows from the words, without the picture.",
        learnt(words_model),
        not_answered,
    ),
)
