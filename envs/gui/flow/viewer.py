"""A picture for people: the page, the words, the last click and what to do next."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from vgym.core.captions import captioned
from vgym.envs.gui.flow.episodes import Moment
from vgym.envs.gui.flow.model import BACK, CLICK, KEYS, SCROLL_BY, TYPE, UP, Step
from vgym.envs.gui.flow.planner import UNREACHABLE, Plan

_CLICK, _NEXT = (230, 30, 120), (0, 150, 90)


def portrait(
    page: NDArray[np.uint8],
    corner: tuple[int, int],
    moment: Moment,
    plan: Plan,
    click: tuple[float, ...],
) -> NDArray[np.uint8]:
    """The desktop with words above and below.

    Args:
        page: (h, w, 3) uint8. corner: x, y of the window. moment: what it shows. plan: from here.
        click: the last click as fractions of width and height; negative for none.

    Returns:
        (H, w, 3) uint8; H does not depend on the words.
    """
    height, width = page.shape[:2]
    canvas = Image.fromarray(page)
    pen = ImageDraw.Draw(canvas)
    if plan.first is not None and plan.first.kind == CLICK:
        assert isinstance(plan.first.what, tuple)
        widget = moment.screen.find(plan.first.what)
        if widget is not None:
            x0, y0, x1, y1 = widget.box
            x, y = corner
            pen.rectangle((x + x0 - 1, y + y0 - 1, x + x1, y + y1), outline=_NEXT, width=2)
    if min(click) >= 0:
        x, y = click[0] * width, click[1] * height
        pen.ellipse((x - 5, y - 5, x + 5, y + 5), outline=_CLICK, width=2)
    return captioned(np.asarray(canvas), moment.episode.sentence, [_said(moment, plan)])


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
