"""SSL4RL: pictures turned, cut up or cropped; and ours for Mixed-R1's mixture of tasks, which
publishes no formula."""

import torch
from torch import Tensor

from vgym.rewards.facts import Facts, number
from vgym.rewards.published.referring import first_iou
from vgym.rewards.recipes import register
from vgym.rewards.reward import Form, Reward, Term
from vgym.rewards.stated import ANSWER

_INF = float("inf")


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


_SSL4RL = (
    "SSL4RL, arXiv 2510.16416; code PKU-ML/SSL4RL @57c830a7b8a9, "
    "verl/utils/reward_score/{ssl4rl,jigsaw}.py"
)
for _name, _function, _text, _source, _modes in (
    (
        "ssl4rl",
        places_right,
        "share of the places answered right",
        _SSL4RL,
        ("one piece named for every place of an n-piece jigsaw earns 1 / n for sure",),
    ),
    (
        "ssl4rl-sound",
        places_right_of_permutation,
        "share of the places answered right; 0 if a piece is named twice",
        f"vgym, after {_SSL4RL}",
        (),
    ),
):
    register(
        Reward(
            name=_name,
            forms=(
                Form(
                    "order or choice",
                    ((1.0, Term("right", _function, ("predicted_order", "target_order"), _text)),),
                ),
            ),
            source=_source,
            doc="Rotation, position, contrast (one place) and jigsaw (one place a piece).",
            space="no coordinates",
            failure_modes=(*_modes, "a single choice of n is guessed one time in n"),
        )
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


register(
    Reward(
        name="mixed",
        forms=(
            Form(
                "any task",
                (
                    (
                        1.0,
                        Term(
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
                            "by the kind of task: answer_score; 1 if the number is within 5 % of "
                            "the truth; continuous IoU of the first box; text_similarity",
                        ),
                    ),
                ),
            ),
        ),
        source="vgym: Mixed-R1, arXiv 2505.24164, names matching, chart, IoU and bidirectional "
        "similarity rewards and publishes no constants; the 5 % is ChartQA's",
        doc="One reward over mixed tasks: each row is judged by its own kind.",
        failure_modes=("what a text similarity pays for is the affair of who measures it",),
    )
)
