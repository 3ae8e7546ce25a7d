"""STVG-o1: an object's boxes over the frames of a video, and the frames in which it is there."""

import torch
from torch import Tensor

from vgym.geometry.boxes import box_giou
from vgym.rewards.facts import Facts
from vgym.rewards.form import Form, Term
from vgym.rewards.recipes import register, sound
from vgym.rewards.reward import Reward
from vgym.rewards.sets import present_members
from vgym.rewards.stated import FORMAT

# What a frame earns at worst: GIoU -1, and the four coordinates off by the whole picture.
_WORST_FRAME = -5.0


def _within(span: Tensor, frames: int) -> Tensor:
    """`(B, F)` bool: frames from the first to the last of the span, both included."""
    every = torch.arange(frames, device=span.device)
    return (every >= span[:, :1]) & (every <= span[:, 1:])


def temporal_iou(facts: Facts) -> Tensor:
    """IoU of the two spans, counted in frames: `(B,)`."""
    a, b = facts["prediction_frames"].double(), facts["target_frames"].double()
    shared = torch.minimum(a[:, 1], b[:, 1]) - torch.maximum(a[:, 0], b[:, 0]) + 1
    lengths = [(span[:, 1] - span[:, 0] + 1).clamp(min=0) for span in (a, b)]
    shared = torch.where((lengths[0] > 0) & (lengths[1] > 0), shared.clamp(min=0), 0.0)
    either = lengths[0] + lengths[1] - shared
    return (shared / either.clamp(min=1)).to(facts["target_tube"].dtype)


def complete(facts: Facts) -> Tensor:
    """1 where both lists of boxes cover exactly the frames of the stated span: `(B,)`."""
    tube, final = present_members(facts, "prediction_tube")
    _, thought = present_members(facts, "thought_tube")
    stated_frames = _within(facts["prediction_frames"], tube.shape[1])
    exact = (final == stated_frames).all(1) & (thought == stated_frames).all(1)
    return (exact & stated_frames.any(1)).to(tube.dtype)


def _frame_quality(facts: Facts, name: str) -> Tensor:
    """`(B, F)` GIoU less the L1 distance as shares of the picture, that cut to 4; the worst for a
    frame without a box."""
    tube, given = present_members(facts, name)
    target = facts["target_tube"]
    scale = facts["size_hw"].to(tube.dtype).flip(-1).repeat(1, 2)[:, None]
    off = ((tube - target) / scale).abs().sum(-1).clamp(max=4.0)
    return torch.where(given, box_giou(tube, target) - off, _WORST_FRAME)


def _spatial(facts: Facts, name: str) -> Tensor:
    """Mean quality over the frames that both spans hold, 0 where there are none: `(B,)`."""
    quality = _frame_quality(facts, name)
    both = _both(facts, quality.shape[1])
    return torch.where(both, quality, 0.0).sum(1) / both.sum(1).clamp(min=1)


def _both(facts: Facts, frames: int) -> Tensor:
    return _within(facts["prediction_frames"], frames) & _within(facts["target_frames"], frames)


def _spatial_over_union(facts: Facts, name: str) -> Tensor:
    """Mean over the frames that either span holds, the worst for those that only one does."""
    quality = _frame_quality(facts, name)
    frames = quality.shape[1]
    both = _both(facts, frames)
    either = _within(facts["prediction_frames"], frames) | _within(facts["target_frames"], frames)
    each = torch.where(both, quality, _WORST_FRAME)
    mean = torch.where(either, each, 0.0).sum(1) / either.sum(1).clamp(min=1)
    return torch.where(either.any(1), mean, _WORST_FRAME)


def spatial(facts: Facts) -> Tensor:
    """STVG-o1's spatial reward of the final and of the intermediate boxes together: `(B,)`."""
    return _spatial(facts, "thought_tube") + _spatial(facts, "prediction_tube")


def improvement(facts: Facts) -> Tensor:
    """How much better the final boxes are than the intermediate ones, at least 0: `(B,)`."""
    return (_spatial(facts, "prediction_tube") - _spatial(facts, "thought_tube")).clamp(min=0)


def spatial_over_union(facts: Facts) -> Tensor:
    """`spatial` over the frames of either span: `(B,)`."""
    return _spatial_over_union(facts, "thought_tube") + _spatial_over_union(
        facts, "prediction_tube"
    )


def improvement_over_union(facts: Facts) -> Tensor:
    """`improvement` over the frames of either span: `(B,)`."""
    final = _spatial_over_union(facts, "prediction_tube")
    return (final - _spatial_over_union(facts, "thought_tube")).clamp(min=0)


def well_formed_sum(terms: dict[str, Tensor]) -> Tensor:
    """The other terms where the format is good, the least of them where it is not: `(B,)`."""
    others = terms["complete"] + terms["time"] + terms["place"] + 0.5 * terms["improvement"]
    return torch.where(terms["format"] > 0, others, 2 * _WORST_FRAME)


_TUBES = (
    "prediction_tube",
    "thought_tube",
    "target_tube",
    "prediction_frames",
    "target_frames",
    "size_hw",
)
_COMPLETE = Term(
    "complete",
    complete,
    ("prediction_tube", "thought_tube", "prediction_frames"),
    "1 if both lists of boxes cover exactly the stated frames",
)
_TEMPORAL_IOU = Term(
    "time",
    temporal_iou,
    ("prediction_frames", "target_frames", "target_tube"),
    "IoU of the spans in frames",
)
_SPATIAL = Term(
    "place",
    spatial,
    _TUBES,
    "GIoU - L1 of the intermediate boxes + that of the final ones; mean over the frames of both "
    "spans, 0 if none",
    range=(-10.0, 2.0),
)
_IMPROVEMENT = Term(
    "improvement", improvement, _TUBES, "max(0, final - intermediate)", range=(0.0, 6.0)
)
_STVG_O1 = Reward(
    name="stvg-o1",
    forms=(
        Form(
            "tubes",
            (
                (1.0, FORMAT),
                (1.0, _COMPLETE),
                (1.0, _TEMPORAL_IOU),
                (1.0, _SPATIAL),
                (0.5, _IMPROVEMENT),
            ),
        ),
    ),
    source="STVG-o1, arXiv 2511.21375, section 3.2, equations 3 to 10; the scale of its L1 is not "
    "published: as shares of the picture, cut to 4, and a missing box as the worst, are ours",
    doc="Who, where and when: spans and tubes, while reasoning and at the end.",
    range=(-10.0, 5.0),
    space="pixels, frames at 2 a second",
    failure_modes=(
        "one frame inside the true span gives the same spatial terms as the whole of it",
        "far boxes score below 0, so missing the true span altogether beats placing them badly",
    ),
)
_SPATIAL_OVER_UNION = Term(
    "place",
    spatial_over_union,
    _TUBES,
    "GIoU - L1 of the intermediate boxes + that of the final ones; mean over the frames of either "
    "span, those of one alone counting as the worst, -5",
    range=(-10.0, 2.0),
)
_IMPROVEMENT_OVER_UNION = Term(
    "improvement", improvement_over_union, _TUBES, "max(0, final - intermediate)", range=(0.0, 6.0)
)
_STVG_O1_SOUND = sound(
    _STVG_O1,
    _SPATIAL_OVER_UNION,
    _IMPROVEMENT_OVER_UNION,
    range=(-10.0, 4.0),
    combination=well_formed_sum,
    combination_text="complete + time + place + 0.5 improvement, but -10 if format = 0",
    failure_modes=(),
)

register(_STVG_O1, _STVG_O1_SOUND, subject="video")
