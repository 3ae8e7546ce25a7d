"""What stands below others of its kind: entries of menus, rows of lists.

Each control draws itself in a box in the canvas's theme and records its `Element`. Every function
takes the canvas, the box of the control (pixels) and what is written on it; `name` is the
accessible name, by default the text. Nothing is drawn outside the box.
"""

from __future__ import annotations

from vgym.envs.gui.toolkit.canvas import Box, Canvas
from vgym.envs.gui.toolkit.widget_parts import centre_of, row_text, switch_at, switch_ground


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
