"""Search in pages: BM25 over their words, by SQLite's FTS5, which comes with Python.

Scores are FTS5's (https://www.sqlite.org/fts5.html, section 5.1.1): k1 = 1.2, b = 0.75, and a word
that stands on half of the pages or more counts next to nothing. Capitals and accents do not tell
words apart; `sqlite3_open` is found where its parts stand beside each other in that order.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

MOST_CHARACTERS, MOST_WORDS = 1000, 64  # of a query, the first ones

_TABLE = "CREATE VIRTUAL TABLE page USING fts5(text, content='', tokenize='unicode61')"
_FIND = "SELECT rowid, rank FROM page WHERE page MATCH ? ORDER BY rank, rowid LIMIT ?"


class Found(NamedTuple):
    """What some queries have found, the best first."""

    pages: NDArray[np.int64]  # (Q, most) their numbers; -1 where there are no more
    scores: NDArray[np.float64]  # (Q, most) above 0; 0 where there are no more


class PageIndex:
    """An index of pages, in memory.

    Args:
        texts: what each page says; their order numbers them from 0.

    Raises:
        RuntimeError: Python's SQLite was built without FTS5.

    >>> index = PageIndex(["the cat sat", "", "a cat and a dog"])
    >>> index.search(["dog", "bird"], most=2).pages
    array([[ 2, -1],
           [-1, -1]])
    """

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = tuple(texts)
        self._lock = threading.Lock()
        # Threads take turns by the lock; nothing is written once all pages are in.
        self._pages = sqlite3.connect(":memory:", check_same_thread=False)
        try:
            self._pages.execute(_TABLE)
        except sqlite3.OperationalError as error:
            raise RuntimeError(
                f"SQLite {sqlite3.sqlite_version} of this Python cannot search texts ({error}); "
                "install a Python whose sqlite3 has FTS5, as those of python.org and conda have"
            ) from None
        rows = ((number, _storable(text)) for number, text in enumerate(self.texts))
        self._pages.executemany("INSERT INTO page(rowid, text) VALUES (?, ?)", rows)
        self._pages.commit()

    def __len__(self) -> int:
        return len(self.texts)

    def __reduce__(self) -> tuple[Any, ...]:
        """Another process, or a copy, makes it anew of the texts."""
        return type(self), (self.texts,)

    def search(self, queries: Sequence[str], most: int) -> Found:
        """The pages that say what queries ask for: those with any of the words, best first.

        Nothing in a query is an operator. Controls are left out, and of long queries the first
        1,000 characters and 64 words count.

        Args:
            queries: (Q,) words. most: pages of each to be given, at least 0.

        Raises:
            ValueError: ``most`` is negative.
        """
        if most < 0:
            raise ValueError(f"most={most!r} must be at least 0")
        found = Found(np.full((len(queries), most), -1), np.zeros((len(queries), most)))
        with self._lock:
            for row, query in enumerate(queries):
                rows = self._pages.execute(_FIND, (quoted(query), most)).fetchall()
                for place, (page, rank) in enumerate(rows):
                    found.pages[row, place], found.scores[row, place] = page, -rank
        return found

    def spread(self, words: Sequence[str]) -> NDArray[np.int64]:
        """(W,) on how many pages each of some words stands."""
        pages = self.search(words, len(self)).pages
        return np.asarray((pages >= 0).sum(1), np.int64)


def quoted(query: str) -> str:
    """A query of FTS5 that asks for any of the words, whatever is written in them.

    >>> quoted('find "NEAR" OR a*')
    '"find" OR "NEAR" OR "OR" OR "a*"'
    """
    # Controls and halves of pairs are not printable; either would end a query or be refused.
    plain = (c if c.isprintable() and c != '"' else " " for c in query[:MOST_CHARACTERS])
    words = dict.fromkeys("".join(plain).split())
    return " OR ".join(f'"{word}"' for word in list(words)[:MOST_WORDS]) or '""'


def _storable(text: str) -> str:
    """Without what SQLite stores as no text: halves of pairs, and an end before the end."""
    return text.encode("utf-8", "replace").decode().replace("\0", " ")
