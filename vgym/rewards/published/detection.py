"""Published rewards for lists of boxes: VLM-R1's detection and Visual-RFT.

Both match greedily: in the order of the list, as COCO does, and by stated confidence.
"""

import torch
from torch import Tensor

from vgym.geometry.boxes import box_iou
from vgym.rewards.average_precision import average_precision
from vgym.rewards.facts import Facts
from vgym.rewards.form import Form, Term
from vgym.rewards.greedy import greedy_match
from vgym.rewards.overlap import BOXES
from vgym.rewards.recipes import register, sound
from vgym.rewards.reward import Reward
from vgym.rewards.sets import matched, present_members
from vgym.rewards.stated import FORMAT

# VLM-R1 -------------------------------------------------------------------------------------------


def ap_length(facts: Facts) -> Tensor:
    """Average precision times `min(1, targets / predictions)`, of one category: `(B,)`."""
    prediction, answered = present_members(facts, "prediction_boxes")
    target, wanted = present_members(facts, "target_boxes")
    one = [torch.zeros_like(mask, dtype=torch.int64) for mask in (answered, wanted)]
    return _ap_length(prediction, answered, one[0], target, wanted, one[1])


def labelled_ap_length(facts: Facts) -> Tensor:
    """`ap_length`, each category of the targets apart: `(B,)`."""
    return _ap_length(
        *present_members(facts, "prediction_boxes"),
        facts["prediction_labels"],
        *present_members(facts, "target_boxes"),
        facts["target_labels"],
    )


def _ap_length(
    prediction: Tensor,
    answered: Tensor,
    prediction_labels: Tensor,
    target: Tensor,
    wanted: Tensor,
    target_labels: Tensor,
) -> Tensor:
    precision = average_precision(
        prediction, answered, prediction_labels, target, wanted, target_labels
    ).to(prediction.dtype)
    predictions, targets = answered.sum(1), wanted.sum(1)
    length = (targets / predictions.clamp(min=1)).clamp(max=1.0).to(prediction.dtype)
    return torch.where((predictions == 0) & (targets == 0), 1.0, precision * length)


_LABELLED_AP_LENGTH = Term(
    "ap",
    labelled_ap_length,
    (*BOXES, "prediction_labels", "target_labels"),
    "COCO AP, IoU .50:.05:.95, all scores 1, times min(1, targets / predictions); 1 if both lists "
    "are empty, 0 if one is",
)
_AP_LENGTH = Term(
    "ap",
    ap_length,
    BOXES,
    "COCO AP, IoU .50:.05:.95, all scores 1, times min(1, targets / predictions); 1 if both lists "
    "are empty, 0 if one is; one category",
)
_VLM_R1_ODLENGTH = Reward(
    name="vlm-r1-odlength",
    forms=(
        Form("labelled boxes", ((1.0, _LABELLED_AP_LENGTH),)),
        Form("boxes", ((1.0, _AP_LENGTH),)),
    ),
    source="VLM-R1, arXiv 2504.07615; code om-ai-lab/VLM-R1 @90052f478646, open_r1/grpo_jsonl.py "
    "(odLength)",
    doc="Detection: average precision, cut by the share of boxes too many. Greedy matching in the "
    "order of the list.",
    space="pixels; any common scale gives the same",
    failure_modes=(
        "the order of the list decides: false boxes at its end cost nothing until there are more "
        "boxes than targets",
        "boxes with a label that no target has cost by their number alone",
    ),
)


# Visual-RFT ---------------------------------------------------------------------------------------


def _by_confidence(facts: Facts) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """IoU with the partner `(B, M)`, 0 for none; which predictions count, exact repeats being
    dropped `(B, M)`; confidences `(B, M)`; number of targets `(B,)`."""
    prediction, answered = present_members(facts, "prediction_boxes")
    target, wanted = present_members(facts, "target_boxes")
    scores, _ = present_members(facts, "prediction_scores")
    equal = (prediction[:, :, None] == prediction[:, None]).all(-1) & answered[:, None]
    counted = answered & ~equal.tril(-1).any(-1)
    iou = box_iou(prediction[:, :, None], target[:, None])
    allowed = counted[:, :, None] & wanted[:, None] & (iou > 0.5)
    order = torch.argsort(scores, dim=1, descending=True, stable=True)
    partner = greedy_match(iou, allowed, order)
    chosen = matched(partner, target.shape[1])
    return torch.where(chosen, iou, 0.0).sum(-1), counted, scores, wanted.sum(1)


def iou_over_larger(facts: Facts) -> Tensor:
    """Sum of matched IoU over the larger number of boxes: `(B,)`, 0 if there are no targets."""
    iou, counted, _, targets = _by_confidence(facts)
    larger = torch.maximum(counted.sum(1), targets)
    return torch.where(targets > 0, iou.sum(1) / larger.clamp(min=1), 0.0)


def confidence(facts: Facts) -> Tensor:
    """Mean over predictions of c if matched, 1 - c if not, then cut to [0, 1]: `(B,)`."""
    iou, counted, scores, _ = _by_confidence(facts)
    each = torch.where(iou > 0, scores, 1 - scores)
    total = torch.where(counted, each, 0.0).sum(1)
    return (total / counted.sum(1).clamp(min=1)).clamp(0.0, 1.0)


def sound_iou_over_larger(facts: Facts) -> Tensor:
    """`iou_over_larger`, 1 where there is nothing to find and nothing was named: `(B,)`."""
    iou, counted, _, targets = _by_confidence(facts)
    larger = torch.maximum(counted.sum(1), targets)
    return torch.where(larger > 0, iou.sum(1) / larger.clamp(min=1), 1.0)


def sound_confidence(facts: Facts) -> Tensor:
    """Mean over predictions of c if matched, -c if not, c cut to [0, 1] first: `(B,)` in [0, 1];
    1 where there is nothing to find and nothing was named."""
    iou, counted, scores, targets = _by_confidence(facts)
    certain = scores.clamp(0.0, 1.0)
    total = torch.where(counted, torch.where(iou > 0, certain, -certain), 0.0).sum(1)
    predictions = counted.sum(1)
    mean = (total / predictions.clamp(min=1)).clamp(0.0, 1.0)
    return torch.where((predictions == 0) & (targets == 0), 1.0, mean)


_SCORED = (*BOXES, "prediction_scores")
_IOU_OVER_LARGER = Term(
    "iou",
    iou_over_larger,
    _SCORED,
    "sum of IoU over max(predictions, targets), the most confident first taking the best free "
    "target if IoU > 0.5; 0 without targets",
)
_CONFIDENCE = Term(
    "confidence",
    confidence,
    _SCORED,
    "mean of c (matched) or 1 - c (not), cut to [0, 1]; 0 for no box",
)
_VISUAL_RFT = Reward(
    name="visual-rft",
    forms=(Form("scored boxes", ((1.0, _IOU_OVER_LARGER), (1.0, _CONFIDENCE), (1.0, FORMAT))),),
    source="Visual-RFT, arXiv 2503.01785; code Liuziyu77/Visual-RFT @94866331ff38, "
    "virft/open_r1/grpo.py",
    doc="Detection: matched IoU, calibrated confidence, format. Exact repeats are dropped.",
    range=(0.0, 3.0),
    failure_modes=(
        "wrong boxes of confidence 0 earn the whole confidence term",
        "one matched box of confidence 1000 earns the confidence term for all",
        "nothing to find and nothing named earns nothing but the format",
    ),
)
_SOUND_IOU_OVER_LARGER = Term(
    "iou", sound_iou_over_larger, _SCORED, "as `visual-rft`, but 1 if both lists are empty"
)
_SOUND_CONFIDENCE = Term(
    "confidence",
    sound_confidence,
    _SCORED,
    "mean of c (matched) or -c (not), each c cut to [0, 1], then the mean; 1 if both lists are "
    "empty",
)
_VISUAL_RFT_SOUND = sound(
    _VISUAL_RFT,
    _SOUND_IOU_OVER_LARGER,
    _SOUND_CONFIDENCE,
    doc="`visual-rft` whose wrong boxes earn nothing whatever their confidence.",
    failure_modes=("near repeats of a box are not dropped; they cost by their number",),
)

register(_VLM_R1_ODLENGTH, _VISUAL_RFT, _VISUAL_RFT_SOUND, subject="grounding")
