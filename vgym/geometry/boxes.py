"""Axis-aligned boxes as tensors `(..., 4)`: area, overlap, conversion.

The convention, said once for the whole package: a box is `(x0, y0, x1, y1)`, called `xyxy`, in
pixels, float32, x to the right, y down. Coordinates are continuous: pixel k covers `[k, k + 1)`, so
a box that covers the pixels 2 to 4 is `x0 = 2, x1 = 5` and is 3 wide. Intervals are half-open.

A box with `x1 <= x0` or `y1 <= y0` is empty: its area is 0 and its overlap with anything is 0.
All functions of two boxes are elementwise and broadcast: `(..., 4)` with `(..., 4)` gives `(...)`.
For all pairs of N and M boxes insert axes: `box_iou(a[:, None], b[None])` is `(N, M)`. Finite
coordinates give finite values; a NaN coordinate gives NaN. Lengths between 1e-18 and 1e18 pixels
are told apart, shorter and longer ones count as 0 and as 1e18.
"""

import math
from typing import Literal

import torch
from torch import Tensor

from vgym.geometry.arithmetic import as_real

BoxOrder = Literal["xyxy", "yxyx", "xywh", "cxcywh"]
IouVariant = Literal["continuous", "half-inclusive", "inclusive"]

# Squares of lengths up to this, and sums of a few of them, are finite in float32.
LONGEST = 1e18


def box_area(boxes: Tensor) -> Tensor:
    """Area of boxes.

    Args:
        boxes: `(..., 4)` xyxy, pixels.

    Returns:
        `(...)` square pixels, 0 for an empty or inverted box.

    >>> box_area(torch.tensor([1.0, 1.0, 3.0, 5.0]))
    tensor(8.)
    """
    x0, y0, x1, y1 = as_real(boxes).unbind(-1)
    return _length(x0, x1) * _length(y0, y1)


def box_centre(boxes: Tensor) -> Tensor:
    """Centre of boxes, whichever way round their corners are.

    Args:
        boxes: `(..., 4)` xyxy, pixels.

    Returns:
        `(..., 2)` xy, pixels.

    >>> box_centre(torch.tensor([1.0, 1.0, 3.0, 5.0]))
    tensor([2., 3.])
    """
    boxes = as_real(boxes)
    # Halving first is exact and keeps the sum of two huge coordinates finite.
    return torch.add(boxes[..., :2] * 0.5, boxes[..., 2:], alpha=0.5)


def box_iou(a: Tensor, b: Tensor) -> Tensor:
    """Intersection over union, elementwise (torchvision's `box_iou` takes all pairs instead).

    Args:
        a: `(..., 4)` xyxy, pixels.
        b: `(..., 4)` xyxy, pixels.

    Returns:
        `(...)` in [0, 1]; exactly 1 for identical boxes of positive area, 0 where either box is
        empty.

    >>> box_iou(torch.tensor([0.0, 0.0, 2.0, 2.0]), torch.tensor([1.0, 0.0, 3.0, 2.0]))
    tensor(0.3333)
    """
    intersection, union = _intersection_and_union(*as_real(a, b))
    return _ratio(intersection, union)


def box_giou(a: Tensor, b: Tensor) -> Tensor:
    """Generalised IoU: IoU less the share of the enclosing box that neither box covers.

    Args:
        a: `(..., 4)` xyxy, pixels.
        b: `(..., 4)` xyxy, pixels.

    Returns:
        `(...)` in [-1, 1]; 1 for identical boxes of positive area, towards -1 as boxes part;
        0 where the enclosing box itself has no area.

    Source: Rezatofighi et al., CVPR 2019, arXiv 1902.09630.

    >>> box_giou(torch.tensor([0.0, 0.0, 1.0, 1.0]), torch.tensor([3.0, 0.0, 4.0, 1.0]))
    tensor(-0.5000)
    """
    a, b = as_real(a, b)
    intersection, union = _intersection_and_union(a, b)
    width, height = _enclosing_size(a, b)
    enclosing = width * height
    # Rounding may make the union a hair larger than the box around it.
    return _ratio(intersection, union) - _ratio((enclosing - union).clamp(min=0.0), enclosing)


def box_diou(a: Tensor, b: Tensor) -> Tensor:
    """Distance IoU: IoU less (centre distance / diagonal of the enclosing box) squared.

    Args:
        a: `(..., 4)` xyxy, pixels.
        b: `(..., 4)` xyxy, pixels.

    Returns:
        `(...)` in [-1, 1]; 1 for identical boxes of positive area.

    Source: Zheng et al., AAAI 2020, arXiv 1911.08287.

    >>> box_diou(torch.tensor([0.0, 0.0, 1.0, 1.0]), torch.tensor([3.0, 0.0, 4.0, 1.0]))
    tensor(-0.5294)
    """
    a, b = as_real(a, b)
    return box_iou(a, b) - _centre_penalty(a, b)


def box_ciou(a: Tensor, b: Tensor) -> Tensor:
    """Complete IoU: DIoU less a penalty for a different aspect ratio.

    The weight of the penalty is a constant for gradients, and is not switched off below IoU 0.5, as
    in torchvision and Ultralytics.

    Args:
        a: `(..., 4)` xyxy, pixels.
        b: `(..., 4)` xyxy, pixels.

    Returns:
        `(...)` in [-2, 1]; 1 for identical boxes of positive area.

    Source: Zheng et al., AAAI 2020, arXiv 1911.08287.

    >>> same = torch.tensor([0.0, 0.0, 4.0, 2.0])
    >>> box_ciou(same, same)
    tensor(1.)
    """
    a, b = as_real(a, b)
    iou = box_iou(a, b)
    angle_a, angle_b = _aspect_angle(a), _aspect_angle(b)
    aspect = (4 / math.pi**2) * (angle_a - angle_b) ** 2
    with torch.no_grad():
        weight = aspect / (1 - iou + aspect + 1e-7)
    return iou - _centre_penalty(a, b) - weight * aspect


def box_iou_variant(a: Tensor, b: Tensor, variant: IouVariant = "continuous") -> Tensor:
    """IoU under the pixel rule that a given code base uses; they disagree, so say which.

    `"continuous"` is `box_iou`. `"half-inclusive"` (VLM-R1, GUI-G1) counts an overlap only where it
    is longer than one pixel on both axes. `"inclusive"` (VisionReasoner, VOC) takes both end pixels
    in: lengths are `x1 - x0 + 1`, so boxes that merely touch overlap and a box of zero size has
        area 1.

    Args:
        a: `(..., 4)` xyxy, pixels.
        b: `(..., 4)` xyxy, pixels.
        variant: the rule.

    Returns:
        `(...)` in [0, 1]; 0 where the union is empty (published code divides by zero there).

    Raises:
        ValueError: for an unknown variant.

    >>> pixel = torch.tensor([5.0, 5.0, 6.0, 6.0])
    >>> box_iou_variant(pixel, pixel, "half-inclusive")
    tensor(0.)
    """
    if variant == "continuous":
        return box_iou(a, b)
    if variant not in ("half-inclusive", "inclusive"):
        raise ValueError(
            f"unknown IoU variant {variant!r}; use 'continuous', 'half-inclusive' or 'inclusive'"
        )
    a, b = as_real(a, b)
    ax0, ay0, ax1, ay1 = a.unbind(-1)
    bx0, by0, bx1, by1 = b.unbind(-1)
    extra = 1.0 if variant == "inclusive" else 0.0
    width = _length(torch.maximum(ax0, bx0), torch.minimum(ax1, bx1), extra)
    height = _length(torch.maximum(ay0, by0), torch.minimum(ay1, by1), extra)
    if variant == "half-inclusive":
        counted = (width > 1) & (height > 1) | width.isnan() | height.isnan()
        intersection = torch.where(counted, width * height, 0.0)
    else:
        intersection = width * height
    area_a = _length(ax0, ax1, extra) * _length(ay0, ay1, extra)
    area_b = _length(bx0, bx1, extra) * _length(by0, by1, extra)
    return _ratio(intersection, area_a + area_b - intersection)


def box_convert(boxes: Tensor, source: BoxOrder, target: BoxOrder) -> Tensor:
    """The same boxes written in another order.

    `"xywh"` is the top left corner and the size, `"cxcywh"` the centre and the size.

    Args:
        boxes: `(..., 4)` in the order `source`.
        source: order of the input.
        target: order of the output.

    Returns:
        `(..., 4)` in the order `target`; nothing is clipped or sorted.

    Raises:
        ValueError: for an unknown order.

    >>> box_convert(torch.tensor([1.0, 2.0, 3.0, 5.0]), "xyxy", "cxcywh")
    tensor([2.0000, 3.5000, 2.0000, 3.0000])
    """
    for order in (source, target):
        if order not in ("xyxy", "yxyx", "xywh", "cxcywh"):
            raise ValueError(f"unknown box order {order!r}; use 'xyxy', 'yxyx', 'xywh' or 'cxcywh'")
    boxes = as_real(boxes)
    if source == target:
        return boxes
    first, second, third, fourth = boxes.unbind(-1)
    if source == "xyxy":
        x0, y0, x1, y1 = first, second, third, fourth
    elif source == "yxyx":
        y0, x0, y1, x1 = first, second, third, fourth
    elif source == "xywh":
        x0, y0, x1, y1 = first, second, first + third, second + fourth
    else:
        x0, y0 = first - third * 0.5, second - fourth * 0.5
        x1, y1 = first + third * 0.5, second + fourth * 0.5
    if target == "xyxy":
        written = (x0, y0, x1, y1)
    elif target == "yxyx":
        written = (y0, x0, y1, x1)
    elif target == "xywh":
        written = (x0, y0, x1 - x0, y1 - y0)
    else:
        written = (x0 * 0.5 + x1 * 0.5, y0 * 0.5 + y1 * 0.5, x1 - x0, y1 - y0)
    return torch.stack(written, -1)


def box_clip(boxes: Tensor, size_hw: Tensor | tuple[int, int]) -> Tensor:
    """Boxes cut to the image.

    Args:
        boxes: `(..., 4)` xyxy, pixels.
        size_hw: height and width, pixels; a pair, or `(..., 2)` that broadcasts with the boxes'
            leading axes.

    Returns:
        `(..., 4)`; a box outside the image becomes an empty box on its edge.

    >>> box_clip(torch.tensor([-5.0, 2.0, 30.0, 9.0]), (8, 20))
    tensor([ 0.,  2., 20.,  8.])
    """
    boxes = as_real(boxes)
    size = torch.as_tensor(size_hw, device=boxes.device).to(boxes.dtype)
    width_height = size.flip(-1)
    limit = torch.cat((width_height, width_height), -1)
    return torch.minimum(boxes.clamp(min=0.0), limit)


def box_sort(corners: Tensor) -> Tensor:
    """Two opposite corners in any order as a box.

    Args:
        corners: `(..., 4)`: x, y of one corner, then x, y of the opposite one, pixels.

    Returns:
        `(..., 4)` xyxy with `x0 <= x1` and `y0 <= y1`.

    >>> box_sort(torch.tensor([5.0, 1.0, 2.0, 3.0]))
    tensor([2., 1., 5., 3.])
    """
    corners = as_real(corners)
    one, other = corners[..., :2], corners[..., 2:]
    return torch.cat((torch.minimum(one, other), torch.maximum(one, other)), -1)


def _length(low: Tensor, high: Tensor, extra: float = 0.0) -> Tensor:
    """Length of an interval, 0 if inverted, and small enough for its square to be finite."""
    length = high - low + extra if extra else high - low
    # In place on our own temporary: on a million boxes, half the time goes to fresh memory.
    return length.clamp_(0.0, LONGEST)


def _ratio(part: Tensor, whole: Tensor) -> Tensor:
    """`part / whole`, 0 where the whole is 0, with finite gradients; NaN stays NaN."""
    return part / torch.where(whole > 0, whole, 1.0)


def _intersection_and_union(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    ax0, ay0, ax1, ay1 = a.unbind(-1)
    bx0, by0, bx1, by1 = b.unbind(-1)
    width = _length(torch.maximum(ax0, bx0), torch.minimum(ax1, bx1))
    height = _length(torch.maximum(ay0, by0), torch.minimum(ay1, by1))
    intersection = width * height
    area_a = _length(ax0, ax1) * _length(ay0, ay1)
    area_b = _length(bx0, bx1) * _length(by0, by1)
    # This order of the sum is symmetric, and exact for identical boxes: (A + A) - A == A.
    return intersection, area_a + area_b - intersection


def _enclosing_size(a: Tensor, b: Tensor) -> tuple[Tensor, Tensor]:
    ax0, ay0, ax1, ay1 = a.unbind(-1)
    bx0, by0, bx1, by1 = b.unbind(-1)
    width = _length(torch.minimum(ax0, bx0), torch.maximum(ax1, bx1))
    height = _length(torch.minimum(ay0, by0), torch.maximum(ay1, by1))
    return width, height


def _centre_penalty(a: Tensor, b: Tensor) -> Tensor:
    """Squared distance of the centres over the squared diagonal of the enclosing box, in [0, 1]."""
    dx, dy = (box_centre(a) - box_centre(b)).clamp(-LONGEST, LONGEST).unbind(-1)
    width, height = _enclosing_size(a, b)
    # Inverted boxes may have centres outside the box that encloses them.
    return _ratio(dx * dx + dy * dy, width * width + height * height).clamp(max=1.0)


def _aspect_angle(boxes: Tensor) -> Tensor:
    x0, y0, x1, y1 = boxes.unbind(-1)
    width, height = _length(x0, x1), _length(y0, y1)
    # atan2 needs no division; an empty box counts as square, which keeps its gradient finite.
    empty = (width + height) == 0
    return torch.atan2(torch.where(empty, 1.0, width), torch.where(empty, 1.0, height))
