"""A solving move: zoom until the target can be told and named, then answer."""

from __future__ import annotations

import torch
from torch import Tensor

from vgym.envs.zoom.metrics import fixation, legible
from vgym.envs.zoom.moves import ANSWER, OUT, PAN, ZOOM, MoveForm
from vgym.envs.zoom.types import LookConfig, State
from vgym.envs.zoom.windows import (
    about_point,
    around_box,
    middle,
    root_window,
    share_shown,
    to_view,
    to_whole,
)
from vgym.geometry.boxes import box_iou
from vgym.geometry.points import point_in_box

_NAMED = 0.75  # IoU of what an answer can say, from which on nothing more is looked at
_FILLED = (0.6, 0.75, 0.9, 1.0)  # of the view's sides, by the target: those that are tried
_WHOLE = 1 - 1e-6


def solving_move(state: State, form: MoveForm, config: LookConfig) -> Tensor:
    """(B, *shape of the space): the moves."""
    target, window = state.target_boxes[:, 0], state.window
    answer, ready = _answer(state, window, fixation(state, config), form, config)
    held = share_shown(target, window) >= _WHOLE
    zoom, better = _look(state, form, config)
    kind = torch.full_like(state.steps, OUT)
    out = form.at_point(kind, torch.full_like(target[:, :2], 0.5))
    blind = (state.looks + 1) * config.view_pixels > config.pixel_budget
    ends = ready | blind | (held & ~better)
    return torch.where(ends[:, None], answer, torch.where(held[:, None], zoom, out))


def _answer(
    state: State, window: Tensor, looked: Tensor, form: MoveForm, config: LookConfig
) -> tuple[Tensor, Tensor]:
    """The truth as it can be said in a view, and whether that is right, and could be known there:
    (B,) bool."""
    target, kind = state.target_boxes[:, 0], torch.full_like(state.steps, ANSWER)
    place = to_view(target, window)
    if config.answer == "point":
        answer = form.at_point(kind, (place[:, :2] + place[:, 2:]) / 2)
        named = point_in_box(to_whole(form.decode(answer).point, window), target)
    else:
        answer = form.at_box(kind, place, cover=False)
        named = box_iou(to_whole(form.decode(answer).box, window), target) >= _NAMED
    chooses = state.choices > 0
    answer = torch.where(chooses[:, None], form.choosing(kind, state.right), answer)
    known = legible(state, window, looked, config) & (share_shown(target, window) >= _WHOLE)
    return answer, known & (named | chooses)


def _look(state: State, form: MoveForm, config: LookConfig) -> tuple[Tensor, Tensor]:
    """The look after which the truth can be said, or else the nearest; and whether it leads on,
    (B,) bool."""
    window, target = state.window, state.target_boxes[:, 0]
    root = root_window(state.whole_hw, config.size_hw)
    wide = window[:, 2] - window[:, 0]
    kind = torch.full_like(state.steps, PAN)
    centre = to_view(middle(target), window)
    chosen = form.at_point(kind, centre)
    looked = to_whole(form.decode(chosen).point, window)
    there = about_point(looked, window, 1.0, root)
    worth = _answer(state, there, looked, form, config)[1].double()
    for filled in _FILLED:
        box = to_view(_around(target, filled, root), window)
        zoom = form.at_box(torch.full_like(kind, ZOOM), box, cover=True)
        named = to_whole(form.decode(zoom).box, window)
        nearer = around_box(named, root)
        ready = _answer(state, nearer, middle(named), form, config)[1]
        gain = 1 - (nearer[:, 2] - nearer[:, 0]) / wide
        found = torch.where(gain > 1e-3, gain + 2 * ready, 0.0)
        chosen = torch.where((found > worth)[:, None], zoom, chosen)
        worth = torch.maximum(worth, found)
    return chosen, worth > 0


def _around(target: Tensor, filled: float, root: Tensor) -> Tensor:
    """(B, 4) the box to zoom to: the target, with room about it."""
    margin = (target[:, 2:] - target[:, :2]) * (1 / filled - 1) / 2
    return around_box(torch.cat((target[:, :2] - margin, target[:, 2:] + margin), 1), root)
