"""BM25 in plain numbers, of pages of plain letters and digits, as FTS5 counts it."""

import math
import re
from collections.abc import Sequence

K1, B = 1.2, 0.75
_LEAST = 1e-6  # what a word counts that stands on half of the pages or more


def tokens(text: str) -> list[str]:
    return re.findall(r"[0-9a-z]+", text.lower())


def occurrences(phrase: Sequence[str], page: Sequence[str]) -> int:
    ends = range(len(phrase), len(page) + 1)
    return sum(list(page[end - len(phrase) : end]) == list(phrase) for end in ends)


def scores(query: Sequence[str], texts: Sequence[str]) -> dict[int, float]:
    """The score of every page that says any of the words; words of several tokens are phrases."""
    pages = [tokens(text) for text in texts]
    mean = sum(map(len, pages)) / max(len(pages), 1)
    found: dict[int, float] = {}
    for word in query:
        phrase = tokens(word)
        if not phrase:
            continue
        often = [occurrences(phrase, page) for page in pages]
        holding = sum(count > 0 for count in often)
        idf = math.log((len(pages) - holding + 0.5) / (holding + 0.5))
        for number, (page, count) in enumerate(zip(pages, often, strict=True)):
            if count:
                long = 1 - B + B * len(page) / mean
                part = max(idf, _LEAST) * count * (K1 + 1) / (count + K1 * long)
                found[number] = found.get(number, 0.0) + part
    return found
