"""A solving move: zoom until the target can be told and named, then answer."""

from __future__ import annotations

import torch
from torch import Tensor

from vgym.envs.zoom.metrics import legible
from vgym.envs.zoom.moves import ANSWER, OUT, ZOOM, MoveForm
from vgym.envs.zoom.types import State, ZoomConfig
from vgym.envs.zoom.windows import (
    around_box,
    root_window,
    share_shown,
    to_view,
    to_whole,
)
from vgym.geometry.boxes import box_iou
from vgym.geometry.points import point_in_box

_NAMED = 0.75  # IoU of what an answer can say, from which on nothing more is looked at
_FILLED = 0.6  # of the view's sides, by the target, where the oracle is content
_WHOLE = 1 - 1e-6


def solving_move(state: State, form: MoveForm, config: ZoomConfig) -> Tensor:
    """(B, *shape of the space): the moves."""
    target, window = state.target_boxes[:, 0], state.window
    kind = torch.full_like(state.steps, ANSWER)
    place = to_view(target, window)
    if config.answer == "point":
        answer = form.at_point(kind, (place[:, :2] + place[:, 2:]) / 2)
        names = point_in_box(to_whole(form.decode(answer).point, window), target)
    else:
        answer = form.at_box(kind, place, cover=False)
        names = box_iou(to_whole(form.decode(answer).box, window), target) >= _NAMED
    chooses = state.choices > 0
    answer = torch.where(chooses[:, None], form.choosing(kind, state.right), answer)
    held = share_shown(target, window) >= _WHOLE
    ready = held & (names | chooses) & legible(state, window, config)
    zoom = form.at_box(
        torch.full_like(kind, ZOOM), to_view(_wanted(target, state, config), window), cover=True
    )
    nearer = around_box(
        to_whole(form.decode(zoom).box, window), root_window(state.whole_hw, config.size_hw)
    )
    helps = (nearer[:, 2] - nearer[:, 0]) < 0.999 * (window[:, 2] - window[:, 0])
    out = form.at_point(torch.full_like(kind, OUT), torch.full_like(place[:, :2], 0.5))
    blind = (state.looks + 1) * config.view_pixels > config.pixel_budget
    ends = ready | blind | (held & ~helps)
    action = torch.where(held[:, None], zoom, out)
    return torch.where(ends[:, None], answer, action)


def _wanted(target: Tensor, state: State, config: ZoomConfig) -> Tensor:
    """(B, 4) the box to zoom to: the target, with room about it."""
    margin = (target[:, 2:] - target[:, :2]) * (1 / _FILLED - 1) / 2
    box = torch.cat((target[:, :2] - margin, target[:, 2:] + margin), 1)
    return around_box(box, root_window(state.whole_hw, config.size_hw))
