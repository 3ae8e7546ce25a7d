"""Screens of a telephone: bars above and below, one thing between."""

from __future__ import annotations

from vgym.envs.gui.synthetic.areas import fill_area
from vgym.envs.gui.synthetic.overlays import modal, round_button
from vgym.envs.gui.synthetic.panels.keys import keyboard
from vgym.envs.gui.synthetic.sketch import Sketch, split_top
from vgym.envs.gui.toolkit.phone import status_bar, tab_bar, title_bar

_TABS = (
    ("house", "Home"), ("search", "Search"), ("chat", "Chats"), ("person", "Profile"),
    ("heart", "Likes"), ("compass", "Explore"), ("bag", "Orders"), ("gear", "Settings"),
)  # fmt: skip


def phone_page(s: Sketch) -> str:
    """Draw a page; returns its title."""
    c = s.canvas
    height, width = c.size_hw
    c.fill((0, 0, width, height), c.theme.page)
    asks = s.chance(0.12)
    rest = (0, 0, width, height)
    title = s.word("title")
    if height > c.px(260):
        bar, rest = split_top(rest, c.px(24))
        status_bar(c, bar, f"{s.between(1, 12)}:{s.between(10, 59)}")
        bar, rest = split_top(rest, c.px(46))
        tools = s.tools(min(s.between(0, 3), max(0, s.budget // 4), (width - c.px(90)) // c.px(50)))
        back = s.budget > 3 and s.chance(0.7)
        title_bar(c, bar, title, tools, back=back)
    if height > c.px(360) and s.chance(0.6) and s.left > 5:
        rest, bar = split_top(rest, rest[3] - rest[1] - c.px(54))
        tabs = s.several(_TABS, max(2, min(s.between(3, 5), width // c.px(66))))
        tab_bar(c, bar, tabs, selected=s.between(0, len(tabs) - 1))
    elif s.left > 44 and width > c.px(260) and rest[3] - rest[1] > c.px(330):
        rest, bar = split_top(rest, rest[3] - rest[1] - c.px(170))
        keyboard(s, bar, 34)
    parts = 1 + (s.left > 16) + (s.left > 50)
    parts = max(1, min(parts, (rest[3] - rest[1]) // c.px(230)))
    for number in range(parts):
        part, rest = split_top(rest, (rest[3] - rest[1]) // (parts - number))
        c.fill(part, c.theme.surface)
        fill_area(s, part, s.left // (parts - number), "p")
        if number < parts - 1:
            c.fill((part[0], part[3] - c.px(6), part[2], part[3]), c.theme.page)
            c.cover((part[0], part[3] - c.px(6), part[2], part[3]))
    if asks:
        modal(s, "p")
    elif s.chance(0.3):
        round_button(s, part)
    return title
