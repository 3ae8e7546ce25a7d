"""What is asked of a whole: words that denote one of its things, found by trying."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vgym.compiled import compiled
from vgym.core.keys import below, stream, uniform
from vgym.envs.zoom.sources.scenes.denoting import (
    Query,
    Scene,
    beside,
    called,
    denoted,
)
from vgym.envs.zoom.sources.scenes.knobs import (
    BESIDE,
    COLOUR,
    COUNT,
    FENCE,
    GROUND,
    NAME,
    NEAREST,
    SIGN,
    SIZE,
)
from vgym.envs.zoom.sources.scenes.layout import N_COLOURS, ground_at
from vgym.envs.zoom.sources.scenes.things import MOST_ALIKE

_TRIES, _WISHED_TRIES = 60, 30  # in all, and of them for the form that is wished for
_MOST = 1 << 16  # things of a whole, by far
_FORM, _ASK, _PICK, _CHOICE = (stream(f"ask/{n}") for n in ("form", "ask", "pick", "choice"))


class Question(NamedTuple):
    """What is asked. A form of -1 is nothing."""

    form: int  # of FORMS
    query: Query
    target: int  # in the crowd; of COUNT the number of the fence
    right: int  # which choice is true
    options: NDArray[np.int64]  # (6,) what the choices are: colours, numbers or signs


@compiled
def ask(key: np.uint64, weights: NDArray[np.float64], most_short: float, scene: Scene) -> Question:
    """Ask something about a whole.

    Args:
        key: of the episode.
        weights: (9,) of FORMS.
        most_short: pixels; what is asked for is too small for the overview if its shorter side is
            no longer.
        scene: the whole.
    """
    options = np.zeros(6, np.int64)
    query = Query(0, 0, NAME, 0, 0)
    form = _form(key, weights, 0)
    for t in range(_TRIES):
        if t >= _WISHED_TRIES:
            form = _form(key, weights, t)
        if form == COUNT:
            # Any number is as often true as any other, or a whole that has it is sought.
            number = below(key, _CHOICE, 0, MOST_ALIKE + 1)
            query = _to_count(key, t, number, scene)
            if query.kind < 0:
                break
            right = _shuffled(key, MOST_ALIKE + 1, number, options)
            return Question(form, query, query.of, right, options)
        query, target = _one(key, t, form, scene)
        if target < 0 or scene.crowd.short[target] > most_short:
            continue
        if form == COLOUR:
            if scene.crowd.colour[target] == 0:
                continue
            right = _shuffled(key, N_COLOURS, scene.crowd.colour[target] - 1, options)
            for k in range(6):
                options[k] += 1
            return Question(form, query, target, right, options)
        if form == SIGN:
            said = scene.crowd.sprite[target] - scene.cast.sign
            right = _shuffled(key, scene.cast.signs, said, options)
            return Question(form, query, target, right, options)
        return Question(form, query, target, 0, options)
    return Question(-1, query, 0, 0, options)


@compiled
def _form(key: np.uint64, weights: NDArray[np.float64], index: int) -> int:
    """A form by weight."""
    left = uniform(key, _FORM, index) * weights.sum()
    last = 0
    for form in range(weights.shape[0]):
        if weights[form] > 0:
            last = form
            left -= weights[form]
            if left < 0:
                break
    return last


@compiled
def _shuffled(key: np.uint64, n: int, said: int, options: NDArray[np.int64]) -> int:
    """Write six different numbers below n, in any order, one of them the true one; where it is."""
    right = below(key, _CHOICE, 1, 6)
    for k in range(6):
        draw = 0
        while True:
            candidate = below(key, _CHOICE, 16 + 64 * k + draw, n)
            draw += 1
            fresh = candidate != said
            for j in range(k):
                fresh = fresh and options[j] != candidate
            if fresh or draw > 400:
                break
        options[k] = said if k == right else candidate
    return right


@compiled
def _one(key: np.uint64, t: int, form: int, scene: Scene) -> tuple[Query, int]:
    """Words for one thing, and which it is; -1 if those tried have no one reading."""
    index = t * 16
    how = form
    plain = form == COLOUR or form == SIGN  # no colour may be said
    if plain:
        u = uniform(key, _ASK, index)
        how = NEAREST if u < 0.4 else BESIDE if u < 0.7 else GROUND if u < 0.8 else FENCE
        if form == SIGN and how == FENCE:
            how = NEAREST
    if how == NAME:
        return _rare_name(key, index, scene)
    of, side = 0, 0
    if how == NEAREST or how == BESIDE:
        of = below(key, _ASK, index + 1, scene.layout.landmark.shape[0])
        side = below(key, _ASK, index + 2, 4)
    elif how == SIZE:
        of = below(key, _ASK, index + 1, 2)
    start = _start(key, index, how, of, side, form == SIGN, scene)
    if start < 0:
        return Query(0, 0, NAME, 0, 0), -1
    crowd = scene.crowd
    colour = crowd.colour[start]
    if plain or uniform(key, _ASK, index + 4) < 0.4:
        colour = 0
    if how == FENCE:
        of = crowd.fence[start]
    elif how == GROUND:
        of = ground_at(scene.layout, scene.cast, crowd.xy[start, 0], crowd.xy[start, 1], 0.0)
    query = Query(crowd.kind[start], colour, how, of, side)
    return query, denoted(scene, query)


@compiled
def _start(
    key: np.uint64, index: int, how: int, of: int, side: int, sign: bool, scene: Scene
) -> int:
    """A thing to begin with, any of those that may be meant with the same chance; or -1."""
    crowd = scene.crowd
    if how == BESIDE:
        around = scene.layout.cells.blocked[of]
        size = scene.layout.landmark_xyr[of, 2]
        return _any_beside(key, index, crowd.kind, crowd.box, around, size, side, sign)
    if sign:
        signs = called(crowd.kind, crowd.colour, -1, 0)
        return signs[below(key, _PICK, index, len(signs))] if len(signs) else -1
    first = crowd.fenced if how == FENCE else 0
    if first == len(crowd.kind):
        return -1
    i = first + below(key, _PICK, index, len(crowd.kind) - first)
    return -1 if crowd.kind[i] < 0 else i


@compiled
def _any_beside(
    key: np.uint64,
    index: int,
    kinds: NDArray[np.int64],
    boxes: NDArray[np.float64],
    around: NDArray[np.float64],
    size: float,
    side: int,
    sign: bool,
) -> int:
    """A thing just on that side of a landmark, any of them with the same chance."""
    found, best = -1, 2.0
    for i in range(len(kinds)):
        if (kinds[i] < 0) == sign and beside(boxes[i], around, size, side) == 2:
            u = uniform(key, _PICK, _MOST * (1 + index) + i)
            if u < best:
                found, best = i, u
    return found


@compiled
def _rare_name(key: np.uint64, index: int, scene: Scene) -> tuple[Query, int]:
    """A class, or a class and a colour, of which there is one alone."""
    kinds, colours = scene.crowd.kind, scene.crowd.colour
    counts = np.zeros((scene.layout.cells.classes.shape[0], 1 + N_COLOURS), np.int64)
    for i in range(len(kinds)):
        if kinds[i] >= 0:
            counts[kinds[i], colours[i]] += 1
    best, target = 2.0, -1
    chosen = Query(0, 0, NAME, 0, 0)
    for i in range(len(kinds)):
        c, colour = kinds[i], colours[i]
        if c >= 0 and counts[c, colour] == 1:
            u = uniform(key, _PICK, _MOST * (1 + index) + i)
            if u < best:
                best, target = u, i
                alone = counts[c].sum() == 1
                chosen = Query(c, 0 if alone else colour, NAME, 0, 0)
    return chosen, target


@compiled
def _to_count(key: np.uint64, t: int, number: int, scene: Scene) -> Query:
    """A class of which so many stand within a fence; its kind is -1 if there is none."""
    fences = scene.layout.fence_box.shape[0]
    classes = scene.layout.cells.classes.shape[0]
    counts = np.zeros((fences, classes), np.int64)
    for i in range(scene.crowd.fenced, len(scene.crowd.kind)):
        counts[scene.crowd.fence[i], scene.crowd.kind[i]] += 1
    first, skip = below(key, _ASK, 16 * t, fences), below(key, _ASK, 16 * t + 1, classes)
    for f in range(fences):
        fence = (first + f) % fences
        for c in range(classes):
            kind = (skip + c) % classes
            if counts[fence, kind] == number:
                return Query(kind, 0, FENCE, fence, 0)
    return Query(-1, 0, FENCE, 0, 0)
