"""SSL4RL: pictures turned, cut up or cropped; and ours for Mixed-R1's mixture of tasks, which
publishes no formula."""

import torch
from torch import Tensor

from vgym.rewards.facts import Facts, number
from vgym.rewards.form import Form, Term
from vgym.rewards.overlap import first_iou
from vgym.rewards.recipes import register, sound
from vgym.rewards.reward import Reward
from vgym.rewards.stated import ANSWER

# SSL4RL -------------------------------------------------------------------------------------------


def places_right(facts: Facts) -> Tensor:
    """Share of the places answered right, further ones ignored, missing ones wrong: `(B,)`."""
    predicted, target = facts["predicted_order"], facts["target_order"]
    shared = min(predicted.shape[1], target.shape[1])
    right = (predicted[:, :shared] == target[:, :shared]).sum(1)
    return right.to(torch.float32) / max(target.shape[1], 1)


def places_right_of_permutation(facts: Facts) -> Tensor:
    """`places_right`, 0 where a value is answered twice: `(B,)`."""
    predicted = facts["predicted_order"]
    equal = predicted[:, :, None] == predicted[:, None]
    repeated = equal.tril(-1).any(-1).any(-1)
    return torch.where(repeated, 0.0, places_right(facts))


_PLACES_RIGHT = Term(
    "right", places_right, ("predicted_order", "target_order"), "share of the places answered right"
)
_SSL4RL = Reward(
    name="ssl4rl",
    forms=(Form("order or choice", ((1.0, _PLACES_RIGHT),)),),
    source="SSL4RL, arXiv 2510.16416; code PKU-ML/SSL4RL @57c830a7b8a9, "
    "verl/utils/reward_score/{ssl4rl,jigsaw}.py",
    doc="Rotation, position, contrast (one place) and jigsaw (one place a piece).",
    space="no coordinates",
    failure_modes=(
        "one piece named for every place of an n-piece jigsaw earns 1 / n for sure",
        "a single choice of n is guessed one time in n",
    ),
)
_PLACES_RIGHT_OF_PERMUTATION = Term(
    "right",
    places_right_of_permutation,
    ("predicted_order", "target_order"),
    "share of the places answered right; 0 if a piece is named twice",
)
_SSL4RL_SOUND = sound(
    _SSL4RL,
    _PLACES_RIGHT_OF_PERMUTATION,
    failure_modes=("a single choice of n is guessed one time in n",),
)


# Mixed-R1 -----------------------------------------------------------------------------------------

# The tolerance of ChartQA's relaxed accuracy.
_CHART_TOLERANCE = 0.05


def mixed(facts: Facts) -> Tensor:
    """The value of the row's own kind of task: `(B,)` in [0, 1]."""
    answer = number(facts, "answer_value").double()
    truth = number(facts, "target_value").double()
    near = (answer - truth).abs() <= _CHART_TOLERANCE * truth.abs()
    iou = first_iou(facts)
    by_kind = torch.stack(
        (
            ANSWER.function(facts).to(iou.dtype),
            near.to(iou.dtype),
            iou,
            number(facts, "text_similarity").clamp(0.0, 1.0).to(iou.dtype),
        ),
        -1,
    )
    kind = facts["task_kind"].long().clamp(0, 3)
    return by_kind.gather(-1, kind[:, None])[:, 0]


_MIXED_VALUE = Term(
    "value",
    mixed,
    (
        "task_kind",
        "answer_score",
        "answer_value",
        "target_value",
        "prediction_boxes",
        "target_boxes",
        "text_similarity",
    ),
    "by the kind of task: answer_score; 1 if the number is within 5 % of the truth; continuous "
    "IoU of the first box; text_similarity",
)
_MIXED = Reward(
    name="mixed",
    forms=(Form("any task", ((1.0, _MIXED_VALUE),)),),
    source="vgym: Mixed-R1, arXiv 2505.24164, names matching, chart, IoU and bidirectional "
    "similarity rewards and publishes no constants; the 5 % is ChartQA's",
    doc="One reward over mixed tasks: each row is judged by its own kind.",
    failure_modes=("what a text similarity pays for is the affair of who measures it",),
)

register(_SSL4RL, _SSL4RL_SOUND, _MIXED, subject="edits, maps and puzzles")
