"""Questions about captured pages: made by rule from their words, tables and diagrams.

A question is of words that stand once in all the pages, or of headings that no two
tables share, and is answered by words of one line that a view can show large enough.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

MOST_OTHERS = 5  # beside the truth
_PHRASE, _BEFORE = 3, 4  # words of a phrase, and before a word that is asked for
_PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9_'/+-]*(\(\))?")
_SAID = re.compile(r"[!-~]*[A-Za-z0-9][!-~]*")  # in a table or a diagram
_SPLIT = frozenset(",?!")  # by which instructions are cut into words
_WIDEST = 20.0  # of a target, in heights of its line
_NARROWEST = 0.15  # a letter, in heights of its line: what is narrower stands on end
_CLASSES = (
    re.compile(r"-?\d+"),
    re.compile(r"SQLITE_[A-Z0-9_]+"),
    re.compile(r"[A-Z][A-Z0-9_]{2,}"),
    re.compile(r"[a-z0-9_]+_[a-z0-9_]+(\(\))?"),
    re.compile(r"[A-Za-z]{4,}"),
)


@dataclass(frozen=True)
class _Block:
    """Words that are read in one go."""

    page: int
    kind: str
    owner: tuple[int, int]  # document, and which of its tables or diagrams
    row: int
    column: int
    first: int
    words: list[str]

    @property
    def text(self) -> str:
        return " ".join(self.words)


class _Pages:
    """All that stands on the pages."""

    def __init__(self, blocks: list[_Block], boxes: NDArray[np.float64], broken: Sequence[int]):
        self.blocks, self.boxes, self.broken = blocks, boxes, broken
        self.runs: Counter[tuple[str, ...]] = Counter()
        self.words: Counter[str] = Counter()
        for block in blocks:
            low = [word.lower() for word in block.words]
            self.words.update(low)
            for length in (_PHRASE, _BEFORE):
                self.runs.update(tuple(low[i : i + length]) for i in range(len(low) - length + 1))

    def shown(self, first: int, words: Sequence[str]) -> bool:
        """Whether words are on one line that fits a view in which it can be read."""
        count = len(words)
        boxes = self.boxes[first : first + count]
        if any(self.broken[first : first + count]) or np.ptp(boxes[:, 1]) > 4:
            return False
        height = float((boxes[:, 3] - boxes[:, 1]).max())
        width = float(boxes[:, 2].max() - boxes[:, 0].min())
        upright = width >= _NARROWEST * height * sum(map(len, words))
        return upright and width <= _WIDEST * height

    def once(self, words: list[str]) -> bool:
        """Whether words in this order stand on one page alone, once."""
        return self.runs[tuple(word.lower() for word in words)] == 1


def questions_of(
    documents: list[dict[str, Any]],
    words: list[str],
    boxes: NDArray[np.float64],
    broken: Sequence[int],
    table: NDArray[np.int64],
    kinds: Sequence[str],
) -> list[dict[str, Any]]:
    """Every question, in order of pages within a kind.

    Args:
        documents: name, split, first page and names of diagrams of each.
        words, boxes, broken: of each word; broken over two lines or not.
        table: (n, 6) blocks: page, kind, table or diagram, row, column, first word.
        kinds: names of the kinds.
    """
    starts = np.array([document["page"] for document in documents])
    blocks = []
    ends = [*table[1:, 5].tolist(), len(words)]
    for (page, kind, group, row, column, first), end in zip(table.tolist(), ends, strict=True):
        number = int(np.searchsorted(starts, page, "right")) - 1
        blocks.append(
            _Block(page, kinds[kind], (number, group), row, column, first, words[first:end])
        )
    pages = _Pages(blocks, boxes, broken)
    found = [
        each for rule in (_cells, _labels, _phrases, _followers) for each in rule(pages, documents)
    ]
    for question in found:
        number = int(np.searchsorted(starts, question["page"], "right")) - 1
        question["split"] = documents[number]["split"]
    return found


def _question(
    kind: str, block: _Block, at: int, count: int, ask: list[str], others: list[str]
) -> dict[str, Any]:
    first = block.first + at
    answer = " ".join(block.words[at : at + count]).rstrip(".,;:")
    few = others if len(others) >= MOST_OTHERS else []
    return {
        "kind": kind,
        "page": block.page,
        "words": [first, first + count],
        "ask": ask,
        "answer": answer,
        "others": few,
    }


def _cells(pages: _Pages, documents: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """What stands in a table under one heading and beside another."""
    tables: dict[tuple[int, int], dict[tuple[int, int], _Block]] = defaultdict(dict)
    for block in pages.blocks:
        if block.kind in ("head", "cell"):
            own, place = tables[block.owner], (block.row, block.column)
            if place in own:  # a cell of several paragraphs, which nothing is asked of
                words = [*own[place].words, *block.words]
                block = replace(own[place], kind="text", words=words)
            own[place] = block
    asked, each = [], Counter[tuple[str, str]]()
    for cells in tables.values():
        columns: dict[int, set[str]] = defaultdict(set)
        for (row, column), block in cells.items():
            if row and block.kind == "cell" and _short(block, 5):
                columns[column].add(block.text)
        for (row, column), block in cells.items():
            head, side = cells.get((0, column)), cells.get((row, 0))
            if not (row and column and head and side and block.kind == "cell"):
                continue
            each[head.text.lower(), side.text.lower()] += 1
            fair = head.kind == "head" and head.page == side.page == block.page
            if fair and _short(block, 5) and _short(head, 6) and _short(side, 6):
                asked.append((head.text, side.text, block, columns[column] - {block.text}))
    for above, beside, block, others in asked:
        if each[above.lower(), beside.lower()] == 1 and pages.shown(block.first, block.words):
            kept = _spread(sorted(others), block.first)
            yield _question("cell", block, 0, len(block.words), [above, beside], kept)


def _labels(pages: _Pages, documents: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """A word in a diagram."""
    labels = [block for block in pages.blocks if block.kind == "label" and _short(block, 3)]
    each = Counter((_diagram(b, documents), b.text.lower()) for b in labels)
    for block in labels:
        name = _diagram(block, documents)
        once = each[name, block.text.lower()] == 1
        if name and once and pages.shown(block.first, block.words):
            yield _question("label", block, 0, len(block.words), [block.text, name], [])


def _phrases(pages: _Pages, documents: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Words that stand nowhere else, one phrase of a paragraph."""
    for block in pages.blocks:
        if block.kind != "text":
            continue
        best: tuple[int, int] | None = None
        for at in range(len(block.words) - _PHRASE + 1):
            words = block.words[at : at + _PHRASE]
            plain = all(_PLAIN.fullmatch(word) for word in words)
            if plain and pages.once(words) and pages.shown(block.first + at, words):
                rarity = min(pages.words[word.lower()] for word in words)
                if best is None or rarity < best[0]:
                    best = (rarity, at)
        if best:
            at = best[1]
            words = block.words[at : at + _PHRASE]
            yield _question("phrase", block, at, _PHRASE, [" ".join(words)], [])


def _followers(pages: _Pages, documents: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """The word after some that stand nowhere else; numbers and names before plain words."""
    asked: list[tuple[_Block, int, int]] = []
    for block in pages.blocks:
        if block.kind != "text":
            continue
        best: tuple[int, int] | None = None
        for at in range(_BEFORE, len(block.words)):
            before = block.words[at - _BEFORE : at]
            number = _class(block.words[at])
            if number is None or not all(_PLAIN.fullmatch(word) for word in before):
                continue
            if pages.once(before) and pages.shown(block.first + at, block.words[at : at + 1]):
                if best is None or number < best[0]:
                    best = (number, at)
        if best:
            asked.append((block, *best))
    # What is offered beside the truth are truths of other questions of the split, so that a word is
    # right as often as it is offered.
    truths: dict[tuple[int, str], list[str]] = defaultdict(list)
    for block, number, at in asked:
        truths[number, documents[block.owner[0]]["split"]].append(block.words[at].rstrip(".,;:"))
    for block, number, at in asked:
        truth = block.words[at].rstrip(".,;:").lower()
        like = truths[number, documents[block.owner[0]]["split"]]
        others = _spread([word for word in like if word.lower() != truth], block.first)
        ask = [" ".join(block.words[at - _BEFORE : at])]
        yield _question("follower", block, at, 1, ask, others)


def _diagram(block: _Block, documents: list[dict[str, Any]]) -> str:
    """The name of a label's diagram."""
    name: str = documents[block.owner[0]]["diagrams"][block.owner[1]]
    return name


def _class(word: str) -> int | None:
    """Numbers, names of several forms, other words; None: nothing to ask."""
    bare = word.rstrip(".,;:")
    return next((k for k, form in enumerate(_CLASSES) if form.fullmatch(bare)), None)


def _short(block: _Block, most: int) -> bool:
    said = all(_SAID.fullmatch(word) and not _SPLIT & set(word) for word in block.words)
    return said and len(block.words) <= most


def _spread(words: list[str], start: int) -> list[str]:
    """A few of many, other ones at every start, no two of which differ in capitals alone."""
    generator = np.random.Generator(np.random.PCG64(start))
    chosen: dict[str, str] = {}
    for k in generator.permutation(len(words)).tolist():
        if len(chosen) < MOST_OTHERS:
            chosen.setdefault(words[k].lower(), words[k])
    return sorted(chosen.values())
