"""Spans of time: overlap, and Zoom-Zero, which zooms into one to answer."""

import torch
from torch import Tensor

from vgym.rewards.facts import Facts, number
from vgym.rewards.form import Form, Term
from vgym.rewards.recipes import register, sound
from vgym.rewards.reward import Reward
from vgym.rewards.sets import present_members
from vgym.rewards.stated import ANSWER, FORMAT

# Overlap ------------------------------------------------------------------------------------------


def spans_iou(facts: Facts) -> Tensor:
    """IoU of the unions of two sets of spans: `(B,)`; 0 where either covers no time."""
    spans = [present_members(facts, name) for name in ("prediction_spans", "target_spans")]
    # Between two neighbouring ends nothing changes: a middle point speaks for the whole stretch.
    ends = torch.cat([values.flatten(1) for values, _ in spans], 1).sort(1).values
    if ends.shape[1] == 0:
        return ends.new_zeros(ends.shape[0])
    middle = (ends[:, 1:] * 0.5 + ends[:, :-1] * 0.5)[:, :, None]
    covered = [
        ((values[:, None, :, 0] < middle) & (middle < values[:, None, :, 1]) & mask[:, None]).any(2)
        for values, mask in spans
    ]
    length = ends.diff(dim=1)
    shared = torch.where(covered[0] & covered[1], length, 0.0).sum(1)
    either = torch.where(covered[0] | covered[1], length, 0.0).sum(1)
    return shared / torch.where(either > 0, either, 1.0)


# Zoom-Zero ----------------------------------------------------------------------------------------


def zoom_answer(facts: Facts) -> Tensor:
    """How right the answer from the zoomed span is, an empty one counting as right: `(B,)`."""
    score = number(facts, "zoom_answer_score").clamp(0.0, 1.0)
    return torch.where(facts["zoom_answer_given"].bool(), score, 1.0)


def given_zoom_answer(facts: Facts) -> Tensor:
    """How right the answer from the zoomed span is, an empty one counting as wrong: `(B,)`."""
    score = number(facts, "zoom_answer_score").clamp(0.0, 1.0)
    return torch.where(facts["zoom_answer_given"].bool(), score, 0.0)


_ZOOM_ANSWER = Term(
    "zoom_answer",
    zoom_answer,
    ("zoom_answer_score", "zoom_answer_given"),
    "zoom_answer_score; 1 if that answer is empty, being a substring of any",
)
_SPANS_IOU = Term(
    "time", spans_iou, ("prediction_spans", "target_spans"), "IoU of the unions of spans"
)
_ZOOM_ZERO = Reward(
    name="zoom-zero",
    forms=(
        Form(
            "answers and spans",
            ((1 / 6, ANSWER), (1 / 6, _ZOOM_ANSWER), (1 / 3, FORMAT), (1 / 3, _SPANS_IOU)),
        ),
    ),
    source="Zoom-Zero; code xiaoqian-shen/Zoom-Zero, verl/utils/reward_score/tvg_zoom.py",
    doc="Video questions: the answer from all of it and from the zoomed span, and where in time "
    "that is.",
    space="seconds",
    failure_modes=("an empty answer from the zoomed span counts as right",),
)
_GIVEN_ZOOM_ANSWER = Term(
    "zoom_answer",
    given_zoom_answer,
    ("zoom_answer_score", "zoom_answer_given"),
    "zoom_answer_score; 0 if that answer is empty",
)
_ZOOM_ZERO_SOUND = sound(
    _ZOOM_ZERO,
    forms=(
        Form(
            "answers and spans",
            ((0.25, ANSWER), (0.25, _GIVEN_ZOOM_ANSWER), (0.5, _SPANS_IOU)),
            gates=(FORMAT,),
        ),
    ),
    failure_modes=(),
)

register(_ZOOM_ZERO, _ZOOM_ZERO_SOUND, subject="video")
