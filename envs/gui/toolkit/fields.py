"""What is filled in or set: fields, lists, ticks, choices, switches, sliders.

Each control draws itself in a box in the canvas's theme and records its `Element`. Every function
takes the canvas, the box of the control (pixels) and what is written on it; `name` is the
accessible name, by default the text. Nothing is drawn outside the box.
"""

from __future__ import annotations

from vgym.envs.gui.toolkit.canvas import Box, Canvas
from vgym.envs.gui.toolkit.themes import mix
from vgym.envs.gui.toolkit.widget_parts import (
    centre_of,
    check_mark,
    corner_of,
    mark_label,
    mark_size,
    plate,
    radio_mark,
    switch_at,
    switch_ground,
)


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
