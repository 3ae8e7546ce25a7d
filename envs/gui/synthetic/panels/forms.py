"""Contents that are filled in or switched: forms, settings, conversations, text with its tools."""

from __future__ import annotations

from vgym.core.text import wrapped
from vgym.envs.gui.synthetic.sketch import Sketch, inset, split_left, split_top
from vgym.envs.gui.toolkit.buttons import button, chip, icon_button, link
from vgym.envs.gui.toolkit.canvas import Box
from vgym.envs.gui.toolkit.fields import checkbox, dropdown, radio, slider, text_field
from vgym.envs.gui.toolkit.frames import toolbar
from vgym.envs.gui.toolkit.rows import list_row, switch_row
from vgym.envs.gui.toolkit.themes import mix
from vgym.envs.gui.toolkit.thumbnails import avatar


def form(s: Sketch, box: Box, quota: int) -> None:
    """Labelled fields in one to three columns, ticks and choices, and buttons below."""
    c, stop = s.canvas, s.until(quota)
    box = inset(box, c.px(12))
    columns = max(1, min(3, (box[2] - box[0]) // c.px(210)))
    gap, label, row = c.px(14), c.px(18), c.px(29)
    bottom = box[3] - row - c.px(8)
    width = (box[2] - box[0] - gap * (columns - 1)) // columns
    names = s.words("field", 18)
    y, number = box[1], 0
    buttons = 2 if quota > 3 else 1
    while y + label + row <= bottom and number < len(names):
        for column in range(columns):
            if stop - len(c.controls) <= buttons or number == len(names):
                break
            x = box[0] + column * (width + gap)
            name = names[number]
            c.text_in((x, y, x + width, y + label), name, c.theme.text)
            _entry(s, (x, y + label, x + width, y + label + row), name)
            number += 1
        else:
            y += label + row + c.px(9)
            continue
        y += label + row + c.px(9)
        break
    while y + c.px(24) <= bottom and stop - len(c.controls) > buttons:
        text = s.word("setting")
        place = (box[0], y, min(box[2], box[0] + c.px(32) + c.text_width(text)), y + c.px(22))
        tick = checkbox if s.chance(0.6) else radio
        tick(c, place, text, checked=s.chance(0.5), enabled=s.chance(0.9))
        y += c.px(26)
    x = box[0]
    for number, text in enumerate(s.words("command", max(1, buttons))):
        width = c.text_width(text, bold=True) + c.px(28)
        if s.full(stop) or x + width > box[2] or y + row > box[3]:
            return
        kind = "primary" if number == 0 else s.pick(("plain", "outline", "danger"))
        button(c, (x, y + c.px(4), x + width, y + c.px(4) + row), text, kind=kind)
        x += width + c.px(8)


def _entry(s: Sketch, box: Box, name: str) -> None:
    """A field, a closed list or a slider, filled or empty."""
    c, kind = s.canvas, s.share()
    enabled = s.chance(0.93)
    if kind < 0.22:
        dropdown(c, box, name, s.word("choice"), enabled=enabled)
    elif kind < 0.3:
        slider(c, box, name, s.share(), enabled=enabled)
    elif kind < 0.65:
        value = s.pick((s.person(), s.word("choice"), str(s.between(1, 99999))))
        text_field(c, box, name, value=value, enabled=enabled, focused=s.chance(0.08))
    else:
        hint = s.pick(("Required", "Optional", f"Enter {name.lower()}", ""))
        text_field(c, box, name, placeholder=hint, enabled=enabled)


def settings(s: Sketch, box: Box, quota: int) -> None:
    """Rows that switch something or lead on, in groups."""
    c, stop = s.canvas, s.until(quota)
    theme = c.theme
    tall = c.px(46 if s.chance(0.5) else 38)
    icons = s.tools(30)
    names = s.words("setting", 40)
    y, number = box[1], 0
    while y + tall <= box[3] and number < len(names) and not s.full(stop):
        text, icon = names[number], icons[number % len(icons)][0]
        detail = s.word("detail") if s.chance(0.6) else ""
        place = (box[0], y, box[2], y + tall)
        if s.chance(0.5):
            switch_row(c, place, text, on=s.chance(0.5), icon=icon, detail=detail)
        else:
            value = s.word("choice") if s.chance(0.5) else ""
            list_row(c, place, text, detail=detail, icon=icon, value=value, chevron=True)
        y += tall
        c.fill((box[0] + c.px(12), y - 1, box[2], y), mix(theme.surface, theme.border, 0.6))
        number += 1
        if s.chance(0.18):
            y += c.px(12)


def chat(s: Sketch, box: Box, quota: int) -> None:
    """Messages from both sides, and a line to write in with buttons beside it."""
    c, stop = s.canvas, s.until(quota)
    theme = c.theme
    side = c.px(32)
    head, foot = box, (box[0], box[3] - side - c.px(12), box[2], box[3])
    y = head[1] + c.px(8)
    wide = (box[2] - box[0]) * 7 // 10
    while y < foot[1]:
        lines = wrapped(s.word("sentence"), wide - c.px(20), c.text_width)
        step = c.px(19)
        tall = len(lines) * step + c.px(10)
        if y + tall > foot[1]:
            break
        mine = s.chance(0.5)
        room = max(c.text_width(line) for line in lines) + c.px(20)
        x = box[2] - c.px(10) - room if mine else box[0] + c.px(10)
        ground = theme.accent if mine else theme.button
        letters = theme.on_accent if mine else theme.text
        c.fill((x, y, x + room, y + tall), ground, radius=c.px(10))
        for number, line in enumerate(lines):
            top = y + c.px(5) + number * step
            c.text_in((x + c.px(10), top, x + room, top + step), line, letters)
        y += tall + c.px(8)
    suggestions = s.words("command", 3) if stop - len(c.controls) > 5 else []
    x = box[0] + c.px(10)
    for text in suggestions:
        width = c.text_width(text) + c.px(26)
        top = foot[1] - c.px(26)
        if x + width < box[2] and y <= top:
            chip(c, (x, top, x + width, top + c.px(24)), text)
        x += width + c.px(6)
    row = inset(foot, c.px(6))
    right = row[2]
    for icon, name in (("send", "Send"), ("emoji-smile", "Insert emoji"), ("mic", "Dictate")):
        if s.full(stop - 1) or right - side < row[0] + c.px(90):
            break
        place = (right - side, row[1], right, row[3])
        icon_button(c, place, icon, name, kind="primary" if icon == "send" else "ghost")
        right -= side + c.px(4)
    if not s.full(stop):
        hint = "Write a message"
        text_field(c, (row[0], row[1], right - c.px(4), row[3]), "Message", placeholder=hint)


def editor(s: Sketch, box: Box, quota: int) -> None:
    """Tools above a sheet of text or code."""
    c, stop = s.canvas, s.until(quota)
    theme = c.theme
    code = s.chance(0.4)
    count = stop - len(c.controls)
    bars = 2 if count > 26 else 1
    while bars and box[3] - box[1] > c.px(60):
        bar, box = split_top(box, c.px(32))
        wanted = s.tools(min(28, max(0, stop - len(c.controls) + 1 - bars)))
        pressed = frozenset({s.between(0, 5)})
        toolbar(c, bar, wanted, pressed=pressed, groups=s.between(3, 6))
        bars -= 1
    c.fill(box, theme.surface)
    sheet = inset(box, c.px(14))
    font = "jetbrains-mono" if code else theme.font
    step, y, number = c.px(20), sheet[1], 1
    while y + step <= sheet[3]:
        if code:
            margin, line = split_left((sheet[0], y, sheet[2], y + step), c.px(34))
            c.text_in(margin, str(number), theme.muted, font=font)
            text = s.word("code")
            colour = theme.link if text.split(" ")[0] in ("def", "for", "if", "class") else None
            c.text_in(line, text, colour or theme.text, font=font)
        elif number % 9 == 1:
            c.text_in((sheet[0], y, sheet[2], y + step), s.word("title"), theme.text, bold=True)
        else:
            text = f"{s.word('sentence')} {s.word('sentence')} {s.word('sentence')}"
            c.text_in((sheet[0], y, sheet[2], y + step), text, theme.text)
        y += step
        number += 1


def profile(s: Sketch, box: Box, quota: int) -> None:
    """A person's picture and name with buttons, links below."""
    c, stop = s.canvas, s.until(quota)
    box = inset(box, c.px(14))
    side = min(c.px(64), (box[3] - box[1]) // 3)
    name = s.person()
    initials = "".join(part[0] for part in name.split())
    avatar(c, (box[0], box[1], box[0] + side, box[1] + side), initials, s.picture_key())
    place = (box[0] + side + c.px(12), box[1], box[2], box[1] + side)
    upper, lower = split_top(place, side // 2)
    c.text_in(upper, name, c.theme.text, bold=True, px=round(c.text_px * 1.3))
    c.text_in(lower, s.word("title"), c.theme.muted)
    x, y, row = box[0], box[1] + side + c.px(12), c.px(30)
    for number, text in enumerate(s.words("command", 4)):
        width = c.text_width(text, bold=True) + c.px(40)
        if s.full(stop) or x + width > box[2] or y + row > box[3]:
            break
        kind = "primary" if number == 0 else s.pick(("plain", "outline"))
        icon = s.tools(1)[0][0] if s.chance(0.4) else ""
        button(c, (x, y, x + width, y + row), text, kind=kind, icon=icon)
        x += width + c.px(8)
    y += row + c.px(12)
    for text in s.words("section", 20):
        if s.full(stop) or y + c.px(22) > box[3]:
            return
        place = (box[0], y, min(box[2], box[0] + c.text_width(text)), y + c.px(20))
        link(c, place, text)
        y += c.px(25)
