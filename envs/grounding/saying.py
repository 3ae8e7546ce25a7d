"""Saying: a query as the tokens of an English phrase, by the wordings of phrases.py."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vgym.compiled import compiled
from vgym.core.keys import stream, uniform
from vgym.envs.grounding.asking import Place
from vgym.envs.grounding.expressions import (
    ANCHOR,
    ANCHOR_COLOUR,
    CLASS,
    COLOUR,
    EXCLUDE,
    ORDINAL,
    PLACE,
    POSE,
    RELATION,
    SELECTOR,
)
from vgym.envs.grounding.phrases import (
    FIRST_QUESTION,
    FIRST_SINGULAR_ALL,
    PLACE_BEFORE_THAT,
    Wording,
)

_SAY = stream("say")


@compiled
def _emit(wording: Wording, slot: int, choice: float, tokens: NDArray[np.int32], at: int) -> int:
    """Append one alternative of a slot; returns the new length (tokens beyond the end are lost)."""
    first, last = wording.slot_start[slot], wording.slot_start[slot + 1]
    if first == last:
        return at
    alternative = first + int(choice * (last - first))
    for k in range(
        wording.alternative_start[alternative], wording.alternative_start[alternative + 1]
    ):
        if at < tokens.shape[0]:
            tokens[at] = wording.tokens[k]
        at += 1
    return at


@compiled
def _exclusion_slot(query: NDArray[np.int64]) -> int:
    """Position within the exclusion block: colours, poses, places, relations."""
    field = query[EXCLUDE]
    offset = 0 if field == COLOUR else 6 if field == POSE else 11 if field == PLACE else 20
    return offset + query[field] - 1


@compiled
def say(
    key: np.uint64,
    wording: Wording,
    place: Place,
    query: NDArray[np.int64],
    many: bool,
    candidates: int,
    tokens: NDArray[np.int32],
) -> None:
    """Write the tokens of a phrase for the query, padded with 0.

    Args:
        many: ask for all that fit instead of for the one.
        candidates: how many objects its superlative chose from.
        tokens: (MAX_TOKENS,) written.
    """
    choice = uniform(key, _SAY, 0)
    length = _say_with(key, wording, place, query, many, candidates, choice, tokens)
    if length > tokens.shape[0]:  # too long with a carrier such as "can you find": leave it out
        _say_with(key, wording, place, query, many, candidates, 0.0, tokens)


@compiled
def _say_with(
    key: np.uint64,
    wording: Wording,
    place: Place,
    query: NDArray[np.int64],
    many: bool,
    candidates: int,
    carrier: float,
    tokens: NDArray[np.int32],
) -> int:
    objects = place.objects
    tokens[:] = 0
    excluded = query[EXCLUDE]
    selector = query[SELECTOR]
    plural = False
    slot = wording.carrier_many if many else wording.carrier
    at = _emit(wording, slot, carrier, tokens, 0)
    n_carriers = wording.slot_start[slot + 1] - wording.slot_start[slot]
    question = not many and int(carrier * n_carriers) >= FIRST_QUESTION
    # Of three, two may be big: "larger" and plain "big" are said of two only.
    two = selector in (5, 6) and candidates == 2
    form = uniform(key, _SAY, 1)
    pair, plain = two and form < 0.3, two and form >= 0.6
    if many:
        choice = uniform(key, _SAY, 2)
        n_quantifiers = (
            wording.slot_start[wording.quantifier + 1] - wording.slot_start[wording.quantifier]
        )
        plural = int(choice * n_quantifiers) < FIRST_SINGULAR_ALL
        at = _emit(wording, wording.quantifier, choice, tokens, at)
    else:
        at = _emit(wording, wording.the, 0.0, tokens, at)
    if pair:
        at = _emit(wording, wording.pair + selector - 5, uniform(key, _SAY, 3), tokens, at)
        at = _emit(wording, wording.of_the_two, 0.0, tokens, at)
        plural = True
    elif plain:
        at = _emit(wording, wording.plain_size + selector - 5, uniform(key, _SAY, 3), tokens, at)
    elif 1 <= selector <= 6:
        at = _emit(wording, wording.selector + selector, uniform(key, _SAY, 3), tokens, at)
    elif 7 <= selector <= 10:
        at = _emit(wording, wording.ordinal + query[ORDINAL] - 1, 0.0, tokens, at)
    if query[COLOUR] != 0 and excluded != COLOUR:
        at = _emit(wording, wording.colour + query[COLOUR], 0.0, tokens, at)
    noun = wording.plural if plural else wording.singular
    at = _emit(wording, noun + query[CLASS], 0.0, tokens, at)
    if 7 <= selector <= 10:
        at = _emit(wording, wording.from_side + selector - 7, 0.0, tokens, at)
    if query[POSE] != 0 and excluded != POSE:
        block = wording.pose_plural if plural else wording.pose
        at = _emit(wording, block + query[POSE], uniform(key, _SAY, 4), tokens, at)
    if query[PLACE] != 0 and excluded != PLACE:
        said = uniform(key, _SAY, 5) * (PLACE_BEFORE_THAT if excluded != 0 else 1.0)
        at = _emit(wording, wording.place + query[PLACE], said, tokens, at)
    if excluded != 0:
        block = wording.exclusion_plural if plural else wording.exclusion
        at = _emit(wording, block + _exclusion_slot(query), uniform(key, _SAY, 7), tokens, at)
    # Last, so that the anchor's noun follows it.
    if query[RELATION] != 0 and excluded != RELATION:
        if query[PLACE] != 0 or query[POSE] != 0 or excluded != 0:
            at = _emit(wording, wording.comma, 0.0, tokens, at)
        at = _emit(wording, wording.relation + query[RELATION], uniform(key, _SAY, 6), tokens, at)
    if selector >= 11:
        at = _emit(wording, wording.near + selector - 11, uniform(key, _SAY, 6), tokens, at)
    if query[RELATION] != 0 or selector >= 11:
        at = _emit(wording, wording.the, 0.0, tokens, at)
        if query[ANCHOR_COLOUR] != 0:
            at = _emit(wording, wording.colour + query[ANCHOR_COLOUR], 0.0, tokens, at)
        anchor = objects.sprite[query[ANCHOR]]
        at = _emit(wording, wording.singular + anchor, 0.0, tokens, at)
    if question:
        at = _emit(wording, wording.question, 0.0, tokens, at)
    return at
