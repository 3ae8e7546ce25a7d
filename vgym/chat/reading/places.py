"""Places in a text: a point's two numbers or a box's four, however they are written.

Which part of the text is the answer says `vgym.chat.reading.answer_region`; here is how places
stand in it. Several in a row are one answer; of several answers the last counts.

Text is hostile: it is cut off at a length, every pattern is tried in time proportional to it, only
plain decimal numbers are numbers, and nothing is evaluated.
"""

from __future__ import annotations

import itertools
import json
import re
import reprlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Literal, NamedTuple

from vgym.chat.reading.answer_region import answer_in

if TYPE_CHECKING:
    from vgym.geometry.conventions import Order

MAX_TEXT_CHARACTERS = 100_000
MOST_PLACES = 1000  # in one answer; a text that holds more is no answer
LARGEST = 1e7  # pixels; no picture is wider

# Repetitions are bounded, possessive or atomic, so that no text takes longer than its length
# deserves. Of groups they are atomic: possessive ones lose their place before Python 3.11.5.
NUMBER = r"(?:-?[0-9]{1,9}(?:\.[0-9]{0,20})?|-?\.[0-9]{1,20})"
_A_NUMBER = re.compile(NUMBER)
_CAUGHT = rf"({NUMBER})"
_GAP = r"\s{0,9}"
_COMMA = rf"{_GAP},{_GAP}"
_APART = r"(?:\s{1,9}|\s{0,9},\s{0,9})"
_LOOSE_PAIR = rf"{NUMBER}{_APART}{NUMBER}"
_OPEN, _CLOSE = r"[\[(]", r"[\])]"
_CORNER = rf"{_OPEN}{_GAP}{NUMBER}{_COMMA}{NUMBER}{_GAP}{_CLOSE}"
_END = r"(?!\.?\w)"

_BARE = re.compile(rf"{_GAP}{_LOOSE_PAIR}(?:{_APART}{_LOOSE_PAIR})?{_GAP}")
# Two numbers or four between tags, with or without brackets and commas.
_TAGGED = re.compile(
    rf"<(?:point|box|bbox)>[\s\[(]{{0,9}}{_LOOSE_PAIR}"
    rf"(?:[\s,\[\]()]{{1,9}}{_LOOSE_PAIR})?[\s\])]{{0,9}}</(?:point|box|bbox)>",
    re.IGNORECASE,
)
_WRITTEN = re.compile(
    rf"{_OPEN}{_GAP}{NUMBER}(?:{_COMMA}{NUMBER}){{3}}{_GAP}{_CLOSE}"  # [x0, y0, x1, y1]
    # [x, y], [x, y], ...
    rf"|(?P<pairs>{_CORNER}(?>(?:{_GAP},?{_GAP}{_CORNER}){{0,{MOST_PLACES}}}))"
)


def _named(*names: str) -> str:
    """Numbers by name in this order, as in `x=1, y=2` and `"x": 1, "y": 2`."""
    is_ = rf"[\"']?{_GAP}[=:]{_GAP}[\"']?"
    return r"[\"']?[\s,]{1,9}[\"']?".join(rf"\b{name}{is_}{_CAUGHT}" for name in names) + _END


# What numbers that have names mean, whatever the order that bare ones are written in.
_SPELLINGS: dict[Order, list[tuple[str, ...]]] = {
    "xywh": [("x", "y", "width", "height"), ("x", "y", "w", "h")],
    "xyxy": [
        ("x1", "y1", "x2", "y2"),
        ("x0", "y0", "x1", "y1"),
        ("x_?min", "y_?min", "x_?max", "y_?max"),
        ("left", "top", "right", "bottom"),
    ],
    "xy": [("x", "y")],
}
# Without one of these parts of names in a text its pattern need not be tried.
_NEEDED: dict[Order, tuple[str, ...]] = {
    "xywh": ("w",),
    "xyxy": ("x1", "max", "right"),
    "xy": ("y",),
}
_BY_NAME = tuple(
    (order, re.compile("|".join(_named(*names) for names in spellings)), _NEEDED[order])
    for order, spellings in _SPELLINGS.items()
)

# Keys under which models put a place.
_KEYS = (
    "bbox_2d|box_2d|bbox|boxes|box|bounding_box|region|point_2d|points|point|coordinates|coordinate"
    "|start_coordinate|position|start_box|start_point|answer"
)
_LABELS = "label|text_content|mention|name|description"
# What a label says is no place, whatever it says.
_LABEL = re.compile(rf"\"(?:{_LABELS})\"{_GAP}:{_GAP}\"(?>(?:[^\"\\]|\\.)*)\"", re.DOTALL)
_KEYED = re.compile(
    rf"[\"'](?:{_KEYS})[\"']{_GAP}:(?P<place>[\s\"'\[(]{{0,9}}{NUMBER}"
    rf"(?>(?:[\s,\[\]()]{{1,9}}{NUMBER})+){_GAP}[\])\"'])"
    rf"|\"(?:{_LABELS})\"{_GAP}:{_GAP}"
    r"(?P<label>\"(?>(?:[^\"\\]|\\.)*)\")"
    r"|(?P<closed>\})",
    re.DOTALL,
)
_LISTED = re.compile(rf"{_OPEN}({_GAP}{NUMBER}(?>(?:{_APART}{NUMBER})*){_GAP}){_CLOSE}")
# What may stand between places of one answer.
_GLUE = re.compile(
    r"(?>(?:[\s\[\]{}(),;:|]|\"(?>(?:[^\"\\]|\\.)*)\"|</?\w{1,20}>|<\|/?\w{1,20}\|>"
    r"|-?[0-9.]{1,20}|true|false|null)*)",
    re.DOTALL,
)
_JSON = json.JSONDecoder(strict=False)
_NEW_LIST = re.compile(r"\]\s{0,9}\[")

# Long enough for a sentence of a model.
SHORT = reprlib.Repr()
SHORT.maxstring = 100


class Unparsable(Exception):
    """An answer that names no place; the message says why, as a clause."""


class Place(NamedTuple):
    """Two numbers of a point or four of a box."""

    numbers: list[float]
    order: Order | Literal[""]  # what their names say of their order; "" for bare numbers


class Found(NamedTuple):
    """A place where it stands in a text."""

    start: int
    end: int
    numbers: tuple[float, ...]  # an even number of them; 2 or 4 but for a row of pairs
    order: str = ""  # what their names say of their order; "" for bare numbers
    label: str = ""
    pairs: bool = False  # written as pairs: two of them are a box or two points


def first_of(pattern: re.Pattern[str], said: str) -> Iterator[re.Match[str]]:
    """Where a pattern matches, up to a place more than an answer may have."""
    return itertools.islice(pattern.finditer(said), MOST_PLACES + 1)


def place_in_text(text: str) -> Place:
    """The place in a model's answer; the first of several in a row, in the last of several answers.

    Places are written ``[x, y]``, ``(x, y)``, ``[x0, y0, x1, y1]``, ``(x0, y0), (x1, y1)``,
    ``[[x0, y0], [x1, y1]]``, in tags ``<point>``, ``<box>`` or ``<bbox>`` (which go before all
    else), by name as ``x=.. y=..`` or ``x1, y1, x2, y2`` or ``x, y, width, height`` (also with
    quotes and colons as in JSON), or as nothing but numbers. Three and more pairs in a row are
    points.

    Raises:
        Unparsable: there is none, or the text has more than 100,000 characters.

    >>> place_in_text("Thought: not (3, 4).\\nAction: click(start_box='(10, 20)')").numbers
    [10.0, 20.0]
    >>> place_in_text('{"x": 10, "y": 20, "width": 5, "height": 6}').order
    'xywh'
    """
    if len(text) > MAX_TEXT_CHARACTERS:
        raise Unparsable(f"text of {len(text)} characters, more than {MAX_TEXT_CHARACTERS}")
    said = answer_in(text)
    found = written_places(said)
    if not found:
        raise Unparsable(f"no place in the text {SHORT.repr(said.strip())}")
    if len(found) > MOST_PLACES:
        raise Unparsable(f"more than {MOST_PLACES} places in the text {SHORT.repr(said.strip())}")
    first = last_answer(said, found)[0]
    numbers = list(first.numbers[:2] if len(first.numbers) > 4 else first.numbers)
    if any(abs(number) > LARGEST for number in numbers):
        raise Unparsable(f"numbers beyond all pictures in the text {SHORT.repr(said.strip())}")
    return Place(numbers, first.order)  # type: ignore[arg-type]  # from _SPELLINGS


def written_places(said: str) -> list[Found]:
    """Every place in an answer, however written, in order and without overlap.

    >>> [each.numbers for each in written_places("[1, 2, 3, 4] and (5, 6)")]
    [(1.0, 2.0, 3.0, 4.0), (5.0, 6.0)]
    """
    bare = _BARE.fullmatch(said)
    if bare is not None:
        return [_found(bare)]
    if '"' in said:
        said = _LABEL.sub(lambda match: " " * len(match[0]), said)
    tagged = [_found(match) for match in first_of(_TAGGED, said)]
    if tagged:
        return tagged
    found, count = [], 0
    for match in first_of(_WRITTEN, said):
        found.append(_found(match, pairs=match["pairs"] is not None))
        count += len(found[-1].numbers) // 2
        if count > 2 * MOST_PLACES:
            break
    for order, pattern, needed in _BY_NAME if "=" in said or ":" in said else ():
        if any(part in said for part in needed):
            found += [_found(match, order) for match in first_of(pattern, said)]
    if len(found) < 2:
        return found
    # At one place the form that says most goes first: four numbers before two.
    found.sort(key=lambda each: (each.start, -len(each.numbers)))
    apart = found[:1]
    for each in found[1:]:
        if each.start >= apart[-1].end:
            apart.append(each)
    return apart


def keyed_places(said: str) -> list[Found]:
    """Places under the keys of JSON objects, each with its object's label.

    The text need not be valid JSON: what was cut off, fenced or followed by prose is read as far
    as its objects go.

    >>> keyed_places('[{"bbox_2d": [1, 2, 3, 4], "label": "cup"}]')[0].label
    'cup'
    """
    found: list[Found] = []
    label, first = "", 0  # of the object that is open: its label, and its first place
    for match in _KEYED.finditer(said):
        if match["place"] is not None:
            found += _items(match)
            if len(found) > MOST_PLACES:
                break
        elif match["label"] is not None:
            label = _string(match["label"])
        if label and len(found) > first and (match["closed"] is not None or match["label"]):
            found[first:] = [each._replace(label=label) for each in found[first:]]
        if match["closed"] is not None:
            label, first = "", len(found)
    if label and len(found) > first:
        found[first:] = [each._replace(label=label) for each in found[first:]]
    return found


def last_answer(said: str, found: list[Found]) -> list[Found]:
    """Of all places in a text those of its last answer: the last one, and what stands in a row
    with it (in one list, or with nothing but brackets, commas, keys and labels between)."""
    first = len(found) - 1
    while first > 0:
        between = said[found[first - 1].end : found[first].start]
        if not _GLUE.fullmatch(between.strip("\"'")) or _NEW_LIST.search(between):
            break
        first -= 1
    return found[first:]


def _found(match: re.Match[str], order: str = "", pairs: bool = False) -> Found:
    if order:
        numbers = tuple(float(group) for group in match.groups() if group is not None)
    else:
        numbers = _numbers(match[0])
    return Found(match.start(), match.end(), numbers, order, pairs=pairs)


def _items(match: re.Match[str]) -> list[Found]:
    """The places of one key: one of two or four numbers, or several in lists of their own."""
    start, end, text = *match.span(), match["place"]
    lists = [_numbers(inner) for inner in _LISTED.findall(text)]
    if len(lists) <= 1:
        numbers = _numbers(text)
        return [Found(start, end, numbers)] if len(numbers) in (2, 4) else []
    if all(len(each) == 4 for each in lists):
        return [Found(start, end, each) for each in lists]
    if all(len(each) == 2 for each in lists):
        return [Found(start, end, tuple(itertools.chain(*lists)), pairs=True)]
    return []


def _numbers(text: str) -> tuple[float, ...]:
    return tuple(map(float, _A_NUMBER.findall(text)))


def _string(literal: str) -> str:
    try:
        return str(_JSON.decode(literal))
    except ValueError:
        return literal[1:-1]
