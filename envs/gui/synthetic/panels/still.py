"""Contents without controls, for what a panel leaves free: text, a picture, a chart."""

from __future__ import annotations

from itertools import pairwise

from vgym.core.text import wrapped
from vgym.envs.gui.synthetic.sketch import Sketch, inset, split_top
from vgym.envs.gui.toolkit.canvas import Box
from vgym.envs.gui.toolkit.themes import mix
from vgym.envs.gui.toolkit.thumbnails import thumbnail

_LINE = 640  # design pixels: lines of text are no longer


def still(s: Sketch, box: Box) -> None:
    """Fill a box with something to look at."""
    c = s.canvas
    c.fill((box[0], box[1], box[2], box[1] + 1), mix(c.theme.surface, c.theme.border, 0.7))
    box = inset(box, c.px(14))
    kind = s.share()
    if kind < 0.55:
        _article(s, box)
    elif kind < 0.8:
        head, body = split_top(box, c.px(28))
        c.text_in(head, s.word("title"), c.theme.text, bold=True)
        draw_chart(s, (body[0], body[1], body[2], min(body[3], body[1] + c.px(340))))
    else:
        wide = min(box[2] - box[0], (box[3] - box[1] - c.px(24)) * 3 // 2, c.px(720))
        picture = (box[0], box[1], box[0] + wide, box[1] + wide * 2 // 3)
        thumbnail(c, picture, s.picture_key())
        line = (box[0], picture[3], box[2], picture[3] + c.px(24))
        c.text_in(line, s.word("sentence"), c.theme.muted)


def _article(s: Sketch, box: Box) -> None:
    c, theme = s.canvas, s.canvas.theme
    step = c.px(20)
    right = min(box[2], box[0] + c.px(_LINE))
    y = box[1]
    while y + 4 * step <= box[3]:
        c.text_in((box[0], y, right, y + step), s.word("title"), theme.text, bold=True)
        y += step
        text = " ".join(s.words("sentence", s.between(2, 4)))
        for line in wrapped(text, right - box[0], c.text_width)[: (box[3] - y) // step]:
            c.text_in((box[0], y, right, y + step), line, theme.text)
            y += step
        y += step // 2


def draw_chart(s: Sketch, box: Box) -> None:
    """Bars or a line over a grid."""
    c, count = s.canvas, s.between(6, 12)
    for number in range(4):
        y = box[3] - (box[3] - box[1]) * number // 4
        c.fill((box[0], y - 1, box[2], y), mix(c.theme.surface, c.theme.border, 0.6))
    levels = [box[3] - int((box[3] - box[1]) * (0.1 + 0.85 * s.share())) for _ in range(count)]
    xs = [box[0] + (box[2] - box[0]) * (2 * n + 1) // (2 * count) for n in range(count)]
    if s.chance(0.5):
        half = max(1, (box[2] - box[0]) // (3 * count))
        for x, y in zip(xs, levels, strict=True):
            c.fill((x - half, y, x + half, box[3]), c.theme.accent)
        return
    for start, end in pairwise(zip(xs, levels, strict=True)):
        c.line(start, end, c.theme.accent, c.px(2))
