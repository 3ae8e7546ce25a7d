"""What controls are drawn from: plates, marks, switches, and lines of icon and text."""

from __future__ import annotations

from vgym.envs.gui.toolkit.canvas import Box, Canvas
from vgym.envs.gui.toolkit.themes import Colour, Theme, mix

BUTTON_KINDS = ("plain", "primary", "danger", "outline", "ghost")


def button_colours(theme: Theme, kind: str, enabled: bool) -> tuple[Colour, Colour]:
    """Ground and letters."""
    if kind not in BUTTON_KINDS:
        raise ValueError(f"a button's kind is one of {', '.join(BUTTON_KINDS)}, not {kind!r}")
    if not enabled:
        return mix(theme.button, theme.surface, 0.5), theme.disabled
    if kind == "primary":
        return theme.accent, theme.on_accent
    if kind == "danger":
        return theme.bad, (0, 0, 0) if theme.dark else (255, 255, 255)
    if kind == "plain":
        return theme.button, theme.text
    return theme.surface, theme.link if kind == "outline" else theme.text


def firm(theme: Theme) -> Colour:
    """An edge that shows on the surface."""
    return mix(theme.border, theme.text, 0.35)


def centre_of(box: Box) -> tuple[int, int]:
    """The middle of a box."""
    return (box[0] + box[2]) // 2, (box[1] + box[3]) // 2


def corner_of(box: Box, size: int) -> tuple[int, int]:
    """Left and top of a square in the middle of a box."""
    return (box[0] + box[2] - size) // 2, (box[1] + box[3] - size) // 2


def plate(canvas: Canvas, box: Box, ground: Colour, *, flat: bool = False) -> None:
    """The body of a button."""
    theme = canvas.theme
    radius, line = canvas.radius, canvas.px(1)
    edged = flat or theme.raised or theme.border == (255, 255, 255)
    if not edged:
        canvas.fill(box, ground, radius=radius)
        return
    canvas.fill(box, mix(theme.border, theme.text, 0.15), radius=radius)
    inner = (box[0] + line, box[1] + line, box[2] - line, box[3] - line)
    end = mix(ground, (0, 0, 0), 0.1) if theme.raised and not flat else ground
    start = mix(ground, (255, 255, 255), 0.12) if theme.raised and not flat else ground
    canvas.fill(inner, start, radius=max(0, radius - line), to=end)


def icon_and_text(
    canvas: Canvas, box: Box, text: str, icon: str, colour: Colour, *, bold: bool = False
) -> None:
    """An icon and text beside it, centred together; the text gives way to the room.

    Args:
        canvas: where it is drawn.
        box: the room for both, pixels.
        text: perhaps cut.
        icon: the name of its icon, "" for none.
        colour: of both.
        bold: whether the letters are.
    """
    width, height = box[2] - box[0], box[3] - box[1]
    pad = min(canvas.px(8), width // 10)
    size = max(6, min(round(canvas.text_px * 1.15), height - 2)) if icon else 0
    gap = canvas.px(6) if icon and text else 0
    shown = canvas.fit_text(text, width - 2 * pad - size - gap, bold=bold)
    total = size + (gap if shown else 0) + canvas.text_width(shown, bold=bold)
    left = box[0] + (width - total) // 2
    if icon:
        canvas.icon((left + size // 2, centre_of(box)[1]), icon, colour, px=size)
        left += size + gap
    y = (box[1] + box[3] + canvas.face(bold=bold).capital) // 2
    canvas.text((left, y), shown, colour, bold=bold)


def mark_size(canvas: Canvas, box: Box) -> int:
    """Side of the mark of a choice in a box, pixels."""
    return max(5, min(canvas.px(15), box[3] - box[1], box[2] - box[0]))


def mark_label(canvas: Canvas, box: Box, text: str, size: int, enabled: bool) -> None:
    """The label beside a mark.

    Args:
        canvas: where it is drawn.
        box: of mark and label.
        text: the label.
        size: of the mark, pixels.
        enabled: greyed where not.
    """
    theme = canvas.theme
    colour = theme.text if enabled else theme.disabled
    canvas.text_in((box[0] + size + canvas.px(7), box[1], box[2], box[3]), text, colour)


def tick(canvas: Canvas, square: Box, colour: Colour) -> None:
    """The tick in a square."""
    x, y, size = square[0], square[1], square[2] - square[0]
    a, b, c = (0.22, 0.5), (0.42, 0.7), (0.78, 0.28)
    points = [(x + int(size * u), y + int(size * v)) for u, v in (a, b, c)]
    width = max(1.0, size / 8)
    canvas.line(points[0], points[1], colour, width)
    canvas.line(points[1], points[2], colour, width)


def check_mark(canvas: Canvas, square: Box, on: bool, enabled: bool = True) -> None:
    """The square of a box to tick."""
    theme, radius = canvas.theme, min(canvas.px(3), canvas.radius)
    if on:
        canvas.fill(square, theme.accent if enabled else theme.muted, radius=radius)
        tick(canvas, square, theme.on_accent)
    else:
        canvas.bordered(square, theme.surface, firm(theme), radius, canvas.px(1))


def radio_mark(canvas: Canvas, square: Box, on: bool, inset: int) -> None:
    """The disc of a choice among others; `inset` pixels in from it, the dot of the chosen one."""
    theme, size = canvas.theme, square[2] - square[0]
    edge = theme.accent if on else firm(theme)
    canvas.bordered(square, theme.surface, edge, size // 2, canvas.px(1.4))
    if on:
        x0, y0, x1, y1 = square
        dot = (x0 + inset, y0 + inset, x1 - inset, y1 - inset)
        canvas.fill(dot, theme.accent, radius=size)


def switch_ground(theme: Theme, on: bool, enabled: bool = True) -> Colour:
    """The track of a switch."""
    track = theme.good if theme.platform == "phone" else theme.accent
    ground = track if on else mix(theme.muted, theme.surface, 0.4)
    return ground if enabled else mix(ground, theme.surface, 0.5)


def switch_at(canvas: Canvas, box: Box, ground: Colour, on: bool) -> None:
    """A switch's track and its knob."""
    height = min(box[3] - box[1], max(4, (box[2] - box[0]) * 3 // 5))
    top = (box[1] + box[3] - height) // 2
    canvas.fill((box[0], top, box[2], top + height), ground, radius=height // 2)
    inset = max(1, height // 9)
    knob = height - 2 * inset
    left = box[2] - inset - knob if on else box[0] + inset
    colour = (0, 0, 0) if min(ground) > 200 or ground == (255, 235, 0) else (255, 255, 255)
    canvas.fill((left, top + inset, left + knob, top + inset + knob), colour, radius=knob // 2)


def row_text(canvas: Canvas, box: Box, text: str, detail: str, icon: str, enabled: bool) -> None:
    """Icon and text of a row, and the detail under it where the row is high enough.

    Args:
        canvas: where it is drawn.
        box: the row, less what stands at its right.
        text: what the row is called.
        detail: smaller letters, "" for none.
        icon: the name of its icon, "" for none.
        enabled: greyed where not.
    """
    theme = canvas.theme
    pad = min(canvas.px(12), (box[2] - box[0]) // 12)
    left = box[0] + pad
    height = box[3] - box[1]
    if icon:
        size = max(6, min(round(canvas.text_px * 1.4), height - 2))
        canvas.icon((left + size // 2, centre_of(box)[1]), icon, theme.accent, px=size)
        left += size + canvas.px(10)
    colour = theme.text if enabled else theme.disabled
    small = max(6, round(canvas.text_px * 0.84))
    if detail and height >= canvas.text_px * 2.6:
        middle = centre_of(box)[1]
        gap = round(canvas.text_px * 0.66)
        upper = (left, middle - 2 * gap - 1, box[2], middle + 1)
        canvas.text_in(upper, text, colour)
        lower = (left, middle, box[2], middle + 2 * gap)
        canvas.text_in(lower, detail, theme.muted, px=small)
    else:
        canvas.text_in((left, box[1], box[2], box[3]), text, colour)
