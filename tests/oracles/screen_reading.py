"""Reads an instruction about a screen literally, control by control, and says whom it may mean."""

import math
import re

from vgym.envs.gui.elements import Element, Page
from vgym.envs.gui.referring.colours import perhaps
from vgym.envs.gui.referring.words import FUNCTIONS, ICONS, KINDS, icon_name

_RELATION = re.compile(r"click the (.+) just (to the right of|to the left of|below|above) (.+)")


def _fold(text: str) -> str:
    return " ".join(text.split()).casefold()


def _shows(element: Element) -> str:
    name = icon_name(element.icon)
    return ICONS[name][0] if name in ICONS else ""


def _kind(element: Element) -> str:
    return KINDS.get(element.role, "control")


def bearing(page: Page, words: str) -> list[int]:
    """Controls that carry exactly these words."""
    wanted = _fold(words)
    return [i for i, e in enumerate(page.elements) if wanted in (_fold(e.text), _fold(e.name))]


def doing(page: Page, words: str) -> list[int]:
    """Controls that one may take to do this: by name, by what the name stands for, by icon."""
    found = []
    for i, e in enumerate(page.elements):
        known = FUNCTIONS.get(_fold(e.text)) or FUNCTIONS.get(_fold(e.name))
        by_icon = ICONS.get(icon_name(e.icon), ("", ""))[1] if not e.text.strip() else ""
        names = {_fold(e.name), _fold(known or "")} | ({_fold(by_icon)} if not known else set())
        if _fold(words) in names:
            found.append(i)
    return found


def looking(page: Page, words: str) -> list[int]:
    """Controls that answer to a description such as "the red button with a plus"."""
    found = []
    said = words.removeprefix("click the ")
    for i, e in enumerate(page.elements):
        shows, kind = _shows(e), _kind(e)
        plain = {shows} if shows else set()
        plain |= {f"{kind} with {a}{shows}" for a in ("a ", "an ", "") if shows}
        coloured = {f"{colour} {text}" for colour in perhaps(e.colour) for text in (*plain, kind)}
        if said in plain | coloured:
            found.append(i)
    return found


def beside(page: Page, words: str) -> list[int]:
    """Of the controls straight on the side of the anchor, the nearest, if it is called so."""
    match = _RELATION.fullmatch(words)
    assert match, words
    noun, side, anchor_words = match.groups()
    if anchor_words.startswith("“"):
        anchors = bearing(page, anchor_words.strip("“”"))
    else:
        shown = anchor_words.removeprefix("the ")
        anchors = [i for i, e in enumerate(page.elements) if _shows(e) == shown]
    assert len(anchors) == 1, (words, anchors)
    a = page.elements[anchors[0]].box
    distances: dict[int, float] = {}
    for i, e in enumerate(page.elements):
        if i == anchors[0]:
            continue
        gap = _gap(a, e.box, side)
        if gap is not None:
            distances[i] = gap
    nearest = min(distances.values(), default=math.inf)
    return [
        i for i, gap in distances.items() if gap <= nearest + 1 and noun in _nouns(page.elements[i])
    ]


def _nouns(element: Element) -> tuple[str, str]:
    return ("" if element.text else _shows(element)), _kind(element)


def _gap(a: tuple[float, ...], b: tuple[float, ...], side: str) -> float | None:
    """Pixels between, where b lies on that side and at least half of the smaller lies straight."""
    upright = side in ("below", "above")
    low, high = (0, 2) if upright else (1, 3)
    shared = min(a[high], b[high]) - max(a[low], b[low])
    if shared < 0.5 * min(a[high] - a[low], b[high] - b[low]):
        return None
    gap = {
        "to the right of": b[0] - a[2],
        "to the left of": a[0] - b[2],
        "below": b[1] - a[3],
        "above": a[1] - b[3],
    }[side]
    return max(gap, 0.0) if gap > -2 else None
