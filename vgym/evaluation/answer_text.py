"""The place that a model's text names: a point's two numbers or a box's four.

First what is the answer, then where in it the place is. Thoughts are no answer: what stands in
`<think>` (or `<thinking>`, `<thought>`, `<reasoning>`, `<analysis>`, `[THINK]`), closed or broken
off, after `Thought:` or under a JSON key `"thought"`. Of what is left, the last `<answer>`,
`<tool_call>` or `<|begin_of_box|>` counts, else what follows the last `Action:` or `Answer:`, else
all of it; where there is a `Thought:` and nothing follows it, there is no answer.

Text is hostile: it is cut off at a length, every pattern is tried in time proportional to it, only
plain decimal numbers are numbers, and nothing is evaluated.
"""

import re
import reprlib
from typing import Literal, NamedTuple

from vgym.geometry.conventions import Order

MAX_TEXT_CHARACTERS = 100_000
_LARGEST = 1e7  # pixels; no picture is wider

# Repetitions are bounded, so that no text takes longer than its length deserves.
_NUMBER = r"(-?[0-9]{1,9}(?:\.[0-9]{0,20})?|-?\.[0-9]{1,20})"
_GAP = r"\s{0,9}"
_COMMA = rf"{_GAP},{_GAP}"
_APART = r"(?:\s{1,9}|\s{0,9},\s{0,9})"
_PAIR = rf"{_NUMBER}{_COMMA}{_NUMBER}"
_LOOSE_PAIR = rf"{_NUMBER}{_APART}{_NUMBER}"
_OPEN, _CLOSE = r"[\[(]", r"[\])]"
_CORNER = rf"{_OPEN}{_GAP}{_PAIR}{_GAP}{_CLOSE}"
_END = r"(?!\.?\w)"

_BARE = re.compile(rf"{_GAP}{_LOOSE_PAIR}(?:{_APART}{_LOOSE_PAIR})?{_GAP}")
# Two numbers or four between tags, with or without brackets and commas.
_TAGGED = re.compile(
    rf"<(?:point|box|bbox)>[\s\[(]{{0,9}}{_LOOSE_PAIR}"
    rf"(?:[\s,\[\]()]{{1,9}}{_LOOSE_PAIR})?[\s\])]{{0,9}}</(?:point|box|bbox)>",
    re.IGNORECASE,
)
_WRITTEN = re.compile(
    "|".join(
        (
            rf"{_OPEN}{_GAP}{_PAIR}{_COMMA}{_PAIR}{_GAP}{_CLOSE}",  # [x0, y0, x1, y1]
            # (x0, y0), (x1, y1), and no third pair behind, which would make it a list of points
            rf"{_CORNER}{_GAP},?{_GAP}{_CORNER}(?!{_GAP},?{_GAP}{_OPEN}{_GAP}-?[0-9.])",
            _CORNER,  # [x, y]
        )
    )
)


def _named(*names: str) -> str:
    """Numbers by name in this order, as in `x=1, y=2` and `"x": 1, "y": 2`."""
    is_ = rf"[\"']?{_GAP}[=:]{_GAP}[\"']?"
    return r"[\"']?[\s,]{1,9}[\"']?".join(rf"\b{name}{is_}{_NUMBER}" for name in names) + _END


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
_BY_NAME = tuple(
    (order, re.compile("|".join(_named(*names) for names in spellings)))
    for order, spellings in _SPELLINGS.items()
)

_THOUGHT = re.compile(
    r"<(?P<xml>/?)(?:\w{1,9}:)?(?:think|thinking|thoughts?|reasoning|reflection|analysis)\s?>"
    r"|\[(?P<bracket>/?)think\]|\u25c1(?P<triangle>/?)think\u25b7",
    re.IGNORECASE,
)
_THOUGHT_KEY = re.compile(
    r"[\"'](?:thought|thoughts|thinking|think|reasoning|reason|explanation|analysis)[\"']\s{0,9}:"
    r"\s{0,9}(?:\"(?:[^\"\\]|\\.)*(?:\"|\Z)|'(?:[^'\\]|\\.)*(?:'|\Z))",
    re.IGNORECASE | re.DOTALL,
)
_ANSWER_TAGS = ("<answer>", "<tool_call>", "<|begin_of_box|>")
# `Thought:` opens a line; `Action:` may also follow on the line of the thought. Steps may be
# numbered, and the colon as wide as a Chinese character.
_COLON = r"(?:[ ][0-9]{1,3})?[*]{0,3}[:\uff1a]"
_HEAD = re.compile(
    r"(?:\A|\n)[ \t#*>-]{0,9}(?P<thought>thoughts?|thinking|reasoning|reflection|analysis)"
    rf"{_COLON}|(?<![\w\"'])(?P<action>actions?|final answer|answer){_COLON}",
    re.IGNORECASE,
)

# Long enough for a sentence of a model.
_SHORT = reprlib.Repr()
_SHORT.maxstring = 100


class Unparsable(Exception):
    """An answer that names no place; the message says why, as a clause."""


class Place(NamedTuple):
    """Two numbers of a point or four of a box."""

    numbers: list[float]
    order: Order | Literal[""]  # what their names say of their order; "" for bare numbers


def place_in_text(text: str) -> Place:
    """The first place in a model's answer.

    Places are written ``[x, y]``, ``(x, y)``, ``[x0, y0, x1, y1]``, ``(x0, y0), (x1, y1)``,
    ``[[x0, y0], [x1, y1]]``, in tags ``<point>``, ``<box>`` or ``<bbox>`` (which go before all
    else), by name as ``x=.. y=..`` or ``x1, y1, x2, y2`` or ``x, y, width, height`` (also with
    quotes and colons as in JSON), or as nothing but numbers. Of three and more points in a row the
    first counts.

    Raises:
        Unparsable: there is none, or the text has more than 100,000 characters.

    >>> place_in_text("Thought: not (3, 4).\\nAction: click(start_box='(10, 20)')").numbers
    [10.0, 20.0]
    >>> place_in_text('{"x": 10, "y": 20, "width": 5, "height": 6}').order
    'xywh'
    """
    if len(text) > MAX_TEXT_CHARACTERS:
        raise Unparsable(f"text of {len(text)} characters, more than {MAX_TEXT_CHARACTERS}")
    said = _answer(text)
    bare = _BARE.fullmatch(said) or _TAGGED.search(said)
    if bare is None:
        found = [(match.start(), order, match) for order, match in _candidates(said)]
        if not found:
            raise Unparsable(f"no place in the text {_SHORT.repr(said.strip())}")
        # At one place the form that says most goes first, and min keeps the first.
        _, order, match = min(found, key=lambda each: each[0])
    else:
        order, match = "", bare
    numbers = [float(group) for group in match.groups() if group is not None]
    if any(abs(number) > _LARGEST for number in numbers):
        raise Unparsable(f"numbers beyond all pictures in the text {_SHORT.repr(said.strip())}")
    return Place(numbers, order)


def _candidates(said: str) -> list[tuple[Order | Literal[""], re.Match[str]]]:
    patterns: tuple[tuple[Order | Literal[""], re.Pattern[str]], ...] = (*_BY_NAME, ("", _WRITTEN))
    found = ((order, pattern.search(said)) for order, pattern in patterns)
    return [(order, match) for order, match in found if match is not None]


def _answer(text: str) -> str:
    """What of the text is the answer."""
    said = _without_thoughts(text)
    opened = max((said.rfind(tag), tag) for tag in _ANSWER_TAGS)
    if opened[0] >= 0:
        start = opened[0] + len(opened[1])
        closing = said.find("<|end_of_box|>" if "|" in opened[1] else f"</{opened[1][1:]}", start)
        said = said[start:] if closing < 0 else said[start:closing]
    else:
        said = _after_the_heads(said)
    return _THOUGHT_KEY.sub(" ", said)


def _without_thoughts(text: str) -> str:
    """The text outside of thoughts; a thought that is not closed runs to the end, and one that was
    opened by the prompt from the beginning."""
    kept: list[str] = []
    start, inside = 0, False
    for tag in _THOUGHT.finditer(text):
        closes = any(tag.groups())
        if closes and not inside:
            kept.clear()
        elif not inside:
            kept.append(text[start : tag.start()])
        start, inside = tag.end(), not closes
    return "".join(kept) + ("" if inside else text[start:])


def _after_the_heads(said: str) -> str:
    """What follows the last `Action:`, up to a thought behind it; all of it without such heads."""
    thought = action = -1
    start = 0
    for head in _HEAD.finditer(said):
        if head["action"]:
            action, start = head.start(), head.end()
        elif thought < 0 or action > thought:
            thought = head.start()
    if action < 0:
        return said if thought < 0 else said[:thought]
    return said[start:] if thought < action else said[start:thought]
