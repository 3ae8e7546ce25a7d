"""How a screen's widgets look in a theme: each kind is a function that draws onto a canvas.

What the toolkit has is drawn by it; here are the kinds that applications alone have.
"""

from __future__ import annotations

from collections.abc import Callable

from vgym.envs.gui.flow.screen import Widget
from vgym.envs.gui.toolkit import buttons, fields
from vgym.envs.gui.toolkit.canvas import Canvas
from vgym.envs.gui.toolkit.themes import Colour, mix
from vgym.envs.gui.toolkit.widget_parts import check_mark, radio_mark, switch_at, switch_ground

_INKS: tuple[Colour, ...] = (
    *((200, 66, 66), (214, 138, 28), (52, 140, 84), (44, 104, 196)),
    *((122, 76, 172), (24, 138, 150), (206, 92, 146), (88, 96, 112)),
)
_SWATCHES: tuple[Colour, ...] = (
    *((24, 24, 26), (250, 250, 250), (206, 44, 44)),
    *((38, 96, 208), (34, 148, 70), (246, 206, 40)),
)
_GOLD: Colour = (232, 164, 0)


class Brush:
    """A canvas with what several kinds of widgets need to know.

    Args:
        bar: height of the bar at the top, whose letters have a colour of their own; 0 for none.
    """

    def __init__(self, canvas: Canvas, bar: int) -> None:
        self.canvas = canvas
        self.theme = canvas.theme
        self.bar = bar
        self.pad = canvas.px(7)

    def letters(self, w: Widget) -> Colour:
        """The colour of a widget's letters."""
        if w.box[3] <= self.bar:
            return self.theme.on_title
        return self.theme.text if w.enabled else self.theme.disabled

    def words(
        self, w: Widget, *, bold: bool = False, muted: bool = False, larger: float = 1
    ) -> None:
        """A widget's text, in its box."""
        colour = self.theme.muted if muted and w.box[3] > self.bar else self.letters(w)
        px = None if larger == 1 else round(self.canvas.text_px * larger)
        self.canvas.text_in(w.box, w.text, colour, align=w.align, bold=bold, px=px)

    def row(self, w: Widget, left: int, right: int) -> None:
        """Icon, text and detail of a row, between two places."""
        canvas, theme, (_, y0, _, y1) = self.canvas, self.theme, w.box
        if w.icon:
            size = round(canvas.text_px * 1.25)
            canvas.icon((left + size // 2, (y0 + y1) // 2), w.icon, theme.accent, px=size)
            left += size + self.pad
        if w.detail == ">":
            size = round(canvas.text_px * 0.8)
            canvas.icon((right - size // 2, (y0 + y1) // 2), "chevron-right", theme.muted, px=size)
            right -= size + self.pad
        elif w.detail:
            canvas.text_in((left, y0, right, y1), w.detail, theme.muted, align="right")
            right -= canvas.text_width(w.detail) + self.pad
        canvas.text_in((left, y0, right, y1), w.text, self.letters(w))


def _panel(b: Brush, w: Widget) -> None:
    b.canvas.fill(w.box, b.theme.bar if w.tint == 1 else b.theme.surface)


def _bar(b: Brush, w: Widget) -> None:
    x0, _, x1, y1 = w.box
    b.canvas.fill(w.box, b.theme.title)
    b.canvas.fill((x0, y1 - 1, x1, y1), b.theme.border)


def _dialog(b: Brush, w: Widget) -> None:
    radius = b.canvas.radius * 3 // 2
    b.canvas.shadow(w.box, radius=radius, blur=b.canvas.px(14))
    b.canvas.bordered(w.box, b.theme.surface, b.theme.border, radius, 1)


def _heading(b: Brush, w: Widget) -> None:
    b.words(w, bold=True, larger=1.12)


def _title(b: Brush, w: Widget) -> None:
    b.words(w, bold=True, larger=1.2)


def _text(b: Brush, w: Widget) -> None:
    b.words(w)


def _strong(b: Brush, w: Widget) -> None:
    b.words(w, bold=True)


def _muted(b: Brush, w: Widget) -> None:
    b.words(w, muted=True)


def _line(b: Brush, w: Widget) -> None:
    b.canvas.fill(w.box, b.theme.border)


def _dot(b: Brush, w: Widget) -> None:
    b.canvas.fill(w.box, _INKS[w.tint % 8])


def _thumb(b: Brush, w: Widget) -> None:
    b.canvas.fill(w.box, b.theme.muted, radius=(w.box[2] - w.box[0]) // 2)


def _chip(b: Brush, w: Widget) -> None:
    ink = _INKS[w.tint % 8]
    b.canvas.fill(w.box, mix(b.theme.surface, ink, 0.3), radius=b.canvas.px(2))
    b.canvas.fill((w.box[0], w.box[1], w.box[0] + b.canvas.px(3), w.box[3]), ink)
    if w.text:
        px = max(8, round(b.canvas.text_px * 0.8))
        b.canvas.text_in(w.box, w.text, b.theme.text, px=px, padding=b.canvas.px(5))


def _picture(b: Brush, w: Widget) -> None:
    ink = _INKS[w.tint % 8]
    light = mix((255, 255, 255), ink, 0.25)
    b.canvas.fill(w.box, light, radius=b.canvas.px(3), to=mix(light, ink, 0.35))
    x0, y0, x1, y1 = w.box
    side = min((y1 - y0) * 2 // 3, 200)
    b.canvas.icon(((x0 + x1) // 2, (y0 + y1) // 2), w.icon, mix(ink, (0, 0, 0), 0.3), px=side)


def _avatar(b: Brush, w: Widget) -> None:
    side = w.box[3] - w.box[1]
    b.canvas.fill(w.box, _INKS[w.tint % 8], radius=side // 2)
    b.canvas.text_in(w.box, w.text, (255, 255, 255), align="centre", px=side // 2, bold=True)


def _note(b: Brush, w: Widget) -> None:
    b.canvas.fill(w.box, mix(b.theme.text, b.theme.surface, 0.12), radius=b.canvas.px(6))
    b.canvas.text_in(w.box, w.text, b.theme.surface, align="centre")


def _row(b: Brush, w: Widget) -> None:
    x0, _, x1, y1 = w.box
    if w.on:
        b.canvas.fill(w.box, b.theme.hover)
    if w.tint < 0:
        b.canvas.fill((x0, y1 - 1, x1, y1), mix(b.theme.border, b.theme.surface, 0.5))
    if w.text:
        b.row(w, x0 + b.pad, x1 - b.pad)


def _switch(b: Brush, w: Widget) -> None:
    x0, y0, x1, y1 = w.box
    canvas, theme = b.canvas, b.theme
    canvas.fill((x0, y1 - 1, x1, y1), mix(theme.border, theme.surface, 0.5))
    wide, high = canvas.px(32), canvas.px(18)
    top = (y0 + y1 - high) // 2
    right = x1 - b.pad
    track = (right - wide, top, right, top + high)
    switch_at(canvas, track, switch_ground(theme, w.on), w.on)
    b.row(w, x0 + b.pad, right - wide - b.pad)


def _radio(b: Brush, w: Widget) -> None:
    x0, y0, _, y1 = w.box
    size = b.canvas.px(14)
    left, top = x0 + b.pad // 2, (y0 + y1 - size) // 2
    mark = (left, top, left + size, top + size)
    radio_mark(b.canvas, mark, w.on, max(2, size * 28 // 100))
    b.row(w, left + size + b.pad, w.box[2])


def _check(b: Brush, w: Widget) -> None:
    x0, y0, x1, y1 = w.box
    size = b.canvas.px(14)
    left = x0 if w.text else (x0 + x1 - size) // 2
    top = (y0 + y1 - size) // 2
    check_mark(b.canvas, (left, top, left + size, top + size), w.on)
    if w.text:
        b.row(w, left + size + b.pad, x1)


def _button(b: Brush, w: Widget) -> None:
    kind = "primary" if w.on else "plain"
    buttons.button(b.canvas, w.box, w.text, kind=kind, icon=w.icon, enabled=w.enabled)


def _tab(b: Brush, w: Widget) -> None:
    canvas, theme, (x0, y0, x1, y1) = b.canvas, b.theme, w.box
    if y1 <= b.bar:
        canvas.text_in(w.box, w.text, theme.on_title, align="centre", bold=w.on)
        if w.on:
            line = canvas.px(3)
            canvas.fill(
                (x0 + b.pad, y1 - line, x1 - b.pad, y1), mix(theme.on_title, theme.accent, 0.5)
            )
        return
    if w.on:
        canvas.fill(w.box, mix(theme.bar, theme.accent, 0.25), radius=canvas.radius)
    size = round(canvas.text_px * 1.1)
    left = x0 + b.pad // 2
    canvas.icon((left + size // 2, (y0 + y1) // 2), w.icon, theme.text, px=size)
    right = x1 - b.pad // 2
    if w.detail:
        canvas.text_in((left, y0, right, y1), w.detail, theme.text, align="right", bold=True)
        right -= canvas.text_width(w.detail, bold=True) + 2
    canvas.text_in((left + size + b.pad * 2 // 3, y0, right, y1), w.text, theme.text, bold=w.on)


def _field(b: Brush, w: Widget) -> None:
    tall = w.box[3] - w.box[1] > 3 * b.canvas.text_px
    fields.text_field(
        b.canvas, w.box, w.name, value=w.text, placeholder=w.detail, icon=w.icon, focused=w.on,
        enabled=w.enabled, first_line=2 * b.canvas.text_px if tall else None,
    )  # fmt: skip


def _select(b: Brush, w: Widget) -> None:
    fields.dropdown(b.canvas, w.box, w.name, w.text)


def _cell(b: Brush, w: Widget) -> None:
    canvas, theme, (x0, y0, x1, y1) = b.canvas, b.theme, w.box
    if w.on:
        canvas.fill(w.box, theme.hover)
    canvas.ring((x0, y0, x1 + 1, y1 + 1), mix(theme.border, theme.surface, 0.3))
    px = max(8, round(canvas.text_px * 0.9))
    high = px * 3 // 2
    wide = canvas.text_width(w.text, px=px, bold=True) + canvas.px(6)
    number = (x0 + 2, y0 + 2, x0 + 2 + max(wide, high), y0 + 2 + high)
    if w.tint == 1:
        canvas.fill(number, theme.accent, radius=high // 2)
    colour = theme.on_accent if w.tint == 1 else theme.text
    canvas.text_in(number, w.text, colour, align="centre", px=px, bold=w.tint == 1)
    if w.on:
        canvas.ring((x0, y0, x1 + 1, y1 + 1), theme.accent, width=canvas.px(2))


def _icon(b: Brush, w: Widget) -> None:
    x0, y0, x1, y1 = w.box
    colour = _GOLD if w.icon == "star-fill" else b.letters(w)
    size = min(round(b.canvas.text_px * 1.25), y1 - y0 - 2)
    b.canvas.icon(((x0 + x1) // 2, (y0 + y1) // 2), w.icon, colour, px=size)


def _swatch(b: Brush, w: Widget) -> None:
    canvas, theme = b.canvas, b.theme
    radius = canvas.px(3)
    if w.on:
        canvas.fill(w.box, theme.accent, radius=radius)
    x0, y0, x1, y1 = w.box
    inset = canvas.px(3)
    inner = (x0 + inset, y0 + inset, x1 - inset, y1 - inset)
    canvas.bordered(inner, _SWATCHES[w.tint], mix(theme.border, theme.text, 0.4), radius, 1)


LOOKS: dict[str, Callable[[Brush, Widget], None]] = {
    "panel": _panel, "bar": _bar, "dialog": _dialog, "heading": _heading, "title": _title,
    "text": _text, "strong": _strong, "muted": _muted, "line": _line, "dot": _dot,
    "thumb": _thumb, "chip": _chip, "picture": _picture, "avatar": _avatar, "note": _note,
    "row": _row, "switch": _switch, "radio": _radio, "check": _check, "button": _button,
    "tab": _tab, "field": _field, "select": _select, "cell": _cell, "icon": _icon,
    "swatch": _swatch,
}  # fmt: skip
