"""What happened in a turn of VZoom, as facts and as metrics."""

from __future__ import annotations

import torch
from torch import Tensor

from vgym.core.task import Facts
from vgym.envs.zoom.foveation import acuity
from vgym.envs.zoom.types import LookConfig, State
from vgym.envs.zoom.windows import middle, root_window, scale_of, share_of_whole, share_shown
from vgym.geometry.boxes import box_centre, box_iou
from vgym.geometry.points import point_distance, point_in_box
from vgym.geometry.polygons import polygon_iou

IN_VIEW = 0.5  # share of the target that a view must show for it to be in view

SEARCH_FACTS = frozenset(
    {
        "target_boxes",
        "size_hw",
        "answer_score",
        "episode_over",
        "steps",
        "max_steps",
        "zoom_boxes",
        "zoom_points",
        "tool_calls",
        "last_call_failed",
        "view_share_before",
        "view_share_after",
        "target_shown_before",
        "target_shown_after",
        "legible_share",
        "pixels_spent",
    }
)


def legible_share(state: State, config: LookConfig) -> Tensor:
    """(B,) float64: the share of the whole in the widest view in which the target is legible."""
    scale = shorter_side(state) / state.legible_px
    return (config.view_pixels * scale.square() / state.whole_hw.prod(1)).clamp(max=1.0)


def shorter_side(state: State) -> Tensor:
    """(B,) float64 of the target, pixels of the whole."""
    box = state.target_boxes[:, 0]
    return (box[:, 2:] - box[:, :2]).amin(1)


def legible(state: State, window: Tensor, looked: Tensor, config: LookConfig) -> Tensor:
    """(B,) bool: whether the target is large enough in a view to be told from others.

    Args:
        window: (B, 4). looked: (B, 2) where, pixels of the whole; what is seen foveated counts as
            much smaller as it is blurred.
    """
    scale = scale_of(window, config.size_hw)
    shown = shorter_side(state) / scale
    if config.observation == "foveated":
        away = point_distance(middle(state.target_boxes[:, 0]), looked) / scale
        shown = shown * acuity(away, config.size_hw)
    return shown >= state.legible_px * (1 - 1e-6)


def fixation(state: State, config: LookConfig) -> Tensor:
    """(B, 2) float64 where is looked, pixels of the whole: its middle before the first look."""
    at_first = middle(root_window(state.whole_hw, config.size_hw))
    return torch.where((state.looks > 0)[:, None], state.points[:, 0], at_first)


def right(state: State) -> Tensor:
    """(B,) bool: the choice, or the place: a box of IoU 0.5 or more, a point in the box."""
    box, target = state.answer, state.target_boxes[:, 0]
    point = (box[:, :2] == box[:, 2:]).all(1)
    place = torch.where(point, point_in_box(box[:, :2], target), box_iou(box, target) >= 0.5)
    return torch.where(state.choices > 0, state.chosen == state.right, place) & state.answered


def facts_of(state: State, before: Tensor, spent: Tensor, config: LookConfig) -> Facts:
    """What happened, after a move.

    Args:
        state: after it. before: (B, 4) the window before it. spent: (B,) pixels that it showed.
    """
    target = state.target_boxes[:, 0]
    success = right(state)
    kept = torch.arange(state.views.shape[1], device=state.looks.device)
    there = (kept < state.looks[:, None]).flip(1)
    zooms = state.views.flip(1)
    limit = torch.full_like(state.steps, config.max_episode_steps)
    facts = {
        "success": success,
        "answer_score": success.to(torch.float32),
        "episode_over": state.answered | (state.steps >= limit),
        "steps": torch.minimum(state.steps, limit),
        "max_steps": limit,
        "target_boxes": state.target_boxes,
        "size_hw": state.whole_hw,
        "zoom_boxes": zooms,
        "zoom_boxes_mask": there,
        "zoom_points": state.points.flip(1),
        "zoom_points_mask": there,
        "tool_calls": state.looks,
        "last_call_failed": state.refused,
        "view_share_before": share_of_whole(before, state.whole_hw),
        "view_share_after": share_of_whole(state.window, state.whole_hw),
        "target_shown_before": share_shown(target, before),
        "target_shown_after": share_shown(target, state.window),
        "legible_share": legible_share(state, config),
        "pixels_spent": spent / max(1, config.pixel_budget),
    }
    given = state.answered[:, None]
    if config.answer == "box":
        facts |= {"prediction_boxes": state.answer[:, None], "prediction_mask": given}
    elif config.answer == "point":
        points = state.answer[:, None, :2]
        facts |= {"prediction_points": points, "prediction_points_mask": given}
    else:
        facts["choices_offered"] = state.choices
    return facts


def metrics_of(
    state: State, config: LookConfig, outlines: Tensor | None = None
) -> dict[str, Tensor]:
    """(B,) each, but for the scanpath (B, L, 4) and the fixations (B, L, 2).

    Args:
        outlines: (B, V, 2) corners of the targets, pixels of the whole, where they are known.
    """
    target = state.target_boxes[:, 0]
    metrics = {
        "turns": state.steps.clone(),
        "pixels_shown": state.looks * config.view_pixels,
        "pixels_seen": state.seen_share.clone(),
        "target_seen": state.most_shown >= IN_VIEW,
        "target_legible": state.found_at >= 0,
        "search_length": torch.where(state.found_at >= 0, state.found_at, config.max_episode_steps),
        "scanpath": in_order(state.views, state),
        "fixations": in_order(state.points, state),
    }
    if config.answer == "choice":
        return metrics
    away = point_distance(box_centre(state.answer), box_centre(target))
    diagonal = state.whole_hw.square().sum(1).sqrt()
    metrics["hit"] = point_in_box(middle(state.answer), target) & state.answered
    metrics["distance_px"] = torch.where(state.answered, away, diagonal).float()
    if config.answer == "box":
        iou = box_iou(state.answer, target)
        metrics["iou"] = torch.where(state.answered, iou, 0.0).float()
        if outlines is not None:
            overlap = polygon_iou(_corners(state.answer), outlines)
            metrics["oriented_iou"] = torch.where(state.answered, overlap, 0.0).float()
    return metrics


def _corners(boxes: Tensor) -> Tensor:
    """(B, 4, 2) of boxes (B, 4), clockwise on screen."""
    return boxes[:, [0, 1, 2, 1, 2, 3, 0, 3]].reshape(-1, 4, 2)


def in_order(places: Tensor, state: State) -> Tensor:
    """Places (B, L, 4 or 2) of looks, the latest first, as fractions of the whole, the first first:
    float32, zeros after the last."""
    kept = torch.arange(places.shape[1], device=state.looks.device)
    count = state.looks.clamp(max=len(kept))[:, None]
    index = (count - 1 - kept).clamp(min=0)[..., None]
    ordered = places.gather(1, index.expand(places.shape))
    fractions = ordered / state.whole_hw.flip(1).repeat(1, places.shape[2] // 2)[:, None]
    return torch.where((kept < count)[..., None], fractions, 0.0).float()
