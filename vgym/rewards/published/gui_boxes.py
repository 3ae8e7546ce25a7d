"""Published rewards for a box around one thing on a screen: GUI-G2 and GUI-G1.

Each paper reads one box and one target. A set of answers, which no paper has, earns the
soft F1 of each term as everywhere in this package.
"""

import math

import torch
from torch import Tensor

from vgym.geometry.boxes import box_area, box_centre, box_iou_variant
from vgym.geometry.gaussians import bhattacharyya
from vgym.rewards.form import Form, PairTerm
from vgym.rewards.overlap import centre_gaussian
from vgym.rewards.pointing import CENTRE_HIT
from vgym.rewards.recipes import register, sound
from vgym.rewards.reward import Reward
from vgym.rewards.stated import FORMAT

_G2_ALPHA, _G2_EPSILON = 0.5, 1e-8


def _thousandths(value: Tensor) -> Tensor:
    return torch.round(value, decimals=3)


def g2_point(prediction: Tensor, target: Tensor) -> Tensor:
    """GUI-G2's Gaussian of the target at the predicted centre, to 3 decimals: `(...)` in [0, 1].

    >>> g2_point(torch.tensor([2.0, 0.0, 6.0, 2.0]), torch.tensor([0.0, 0.0, 4.0, 2.0]))
    tensor(0.6070)
    """
    size = target[..., 2:] - target[..., :2]
    z = (box_centre(prediction) - box_centre(target)) / (_G2_ALPHA * size)
    # The code divides by zero there, and pays 0 for any exception.
    value = torch.where((size == 0).any(-1), 0.0, torch.exp(-0.5 * z.square().sum(-1)))
    return _thousandths(value)


def g2_coverage(prediction: Tensor, target: Tensor) -> Tensor:
    """GUI-G2's Bhattacharyya coefficient with its 1e-8, to 3 decimals: `(...)`.

    In [0, 1] for boxes of a square pixel and more; above 1, up to hundreds, for fractions of the
    image; infinite where neither box has any width (or height). Inverted corners count as sorted.

    >>> g2_coverage(torch.tensor([4.0, 4.0, 6.0, 6.0]), torch.tensor([3.0, 3.0, 7.0, 7.0]))
    tensor(0.8000)
    """
    # As Python does it, in double precision: the epsilon is far below float32's.
    a, b = (
        (_G2_ALPHA * (box[..., 2:] - box[..., :2])).double().square()
        for box in (prediction, target)
    )
    offset = (box_centre(prediction) - box_centre(target)).double()
    spread = (a + b) / 2
    exponent = (offset.square() / (spread + _G2_EPSILON)).sum(-1) / 8
    both = (a.prod(-1) * b.prod(-1) + _G2_EPSILON).sqrt()
    distance = exponent + 0.5 * (spread.prod(-1) / both).log()
    return _thousandths(torch.exp(-distance)).to(prediction.dtype)


def g2_point_sound(prediction: Tensor, target: Tensor) -> Tensor:
    """`g2_point`, but 0 for an inverted or empty box."""
    value = _thousandths(centre_gaussian(prediction, target))
    return torch.where(box_area(prediction) == 0, 0.0, value)


def g2_coverage_sound(prediction: Tensor, target: Tensor) -> Tensor:
    """`g2_coverage` without the epsilon: the same at any scale, 0 for an inverted or empty box."""
    return _thousandths(bhattacharyya(prediction, target))


_G2_TINY = "the point term ignores the size: a tiny box at the right centre earns 2 of 3"
_G2_POINT = PairTerm(
    "point",
    g2_point,
    "prediction_boxes",
    "exp(-(dx / (0.5 w))^2 / 2 - (dy / (0.5 h))^2 / 2) at the predicted centre, w and h the "
    "target's; 3 decimals",
)
_G2_COVERAGE = PairTerm(
    "coverage",
    g2_coverage,
    "prediction_boxes",
    "Bhattacharyya coefficient of the boxes as Gaussians, alpha 0.5, with 1e-8 added to variances "
    "and determinants; 3 decimals",
)
_GUI_G2 = Reward(
    name="gui-g2",
    forms=(Form("boxes", ((1.0, _G2_POINT), (1.0, _G2_COVERAGE), (1.0, FORMAT))),),
    source="GUI-G2, arXiv 2507.15846, eq. 2 and 5; code ZJU-REAL/GUI-G2 at 5c5c365, "
    "gaussian_grpo.py; alpha 0.5, all weights 1",
    doc="The target's Gaussian at the predicted centre, the overlap of both boxes as Gaussians, "
    "and the format; the raw sum.",
    range=(0.0, 3.0),
    failure_modes=(
        "coverage exceeds 1, up to 200, for boxes in fractions of the image: pixels only",
        "inverted corners earn all, as their squares are taken",
        _G2_TINY,
        "no slope further than two target sizes away, nor below a thousandth",
    ),
)
_G2_POINT_SOUND = PairTerm(
    "point", g2_point_sound, "prediction_boxes", "as in gui-g2, but 0 for an inverted or empty box"
)
_G2_COVERAGE_SOUND = PairTerm(
    "coverage",
    g2_coverage_sound,
    "prediction_boxes",
    "as in gui-g2 without the 1e-8, 0 for an inverted or empty box",
)
_GUI_G2_SOUND = sound(
    _GUI_G2,
    _G2_POINT_SOUND,
    _G2_COVERAGE_SOUND,
    doc="gui-g2 with a coverage that does not depend on the scale, and nothing for inverted boxes.",
    failure_modes=(_G2_TINY, "no slope further than two target sizes away"),
)


def half_inclusive_iou(prediction: Tensor, target: Tensor) -> Tensor:
    """IoU where an overlap counts if it is longer than a pixel on both axes: `(...)` in [0, 1]."""
    return box_iou_variant(prediction, target, "half-inclusive")


def g1_agreement(prediction: Tensor, target: Tensor, size_hw: Tensor) -> Tensor:
    """GUI-G1's harmonic mean of `1 - |error| / image size` over the four coordinates: `(...)`.

    In [0, 1] for boxes in the image. An error larger than the image makes its part negative, and
    the mean has a pole where the parts' reciprocals sum to 0. Where a part is exactly 0 it is 0.

    >>> truth, size = torch.tensor([10.0, 10.0, 20.0, 20.0]), torch.tensor([100.0, 100.0])
    >>> g1_agreement(truth + 20, truth, size)
    tensor(0.8000)
    """
    return _harmonic_mean(_coordinate_parts(prediction, target, size_hw))


def g1_agreement_sound(prediction: Tensor, target: Tensor, size_hw: Tensor) -> Tensor:
    """`g1_agreement` with each part at least 0: `(...)` in [0, 1]."""
    return _harmonic_mean(_coordinate_parts(prediction, target, size_hw).clamp(min=0.0))


def _coordinate_parts(prediction: Tensor, target: Tensor, size_hw: Tensor) -> Tensor:
    width_height = size_hw.to(target.dtype).flip(-1)
    return 1 - (target - prediction).abs() / torch.cat((width_height, width_height), -1)


def _harmonic_mean(parts: Tensor) -> Tensor:
    reciprocals = (1 / parts).sum(-1)
    # The code divides by zero at the pole, and pays 0 for any exception; so too for a part of 0,
    # where the reciprocal is infinite here and the mean 0 by itself.
    return torch.where(reciprocals == 0, 0.0, parts.shape[-1] / reciprocals)


_G1_IOU = PairTerm(
    "iou",
    half_inclusive_iou,
    "prediction_boxes",
    "IoU, an overlap of at most a pixel on an axis counting as none",
)
_G1_AGREEMENT = PairTerm(
    "agreement",
    g1_agreement,
    "prediction_boxes",
    "4 / sum of 1 / (1 - |error| / image size) over the 4 coordinates",
    ("size_hw",),
    range=(-math.inf, math.inf),
)
_GUI_G1 = Reward(
    name="gui-g1",
    forms=(Form("boxes", ((1.0, CENTRE_HIT), (0.25, _G1_IOU), (0.125, _G1_AGREEMENT))),),
    source="GUI-G1, arXiv 2505.15810; code Yuqi-Zhou/GUI-G1 at e581fe9, grpo_rec.py; weights 1, "
    "0.25, 0.125. The difficulty weight w_q was not found and belongs to the policy's loss",
    doc="Hit by the box's centre, IoU, and agreement of each coordinate; in [0, 1.375] for boxes "
    "in the image.",
    range=(-math.inf, math.inf),
    failure_modes=(
        "a coordinate off by more than the image's size: the harmonic mean is negative, or of any "
        "size near its pole",
        "an overlap of one pixel counts as none: a target of 1 x 1 pixels cannot be matched in "
        "full",
        "almost any box in the image earns about 0.1 by the agreement of coordinates alone",
        "inverted corners hit",
    ),
)
_G1_AGREEMENT_SOUND = PairTerm(
    "agreement",
    g1_agreement_sound,
    "prediction_boxes",
    "4 / sum of 1 / max(0, 1 - |error| / image size) over the 4 coordinates",
    ("size_hw",),
)
_GUI_G1_SOUND = sound(
    _GUI_G1,
    _G1_AGREEMENT_SOUND,
    doc="gui-g1 with each coordinate's part cut at 0, which removes the pole.",
    range=(0.0, 1.375),
    failure_modes=(
        "an overlap of one pixel counts as none: a target of 1 x 1 pixels cannot be matched in "
        "full",
        "almost any box in the image earns about 0.1 by the agreement of coordinates alone",
        "inverted corners hit",
    ),
)

register(_GUI_G2, _GUI_G2_SOUND, _GUI_G1, _GUI_G1_SOUND, subject="screens")
