"""Wordings: tables of ways to say things, as tokens that kernels can read and choose from.

A *slot* is something to be said, and has several alternatives; a *block* is a run of slots, such as
the singular of every class. Which alternative is used is a keyed draw of the caller.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vgym.compiled import compiled
from vgym.core.text import Vocabulary, split_words


class Wordings(NamedTuple):
    """Token tables: each slot is a range of alternatives, each alternative a range of tokens."""

    slot_start: NDArray[np.int64]  # (slots + 1,) alternatives of slot s: [start[s], start[s + 1])
    alternative_start: NDArray[np.int64]  # (alternatives + 1,) tokens of each alternative
    tokens: NDArray[np.int32]


def word_tables(
    blocks: Mapping[str, Sequence[Sequence[str]]],
) -> tuple[Wordings, dict[str, int], Vocabulary]:
    """The tables of all blocks, the first slot of each, and the closed vocabulary they use.

    >>> tables, first, words = word_tables({"the": [["the"]], "it": [["cat"], ["big dog", "dog"]]})
    >>> first["it"], words.words[2:], tables.slot_start.tolist()
    (1, ('the', 'cat', 'big', 'dog'), [0, 1, 2, 4])
    """
    slots = [slot for block in blocks.values() for slot in block]
    vocabulary = Vocabulary(word for slot in slots for text in slot for word in split_words(text))
    alternatives = [[vocabulary[w] for w in split_words(text)] for slot in slots for text in slot]
    first: dict[str, int] = {}
    for name in blocks:
        first[name] = sum(len(b) for b in list(blocks.values())[: len(first)])
    tables = Wordings(
        slot_start=_starts([len(slot) for slot in slots]),
        alternative_start=_starts([len(tokens) for tokens in alternatives]),
        tokens=np.array([t for tokens in alternatives for t in tokens], np.int32),
    )
    return tables, first, vocabulary


def _starts(lengths: list[int]) -> NDArray[np.int64]:
    return np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)


@compiled
def emit(tables: Wordings, slot: int, choice: float, tokens: NDArray[np.int32], at: int) -> int:
    """Append one alternative of a slot; returns the new length (tokens beyond the end are lost).

    Args:
        tables: the wordings.
        slot: what to say.
        choice: in [0, 1), which of its alternatives.
        tokens: (L,) written from ``at`` on.
        at: how many there are.
    """
    first, last = tables.slot_start[slot], tables.slot_start[slot + 1]
    if first == last:
        return at
    alternative = first + int(choice * (last - first))
    for k in range(
        tables.alternative_start[alternative], tables.alternative_start[alternative + 1]
    ):
        if at < tokens.shape[0]:
            tokens[at] = tables.tokens[k]
        at += 1
    return at
