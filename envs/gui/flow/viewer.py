"""A picture for people: the page, the words, the last click and what to do next."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from vgym.core.text import wrapped
from vgym.envs.gui.flow.episodes import Moment
from vgym.envs.gui.flow.model import BACK, CLICK, KEYS, SCROLL_BY, TYPE, UP, Step
from vgym.envs.gui.flow.planner import UNREACHABLE, Plan

_INK, _GREY, _PAPER = (20, 20, 20), (95, 95, 100), (250, 250, 248)
_CLICK, _NEXT = (230, 30, 120), (0, 150, 90)
_LINE = 19


def portrait(
    page: NDArray[np.uint8], moment: Moment, plan: Plan, click: tuple[float, ...]
) -> NDArray[np.uint8]:
    """The page with words above and below.

    Args:
        page: (h, w, 3) uint8. moment: what it shows. plan: from here.
        click: the last click as fractions of width and height; negative for none.

    Returns:
        (H, w, 3) uint8; H does not depend on the words.
    """
    height, width = page.shape[:2]
    head, foot = 3 * _LINE + 6, _LINE + 6
    canvas = Image.new("RGB", (width, head + height + foot), _PAPER)
    canvas.paste(Image.fromarray(page), (0, head))
    pen = ImageDraw.Draw(canvas)
    font = ImageFont.load_default(15)
    for n, line in enumerate(wrapped(moment.episode.sentence, width - 12, font.getlength)[:3]):
        pen.text((6, 3 + _LINE * n), line, _INK, font=font)
    if plan.first is not None and plan.first.kind == CLICK:
        assert isinstance(plan.first.what, tuple)
        widget = moment.screen.find(plan.first.what)
        if widget is not None:
            x0, y0, x1, y1 = widget.box
            pen.rectangle((x0 - 1, y0 - 1 + head, x1, y1 + head), outline=_NEXT, width=2)
    if min(click) >= 0:
        x, y = click[0] * width, click[1] * height + head
        pen.ellipse((x - 5, y - 5, x + 5, y + 5), outline=_CLICK, width=2)
    pen.text((6, head + height + 3), _said(moment, plan), _GREY, font=font)
    return np.asarray(canvas)


def _said(moment: Moment, plan: Plan) -> str:
    if plan.length == UNREACHABLE:
        return "the goal cannot be reached any more"
    if plan.first is None:
        return "done"
    return f"{plan.length} steps left; next: {step_words(moment, plan.first)}"


def step_words(moment: Moment, step: Step) -> str:
    """A step in words, such as ``click Send``."""
    if step.kind == CLICK:
        assert isinstance(step.what, tuple)
        widget = moment.screen.find(step.what)
        called = "" if widget is None else widget.name or widget.text or widget.icon
        return f"click {called or step.what[0]}"
    if step.kind == TYPE:
        return f'type "{moment.episode.texts[int(str(step.what))]}"'
    if step.kind == SCROLL_BY:
        return "scroll up" if step.what == UP else "scroll down"
    return "back" if step.kind == BACK else f"press {KEYS[int(str(step.what))]}"
