"""Desktops: a ground with icons and a task bar, and windows that may lie over one another."""

from __future__ import annotations

from vgym.envs.gui.synthetic.areas import fill_area
from vgym.envs.gui.synthetic.overlays import modal, open_menu
from vgym.envs.gui.synthetic.panels.lists import side_bar, tree
from vgym.envs.gui.synthetic.sketch import Sketch, inset, split_left, split_top
from vgym.envs.gui.toolkit.canvas import Box
from vgym.envs.gui.toolkit.frames import menu_bar, tab_bar, toolbar, window
from vgym.envs.gui.toolkit.themes import mix
from vgym.envs.gui.toolkit.thumbnails import ink

_ROOMY = 620  # design pixels: width of a window that has room for a side bar


def desktop_page(s: Sketch) -> str:
    """Draw a page; returns the title of its topmost window."""
    c = s.canvas
    height, width = c.size_hw
    room = (0, 0, width, height)
    asks = s.chance(0.1)
    single = s.budget < 14 or min(width / c.px(500), height / c.px(380)) < 1
    if single and s.chance(0.7):
        c.fill(room, c.theme.page)
        title = _window(s, room, s.left)
    else:
        title = _several(s, room, 1 if single else s.between(1, 3))
    if asks:
        modal(s, "d")
    elif s.budget > 10 and s.chance(0.15):
        xy = (s.between(width // 8, width), s.between(height // 8, height * 3 // 4))
        open_menu(s, xy, room)
    return title


def _several(s: Sketch, room: Box, count: int) -> str:
    """Windows on a desktop; a large one has them beside one another."""
    c = s.canvas
    low, high = mix(c.theme.page, (0, 0, 0), 0.2), mix(c.theme.page, (255, 255, 255), 0.18)
    c.fill(room, c.theme.page)
    c.fill(room, high, to=low)
    bar = c.px(38)
    if room[3] - room[1] > c.px(330) and s.left > 6:
        room, foot = split_top(room, room[3] - room[1] - bar)
        _task_bar(s, foot)
    if s.left > 12 and room[2] - room[0] > c.px(560):
        icons, _ = split_left(inset(room, c.px(8)), c.px(86))
        _desktop_icons(s, icons, min(7, s.left // 6))
    across = max(1, min(3, (room[2] - room[0]) // c.px(1000)))
    down = max(1, min(2, (room[3] - room[1]) // c.px(800)))
    title = ""
    if across * down == 1:
        for number in range(count):
            title = _window(s, _loose(s, room, number, count), s.left // (count - number))
        return title
    spots = [(i, j) for j in range(down) for i in range(across)]
    spots = s.several(spots, len(spots))
    for number, (i, j) in enumerate(spots):
        wide, tall = (room[2] - room[0]) // across, (room[3] - room[1]) // down
        x, y = room[0] + i * wide, room[1] + j * tall
        stray = c.px(50)
        box = (
            max(room[0], x + c.px(12) - s.between(0, stray)),
            max(room[1], y + c.px(8) - s.between(0, stray)),
            min(room[2], x + wide - c.px(12) + s.between(0, stray)),
            min(room[3], y + tall - c.px(8) + s.between(0, stray)),
        )
        title = _window(s, box, s.left // (len(spots) - number))
    return title


def _loose(s: Sketch, room: Box, number: int, count: int) -> Box:
    """A place for one of a few windows; the last lies on top."""
    c = s.canvas
    width, height = room[2] - room[0], room[3] - room[1]
    if count == 1:
        by = s.between(0, c.px(30))
        return room[0] + 3 * by, room[1] + by, room[2] - by, room[3] - by
    wide = int(width * (0.52 + 0.2 * s.share()))
    tall = int(height * (0.62 + 0.26 * s.share()))
    at = number / (count - 1)
    x = room[0] + int((width - wide) * (0.15 + 0.7 * at) + c.px(30) * (s.share() - 0.5))
    y = room[1] + int((height - tall) * (0.1 + 0.8 * at))
    x, y = max(room[0], min(x, room[2] - wide)), max(room[1], min(y, room[3] - tall))
    return x, y, x + wide, y + tall


def _window(s: Sketch, box: Box, quota: int) -> str:
    """A window with perhaps menus, tools, tabs, a side bar; returns its title."""
    c = s.canvas
    title = s.word("title")
    before = len(c.controls)
    icon = s.tools(1)[0][0] if s.chance(0.6) else ""
    rest = window(c, box, title, icon=icon, buttons=quota > 4)
    # What the window covered makes room for controls of its own.
    quota += max(0, min(before - len(c.controls), s.left - quota)) + (3 if quota > 4 else 0)
    stop = s.until(quota - (3 if quota > 4 else 0))
    width, height = rest[2] - rest[0], rest[3] - rest[1]

    def spare() -> int:
        return stop - len(c.controls)

    if spare() > 9 and height > c.px(190) and s.chance(0.7):
        bar, rest = split_top(rest, c.px(24))
        menu_bar(c, bar, s.words("menu", min(7, spare() // 3)))
    if spare() > 9 and height > c.px(230) and s.chance(0.7):
        bar, rest = split_top(rest, c.px(34))
        tools = s.tools(min(spare() // 3, 18))
        pressed = frozenset({s.between(0, 12)})
        toolbar(c, bar, tools, pressed=pressed, groups=s.between(3, 6))
    if spare() > 12 and height > c.px(290) and s.chance(0.4):
        bar, rest = split_top(rest, c.px(30))
        tab_bar(c, bar, s.words("section", s.between(2, 5)), selected=s.between(0, 1))
    if height > c.px(300) and s.chance(0.6):
        rest, foot = split_top(rest, rest[3] - rest[1] - c.px(22))
        _status(s, foot)
    if spare() > 10 and width > c.px(_ROOMY) and s.chance(0.6):
        side, rest = split_left(rest, c.px(s.between(140, 190)))
        (tree if s.chance(0.5) else side_bar)(s, side, spare() // 4)
        c.fill((side[2] - 1, side[1], side[2], side[3]), c.theme.border)
    c.fill(rest, c.theme.surface)
    fill_area(s, rest, spare(), "d")
    return title


def _status(s: Sketch, box: Box) -> None:
    """The line at the foot of a window."""
    c = s.canvas
    c.fill(box, c.theme.bar)
    c.fill((box[0], box[1], box[2], box[1] + 1), c.theme.border)
    small = max(8, round(c.text_px * 0.9))
    text = s.pick((f"{s.between(2, 90)} items", "Ready", f"Line {s.between(1, 400)}", "Saved"))
    c.text_in(box, text, c.theme.text, px=small, padding=c.px(9))


def _task_bar(s: Sketch, box: Box) -> None:
    """A start button, icons of applications, and a clock."""
    c, theme = s.canvas, s.canvas.theme
    c.fill(box, theme.bar)
    c.fill((box[0], box[1], box[2], box[1] + 1), theme.border)
    side, x = box[3] - box[1] - c.px(6), box[0] + c.px(6)
    y = box[1] + c.px(4)
    tools = (("grid-3x3-gap", "Start"), *s.tools(min(9, s.left // 4)))
    for number, (icon, name) in enumerate(tools):
        if x + side > box[2] - c.px(80):
            break
        place = (x, y, x + side, y + side)
        colour = ink(s.picture_key(), 0) if number else theme.accent
        with c.control(place, "button", name, icon=icon, colour=colour):
            tile = inset(place, c.px(3))
            c.fill(tile, colour, radius=c.px(5))
            letters = (255, 255, 255) if number else theme.on_accent
            middle = ((x + x + side) // 2, y + side // 2)
            c.icon(middle, icon, letters, px=max(6, round(side * 0.55)))
        x += side + c.px(4)
    clock = (box[2] - c.px(74), box[1], box[2], box[3])
    time = f"{s.between(10, 23)}:{s.between(10, 59)}"
    c.text_in(clock, time, theme.text, align="right", padding=c.px(12))


def _desktop_icons(s: Sketch, box: Box, count: int) -> None:
    """Icons on the ground itself, each with its name on a plate."""
    c, theme = s.canvas, s.canvas.theme
    tall = c.px(74)
    y = box[1]
    for icon, name in s.tools(count):
        if y + tall > box[3]:
            return
        place = (box[0], y, box[2], y + tall - c.px(6))
        tint = ink(s.picture_key(), 0)
        with c.control(place, "listitem", name, text=name, icon=icon, colour=tint):
            middle, size = (place[0] + place[2]) // 2, c.px(34)
            tile = (middle - size // 2, y + c.px(3), middle - size // 2 + size, y + c.px(3) + size)
            c.fill(tile, tint, radius=c.px(7))
            c.icon((middle, y + c.px(3) + size // 2), icon, (255, 255, 255), px=c.px(20))
            shown = c.fit_text(name, place[2] - place[0] - c.px(8))
            half = c.text_width(shown) // 2 + c.px(4)
            foot = (middle - half, place[3] - c.px(22), middle + half, place[3] - c.px(3))
            c.fill(foot, theme.surface, radius=c.px(4))
            c.text_in(foot, shown, theme.text, align="centre")
        y += tall
