"""The bars of a phone's screen: status, title with a way back, tabs at the bottom."""

from __future__ import annotations

from collections.abc import Sequence

from vgym.envs.gui.toolkit.buttons import icon_button
from vgym.envs.gui.toolkit.canvas import Box, Canvas
from vgym.envs.gui.toolkit.themes import mix
from vgym.envs.gui.toolkit.widget_parts import centre_of


def status_bar(canvas: Canvas, box: Box, clock: str) -> None:
    """Time, signal and battery; nothing of it can be clicked."""
    theme = canvas.theme
    canvas.fill(box, theme.title)
    small = max(6, round(canvas.text_px * 0.86))
    pad = canvas.px(12)
    canvas.text_in(box, clock, theme.on_title, px=small, bold=True, padding=pad)
    x, y = box[2] - pad, centre_of(box)[1]
    for name in ("battery-full", "wifi"):
        canvas.icon((x - small // 2, y), name, theme.on_title, px=small)
        x -= small + canvas.px(5)


def title_bar(
    canvas: Canvas, box: Box, title: str, tools: Sequence[tuple[str, str]], *, back: bool = True
) -> None:
    """A screen's title, an arrow back, and icon buttons (icon and name of each) at the right.

    Args:
        canvas: where it is drawn.
        box: its place, pixels.
        title: of the page.
        tools: icon and name of each button at the right.
        back: whether an arrow back stands at the left.
    """
    theme = canvas.theme
    canvas.fill(box, theme.title)
    canvas.fill((box[0], box[3] - 1, box[2], box[3]), mix(theme.title, theme.text, 0.12))
    side = min(box[3] - box[1], canvas.px(40))
    inset = (box[3] - box[1] - side) // 2
    left, right = box[0], box[2]
    if back:
        place = (left, box[1] + inset, left + side, box[3] - inset)
        icon_button(canvas, place, "arrow-left", "Back", ground=theme.title, colour=theme.on_title)
        left += side
    for icon, name in reversed(tools):
        if right - side < left + side:
            break
        place = (right - side, box[1] + inset, right, box[3] - inset)
        icon_button(canvas, place, icon, name, ground=theme.title, colour=theme.on_title)
        right -= side
    large = round(canvas.text_px * 1.2)
    where = (left, box[1], right, box[3])
    canvas.text_in(where, title, theme.on_title, px=large, bold=True, padding=canvas.px(8))


def tab_bar(
    canvas: Canvas, box: Box, tabs: Sequence[tuple[str, str]], *, selected: int = 0
) -> None:
    """Icons with a word under each, at the bottom of a screen: equal shares of the width."""
    theme = canvas.theme
    ground = theme.surface
    canvas.fill(box, ground)
    canvas.fill((box[0], box[1], box[2], box[1] + 1), theme.border)
    small = max(6, round(canvas.text_px * 0.78))
    for number, (icon, name) in enumerate(tabs):
        x0 = box[0] + (box[2] - box[0]) * number // len(tabs)
        x1 = box[0] + (box[2] - box[0]) * (number + 1) // len(tabs)
        place = (x0, box[1] + 1, x1, box[3])
        colour = theme.accent if number == selected else theme.muted
        with canvas.control(place, "tab", name, text=name, icon=icon, colour=ground):
            middle, height = (x0 + x1) // 2, box[3] - box[1]
            size = min(round(canvas.text_px * 1.5), height // 2)
            canvas.icon((middle, box[1] + round(height * 0.36)), icon, colour, px=max(6, size))
            foot = (x0, box[1] + round(height * 0.6), x1, box[3] - height // 14)
            canvas.text_in(foot, name, colour, align="centre", px=small)
