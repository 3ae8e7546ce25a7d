"""Published rewards for a click on one thing on a screen: SE-GUI, LPO and SSL.

Each paper reads one click and one target. A set of answers, which no paper has, earns the soft F1
of each term as everywhere in this package.
"""

import torch
from torch import Tensor

from vgym.geometry.boxes import box_centre
from vgym.geometry.gaussians import gaussian_point
from vgym.geometry.points import point_distance
from vgym.rewards.facts import Facts, number
from vgym.rewards.form import Form, PairTerm, Term
from vgym.rewards.pointing import CENTRE_HIT, HIT, all_hit
from vgym.rewards.progress import blind_distance
from vgym.rewards.recipes import register, sound
from vgym.rewards.reward import Reward
from vgym.rewards.stated import ACTION, FORMAT, stated


def se_decay(xy: Tensor, target: Tensor, size_hw: Tensor) -> Tensor:
    """SE-GUI's `1 - (d / d_max)^2` with axes as fractions of the image: `(...)` in [-1, 1].

    d is the distance to the target's centre and d_max that of the image's farthest corner from it;
    0 where d is above 1.

    >>> corner = torch.tensor([0.0, 0.0, 0.0, 0.0])
    >>> se_decay(torch.tensor([2.0, 2.0]), corner, torch.tensor([4.0, 4.0]))
    tensor(0.7500)
    """
    width_height = size_hw.to(target.dtype).flip(-1)
    centre = box_centre(target) / width_height
    farthest: Tensor = torch.linalg.vector_norm(
        torch.maximum(centre.abs(), (1 - centre).abs()), dim=-1
    )
    distance = point_distance(xy / width_height, centre)
    return torch.where(distance <= 1, 1 - (distance / farthest).square(), 0.0)


def se_decay_sound(xy: Tensor, target: Tensor, size_hw: Tensor) -> Tensor:
    """`max(0, 1 - (d / d0)^2)`, d0 the image centre's distance from the target: `(...)`, [0, 1]."""
    width_height = size_hw.to(target.dtype).flip(-1)
    unit = target / torch.cat((width_height, width_height), -1)
    blind = blind_distance(unit, torch.ones_like(width_height))
    distance = point_distance(xy / width_height, box_centre(unit))
    return (1 - (distance / blind).square()).clamp(min=0.0)


_SE_DECAY = PairTerm(
    "decay",
    se_decay,
    "prediction_points",
    "1 - (d / d_max)^2 if d <= 1 else 0, d to the target's centre, d_max from it to the farthest "
    "corner, in fractions of the image",
    ("size_hw",),
)
_SE_GUI = Reward(
    name="se-gui",
    forms=(Form("points", ((1.0, HIT), (1.0, _SE_DECAY), (1.0, FORMAT))),),
    source="SE-GUI, arXiv 2505.12370; code YXB-NKU/SE-GUI at 0e26237, qwen_module.py, "
    "point_reward; all weights 1",
    doc="A hit, a slope towards the target's centre, and the format.",
    range=(-1.0, 3.0),
    failure_modes=(
        "flat: a click on the image's centre earns 0.87 of the slope on average, never less than "
        "0.75",
        "negative for some points outside the image, where further out earns 0",
    ),
)
_SE_DECAY_SOUND = PairTerm(
    "decay",
    se_decay_sound,
    "prediction_points",
    "max(0, 1 - (d / d0)^2), d0 the image centre's distance from the target's, at least half its "
    "diagonal, in fractions of the image",
    ("size_hw",),
)
_SE_GUI_SOUND = sound(
    _SE_GUI,
    _SE_DECAY_SOUND,
    doc="se-gui with the slope measured against a blind click on the image's centre.",
    range=(0.0, 2.0),
    failure_modes=("no slope further from the target than the image's centre is",),
)


def lpo_closeness(xy: Tensor, target: Tensor, size_hw: Tensor) -> Tensor:
    """`max(0, 1 - d / diagonal)`, d in pixels to the target's centre: `(...)` in [0, 1]."""
    diagonal: Tensor = torch.linalg.vector_norm(size_hw.to(target.dtype), dim=-1)
    return (1 - point_distance(xy, box_centre(target)) / diagonal).clamp(min=0.0)


def lpo_closeness_sound(xy: Tensor, target: Tensor, size_hw: Tensor) -> Tensor:
    """`max(0, 1 - d / d0)^2`, d0 the image centre's distance from the target: `(...)`, [0, 1]."""
    distance = point_distance(xy, box_centre(target))
    return (1 - distance / blind_distance(target, size_hw)).clamp(min=0.0).square()


def entropy_or_hit(facts: Facts) -> Tensor:
    """The window's entropy, but 1 where the click hits, for a flat target is a target: `(B,)`."""
    return torch.maximum(number(facts, "window_entropy").clamp(0.0, 1.0), all_hit(facts))


_LPO_CLOSENESS = PairTerm(
    "closeness",
    lpo_closeness,
    "prediction_points",
    "max(0, 1 - d / the image's diagonal), d to the target's centre",
    ("size_hw",),
)
_LPO = Reward(
    name="lpo",
    forms=(
        Form(
            "points", ((1.0, _LPO_CLOSENESS),), gates=(ACTION, stated("entropy", "window_entropy"))
        ),
    ),
    source="LPO, arXiv 2506.09373, known from a summary; the windows, their histogram's bins and "
    "d_max were not found: windows and bins are those behind the fact, d_max is vgym's, the "
    "diagonal",
    doc="Closeness of the click, times the share of texture in the window it falls in.",
    failure_modes=(
        "on a flat target the exact click earns little; in a blank window nothing does",
        "a blind click on the image's centre is never further than half the diagonal",
    ),
)
_LPO_CLOSENESS_SOUND = PairTerm(
    "closeness",
    lpo_closeness_sound,
    "prediction_points",
    "max(0, 1 - d / d0)^2, d to the target's centre, d0 from the image's centre to it, at least "
    "half the target's diagonal",
    ("size_hw",),
)
_ENTROPY_OR_HIT = Term(
    "entropy",
    entropy_or_hit,
    ("window_entropy", "prediction_points", "target_boxes"),
    "1 if the click hits, else the entropy of its window as a share of the largest",
)
_LPO_SOUND = sound(
    _LPO,
    _LPO_CLOSENESS_SOUND,
    _ENTROPY_OR_HIT,
    doc="lpo that pays the exact click in full on any target, and a blind one nothing.",
    failure_modes=("near the target, textured windows still earn more than flat ones",),
)


def sweet_spot(xy: Tensor, target: Tensor) -> Tensor:
    """Zone of the target's Gaussian, alpha 0.5, at the point: `(...)`, 0, 1/3, 2/3 or 1.

    >>> sweet_spot(torch.tensor([4.0, 1.0]), torch.tensor([0.0, 0.0, 4.0, 2.0]))
    tensor(0.6667)
    """
    g = gaussian_point(xy, target)
    zone = (g > 0.25).to(g.dtype) + (g > 0.5).to(g.dtype) + (g > 0.75).to(g.dtype)
    return zone / 3


def centre_sweet_spot(prediction: Tensor, target: Tensor) -> Tensor:
    """`sweet_spot` of the predicted centre."""
    return sweet_spot(box_centre(prediction), target)


_CENTRE_SWEET_SPOT = PairTerm(
    "zone",
    centre_sweet_spot,
    "prediction_boxes",
    "0, 1/3, 2/3 or 1 as the target's Gaussian, alpha 0.5, is above 0.25, 0.5, 0.75 at the "
    "predicted centre",
)
_SWEET_SPOT = PairTerm(
    "zone",
    sweet_spot,
    "prediction_points",
    "0, 1/3, 2/3 or 1 as the target's Gaussian, alpha 0.5, is above 0.25, 0.5, 0.75 at the point",
)
_SSL = Reward(
    name="ssl",
    forms=(
        Form("boxes", ((1.0, CENTRE_HIT), (0.5, _CENTRE_SWEET_SPOT))),
        Form("points", ((1.0, HIT), (0.5, _SWEET_SPOT))),
    ),
    source="Sweet Spot Learning, arXiv 2601.22491, for C + alpha S with S in 4 zones of a "
    "Gaussian field; the edges and values of the zones and alpha 0.5 are vgym's: not found",
    doc="A hit, and a bonus by the zone of the target that was hit.",
    range=(0.0, 1.5),
    failure_modes=("no slope outside the target's corners", "the predicted size is not read"),
)

register(_SE_GUI, _SE_GUI_SOUND, _LPO, _LPO_SOUND, _SSL, subject="screens")
