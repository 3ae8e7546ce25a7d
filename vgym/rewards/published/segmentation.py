"""Published rewards for boxes with points in them, which prompt a segmenter: Seg-Zero and
VisionReasoner."""

import torch
from torch import Tensor

from vgym.geometry.boxes import box_iou_variant
from vgym.geometry.matching import match
from vgym.geometry.points import pairwise_distance, point_distance, point_in_box
from vgym.rewards.facts import Facts
from vgym.rewards.form import Form, Term
from vgym.rewards.overlap import BOXES, first_iou
from vgym.rewards.recipes import register
from vgym.rewards.reward import Reward
from vgym.rewards.sets import all_pairs, first_member, matched, present_members
from vgym.rewards.stated import FORMAT, stated

# Seg-Zero -----------------------------------------------------------------------------------------

_SEG_L1_PX, _SEG_POINT_PX = 10.0, 100.0


def strict_inclusive_iou_over_half(facts: Facts) -> Tensor:
    """1 where IoU, end pixels included for boxes that overlap at all, is above 0.5: `(B,)`."""
    overlap = first_iou(facts) > 0
    return (overlap & (first_iou(facts, "inclusive") > 0.5)).to(facts["prediction_boxes"].dtype)


def corners_near(facts: Facts) -> Tensor:
    """1 where the four coordinates are off by less than 10 pixels on average: `(B,)`."""
    prediction, answered = first_member(facts, "prediction_boxes")
    target, wanted = first_member(facts, "target_boxes")
    near = (prediction - target).abs().mean(-1) < _SEG_L1_PX
    return (near & answered & wanted).to(prediction.dtype)


def two_points_near(facts: Facts) -> Tensor:
    """1 where both points lie in the predicted box and are, in the better of the two pairings,
    less than 100 pixels from the true ones on average: `(B,)`."""
    box, answered = first_member(facts, "prediction_boxes")
    points, given = present_members(facts, "prediction_points")
    true_points = facts["target_points"]
    if points.shape[1] < 2 or true_points.shape[1] < 2:
        return box.new_zeros(box.shape[0])
    inside = point_in_box(points[:, :2], box[:, None], "inclusive").all(1)
    distance = pairwise_distance(points[:, :2], true_points[:, :2])
    straight = distance[:, 0, 0] + distance[:, 1, 1]
    crossed = distance[:, 0, 1] + distance[:, 1, 0]
    near = torch.minimum(straight, crossed) / 2 < _SEG_POINT_PX
    return (near & inside & answered & given[:, :2].all(1)).to(box.dtype)


_STRICT_INCLUSIVE_IOU_OVER_HALF = Term(
    "acc_at_50",
    strict_inclusive_iou_over_half,
    BOXES,
    "1 if IoU > 0.5, end pixels included where the boxes overlap",
)
_CORNERS_NEAR = Term(
    "corners",
    corners_near,
    BOXES,
    "1 if the four coordinates are off by less than 10 pixels on average",
)
_TWO_POINTS_NEAR = Term(
    "points",
    two_points_near,
    ("prediction_boxes", "prediction_points", "target_points"),
    "1 if both points lie in the predicted box (edges included, our choice), less than 100 pixels "
    "from the true ones on average",
)
_SEG_ZERO = Reward(
    name="seg-zero",
    forms=(
        Form(
            "box and two points",
            (
                (1.0, FORMAT),
                (1.0, stated("items", "item_format_ok")),
                (1.0, _STRICT_INCLUSIVE_IOU_OVER_HALF),
                (1.0, _CORNERS_NEAR),
                (1.0, _TWO_POINTS_NEAR),
            ),
        ),
    ),
    source="Seg-Zero, arXiv 2503.06520; copy in fscdc/RewardMap @15428ac30588, "
    "verl/utils/reward_score",
    doc="A box and two points in the object: three thresholds and two formats.",
    range=(0.0, 5.0),
    space="pixels of the 840-pixel training picture",
    failure_modes=(
        "no slope below the thresholds",
        "10 and 100 pixels mean less and less as the picture grows",
    ),
)


# VisionReasoner -----------------------------------------------------------------------------------

_MOST_ITEMS, _CORNERS_PX, _POINT_PX = 120, 10.0, 30.0


def reasoner_accuracy(facts: Facts) -> Tensor:
    """Sum over Hungarian pairs of the three tests, over the larger number of items: `(B,)` in
    [0, 3]; 0 where both lists are empty."""
    pairs = all_pairs(facts, "prediction_boxes")
    points, pointed = present_members(facts, "prediction_points")
    true_points = facts["target_points"]
    if (
        points.shape[1] != pairs.prediction.shape[1]
        or true_points.shape[1] != pairs.target.shape[2]
    ):
        raise ValueError(
            f"{points.shape[1]} prediction_points for {pairs.prediction.shape[1]} prediction_boxes "
            f"and {true_points.shape[1]} target_points for {pairs.target.shape[2]} target_boxes; "
            "give every box its point"
        )
    answered, wanted = pairs.masks()
    listed = [mask & (mask.cumsum(1) <= _MOST_ITEMS) for mask in (answered & pointed, wanted)]
    overlaps = box_iou_variant(pairs.prediction, pairs.target, "inclusive") > 0.5
    near = (pairs.prediction - pairs.target).abs().mean(-1) < _CORNERS_PX
    pointing = point_distance(points[:, :, None], true_points[:, None]) < _POINT_PX
    own = point_in_box(points, pairs.prediction[:, :, 0], "inclusive")
    gained = sum(t.to(points.dtype) for t in (overlaps, near, pointing & own[:, :, None]))
    assert isinstance(gained, Tensor)
    partner = match(3 - gained, *listed)
    chosen = matched(partner, gained.shape[2])
    larger = torch.maximum(listed[0].sum(1), listed[1].sum(1)).clamp(min=1)
    return torch.where(chosen, gained, 0.0).sum((1, 2)) / larger


_REASONER_ACCURACY = Term(
    "accuracy",
    reasoner_accuracy,
    (*BOXES, "prediction_points", "target_points"),
    "a pair earns 1 for IoU > 0.5 (end pixels included), 1 for coordinates less than 10 pixels "
    "off on average, 1 for a point in its own box (edges included, our choice) less than 30 "
    "pixels off; Hungarian; over max(predictions, targets), 120 of each at most",
    range=(0.0, 3.0),
)
_VISIONREASONER = Reward(
    name="visionreasoner",
    forms=(
        Form(
            "boxes and points",
            (
                (1.0, _REASONER_ACCURACY),
                (1.0, FORMAT),
                (2.0, stated("items", "item_format_ok")),
                (1.0, stated("not_repetitive", "not_repetitive")),
            ),
        ),
    ),
    source="VisionReasoner, arXiv 2505.12081; copy in fscdc/RewardMap @15428ac30588, "
    "verl/utils/reward_score",
    doc="Several objects, a box and a point each: three thresholds, formats, no repetition.",
    range=(0.0, 7.0),
    space="pixels of the 840-pixel training picture",
    failure_modes=(
        "no slope below the thresholds",
        "10 and 30 pixels mean less and less as the picture grows",
        "nothing to find and nothing named earns nothing but the formats",
    ),
)

register(_SEG_ZERO, _VISIONREASONER, subject="grounding")
