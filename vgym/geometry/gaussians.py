"""Boxes as axis-aligned Gaussians: mean the centre, deviations `alpha` times the size.

All functions broadcast `(..., 4)` with `(..., 4)`, are finite for finite boxes and unchanged by a
common shift or scale (but for `wasserstein2` and `nwd`, which are in pixels). A box with inverted
corners counts as one of zero size at its centre.
"""

import math

import torch
from torch import Tensor

from vgym.geometry.arithmetic import as_real
from vgym.geometry.boxes import LONGEST, box_centre
from vgym.geometry.gradients import root
from vgym.geometry.points import point_distance

# A size below this many pixels counts as this: it keeps quotients by the size finite.
_SMALLEST = 1e-12
# Quotients are cut here, far beyond where exp(-z) is 0, so that their squares stay finite.
_FARTHEST = 1e6


def gaussian_point(xy: Tensor, boxes: Tensor, alpha: float = 0.5) -> Tensor:
    """Unnormalised Gaussian of a box at a point.

    The value is `exp(-(dx / (alpha w))^2 / 2 - (dy / (alpha h))^2 / 2)`, dx and dy from the centre.

    Args:
        xy: `(..., 2)` pixels.
        boxes: `(..., 4)` xyxy, pixels.
        alpha: standard deviation as a share of the box's size.

    Returns:
        `(...)` in [0, 1]; 1 at the centre. A box of zero size gives 1 at its centre and 0
        elsewhere.

    Source: GUI-G2, arXiv 2507.15846, eq. 2.

    >>> gaussian_point(torch.tensor([4.0, 1.0]), torch.tensor([0.0, 0.0, 4.0, 2.0]))
    tensor(0.6065)
    """
    xy, boxes = as_real(xy, boxes)
    deviation = (alpha * _size(boxes)).clamp(min=_SMALLEST)
    z = ((xy - box_centre(boxes)) / deviation).clamp(-_FARTHEST, _FARTHEST)
    return torch.exp(-0.5 * z.square().sum(-1))


def bhattacharyya(boxes_a: Tensor, boxes_b: Tensor, alpha: float = 0.5) -> Tensor:
    """Bhattacharyya coefficient of two boxes' Gaussians: how much the two distributions overlap.

    A size counts relative to the larger of the two, so the value does not depend on the scale
    (GUI-G2's code adds 1e-8 to variances instead, and exceeds 1 for fractions of the image).

    Args:
        boxes_a: `(..., 4)` xyxy.
        boxes_b: `(..., 4)` xyxy.
        alpha: standard deviation as a share of the box's size.

    Returns:
        `(...)` in [0, 1]; exactly 1 for identical boxes of positive area; below 1e-18 where either
        has zero width or height.

    Source: GUI-G2, arXiv 2507.15846, eq. 5; closed form for axis-aligned boxes.

    >>> bhattacharyya(torch.tensor([4.0, 4.0, 6.0, 6.0]), torch.tensor([3.0, 3.0, 7.0, 7.0]))
    tensor(0.8000)
    """
    exponent, shape = _bhattacharyya_parts(*as_real(boxes_a, boxes_b), alpha)
    # The floor keeps the gradient of the root finite where one box has no area.
    return torch.exp(-exponent) * shape.clamp(min=torch.finfo(shape.dtype).tiny).sqrt()


def hellinger(boxes_a: Tensor, boxes_b: Tensor, alpha: float = 0.5) -> Tensor:
    """Hellinger distance of two boxes' Gaussians: `sqrt(1 - bhattacharyya)`.

    Args:
        boxes_a: `(..., 4)` xyxy.
        boxes_b: `(..., 4)` xyxy.
        alpha: standard deviation as a share of the box's size.

    Returns:
        `(...)` in [0, 1]; 0 for identical boxes of positive area, 1 where either has no area.

    >>> same = torch.tensor([0.0, 0.0, 4.0, 2.0])
    >>> hellinger(same, same)
    tensor(0.)
    """
    exponent, shape = _bhattacharyya_parts(*as_real(boxes_a, boxes_b), alpha)
    distance = exponent - 0.5 * shape.clamp(min=torch.finfo(shape.dtype).tiny).log()
    # expm1 keeps the digits that 1 - exp(-distance) loses for nearly identical boxes.
    return root(-torch.expm1(-distance))


def prob_iou(boxes_a: Tensor, boxes_b: Tensor) -> Tensor:
    """ProbIoU of axis-aligned boxes: one minus the Hellinger distance.

    The variances are those of a uniform box, `w^2 / 12` and `h^2 / 12`.

    Args:
        boxes_a: `(..., 4)` xyxy.
        boxes_b: `(..., 4)` xyxy.

    Returns:
        `(...)` in [0, 1]; 1 for identical boxes of positive area, 0 where either has no area.

    Source: Llerena et al., arXiv 2106.06072; without the 1e-7 that Ultralytics' code adds.

    >>> same = torch.tensor([0.0, 0.0, 4.0, 2.0])
    >>> prob_iou(same, same)
    tensor(1.)
    """
    return 1 - hellinger(boxes_a, boxes_b, alpha=1 / math.sqrt(12))


def wasserstein2(boxes_a: Tensor, boxes_b: Tensor) -> Tensor:
    """2-Wasserstein distance of two boxes' Gaussians with standard deviations `w / 2` and `h / 2`.

    Args:
        boxes_a: `(..., 4)` xyxy, pixels.
        boxes_b: `(..., 4)` xyxy, pixels.

    Returns:
        `(...)` pixels, at least 0 (the distance itself, not its square).

    Source: Yang et al. (GWD), arXiv 2101.11952.

    >>> wasserstein2(torch.tensor([0.0, 0.0, 2.0, 2.0]), torch.tensor([3.0, 4.0, 5.0, 6.0]))
    tensor(5.)
    """
    boxes_a, boxes_b = as_real(boxes_a, boxes_b)
    return point_distance(_centre_and_half_size(boxes_a), _centre_and_half_size(boxes_b))


def nwd(boxes_a: Tensor, boxes_b: Tensor, constant: float) -> Tensor:
    """Normalised Wasserstein similarity `exp(-wasserstein2 / constant)`.

    Args:
        boxes_a: `(..., 4)` xyxy, pixels.
        boxes_b: `(..., 4)` xyxy, pixels.
        constant: pixels; the mean object size of the data (12.8 for AI-TOD in the paper).

    Returns:
        `(...)` in [0, 1]; 1 for identical boxes, of zero size too.

    Source: Wang et al., arXiv 2110.13389.

    >>> nwd(torch.tensor([0.0, 0.0, 2.0, 2.0]), torch.tensor([3.0, 4.0, 5.0, 6.0]), constant=5.0)
    tensor(0.3679)
    """
    return torch.exp(-wasserstein2(boxes_a, boxes_b) / constant)


def kl_divergence(boxes_a: Tensor, boxes_b: Tensor, alpha: float = 0.5) -> Tensor:
    """Kullback-Leibler divergence `KL(a || b)` of two boxes' Gaussians; not symmetric.

    Args:
        boxes_a: `(..., 4)` xyxy.
        boxes_b: `(..., 4)` xyxy.
        alpha: standard deviation as a share of the box's size; sizes are cut to [1e-7, 1e7].

    Returns:
        `(...)` at least 0; 0 for identical boxes; large, never infinite, where b has no area.

    Source: Yang et al. (KLD), arXiv 2106.01883.

    >>> kl_divergence(torch.tensor([0.0, 0.0, 2.0, 2.0]), torch.tensor([1.0, 0.0, 3.0, 2.0]))
    tensor(0.5000)
    """
    boxes_a, boxes_b = as_real(boxes_a, boxes_b)
    size_a = _size(boxes_a).clamp(1e-7, 1e7)
    size_b = _size(boxes_b).clamp(1e-7, 1e7)
    offset = (box_centre(boxes_a) - box_centre(boxes_b)) / (alpha * size_b)
    ratio = size_a / size_b
    # Both cuts lie where the squares are still finite in float32.
    per_axis = offset.clamp(-1e15, 1e15) ** 2 + ratio**2 - 2 * ratio.log() - 1
    return 0.5 * per_axis.sum(-1)


def _size(boxes: Tensor) -> Tensor:
    """Width and height, `(..., 2)`."""
    return (boxes[..., 2:] - boxes[..., :2]).clamp(0.0, LONGEST)


def _centre_and_half_size(boxes: Tensor) -> Tensor:
    return torch.cat((box_centre(boxes), _size(boxes) * 0.5), -1)


def _bhattacharyya_parts(a: Tensor, b: Tensor, alpha: float) -> tuple[Tensor, Tensor]:
    """The exponent (at least 0) and the squared shape factor (in [0, 1]) of the coefficient."""
    size_a, size_b = _size(a), _size(b)
    larger = torch.maximum(size_a, size_b).clamp(min=_SMALLEST)
    share_a, share_b = size_a / larger, size_b / larger
    # 1 to 2, or 0 where both sizes are: then the shape factor is 0 whatever the divisor.
    spread = (share_a.square() + share_b.square()).clamp(min=0.5)
    distance = ((box_centre(a) - box_centre(b)) / larger).clamp(-_FARTHEST, _FARTHEST)
    exponent_x, exponent_y = (distance.square() / spread).unbind(-1)
    shape_x, shape_y = (share_a * share_b / spread).unbind(-1)
    return (exponent_x + exponent_y) / (4 * alpha * alpha), 4 * shape_x * shape_y
