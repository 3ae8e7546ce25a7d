"""Published rewards for zooming in that pay for the zooms: ViGoRL and DeepEyes."""

import torch
from torch import Tensor

from vgym.geometry.boxes import box_area, box_centre, box_clip
from vgym.geometry.points import pairwise_distance, point_in_box
from vgym.rewards.facts import Facts, number
from vgym.rewards.form import Form, Term
from vgym.rewards.pointing import all_hit
from vgym.rewards.recipes import register, sound
from vgym.rewards.reward import Reward
from vgym.rewards.sets import first_member, last_member, present, present_members
from vgym.rewards.stated import ANSWER, FORMAT, stated

# ViGoRL: points nearer to each other than this are one zoom, pixels.
_DISTINCT_PX = 10.0


def distinct_zooms(facts: Facts) -> Tensor:
    """Zooms at 10 px or more from every earlier one that counted: `(B,)`, a whole number.

    >>> distinct_zooms({"zoom_points": torch.tensor([[[0.0, 0.0], [6.0, 0.0], [12.0, 0.0]]])})
    tensor([2.])
    """
    points, there = facts["zoom_points"], present(facts, "zoom_points")
    far = pairwise_distance(points, points) >= _DISTINCT_PX
    counted = torch.zeros_like(there)
    for index in range(points.shape[1]):
        new = (far[:, index] | ~counted).all(1)
        counted[:, index] = there[:, index] & new
    return counted.sum(1).to(points.dtype)


def vigorl_format(facts: Facts) -> Tensor:
    """ViGoRL's format: 0 if bad, else 1 and 0.2 for each distinct zoom after the first: `(B,)`."""
    further = (distinct_zooms(facts) - 1).clamp(min=0.0)
    return number(facts, "format_ok") * (1 + 0.2 * further)


def hit_after_zoom(facts: Facts) -> Tensor:
    """1 where the final click hits and the last zoom was on the target too: `(B,)`."""
    point, zoomed = last_member(facts, "zoom_points")
    target, wanted = present_members(facts, "target_boxes")
    on_target = (point_in_box(point[:, None], target) & wanted).any(1) & zoomed
    return all_hit(facts) * on_target


_HIT = Term(
    "accuracy",
    all_hit,
    ("prediction_points", "target_boxes"),
    "1 if the final click is in the box, edges included, else 0",
)
_RIGHT = stated("accuracy", "answer_score")
_VIGORL_FORMAT = Term(
    "format",
    vigorl_format,
    ("format_ok", "zoom_points"),
    "0 if bad, else 1 + 0.2 (U - 1), U the zooms (at least one) 10 px or more from all that count",
    range=(0.0, float("inf")),
)
_HIT_AFTER_ZOOM = Term(
    "zoom",
    hit_after_zoom,
    ("prediction_points", "target_boxes", "zoom_points"),
    "1 if the final click is in the box and the last zoom was on it, else 0",
)
_VIGORL_ZOOM = Reward(
    name="vigorl-zoom",
    forms=(
        Form("points", ((0.6, _HIT), (0.4, _VIGORL_FORMAT))),
        Form("answer", ((0.6, _RIGHT), (0.4, _VIGORL_FORMAT))),
    ),
    source="ViGoRL, arXiv 2505.23678; code Gabesarch/grounded-rl at e7970c0, "
    "point_in_bbox_multicrop.py and string_match_multiturn.py",
    doc="The right click or answer, and the format with a bonus for each distinct zoom. The range "
    "is that of the paper's episodes of at most four zooms.",
    range=(0.0, 1.24),
    failure_modes=(
        "each useless zoom 10 px away pays 0.08, right or wrong, without limit: ten of them and a "
        "wrong answer earn 1.12, more than a right one without",
    ),
)
_VIGORL_ZOOM_SOUND = sound(
    _VIGORL_ZOOM,
    forms=(
        Form("points", ((0.8, _HIT), (0.2, _HIT_AFTER_ZOOM)), gates=(FORMAT,)),
        Form("answer", ((1.0, _RIGHT),), gates=(FORMAT,)),
    ),
    doc="vigorl-zoom that pays for the right click, and a little more if the last zoom was on it; "
    "zooms before an answer in words pay nothing.",
    range=(0.0, 1.0),
    failure_modes=(
        "no slope outside the target",
        "only the last zoom counts: going back to the target pays",
    ),
)


def format_error(facts: Facts) -> Tensor:
    """-1 for bad format, else 0: `(B,)`."""
    return number(facts, "format_ok") - 1


def zoom_bonus(facts: Facts) -> Tensor:
    """DeepEyes' 1 for a right answer after any zoom, else 0: `(B,)`."""
    return _both(number(facts, "answer_score") > 0.5, facts["tool_calls"] >= 1, facts)


def seeing_bonus(facts: Facts) -> Tensor:
    """`zoom_bonus` for a zoom that shows the target: `(B,)`, 0 or 1.

    It must hold half of the target, its centre included, and take no more of the image than a
    quarter, or than the target does.
    """
    target, wanted = first_member(facts, "target_boxes")
    image = facts["size_hw"].to(target.dtype).prod(-1)
    zooms = box_clip(facts["zoom_boxes"], facts["size_hw"][:, None])
    low = torch.maximum(zooms[..., :2], target[:, None, :2])
    high = torch.minimum(zooms[..., 2:], target[:, None, 2:])
    shown = box_area(torch.cat((low, high), -1)) >= 0.5 * box_area(target)[:, None]
    shown = shown & point_in_box(box_centre(target)[:, None], zooms)
    narrow = box_area(zooms) <= torch.maximum(image * 0.25, box_area(target))[:, None]
    seen = (shown & narrow & present(facts, "zoom_boxes")).any(1) & wanted
    return _both(number(facts, "answer_score") > 0.5, seen, facts)


def _both(one: Tensor, other: Tensor, facts: Facts) -> Tensor:
    return (one & other).to(number(facts, "answer_score").dtype)


_FORMAT_ERROR = Term("format", format_error, ("format_ok",), "-1 if bad, else 0", range=(-1.0, 0.0))
_ZOOM_BONUS = Term(
    "zoom",
    zoom_bonus,
    ("answer_score", "tool_calls"),
    "1 if the answer is right (above 0.5) and something was zoomed in on",
)
_DEEPEYES = Reward(
    name="deepeyes",
    forms=(Form("answer", ((0.8, ANSWER), (0.2, _FORMAT_ERROR), (1.2, _ZOOM_BONUS))),),
    source="DeepEyes; code Visual-Agent/DeepEyes, verl/utils/reward_score/vl_agent.py",
    doc="A right answer, more than twice as much if it zoomed first, and a fine for format. An "
    "answer of 1000 characters or more counts as wrong and badly formed in the code.",
    range=(-0.2, 2.0),
    failure_modes=("any junk zoom before a right answer pays 1.2",),
)
_SEEING_BONUS = Term(
    "zoom",
    seeing_bonus,
    ("answer_score", "zoom_boxes", "target_boxes", "size_hw"),
    "1 if the answer is right (above 0.5) and a zoom holds the target's centre and half of it, on "
    "a quarter of the image or the target's area",
)
_DEEPEYES_SOUND = sound(
    _DEEPEYES,
    _SEEING_BONUS,
    doc="deepeyes whose bonus is for a zoom that shows the target.",
    failure_modes=("zooming on every quarter of the image finds the target, whatever it is",),
)

register(_VIGORL_ZOOM, _VIGORL_ZOOM_SOUND, _DEEPEYES, _DEEPEYES_SOUND, subject="zoom and pages")
