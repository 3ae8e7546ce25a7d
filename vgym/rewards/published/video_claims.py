"""VisionCoach: what a text says is where at which time of a video."""

import torch
from torch import Tensor

from vgym.geometry.boxes import box_iou
from vgym.geometry.intervals import interval_iou
from vgym.rewards.facts import Facts, number
from vgym.rewards.form import Form, Term
from vgym.rewards.overlap import first_iou
from vgym.rewards.recipes import register, sound
from vgym.rewards.reward import Reward
from vgym.rewards.sets import present_members
from vgym.rewards.stated import ANSWER, FORMAT

_GATE_S = 1.0


def answer_span_iou(facts: Facts) -> Tensor:
    """`interval_iou` of the answered and the true span: `(B,)`."""
    return interval_iou(facts["prediction_span"], facts["target_span"])


def times_in_span(facts: Facts) -> Tensor:
    """Share of the times named in the reasoning that lie in the true span: `(B,)`, 0 for none."""
    times, named = present_members(facts, "claim_times")
    span = facts["target_span"]
    inside = (times >= span[:, :1]) & (times <= span[:, 1:]) & named
    return inside.sum(1).to(times.dtype) / named.sum(1).clamp(min=1)


def times_near_keyframes(facts: Facts) -> Tensor:
    """Mean over named times of a Gaussian of the distance to the nearest keyframe: `(B,)`.

    Its deviation falls from 4 s to 1 s over the first three quarters of the training.
    """
    times, named = present_members(facts, "claim_times")
    nearest, exists = _nearest_keyframe_distance(facts, times)
    progress = number(facts, "training_progress").to(times.dtype)
    sigma = torch.where(progress < 0.75, 4 * (1 - progress), 1.0).clamp(1.0, 4.0)[:, None]
    near = torch.exp(-(nearest**2) / (2 * sigma**2))
    return torch.where(named & exists, near, 0.0).sum(1) / named.sum(1).clamp(min=1)


def _nearest_keyframe_distance(facts: Facts, times: Tensor) -> tuple[Tensor, Tensor]:
    """Seconds from each time to the nearest keyframe `(B, N)`, and whether there is one."""
    key_times, present = present_members(facts, "keyframe_times")
    if key_times.shape[1] == 0:
        return torch.zeros_like(times), torch.zeros_like(times, dtype=torch.bool)
    away = (times[:, :, None] - key_times[:, None]).abs()
    away = torch.where(present[:, None], away, torch.finfo(times.dtype).max ** 0.25)
    return away.amin(2), present.any(1, keepdim=True).expand_as(times)


def _claims(facts: Facts) -> tuple[Tensor, Tensor, Tensor]:
    """Sum over claims of the mean IoU with the boxes of that name at the nearest keyframe, the
    number of claims within a second of a keyframe, and of all claims: `(B,)` each."""
    boxes, claimed = present_members(facts, "claim_boxes")
    times, _ = present_members(facts, "claim_times")
    key_boxes, present = present_members(facts, "keyframe_boxes")
    key_times, _ = present_members(facts, "keyframe_times")
    nearest, exists = _nearest_keyframe_distance(facts, times)
    timed = claimed & exists & (nearest <= _GATE_S)
    away = (times[:, :, None] - key_times[:, None]).abs()
    there = present[:, None] & (away == nearest[:, :, None])
    named = facts["claim_labels"][:, :, None] == facts["keyframe_labels"][:, None]
    counted = there & named & timed[:, :, None]
    iou = torch.where(counted, box_iou(boxes[:, :, None], key_boxes[:, None]), 0.0)
    each = iou.sum(2) / counted.sum(2).clamp(min=1)
    return each.sum(1), timed.sum(1), claimed.sum(1)


def places_of_matched_claims(facts: Facts) -> Tensor:
    """Mean IoU of the claims within a second of a keyframe: `(B,)`, 0 for none."""
    total, timed, _ = _claims(facts)
    return total / timed.clamp(min=1)


def places_of_all_claims(facts: Facts) -> Tensor:
    """Sum of IoU of the claims within a second of a keyframe over the number of all: `(B,)`."""
    total, _, claimed = _claims(facts)
    return total / claimed.clamp(min=1)


_CLAIMS = (
    "claim_boxes",
    "claim_labels",
    "claim_times",
    "keyframe_boxes",
    "keyframe_labels",
    "keyframe_times",
)
_ANSWER_SPAN_IOU = Term(
    "answer_time", answer_span_iou, ("prediction_span", "target_span"), "IoU of the spans"
)
_FIRST_IOU = Term(
    "answer_place",
    first_iou,
    ("prediction_boxes", "target_boxes"),
    "continuous IoU of the first box",
)
_TIMES_NEAR_KEYFRAMES = Term(
    "times_near",
    times_near_keyframes,
    ("claim_times", "keyframe_times", "training_progress"),
    "mean over claimed times of exp(-d^2 / (2 s^2)), d to the nearest keyframe, s = 4 (1 - "
    "progress) s, 1 s from progress 3/4 on",
)
_TIMES_IN_SPAN = Term(
    "times_inside",
    times_in_span,
    ("claim_times", "target_span"),
    "share of the claimed times in the true span",
)
_PLACES_OF_MATCHED_CLAIMS = Term(
    "places",
    places_of_matched_claims,
    _CLAIMS,
    "mean over the claims within 1 s of a keyframe, of the mean IoU with the boxes of that name "
    "at that keyframe; names are equal or not, words being the parser's",
)
_VISIONCOACH = Reward(
    name="visioncoach",
    forms=(
        Form(
            "answer, span, box and claims",
            (
                (1.0, ANSWER),
                (1.0, _ANSWER_SPAN_IOU),
                (1.0, _FIRST_IOU),
                (1.0, _TIMES_NEAR_KEYFRAMES),
                (1.0, _TIMES_IN_SPAN),
                (1.0, _PLACES_OF_MATCHED_CLAIMS),
                (1.0, FORMAT),
            ),
        ),
    ),
    source="VisionCoach, arXiv 2603.14659; code daeunni/VisionCoach @335bdd00f490, "
    "r1-v/src/open_r1/reward_func.py, as its training script sets it (average, matched)",
    doc="Video questions: the answer, its time and place, and those of every claim in the "
    "reasoning. `format_ok` is 0.5 for good tags without such claims.",
    range=(0.0, 7.0),
    space="pixels, seconds",
    failure_modes=(
        "claims that no keyframe is near are free",
        "one safe claim earns as much as a full account",
    ),
)
_PLACES_OF_ALL_CLAIMS = Term(
    "places",
    places_of_all_claims,
    _CLAIMS,
    "sum over the claims within 1 s of a keyframe, over the number of all claims, of the mean IoU "
    "with the boxes of that name at that keyframe; names are equal or not, words being the "
    "parser's",
)
_VISIONCOACH_SOUND = sound(
    _VISIONCOACH,
    _PLACES_OF_ALL_CLAIMS,
    failure_modes=("one safe claim earns as much as a full account",),
)

register(_VISIONCOACH, _VISIONCOACH_SOUND, subject="video")
