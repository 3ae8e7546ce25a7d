"""What is measured of an answer that is a place: field-standard metrics, and whether it solves."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from vgym.core.task import Facts
from vgym.geometry.boxes import box_centre, box_giou, box_iou
from vgym.geometry.matching import match
from vgym.geometry.points import point_distance, point_in_box


def metrics_of(facts: Facts) -> dict[str, Tensor]:
    """(B,) each, finite. No answer overlaps nothing and is the picture's diagonal away.

    A point: `hit`, `distance_px`. A box: also `iou`, `giou`, `acc_at_50`; its middle is the point.
    Boxes: `precision`, `recall`, `f1` at IoU 0.5.
    """
    point = "prediction_points" in facts
    answer = facts["prediction_points" if point else "prediction_boxes"]
    if "prediction_mask" in facts or answer.device.type != "cpu":
        return metrics_with_torch(facts)
    return _compiled(answer[:, 0], facts["target_boxes"][:, 0], facts["size_hw"])


def metrics_with_torch(facts: Facts) -> dict[str, Tensor]:
    """`metrics_of` as tensor operations, for any device and for sets."""
    target = facts["target_boxes"]
    diagonal = facts["size_hw"].square().sum(-1).sqrt()
    if "prediction_points" in facts:
        return _of_point(facts["prediction_points"][:, 0], target[:, 0], diagonal)
    if "prediction_mask" in facts:  # a set, if only of one
        return _of_boxes(facts)
    box, truth = facts["prediction_boxes"][:, 0], target[:, 0]
    iou = box_iou(box, truth).nan_to_num(0.0)
    return {
        "iou": iou,
        "giou": box_giou(box, truth).nan_to_num(-1.0),
        "acc_at_50": iou >= 0.5,
        **_of_point(box_centre(box), truth, diagonal),
    }


def _compiled(answer: Tensor, target: Tensor, size_hw: Tensor) -> dict[str, Tensor]:
    """Of answers (B, 2) or (B, 4), one a row; on the CPU."""
    from vgym.core.place_metrics_numba import metrics_kernel

    boxes = answer.shape[1] == 4
    numbers = np.empty((3 if boxes else 1, len(answer)), np.float32)
    hit = np.empty(len(answer), np.bool_)
    answers, targets, sizes_hw = (
        np.ascontiguousarray(fact.numpy()) for fact in (answer, target, size_hw)
    )
    metrics_kernel(answers, targets, sizes_hw, numbers, hit)
    away, *overlaps = torch.from_numpy(numbers).unbind()
    of_point = {"hit": torch.from_numpy(hit), "distance_px": away}
    if not boxes:
        return of_point
    iou, giou = overlaps
    return {"iou": iou, "giou": giou, "acc_at_50": iou >= 0.5, **of_point}


def success_of(metrics: dict[str, Tensor]) -> Tensor:
    """(B,) bool: a box of IoU 0.5 or more, a point in the box, all boxes found and none besides."""
    if "f1" in metrics:
        return metrics["f1"] == 1
    return metrics["acc_at_50" if "acc_at_50" in metrics else "hit"]


def _of_point(xy: Tensor, box: Tensor, diagonal: Tensor) -> dict[str, Tensor]:
    away = point_distance(xy, box_centre(box))
    return {
        "hit": point_in_box(xy, box),
        "distance_px": torch.where(away.isnan(), diagonal.to(away.dtype), away),
    }


def _of_boxes(facts: Facts) -> dict[str, Tensor]:
    """Detection's precision, recall and F1 at IoU 0.5; 1 where both sets are empty."""
    boxes, target = facts["prediction_boxes"], facts["target_boxes"]
    said, wanted = facts["prediction_mask"], facts["target_mask"]
    iou = box_iou(boxes[:, :, None], target[:, None])  # (B, M, K)
    good = ((iou >= 0.5) & said[:, :, None] & wanted[:, None, :]).to(torch.float32)
    partner = match(-good, said, wanted)
    paired = torch.gather(good, 2, partner.clamp(min=0)[..., None])[..., 0]
    correct = torch.where(partner >= 0, paired, 0.0).sum(1)
    n_said, n_wanted = said.sum(1), wanted.sum(1)
    both_empty = (n_said + n_wanted) == 0

    def share(of: Tensor) -> Tensor:
        return torch.where(both_empty, 1.0, correct / of.clamp(min=1))

    return {
        "precision": share(n_said),
        "recall": share(n_wanted),
        "f1": torch.where(both_empty, 1.0, 2 * correct / (n_said + n_wanted).clamp(min=1)),
    }
