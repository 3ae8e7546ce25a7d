"""Which frame, order, size and dialect a model really answers in, by measurement.

A model is shown ten pictures with a cross at a known place and asked where it is. Its answers are
read in every frame and order of the table of dialects, pixels after every resize policy, and the
reading that misses least is what the model means. Sides of the pictures lie between multiples of
what servers resize to, and their areas on both sides of servers' limits, so that policies differ.
Of dialects with one reading the one is named whose words are the model's.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vgym.chat.reading.dialect import Dialect, Order
from vgym.chat.reading.frames import PIXELS
from vgym.chat.reading.places import NUMBER
from vgym.chat.reading.resizing import policies, policy
from vgym.chat.reading.table import dialect, dialects

QUESTION = (
    "The picture shows a red cross with two arms of equal length. Give the coordinates of its "
    "centre, in the form in which you usually point at things."
)
# (height, width) and where in it the cross is, as fractions across and down.
_PICTURES: tuple[tuple[tuple[int, int], tuple[float, float]], ...] = (
    ((154, 238), (0.82, 0.31)),
    ((238, 182), (0.27, 0.88)),
    ((490, 350), (0.91, 0.12)),
    ((350, 602), (0.14, 0.73)),
    ((602, 994), (0.94, 0.55)),
    ((994, 766), (0.38, 0.93)),
    ((910, 1610), (0.87, 0.21)),
    ((1610, 1190), (0.66, 0.95)),
    ((1498, 2702), (0.96, 0.83)),
    ((2590, 4158), (0.73, 0.92)),
)
_WORST = 1.0  # what an answer that cannot be read misses by: the whole picture
_FITS = 0.02  # a reading that misses by more, in the median, is none
_NUMBERS = re.compile(NUMBER)

Ask = Callable[[Sequence[Mapping[str, Any]]], str]


@dataclass(frozen=True)
class Probed:
    """What was measured.

    Attributes:
        dialect: the dialect, with the resize policy that was measured; None if nothing fits.
        alike: names of dialects that read these answers as well and are written alike.
        misses: (10,) by how much each answer misses, as a fraction of its picture's diagonal.
        answers: what the model said.
        shown: (height, width) of each picture as the model saw it, if it answers in pixels.
    """

    dialect: Dialect | None
    alike: tuple[str, ...]
    misses: NDArray[np.float64]
    answers: tuple[str, ...]
    shown: tuple[tuple[int, int], ...]

    def lines(self) -> list[str]:
        """What to tell a person."""
        if self.dialect is None:
            return [f"no dialect fits; it said {answer[:200]!r}" for answer in self.answers[:3]]
        row = self.dialect
        order = "y first" if row.order == "yxyx" else "x first"
        told = [f"dialect {row.name}", f"numbers: {row.frame.name}, {order}"]
        if not row.frame.units:
            told.append(f"pixels of the picture as {row.resize.name!r} resizes it")
        told.append(f"misses by {100 * float(np.median(self.misses)):.2f} % of the diagonal")
        if row != dialect(row.name):
            own = dialect(row.name)
            unlike = [] if row.order == own.order else ["order"]
            unlike += [] if row.resize == own.resize else [f"resize={row.resize.name}"]
            told.append(f"unlike the row of that name in {' and '.join(unlike)}")
        if self.alike:
            told.append(f"as well: {', '.join(self.alike)}")
        return told


def calibration_pictures() -> list[tuple[NDArray[np.uint8], tuple[float, float]]]:
    """The ten pictures, (H, W, 3), each with the centre of its cross, (x, y) in pixels."""
    return [_picture(size_hw, at) for size_hw, at in _PICTURES]


def probe(ask: Ask) -> Probed:
    """Ask a model for ten crosses, and measure in what it answers.

    Args:
        ask: messages in OpenAI's form, pictures as arrays in them -> what the model says.
    """
    pictures = calibration_pictures()
    answers = tuple(ask(_messages(image)) for image, _ in pictures)
    sizes = [(image.shape[0], image.shape[1]) for image, _ in pictures]
    truth = np.array([xy for _, xy in pictures])
    rows = list(_hypotheses())
    said = {row.syntax: _numbers(row, answers, sizes) for row in rows[::-1]}
    misses = np.array([_misses(row, said[row.syntax], sizes, truth) for row in rows])
    medians = np.median(misses, 1)
    unread = (misses >= _WORST).sum(1)
    best = float(medians.min())
    if best > _FITS:
        return Probed(None, (), misses[int(medians.argmin())], answers, ())
    # Another resize moves some pictures by percents: what is worse by half is another reading.
    means = misses.mean(1)
    close = means <= 1.5 * float(means[medians <= 1.5 * best + 1e-4].min()) + 5e-4
    fits = [
        at
        for at in np.flatnonzero(close & (medians <= 1.5 * best + 1e-4))
        if unread[at] == unread[close].min()
    ]
    alike = {at: _likeness(rows[at], answers, sizes) for at in fits}
    # Of equal words a row of the table as it is, then the row that comes first.
    chosen = max(fits, key=lambda at: (alike[at], rows[at] == dialect(rows[at].name), -at))
    row = rows[chosen]
    others = dict.fromkeys(
        rows[at].name
        for at in fits
        if alike[at] >= alike[chosen] and rows[at] == dialect(rows[at].name) != row
    )
    shown = () if row.frame.units else tuple(row.shown_size(size) for size in sizes)
    return Probed(row, tuple(others), misses[chosen], answers, shown)


def _picture(
    size_hw: tuple[int, int], at: tuple[float, float]
) -> tuple[NDArray[np.uint8], tuple[float, float]]:
    height, width = size_hw
    x, y = round(at[0] * width), round(at[1] * height)
    image = np.full((height, width, 3), 235, np.uint8)
    arm, thick = max(8, min(size_hw) // 24), max(2, min(size_hw) // 120)
    for rows, columns in ((arm, thick), (thick, arm)):
        top, left = max(0, y - rows), max(0, x - columns)
        image[top : y + rows, left : x + columns] = (214, 32, 32)
    return image, (float(x), float(y))


def _messages(image: NDArray[np.uint8]) -> list[dict[str, Any]]:
    parts = [{"type": "image", "image": image}, {"type": "text", "text": QUESTION}]
    return [{"role": "user", "content": parts}]


def _hypotheses() -> list[Dialect]:
    """Every dialect; in pixels after every policy; and the other way round."""
    known = [name for name in policies() if name != "unknown"]
    rows = []
    for name in dialects():
        row = dialect(name)
        sizes = [row] if row.frame.units else [replace(row, resize=policy(one)) for one in known]
        for each in sizes:
            other: Order = "xyxy" if each.order == "yxyx" else "yxyx"
            rows += [each, replace(each, order=other)]
    return rows


def _numbers(
    row: Dialect, answers: Sequence[str], sizes: Sequence[tuple[int, int]]
) -> list[NDArray[np.float64] | None]:
    """The two numbers of each answer in the dialect's syntax, as they are written."""
    plain = replace(row, frame=PIXELS, order="xyxy", resize=policy("none"))
    read = [plain.read(a, size_hw=s, ask="point") for a, s in zip(answers, sizes, strict=True)]
    return [each.points[0] if each.ok else None for each in read]


def _misses(
    row: Dialect,
    numbers: Sequence[NDArray[np.float64] | None],
    sizes: Sequence[tuple[int, int]],
    truth: NDArray[np.float64],
) -> list[float]:
    missed = []
    for written, size_hw, xy in zip(numbers, sizes, truth, strict=True):
        miss = _WORST
        if written is not None:
            off = row.to_pixels(written, size_hw, "point") - xy
            miss = min(miss, math.hypot(*off) / math.hypot(*size_hw))
        missed.append(miss)
    return missed


def _likeness(
    row: Dialect, answers: Sequence[str], sizes: Sequence[tuple[int, int]]
) -> tuple[int, int]:
    """How many answers hold the words in which the dialect writes a point, and how long they are;
    then how many a box's."""
    point = row.write([3.0, 4.0], size_hw=sizes[0])
    written = [point] if row.box is None else [point, row.write([3.0, 4, 9, 9], size_hw=sizes[0])]
    skeletons = [_skeleton(each) for each in written]
    said = [_skeleton(answer) for answer in answers]
    same = sum(any(each in one for each in skeletons) for one in said)
    return same, max((len(each) for each in skeletons if each in said[0]), default=0)


def _skeleton(text: str) -> str:
    """A text without blanks, every number in it the same."""
    text = re.sub(r'"?,?"label":"[^"]*"', "", re.sub(r"\s+", "", text))
    return _NUMBERS.sub("#", re.sub(r"(loc_?|index_)[0-9]+", r"\1#", text))
