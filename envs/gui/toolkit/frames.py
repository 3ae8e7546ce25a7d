"""What holds controls: windows, dialogs, menus, bars, tables, and the bars of a phone.

Each draws in a box and records the `Element`s that it has itself, such as a window's buttons; each
that holds something returns the box that is left for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from vgym.core.text import wrapped
from vgym.envs.gui.toolkit.buttons import button, icon_button, tab
from vgym.envs.gui.toolkit.canvas import Box, Canvas
from vgym.envs.gui.toolkit.rows import menu_item
from vgym.envs.gui.toolkit.themes import Colour, mix
from vgym.envs.gui.toolkit.widget_parts import BUTTON_KINDS, centre_of

_DISCS: tuple[tuple[str, Colour], ...] = (
    ("Close", (255, 95, 87)),
    ("Minimise", (254, 188, 46)),
    ("Maximise", (40, 200, 64)),
)
_SIGNS = (("Minimise", "dash-lg"), ("Maximise", "square"), ("Close", "x-lg"))


def card(canvas: Canvas, box: Box) -> None:
    """A sheet of the theme's surface that stands out from the page."""
    theme = canvas.theme
    radius = canvas.radius * 3 // 2
    if theme.shadow:
        canvas.shadow(box, radius=radius, blur=canvas.px(5), alpha=theme.shadow // 2)
    canvas.bordered(box, theme.surface, theme.border, radius, canvas.px(1))


def title_bar_height(canvas: Canvas) -> int:
    """Height of the title bar that `window` draws, pixels."""
    return canvas.px(30)


def window(
    canvas: Canvas, box: Box, title: str, *, icon: str = "", buttons: bool = True
) -> Box:  # fmt: skip
    """A window over all that was drawn before: covered controls shrink or go.

    Args:
        canvas: where it is drawn.
        box: its place, pixels.
        title: written in its title bar.
        icon: shown before the title.
        buttons: whether it can be closed, minimised and maximised.

    Returns:
        The box inside, under the title bar.
    """
    theme = canvas.theme
    canvas.cover(box)
    radius, line = canvas.radius * 3 // 2, canvas.px(1)
    if theme.shadow:
        canvas.shadow(box, radius=radius, blur=canvas.px(18), alpha=theme.shadow)
    canvas.bordered(box, theme.surface, mix(theme.border, theme.title, 0.4), radius, line)
    height = title_bar_height(canvas)
    bar = (box[0] + line, box[1] + line, box[2] - line, box[1] + height)
    end = mix(theme.title, (255, 255, 255), 0.16) if theme.raised else theme.title
    with canvas.clipped(bar):
        tall = (bar[0], bar[1], bar[2], bar[3] + radius)
        canvas.fill(tall, end, radius=max(0, radius - line), to=theme.title)
    left, right = bar[0] + canvas.px(9), bar[2] - canvas.px(4)
    if buttons and theme.window_buttons == "left":
        left = _disc_buttons(canvas, bar)
    elif buttons:
        right = _sign_buttons(canvas, bar)
    if icon:
        size = round(canvas.text_px * 1.1)
        if left + size < right:
            canvas.icon((left + size // 2, centre_of(bar)[1]), icon, theme.on_title, px=size)
        left += size + canvas.px(7)
    align = "centre" if theme.window_buttons == "left" else "left"
    canvas.text_in((left, bar[1], right, bar[3]), title, theme.on_title, align=align, bold=True)
    return box[0] + line, bar[3], box[2] - line, box[3] - line


def _disc_buttons(canvas: Canvas, bar: Box) -> int:
    """Three coloured discs at the left; returns where the title may start."""
    side, gap = max(canvas.px(13), min(canvas.smallest, bar[3] - bar[1])), canvas.px(7)
    x, y = bar[0] + canvas.px(9), centre_of(bar)[1] - side // 2
    for name, colour in _DISCS:
        place = (x, y, x + side, y + side)
        with canvas.control(place, "button", name, colour=colour):
            canvas.fill(place, colour, radius=side // 2)
        x += side + gap
    return x + gap


def _sign_buttons(canvas: Canvas, bar: Box) -> int:
    """Three signs at the right; returns where the title must end."""
    theme = canvas.theme
    width = canvas.px(30)
    x = bar[2] - 3 * width
    for name, icon in _SIGNS:
        place = (x, bar[1], x + width, bar[3])
        with canvas.control(place, "button", name, icon=icon, colour=theme.title):
            size = canvas.px(11)
            canvas.icon(centre_of(place), icon, theme.on_title, px=max(6, size))
        x += width
    return bar[2] - 3 * width - canvas.px(4)


def dialog(
    canvas: Canvas, box: Box, title: str, message: str, buttons: Sequence[tuple[str, str]], *,
    modal: bool = True,
) -> Box:  # fmt: skip
    """A dialog over everything, with its buttons at the lower right.

    Args:
        canvas: where it is drawn.
        box: where it is.
        title: its heading.
        message: a sentence or two, broken into lines.
        buttons: text and kind (of `BUTTON_KINDS`) of each, the last one at the right.
        modal: dims what is behind, whose controls are then no elements.

    Returns:
        The box left between the message and the buttons.

    Raises:
        ValueError: a button of another kind.
    """
    for _, kind in buttons:
        if kind not in BUTTON_KINDS:
            raise ValueError(f"a button's kind is one of {', '.join(BUTTON_KINDS)}, not {kind!r}")
    theme = canvas.theme
    if modal:
        canvas.backdrop()
    canvas.cover(box)
    radius = canvas.radius * 2
    canvas.shadow(box, radius=radius, blur=canvas.px(20), alpha=max(theme.shadow, 60))
    canvas.bordered(box, theme.surface, theme.border, radius, canvas.px(1))
    pad = min(canvas.px(16), (box[2] - box[0]) // 12)
    large = round(canvas.text_px * 1.15)
    y = box[1] + pad
    heading = (box[0] + pad, y, box[2] - pad, y + round(large * 1.4))
    canvas.text_in(heading, title, theme.text, px=large, bold=True)
    y = heading[3] + canvas.px(4)
    step = round(canvas.text_px * 1.45)
    for line in wrapped(message, box[2] - box[0] - 2 * pad, canvas.text_width):
        canvas.text_in((box[0] + pad, y, box[2] - pad, y + step), line, theme.muted)
        y += step
    height = min(canvas.px(28), (box[3] - box[1]) // 3)
    bottom = box[3] - pad
    x = box[2] - pad
    for text, kind in reversed(buttons):
        room = canvas.text_width(text, bold=kind in ("primary", "danger")) + canvas.px(26)
        width = min(max(canvas.px(64), room), (box[2] - box[0] - 2 * pad) // len(buttons))
        button(canvas, (x - width, bottom - height, x, bottom), text, kind=kind)
        x -= width + min(canvas.px(8), pad)
    return box[0] + pad, y, box[2] - pad, bottom - height - canvas.px(8)


def menu(
    canvas: Canvas, xy: tuple[int, int], entries: Sequence[tuple[str, str, str]], *,
    selected: int = -1, disabled: frozenset[int] = frozenset(), within: Box | None = None,
) -> Box:  # fmt: skip
    """An open menu over what was drawn before.

    Args:
        canvas: where it is drawn.
        xy: its upper left corner; moved so that the menu stays in `within`.
        entries: text, icon and keyboard shortcut of each; an empty text draws a dividing line.
        selected: which is under the pointer; -1 for none.
        disabled: which cannot be used.
        within: a box it stays in; None for the whole page.

    Returns:
        Its box.
    """
    theme = canvas.theme
    row, gap, pad = canvas.px(25), canvas.px(7), canvas.px(4)
    width = canvas.px(60) + max(
        canvas.text_width(text) + (canvas.text_width(keys) + canvas.px(16) if keys else 0)
        for text, _, keys in entries
    )
    height = 2 * pad + sum(row if text else gap for text, _, _ in entries)
    bounds = (0, 0, canvas.size_hw[1], canvas.size_hw[0]) if within is None else within
    x0 = max(bounds[0], min(xy[0], bounds[2] - width))
    y0 = max(bounds[1], min(xy[1], bounds[3] - height))
    box = (x0, y0, min(x0 + width, bounds[2]), min(y0 + height, bounds[3]))
    canvas.cover(box)
    canvas.shadow(box, radius=canvas.radius, blur=canvas.px(12), alpha=max(theme.shadow, 50))
    canvas.bordered(box, theme.surface, theme.border, canvas.radius, canvas.px(1))
    y = box[1] + pad
    with canvas.clipped((box[0] + 1, box[1] + 1, box[2] - 1, box[3] - 1)):
        for number, (text, icon, keys) in enumerate(entries):
            if not text:
                line = y + gap // 2
                canvas.fill((box[0] + pad, line, box[2] - pad, line + 1), theme.border)
                y += gap
                continue
            place = (box[0] + pad, y, box[2] - pad, y + row)
            menu_item(
                canvas, place, text, icon=icon, shortcut=keys,
                selected=number == selected, enabled=number not in disabled,
            )  # fmt: skip
            y += row
    return box


def menu_bar(canvas: Canvas, box: Box, names: Sequence[str], *, opened: int = -1) -> list[Box]:
    """A row of menus' names; returns their boxes. Those without room are left out."""
    theme = canvas.theme
    canvas.fill(box, theme.bar)
    x, places = box[0] + canvas.px(4), []
    for number, name in enumerate(names):
        width = canvas.text_width(name) + canvas.px(16)
        if x + width > box[2]:
            break
        place = (x, box[1], x + width, box[3])
        ground = theme.accent if number == opened else theme.bar
        with canvas.control(place, "menuitem", name, text=name, colour=ground):
            canvas.fill(place, ground)
            colour = theme.on_accent if number == opened else theme.text
            canvas.text_in(place, name, colour, align="centre")
        places.append(place)
        x += width
    return places


def toolbar(
    canvas: Canvas, box: Box, tools: Sequence[tuple[str, str]], *, pressed: frozenset[int],
    groups: int = 4,
) -> None:  # fmt: skip
    """A row of icon buttons, with a dividing line after every few; those without room are left out.

    Args:
        canvas: where it is drawn.
        box: its place, pixels.
        tools: icon and name of each.
        pressed: which are pressed.
        groups: how many stand together.
    """
    theme = canvas.theme
    canvas.fill(box, theme.bar)
    canvas.fill((box[0], box[3] - 1, box[2], box[3]), theme.border)
    inset = max(1, (box[3] - box[1]) // 10)
    side = box[3] - box[1] - 2 * inset
    x = box[0] + canvas.px(4)
    for number, (icon, name) in enumerate(tools):
        if x + side > box[2]:
            return
        place = (x, box[1] + inset, x + side, box[3] - inset)
        icon_button(canvas, place, icon, name, on=number in pressed)
        x += side + inset
        if number % groups == groups - 1:
            canvas.fill((x + inset, place[1], x + inset + 1, place[3]), theme.border)
            x += 3 * inset + 1


def tab_bar(canvas: Canvas, box: Box, names: Sequence[str], *, selected: int = 0) -> None:
    """A row of tabs, of equal width where they are many; those without room are left out."""
    theme = canvas.theme
    canvas.fill(box, theme.bar)
    canvas.fill((box[0], box[3] - 1, box[2], box[3]), theme.border)
    x = box[0]
    share = (box[2] - box[0]) // max(len(names), 1)
    for number, name in enumerate(names):
        width = canvas.text_width(name, bold=True) + canvas.px(28)
        width = min(width, max(share, canvas.px(44)))
        if x + width > box[2]:
            return
        tab(canvas, (x, box[1], x + width, box[3]), name, selected=number == selected)
        x += width


def table(
    canvas: Canvas, box: Box, columns: Sequence[tuple[str, float]],
    rows: Sequence[Sequence[str]], *, row_height: int, selected: int = -1, striped: bool = True,
) -> int:  # fmt: skip
    """A table whose column heads sort and whose rows can be selected; full rows only.

    Args:
        canvas: where it is drawn.
        box: its place, pixels.
        columns: heading and share of the width of each.
        rows: the texts of each row.
        row_height: pixels; the head has the same height.
        selected: a row that is selected, -1 for none.
        striped: whether every other row is darker.

    Returns:
        How many rows had room.
    """
    theme = canvas.theme
    canvas.fill(box, theme.surface)
    total = sum(share for _, share in columns)
    edges, at = [box[0]], 0.0
    for _, share in columns:
        at += share
        edges.append(box[0] + round((box[2] - box[0]) * at / total))
    pad = min(canvas.px(8), (box[2] - box[0]) // (6 * len(columns)))
    top = box[1] + row_height
    for (heading, _), (x0, x1) in zip(columns, pairwise(edges), strict=True):
        place = (x0, box[1], x1, top)
        with canvas.control(place, "columnheader", heading, text=heading, colour=theme.bar):
            canvas.fill(place, theme.bar)
            canvas.text_in(place, heading, theme.text, bold=True, padding=pad)
            canvas.fill((x1 - 1, place[1], x1, place[3]), theme.border)
            canvas.fill((x0, top - 1, x1, top), theme.border)
    shown = min(len(rows), max(0, (box[3] - top) // max(1, row_height)))
    for number, texts in enumerate(rows[:shown]):
        y = top + number * row_height
        place = (box[0], y, box[2], y + row_height)
        ground = mix(theme.surface, theme.bar, 0.6) if striped and number % 2 else theme.surface
        ground = theme.hover if number == selected else ground
        with canvas.control(place, "row", texts[0], text=" ".join(texts), colour=ground):
            canvas.fill(place, ground)
            for text, (x0, x1) in zip(texts, pairwise(edges), strict=False):
                colour = theme.text if x0 == box[0] else theme.muted
                canvas.text_in((x0, y, x1, y + row_height), text, colour, padding=pad)
    return shown
