"""Spans of time `(..., 2)` as `(start, end)`, and tubes: a box a frame over some frames.

A span is half-open, so its length is `end - start`, in whatever unit both are given (time stamps,
large numbers that differ by little, as float64: see `vgym.geometry.arithmetic`); one that ends
before it starts is empty. A tube is boxes `(..., T, 4)`, xyxy as in `vgym.geometry.boxes`, and a
mask `(..., T)` of the frames where the object is present. All functions are elementwise over the
leading axes and broadcast.
"""

import torch
from torch import Tensor

from vgym.geometry.arithmetic import as_real
from vgym.geometry.boxes import LONGEST, box_iou


def interval_iou(a: Tensor, b: Tensor) -> Tensor:
    """Temporal IoU (tIoU) of two spans, elementwise.

    Args:
        a: `(..., 2)` start and end.
        b: `(..., 2)` start and end, in the same unit.

    Returns:
        `(...)` in [0, 1]; exactly 1 for identical spans of positive length, 0 where either is
        empty, NaN for NaN.

    >>> interval_iou(torch.tensor([2.0, 6.0]), torch.tensor([4.0, 8.0]))
    tensor(0.3333)
    """
    a, b = as_real(a, b)
    start_a, end_a = a.unbind(-1)
    start_b, end_b = b.unbind(-1)
    shared = _length(torch.maximum(start_a, start_b), torch.minimum(end_a, end_b))
    length_a, length_b = _length(start_a, end_a), _length(start_b, end_b)
    # An empty span shares nothing, even where its ends lie in the other the wrong way round.
    shared = torch.minimum(shared, torch.minimum(length_a, length_b))
    union = length_a + length_b - shared
    # Spans too short for a normal number are empty: the slope of their quotient is not finite.
    least = 4 * torch.finfo(union.dtype).tiny
    return shared / torch.where(union >= least, union, 1.0)


def tube_iou(boxes_a: Tensor, mask_a: Tensor, boxes_b: Tensor, mask_b: Tensor) -> Tensor:
    """Spatio-temporal IoU (vIoU) of two tubes, elementwise.

    The sum of the boxes' IoU over the frames where both are present, over the number of frames
    where either is.

    Args:
        boxes_a: `(..., T, 4)` xyxy, pixels.
        mask_a: `(..., T)` bool, the frames where a is present.
        boxes_b: `(..., T, 4)` xyxy, pixels.
        mask_b: `(..., T)` bool, the frames where b is present.

    Returns:
        `(...)` in [0, 1]; 1 for identical tubes of boxes of positive area, 0 where neither is ever
        present. What stands in absent frames never matters, not even NaN.

    Source: Zhang et al. (VidSTG), CVPR 2020, arXiv 2001.06891, section 5.1.

    >>> box = torch.tensor([0.0, 0.0, 2.0, 2.0]).expand(3, 4)
    >>> first, last = torch.tensor([True, True, False]), torch.tensor([False, True, True])
    >>> tube_iou(box, first, box, last)
    tensor(0.3333)
    """
    boxes_a, boxes_b = as_real(boxes_a, boxes_b)
    both = mask_a & mask_b
    # Absent frames are emptied before the overlap, so that they send back no gradient either.
    present_a = torch.where(both.unsqueeze(-1), boxes_a, 0.0)
    present_b = torch.where(both.unsqueeze(-1), boxes_b, 0.0)
    overlap = box_iou(present_a, present_b).sum(-1)
    frames = (mask_a | mask_b).sum(-1)
    return overlap / frames.clamp(min=1)


def _length(start: Tensor, end: Tensor) -> Tensor:
    """Length of a span, 0 if it ends before it starts; sums of three stay finite."""
    return (end - start).clamp(0.0, LONGEST)
