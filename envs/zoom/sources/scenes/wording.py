"""How a question about a whole is said in English: wordings of each part, as token tables."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vgym.asset_files import text_asset
from vgym.compiled import compiled
from vgym.core.atlas import COLOURS, load_atlas
from vgym.core.keys import stream, uniform
from vgym.core.text import Vocabulary
from vgym.core.wordings import Wordings, emit, word_tables
from vgym.envs.zoom.sources.scenes.asking import Question
from vgym.envs.zoom.sources.scenes.grounds import WORDS
from vgym.envs.zoom.sources.scenes.knobs import (
    BESIDE,
    COLOUR,
    COUNT,
    FENCE,
    GROUND,
    NEAREST,
    SIGN,
    SIZE,
)
from vgym.envs.zoom.sources.scenes.layout import FENCE_COLOURS, Layout

PLACE_TOKENS, CHOICE_TOKENS = 20, 40
_CARRIERS = [*[""] * 8, *("find", "locate", "point to", "show me", "look for", "where is")]
_FIRST_QUESTION = len(_CARRIERS) - 1  # carriers from here on end in a question mark
_BESIDE = [
    ["just to the left of the", "just left of the"],
    ["just to the right of the", "just right of the"],
    ["just above the"],
    ["just below the"],
]
_AMOUNTS = ("none", "one", "two", "three", "four", "five")  # up to MOST_ALIKE
_SAY = stream("ask/say")


class Lexicon(NamedTuple):
    """The wordings, and the first slot of each block."""

    tables: Wordings
    singular: int  # of classes, then "sign"
    plural: int
    carrier: int
    the: int
    question: int
    comma: int
    number: int
    colour: int
    extreme: int
    ground: int
    inside: int
    fence_colour: int
    fence: int
    nearest: int
    beside: int
    ask_colour: int
    ask_count: int
    are: int
    ask_sign: int
    amount: int
    sign: int


@lru_cache(maxsize=1)
def sign_words() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What signs say in training, and in tests alone.

    Raises:
        AssetError: the file is missing or damaged; names it.
    """
    lines = [line for line in text_asset("words/signs.txt").splitlines() if line[:1] not in "#"]
    return tuple(lines[0].split()), tuple(lines[1].split())


@lru_cache(maxsize=1)
def load_lexicon() -> tuple[Lexicon, Vocabulary]:
    """The token tables of all wordings, and the closed vocabulary they use."""
    atlas = load_atlas()
    blocks: dict[str, list[list[str]]] = {
        "singular": [[name] for name in (*atlas.names, "sign")],
        "plural": [[name] for name in atlas.plurals],
        "carrier": [_CARRIERS],
        "the": [["the"]],
        "question": [["?"]],
        "comma": [[","]],
        "number": [[str(k)] for k in range(1, 7)],
        "colour": [[], *([colour] for colour in COLOURS[1:])],
        "extreme": [["smallest"], ["largest", "biggest"]],
        "ground": [[f"on the {word}"] for word in WORDS],
        "inside": [["inside the", "within the"]],
        "fence_colour": [[colour] for colour in FENCE_COLOURS],
        "fence": [["fence"]],
        "nearest": [["nearest to the", "closest to the"]],
        "beside": _BESIDE,
        "ask_colour": [["what colour is the", "which colour is the"]],
        "ask_count": [["how many"]],
        "are": [["are"]],
        "ask_sign": [["what word is on the", "what is written on the", "what does it say on the"]],
        "amount": [[word] for word in _AMOUNTS],
        "sign": [[word] for words in sign_words() for word in words],
    }
    tables, first, vocabulary = word_tables(blocks)
    return Lexicon(tables=tables, **first), vocabulary


@compiled
def realise(
    key: np.uint64,
    lexicon: Lexicon,
    question: Question,
    layout: Layout,
    first_ground: int,
    first_sign: int,
    tokens: NDArray[np.int32],
) -> int:
    """Write the tokens of a question, padded with 0; how many there are.

    Args:
        key: of the episode.
        lexicon: the wordings.
        question: what to say.
        layout: the whole.
        first_ground: the word of the split's first ground.
        first_sign: the word of the split's first sign.
        tokens: (L,) written.
    """
    say, query, form = lexicon.tables, question.query, question.form
    tokens[:] = 0
    carrier = uniform(key, _SAY, 0)
    asks = form == COLOUR or form == COUNT or form == SIGN
    if form == COLOUR:
        at = emit(say, lexicon.ask_colour, carrier, tokens, 0)
    elif form == COUNT:
        at = emit(say, lexicon.ask_count, carrier, tokens, 0)
    elif form == SIGN:
        at = emit(say, lexicon.ask_sign, carrier, tokens, 0)
    else:
        at = emit(say, lexicon.carrier, carrier, tokens, 0)
        at = emit(say, lexicon.the, 0.0, tokens, at)
        starts = say.slot_start
        number = starts[lexicon.carrier + 1] - starts[lexicon.carrier]
        asks = int(carrier * number) >= _FIRST_QUESTION
    if query.how == SIZE:
        at = emit(say, lexicon.extreme + query.of, uniform(key, _SAY, 1), tokens, at)
    at = emit(say, lexicon.colour + query.colour, 0.0, tokens, at)
    noun = lexicon.plural - 1 if query.kind < 0 else 0  # "sign" is the last singular
    if query.kind >= 0:
        noun = (lexicon.plural if form == COUNT else lexicon.singular) + layout.cells.classes[
            query.kind
        ]
    at = emit(say, noun, 0.0, tokens, at)
    if form == COUNT:
        at = emit(say, lexicon.are, 0.0, tokens, at)
    at = _place(key, lexicon, question, layout, first_ground, tokens, at)
    if asks:
        at = emit(say, lexicon.question, 0.0, tokens, at)
    if form == COLOUR or form == COUNT or form == SIGN:
        options = lexicon.colour if form == COLOUR else lexicon.amount
        if form == SIGN:
            options = lexicon.sign + first_sign
        for k in range(6):
            if k > 0:
                at = emit(say, lexicon.comma, 0.0, tokens, at)
            at = emit(say, lexicon.number + k, 0.0, tokens, at)
            at = emit(say, options + question.options[k], 0.0, tokens, at)
    return at


@compiled
def _place(
    key: np.uint64,
    lexicon: Lexicon,
    question: Question,
    layout: Layout,
    first_ground: int,
    tokens: NDArray[np.int32],
    at: int,
) -> int:
    """Say where it is."""
    say, query, choice = lexicon.tables, question.query, uniform(key, _SAY, 2)
    if query.how == GROUND:
        word = first_ground + layout.texture[query.of]
        return emit(say, lexicon.ground + word, choice, tokens, at)
    if query.how == FENCE:
        at = emit(say, lexicon.inside, choice, tokens, at)
        at = emit(say, lexicon.fence_colour + layout.fence_colour[query.of], 0.0, tokens, at)
        return emit(say, lexicon.fence, 0.0, tokens, at)
    if query.how == NEAREST:
        at = emit(say, lexicon.nearest, choice, tokens, at)
    elif query.how == BESIDE:
        at = emit(say, lexicon.beside + query.side, choice, tokens, at)
    else:
        return at
    return emit(say, lexicon.singular + layout.landmark[query.of], 0.0, tokens, at)
