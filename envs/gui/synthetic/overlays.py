"""What lies over a page: an open menu, a dialog that dims the rest, a round button."""

from __future__ import annotations

from vgym.envs.gui.synthetic.areas import fill_area
from vgym.envs.gui.synthetic.sketch import Sketch, inset
from vgym.envs.gui.toolkit.canvas import Box
from vgym.envs.gui.toolkit.frames import dialog, menu
from vgym.envs.gui.toolkit.themes import mix

_KEYS = ("Ctrl+O", "Ctrl+S", "Ctrl+P", "Ctrl+F", "Ctrl+X", "Ctrl+D", "Ctrl+K", "F2", "F5", "Del")


def open_menu(s: Sketch, xy: tuple[int, int], within: Box) -> None:
    """A menu of commands, some with icons and keys, some greyed."""
    c = s.canvas
    count = min(s.between(4, 9), (within[3] - within[1]) // c.px(26) - 1, s.left)
    if count < 2 or within[2] - within[0] < c.px(190):
        return
    pictured = s.chance(0.5)
    icons = s.tools(count)
    entries = []
    for text, (icon, name) in zip(s.words("command", count), icons, strict=False):
        keys = s.pick(_KEYS) if s.chance(0.4) else ""
        entries.append((name if pictured else text, icon if pictured else "", keys))
    pointed = s.between(-2, count)
    grey = frozenset({s.between(0, count)}) - {pointed}
    if count > 4:
        entries.insert(s.between(2, count - 2), ("", "", ""))
    menu(c, xy, entries, selected=pointed, disabled=grey, within=within)


def modal(s: Sketch, place: str) -> None:
    """A dialog with a question, or with contents where the page should have many controls."""
    c = s.canvas
    height, width = c.size_hw
    texts = s.words("command", 2)
    kinds = (("plain", "primary"), ("outline", "primary"), ("plain", "danger"))
    buttons = list(zip(texts, s.pick(kinds), strict=True))
    large = s.budget > 6 and width > c.px(280) and height > c.px(300)
    wide = min(width - c.px(16), c.px(370 if not large else 330 + 5 * min(s.budget, 90)))
    tall = min(height - c.px(16), c.px(150 if not large else 240 + 4 * min(s.budget, 90)))
    x, y = (width - wide) // 2, (height - tall) // 2
    message = "" if large else s.word("sentence")
    title = s.word("title" if large else "question")
    rest = dialog(c, (x, y, x + wide, y + tall), title, message, buttons)
    if large:
        fill_area(s, rest, s.left, place)


def round_button(s: Sketch, box: Box) -> None:
    """The main action of a telephone's page, floating at the lower right."""
    c = s.canvas
    side, away = c.px(50), c.px(14)
    place = (box[2] - away - side, box[3] - away - side, box[2] - away, box[3] - away)
    if place[0] < box[0] or place[1] < box[1] or not s.left:
        return
    icon, name = s.pick((("plus-lg", "Add"), ("pencil", "Compose"), ("chat-dots", "New chat")))
    theme = c.theme
    c.cover(place)
    c.shadow(place, radius=side // 2, blur=c.px(8), alpha=110)
    with c.control(place, "button", name, icon=icon, colour=theme.accent):
        c.fill(place, theme.accent, radius=side // 2)
        c.ring(inset(place, 1), mix(theme.accent, theme.on_accent, 0.2), radius=side // 2)
        middle = ((place[0] + place[2]) // 2, (place[1] + place[3]) // 2)
        c.icon(middle, icon, theme.on_accent, px=c.px(22))
