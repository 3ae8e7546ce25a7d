"""Content selection: find a query that denotes one object of a scene, all of a kind, or none.

Which attributes to say is the first half of generating referring expressions (Dale and Reiter,
"Computational interpretations of the Gricean maxims", 1995); `realisation` is the other.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vgym.compiled import compiled
from vgym.compiled_arrays import copy_into
from vgym.core.keys import below, stream, uniform
from vgym.envs.grounding.referring.queries import (
    ANCHOR,
    ANCHOR_COLOUR,
    CLASS,
    COLOUR,
    EXCLUDE,
    LOCATION,
    ORDINAL,
    POSE,
    RELATION,
    SELECTOR,
    Context,
    denote,
    names_one,
)
from vgym.envs.grounding.scenes import N_COLOURS

# Kinds of phrase, in the order of the weights in difficulty.py.
KINDS = (
    *("category", "colour", "size", "pose", "location"),
    *("relation", "ordinal", "extreme", "distance", "exclusion", "compound"),
)
_CATEGORY, _BY_COLOUR, _BY_SIZE, _BY_POSE, _BY_LOCATION = range(5)
_BY_RELATION, _ORDINALLY, _EXTREME, _BY_DISTANCE, _EXCLUSION, _COMPOUND = range(5, 11)
_TRIES, _WISHED_TRIES = 64, 6  # in all, and of them for the kind that is wished for

# So that members of large families are neither more nor less often asked for: measured, see tests.
_BY_CLASS = 0.25
_RANKS = 4  # ordinals that there are words for

_ASK, _EXTRA, _TARGET = stream("ask"), stream("extra"), stream("target")


@compiled
def refer_to_one(
    key: np.uint64,
    kind: int,
    weights: NDArray[np.float64],
    extra: float,
    context: Context,
    query: NDArray[np.int64],
    out: NDArray[np.bool_],
) -> bool:
    """Write a query that denotes one object, any with the same chance, whatever is easy to say.

    Args:
        key: of the scene.
        kind: which of KINDS is wished for.
        weights: (11,) of KINDS, for another kind when that one fails.
        extra: how likely each of two modifiers is that the phrase does not need.
        context: the scene.
        query: (FIELDS,) written.
        out: (N,) written: what it denotes.

    Returns:
        Whether a phrase was found for it.
    """
    objects = context.objects
    target = below(key, _TARGET, 0, context.used)
    alone = names_one(context, target, False)
    if alone and uniform(key, _TARGET, 1) < 0.5:  # as people would say it
        kind = _CATEGORY
    for t in range(_TRIES):
        if t >= _WISHED_TRIES:
            kind = sample_kind(key, weights, t)
        if kind == _CATEGORY and not alone:
            continue
        if _fill(key, t, kind, target, context, query) and _denotes(query, target, context, out):
            # Some plain nouns stay plain at every difficulty.
            if kind != _CATEGORY or uniform(key, _EXTRA, 2) < 0.5:
                _lengthen(key, extra, target, context, query, out)
            return True
    return _name_alone(objects.sprite[target], 1, context, query, out)


@compiled
def _name_alone(
    class_: int, most: int, context: Context, query: NDArray[np.int64], out: NDArray[np.bool_]
) -> bool:
    """Say the class and nothing else; whether it has no more than so many members."""
    query[:] = 0
    query[CLASS] = class_
    return denote(query, context, out) <= most


@compiled
def _denotes(
    query: NDArray[np.int64], target: int, context: Context, out: NDArray[np.bool_]
) -> bool:
    """Whether the query denotes the target and nothing else."""
    return denote(query, context, out) == 1 and out[target]


@compiled
def refer_to_many(
    key: np.uint64,
    kind: int,
    weights: NDArray[np.float64],
    absent: int,
    most: int,
    context: Context,
    query: NDArray[np.int64],
    out: NDArray[np.bool_],
) -> bool:
    """Write a query that denotes one to ``most`` objects, or none.

    Args:
        key: of the scene.
        kind: which of KINDS is wished for.
        weights: (11,) of KINDS, for another kind when that one fails.
        absent: a class that the scene does not show, for a query that finds none; -1 for one that
            finds some.
        most: how many objects it may denote.
        context: the scene.
        query: (FIELDS,) written.
        out: (N,) written: what it denotes.

    Returns:
        Whether one was found.
    """
    # A name means the whole family, so it begins with any class alike; a modifier means a part of
    # it, and begins with any object alike, less often for the parts that have several members.
    target = below(key, _TARGET, 0, context.used)
    if kind == _CATEGORY or uniform(key, _TARGET, 1) < _BY_CLASS:
        target = _of_any_class(key, context)
    for t in range(_TRIES):
        if t >= _TRIES // 2:
            kind = sample_kind(key, weights, t)
        # What picks one out is of no use here; say instead something that several may share.
        if kind == _BY_SIZE:
            kind = _BY_COLOUR
        elif kind == _ORDINALLY:
            kind = _BY_LOCATION
        elif kind == _EXTREME:
            kind = _BY_RELATION
        elif kind == _BY_DISTANCE:
            kind = _COMPOUND
        if not _fill(key, t, kind, target, context, query):
            continue
        if absent >= 0:
            _falsify(key, t * 16 + 12, absent, query)
        found = denote(query, context, out)
        if found == 0 if absent >= 0 else 1 <= found <= most:
            return True
    name = absent if absent >= 0 else context.objects.sprite[target]
    return _name_alone(name, most, context, query, out)


@compiled
def _of_any_class(key: np.uint64, context: Context) -> int:
    """An object, of any class with the same chance, so that large families are asked for no more
    often than small ones."""
    sprite = context.objects.sprite
    target = 0
    for i in range(1, context.used):
        # The least of numbers that the members of a class have in common; of them, the least again.
        a, b = uniform(key, _TARGET, 2 + sprite[i]), uniform(key, _TARGET, 2 + sprite[target])
        if sprite[i] == sprite[target]:
            a, b = uniform(key, _TARGET, 16384 + i), uniform(key, _TARGET, 16384 + target)
        target = i if a < b else target
    return target


@compiled
def _falsify(key: np.uint64, index: int, absent: int, query: NDArray[np.int64]) -> None:
    """Turn a query that is true of something into one that should not be.

    Half the time by another colour or location, where one is said: nothing in the wording then
    tells that there is nothing to find. Otherwise by an absent class.
    """
    swap = uniform(key, _ASK, index) < 0.5 and query[EXCLUDE] == 0
    if swap and query[COLOUR] != 0:
        query[COLOUR] = 1 + (query[COLOUR] + below(key, _ASK, index + 1, N_COLOURS - 1)) % N_COLOURS
    elif swap and query[LOCATION] != 0:
        query[LOCATION] = 1 + (query[LOCATION] + below(key, _ASK, index + 1, 8)) % 9
    else:
        query[CLASS] = absent


@compiled
def sample_kind(key: np.uint64, weights: NDArray[np.float64], index: int) -> int:
    """A kind by weight."""
    left = uniform(key, _ASK, 4096 + index) * weights.sum()
    for kind in range(weights.shape[0] - 1):
        left -= weights[kind]
        if left < 0:
            return kind
    return weights.shape[0] - 1


@compiled
def _fill(
    key: np.uint64, t: int, kind: int, target: int, context: Context, query: NDArray[np.int64]
) -> bool:
    """Fill a query of one kind from what is true of the target; False if it cannot be said."""
    query[:] = 0
    objects = context.objects
    query[CLASS] = objects.sprite[target]
    index = t * 16 + 4
    if kind == _CATEGORY:
        return True
    if kind == _BY_COLOUR:
        return _add_field(key, index, COLOUR, target, context, query)
    if kind == _BY_POSE:
        return _add_field(key, index, POSE, target, context, query)
    if kind == _BY_LOCATION:
        return _add_field(key, index, LOCATION, target, context, query)
    if kind == _BY_RELATION:
        return _add_field(key, index, RELATION, target, context, query)
    if kind == _BY_SIZE:
        query[SELECTOR] = 5 + below(key, _ASK, index, 2)
        return True
    if kind == _EXTREME:
        query[SELECTOR] = 1 + below(key, _ASK, index, 6)
        return True
    if kind == _ORDINALLY:
        query[SELECTOR] = 7 + below(key, _ASK, index, 4)
        query[ORDINAL] = _rank(query, target, context)
        # "The first from the left" is more often called the leftmost.
        least = 1 if uniform(key, _ASK, index + 1) < 0.3 else 2
        return least <= query[ORDINAL] <= _RANKS
    if kind == _BY_DISTANCE:
        query[SELECTOR] = 11 + below(key, _ASK, index, 2)
        return _add_anchor(key, index + 1, target, context, query)
    if kind == _EXCLUSION:
        return _exclude(key, index, target, context, query)
    first = 1 + below(key, _ASK, index, 4)
    second = 1 + (first + below(key, _ASK, index + 1, 3)) % 4
    return _add_field(key, index + 2, first, target, context, query) and _add_field(
        key, index + 6, second, target, context, query
    )


@compiled
def _rank(query: NDArray[np.int64], target: int, context: Context) -> int:
    """Which the target is of its class, counted from the side of the query's selector; 0 if they
    are too few to be counted."""
    boxes, sprite = context.objects.boxes, context.objects.sprite
    axis = 0 if query[SELECTOR] <= 8 else 1
    sign = 1.0 if query[SELECTOR] in (7, 9) else -1.0
    rank, alike = 1, 0
    for j in range(context.used):
        if sprite[j] == sprite[target]:
            alike += 1
            apart = boxes[j, axis] + boxes[j, axis + 2] - boxes[target, axis]
            rank += sign * (apart - boxes[target, axis + 2]) < 0
    return rank if alike >= 3 else 0


@compiled
def _add_field(
    key: np.uint64, index: int, field: int, target: int, context: Context, query: NDArray[np.int64]
) -> bool:
    """Say one more thing that is plainly true of the target."""
    objects = context.objects
    if field == COLOUR:
        query[COLOUR] = objects.colour[target]
        return query[COLOUR] != 0
    if field == POSE:
        query[POSE] = objects.pose[target]
        return query[POSE] != 0
    if field == LOCATION:
        first = below(key, _ASK, index, 9)
        for k in range(9):
            query[LOCATION] = 1 + (first + k) % 9
            if _true_of(query, LOCATION, target, context):
                return True
        query[LOCATION] = 0
        return False
    if not _add_anchor(key, index + 1, target, context, query):
        return False
    first = below(key, _ASK, index, 4)
    for k in range(4):
        query[RELATION] = 1 + (first + k) % 4
        if _true_of(query, RELATION, target, context):
            return True
    query[RELATION] = 0
    return False


@compiled
def _true_of(query: NDArray[np.int64], field: int, target: int, context: Context) -> bool:
    """Whether the field alone, of this query, plainly holds for the target."""
    alone = np.zeros_like(query)
    alone[CLASS], alone[ANCHOR], alone[field] = query[CLASS], query[ANCHOR], query[field]
    out = np.zeros(context.used, np.bool_)
    denote(alone, context, out)
    return out[target]


@compiled
def _add_anchor(
    key: np.uint64, index: int, target: int, context: Context, query: NDArray[np.int64]
) -> bool:
    """Choose another object, of another class, that a noun (with a colour) names alone."""
    objects = context.objects
    first = below(key, _ASK, index, context.used)
    for k in range(context.used):
        j = (first + k) % context.used
        if objects.sprite[j] == objects.sprite[target]:
            continue
        for coloured in range(2):
            if names_one(context, j, coloured == 1):
                query[ANCHOR] = j
                query[ANCHOR_COLOUR] = objects.colour[j] if coloured == 1 else 0
                return True
    return False


@compiled
def _exclude(
    key: np.uint64, index: int, target: int, context: Context, query: NDArray[np.int64]
) -> bool:
    """Say something that is true of another object of the class, negated."""
    objects = context.objects
    field = 1 + below(key, _ASK, index, 4)
    first = below(key, _ASK, index + 1, context.used)
    for k in range(context.used):
        other = (first + k) % context.used
        if other != target and objects.sprite[other] == objects.sprite[target]:
            if _add_field(key, index + 2, field, other, context, query):
                query[EXCLUDE] = field
                return True
    return False


@compiled
def _lengthen(
    key: np.uint64,
    extra: float,
    target: int,
    context: Context,
    query: NDArray[np.int64],
    out: NDArray[np.bool_],
) -> None:
    """Add true modifiers that the phrase does not need, so that long phrases are not all hints."""
    trial = query.copy()
    for k in range(2):
        if uniform(key, _EXTRA, k) >= extra:
            continue
        field = 1 + below(key, _EXTRA, 8 + k, 4)
        # After a superlative only a colour may follow: anything else could be read two ways.
        if query[SELECTOR] != 0:
            field = COLOUR
        posts = (query[POSE] != 0) + (query[LOCATION] != 0) + (query[RELATION] != 0)
        if query[field] != 0 or (posts >= 2 and field != COLOUR):
            continue
        copy_into(trial, query)
        if not _add_field(key, 8192 + 64 * k, field, target, context, trial):
            continue
        if _denotes(trial, target, context, out):
            copy_into(query, trial)
    denote(query, context, out)
