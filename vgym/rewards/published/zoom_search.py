"""Rewards for searching an image from coarse to fine: ERGO and GeoViS.

Neither formula could be found; both are ours, built from what the papers say they reward.
"""

import torch
from torch import Tensor

from vgym.geometry.boxes import box_area, box_clip
from vgym.rewards.facts import Facts, number
from vgym.rewards.form import Form, Term
from vgym.rewards.overlap import IOU
from vgym.rewards.recipes import register
from vgym.rewards.reward import Reward
from vgym.rewards.sets import first_member, last_member, present
from vgym.rewards.stated import ANSWER, FORMAT, stated

# Share of the image's pixels up to which looking closer counts as economical.
_ECONOMICAL = 0.5


def pixels_seen(facts: Facts) -> Tensor:
    """Area of all zooms together as a share of the image's, `(B,)`; 1 without a zoom.

    Without a zoom ERGO shows the whole image again. Overlaps count each time.
    """
    there, size = present(facts, "zoom_boxes"), facts["size_hw"]
    zooms = torch.where(there[..., None], facts["zoom_boxes"], 0.0)
    area = box_area(box_clip(zooms, size[:, None])).sum(1)
    return torch.where(there.any(1), area / size.to(area.dtype).prod(-1), 1.0)


def economical_zoom(facts: Facts) -> Tensor:
    """How right the zoom alone is, if it shows at most half the image's pixels, else 0: `(B,)`."""
    seen = pixels_seen(facts)
    return torch.where(seen <= _ECONOMICAL, number(facts, "zoom_only_score").clamp(0.0, 1.0), 0.0)


_ECONOMICAL_ZOOM = Term(
    "economy",
    economical_zoom,
    ("zoom_only_score", "zoom_boxes", "size_hw"),
    "region if the zooms show at most half the image's pixels, else 0",
)
_ERGO = Reward(
    name="ergo",
    forms=(
        Form(
            "answer",
            (
                (0.4, ANSWER),
                (0.3, stated("region", "zoom_only_score")),
                (0.2, _ECONOMICAL_ZOOM),
                (0.1, FORMAT),
            ),
        ),
    ),
    source="ERGO, code nota-github/ERGO (inference only), for the four rewards' names: region "
    "verification, box adjustment, accuracy, format; formulas, weights and the threshold of half "
    "the image are vgym's: not found",
    doc="A right answer, a zoom that suffices for it, a small one, and the format.",
    failure_modes=(
        "zooming on the whole image always suffices; it loses the economy alone",
        "no slope in the area on either side of half the image",
    ),
)


def last_view(facts: Facts) -> Tensor:
    """How well the last zoom frames the target: its share shown x how far zoomed in. `(B,)`.

    How far is `log(image / zoom) / log(image / target)` of the areas, in [0, 1]: 0 for the whole
    image, 1 for a zoom of the target's area and smaller ones.

    Returns:
        In [0, 1]; 1 if the zoom is the target; 0 without a zoom, or for an empty zoom or target.
    """
    zoom, zoomed = last_member(facts, "zoom_boxes")
    target, wanted = first_member(facts, "target_boxes")
    image = facts["size_hw"].to(zoom.dtype).prod(-1)
    zoom = box_clip(zoom, facts["size_hw"])
    low = torch.maximum(zoom[:, :2], target[:, :2])
    high = torch.minimum(zoom[:, 2:], target[:, 2:])
    target_area, area = box_area(target), box_area(zoom)
    usable = zoomed & wanted & (target_area > 0) & (area > 0)
    target_area = torch.where(usable, target_area, 1.0)
    area = torch.where(usable, area, 1.0)
    # A target as large as the image leaves nothing to zoom in on.
    full = (image / target_area).log()
    depth = torch.where(full > 0, (image / area).log() / torch.where(full > 0, full, 1.0), 1.0)
    shown = (box_area(torch.cat((low, high), -1)) / target_area).clamp(max=1.0)
    return torch.where(usable, shown * depth.clamp(0.0, 1.0), 0.0)


_LAST_VIEW = Term(
    "search",
    last_view,
    ("zoom_boxes", "target_boxes", "size_hw"),
    "share of the target in the last zoom x log(image / zoom) / log(image / target) of the areas, "
    "at most 1",
)
_GEOVIS = Reward(
    name="geovis",
    forms=(Form("boxes", ((0.7, IOU), (0.3, _LAST_VIEW))),),
    source="GeoViS, arXiv 2512.02715, for a tree search with step rewards and then grounding; the "
    "formula is vgym's: not found",
    doc="The box found in the end, and how closely the last zoom frames the target.",
    failure_modes=(
        "only the last zoom counts: the path to it is not paid",
        "rotated targets are judged by their upright boxes",
    ),
)

register(_ERGO, _GEOVIS, subject="zoom and pages")
