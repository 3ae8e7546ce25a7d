"""Published rewards for zooming in that pay for the zooms: ViGoRL, DeepEyes, Pixel-Reasoner."""

import torch
from torch import Tensor

from vgym.geometry.boxes import box_area, box_centre, box_clip
from vgym.geometry.points import pairwise_distance, point_in_box
from vgym.rewards.facts import Facts, number
from vgym.rewards.pointing import all_hit
from vgym.rewards.recipes import register, sound, variant
from vgym.rewards.reward import Form, Reward, Term
from vgym.rewards.sets import first_member, present
from vgym.rewards.stated import ANSWER, FORMAT, stated

# ViGoRL: points nearer to each other than this are one zoom, pixels.
_DISTINCT_PX = 10.0
# ViGoRL: an episode holds five images, the whole one among them.
_MOST_ZOOMS = 4.0


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


def vigorl_sound(terms: dict[str, Tensor]) -> Tensor:
    """The bonus goes to right answers only, and for as many zooms as the paper's episode holds."""
    further = (terms["zooms"].clamp(max=_MOST_ZOOMS) - 1).clamp(min=0.0)
    bonus = 0.2 * further * terms["accuracy"]
    return 0.6 * terms["accuracy"] + 0.4 * terms["format"] * (1 + bonus)


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
_ZOOMS = Term(
    "zooms",
    distinct_zooms,
    ("zoom_points",),
    "U, the zooms 10 px or more from all that count",
    range=(0.0, float("inf")),
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
        Form("points", ((1.0, _HIT), (1.0, FORMAT), (1.0, _ZOOMS))),
        Form("answer", ((1.0, _RIGHT), (1.0, FORMAT), (1.0, _ZOOMS))),
    ),
    doc="vigorl-zoom that pays for zooms only where the answer is right, and for four at most.",
    combination=vigorl_sound,
    combination_text="0.6 accuracy + 0.4 format x (1 + 0.2 accuracy x (U - 1)), U in 1 to 4",
    failure_modes=("a right answer still earns 0.24 by three zooms it did not need",),
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


def solved_cleanly(facts: Facts) -> Tensor:
    """The answer's score, 0 where the last visual call was an error: `(B,)`."""
    return number(facts, "answer_score").clamp(0.0, 1.0) * (1 - number(facts, "last_call_failed"))


def image_curiosity(facts: Facts) -> Tensor:
    """Pixel-Reasoner's bonus for a visual call in a group that makes few, on images: `(B,)`.

    `0.25 max(0.3 - s, 0) / (K s) - 0.05 (n - 1)` with s the share of the group's answers that make
    a call, n the calls of this one and K = 2; 0 where n = 0. A share of 0 with n > 0, which cannot
    be, leaves the first part out.
    """
    return _curiosity(facts, 2.0)


def video_curiosity(facts: Facts) -> Tensor:
    """`image_curiosity` with K = 1.5, for videos: `(B,)`."""
    return _curiosity(facts, 1.5)


def curiosity_sound(facts: Facts) -> Tensor:
    """0.5 max(0.3 - s, 0) for a call before a right answer, less 0.05 a further call: `(B,)`.

    At most 0.15, and at least -0.15: three calls more cost no more.
    """
    calls = number(facts, "tool_calls")
    rare = 0.5 * (0.3 - number(facts, "group_tool_share")).clamp(min=0.0)
    spent = 0.05 * (calls - 1).clamp(max=3.0)
    return torch.where(calls >= 1, rare * solved_cleanly(facts) - spent, 0.0)


def _curiosity(facts: Facts, divisor: float) -> Tensor:
    calls, share = number(facts, "tool_calls"), number(facts, "group_tool_share").clamp(0.0, 1.0)
    used = torch.where(share > 0, share, 1.0)
    rare = torch.where(share > 0, (0.3 - share).clamp(min=0.0) / divisor / used * 0.25, 0.0)
    return torch.where(calls >= 1, rare - 0.05 * (calls - 1), 0.0)


_SOLVED = Term(
    "answer",
    solved_cleanly,
    ("answer_score", "last_call_failed"),
    "how right the answer is, 0 if the last visual call was an error",
)
_CALLS = ("tool_calls", "group_tool_share")
_IMAGE_CURIOSITY = Term(
    "curiosity",
    image_curiosity,
    _CALLS,
    "0.25 max(0.3 - s, 0) / (2 s) - 0.05 (n - 1) for n calls of at least 1, s the group's share "
    "with a call; else 0",
    range=(-0.15, 0.475),
)
_PIXEL_REASONER = Reward(
    name="pixel-reasoner",
    forms=(Form("answer", ((1.0, _SOLVED), (1.0, _IMAGE_CURIOSITY))),),
    source="Pixel-Reasoner; code TIGER-AI-Lab/Pixel-Reasoner, experience_maker.py, whose bonus "
    "divides by the share where the paper's does not",
    doc="A right answer, a bonus for looking closer where the group seldom does, and a price for "
    "each further call. The range is that of at most 4 calls and 16 answers.",
    range=(-0.15, 1.475),
    failure_modes=(
        "a junk call pays whether or not the answer is right",
        "the rarer calls are in the group, the more one pays, without limit",
        "the price of calls has no limit either",
    ),
)
_VIDEO_CURIOSITY = Term(
    "curiosity",
    video_curiosity,
    _CALLS,
    "0.25 max(0.3 - s, 0) / (1.5 s) - 0.05 (n - 1) for n calls of at least 1, s the group's share "
    "with a call; else 0",
    range=(-0.15, 0.95 / 1.5),
)
_PIXEL_REASONER_VIDEO = variant(
    _PIXEL_REASONER,
    _VIDEO_CURIOSITY,
    name="pixel-reasoner-video",
    range=(-0.15, 1 + 0.95 / 1.5),
)
_CURIOSITY_SOUND = Term(
    "curiosity",
    curiosity_sound,
    (*_CALLS, "answer_score", "last_call_failed"),
    "0.5 max(0.3 - s, 0) x answer - 0.05 min(n - 1, 3) for n calls of at least 1, s the group's "
    "share with a call; else 0",
    range=(-0.15, 0.15),
)
_PIXEL_REASONER_SOUND = sound(
    _PIXEL_REASONER,
    _CURIOSITY_SOUND,
    source="vgym, after Pixel-Reasoner; code TIGER-AI-Lab/Pixel-Reasoner, experience_maker.py, "
    "whose bonus divides by the share where the paper's does not; 0.5 and 0.3 as in the paper's "
    "form",
    doc="pixel-reasoner whose bonus is for right answers and bounded.",
    range=(-0.15, 1.15),
    failure_modes=("a junk call before a right answer pays up to 0.15",),
)

register(
    _VIGORL_ZOOM,
    _VIGORL_ZOOM_SOUND,
    _DEEPEYES,
    _DEEPEYES_SOUND,
    _PIXEL_REASONER,
    _PIXEL_REASONER_VIDEO,
    _PIXEL_REASONER_SOUND,
    subject="zoom and pages",
)
