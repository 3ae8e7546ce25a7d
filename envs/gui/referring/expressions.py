"""Referring expressions of a page: instructions at four levels, each of which means one control.

| level | an example |
| --- | --- |
| literal | click Create report |
| functional | see the notifications |
| relational | click the bell just to the right of the moon |
| appearance | click the green button with a plus |

Controls that are switched off, and those on which others lie, are never asked for, but count as
rivals of those that are.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from vgym.core.text import CHARSET
from vgym.envs.gui.elements import Page
from vgym.envs.gui.referring.colours import perhaps, surely
from vgym.envs.gui.referring.words import FUNCTIONS, ICONS, KINDS, VERBS, article_of, icon_name

LEVELS = ("literal", "functional", "relational", "appearance")
LITERAL, FUNCTIONAL, RELATIONAL, APPEARANCE = range(4)
LONGEST_NAME = 40
_SPACES = re.compile(r"\s+")
_LETTERS = frozenset(CHARSET)
_FORMS = {  # how a named control is asked for
    "textbox": "click the {} field",
    "searchbox": "click the {} field",
    "combobox": "open the {} list box",
    "spinbutton": "click the {} field",
    "checkbox": "tick {}",
    "radio": "choose {}",
    "switch": "flip the {} switch",
    "slider": "click the {} slider",
    "tab": "open the {} tab",
    "columnheader": "click the “{}” column heading",
    "rowheader": "click the “{}” row heading",
}
_NAMED_BY_LABEL = frozenset(("checkbox", "radio", "switch", "slider"))
_NEXT_TO = 140.0  # pixels of a page 800 high; farther is not "just" beside
_SIDES = ("to the right of", "to the left of", "below", "above")
_AGAIN = 1.5  # how much farther the next control must be than the one beside


@dataclass(frozen=True)
class Expression:
    """One instruction and the control that it means."""

    element: int  # index into the page's elements
    level: int  # index into LEVELS
    words: str
    beside: int | None = None  # the element that the words call its neighbour


def expressions_of(page: Page) -> list[Expression]:
    """Every instruction that the page allows, in the order of its elements within each level.

    Returns:
        Each denotes exactly one control; none for a page of which nothing can be said for sure.
    """
    index = _Index(page)
    found = [*_literal(index), *_functional(index), *_relational(index), *_appearance(index)]
    seen = Counter(expression.words for expression in found)
    return [
        expression
        for expression in found
        if seen[expression.words] == 1
        and page.elements[expression.element].enabled
        and not index.holds_another(expression.element)
        and _LETTERS.issuperset(expression.words)
    ]


def holding(boxes: NDArray[np.float64], of: Sequence[int] | None = None) -> NDArray[np.bool_]:
    """(k,) whether the middle of another control lies on each, as a heart on a row: which is meant?

    Args:
        boxes: (n, 4) xyxy of all controls of a page. of: which ones; all, if not said.
    """
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2
    on = boxes if of is None else boxes[of]
    inside = (middle > on[:, None, :2]) & (middle < on[:, None, 2:])
    return np.asarray(inside.all(-1).sum(1) > 1)


class _Index:
    """What the four levels look up of a page."""

    def __init__(self, page: Page) -> None:
        self.page, self.elements = page, page.elements
        self.boxes = np.array([e.box for e in page.elements], np.float64).reshape(-1, 4)
        self.texts = [_plain(e.text) for e in page.elements]
        self.names = [_plain(e.name) for e in page.elements]
        self._said = "\n".join(  # one line a control
            " | ".join(f" {words} " for words in dict.fromkeys((text, name)))
            for text, name in zip(self.texts, self.names, strict=True)
        )
        self.icons = [icon_name(e.icon) for e in page.elements]
        shown = [ICONS[icon][0] for icon in self.icons if icon in ICONS]
        self.noun_counts = Counter(shown)
        self.kinds = [KINDS.get(e.role, "control") for e in page.elements]

    def only_one_says(self, words: str) -> bool:
        """Whether one control carries these words, alone or among others, seen or as a name."""
        found = self._said.find(f" {words} ")
        end = self._said.find("\n", found)
        return found >= 0 and (end < 0 or self._said.find(f" {words} ", end) < 0)

    def holds_another(self, i: int) -> bool:
        """Whether another control lies on this one."""
        return bool(holding(self.boxes, [i])[0])

    @cached_property
    def anchors(self) -> list[str]:
        """How to speak of each control that others stand beside; "" where it is not alone."""
        return [_anchor(self, i) for i in range(len(self.elements))]

    def label(self, i: int) -> str:
        """What is written on or beside a control as its name, if it is short; "" if not."""
        element = self.elements[i]
        text = self.texts[i]
        if element.role in _NAMED_BY_LABEL:
            text = self.names[i]
        elif element.role in ("textbox", "searchbox", "combobox", "spinbutton"):
            # What is typed in is no name; a placeholder is.
            text = text if text and text == self.names[i] else ""
        good = 2 <= len(text) <= LONGEST_NAME or text.isdigit()
        return text if good and any(c.isalnum() for c in text) else ""

    def noun(self, i: int) -> str:
        """What a control looks like to be: its icon, where that is all there is, or its kind."""
        icon = self.icons[i]
        if icon in ICONS and not self.texts[i]:
            return ICONS[icon][0]
        return self.kinds[i]


def _literal(index: _Index) -> Iterator[Expression]:
    for i, element in enumerate(index.elements):
        label = index.label(i)
        if label and index.only_one_says(label):
            written = _spaced(element.text if element.role not in _NAMED_BY_LABEL else element.name)
            yield Expression(i, LITERAL, _FORMS.get(element.role, "click {}").format(written))


def _functional(index: _Index) -> Iterator[Expression]:
    everywhere = range(len(index.elements))
    counts = Counter(f for i in everywhere for f in {*_functions(index, i), _by_icon(index, i)})
    for i in everywhere:
        functions = _functions(index, i)
        if functions and index.elements[i].role in ("button", "link", "menuitem"):
            if all(counts[function] == 1 for function in functions):
                yield Expression(i, FUNCTIONAL, functions[0])


def _functions(index: _Index, i: int) -> list[str]:
    """In how many ways one may say what the control does, the best first."""
    found = []
    name, text, icon = index.names[i], index.texts[i], index.icons[i]
    known = FUNCTIONS.get(text) or FUNCTIONS.get(name)
    says_what = " " in name and name.split(" ")[0] in VERBS and len(name) <= LONGEST_NAME
    if not text and not known and says_what:
        # The author's own name of an icon says more than the icon does.
        written = _spaced(index.elements[i].name)
        found.append(written[0].lower() + written[1:])
    if known:
        found.append(known)
    elif not name or (icon in ICONS and _agree(name, icon)):
        found.append(_by_icon(index, i))
    return [function for function in dict.fromkeys(found) if function]


def _by_icon(index: _Index, i: int) -> str:
    """What somebody who sees nothing but the icon takes the control for; "" beside a text."""
    icon = index.icons[i]
    return ICONS[icon][1] if icon in ICONS and not index.texts[i] else ""


def _agree(name: str, icon: str) -> bool:
    """Whether a control's name and what its icon stands for have a word in common."""
    stands_for = f"{icon.replace('-', ' ')} {' '.join(ICONS[icon])}".casefold()
    stems = {word[:5] for word in stands_for.split() if len(word) > 3}
    return any(word[:5] in stems for word in name.split() if len(word) > 3)


def _relational(index: _Index) -> Iterator[Expression]:
    if len(index.elements) < 2:
        return
    boxes, most = index.boxes, _NEXT_TO * max(1.0, index.page.size_hw[0] / 800)
    nouns = [index.noun(i) for i in range(len(index.elements))]
    kinds = np.unique(nouns, return_inverse=True)[1]
    same = kinds[:, None] == kinds[None]
    for side, gaps in enumerate(_gaps(boxes)):
        nearest_of = gaps.argmin(axis=1)
        second = np.partition(gaps, 1, axis=1)[:, 1]
        for a, anchor in enumerate(index.anchors):
            nearest = int(nearest_of[a])
            gap = float(gaps[a, nearest])
            if not anchor or gap > most:
                continue
            along = boxes[nearest, 2 + side // 2] - boxes[nearest, side // 2]
            if second[a] < gap + max(0.5 * along, 4.0):
                continue  # two stand beside it
            others = same[nearest].copy()
            others[[nearest, a]] = False
            if gaps[a, others].min(initial=np.inf) >= _AGAIN * gap + 4:
                words = f"click the {nouns[nearest]} just {_SIDES[side]} {anchor}"
                yield Expression(nearest, RELATIONAL, words, a)


def _anchor(index: _Index, i: int) -> str:
    """How to speak of a control that others stand beside; "" where it is not alone of its kind."""
    icon = index.icons[i]
    if icon in ICONS and not index.texts[i] and index.noun_counts[ICONS[icon][0]] == 1:
        return f"the {ICONS[icon][0]}"
    label = index.label(i)
    if label and len(label) <= 24 and index.only_one_says(label):
        element = index.elements[i]
        written = _spaced(element.name if element.role in _NAMED_BY_LABEL else element.text)
        return f"“{written}”"
    return ""


def _gaps(boxes: NDArray[np.float64]) -> list[NDArray[np.float64]]:
    """For each side (n, n): pixels from box a to box b; inf unless b lies straight on that side."""
    x0, y0, x1, y1 = boxes.T
    wide, high = x1 - x0, y1 - y0
    in_row = _overlap(y0, y1) >= 0.5 * np.minimum(high[:, None], high)
    in_column = _overlap(x0, x1) >= 0.5 * np.minimum(wide[:, None], wide)
    sides = (
        (x0 - x1[:, None], in_row),
        (x0[:, None] - x1, in_row),
        (y0 - y1[:, None], in_column),
        (y0[:, None] - y1, in_column),
    )
    return [np.where(straight & (gap > -2), np.maximum(gap, 0), np.inf) for gap, straight in sides]


def _overlap(start: NDArray[np.float64], end: NDArray[np.float64]) -> NDArray[np.float64]:
    shared: NDArray[np.float64] = np.minimum(end[:, None], end) - np.maximum(start[:, None], start)
    return shared


def _appearance(index: _Index) -> Iterator[Expression]:
    """By icon, by colour, or by both; the shortest that is enough."""
    elements = index.elements
    named = [perhaps(e.colour) for e in elements]
    shown = [ICONS[icon][0] if icon in ICONS else "" for icon in index.icons]
    alike: dict[str, list[int]] = {}  # by what their icons show
    for i, shows in enumerate(shown):
        alike.setdefault(shows, []).append(i)
    everywhere = Counter(colour for colours in named for colour in set(colours))
    rivals = {
        shows: Counter(colour for j in its for colour in set(named[j]))
        for shows, its in alike.items()
    }
    for i, element in enumerate(elements):
        shows, colour, kind = shown[i], surely(element.colour), index.kinds[i]
        if shows and len(alike[shows]) == 1:
            article = article_of(shows)
            if index.texts[i] and colour and element.role in ("button", "link"):
                yield Expression(i, APPEARANCE, f"click the {colour} {kind} with {article}{shows}")
            else:
                yield Expression(i, APPEARANCE, f"click the {kind} with {article}{shows}"
                          if index.texts[i] else f"click the {shows}")  # fmt: skip
            continue
        among = rivals[shows] if shows and not index.texts[i] else everywhere
        if not colour or among[colour] != 1:
            continue
        if shows and not index.texts[i]:
            yield Expression(i, APPEARANCE, f"click the {colour} {shows}")
        elif element.role in ("button", "link") and element.text:
            yield Expression(i, APPEARANCE, f"click the {colour} {kind}")


def _plain(text: str) -> str:
    return _spaced(text).casefold()


def _spaced(text: str) -> str:
    return _SPACES.sub(" ", text).strip()
