"""Contents that are read down: mail, files, tables, trees, and the page numbers below them."""

from __future__ import annotations

from vgym.envs.gui.synthetic.sketch import Sketch, inset, split_top
from vgym.envs.gui.synthetic.words import file_icon
from vgym.envs.gui.toolkit.buttons import button, icon_button
from vgym.envs.gui.toolkit.canvas import Box
from vgym.envs.gui.toolkit.fields import checkbox, text_field
from vgym.envs.gui.toolkit.frames import table
from vgym.envs.gui.toolkit.rows import list_row, menu_item
from vgym.envs.gui.toolkit.themes import mix
from vgym.envs.gui.toolkit.thumbnails import avatar

_HEADS: tuple[tuple[tuple[str, float], ...], ...] = (
    (("Name", 3.0), ("Size", 1.2), ("Kind", 1.5), ("Changed", 2.0)),
    (("Customer", 2.6), ("City", 1.6), ("Plan", 1.3), ("Orders", 1.0)),
    (("Product", 2.6), ("Price", 1.2), ("Stock", 1.0), ("Status", 1.5)),
)
_MONTHS = ("January", "March", "April", "June", "July", "September", "October", "December")


def mail_list(s: Sketch, box: Box, quota: int) -> None:
    """Messages: a tick, the sender's initials, sender and subject, a star."""
    c, stop = s.canvas, s.until(quota)
    theme = c.theme
    rich = quota > 14 and box[2] - box[0] > c.px(260)
    box = _search(s, box, stop, "Search mail")
    tall = c.px(44)
    side = c.px(24)
    y = box[1]
    while y + tall <= box[3] and not s.full(stop):
        x, right = box[0], box[2]
        row = (box[0], y, box[2], y + tall)
        c.fill(row, theme.surface)
        pad = (tall - side) // 2
        if rich and not s.full(stop - 2):
            checkbox(c, (x + pad, y + pad, x + pad + side, y + pad + side), "", name="Select")
            x += 2 * pad + side
            place = (right - pad - side, y + pad, right - pad, y + pad + side)
            icon = s.pick(("star", "star-fill"))
            icon_button(c, place, icon, "Star", ground=theme.surface)
            right -= 2 * pad + side
        name = s.person()
        initials = "".join(part[0] for part in name.split())
        avatar(c, (x + pad, y + pad, x + pad + side, y + pad + side), initials, s.picture_key())
        x += side + pad
        when = f"{s.between(1, 12)}:{s.between(10, 59)}" if s.chance(0.6) else ""
        subject = s.word("subject")
        list_row(c, (x, y, right, y + tall), name, detail=subject, value=when)
        y += tall
        c.fill((box[0], y - 1, box[2], y), mix(theme.surface, theme.border, 0.7))


def file_list(s: Sketch, box: Box, quota: int) -> None:
    """Folders and files, one below the other."""
    c, stop = s.canvas, s.until(quota)
    box = _search(s, box, stop, "Search files")
    tall = c.px(s.pick((25, 28, 34)))
    chosen, number = s.between(0, 12), 0
    y = box[1]
    while y + tall <= box[3] and not s.full(stop):
        folder = number < 3
        name = s.word("folder") if folder else s.word("file")
        icon = "folder-fill" if folder else file_icon(name)
        size = "" if folder else f"{s.between(1, 980)} {s.pick(('KB', 'MB'))}"
        place = (box[0], y, box[2], y + tall)
        list_row(c, place, name, icon=icon, value=size, selected=number == chosen)
        y += tall
        number += 1


def data_table(s: Sketch, box: Box, quota: int) -> None:
    """A table of files, people or orders, with page numbers below."""
    c, stop = s.canvas, s.until(quota)
    row = c.px(s.pick((25, 30, 36)))
    kind = s.between(0, 2)
    fits = max(1, min(4, stop - len(c.controls) - 1, (box[2] - box[0]) // c.px(80)))
    heads = _HEADS[kind][:fits]
    count = stop - len(c.controls) - len(heads)
    pages = count > 8 and box[3] - box[1] > 5 * row
    if pages:
        count -= 5
    body = (box[0], box[1], box[2], box[3] - (c.px(40) if pages else 0))
    if body[3] - body[1] < 2 * row:
        return
    rows = [_record(s, kind) for _ in range(min(count, (body[3] - body[1]) // row))]
    table(c, body, heads, rows, row_height=row, selected=s.between(-4, 6), striped=s.chance(0.5))
    if pages:
        pagination(s, inset((box[0], body[3], box[2], box[3]), c.px(6)), 5)


def _record(s: Sketch, kind: int) -> list[str]:
    day = f"{s.between(1, 28)} {s.pick(_MONTHS)}"
    if kind == 0:
        return [s.word("file"), f"{s.between(1, 990)} KB", s.pick(("File", "Copy", "Link")), day]
    if kind == 1:
        place = s.pick(("Lisbon", "Oslo", "Kyoto", "Quito", "Accra", "Graz"))
        plan = s.pick(("Free", "Basic", "Standard", "Team", "Business", "Trial"))
        return [s.person(), place, plan, str(s.between(0, 240))]
    price = f"{s.between(2, 180)}.{s.between(10, 99)}"
    state = s.pick(("In stock", "Sold out", "On order"))
    return [s.word("product"), price, str(s.between(0, 60)), state]


def pagination(s: Sketch, box: Box, count: int) -> None:
    """Arrows and page numbers, at the right of a box."""
    c = s.canvas
    side = min(c.px(28), box[3] - box[1])
    here = s.between(1, max(1, count - 3))
    x = box[2] - count * (side + c.px(3))
    for number in range(count):
        place = (x, box[1], x + side, box[1] + side)
        if number == 0:
            icon_button(c, place, "chevron-left", "Previous page", kind="plain")
        elif number == count - 1:
            icon_button(c, place, "chevron-right", "Next page", kind="plain")
        else:
            kind = "primary" if number == here else "plain"
            button(c, place, str(number), kind=kind, name=f"Page {number}")
        x += side + c.px(3)


def tree(s: Sketch, box: Box, quota: int) -> None:
    """Folders within folders, as in a side bar."""
    c, stop = s.canvas, s.until(quota)
    c.fill(box, c.theme.surface)
    tall, depth = c.px(25), 0
    y, chosen, number = box[1] + c.px(4), s.between(0, 8), 0
    while y + tall <= box[3] and not s.full(stop):
        name = s.word("folder") if depth < 2 else s.word("file")
        icon = s.pick(("folder", "folder2-open")) if depth < 2 else file_icon(name)
        place = (box[0] + depth * c.px(14), y, box[2], y + tall)
        menu_item(c, place, name, icon=icon, selected=number == chosen, role="treeitem")
        depth = max(0, min(2, depth + s.between(-1, 1)))
        y += tall
        number += 1


def side_bar(s: Sketch, box: Box, quota: int) -> None:
    """The parts of a site or an application, one below the other."""
    c, stop = s.canvas, s.until(quota)
    c.fill(box, c.theme.surface)
    c.fill((box[2] - 1, box[1], box[2], box[3]), c.theme.border)
    tall, icons = c.px(s.pick((30, 36))), s.tools(24)
    y, chosen = box[1] + c.px(6), s.between(0, 5)
    pictured = s.chance(0.7)
    for number, name in enumerate(s.words("section", 24)):
        if s.full(stop) or y + tall > box[3]:
            return
        place = (box[0] + c.px(4), y, box[2] - c.px(5), y + tall)
        icon = icons[number % len(icons)][0] if pictured else ""
        menu_item(c, place, name, icon=icon, selected=number == chosen, role="link")
        y += tall


def _search(s: Sketch, box: Box, stop: int, name: str) -> Box:
    """A search field above a list, where there is room for it; returns what is left."""
    c = s.canvas
    if stop - len(c.controls) < 4 or box[3] - box[1] < c.px(120) or s.chance(0.3):
        return box
    top, rest = split_top(box, c.px(42))
    text_field(c, inset(top, c.px(6)), name, placeholder=name, icon="search", role="searchbox")
    return rest
