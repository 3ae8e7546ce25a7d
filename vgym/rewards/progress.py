"""Terms for getting closer: distance to the target against that of a blind answer."""

import torch
from torch import Tensor

from vgym.geometry.boxes import box_centre
from vgym.geometry.gaussians import bhattacharyya, gaussian_point
from vgym.geometry.points import point_distance
from vgym.rewards.form import PairTerm

_STEEPNESS = 4.0


def approach(xy: Tensor, target: Tensor, size_hw: Tensor) -> Tensor:
    """How much closer to the target's centre a point is than the image's centre is.

    `clamp(1 - d / d0, 0, 1)^2` with d the point's distance to the target's centre and d0 that of
    the image's centre, or half the target's diagonal where that is more. The square leaves less to
    a fixed guess, which is close to some targets by luck.

    Args:
        xy: `(..., 2)` pixels.
        target: `(..., 4)` xyxy, pixels.
        size_hw: `(..., 2)` pixels.

    Returns:
        `(...)` in [0, 1]; 1 at the target's centre alone, 0 from d0 on.
    """
    distance = point_distance(xy, box_centre(target))
    return (1 - distance / blind_distance(target, size_hw)).clamp(0.0, 1.0).square()


def blind_distance(target: Tensor, size_hw: Tensor) -> Tensor:
    """How far from the target an answer is that ignores the question.

    Args:
        target: `(..., 4)` xyxy.
        size_hw: `(..., 2)` in the same unit.

    Returns:
        `(...)` above 0: the distance of the image's centre from the target's, or half the target's
        diagonal where that is more.

    >>> blind_distance(torch.tensor([40.0, 0.0, 60.0, 20.0]), torch.tensor([100.0, 100.0]))
    tensor(40.)
    """
    image_xy = size_hw.to(target.dtype).flip(-1) * 0.5
    half_diagonal = point_distance(target[..., :2], target[..., 2:]) * 0.5
    reach = torch.maximum(point_distance(image_xy, box_centre(target)), half_diagonal)
    # The floor matters for a target of no size at the image's centre.
    return reach.clamp(min=1e-12)


def box_location(prediction: Tensor, target: Tensor, size_hw: Tensor) -> Tensor:
    """`approach` of the predicted centre, half of it paid by the Bhattacharyya coefficient."""
    near = approach(box_centre(prediction), target, size_hw)
    return near * (0.5 + 0.5 * bhattacharyya(prediction, target))


def point_location(prediction: Tensor, target: Tensor, size_hw: Tensor) -> Tensor:
    """`approach` of the point, half of it paid by the target's Gaussian at the point."""
    return approach(prediction, target, size_hw) * (0.5 + 0.5 * gaussian_point(prediction, target))


def nearness(distance: Tensor, size_hw: Tensor) -> Tensor:
    """`exp(-4 d / diagonal)` of a distance in the picture: `(...)` in [0, 1].

    It falls from everywhere, a little, and pays an answer that ignores the question little: two
    hundredths at the far end of the diagonal.

    Args:
        distance: `(...)` pixels, at least 0.
        size_hw: `(..., 2)` pixels.

    >>> nearness(torch.tensor([0.0, 5.0]), torch.tensor([3.0, 4.0]))
    tensor([1.0000, 0.0183])
    """
    diagonal = torch.linalg.vector_norm(size_hw.to(distance.dtype), dim=-1).clamp(min=1e-12)
    return torch.exp(-_STEEPNESS * distance / diagonal)


def point_nearness(xy: Tensor, target: Tensor, size_hw: Tensor) -> Tensor:
    """`nearness` of the point to the target's centre."""
    return nearness(point_distance(xy, box_centre(target)), size_hw)


def box_nearness(prediction: Tensor, target: Tensor, size_hw: Tensor) -> Tensor:
    """`nearness` of the two corners to the target's, by the mean of their distances."""
    low = point_distance(prediction[..., :2], target[..., :2])
    high = point_distance(prediction[..., 2:], target[..., 2:])
    return nearness(0.5 * low + 0.5 * high, size_hw)


_APPROACH = (
    "a = clamp(1 - d / d0, 0, 1)^2, d from the answer's centre to the target's, "
    "d0 from the image's centre to the target's, at least half the target's diagonal"
)
BOX_LOCATION = PairTerm(
    "location",
    box_location,
    "prediction_boxes",
    f"a (1 + coverage) / 2; {_APPROACH}; coverage the Bhattacharyya coefficient, alpha 0.5",
    ("size_hw",),
)
POINT_LOCATION = PairTerm(
    "location",
    point_location,
    "prediction_points",
    f"a (1 + g) / 2; {_APPROACH}; g the target's Gaussian, alpha 0.5, at the point",
    ("size_hw",),
)
_NEAR = "exp(-4 d / the picture's diagonal), d"
BOX_NEARNESS = PairTerm(
    "near",
    box_nearness,
    "prediction_boxes",
    f"{_NEAR} the mean distance of the two corners from the target's",
    ("size_hw",),
)
POINT_NEARNESS = PairTerm(
    "near",
    point_nearness,
    "prediction_points",
    f"{_NEAR} from the point to the target's centre",
    ("size_hw",),
)
