"""Every instruction means one control: checked by a reader that knows nothing of its making."""

from collections import Counter
from typing import Any

import numpy as np
import pytest
from oracles.screen_reading import bearing, beside, doing, looking

from vgym.core.keys import stream, subkey
from vgym.core.text import CHARSET
from vgym.envs.gui.click.screens import load_screens
from vgym.envs.gui.elements import Element, Page
from vgym.envs.gui.referring.colours import perhaps, surely
from vgym.envs.gui.referring.expressions import (
    APPEARANCE,
    FUNCTIONAL,
    LITERAL,
    RELATIONAL,
    Expression,
    expressions_of,
)
from vgym.envs.gui.referring.words import FUNCTIONS, ICONS, icon_name
from vgym.envs.gui.synthetic import make_page
from vgym.envs.gui.toolkit.characters import icon_names

_FORMS = ("click ", "open the ", "tick ", "choose ", "flip the ")
_ENDS = (" field", " list box", " switch", " slider", " tab", "” column heading", "” row heading")


def _named(words: str) -> list[str]:
    """The names that an instruction of the first level may quote."""
    found = []
    for form in (*_FORMS, "click the ", "click the “"):
        if words.startswith(form):
            rest = words.removeprefix(form)
            found += [rest, *(rest.removesuffix(end) for end in _ENDS if rest.endswith(end))]
    return found


def _check(page: Page, expression: Expression) -> None:
    target = page.elements[expression.element]
    assert target.enabled and set(expression.words) <= set(CHARSET)
    if expression.level == LITERAL:
        meant = {i for name in _named(expression.words) for i in bearing(page, name)}
    else:
        read = {FUNCTIONAL: doing, RELATIONAL: beside, APPEARANCE: looking}[expression.level]
        meant = set(read(page, expression.words))
    assert meant == {expression.element}, (expression, [page.elements[i] for i in meant], target)


@pytest.mark.parametrize("part", range(8))
def test_captured_screens(part: int) -> None:
    levels: Counter[int] = Counter()
    for screen in load_screens("screens").usable[part::8]:
        for expression in expressions_of(screen.page):
            _check(screen.page, expression)
            levels[expression.level] += 1
    assert set(levels) == {LITERAL, FUNCTIONAL, RELATIONAL, APPEARANCE}


@pytest.mark.parametrize("split", ["train", "test"])
@pytest.mark.parametrize("difficulty", [0.0, 0.5, 1.0])
def test_synthetic_screens(split: str, difficulty: float) -> None:
    asked = 0
    for n in range(10):
        _, page = make_page(subkey(stream("asked"), n), (400, 640), difficulty, split)
        for expression in expressions_of(page):
            _check(page, expression)
            asked += 1
    assert asked > 40


def _page(*elements: Element) -> Page:
    return Page((200, 400), elements)


def _button(x: float, y: float = 10.0, **facts: Any) -> Element:
    return Element(**{"box": (x, y, x + 30, y + 20), "role": "button", "name": "", **facts})


def _said(page: Page, level: int) -> list[tuple[int, str]]:
    return [(a.element, a.words) for a in expressions_of(page) if a.level == level]


def test_two_of_a_name_are_not_asked_for() -> None:
    twins = _page(_button(0, text="Save"), _button(50, text="save "), _button(100, text="Open"))
    assert _said(twins, LITERAL) == [(2, "click Open")]
    part = _page(_button(0, text="Search"), _button(50, text="Search mail"))
    assert _said(part, LITERAL) == [(1, "click Search mail")]


def test_what_is_off_is_a_rival_and_no_target() -> None:
    page = _page(_button(0, text="Save", enabled=False), _button(50, text="Open"))
    assert _said(page, LITERAL) == [(1, "click Open")]
    page = _page(_button(0, icon="bell", enabled=False), _button(50, icon="bi-bell-fill"))
    assert not _said(page, APPEARANCE) and not _said(page, FUNCTIONAL)


def test_a_row_with_a_heart_on_it_is_not_asked_for() -> None:
    row = Element((0, 0, 300, 40), "row", "A song", "A song")
    heart = Element((260, 10, 280, 30), "button", "Like A song", icon="heart")
    asked = {
        expression.element
        for expression in expressions_of(_page(row, heart, _button(320, text="Play")))
    }
    assert 0 not in asked and 1 in asked


def test_the_four_levels_of_a_small_page() -> None:
    page = _page(
        _button(0, icon="bell", name="Notifications"),
        _button(60, icon="moon", name="Dark theme"),
        _button(120, text="Add", icon="plus", colour=(30, 160, 70)),
    )
    assert _said(page, FUNCTIONAL)[0] == (0, "see the notifications")
    assert (0, "click the bell just to the left of the moon") in _said(page, RELATIONAL)
    assert (2, "click the green button with a plus") in _said(page, APPEARANCE)
    assert _said(page, LITERAL) == [(2, "click Add")]


def test_names_that_instructions_cannot_spell_are_left_out() -> None:
    assert not expressions_of(_page(_button(0, text="日本語"), _button(60, text="Ж")))
    assert not expressions_of(_page())


def test_colours_are_named_without_doubt_only() -> None:
    random = np.random.default_rng(0)
    for colour in random.integers(0, 256, (2000, 3)).tolist():
        sure = surely(tuple(colour))
        assert not sure or sure in perhaps(tuple(colour))
    assert not surely((128, 128, 128)) and not perhaps((250, 250, 250))
    assert perhaps((255, 170, 0)) >= {"orange"} and surely((255, 190, 0)) in ("", "yellow")


def test_words_of_icons() -> None:
    shown = [shows for shows, _ in ICONS.values()]
    assert len(ICONS) > 150 and all(shown) and all(does for _, does in ICONS.values())
    drawn = {icon_name(name) for name in icon_names()}
    assert len(drawn & set(ICONS)) > 130
    for name, does in FUNCTIONS.items():
        assert name == name.casefold() and does[0].islower()


# What three design systems (Bootstrap 5, Tailwind 3, Material 2) themselves call these.
NAMED = {
    "red": "dc3545 ef4444 f44336 d32f2f b91c1c",
    "orange": "fd7e14 f97316 ff9800",
    "yellow": "ffc107 eab308 ffeb3b facc15",
    "green": "198754 22c55e 4caf50 16a34a 2e7d32",
    "turquoise": "20c997 14b8a6 009688 0dcaf0 06b6d4 00bcd4",  # they say teal and cyan
    "blue": "0d6efd 3b82f6 2196f3 1d4ed8 0000ff",
    "purple": "6f42c1 a855f7 9c27b0 7e22ce",
    "pink": "d63384 ec4899 e91e63",
}


@pytest.mark.parametrize("name", NAMED)
def test_colours_have_the_names_that_design_systems_give_them(name: str) -> None:
    sure = []
    for code in NAMED[name].split():
        red, green, blue = bytes.fromhex(code)
        assert name in perhaps((red, green, blue)), code
        sure.append(surely((red, green, blue)))
    assert name in sure and set(sure) <= {name, ""}
