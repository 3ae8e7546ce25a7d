"""The captured pages and the questions about them, as they were packed."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vgym.asset_files import json_asset, picture_asset, reading
from vgym.core.shared_sources import shared
from vgym.core.windows import PyramidShelf

WIDTH, HEIGHT = 1240, 1754  # px of a page
TOGETHER = 3  # grey pages are kept as the channels of one picture
SMALL_WIDTH, SMALL_HEIGHT, SMALL_COLUMNS = 155, 219, 12  # px of a page as it is kept small


@dataclass(frozen=True, eq=False)
class Words:
    """One row a word, in the order in which a page is read."""

    words: list[str]
    boxes: NDArray[np.float64]  # (n, 4) xyxy, px of the page


@dataclass(frozen=True, eq=False)
class Question:
    """What is asked of a page, and the words that answer it."""

    kind: str  # "cell", "label", "phrase" or "follower"
    page: int
    box: NDArray[np.float64]  # (4,) xyxy, px of the page
    line: float  # px, the height of its line
    ask: tuple[str, ...]
    answer: str
    others: tuple[str, ...]  # that are as likely; none where no choice is offered


@cache
def all_words() -> Words:
    """Those of every page."""
    with reading("zoom/pages/words.npz") as file, file.open("rb") as content:
        with np.load(content, allow_pickle=False) as arrays:
            text, boxes = arrays["words"].tobytes().decode(), arrays["boxes"]
    return Words(text.split("\n"), boxes.astype(np.float64))


def texts_of(pages: range) -> list[str]:
    """What each page says, its words in the order in which it is read."""
    words, first = all_words().words, _first_words()
    return [" ".join(words[first[page] : first[page + 1]]) for page in pages]


def page_bounds(page: int) -> tuple[int, int]:
    """The first word of a page, and the one after its last."""
    first = _first_words()
    return first[page], first[page + 1]


@cache
def _first_words() -> list[int]:
    """Where the words of each page begin, and where those of the last one end."""
    with reading("zoom/pages/words.npz") as file, file.open("rb") as content:
        with np.load(content, allow_pickle=False) as arrays:
            blocks = arrays["blocks"]
    last = json_asset("zoom/pages/documents.json")["pages"]
    places = np.searchsorted(blocks[:, 0], np.arange(last + 1))
    first: list[int] = np.append(blocks[:, 5], len(all_words().words))[places].tolist()
    return first


@cache
def pages_of(split: str) -> range:
    """The pages of a split: whole documents, one after the other."""
    table = json_asset("zoom/pages/documents.json")
    documents = table["documents"]
    ends = [*(each["page"] for each in documents[1:]), table["pages"]]
    mine = [number for number, each in enumerate(documents) if each["split"] == split]
    return range(documents[mine[0]]["page"], ends[mine[-1]])


@cache
def questions_of(split: str) -> tuple[Question, ...]:
    """Those of a split."""
    boxes = all_words().boxes
    table: list[dict[str, Any]] = json_asset("zoom/pages/questions.json")["questions"]
    return tuple(_question(row, boxes) for row in table if row["split"] == split)


def _question(row: dict[str, Any], boxes: NDArray[np.float64]) -> Question:
    first, end = row["words"]
    held = boxes[first:end]
    box = np.concatenate([held[:, :2].min(0), held[:, 2:].max(0)])
    line = float((held[:, 3] - held[:, 1]).max())
    ask, others = tuple(row["ask"]), tuple(row["others"])
    return Question(row["kind"], row["page"], box, line, ask, row["answer"], others)


def shelf() -> PyramidShelf:
    """The pages, three in a picture; read as they are asked for."""
    return shared("zoom documentation pages", lambda: PyramidShelf(_sheet))


def small_shelf() -> PyramidShelf:
    """Likewise, an eighth as wide and high: what is shown of many at once."""
    return shared("zoom documentation pages, small", lambda: PyramidShelf(_small_sheet))


def _small_sheet(number: int) -> NDArray[np.uint8]:
    """(SMALL_HEIGHT, SMALL_WIDTH, 3) grey pages."""
    sheet = np.full((SMALL_HEIGHT, SMALL_WIDTH, TOGETHER), 255, np.uint8)
    every = _every_small()
    last = json_asset("zoom/pages/documents.json")["pages"]
    for channel, page in enumerate(range(TOGETHER * number, TOGETHER * (number + 1))):
        if page < last:
            row, column = divmod(page, SMALL_COLUMNS)
            y, x = row * SMALL_HEIGHT, column * SMALL_WIDTH
            sheet[:, :, channel] = every[y : y + SMALL_HEIGHT, x : x + SMALL_WIDTH]
    return sheet


@cache
def _every_small() -> NDArray[np.uint8]:
    return np.asarray(picture_asset("zoom/pages/small.webp", "L"))


def _sheet(number: int) -> NDArray[np.uint8]:
    """(HEIGHT, WIDTH, 3) grey pages; there may be fewer than three in the last."""
    sheet = np.full((HEIGHT, WIDTH, TOGETHER), 255, np.uint8)
    last = json_asset("zoom/pages/documents.json")["pages"]
    for channel, page in enumerate(range(TOGETHER * number, TOGETHER * (number + 1))):
        if page < last:
            sheet[:, :, channel] = np.asarray(picture_asset(f"zoom/pages/page{page:03}.webp", "L"))
    return sheet
