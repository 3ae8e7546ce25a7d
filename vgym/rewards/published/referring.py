"""Published rewards for one box that a phrase names: VLM-R1 and Perception-R1.

Where an answer lists several boxes the first present one counts, as the papers' parsers read it.
"""

import torch
from torch import Tensor

from vgym.geometry.boxes import IouVariant, box_iou_variant
from vgym.rewards.facts import Facts
from vgym.rewards.recipes import register
from vgym.rewards.reward import Form, Reward, Term
from vgym.rewards.sets import first_member
from vgym.rewards.stated import FORMAT

_BOXES = ("prediction_boxes", "target_boxes")


def first_iou(facts: Facts, variant: IouVariant = "continuous") -> Tensor:
    """IoU of the first prediction and the first target: `(B,)`, 0 where either is absent."""
    prediction, answered = first_member(facts, "prediction_boxes")
    target, wanted = first_member(facts, "target_boxes")
    return torch.where(answered & wanted, box_iou_variant(prediction, target, variant), 0.0)


def half_inclusive_iou(facts: Facts) -> Tensor:
    """`first_iou` in VLM-R1's pixel rule."""
    return first_iou(facts, "half-inclusive")


def squared_iou(facts: Facts) -> Tensor:
    """`first_iou` squared."""
    return first_iou(facts).square()


# VLM-R1 -------------------------------------------------------------------------------------------

_VLM_R1 = (
    "VLM-R1, arXiv 2504.07615; code om-ai-lab/VLM-R1 @90052f478646, "
    "open_r1/vlm_modules/qwen_module.py"
)
register(
    Reward(
        name="vlm-r1",
        forms=(
            Form(
                "box",
                (
                    (1.0, Term("iou", half_inclusive_iou, _BOXES, "IoU, half-inclusive pixels")),
                    (1.0, FORMAT),
                ),
            ),
        ),
        source=_VLM_R1,
        doc="Referring expressions: IoU of the first box, plus format.",
        range=(0.0, 2.0),
        space="pixels of the original picture",
        failure_modes=(
            "an overlap of at most one pixel on an axis counts as none",
            "boxes written as fractions of the picture always earn 0",
            "used alone, IoU makes boxes grow",
        ),
    )
)
register(
    Reward(
        name="vlm-r1-sound",
        forms=(
            Form("box", ((1.0, Term("iou", first_iou, _BOXES, "IoU, continuous")), (1.0, FORMAT))),
        ),
        source=f"vgym, after {_VLM_R1}",
        doc="`vlm-r1` with continuous IoU, so that small boxes count.",
        range=(0.0, 2.0),
        failure_modes=("used alone, IoU makes boxes grow",),
    )
)


# Perception-R1 ------------------------------------------------------------------------------------

register(
    Reward(
        name="perception-r1",
        forms=(
            Form("box", ((1.0, Term("iou_squared", squared_iou, _BOXES, "continuous IoU^2")),)),
        ),
        source="Perception-R1, arXiv 2504.07954; code linkangheng/PR1 @48d5558ee3f9, "
        "open_r1/rewards.py (grounding; its counting, detection and OCR rewards are not published)",
        doc="Referring expressions: squared IoU of the first box. The published format term takes "
        "any text that begins with '<' and is left out.",
        space="thousandths of width and height; pixels give the same value but for rounding",
        failure_modes=("next to no slope while boxes barely overlap",),
    )
)
