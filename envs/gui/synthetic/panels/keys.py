"""Contents that are buttons side by side: a keyboard on the screen, a few buttons in a strip."""

from __future__ import annotations

from vgym.envs.gui.synthetic.sketch import Sketch, inset
from vgym.envs.gui.toolkit.buttons import button, icon_button
from vgym.envs.gui.toolkit.canvas import Box
from vgym.envs.gui.toolkit.themes import mix

_KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def keyboard(s: Sketch, box: Box, quota: int) -> None:
    """The keys of a telephone's keyboard, at the foot of the box."""
    c, stop = s.canvas, s.until(quota)
    theme = c.theme
    tall = min((box[3] - box[1]) // 4, c.px(48))
    top = box[3] - 4 * tall
    c.fill((box[0], top, box[2], box[3]), mix(theme.bar, theme.muted, 0.12))
    wide = (box[2] - box[0]) // 10
    gap = max(1, c.px(2))
    for row, letters in enumerate(_KEYS):
        y = top + row * tall
        x = (box[0] + box[2] - wide * len(letters)) // 2
        for letter in letters:
            if s.full(stop):
                return
            button(c, inset((x, y, x + wide, y + tall), gap), letter)
            x += wide
        if row == 2 and not s.full(stop):
            place = inset((x, y, x + wide * 3 // 2, y + tall), gap)
            icon_button(c, place, "backspace", "Backspace", kind="plain")
    y = top + 3 * tall
    for text, first, last in (("123", 0.0, 1.5), ("Space", 1.5, 7.5), ("Enter", 7.5, 10.0)):
        if s.full(stop):
            return
        place = (box[0] + round(first * wide), y, box[0] + round(last * wide), y + tall)
        kind = "primary" if text == "Enter" else "plain"
        button(c, inset(place, gap), text, kind=kind)


def buttons(s: Sketch, box: Box, quota: int) -> None:
    """Buttons that fill a small or narrow box: with words where they have room, else with icons."""
    c, stop = s.canvas, s.until(quota)
    gap = c.px(3)
    box = inset(box, gap)
    width, height = box[2] - box[0], box[3] - box[1]
    least = max(c.smallest, c.px(18))
    if min(width, height) < least:
        return
    worded = width >= c.px(76)
    across = max(1, width // (c.px(76) if worded else max(least, c.px(28))))
    down = max(1, height // max(least, c.px(27)))
    while across * down > quota and down > 1:
        down -= 1
    across = max(1, min(across, -(-quota // down)))
    icons = s.tools(across * down)
    texts = s.words("command", across * down)
    for number in range(across * down):
        if s.full(stop):
            return
        i, j = number % across, number // across
        place = (
            box[0] + width * i // across, box[1] + height * j // down,
            box[0] + width * (i + 1) // across - gap, box[1] + height * (j + 1) // down - gap,
        )  # fmt: skip
        kind = "primary" if number == 0 else "plain"
        icon, name = icons[number % len(icons)]
        if worded and s.chance(0.7):
            button(c, place, texts[number % len(texts)], kind=kind)
        else:
            icon_button(c, place, icon, name, kind=kind)
