"""Where moves lead: windows before and after, the way back, and what was seen of the whole."""

from __future__ import annotations

import torch
from torch import Tensor

from vgym.envs.zoom.metrics import IN_VIEW, legible
from vgym.envs.zoom.moves import ABOUT, ANSWER, PAN, UNDO, ZOOM, Move
from vgym.envs.zoom.types import Asked, LookConfig, State
from vgym.envs.zoom.windows import (
    NARROW,
    WIDER,
    about_point,
    around_box,
    middle,
    root_window,
    scale_of,
    share_shown,
    to_whole,
    union_share,
)


def first_view(asked: Asked, config: LookConfig) -> State:
    """The states in which episodes begin: the whole is in view, nothing was looked at."""
    batch = len(asked.picture)
    whole = asked.whole_hw
    number = torch.zeros(batch, dtype=torch.int64, device=whole.device)
    windows = torch.zeros(batch, config.looks_kept, 4, dtype=torch.float64, device=whole.device)
    return State(
        **vars(asked),
        window=root_window(whole, config.size_hw),
        before=windows,
        can_undo=number,
        views=windows.clone(),
        points=windows[..., :2].clone(),
        looks=number.clone(),
        steps=number.clone(),
        refused=number.bool(),
        answered=number.bool(),
        answer=windows.new_zeros(batch, 4),
        chosen=number - 1,
        most_shown=number.float(),
        found_at=torch.where(legible_at_first(asked, config), 0, -1),
        seen_share=_share_of_first(asked, config),
    )


def legible_at_first(asked: Asked, config: LookConfig) -> Tensor:
    """(B,) bool: whether the overview shows the target large enough."""
    box = asked.target_boxes[:, 0]
    side = (box[:, 2:] - box[:, :2]).amin(1)
    return side / scale_of(root_window(asked.whole_hw, config.size_hw), config.size_hw) >= (
        asked.legible_px
    )


def look(state: State, move: Move, moves: Tensor, config: LookConfig) -> Tensor:
    """Move the view of every row that looks and can pay for it, in place.

    Args:
        state: before. move: of `MOVES`. moves: (B,) bool, the rows that make it.

    Returns:
        (B,) bool: those that were shown a view, another or the same.
    """
    looks = (move.kind != ANSWER) & moves
    affordable = (state.looks + 1) * config.view_pixels <= config.pixel_budget
    state.refused = looks & ~affordable
    looks = looks & affordable
    here = state.window
    there = torch.where(looks[:, None], _led_to(state, move, config), here)
    undone = looks & (move.kind == UNDO) & (state.can_undo > 0)
    left = looks & (move.kind != UNDO) & (there != here).any(1)
    deeper = torch.cat((here[:, None], state.before[:, :-1]), 1)
    back = torch.cat((state.before[:, 1:], state.before[:, -1:]), 1)
    state.before = torch.where(
        left[:, None, None], deeper, torch.where(undone[:, None, None], back, state.before)
    )
    most = state.before.shape[1]
    state.can_undo = (state.can_undo + left.long() - undone.long()).clamp(max=most)
    state.window = there
    viewed = torch.cat((there[:, None], state.views[:, :-1]), 1)
    state.views = torch.where(looks[:, None, None], viewed, state.views)
    pointed = torch.cat((_looked_at(move, here, there)[:, None], state.points[:, :-1]), 1)
    state.points = torch.where(looks[:, None, None], pointed, state.points)
    state.looks = state.looks + looks.long()
    _note(state, looks, config)
    return looks


def _led_to(state: State, move: Move, config: LookConfig) -> Tensor:
    """(B, 4) the window of every row's move; where it answers any."""
    here, root = state.window, root_window(state.whole_hw, config.size_hw)
    point = to_whole(move.point, here)
    ways = torch.stack(
        (
            around_box(to_whole(move.box, here), root),
            about_point(point, here, NARROW, root),
            about_point(point, here, 1.0, root),
            about_point(middle(here), here, WIDER, root),
            torch.where((state.can_undo > 0)[:, None], state.before[:, 0], here),
            here,
        ),
        1,
    )
    rows = torch.arange(len(here), device=here.device)
    return ways[rows, move.kind]


def _looked_at(move: Move, here: Tensor, there: Tensor) -> Tensor:
    """(B, 2) what a move names: the middle of a box, a point; else the middle of where it leads."""
    box, point = middle(to_whole(move.box, here)), to_whole(move.point, here)
    named = torch.where((move.kind == ZOOM)[:, None], box, middle(there))
    pointed = (move.kind == ABOUT) | (move.kind == PAN)
    return torch.where(pointed[:, None], point, named)


def _note(state: State, looks: Tensor, config: LookConfig) -> None:
    """What the views of those rows have shown."""
    shown = share_shown(state.target_boxes[:, 0], state.window)
    root = root_window(state.whole_hw, config.size_hw)
    nearer = looks & (state.window != root).any(1)
    most = torch.maximum(state.most_shown, shown.float())
    state.most_shown = torch.where(nearer, most, state.most_shown)
    found = looks & (shown >= IN_VIEW) & legible(state, state.window, state.points[:, 0], config)
    state.found_at = torch.where(found & (state.found_at < 0), state.looks, state.found_at)
    native = looks & (scale_of(state.window, config.size_hw) <= 1)
    rows = native.nonzero()[:, 0]
    if len(rows):
        views = state.views[rows]
        kept = torch.arange(views.shape[1], device=rows.device)
        there = (kept < state.looks[rows, None]) & (
            (views[..., 2] - views[..., 0]) <= config.size_hw[1]
        )
        # No less than before: of many views the first are forgotten, and the overview is no view.
        seen = union_share(views, there, state.whole_hw[rows]).float()
        most = seen.maximum(state.seen_share[rows])
        state.seen_share = state.seen_share.index_put((rows,), most)


def _share_of_first(asked: Asked, config: LookConfig) -> Tensor:
    """(B,) float32: 1 where the overview is of native resolution already, else 0."""
    root = root_window(asked.whole_hw, config.size_hw)
    return (scale_of(root, config.size_hw) <= 1).float()
