"""Surface realisation: a query as the tokens of an English phrase, by the lexicon's wordings."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vgym.compiled import compiled
from vgym.core.keys import stream, uniform
from vgym.core.wordings import emit
from vgym.envs.grounding.referring.lexicon import (
    FIRST_QUESTION,
    FIRST_SINGULAR_ALL,
    LOCATION_BEFORE_THAT,
    Lexicon,
)
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
)

_SAY = stream("say")


@compiled
def _exclusion_slot(query: NDArray[np.int64]) -> int:
    """Position within the exclusion block: colours, poses, locations, relations."""
    field = query[EXCLUDE]
    offset = 0 if field == COLOUR else 6 if field == POSE else 11 if field == LOCATION else 20
    return offset + query[field] - 1


@compiled
def realise(
    key: np.uint64,
    lexicon: Lexicon,
    context: Context,
    query: NDArray[np.int64],
    many: bool,
    candidates: int,
    tokens: NDArray[np.int32],
) -> None:
    """Write the tokens of a phrase for the query, padded with 0.

    Args:
        key: of the episode.
        lexicon: the wordings.
        context: the scene that it is said of.
        query: (FIELDS,) what to say.
        many: ask for all that fit instead of for the one.
        candidates: how many objects its superlative chose from.
        tokens: (MAX_TOKENS,) written.
    """
    choice = uniform(key, _SAY, 0)
    length = _realise_with(key, lexicon, context, query, many, candidates, choice, tokens)
    if length > tokens.shape[0]:  # too long with a carrier such as "can you find": leave it out
        _realise_with(key, lexicon, context, query, many, candidates, 0.0, tokens)


@compiled
def _realise_with(
    key: np.uint64,
    lexicon: Lexicon,
    context: Context,
    query: NDArray[np.int64],
    many: bool,
    candidates: int,
    carrier: float,
    tokens: NDArray[np.int32],
) -> int:
    objects, say = context.objects, lexicon.tables
    tokens[:] = 0
    excluded = query[EXCLUDE]
    selector = query[SELECTOR]
    plural = False
    slot = lexicon.carrier_many if many else lexicon.carrier
    at = emit(say, slot, carrier, tokens, 0)
    n_carriers = say.slot_start[slot + 1] - say.slot_start[slot]
    question = not many and int(carrier * n_carriers) >= FIRST_QUESTION
    # Of three, two may be big: "larger" and plain "big" are said of two only.
    two = selector in (5, 6) and candidates == 2
    form = uniform(key, _SAY, 1)
    pair, plain = two and form < 0.3, two and form >= 0.6
    if many:
        choice = uniform(key, _SAY, 2)
        starts = say.slot_start
        n_quantifiers = starts[lexicon.quantifier + 1] - starts[lexicon.quantifier]
        plural = int(choice * n_quantifiers) < FIRST_SINGULAR_ALL
        at = emit(say, lexicon.quantifier, choice, tokens, at)
    else:
        at = emit(say, lexicon.the, 0.0, tokens, at)
    if pair:
        at = emit(say, lexicon.pair + selector - 5, uniform(key, _SAY, 3), tokens, at)
        at = emit(say, lexicon.of_the_two, 0.0, tokens, at)
        plural = True
    elif plain:
        at = emit(
            lexicon.tables, lexicon.plain_size + selector - 5, uniform(key, _SAY, 3), tokens, at
        )
    elif 1 <= selector <= 6:
        at = emit(say, lexicon.selector + selector, uniform(key, _SAY, 3), tokens, at)
    elif 7 <= selector <= 10:
        at = emit(say, lexicon.ordinal + query[ORDINAL] - 1, 0.0, tokens, at)
    if query[COLOUR] != 0 and excluded != COLOUR:
        at = emit(say, lexicon.colour + query[COLOUR], 0.0, tokens, at)
    noun = lexicon.plural if plural else lexicon.singular
    at = emit(say, noun + query[CLASS], 0.0, tokens, at)
    if 7 <= selector <= 10:
        at = emit(say, lexicon.from_side + selector - 7, 0.0, tokens, at)
    if query[POSE] != 0 and excluded != POSE:
        block = lexicon.pose_plural if plural else lexicon.pose
        at = emit(say, block + query[POSE], uniform(key, _SAY, 4), tokens, at)
    if query[LOCATION] != 0 and excluded != LOCATION:
        said = uniform(key, _SAY, 5) * (LOCATION_BEFORE_THAT if excluded != 0 else 1.0)
        at = emit(say, lexicon.location + query[LOCATION], said, tokens, at)
    if excluded != 0:
        block = lexicon.exclusion_plural if plural else lexicon.exclusion
        at = emit(say, block + _exclusion_slot(query), uniform(key, _SAY, 7), tokens, at)
    # Last, so that the anchor's noun follows it.
    if query[RELATION] != 0 and excluded != RELATION:
        if query[LOCATION] != 0 or query[POSE] != 0 or excluded != 0:
            at = emit(say, lexicon.comma, 0.0, tokens, at)
        at = emit(
            lexicon.tables, lexicon.relation + query[RELATION], uniform(key, _SAY, 6), tokens, at
        )
    if selector >= 11:
        at = emit(say, lexicon.near + selector - 11, uniform(key, _SAY, 6), tokens, at)
    if query[RELATION] != 0 or selector >= 11:
        at = emit(say, lexicon.the, 0.0, tokens, at)
        if query[ANCHOR_COLOUR] != 0:
            at = emit(say, lexicon.colour + query[ANCHOR_COLOUR], 0.0, tokens, at)
        anchor = objects.sprite[query[ANCHOR]]
        at = emit(say, lexicon.singular + anchor, 0.0, tokens, at)
    if question:
        at = emit(say, lexicon.question, 0.0, tokens, at)
    return at
