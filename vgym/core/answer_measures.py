"""What is logged of an answer: field-standard metrics over the facts."""

from __future__ import annotations

import torch
from torch import Tensor

from vgym.core.task import Facts
from vgym.geometry.boxes import box_centre, box_giou, box_iou
from vgym.geometry.matching import match
from vgym.geometry.points import point_distance, point_in_box
from vgym.rewards import recipe

_SPARSE = recipe("sparse")


def success_of(facts: Facts) -> Tensor:
    """(B,) bool: what the `sparse` recipe pays for."""
    return _SPARSE(facts).value >= 0.5


def metrics_of(facts: Facts) -> dict[str, Tensor]:
    """(B,) each; see the class docstring of the task."""
    target = facts["target_boxes"]
    if "prediction_points" in facts:
        xy = facts["prediction_points"][:, 0]
        hit = point_in_box(xy, target[:, 0])
        return {"hit": hit, "distance_px": _distance(xy, target[:, 0])}
    boxes = facts["prediction_boxes"]
    if "prediction_mask" in facts:
        return _set_metrics(facts)
    box, truth = boxes[:, 0], target[:, 0]
    iou = box_iou(box, truth)
    centre = box_centre(box)
    return {
        "iou": iou,
        "giou": box_giou(box, truth),
        "acc_at_50": iou >= 0.5,
        "hit": point_in_box(centre, truth),
        "distance_px": _distance(centre, truth),
    }


def _set_metrics(facts: Facts) -> dict[str, Tensor]:
    """Detection's precision, recall and F1 at IoU 0.5; 1 where both sets are empty."""
    boxes, target = facts["prediction_boxes"], facts["target_boxes"]
    said, wanted = facts["prediction_mask"], facts["target_mask"]
    iou = box_iou(boxes[:, :, None], target[:, None])  # (B, M, K)
    good = ((iou >= 0.5) & said[:, :, None] & wanted[:, None, :]).to(torch.float32)
    partner = match(-good, said, wanted)
    paired = torch.gather(good, 2, partner.clamp(min=0)[..., None])[..., 0]
    correct = torch.where(partner >= 0, paired, 0.0).sum(1)
    n_said, n_wanted = said.sum(1), wanted.sum(1)
    both_empty: Tensor = (n_said + n_wanted) == 0

    def share(of: Tensor) -> Tensor:
        return torch.where(both_empty, 1.0, correct / of.clamp(min=1))

    return {
        "precision": share(n_said),
        "recall": share(n_wanted),
        "f1": torch.where(both_empty, 1.0, 2 * correct / (n_said + n_wanted).clamp(min=1)),
    }


def _distance(xy: Tensor, box: Tensor) -> Tensor:
    """Pixels from a point to a box's centre."""
    return point_distance(xy, box_centre(box))
