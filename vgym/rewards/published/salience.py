"""Evidence that matters more or is missed more easily: ours where GRiP and DIP-R1 publish no
formula."""

import torch
from torch import Tensor

from vgym.geometry.boxes import box_area, box_centre, box_iou
from vgym.geometry.points import point_in_box
from vgym.rewards.facts import Facts
from vgym.rewards.form import Form, Term
from vgym.rewards.overlap import BOXES
from vgym.rewards.recipes import register, sound
from vgym.rewards.reward import Reward
from vgym.rewards.sets import (
    all_pairs,
    matched_sums,
    present_members,
)
from vgym.rewards.stated import FORMAT

# GRiP ---------------------------------------------------------------------------------------------


def _weights(facts: Facts, name: str, wanted: Tensor, like: Tensor) -> Tensor:
    """`(B, K)` at least 0, summing to 1 over the targets; equal where all are 0."""
    weights = torch.where(wanted, facts[name].to(like.dtype), 0.0).clamp(min=0.0)
    weights = torch.where(weights.sum(1, keepdim=True) > 0, weights, wanted.to(like.dtype))
    return weights / weights.sum(1, keepdim=True).clamp(min=1e-12)


def salience_iou(facts: Facts) -> Tensor:
    """Mean of salience-weighted recall and of precision by IoU, matched one to one for the most
    salience-weighted IoU: `(B,)`; 1 where both lists are empty."""
    pairs = all_pairs(facts, "prediction_boxes")
    _, wanted = pairs.masks()
    iou = box_iou(pairs.prediction, pairs.target)
    weighted = iou * _weights(facts, "target_salience", wanted, iou)[:, None]
    (recall, total), predictions, targets = matched_sums(pairs, weighted, [weighted, iou])
    dual = (recall + total / predictions.clamp(min=1)) / 2
    return torch.where(predictions + targets > 0, dual, 1.0)


_SALIENCE_IOU = Term(
    "iou",
    salience_iou,
    (*BOXES, "target_salience"),
    "(salience-weighted mean over targets of matched IoU + mean over boxes of matched IoU) / 2, "
    "one to one; 1 if both lists are empty",
)
_GRIP = Reward(
    name="grip",
    forms=(Form("evidence boxes", ((1.0, _SALIENCE_IOU),)),),
    source="vgym: GRiP, arXiv 2511.22172, names a salience-weighted IoU and publishes no formula; "
    "this one, its weights and its precision half are ours",
    doc="Evidence boxes by IoU, salient targets counting for more.",
    failure_modes=("near repeats can be matched with further targets that overlap",),
)


# DIP-R1 -------------------------------------------------------------------------------------------

_CLOSE = 4.0  # a look that is twice as wide and as high as its target is a close one


def looked_at(facts: Facts) -> Tensor:
    """Uncertainty-weighted share of the targets with the centre in a look region, times
    `min(1, half the picture / area of the regions)`: `(B,)`; without targets all is covered."""
    return _covered(facts) * _thrift(facts, _half_the_picture(facts))


def looked_closely(facts: Facts) -> Tensor:
    """The same times `min(1, four times the targets' area / area of the regions)`: `(B,)`; without
    targets as `looked_at`."""
    target, wanted = present_members(facts, "target_boxes")
    area = torch.where(wanted, box_area(target), 0.0).sum(1)
    allowed = torch.where(wanted.any(1), _CLOSE * area, _half_the_picture(facts))
    return _covered(facts) * _thrift(facts, allowed)


def _half_the_picture(facts: Facts) -> Tensor:
    return 0.5 * facts["size_hw"].to(facts["target_boxes"].dtype).prod(-1)


def _covered(facts: Facts) -> Tensor:
    """Uncertainty-weighted share of the targets with the centre in a look region; 1 without any."""
    regions, given = present_members(facts, "look_boxes")
    target, wanted = present_members(facts, "target_boxes")
    inside = point_in_box(box_centre(target)[:, :, None], regions[:, None], "inclusive")
    seen = (inside & given[:, None]).any(-1)
    weights = _weights(facts, "target_uncertainty", wanted, target)
    covered = torch.where(seen, weights, 0.0).sum(1)
    return torch.where(wanted.any(1), covered, 1.0)


def _thrift(facts: Facts, allowed: Tensor) -> Tensor:
    """`min(1, allowed / area of the look regions)`: `(B,)`."""
    regions, given = present_members(facts, "look_boxes")
    area = torch.where(given, box_area(regions), 0.0).sum(1)
    return (allowed / area.clamp(min=1e-12)).clamp(max=1.0)


def weighted_precision_recall(facts: Facts) -> Tensor:
    """Mean of precision and uncertainty-weighted recall at IoU 0.5, matched one to one: `(B,)`; 1
    where both lists are empty."""
    pairs = all_pairs(facts, "prediction_boxes")
    _, wanted = pairs.masks()
    iou = box_iou(pairs.prediction, pairs.target)
    correct = (iou >= 0.5).to(iou.dtype)
    weights = _weights(facts, "target_uncertainty", wanted, iou)[:, None]
    # A hair for each pair, so that a target of no weight is still matched.
    (recall, hits), predictions, targets = matched_sums(
        pairs, correct * (weights + 1e-6), [correct * weights, correct]
    )
    mean = (recall + hits / predictions.clamp(min=1)) / 2
    return torch.where(predictions + targets > 0, mean, 1.0)


_LOOKED_AT = Term(
    "look",
    looked_at,
    ("look_boxes", "target_boxes", "target_uncertainty", "size_hw"),
    "uncertainty-weighted share of the targets whose centre is in a look region, times min(1, "
    "half the picture / area of the regions)",
)
_WEIGHTED_PRECISION_RECALL = Term(
    "accuracy",
    weighted_precision_recall,
    (*BOXES, "target_uncertainty"),
    "(precision + uncertainty-weighted recall) / 2 at IoU >= 0.5, one to one; 1 if both lists are "
    "empty",
)
_DIP_R1 = Reward(
    name="dip-r1",
    forms=(
        Form(
            "boxes and looks", ((0.2, FORMAT), (0.3, _LOOKED_AT), (0.5, _WEIGHTED_PRECISION_RECALL))
        ),
    ),
    source="vgym: DIP-R1, arXiv 2505.23179, names a format, a variance-guided looking and a "
    "weighted precision-recall reward and publishes no formula; all three and the weights 0.2, "
    "0.3, 0.5 are ours",
    doc="Crowds: look closely where targets are easily missed, then name them all.",
    failure_modes=("looking at half of the picture blindly sees half of the targets",),
)

_DIP_R1_SOUND = sound(
    _DIP_R1,
    Term(
        "look",
        looked_closely,
        _LOOKED_AT.needs,
        "uncertainty-weighted share of the targets whose centre is in a look region, times min(1, "
        "four times the targets' area / area of the regions)",
    ),
    source="vgym, after DIP-R1, arXiv 2505.23179",
    doc="Crowds: look closely where targets are easily missed, then name them all; looking all "
    "over the picture pays little.",
    failure_modes=("looks are paid where the targets are not named",),
)

register(_GRIP, _DIP_R1, _DIP_R1_SOUND, subject="grounding")
