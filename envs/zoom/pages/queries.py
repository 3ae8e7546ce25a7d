"""What can be asked by number: a question as it is, or one of its key words; and what is found."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vgym.core.shared_sources import SourceLock
from vgym.core.text import split_words
from vgym.data.page_index import PageIndex
from vgym.envs.zoom.pages.types import QUERIES


class Queries:
    """Rankings of the pages of a split for the queries of its questions, found as they are asked.

    Query 0 is the whole question, query k its k-th key word: of what is asked about, in its order,
    the words that stand on some of the pages, and on no more than half, as others count nothing.
    A question that has fewer finds nothing with the others.

    Args:
        index: of the pages. questions: in words. about: what each asks about, without the words
            that many questions share.
    """

    def __init__(self, index: PageIndex, questions: Sequence[str], about: Sequence[str]) -> None:
        self.index, self._questions, self._about = index, questions, about
        shape = (len(questions), QUERIES, len(index))
        self._pages, self._scores = np.full(shape, -1, np.int16), np.zeros(shape, np.float32)
        self._known = np.zeros(shape[:2], np.bool_)
        self._lock = SourceLock()

    def of(self, question: int) -> list[str]:
        """The queries of a question, "" for those that it has not.

        >>> index = PageIndex(["the cat", "the dog", "the end"])
        >>> Queries(index, ["find “the dog or cat”"], ["the dog or cat"]).of(0)[:4]
        ['find “the dog or cat”', 'dog', 'cat', '']
        """
        whole = self._questions[question]
        words = list(dict.fromkeys(split_words(self._about[question])))
        spread = self.index.spread(words)
        told = (spread > 0) & (spread <= len(self.index) / 2)
        keys = [word for word, tells in zip(words, told.tolist(), strict=True) if tells]
        return [whole, *keys, *[""] * QUERIES][:QUERIES]

    def ranked(
        self, questions: NDArray[np.int64], numbers: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """(k, pages) all pages that are found, the best first, and their scores.

        Args:
            questions: (k,). numbers: (k,) of their queries.

        Returns:
            -1 and 0 where there are no more.
        """
        unknown = ~self._known[questions, numbers]
        if unknown.any():
            pairs = np.unique(np.stack([questions[unknown], numbers[unknown]], 1), axis=0)
            asked = [self.of(question)[number] for question, number in pairs.tolist()]
            found = self.index.search(asked, len(self.index))
            with self._lock:
                rows = tuple(pairs.T)
                self._pages[rows], self._scores[rows] = found.pages, found.scores
                self._known[rows] = True
        return self._pages[questions, numbers].astype(np.int64), self._scores[questions, numbers]
