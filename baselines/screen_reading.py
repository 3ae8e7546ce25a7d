"""Pixels of a screen -> what is written where, by an OCR engine that brings its own models."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vgym.core.extras import missing

_ALIKE = str.maketrans({"l": "i", "1": "i", "|": "i", "0": "o"})  # what is mistaken for another
_LEAST_ALIKE = 0.7  # share of letters in common
_NEARBY = 2.5  # heights of a line: how far apart the parts of one control's text may be


@dataclass(frozen=True)
class Text:
    """One run of text that was read.

    Attributes:
        box: xyxy, pixels of the picture.
        words: what it says; engines often leave out the spaces.
    """

    box: tuple[float, float, float, float]
    words: str


@dataclass(frozen=True)
class Match:
    """Where words were found: their box, and how sure that is, 0 to 1."""

    box: tuple[float, float, float, float]
    sure: float


def read_screen(image: NDArray[np.uint8]) -> list[Text]:
    """What is written on a picture, on one thread.

    Args:
        image: (H, W, 3) uint8 RGB.

    Returns:
        Runs of text; none where nothing was read.

    Raises:
        ImportError: the engine is not installed; says how it is.
    """
    # The engine takes OpenCV's order of channels. Screens are upright: nothing to turn.
    found, _ = _engine()(np.ascontiguousarray(image[..., ::-1]), use_cls=False)
    return [_as_text(corners, words) for corners, words, _ in found or ()]


def load_engine() -> None:
    """Load the engine now rather than at the first picture.

    Raises:
        ImportError: see `read_screen`.
    """
    _engine()


@lru_cache(maxsize=1)
def _engine() -> Any:
    try:
        from rapidocr_onnxruntime import RapidOCR
    except ImportError as error:
        raise missing("rapidocr-onnxruntime, which reads for 'ocr',", "ocr", error) from error
    return RapidOCR(intra_op_num_threads=1, inter_op_num_threads=1)


def _as_text(corners: Sequence[Sequence[float]], words: str) -> Text:
    x, y = np.asarray(corners, np.float64).T
    return Text((float(x.min()), float(y.min()), float(x.max()), float(y.max())), words)


def plain(words: str) -> str:
    """Letters and digits alone, and those that engines mix up made one.

    >>> plain("Silk lamp 10") == plain("SiIkIampl0")
    True
    """
    return "".join(c for c in words.casefold() if c.isalnum()).translate(_ALIKE)


def find_words(texts: Sequence[Text], wanted: str) -> list[Match]:
    """Where some words are written, alone, among others, or over several runs side by side.

    Args:
        texts: see `read_screen`.
        wanted: the words.

    Returns:
        Matches, the surest first; of equally sure ones that in the smallest letters, as headings
        are larger. None for words without letters and digits.

    >>> find_words([Text((0, 0, 40, 10), "Copy"), Text((0, 20, 40, 30), "Paste")], "paste")
    [Match(box=(0, 20, 40, 30), sure=1.0)]
    """
    aim = plain(wanted)
    if not aim:
        return []
    said = [plain(text.words) for text in texts]
    parts = [len(s) / len(aim) if len(s) < len(aim) and s and s in aim else 0.0 for s in said]
    found = []
    for i, (text, says) in enumerate(zip(texts, said, strict=True)):
        if parts[i] > 0:
            around = [parts[j] for j in range(len(texts)) if _beside(text.box, texts[j].box)]
            # Ranked by the part itself too: a click goes to the longest of the parts.
            sure = 0.9 * min(sum(around), 1.0) * (0.8 + 0.2 * parts[i])
            found.append(Match(text.box, sure))
        elif says:
            sure, start, end = _likeness(text.words, says, aim)
            found.append(Match(_slice(text.box, start / len(says), end / len(says)), sure))
    return sorted((m for m in found if m.sure > 0), key=lambda m: (-m.sure, m.box[3] - m.box[1]))


def _likeness(words: str, says: str, aim: str) -> tuple[float, int, int]:
    """How sure it is that a run has the words, and from which letter to which."""
    if says == aim:
        return 1.0, 0, len(says)
    start = says.find(aim)
    if start >= 0 and len(aim) > 1:
        end = start + len(aim)
        whole = 0.7 if _whole_words(words, start, end) else 0.5
        return whole + 0.27 * len(aim) / len(says), start, end
    matcher = SequenceMatcher(None, says, aim, autojunk=False)
    if matcher.real_quick_ratio() < _LEAST_ALIKE or matcher.quick_ratio() < _LEAST_ALIKE:
        return 0.0, 0, len(says)
    ratio = matcher.ratio()
    return (ratio**2 if ratio >= _LEAST_ALIKE else 0.0), 0, len(says)


def _whole_words(words: str, start: int, end: int) -> bool:
    """Whether the letters from start to end, spaces and signs left out, are whole words."""
    at = [i for i, c in enumerate(words) if c.isalnum()]
    before, after = at[start] - 1, at[end - 1] + 1
    return (before < 0 or not words[before].isalnum()) and (
        after >= len(words) or not words[after].isalnum()
    )


def _slice(
    box: tuple[float, float, float, float], start: float, end: float
) -> tuple[float, float, float, float]:
    """The part of a run from one share of its width to another."""
    if start == 0 and end == 1:
        return box
    x0, y0, x1, y1 = box
    return x0 + start * (x1 - x0), y0, x0 + end * (x1 - x0), y1


def _beside(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    """Whether two runs may be parts of one control's text."""
    high = a[3] - a[1]
    level = min(a[3], b[3]) - max(a[1], b[1]) > 0.4 * high
    apart = max(a[1], b[1]) - min(a[3], b[3])
    over = min(a[2], b[2]) - max(a[0], b[0])
    return level or (apart < _NEARBY * high and over > 0)
