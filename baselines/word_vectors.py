"""Texts as vectors that lie near those of texts of like meaning, by the weights inside wordllama.

Its two files are read; the package itself is not loaded, since it asks a hub for other ones.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vgym.core.extras import missing

_WEIGHTS = "weights/l2_supercat_256.safetensors"
_TOKENS = "tokenizers/l2_supercat_tokenizer_config.json"


class Vectors(NamedTuple):
    """The files, read."""

    table: NDArray[np.float32]  # (tokens, 256)
    tokenizer: Any


@lru_cache(maxsize=1)
def load_vectors() -> Vectors:
    """The vectors, at the first call.

    Raises:
        ImportError: wordllama is not installed, or holds no such files.
    """
    try:
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer

        found = find_spec("wordllama")
        if found is None or found.origin is None:
            raise ImportError("No module named 'wordllama'")
        folder = Path(found.origin).parent
        for file in (_WEIGHTS, _TOKENS):
            if not (folder / file).is_file():
                raise ImportError(f"wordllama holds no {file}")
    except ImportError as error:
        raise missing(
            "wordllama, whose word vectors 'reader' compares,", "reader", error
        ) from error
    (table,) = load_file(folder / _WEIGHTS).values()
    tokenizer = Tokenizer.from_file(str(folder / _TOKENS))
    tokenizer.no_padding()
    return Vectors(np.asarray(table, np.float32), tokenizer)


def words_of(text: str) -> list[str]:
    """The words of a text in small letters; parts of a joined name one by one.

    >>> words_of("Sign in: hotel_booking.pdf, MyFiles")
    ['sign', 'in', 'hotel', 'booking', 'pdf', 'my', 'files']
    """
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text)
    return [word.lower() for word in re.findall(r"[^\W\d_]+", apart)]


@lru_cache(maxsize=20_000)
def vector_of(word: str) -> NDArray[np.float32]:
    """(256,) of a word: the mean of its tokens', which is short for words that say little."""
    table, tokenizer = load_vectors()
    tokens = tokenizer.encode(word, add_special_tokens=False).ids
    return np.asarray(table[tokens].mean(0) if tokens else np.zeros(table.shape[1]), np.float32)


def text_vector(text: str) -> NDArray[np.float32]:
    """(256,) of a text: the sum of its words', made one long; zeros where it has none."""
    none = np.zeros(load_vectors().table.shape[1], np.float32)
    total = sum(map(vector_of, words_of(text)), start=none)
    length = float(np.linalg.norm(total))
    return np.asarray(total / length if length else total, np.float32)


def likeness(text: str, others: Sequence[str]) -> NDArray[np.float32]:
    """(n,) how like a text the others are in meaning: cosines, -1 to 1; 0 for no words."""
    aim = text_vector(text)
    return np.array([float((aim * text_vector(other)).sum()) for other in others], np.float32)
