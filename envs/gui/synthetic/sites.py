"""Pages of a web site: a head with links, perhaps a side bar, panels on cards, a foot."""

from __future__ import annotations

from vgym.envs.gui.synthetic.areas import fill_area
from vgym.envs.gui.synthetic.overlays import modal, open_menu
from vgym.envs.gui.synthetic.panels.lists import side_bar
from vgym.envs.gui.synthetic.sketch import Sketch, inset, split_left, split_top
from vgym.envs.gui.toolkit.buttons import button, chip, icon_button, link
from vgym.envs.gui.toolkit.canvas import Box
from vgym.envs.gui.toolkit.fields import text_field
from vgym.envs.gui.toolkit.frames import tab_bar
from vgym.envs.gui.toolkit.thumbnails import avatar, ink

_WIDEST = 1500  # design pixels: contents of wider pages stand in the middle


def site_page(s: Sketch) -> str:
    """Draw a page; returns its title."""
    c = s.canvas
    height, width = c.size_hw
    c.fill((0, 0, width, height), c.theme.page)
    title = s.word("title")
    asks = s.chance(0.1)
    opens = not asks and s.budget > 12 and s.chance(0.2)
    rest = (0, 0, width, height)
    if opens:
        s.budget -= 7
    if height > c.px(180):
        bar, rest = split_top(rest, c.px(50))
        _head(s, bar, title)
    if s.left > 9 and width > c.px(480) and height > c.px(260) and s.chance(0.5):
        side, rest = split_left(rest, c.px(s.between(150, 190)))
        side_bar(s, side, min(s.left // 4, s.between(4, 14)))
    if s.left > 12 and height > c.px(420):
        rest, foot = split_top(rest, rest[3] - rest[1] - c.px(40))
        _foot(s, foot)
    spare = max(0, rest[2] - rest[0] - c.px(_WIDEST)) // 2
    rest = (rest[0] + spare, rest[1], rest[2] - spare, rest[3])
    rest = inset(rest, min(c.px(14), (rest[2] - rest[0]) // 30))
    if s.left > 5 and rest[3] - rest[1] > c.px(250):
        top, rest = split_top(rest, c.px(42))
        _heading(s, top, title)
    if s.left > 10 and rest[3] - rest[1] > c.px(250) and s.chance(0.5):
        top, rest = split_top(rest, c.px(38))
        _filters(s, top)
    s.budget += 7 if opens else 0
    fill_area(s, rest, s.left - (7 if opens else 0), "w", cards=True)
    if asks:
        modal(s, "w")
    elif opens:
        xy = (s.between(0, width), c.px(46) + s.between(0, height // 2))
        open_menu(s, xy, (0, c.px(48), width, height))
    return title


def _head(s: Sketch, box: Box, title: str) -> None:
    """The site's name, its parts, a search field, and icons."""
    c, theme = s.canvas, s.canvas.theme
    c.fill(box, theme.title)
    c.fill((box[0], box[3] - 1, box[2], box[3]), theme.border)
    middle, side = (box[1] + box[3]) // 2, c.px(30)
    x, right = box[0] + c.px(14), box[2] - c.px(10)
    name = title.split()[0]
    room = c.text_width(name, bold=True, px=round(c.text_px * 1.2)) + c.px(34)
    with c.control((x, middle - side // 2, x + room, middle + side // 2), "link", name, text=name,
                   icon="box", colour=theme.title):  # fmt: skip
        c.icon((x + c.px(11), middle), "box", theme.on_title, px=c.px(20))
        where = (x + c.px(27), middle - side // 2, x + room, middle + side // 2)
        c.text_in(where, name, theme.on_title, bold=True, px=round(c.text_px * 1.2))
    x += room + c.px(14)
    if s.left > 3 and right - x > c.px(120) and s.chance(0.7):
        person = s.person()
        place = (right - side, middle - side // 2, right, middle - side // 2 + side)
        initials = "".join(part[0] for part in person.split())
        key = s.picture_key()
        name = f"Account of {person}"
        with c.control(place, "button", name, text=initials, colour=ink(key, 0)):
            avatar(c, place, initials, key)
        right -= side + c.px(8)
    for icon, tool in s.tools(min(4, max(0, s.left // 4))):
        if right - side < x + c.px(60):
            break
        place = (right - side, middle - side // 2, right, middle - side // 2 + side)
        icon_button(c, place, icon, tool, ground=theme.title, colour=theme.on_title)
        right -= side + c.px(2)
    if s.left > 6 and right - x > c.px(330) and s.chance(0.6):
        wide = min(c.px(230), (right - x) // 3)
        place = (right - wide - c.px(8), middle - side // 2, right - c.px(8), middle + side // 2)
        text_field(c, place, "Search", placeholder="Search", icon="search", role="searchbox")
        right -= wide + c.px(16)
    for text in s.words("section", min(7, s.left // 3)):
        room = c.text_width(text) + c.px(18)
        if x + room > right:
            return
        place = (x, middle - side // 2, x + room, middle + side // 2)
        with c.control(place, "link", text, text=text, colour=theme.title):
            c.text_in(place, text, theme.on_title, align="centre")
        x += room


def _foot(s: Sketch, box: Box) -> None:
    """Links at the foot of a page."""
    c = s.canvas
    c.fill(box, c.theme.bar)
    c.fill((box[0], box[1], box[2], box[1] + 1), c.theme.border)
    x, middle = box[0] + c.px(16), (box[1] + box[3]) // 2
    for text in s.words("section", min(6, s.left // 4)):
        room = c.text_width(text)
        if x + room > box[2]:
            return
        link(c, (x, middle - c.px(10), x + room, middle + c.px(10)), text)
        x += room + c.px(20)


def _heading(s: Sketch, box: Box, title: str) -> None:
    """The page's title over the way to it, and a button or two."""
    c, theme = s.canvas, s.canvas.theme
    right, tall = box[2], c.px(30)
    for number, text in enumerate(s.words("command", min(2, s.left // 5))):
        room = c.text_width(text, bold=True) + c.px(30)
        if right - room < box[0] + (box[2] - box[0]) // 2:
            break
        kind = "primary" if number == 0 else "outline"
        button(c, (right - room, box[1], right, box[1] + tall), text, kind=kind)
        right -= room + c.px(8)
    large = round(c.text_px * 1.5)
    shown = (box[0], box[1], right, box[1] + tall)
    x = box[0] + c.text_width(title, px=large, bold=True) + c.px(20)
    c.text_in(shown, title, theme.text, px=large, bold=True)
    for number, text in enumerate(s.words("section", min(3, s.left // 8))):
        room = c.text_width(text)
        if x + c.px(18) + room > right:
            return
        if number:
            c.text_in((x, box[1], x + c.px(12), box[1] + c.px(31)), "/", theme.muted)
            x += c.px(12)
        link(c, (x, box[1] + c.px(6), x + room, box[1] + c.px(26)), text)
        x += room + c.px(6)


def _filters(s: Sketch, box: Box) -> None:
    """Tabs, or round buttons that filter."""
    c = s.canvas
    tall = c.px(28)
    if s.chance(0.5):
        names = s.words("section", min(6, s.left // 4))
        tab_bar(c, (box[0], box[1], box[2], box[1] + tall), names, selected=s.between(0, 2))
        return
    x, chosen = box[0], s.between(0, 3)
    for number, text in enumerate(s.words("choice", min(7, s.left // 4))):
        room = c.text_width(text) + c.px(30)
        if x + room > box[2]:
            return
        chip(c, (x, box[1], x + room, box[1] + c.px(26)), text, selected=number == chosen)
        x += room + c.px(8)
