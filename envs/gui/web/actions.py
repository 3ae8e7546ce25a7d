"""What an agent can do to a page: seven kinds of action, and three forms of saying them.

| form         | space                             | one action                   |
| ------------ | --------------------------------- | ---------------------------- |
| `continuous` | Box(0, 1, (6,))                   | kind, x, y, x2, y2, argument |
| `pixel`      | MultiDiscrete (7, W, H, W, H, 19) | the same in whole numbers    |
| `text`       | Text                              | `click(80, 120)`             |

Numbers: the *kind* chooses from `KINDS` (continuous: equal shares of [0, 1]). (x, y) is the point;
(x2, y2) is where a drag ends, and for a scroll its amount: the middle of the picture scrolls by
nothing, its right and lower edge by one picture right and down. The *argument* chooses which text
is typed, among those that the instruction quotes, or which of `KEYS` is pressed.

Text: `click(x, y)`, `double_click(x, y)`, `drag(x, y, x2, y2)`, `scroll(x, y, dx, dy)`,
`type("words")`, `key(Enter)`, `wait()`; pixels of the picture, x to the right and y down.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from gymnasium import spaces

from vgym.core.text import OpenText
from vgym.plain_numbers import decimal

KINDS = ("click", "double_click", "drag", "scroll", "type", "key", "wait")
KEYS = (
    *("Enter", "Tab", "Shift+Tab", "Escape", "Backspace", "Delete", "Space"),
    *("ArrowLeft", "ArrowUp", "ArrowRight", "ArrowDown", "PageUp", "PageDown", "Home", "End"),
    *("Control+A", "Control+C", "Control+X", "Control+V"),
)
FORMS = ("continuous", "pixel", "text")
MAX_ACTION_TEXT = 200_000
_NUMBERS = {"click": 2, "double_click": 2, "drag": 4, "scroll": 4}
POINTING = frozenset(_NUMBERS)  # the kinds that are done at a place
_CALL = re.compile(r"\s*([a-z_]{1,20})\s*\(", re.I)


@dataclass(frozen=True)
class Action:
    """One action, in pixels of the picture.

    Attributes:
        kind: one of ``KINDS``.
        x, y: the point, for what points.
        x2, y2: where a drag ends; by how much a scroll scrolls.
        text: what is typed, or the key pressed.
        error: why there is no action in what the agent said; nothing is done then. "" for none.
    """

    kind: str
    x: float = 0.0
    y: float = 0.0
    x2: float = 0.0
    y2: float = 0.0
    text: str = ""
    error: str = ""

    @property
    def understood(self) -> bool:
        """Whether what the agent said was an action at all."""
        return not self.error

    @property
    def points(self) -> bool:
        """Whether it is done at a place."""
        return self.kind in POINTING

    def inside(self, size_hw: tuple[int, int]) -> bool:
        """Whether the places that it names are in the picture; True where it names none."""
        height, width = size_hw
        ends = [(self.x, self.y)] if self.points else []
        ends += [(self.x2, self.y2)] if self.kind == "drag" else []
        return all(0 <= x <= width and 0 <= y <= height for x, y in ends)


WAIT = Action("wait")
NOT_UNDERSTOOD = Action("wait", error="no action was found in the text")


def action_space(form: str, size_hw: tuple[int, int]) -> spaces.Space[Any]:
    """The space of a form of action on pictures of that height and width."""
    height, width = size_hw
    if form == "text":
        return OpenText(MAX_ACTION_TEXT)
    if form == "pixel":
        return spaces.MultiDiscrete([len(KINDS), width, height, width, height, len(KEYS)])
    return spaces.Box(0.0, 1.0, (6,), np.float32)


def decode(form: str, given: Any, size_hw: tuple[int, int], texts: Sequence[str]) -> Action:
    """An action from what an agent said.

    Args:
        form: one of ``FORMS``. given: an element of its space.
        size_hw: of the picture. texts: what the instruction quotes, in order.

    Returns:
        the action; typing a text that the instruction does not have types nothing.
    """
    if form == "text":
        return parse(str(given))
    height, width = size_hw
    if form == "pixel":
        kind, x, y, x2, y2, argument = (int(v) for v in given)
        unit = np.array(
            [(x + 0.5) / width, (y + 0.5) / height, (x2 + 0.5) / width, (y2 + 0.5) / height]
        )
    else:
        values = np.asarray(given, np.float64)
        kind = min(int(values[0] * len(KINDS)), len(KINDS) - 1)
        unit = values[1:5]
        argument = min(int(values[5] * len(KEYS)), len(KEYS) - 1)
    name = KINDS[kind]
    text = ""
    if name == "type":
        text = texts[argument] if argument < len(texts) else ""
    elif name == "key":
        text = KEYS[argument]
    x2, y2 = unit[2] * width, unit[3] * height
    if name == "scroll":
        x2, y2 = 2 * x2 - width, 2 * y2 - height
    return Action(name, unit[0] * width, unit[1] * height, float(x2), float(y2), text)


def encode(form: str, action: Action, size_hw: tuple[int, int], texts: Sequence[str]) -> Any:
    """The element of a form's space that is nearest to an action: what oracles answer with.

    A text that the instruction does not quote can be said only in the form ``text``; elsewhere it
    becomes waiting.
    """
    if form == "text":
        return say(action)
    height, width = size_hw
    argument = 0
    if action.kind == "type":
        if action.text not in list(texts)[: len(KEYS)]:
            return encode(form, WAIT, size_hw, texts)
        argument = list(texts).index(action.text)
    elif action.kind == "key":
        argument = KEYS.index(action.text)
    x2, y2 = action.x2, action.y2
    if action.kind == "scroll":
        x2, y2 = (x2 + width) / 2, (y2 + height) / 2
    unit = np.array([action.x / width, action.y / height, x2 / width, y2 / height]).clip(0, 1)
    kind = KINDS.index(action.kind)
    if form == "pixel":
        size = np.array([width, height, width, height])
        pixels = np.minimum((unit * size).astype(np.int64), size - 1)
        return np.array([kind, *pixels, argument], np.int64)
    middle = [(kind + 0.5) / len(KINDS), *unit, (argument + 0.5) / len(KEYS)]
    return np.array(middle, np.float32)


def parse(words: str) -> Action:
    """An action from its text form; what is none is ``NOT_UNDERSTOOD``, never an error.

    >>> parse("click(80, 120)").x
    80.0
    >>> parse("please click there").understood
    False
    """
    call = _CALL.match(words)
    body = words.rstrip()
    if call is None or not body.endswith(")") or call.group(1).lower() not in KINDS:
        return NOT_UNDERSTOOD
    kind, inner = call.group(1).lower(), body[call.end() : -1].strip()
    if kind == "wait":
        return WAIT if not inner else NOT_UNDERSTOOD
    if kind == "type":
        return Action(kind, text=_unquoted(inner))
    if kind == "key":
        known = {key.lower(): key for key in KEYS}
        key = known.get(_unquoted(inner).strip().lower())
        return NOT_UNDERSTOOD if key is None else Action(kind, text=key)
    parts = inner.split(",", 5)
    numbers = [number for number in map(decimal, parts) if number is not None and abs(number) < 1e6]
    if len(numbers) != _NUMBERS[kind] or len(parts) != len(numbers):
        return NOT_UNDERSTOOD
    x, y, x2, y2 = (*numbers, 0.0, 0.0)[:4]
    return Action(kind, x, y, x2, y2)


def say(action: Action) -> str:
    """The text form of an action.

    >>> say(Action("type", text="hi"))
    'type("hi")'
    """
    if action.kind == "type":
        return f"type({json.dumps(action.text, ensure_ascii=False)})"
    if action.kind in ("key", "wait"):
        return f"{action.kind}({action.text})"
    numbers = (action.x, action.y, action.x2, action.y2)[: _NUMBERS[action.kind]]
    return f"{action.kind}({', '.join(f'{number:.6g}' for number in numbers)})"


def typeable(text: str) -> str:
    """What a keyboard can type of a text: no control characters but new lines and tabs.

    >>> typeable("a\\x00b\\ud800c\\r\\nd")
    'abc\\nd'
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "ignore").decode()
    return "".join(c for c in text if c in "\n\t" or not (ord(c) < 32 or 127 <= ord(c) < 160))


def _unquoted(inner: str) -> str:
    """A string as JSON has it, or between its quotes as it stands, or bare."""
    if len(inner) >= 2 and inner[0] == inner[-1] and inner[0] in "\"'":
        if inner[0] == '"':
            try:
                return str(json.loads(inner, strict=False))
            except ValueError:
                pass
        return inner[1:-1]
    return inner
