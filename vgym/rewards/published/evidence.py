"""Published rewards for boxes in the reasoning: TreeVGR and PatchCue.

`prediction_boxes` are the boxes that the reasoning names as evidence, `target_boxes` what it should
have looked at.
"""

import torch
from torch import Tensor

from vgym.geometry.boxes import box_iou
from vgym.geometry.matching import match
from vgym.rewards.facts import Facts
from vgym.rewards.form import Form, Term
from vgym.rewards.overlap import BOXES
from vgym.rewards.recipes import register, sound
from vgym.rewards.reward import Reward
from vgym.rewards.sets import (
    all_pairs,
    best_member,
    matched,
    matched_sums,
)
from vgym.rewards.stated import ANSWER, FORMAT

# TreeVGR ------------------------------------------------------------------------------------------


def dual_iou(facts: Facts) -> Tensor:
    """Mean of recall (best IoU of each target) and precision (of each prediction): `(B,)`; many may
    share one partner, inverted boxes are dropped, 0 where either list is empty."""
    pairs = all_pairs(facts, "prediction_boxes")
    answered, wanted = pairs.masks()
    answered = answered & (pairs.prediction[:, :, 0, 2:] > pairs.prediction[:, :, 0, :2]).all(-1)
    iou = box_iou(pairs.prediction, pairs.target)
    recall = best_member(iou, answered[:, :, None], -2)
    precision = best_member(iou, wanted[:, None], -1)
    return (_mean(recall, wanted) + _mean(precision, answered)) / 2


def one_to_one_iou(facts: Facts) -> Tensor:
    """`dual_iou` under one matching, one to one, so that a repeat has no partner: `(B,)`; 1 where
    both lists are empty."""
    pairs = all_pairs(facts, "prediction_boxes")
    iou = box_iou(pairs.prediction, pairs.target)
    (total,), predictions, targets = matched_sums(pairs, iou, [iou])
    dual = (total / targets.clamp(min=1) + total / predictions.clamp(min=1)) / 2
    return torch.where(predictions + targets > 0, dual, 1.0)


def _mean(values: Tensor, mask: Tensor) -> Tensor:
    return torch.where(mask, values, 0.0).sum(1) / mask.sum(1).clamp(min=1)


_DUAL_IOU = Term(
    "iou",
    dual_iou,
    BOXES,
    "(mean over targets of the best IoU + mean over boxes of the best IoU) / 2; 0 if either list "
    "is empty",
)
_TREEVGR = Reward(
    name="treevgr",
    forms=(Form("evidence boxes", ((1.0, ANSWER), (1.0, FORMAT), (1.0, _DUAL_IOU))),),
    source="TreeVGR, arXiv 2507.07999 (formula from the paper; Haochen-Wang409/TreeVGR evaluates)",
    doc="The answer, format, and recall and precision of the evidence boxes by IoU.",
    range=(0.0, 3.0),
    failure_modes=(
        "repeating the best box keeps precision up and costs nothing",
        "nothing to look at and nothing named earns no IoU term",
    ),
)
_ONE_TO_ONE_IOU = Term(
    "iou",
    one_to_one_iou,
    BOXES,
    "(matched IoU / targets + matched IoU / boxes) / 2, matched one to one; 1 if both lists are "
    "empty",
)
_TREEVGR_SOUND = sound(
    _TREEVGR,
    _ONE_TO_ONE_IOU,
    failure_modes=("near repeats can be matched with further targets that overlap",),
)


# PatchCue -----------------------------------------------------------------------------------------

_PATCH_PX, _CUE_F1 = 28.0, 0.5


def patch_f1(a: Tensor, b: Tensor) -> Tensor:
    """F1 of the 28-pixel patches that two boxes touch, elementwise: `(...)` in [0, 1].

    A box's patches are the rectangle from the patch of its first corner to that of its second, both
    included; an inverted box has none. The rectangles are counted, not drawn.
    """
    patches_a, patches_b = (a / _PATCH_PX).floor(), (b / _PATCH_PX).floor()
    low = torch.maximum(patches_a[..., :2], patches_b[..., :2])
    high = torch.minimum(patches_a[..., 2:], patches_b[..., 2:])
    shared = (high - low + 1).clamp(min=0).prod(-1)
    total = _patches(patches_a) + _patches(patches_b)
    return 2 * shared / total.clamp(min=1)


def _patches(corners: Tensor) -> Tensor:
    return (corners[..., 2:] - corners[..., :2] + 1).clamp(min=0).prod(-1)


def patch_cues(facts: Facts) -> Tensor:
    """Share of the targets with a Hungarian partner of patch F1 at least 0.5: `(B,)`; 0 with more
    boxes than targets, 1 where both lists are empty."""
    pairs = all_pairs(facts, "prediction_boxes")
    answered, wanted = pairs.masks()
    f1 = patch_f1(pairs.prediction, pairs.target)
    partner = match(1 - f1, answered, wanted)
    chosen = matched(partner, f1.shape[2])
    found = (chosen & (f1 >= _CUE_F1)).sum((1, 2))
    predictions, targets = answered.sum(1), wanted.sum(1)
    share = found.to(f1.dtype) / targets.clamp(min=1)
    empty = (predictions == 0) & (targets == 0)
    return torch.where(empty, 1.0, torch.where(predictions > targets, 0.0, share))


_PATCH_CUES = Term(
    "cue",
    patch_cues,
    BOXES,
    "share of the targets matched (Hungarian on 1 - F1) with F1 >= 0.5 over 28-pixel patches; 0 "
    "if there are more boxes than targets; 1 if both lists are empty",
)
_PATCHCUE = Reward(
    name="patchcue",
    forms=(Form("cue boxes", ((1.0, ANSWER), (1.0, FORMAT), (1.0, _PATCH_CUES))),),
    source="PatchCue, arXiv 2603.05869, section 3",
    doc="The answer, format, and visual cues compared patch by patch.",
    range=(0.0, 3.0),
    failure_modes=(
        "one box too many loses the whole cue term, which gives the number of targets away",
        "a box that ends on the edge of a patch owns the next patch too",
        "any box in the right patches is as good as the truth",
    ),
)

register(_TREEVGR, _TREEVGR_SOUND, _PATCHCUE, subject="grounding")
