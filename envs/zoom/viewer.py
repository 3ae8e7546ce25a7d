"""Pictures for people: the views drawn in the whole, the current view, strips of views."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from torch import Tensor

from vgym.core.captions import captioned
from vgym.core.state import take
from vgym.envs.zoom.painting import Painter
from vgym.envs.zoom.types import LookConfig, State
from vgym.envs.zoom.windows import root_window, to_view

TRUTH, ANSWER, VIEW = (40, 190, 90), (250, 170, 20), (240, 60, 60)
_GAP = 4  # pixels between pictures
_LEAST = 7.0  # pixels a side of what is outlined, so that it can be seen


def portrait(painter: Painter, state: State, words: str, config: LookConfig) -> NDArray[np.uint8]:
    """The whole and the current view of a state of one row, with truth, views and answer.

    Returns:
        (H, 2 w + gap, 3) uint8: red are the views, the current one thick; green is the target,
        orange the answer.
    """
    drawn = strip(painter, state, state.window[:, None], config)
    used, most = int(state.looks[0]) * config.view_pixels, config.pixel_budget
    line = f"turn {int(state.steps[0])} of {config.max_episode_steps}, {used} of {most} pixels"
    if state.chosen[0] >= 0:
        line += f", answered {int(state.chosen[0]) + 1}"
    return captioned(drawn, words, [line])


def strip(painter: Painter, state: State, windows: Tensor, config: LookConfig) -> NDArray[np.uint8]:
    """The whole of a state of one row, and views beside it.

    Args:
        windows: (1, n, 4).

    Returns:
        (h, (n + 1) w + n gaps, 3) uint8.
    """
    root = root_window(state.whole_hw, config.size_hw)
    shown = torch.cat((root, windows[0])).cpu()
    one = take(state, torch.zeros(1, dtype=torch.int64, device=state.looks.device))
    pictures = painter.many(one, shown)
    height, width = config.size_hw
    canvas = Image.new("RGB", ((width + _GAP) * len(shown) - _GAP, height), (255, 255, 255))
    for k, picture in enumerate(pictures):
        part = Image.fromarray(picture)
        pen = ImageDraw.Draw(part)
        window = shown[k : k + 1]
        if k == 0:
            past = state.views[0, : int(state.looks[0])].cpu()
            for view in past[1:]:
                _outline(pen, view, window, config, VIEW, 1)
            _outline(pen, state.window[0].cpu(), window, config, VIEW, 2)
        _outline(pen, state.target_boxes[0, 0].cpu(), window, config, TRUTH, 1)
        if state.answered[0] and state.chosen[0] < 0:
            _outline(pen, state.answer[0].cpu(), window, config, ANSWER, 2)
        canvas.paste(part, (k * (width + _GAP), 0))
    return np.asarray(canvas)


def _outline(
    pen: ImageDraw.ImageDraw,
    box: Tensor,
    window: Tensor,
    config: LookConfig,
    colour: tuple[int, int, int],
    thickness: int,
) -> None:
    """A box of the whole in a view of it, never too small to be seen."""
    height, width = config.size_hw
    x0, y0, x1, y1 = (to_view(box[None], window)[0] * torch.tensor([width, height] * 2)).tolist()
    wide, high = (max(0.0, _LEAST - side) / 2 for side in (x1 - x0, y1 - y0))
    corners = (x0 - wide, y0 - high, x1 + wide, y1 + high)
    low, high_ = -2.0, float(max(height, width)) + 2
    pen.rectangle([min(max(v, low), high_) for v in corners], outline=colour, width=thickness)
