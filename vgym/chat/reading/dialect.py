"""A dialect: how a model writes places, as a row of data with one reader and one writer.

A frame is declared, never guessed from the numbers: the same text means other pixels to another
model. What a model says is read whole or not at all, with a reason, and nothing that it can say
raises.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from string import Template
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from vgym.chat.reading import calls as tool_calls
from vgym.chat.reading.answer_region import answer_in
from vgym.chat.reading.frames import (
    CELLS_32,
    Frame,
    cells_of_corners,
    corners_of_cells,
)
from vgym.chat.reading.places import (
    LARGEST,
    MAX_TEXT_CHARACTERS,
    MOST_PLACES,
    SHORT,
    Found,
    last_answer,
    written_places,
)
from vgym.chat.reading.resizing import ResizePolicy
from vgym.chat.reading.said import ASKS, Ask, Call, Reading
from vgym.chat.reading.syntaxes import SYNTAXES

Kind = Literal["box", "point"]
Order = Literal["xyxy", "yxyx"]
# Marks of direction, which stand between digits without a meaning; and NUL.
_INVISIBLE = re.compile("[\0\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")


@dataclass(frozen=True)
class Form:
    """Templates of one kind of place: `$x0 $y0 $x1 $y1` of a box, `$x $y` of a point, `$label`.

    Args:
        one: of a place that stands alone.
        item: of one among several, with its number `$n`; empty if as alone.
        between: what stands between two of them.
        several: around all of them, at `$items`.
    """

    one: str
    item: str = ""
    between: str = "\n"
    several: str = "$items"


@dataclass(frozen=True)
class Dialect:
    """A row of the table of dialects.

    Args:
        name: of the dialect.
        frame: what its numbers stand for.
        order: `"xyxy"` or `"yxyx"`: x first or y first, of points too.
        syntax: which reader finds its places: a key of `SYNTAXES`.
        box: how a box is written, None if it has none.
        point: how a point is written, None if as a box of no size.
        label: template of `$text` at `$label`.
        tools: in which form tools are called: a key of `TOOL_FORMATS`.
        resize: what the server does to pictures.
        models: which models answer so.
        source: where it was read.
    """

    name: str
    frame: Frame
    order: Order
    syntax: str
    box: Form | None
    point: Form | None
    label: str
    tools: str
    resize: ResizePolicy
    models: str
    source: str

    def read(self, text: str, *, size_hw: tuple[int, int], ask: Ask = "box") -> Reading:
        """What a model's text says.

        The last answer outside of thoughts counts, and where one place is asked for, the first in
        it; a thought that is not closed is no answer. Where a point is asked for, a box gives its
        centre. The time is linear in the text.

        Args:
            text: as the model wrote it; nothing in it raises.
            size_hw: (height, width) of the picture that was given, pixels, before any resizing.
            ask: what to read: `"box"`, `"point"`, `"boxes"`, `"points"`, `"text"` or `"calls"`.

        Raises:
            ValueError: for an unknown ``ask``, or if the dialect is in pixels of a size that nobody
                knows.
        """
        if ask not in ASKS:
            raise ValueError(f"ask is {ask!r}; valid are {', '.join(ASKS)}")
        shown_hw = self.shown_size(size_hw)
        if len(text) > MAX_TEXT_CHARACTERS:
            return Reading(error=f"text of {len(text)} characters, more than {MAX_TEXT_CHARACTERS}")
        text = _plain(text)
        if ask == "calls":
            found, said, error = tool_calls.read_calls(text)
            return Reading(calls=found, text=said.strip(), error=error)
        said = answer_in(text)
        words = said.strip()
        if not words:
            why = "nothing follows its thoughts" if text.strip() else "the text is empty"
            return Reading(error=why)
        if ask == "text":
            return Reading(text=words)
        return self._places(said, words, size_hw, shown_hw, ask)

    def write(
        self,
        places: ArrayLike,
        *,
        size_hw: tuple[int, int],
        label: str | Sequence[str] | None = None,
    ) -> str:
        """Boxes or points in the dialect's own words.

        Args:
            places: (4,) or (N, 4) boxes, (2,) or (N, 2) points, pixels of the picture.
            size_hw: (height, width) of the picture, pixels.
            label: what they show: one for all, or one each.

        Raises:
            ValueError: the dialect has no boxes, or the places are not finite, or are outside the
                shapes named.
        """
        values = np.asarray(places, np.float64)
        alone = values.ndim == 1
        values = np.atleast_2d(values)
        if values.ndim != 2 or values.shape[1] not in (2, 4) or not np.isfinite(values).all():
            raise ValueError(
                f"places of shape {np.shape(places)}; give finite (4,) or (N, 4) boxes or (2,) or "
                "(N, 2) points in pixels"
            )
        kind: Kind = "box" if values.shape[1] == 4 else "point"
        labels = [label or ""] * len(values) if label is None or isinstance(label, str) else label
        rows = [
            self._words(numbers, words)
            for numbers, words in zip(self.from_pixels(values, size_hw, kind), labels, strict=True)
        ]
        form = self._form(kind)
        if alone:
            return Template(form.one).substitute(rows[0])
        item = Template(form.item or form.one)
        items = [item.substitute(row, n=n) for n, row in enumerate(rows, 1)]
        around = rows[0]["label"] if rows else ""
        return Template(form.several).substitute(items=form.between.join(items), label=around)

    def write_call(self, call: Call) -> str:
        """A call of a tool in the dialect's own words; places in its arguments stay as they are."""
        return tool_calls.write_call(call, self.tools)

    def to_fractions(
        self, values: ArrayLike, size_hw: tuple[int, int], kind: Kind
    ) -> NDArray[np.float64]:
        """Numbers of the dialect as fractions of the picture's width and height.

        Args:
            values: (..., 4) or (..., 2) in the dialect's order.
            size_hw: (height, width) of the picture that was given, pixels.
            kind: `"box"` or `"point"`.

        Returns:
            (..., 4) x0, y0, x1, y1 or (..., 2) x, y; corners sorted, nothing clipped.
        """
        shown_hw = self.shown_size(size_hw)
        numbers = self._x_first(np.asarray(values, np.float64), kind)
        if self.frame is CELLS_32 and kind == "box":
            return corners_of_cells(numbers)
        fractions = self.frame.to_fractions(numbers, shown_hw)
        if kind == "box":
            first, second = fractions[..., :2], fractions[..., 2:]
            corners = (np.minimum(first, second), np.maximum(first, second))
            fractions = np.concatenate(corners, -1)
        return fractions

    def to_pixels(
        self, values: ArrayLike, size_hw: tuple[int, int], kind: Kind
    ) -> NDArray[np.float64]:
        """Numbers of the dialect as pixels of the picture that was given: see `to_fractions`."""
        return self.to_fractions(values, size_hw, kind) * _scale(size_hw, kind)

    def from_pixels(
        self, values: ArrayLike, size_hw: tuple[int, int], kind: Kind
    ) -> NDArray[np.float64]:
        """Pixels of the picture as the numbers that the dialect writes: rounded, in its order."""
        shown_hw = self.shown_size(size_hw)
        fractions = np.asarray(values, np.float64) / _scale(size_hw, kind)
        if self.frame is CELLS_32 and kind == "box":
            return cells_of_corners(fractions)
        numbers = self.frame.written(fractions, shown_hw)
        return self._x_first(numbers, kind)

    def shown_size(self, size_hw: tuple[int, int]) -> tuple[int, int]:
        """(height, width) of what the model sees of a picture, pixels: a size that its server
        keeps, and to which the client resizes.

        Raises:
            ValueError: sides below one pixel; or the dialect is in pixels and how its server
                resizes is unknown, or it refuses the picture.
        """
        height, width = (int(side) for side in size_hw)
        if height < 1 or width < 1:
            raise ValueError(f"size_hw is {size_hw!r}; give (height, width), pixels, above 0")
        if self.frame.units:
            return height, width
        try:
            return self.resize.fixed_point((height, width))
        except ValueError as error:
            raise ValueError(f"dialect {self.name!r}: {error}") from None

    def how(self, ask: Ask) -> str:
        """One or two sentences that tell a model how to write its answer."""
        if ask in ("text", "calls"):
            return tool_calls.how(self.tools) if ask == "calls" else "Answer in plain words."
        form = self._form("box" if ask in ("box", "boxes") else "point")
        first = dict(x0="x0", y0="y0", x1="x1", y1="y1", x="x", y="y", label="")
        first.update(cell0="UPPER", cell1="LOWER")
        if ask in ("point", "points") and self.point is None:
            first.update(x0="x", y0="y", x1="x", y1="y")
        example = Template(form.one).substitute(first)
        if ask in ("boxes", "points"):
            if ask == "points":
                first = {
                    name: re.sub("([xy])[01]?", r"\g<1>0", mark) for name, mark in first.items()
                }
            later = str.maketrans("01", "23" if ask == "boxes" else "11")
            second = {name: mark.translate(later) for name, mark in first.items()}
            item = Template(form.item or form.one)
            shown = form.between.join((item.substitute(first, n=1), item.substitute(second, n=2)))
            example = Template(form.several).substitute(items=shown, label="")
        example = " ".join(example.split())
        low, high = ("y0, x0", "y1, x1") if self.order == "yxyx" else ("x0, y0", "x1, y1")
        what = {
            "box": f"the box (its upper left corner {low} and its lower right one {high})",
            "boxes": f"each box (upper left corner {low} and lower right one {high})",
            "point": "the point",
            "points": "each point",
        }[ask]
        return f"Write {what} as {example}, {self._units_said()}."

    def _units_said(self) -> str:
        units = self.frame.units
        if not units:
            return "in pixels of the picture"
        if units == 1:
            return "in fractions of the picture's width and height, from 0 to 1"
        if units == 100:
            return "in percent of the picture's width and height"
        if self.frame is CELLS_32:
            return "its corners' cells in a grid of 32 by 32, counted row by row from 0"
        return f"in numbers from 0 to {min(self.frame.top, units):g} across the width and height"

    def _places(
        self, said: str, words: str, size_hw: tuple[int, int], shown_hw: tuple[int, int], ask: Ask
    ) -> Reading:
        syntax = SYNTAXES[self.syntax]
        found = syntax.places(said) or written_places(said)
        several = ask in ("boxes", "points")
        kind: Kind = "box" if ask in ("box", "boxes") else "point"
        if not found:
            return Reading(text=words, error=f"no {kind} in the text {SHORT.repr(words)}")
        if len(found) > MOST_PLACES or any(len(one.numbers) > 2 * MOST_PLACES for one in found):
            error = f"more than {MOST_PLACES} places in the text {SHORT.repr(words)}"
            return Reading(text=words, error=error)
        if not several or syntax.listed:
            found = last_answer(said, found)
        split = [each for one in found for each in _split(one, ask)]
        boxes = [each for each in split if len(each.numbers) == 4]
        points = [each for each in split if len(each.numbers) == 2]
        chosen = boxes if kind == "box" or not points else points
        if not chosen:
            return Reading(
                text=words, error=f"a point, where a box was asked for: {SHORT.repr(words)}"
            )
        if not several:
            chosen = chosen[:1]
        values = np.array([each.numbers for each in chosen])
        if any(abs(number) > LARGEST for each in chosen for number in each.numbers):
            error = f"numbers beyond all pictures in the text {SHORT.repr(words)}"
            return Reading(text=words, error=error)
        is_box = values.shape[1] == 4
        pixels = self._named_to_pixels(chosen, values, size_hw, "box" if is_box else "point")
        labels = tuple(each.label for each in chosen)
        if not is_box:
            return Reading(points=pixels, labels=labels, text=words)
        centres = (pixels[:, :2] + pixels[:, 2:]) / 2
        return Reading(pixels, centres, labels, text=words)

    def _named_to_pixels(
        self,
        chosen: list[Found],
        values: NDArray[np.float64],
        size_hw: tuple[int, int],
        kind: Kind,
    ) -> NDArray[np.float64]:
        """Names of numbers go before the dialect's order: they are put into it first."""
        for row, each in enumerate(chosen):
            if each.order:
                if each.order == "xywh":
                    values[row, 2:] += values[row, :2]
                values[row] = self._x_first(values[row], kind)
        return self.to_pixels(values, size_hw, kind)

    def _x_first(self, numbers: NDArray[np.float64], kind: Kind) -> NDArray[np.float64]:
        """The dialect's order to x first, or back: both ways it is the same exchange."""
        if self.order != "yxyx":
            return numbers
        return numbers[..., [1, 0, 3, 2] if kind == "box" else [1, 0]]

    def _form(self, kind: Kind) -> Form:
        form = self.box if kind == "box" or self.point is None else self.point
        if form is None:
            raise ValueError(f"dialect {self.name!r} has points alone; write the box's centre")
        return form

    def _words(self, numbers: NDArray[np.float64], label: str) -> dict[str, str]:
        """The numbers of one place, and its label, by their names in templates."""
        x_first = self._x_first(numbers, "box" if len(numbers) == 4 else "point")
        written = [self.frame.text(number) for number in x_first]
        if len(written) == 2:
            written *= 2
        named = dict(zip(("x0", "y0", "x1", "y1"), written, strict=True))
        if self.frame is CELLS_32:
            named["cell0"], named["cell1"] = (
                f"{int(x_first[at + 1] * 32 + x_first[at]):04d}" for at in (0, len(numbers) - 2)
            )
        text = "" if not label else Template(self.label).substitute(text=_quoted(label, self.label))
        return {**named, "x": written[0], "y": written[1], "label": text}


def _scale(size_hw: tuple[int, int], kind: Kind) -> NDArray[np.float64]:
    height, width = size_hw
    return np.array([width, height] * (2 if kind == "box" else 1), np.float64)


def _quoted(label: str, template: str) -> str:
    """A label as a template takes it: escaped in JSON, without what would end it elsewhere."""
    if '": "$text"' in template:
        return json.dumps(label)[1:-1]
    return re.sub(r"[<>\"|\n]", " ", label)


def _split(found: Found, ask: Ask) -> list[Found]:
    """Pairs in a row are points, but two of them a box where points are not asked for."""
    if not found.pairs or (len(found.numbers) == 4 and ask != "points"):
        return [found]
    pairs = zip(found.numbers[0::2], found.numbers[1::2], strict=True)
    return [found._replace(numbers=pair) for pair in pairs]


def _plain(text: str) -> str:
    """Text without marks that are not seen, and with no half of a character."""
    if text.isascii() and "\0" not in text:
        return text
    return _INVISIBLE.sub("", text.encode("utf-16", "surrogatepass").decode("utf-16", "replace"))
