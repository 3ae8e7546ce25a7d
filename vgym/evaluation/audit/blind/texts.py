"""Instructions as numbers, for learners that see nothing else."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import pairwise

import torch
from torch import Tensor, nn

_WORD = re.compile(r"\w+|[^\w\s]")
_MOST = 4096  # n-grams that are kept


def words_of(text: str) -> list[str]:
    """Words and marks in small letters.

    >>> words_of("The red one?")
    ['the', 'red', 'one', '?']
    """
    return _WORD.findall(text.lower())


def first_word(text: str) -> str:
    """The first word; "" where there is none."""
    return next(iter(words_of(text)), "")


class Texts:
    """What training instructions hold, by which others are compared with them.

    An instruction is the set of its words and pairs of words, and of its *mentions*: where a pair
    of words occurs twice, the word before its first place with the two words before its second.
    ("1 red disc, 2 blue disc. look under the blue disc" mentions ``2 = under the``: an instruction
    that defines what it speaks of can be followed so.)

    Args:
        texts: the training instructions.
    """

    def __init__(self, texts: Sequence[str]) -> None:
        counts = Counter(gram for text in texts for gram in set(_grams(text)))
        kept = [gram for gram, count in counts.most_common(_MOST) if count > 1]
        kept = kept or list(counts)[:_MOST]
        self._index = {gram: i for i, gram in enumerate(kept)}
        seen = torch.tensor([counts[gram] for gram in kept], dtype=torch.float32)
        self._weight = torch.log((1 + len(texts)) / (1 + seen)) + 1  # rare ones tell more

    def vectors(self, texts: Sequence[str]) -> Tensor:
        """(n, V) float32 of length 1: term frequency times inverse document frequency.

        All 0 for an instruction of which no word is known.
        """
        held = torch.zeros(len(texts), max(1, len(self._index)))
        known = [
            (row, self._index[gram])
            for row, text in enumerate(texts)
            for gram in set(_grams(text))
            if gram in self._index
        ]
        if known:
            rows, columns = torch.tensor(known).T
            held[rows, columns] = self._weight[columns]
        return nn.functional.normalize(held)


def _grams(text: str) -> Iterator[str]:
    words = words_of(text)
    pairs = [f"{a} {b}" for a, b in pairwise(words)]
    yield from words
    yield from pairs
    first: dict[str, int] = {}
    for place, pair in enumerate(pairs):
        before = first.setdefault(pair, place)
        if 0 < before < place:
            yield f"{words[before - 1]} = {' '.join(words[max(0, place - 2) : place])}"
