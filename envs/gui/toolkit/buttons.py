"""What is pressed: buttons, chips, links, tabs.

Each control draws itself in a box in the canvas's theme and records its `Element`. Every function
takes the canvas, the box of the control (pixels) and what is written on it; `name` is the
accessible name, by default the text. Nothing is drawn outside the box.
"""

from __future__ import annotations

from vgym.envs.gui.toolkit.canvas import Box, Canvas
from vgym.envs.gui.toolkit.themes import Colour
from vgym.envs.gui.toolkit.widget_parts import button_colours, centre_of, icon_and_text, plate


def button(
    canvas: Canvas, box: Box, text: str, *, kind: str = "plain", icon: str = "",
    enabled: bool = True, name: str | None = None, role: str = "button",
) -> None:  # fmt: skip
    """A push button with text, perhaps with an icon before it.

    Args:
        canvas: where it is drawn.
        box: its place, pixels.
        text: what is written on it.
        kind: of `BUTTON_KINDS`.
        icon: the name of its icon, "" for none.
        enabled: whether a click does anything; greyed where not.
        name: its accessible name; None takes the text.
        role: of its element, as in ARIA.

    Raises:
        ValueError: another kind than those of `BUTTON_KINDS`.
    """
    theme = canvas.theme
    ground, letters = button_colours(theme, kind, enabled)
    called = text if name is None else name
    with canvas.control(box, role, called, text=text, icon=icon, enabled=enabled, colour=ground):
        if kind != "ghost":
            plate(canvas, box, ground, flat=kind == "outline")
        icon_and_text(canvas, box, text, icon, letters, bold=kind in ("primary", "danger"))


def icon_button(
    canvas: Canvas, box: Box, icon: str, name: str, *, kind: str = "ghost",
    on: bool = False, enabled: bool = True, ground: Colour | None = None,
    colour: Colour | None = None,
) -> None:  # fmt: skip
    """A button with an icon alone.

    Args:
        canvas: where it is drawn.
        box: its place, pixels.
        icon: the name of its icon, "" for none.
        name: its accessible name.
        kind: as for `button`; "ghost" draws the icon alone.
        on: draws it pressed.
        enabled: whether a click does anything; greyed where not.
        ground: what a ghost stands on, for the element's colour; None takes the theme's bar.
        colour: of a ghost's icon; None takes the theme's text.
    """
    theme = canvas.theme
    body, letters = button_colours(theme, kind, enabled)
    if kind == "ghost":
        body = theme.bar if ground is None else ground
        letters = theme.text if colour is None else colour
        letters = letters if enabled else theme.disabled
    if on:
        body = theme.hover
    with canvas.control(box, "button", name, icon=icon, enabled=enabled, colour=body):
        if kind != "ghost":
            plate(canvas, box, body, flat=kind == "outline")
        elif on:
            canvas.fill(box, body, radius=canvas.radius)
        side = min(box[2] - box[0], box[3] - box[1])
        size = max(6, min(round(side * 0.68), round(canvas.text_px * 1.35)))
        canvas.icon(centre_of(box), icon, letters, px=size)


def chip(canvas: Canvas, box: Box, text: str, *, selected: bool = False, icon: str = "") -> None:
    """A small round button that filters or suggests.

    Args:
        canvas: where it is drawn.
        box: its place, pixels.
        text: what is written on it.
        selected: whether it is the chosen one.
        icon: the name of its icon, "" for none.
    """
    theme = canvas.theme
    ground = theme.accent if selected else theme.button
    letters = theme.on_accent if selected else theme.text
    with canvas.control(box, "button", text, text=text, icon=icon, colour=ground):
        line = canvas.px(1)
        edge = ground if selected else theme.border
        canvas.bordered(box, ground, edge, (box[3] - box[1]) // 2, line)
        icon_and_text(canvas, box, text, icon, letters)


def link(canvas: Canvas, box: Box, text: str, *, name: str | None = None) -> None:
    """Underlined words that lead elsewhere."""
    theme = canvas.theme
    called = text if name is None else name
    with canvas.control(box, "link", called, text=text, colour=theme.link):
        shown = canvas.text_in(box, text, theme.link)
        y = (box[1] + box[3] + canvas.face().capital) // 2 + canvas.px(2)
        end = box[0] + canvas.text_width(shown)
        canvas.fill((box[0], y, end, y + max(1, canvas.text_px // 16)), theme.link)


def tab(canvas: Canvas, box: Box, text: str, *, selected: bool = False, icon: str = "") -> None:
    """One tab of a row of tabs.

    Args:
        canvas: where it is drawn.
        box: its place, pixels.
        text: what is written on it.
        selected: whether it is the chosen one.
        icon: the name of its icon, "" for none.
    """
    theme = canvas.theme
    ground = theme.surface if selected else theme.bar
    with canvas.control(box, "tab", text, text=text, icon=icon, colour=ground):
        canvas.fill(box, ground)
        if theme.raised:
            canvas.ring(box, theme.border)
        if selected:
            line = canvas.px(2)
            top = box[1] if theme.raised else box[3] - line
            canvas.fill((box[0], top, box[2], top + line), theme.accent)
        letters = theme.text if selected else theme.muted
        icon_and_text(canvas, box, text, icon, letters, bold=selected)
