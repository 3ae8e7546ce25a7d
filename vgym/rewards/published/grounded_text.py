"""Published rewards for naming places while reasoning: GRIT and ViGoRL."""

import torch
from torch import Tensor

from vgym.geometry.boxes import box_iou
from vgym.geometry.points import point_in_box
from vgym.rewards.facts import Facts
from vgym.rewards.form import Form, Term
from vgym.rewards.overlap import BOXES
from vgym.rewards.pointing import hit
from vgym.rewards.recipes import register, sound
from vgym.rewards.reward import Reward
from vgym.rewards.sets import (
    all_matched,
    first_member,
    last_member,
    pair_up,
    present_members,
    soft_f1,
)
from vgym.rewards.stated import ANSWER, FORMAT

# GRIT ---------------------------------------------------------------------------------------------


def any_box(facts: Facts) -> Tensor:
    """1 where the reasoning names any box: `(B,)`."""
    boxes, given = present_members(facts, "prediction_boxes")
    return given.any(1).to(boxes.dtype)


def as_many_as_asked(facts: Facts) -> Tensor:
    """1 where the reasoning names as many boxes as the count asked for: `(B,)`."""
    boxes, given = present_members(facts, "prediction_boxes")
    return (given.sum(1) == facts["target_count"]).to(boxes.dtype)


def boxes_on_targets(facts: Facts) -> Tensor:
    """F1 of boxes and targets at IoU 0.5, matched one to one: `(B,)`; 1 where both lists are
    empty."""
    pairs = pair_up(facts, "prediction_boxes")
    near = (box_iou(pairs.prediction, pairs.target) >= 0.5).to(pairs.prediction.dtype)
    return soft_f1(pairs, [near], [1.0])[0]


def boxes_are_the_targets(facts: Facts) -> Tensor:
    """1 where boxes and targets match one to one with IoU of at least 0.5: `(B,)`."""
    pairs = pair_up(facts, "prediction_boxes")
    iou = box_iou(pairs.prediction, pairs.target)
    return all_matched(pairs, (iou >= 0.5).to(iou.dtype))


_GROUNDED = Term("grounded", any_box, ("prediction_boxes",), "1 if the reasoning names any box")
_COUNTED = Term(
    "counted",
    as_many_as_asked,
    ("prediction_boxes", "target_count"),
    "1 if it names as many boxes as the question counts",
)
_ON_TARGET = Term(
    "grounded",
    boxes_on_targets,
    BOXES,
    "F1 of boxes and targets at IoU 0.5, matched one to one; 1 if both lists are empty",
)
_THE_TARGETS = Term(
    "counted",
    boxes_are_the_targets,
    (*BOXES, "target_count"),
    "1 if boxes and targets match one to one with IoU >= 0.5",
)
_GRIT = Reward(
    name="grit",
    forms=(
        Form(
            "boxes and a count", ((1.0, ANSWER), (1.0, FORMAT), (0.5, _GROUNDED), (1.0, _COUNTED))
        ),
        Form("boxes", ((1.0, ANSWER), (1.0, FORMAT), (0.5, _GROUNDED))),
    ),
    source="GRIT, arXiv 2505.15879; code eric-ai-lab/GRIT @44699c9b03f5, grpo-gr/rewards.py",
    doc="The judged answer, format, a box in the reasoning, and for counting questions as many "
    "boxes as asked for. `format_ok` is the mean of the published shares of the think and rethink "
    "tags and of the answer tags (0.5 each); the BLEU and repetition terms are left out.",
    range=(0.0, 3.5),
    failure_modes=(
        "where the boxes are is never looked at: any four numbers earn the bonus, N times four "
        "the counting bonus",
    ),
)
_GRIT_SOUND = sound(
    _GRIT,
    _ON_TARGET,
    _THE_TARGETS,
    doc="`grit` that looks where the boxes are.",
    failure_modes=("no slope while no box has IoU of 0.5 with a target",),
)


# ViGoRL -------------------------------------------------------------------------------------------


def first_hit(facts: Facts) -> Tensor:
    """1 where the first point is in the first target, edges included: `(B,)`."""
    point, answered = first_member(facts, "prediction_points")
    target, wanted = first_member(facts, "target_boxes")
    return torch.where(answered & wanted, hit(point, target), 0.0)


def format_with_a_point(facts: Facts) -> Tensor:
    """Format, where the reasoning names a point: `(B,)`."""
    _, named = present_members(facts, "thought_points")
    return FORMAT.function(facts) * named.any(1)


def last_thought_on_target(facts: Facts) -> Tensor:
    """1 where the last point that the reasoning names is in a target: `(B,)`.

    The last, since of many points one is in any target.
    """
    point, named = last_member(facts, "thought_points")
    target, wanted = present_members(facts, "target_boxes")
    inside = point_in_box(point[:, None], target, "inclusive") & wanted
    return (inside.any(-1) & named).to(point.dtype)


_HIT = Term(
    "hit",
    first_hit,
    ("prediction_points", "target_boxes"),
    "1 if the first point is in the target, edges included",
)
_FORMAT_WITH_A_POINT = Term(
    "format",
    format_with_a_point,
    ("format_ok", "thought_points"),
    "format_ok if the reasoning names a point (the code asks for one, its text for two)",
)
_VIGORL = Reward(
    name="vigorl",
    forms=(
        Form("a point, grounded reasoning", ((0.5, _HIT), (0.5, _FORMAT_WITH_A_POINT))),
        Form("a point", ((0.5, _HIT), (0.5, FORMAT))),
    ),
    source="ViGoRL, arXiv 2505.23678; code Gabesarch/grounded-rl @e7970c0f9b06, "
    "rl/examples/reward_function",
    doc="A click in the target, and format; with `thought_points` the format counts only if the "
    "reasoning is grounded. For zooming see `vigorl-zoom`.",
    failure_modes=(
        "any point in the reasoning earns the format half, wherever it is",
        "no slope outside the target",
    ),
)
_THOUGHT_ON_TARGET = Term(
    "thought",
    last_thought_on_target,
    ("thought_points", "target_boxes"),
    "1 if the last point that the reasoning names is in a target",
)
_VIGORL_SOUND = sound(
    _VIGORL,
    forms=(
        Form(
            "a point, grounded reasoning",
            ((0.5, _HIT), (0.5, _THOUGHT_ON_TARGET)),
            gates=(FORMAT,),
        ),
        Form("a point", ((1.0, _HIT),), gates=(FORMAT,)),
    ),
    doc="A click in the target, and with `thought_points` reasoning that ends there.",
    failure_modes=("no slope outside the target",),
)

register(_GRIT, _GRIT_SOUND, _VIGORL, _VIGORL_SOUND, subject="grounding")
