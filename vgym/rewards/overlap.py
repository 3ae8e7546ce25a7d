"""Terms for boxes: how much of the target the predicted box covers."""

import torch
from torch import Tensor

from vgym.geometry.boxes import IouVariant, box_centre, box_giou, box_iou, box_iou_variant
from vgym.geometry.gaussians import bhattacharyya, gaussian_point
from vgym.rewards.facts import Facts
from vgym.rewards.form import PairTerm, Term
from vgym.rewards.sets import all_matched, first_member, matched_mean, pair_up

BOXES = ("prediction_boxes", "target_boxes")


def centre_gaussian(prediction: Tensor, target: Tensor) -> Tensor:
    """The target's Gaussian, `alpha` 0.5, at the predicted box's centre: `(...)` in [0, 1]."""
    return gaussian_point(box_centre(prediction), target)


def mean_giou(facts: Facts) -> Tensor:
    """Mean GIoU over the larger of the two sets, members without a partner counting -1: `(B,)`."""
    pairs = pair_up(facts, "prediction_boxes")
    return matched_mean(pairs, box_giou(pairs.prediction, pairs.target), unmatched=-1.0)


def solved_at_50(facts: Facts) -> Tensor:
    """1 where all match one to one with IoU of at least 0.5 and none is left over: `(B,)`."""
    pairs = pair_up(facts, "prediction_boxes")
    iou = box_iou(pairs.prediction, pairs.target)
    return all_matched(pairs, (iou >= 0.5).to(iou.dtype))


def first_iou(facts: Facts, variant: IouVariant = "continuous") -> Tensor:
    """IoU of the first prediction and the first target: `(B,)`, 0 where either is absent."""
    prediction, answered = first_member(facts, "prediction_boxes")
    target, wanted = first_member(facts, "target_boxes")
    return torch.where(answered & wanted, box_iou_variant(prediction, target, variant), 0.0)


IOU = PairTerm("iou", box_iou, "prediction_boxes", "intersection over union")
COVERAGE = PairTerm(
    "coverage",
    bhattacharyya,
    "prediction_boxes",
    "Bhattacharyya coefficient of the two boxes as Gaussians, alpha 0.5",
)
CENTRE_GAUSSIAN = PairTerm(
    "point",
    centre_gaussian,
    "prediction_boxes",
    "the target's Gaussian, alpha 0.5, at the predicted centre",
)
GIOU = Term(
    "giou",
    mean_giou,
    BOXES,
    "generalised IoU; for sets the mean over the larger one, -1 for members without a partner",
    range=(-1.0, 1.0),
)
SOLVED_AT_50 = Term(
    "acc_at_50",
    solved_at_50,
    BOXES,
    "1 if the boxes match one to one with IoU of at least 0.5, else 0",
)
