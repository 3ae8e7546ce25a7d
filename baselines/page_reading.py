"""What a page's question wants, and where its answer stands among lines that were read."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher

import numpy as np
from numpy.typing import NDArray

from vgym.baselines.screen_reading import Text, plain

_QUESTIONS = {
    "follower": re.compile(r"word (?:that )?follows “(.+)”"),
    "phrase": re.compile(r"find the words “(.+)”"),
    "label": re.compile(r"find (.+) in the diagram of .+"),
    "cell": re.compile(r"the table says? of (.+?) for ([^?]+)"),
}
_OPTION = re.compile(r"(?<!\S)[1-6] ")
_LEAST_SAME = 0.8  # share of letters that are as they should be
_BETWEEN_WORDS = 0.22  # of a line's height: ink farther apart is of two words
_INK = 50  # greys darker than the paper


@dataclass(frozen=True)
class Wanted:
    """What is asked for.

    Attributes:
        kind: "phrase", "label", "follower" or "cell".
        words: to be found; of a cell the heading of its column, and the first cell of its row.
        options: what may be chosen; none where a place is asked for.
    """

    kind: str
    words: tuple[str, ...]
    options: tuple[str, ...] = ()


@dataclass(frozen=True)
class Place:
    """Where the answer stands.

    Attributes:
        box: (4,) xyxy, in the unit of the lines. words: what it says, as it was read.
        sure: 0 to 1.
    """

    box: NDArray[np.float64]
    words: str
    sure: float


def wanted(instruction: str) -> Wanted | None:
    """What an instruction of VZoomPages asks for; None where it is not understood.

    >>> wanted("which word follows “a b”? 1 x, 2 y")
    Wanted(kind='follower', words=('a b',), options=('x', 'y'))
    """
    question, mark, options = instruction.partition("? ")
    offered = tuple(each.strip().rstrip(",") for each in _OPTION.split(options)) if mark else ()
    for kind, pattern in _QUESTIONS.items():
        found = pattern.search(question)
        if found:
            return Wanted(kind, found.groups(), offered[1:])
    return None


def find_answer(want: Wanted, lines: Sequence[Text]) -> Place | None:
    """The likeliest place of the answer among lines that were read."""
    if want.kind == "cell":
        return _cell(want, lines)
    places = [_in_line(want, line) for line in lines]
    return max((each for each in places if each is not None), key=lambda p: p.sure, default=None)


def choose(options: Sequence[str], words: str) -> int:
    """Which of some words is most like those that were read.

    >>> choose(["name", "page", "lock"], "pag3")
    1
    """
    ratios = [SequenceMatcher(None, plain(each), plain(words)).ratio() for each in options]
    return int(np.argmax(ratios))


def tightened(box: NDArray[np.float64], image: NDArray[np.uint8]) -> NDArray[np.float64]:
    """A box about words, as wide as they are inked.

    Args:
        box: (4,) pixels; all words that lie half in it, or more, are meant.
        image: (h, w, 3).
    """
    height = len(image)
    x0, y0, x1, y1 = box
    top, low = int(np.clip(y0, 0, height - 1)), int(np.clip(np.ceil(y1), 1, height))
    grey = image[top : max(low, top + 1)].mean(2)
    inked = np.flatnonzero((grey < np.median(grey) - _INK).any(0))
    if not len(inked):
        return box
    apart = np.flatnonzero(np.diff(inked) > max(_BETWEEN_WORDS * (y1 - y0), 1.5))
    starts = inked[np.concatenate([[0], apart + 1])]
    ends = inked[np.concatenate([apart, [len(inked) - 1]])] + 1
    over = np.minimum(ends, x1) - np.maximum(starts, x0)
    meant = over >= 0.5 * np.minimum(ends - starts, x1 - x0)
    if not meant.any():
        return box
    return np.array([starts[meant][0], y0, ends[meant][-1], y1])


def _in_line(want: Wanted, line: Text) -> Place | None:
    """Where a line says the words, or what comes after them."""
    kept = [place for place, c in enumerate(line.words) if plain(c)]
    says, aim = plain(line.words), plain(want.words[0])
    if not aim or len(says) < len(aim) or len(kept) != len(says):
        return None
    letters, asked = np.array(list(says)), np.array(list(aim))
    same = (np.lib.stride_tricks.sliding_window_view(letters, len(aim)) == asked).mean(1)
    at = int(same.argmax())
    sure = float(same[at])
    if sure < _LEAST_SAME:
        return None
    first, end = kept[at], kept[at + len(aim) - 1] + 1
    if want.kind == "label" and len(says) > len(aim):
        sure *= 0.9  # in a sentence, not alone as in a diagram
    if want.kind == "follower":
        rest = line.words[end:]
        after = re.match(r"[^\w]*\s*(\S+)", rest)
        if after is None:
            return None
        first, end = end + after.start(1), end + after.end(1)
    x0, y0, x1, y1 = line.box
    scale = (x1 - x0) / max(len(line.words), 1)
    box = np.array([x0 + first * scale, y0, x0 + end * scale, y1])
    return Place(box, line.words[first:end].strip(".,;:()"), sure)


def _cell(want: Wanted, lines: Sequence[Text]) -> Place | None:
    """What stands under one heading and beside another's words."""
    heading, side = (find_answer(Wanted("label", (each,)), lines) for each in want.words)
    if heading is None or side is None:
        return None
    x0, x1, level = heading.box[0], heading.box[2], side.box
    best: tuple[float, Text] | None = None
    for line in lines:
        a, b, c, d = line.box
        share = (min(d, level[3]) - max(b, level[1])) / max(level[3] - level[1], 1e-9)
        if share < 0.5 or a < level[2] or c < x0 - (x1 - x0):
            continue
        away = abs(a - x0)
        if best is None or away < best[0]:
            best = away, line
    if best is None:
        return None
    sure = 0.95 * min(heading.sure, side.sure)
    return Place(np.array(best[1].box), best[1].words, sure)


def moved(place: Place, start: NDArray[np.float64], side: NDArray[np.float64]) -> Place:
    """A place of a view in the frame of the whole.

    Args:
        start, side: (2,) of the view, and of a pixel of it, in the whole.
    """
    return replace(place, box=np.tile(start, 2) + place.box * np.tile(side, 2))
