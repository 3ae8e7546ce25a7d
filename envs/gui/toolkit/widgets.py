"""Single controls: each draws itself in a box in the canvas's theme and records its `Element`.

Every function takes the canvas, the box of the control (pixels) and what is written on it; `name`
is the accessible name, by default the text. Nothing is drawn outside the box.
"""

from __future__ import annotations

from vgym.envs.gui.toolkit.canvas import Box, Canvas
from vgym.envs.gui.toolkit.themes import Colour, mix
from vgym.envs.gui.toolkit.widget_parts import (
    button_colours,
    centre_of,
    check_mark,
    corner_of,
    icon_and_text,
    mark_label,
    mark_size,
    plate,
    radio_mark,
    row_text,
    switch_at,
    switch_ground,
)


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


def text_field(
    canvas: Canvas, box: Box, name: str, *, value: str = "", placeholder: str = "",
    icon: str = "", focused: bool = False, secret: bool = False, enabled: bool = True,
    role: str = "textbox", first_line: int | None = None,
) -> None:  # fmt: skip
    """A field for text; a value too long for its line shows its end while the field is focused.

    Args:
        canvas: where it is drawn.
        box: its place, pixels.
        name: its accessible name.
        value: what is typed in it.
        placeholder: shown, muted, while there is no value.
        icon: the name of its icon, "" for none.
        focused: whether it has the keyboard, and shows a caret.
        secret: shows dots instead of the value.
        enabled: whether a click does anything; greyed where not.
        role: of its element, as in ARIA.
        first_line: height of the line that the value stands in, where the field has several.
    """
    theme = canvas.theme
    ground = theme.surface if enabled else mix(theme.surface, theme.bar, 0.8)
    edge = theme.accent if focused else theme.border
    shown = "\u2022" * len(value) if secret else value
    with canvas.control(
        box, role, name, text=shown or placeholder, icon=icon, enabled=enabled, colour=ground
    ):
        line = canvas.px(2 if focused else 1)
        canvas.bordered(box, ground, edge, canvas.radius, line)
        pad = min(canvas.px(9), (box[2] - box[0]) // 8)
        left = box[0] + pad
        if icon:
            size = min(round(canvas.text_px * 1.1), box[3] - box[1] - 2)
            canvas.icon((left + size // 2, centre_of(box)[1]), icon, theme.muted, px=max(6, size))
            left += size + pad * 2 // 3
        foot = box[3] if first_line is None else box[1] + first_line
        inner = (left, box[1], box[2] - pad, foot)
        colour = theme.text if enabled else theme.disabled
        if not shown:
            canvas.text_in(inner, placeholder, theme.muted)
        elif focused:
            room = inner[2] - inner[0] - canvas.px(2)
            while canvas.text_width(shown) > room and len(shown) > 1:
                shown = shown[1:]
            canvas.text_in(inner, shown, colour)
        else:
            canvas.text_in(inner, shown, colour)
        if focused:
            caret = inner[0] + canvas.text_width(shown)
            middle, half = centre_of(inner)[1], round(canvas.text_px * 0.65)
            canvas.fill((caret, middle - half, caret + canvas.px(1), middle + half), theme.text)


def dropdown(
    canvas: Canvas, box: Box, name: str, value: str, *, enabled: bool = True
) -> None:  # fmt: skip
    """A closed list to choose from, showing the choice.

    Args:
        canvas: where it is drawn.
        box: its place, pixels.
        name: its accessible name.
        value: the choice.
        enabled: whether a click does anything; greyed where not.
    """
    theme = canvas.theme
    ground = theme.button if theme.raised else theme.surface
    with canvas.control(box, "combobox", name, text=value, enabled=enabled, colour=ground):
        plate(canvas, box, ground, flat=not theme.raised)
        pad = min(canvas.px(9), (box[2] - box[0]) // 8)
        size = max(6, min(canvas.px(11), box[3] - box[1] - 2))
        colour = theme.text if enabled else theme.disabled
        canvas.text_in((box[0] + pad, box[1], box[2] - pad - size - 2, box[3]), value, colour)
        canvas.icon(
            (box[2] - pad - size // 2, centre_of(box)[1]), "chevron-down", theme.muted, px=size
        )


def checkbox(
    canvas: Canvas, box: Box, text: str, *, checked: bool = False, enabled: bool = True,
    name: str | None = None,
) -> None:  # fmt: skip
    """A box to tick and its label; both are the control. Without text, the box alone.

    Args:
        canvas: where it is drawn.
        box: its place, pixels.
        text: what is written on it.
        checked: whether it is set.
        enabled: whether a click does anything; greyed where not.
        name: its accessible name; None takes the text.
    """
    theme = canvas.theme
    called = text if name is None else name
    ground = theme.accent if checked else theme.surface
    with canvas.control(box, "checkbox", called, text=text, enabled=enabled, colour=ground):
        size = mark_size(canvas, box)
        x, y = (box[0], centre_of(box)[1] - size // 2) if text else corner_of(box, size)
        square = (x, y, x + size, y + size)
        check_mark(canvas, square, checked, enabled)
        mark_label(canvas, box, text, size, enabled)


def radio(
    canvas: Canvas, box: Box, text: str, *, checked: bool = False, enabled: bool = True
) -> None:
    """A round mark, of which one of a group is set, and its label; both are the control.

    Args:
        canvas: where it is drawn.
        box: its place, pixels.
        text: what is written on it.
        checked: whether it is set.
        enabled: whether a click does anything; greyed where not.
    """
    theme = canvas.theme
    ground = theme.accent if checked else theme.surface
    with canvas.control(box, "radio", text, text=text, enabled=enabled, colour=ground):
        size = mark_size(canvas, box)
        y = centre_of(box)[1] - size // 2
        square = (box[0], y, box[0] + size, y + size)
        radio_mark(canvas, square, checked, max(2, round(size * 0.28)))
        mark_label(canvas, box, text, size, enabled)


def switch(canvas: Canvas, box: Box, name: str, *, on: bool = False, enabled: bool = True) -> None:
    """A sliding switch; the label is drawn elsewhere.

    Args:
        canvas: where it is drawn.
        box: its place, pixels.
        name: its accessible name.
        on: whether it is on.
        enabled: whether a click does anything; greyed where not.
    """
    ground = switch_ground(canvas.theme, on, enabled)
    with canvas.control(box, "switch", name, enabled=enabled, colour=ground):
        switch_at(canvas, box, ground, on)


def switch_row(
    canvas: Canvas, box: Box, text: str, *, on: bool = False, icon: str = "", detail: str = "",
    enabled: bool = True,
) -> None:  # fmt: skip
    """A whole row that is one switch: an icon, a label, smaller letters under it, the switch.

    Args:
        canvas: where it is drawn.
        box: its place, pixels.
        text: what is written on it.
        on: whether it is on.
        icon: the name of its icon, "" for none.
        detail: smaller letters under the text.
        enabled: whether a click does anything; greyed where not.
    """
    theme = canvas.theme
    with canvas.control(
        box, "switch", text, text=text, icon=icon, enabled=enabled, colour=theme.surface
    ):
        canvas.fill(box, theme.surface)
        width = min(canvas.px(34), (box[2] - box[0]) // 4)
        height = max(4, width * 20 // 34)
        pad = min(canvas.px(12), (box[2] - box[0]) // 12)
        right, middle = box[2] - pad, centre_of(box)[1]
        place = (right - width, middle - height // 2, right, middle - height // 2 + height)
        switch_at(canvas, place, switch_ground(theme, on, enabled), on)
        row_text(canvas, (box[0], box[1], right - width - pad, box[3]), text, detail, icon, enabled)


def slider(canvas: Canvas, box: Box, name: str, share: float, *, enabled: bool = True) -> None:
    """A horizontal slider at a share, 0 to 1, of its way.

    Args:
        canvas: where it is drawn.
        box: its place, pixels.
        name: its accessible name.
        share: of its way that the knob has gone, 0 to 1.
        enabled: whether a click does anything; greyed where not.
    """
    theme = canvas.theme
    with canvas.control(box, "slider", name, enabled=enabled, colour=theme.accent):
        knob = max(3, min(canvas.px(7), (box[3] - box[1]) // 2))
        x0, x1, y = box[0] + knob, box[2] - knob, centre_of(box)[1]
        half = max(1, knob // 3)
        at = x0 + round((x1 - x0) * min(max(share, 0.0), 1.0))
        canvas.fill((x0, y - half, x1, y + half), mix(theme.muted, theme.surface, 0.5), radius=half)
        canvas.fill((x0, y - half, at, y + half), theme.accent, radius=half)
        canvas.disc((at, y), knob, theme.accent)
        canvas.disc((at, y), max(1, knob - canvas.px(2)), theme.surface)


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


def menu_item(
    canvas: Canvas, box: Box, text: str, *, icon: str = "", shortcut: str = "",
    selected: bool = False, enabled: bool = True, role: str = "menuitem",
) -> None:  # fmt: skip
    """One entry of an open menu or of a side bar.

    Args:
        canvas: where it is drawn.
        box: its place, pixels.
        text: what is written on it.
        icon: the name of its icon, "" for none.
        shortcut: keys that do the same, at the right where there is room.
        selected: whether it is the chosen one.
        enabled: whether a click does anything; greyed where not.
        role: of its element, as in ARIA.
    """
    theme = canvas.theme
    ground = theme.accent if selected else theme.surface
    letters = theme.on_accent if selected else theme.text
    letters = letters if enabled else theme.disabled
    with canvas.control(box, role, text, text=text, icon=icon, enabled=enabled, colour=ground):
        canvas.fill(box, ground)
        pad = min(canvas.px(10), (box[2] - box[0]) // 10)
        left, right = box[0] + pad, box[2] - pad
        if icon:
            size = max(6, min(round(canvas.text_px * 1.15), box[3] - box[1]))
            canvas.icon((left + size // 2, centre_of(box)[1]), icon, letters, px=size)
            left += size + canvas.px(7)
        if shortcut:
            faint = letters if selected else theme.muted
            width = canvas.text_width(shortcut)
            if left + canvas.text_width(text) + pad + width < right:
                canvas.text_in((left, box[1], right, box[3]), shortcut, faint, align="right")
                right -= width + pad
        canvas.text_in((left, box[1], right, box[3]), text, letters)


def list_row(
    canvas: Canvas, box: Box, text: str, *, detail: str = "", icon: str = "", value: str = "",
    selected: bool = False, chevron: bool = False, role: str = "listitem",
) -> None:  # fmt: skip
    """A row of a list: icon, text, smaller letters under it, a value, an arrow.

    Args:
        canvas: where it is drawn.
        box: its place, pixels.
        text: what is written on it.
        detail: smaller letters under the text.
        icon: the name of its icon, "" for none.
        value: muted letters at the right.
        selected: whether it is the chosen one.
        chevron: whether an arrow at the right says that it leads on.
        role: of its element, as in ARIA.
    """
    theme = canvas.theme
    ground = theme.hover if selected else theme.surface
    with canvas.control(box, role, text, text=text, icon=icon, colour=ground):
        canvas.fill(box, ground)
        pad = min(canvas.px(12), (box[2] - box[0]) // 12)
        right, middle = box[2] - pad, centre_of(box)[1]
        if chevron:
            size = max(6, min(canvas.px(11), box[3] - box[1]))
            canvas.icon((right - size // 2, middle), "chevron-right", theme.muted, px=size)
            right -= size + pad // 2
        if value:
            shown = canvas.fit_text(value, (right - box[0]) // 2)
            canvas.text_in((box[0], box[1], right, box[3]), shown, theme.muted, align="right")
            right -= canvas.text_width(shown) + pad // 2
        row_text(canvas, (box[0], box[1], right, box[3]), text, detail, icon, True)


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
