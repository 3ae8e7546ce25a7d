"""Contents with many small controls: properties, ticks, links, symbols, tags."""

from __future__ import annotations

from vgym.core.text import wrapped
from vgym.envs.gui.synthetic.sketch import Sketch, inset, split_left, split_top
from vgym.envs.gui.toolkit.buttons import chip, icon_button, link
from vgym.envs.gui.toolkit.canvas import Box
from vgym.envs.gui.toolkit.fields import checkbox, dropdown, radio, slider, text_field

_NUMBERS = ("X", "Y", "Width", "Height", "Rotation", "Opacity", "Scale", "Radius", "Blur", "Offset")


def inspector(s: Sketch, box: Box, quota: int) -> None:
    """The properties of what is selected: numbers, lists, sliders and ticks, a row each."""
    c, stop = s.canvas, s.until(quota)
    theme = c.theme
    box = inset(box, c.px(8))
    row, gap = c.px(22), c.px(5)
    label = min(c.px(74), (box[2] - box[0]) * 2 // 5)
    y = box[1]
    named, lists = s.several(_NUMBERS, len(_NUMBERS)), s.words("field", 12)
    while y + row <= box[3] and not s.full(stop):
        if s.chance(0.14):
            c.text_in((box[0], y, box[2], y + row), s.word("section"), theme.text, bold=True)
            y += row + gap
            continue
        kind = s.share()
        left, right = split_left((box[0], y, box[2], y + row), label)
        middle = (right[0] + right[2]) // 2
        if kind < 0.45 and len(named) > 1 and right[2] - right[0] > c.px(90):
            first, second = named.pop(), named.pop()
            c.text_in(left, f"{first}, {second}", theme.text)
            value = str(s.between(0, 999))
            text_field(c, (right[0], y, middle - gap // 2, y + row), first, value=value)
            if not s.full(stop):
                value = str(s.between(0, 999))
                text_field(c, (middle + gap // 2, y, right[2], y + row), second, value=value)
        elif kind < 0.65 and named:
            name = named.pop()
            c.text_in(left, name, theme.text)
            slider(c, right, name, s.share())
        elif kind < 0.85 and lists:
            name = lists.pop()
            c.text_in(left, name, theme.text)
            dropdown(c, right, name, s.word("choice"))
        else:
            checkbox(c, (right[0], y, right[2], y + row), s.word("setting"), checked=s.chance(0.5))
        y += row + gap


def ticks(s: Sketch, box: Box, quota: int) -> None:
    """Boxes to tick, or round marks, in columns under headings."""
    c, stop = s.canvas, s.until(quota)
    box = inset(box, c.px(10))
    columns = max(1, (box[2] - box[0]) // c.px(150))
    wide = (box[2] - box[0]) // columns
    row, draw = c.px(25), checkbox if s.chance(0.75) else radio
    chosen = s.between(0, 5)
    for column in range(columns):
        if s.full(stop):
            return
        x, y = box[0] + column * wide, box[1]
        head = (x, y, x + wide - c.px(10), y + row)
        c.text_in(head, s.word("section"), c.theme.text, bold=True)
        y += row
        share = -(-(stop - len(c.controls)) // (columns - column))
        for number in range(min(share, (box[3] - y) // row)):
            text = s.word("setting")
            room = min(wide - c.px(10), c.text_width(text) + c.px(24))
            checked = number == chosen if draw is radio else s.chance(0.4)
            place = (x, y + c.px(2), x + room, y + row - c.px(2))
            draw(c, place, text, checked=checked, enabled=s.chance(0.93))
            y += row


def link_columns(s: Sketch, box: Box, quota: int) -> None:
    """Links in columns under headings, as in an index or a list of help pages."""
    c, stop = s.canvas, s.until(quota)
    box = inset(box, c.px(12))
    columns = max(1, (box[2] - box[0]) // c.px(140))
    wide = (box[2] - box[0]) // columns
    row = c.px(24)
    for column in range(columns):
        if s.full(stop):
            return
        x, y = box[0] + column * wide, box[1]
        room = wide - c.px(12)
        c.text_in((x, y, x + room, y + row), s.word("title"), c.theme.text, bold=True)
        y += row
        share = -(-(stop - len(c.controls)) // (columns - column))
        for _ in range(min(share, (box[3] - y) // row)):
            text = s.word("section") if s.chance(0.5) else s.word("subject")
            width = min(room, c.text_width(text))
            link(c, (x, y + c.px(2), x + width, y + row - c.px(2)), text)
            y += row


def symbols(s: Sketch, box: Box, quota: int) -> None:
    """Icons to choose from, in groups of rows."""
    c, stop = s.canvas, s.until(quota)
    box = inset(box, c.px(8))
    side, head = c.px(30), c.px(24)
    columns = max(1, (box[2] - box[0]) // side)
    y = box[1]
    while y + head + side <= box[3] and not s.full(stop):
        c.text_in((box[0], y, box[2], y + head), s.word("section"), c.theme.muted, bold=True)
        y += head
        for _ in range(s.between(1, 3)):
            if y + side > box[3]:
                return
            for number, (icon, name) in enumerate(s.tools(columns)):
                if s.full(stop):
                    return
                x = box[0] + number * side
                place = (x, y, x + side - 2, y + side - 2)
                icon_button(c, place, icon, name, ground=c.theme.surface)
            y += side


def tags(s: Sketch, box: Box, quota: int) -> None:
    """Round buttons one after another, as for tags and searches, below a sentence."""
    c, stop = s.canvas, s.until(quota)
    box = inset(box, c.px(12))
    step, y = c.px(20), box[1]
    for line in wrapped(s.word("sentence"), box[2] - box[0], c.text_width)[:3]:
        upper, _ = split_top((box[0], y, box[2], box[3]), step)
        c.text_in(upper, line, c.theme.text)
        y += step
    x, tall, y = box[0], c.px(24), y + c.px(6)
    while y + tall <= box[3] and not s.full(stop):
        text = s.word(s.pick(("choice", "section", "command")))
        icon = s.tools(1)[0][0] if s.chance(0.15) else ""
        width = c.text_width(text) + c.px(24 if not icon else 46)
        if x + width > box[2]:
            if x == box[0]:
                return
            x, y = box[0], y + tall + c.px(7)
            continue
        chip(c, (x, y, x + width, y + tall), text, icon=icon, selected=s.chance(0.12))
        x += width + c.px(7)
