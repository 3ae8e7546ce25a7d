"""What a brief says: what is wanted, and of which marks. Never who is there, nor where anything is.

Sentences are rows of tokens with slots for the look of a mark and for a number; the words that
people read are decoded from the tokens.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vgym.compiled import compiled
from vgym.core.text import Vocabulary
from vgym.envs.navigation.command.types import CRAWL, FETCH, FLY, HAUL, REACH

COLOURS = {
    "red": (214, 40, 40),
    "yellow": (250, 205, 30),
    "green": (40, 160, 70),
    "blue": (40, 95, 215),
    "purple": (150, 60, 175),
    "white": (245, 245, 245),
}
SHAPES = ("disc", "square", "triangle", "diamond")
TOKENS = 56
_CLAUSES = {
    FETCH: "bring the parcel from the {source} to the {target}",
    HAUL: "carry the plank from the {source} to the {target}",
    REACH: "reach up at the {source}",
    CRAWL: "look under the {source}",
    FLY: "look down on the {source}",
}
_WAY = "robot {number} to the {target}"
_BEFORE = {"trajectory": "draw the shortest ways ."}
_AFTER = {
    "activate": ". who should go ? the nearest who can .",
    "plan": ". plan it , for the nearest who can .",
    "trajectory": ".",
}
_NUMBERS = "0 1 2 3 4 5 6 7"
_SOURCE, _TARGET, _NUMBER = -1, -2, -3  # slots among tokens


class Phrases(NamedTuple):
    """The sentences of a level, as rows of tokens padded with 0."""

    before: NDArray[np.int32]  # (L,)
    clauses: NDArray[np.int32]  # (C, L) by the kind of job; of ways one alone
    after: NDArray[np.int32]  # (L,)
    colours: NDArray[np.int32]  # (6,) the words themselves
    shapes: NDArray[np.int32]  # (4,)
    numbers: NDArray[np.int32]  # (8,)
    comma: int


@lru_cache
def vocabulary() -> Vocabulary:
    """Every word of the briefs."""
    texts = [*_CLAUSES.values(), _WAY, *_BEFORE.values(), *_AFTER.values(), _NUMBERS]
    words = {word for text in texts for word in text.split() if word[0] != "{"}
    return Vocabulary([*sorted(words - set(",.?")), *COLOURS, *SHAPES, ",", ".", "?"])


@lru_cache
def phrases(level: str) -> Phrases:
    """The sentences of a level."""
    known = vocabulary()
    slots = {"{source}": _SOURCE, "{target}": _TARGET, "{number}": _NUMBER}

    def row(text: str) -> NDArray[np.int32]:
        tokens = [slots[word] if word in slots else known[word] for word in text.split()]
        return np.array(tokens + [0] * (16 - len(tokens)), np.int32)

    clauses = [_WAY] if level == "trajectory" else [_CLAUSES[kind] for kind in sorted(_CLAUSES)]
    return Phrases(
        before=row(_BEFORE.get(level, "")),
        clauses=np.stack([row(text) for text in clauses]),
        after=row(_AFTER[level]),
        colours=np.array([known[word] for word in COLOURS], np.int32),
        shapes=np.array([known[word] for word in SHAPES], np.int32),
        numbers=np.array([known[word] for word in _NUMBERS.split()], np.int32),
        comma=known[","],
    )


@compiled
def write(
    said: NDArray[np.int64], look: NDArray[np.int64], phrases: Phrases, tokens: NDArray[np.int32]
) -> None:
    """Write briefs.

    Args:
        said: (B, C, 4) which clause, mark, mark and number of each; clause -1 for none.
        look: (B, K, 2) colour and shape of the marks.
        phrases: of the level. tokens: (B, L) written, where they are 0.
    """
    for b in range(said.shape[0]):
        count = _put(phrases.before, said[b, 0], look[b], phrases, tokens[b], 0)
        for c in range(said.shape[1]):
            if said[b, c, 0] < 0:
                continue
            if c > 0:
                tokens[b, count] = phrases.comma
                count += 1
            clause = phrases.clauses[said[b, c, 0]]
            count = _put(clause, said[b, c], look[b], phrases, tokens[b], count)
        _put(phrases.after, said[b, 0], look[b], phrases, tokens[b], count)


@compiled
def _put(
    sentence: NDArray[np.int32],
    fills: NDArray[np.int64],
    look: NDArray[np.int64],
    phrases: Phrases,
    tokens: NDArray[np.int32],
    count: int,
) -> int:
    """One sentence behind the first ``count`` tokens; how many there are then."""
    for token in sentence:
        if token == 0:
            break
        if token == _NUMBER:
            tokens[count] = phrases.numbers[fills[3]]
        elif token < 0:
            colour, shape = look[fills[1 if token == _SOURCE else 2]]
            tokens[count] = phrases.colours[colour]
            count += 1
            tokens[count] = phrases.shapes[shape]
        else:
            tokens[count] = token
        count += 1
    return count
