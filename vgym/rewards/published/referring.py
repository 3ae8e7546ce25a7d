"""Published rewards for one box that a phrase names: VLM-R1 and Perception-R1.

Where an answer lists several boxes the first present one counts, as the papers' parsers read it.
"""

from torch import Tensor

from vgym.rewards.facts import Facts
from vgym.rewards.form import Form, Term
from vgym.rewards.overlap import BOXES, first_iou
from vgym.rewards.recipes import register, sound
from vgym.rewards.reward import Reward
from vgym.rewards.stated import FORMAT


def half_inclusive_iou(facts: Facts) -> Tensor:
    """`first_iou` in VLM-R1's pixel rule."""
    return first_iou(facts, "half-inclusive")


def squared_iou(facts: Facts) -> Tensor:
    """`first_iou` squared."""
    return first_iou(facts).square()


# VLM-R1 -------------------------------------------------------------------------------------------

_HALF_INCLUSIVE_IOU = Term("iou", half_inclusive_iou, BOXES, "IoU, half-inclusive pixels")
_VLM_R1 = Reward(
    name="vlm-r1",
    forms=(Form("box", ((1.0, _HALF_INCLUSIVE_IOU), (1.0, FORMAT))),),
    source="VLM-R1, arXiv 2504.07615; code om-ai-lab/VLM-R1 @90052f478646, "
    "open_r1/vlm_modules/qwen_module.py",
    doc="Referring expressions: IoU of the first box, plus format.",
    range=(0.0, 2.0),
    space="pixels of the original picture",
    failure_modes=(
        "an overlap of at most one pixel on an axis counts as none",
        "boxes written as fractions of the picture always earn 0",
        "used alone, IoU makes boxes grow",
    ),
)
_FIRST_IOU = Term("iou", first_iou, BOXES, "IoU, continuous")
_VLM_R1_SOUND = sound(
    _VLM_R1,
    _FIRST_IOU,
    doc="`vlm-r1` with continuous IoU, so that small boxes count.",
    space="pixels",
    failure_modes=("used alone, IoU makes boxes grow",),
)


# Perception-R1 ------------------------------------------------------------------------------------

_SQUARED_IOU = Term("iou_squared", squared_iou, BOXES, "continuous IoU^2")
_PERCEPTION_R1 = Reward(
    name="perception-r1",
    forms=(Form("box", ((1.0, _SQUARED_IOU),)),),
    source="Perception-R1, arXiv 2504.07954; code linkangheng/PR1 @48d5558ee3f9, "
    "open_r1/rewards.py (grounding; its counting, detection and OCR rewards are not published)",
    doc="Referring expressions: squared IoU of the first box. The published format term takes any "
    "text that begins with '<' and is left out.",
    space="thousandths of width and height; pixels give the same value but for rounding",
    failure_modes=("next to no slope while boxes barely overlap",),
)

register(_VLM_R1, _VLM_R1_SOUND, _PERCEPTION_R1, subject="grounding")
