"""Published rewards that read several answers: the votes of a group, a list of candidate clicks."""

import torch
from torch import Tensor

from vgym.geometry.boxes import box_area, box_clip
from vgym.geometry.points import point_in_box
from vgym.rewards.facts import Facts
from vgym.rewards.form import Form, Term
from vgym.rewards.recipes import register, sound
from vgym.rewards.reward import Reward
from vgym.rewards.sets import first_member, present
from vgym.rewards.stated import FORMAT


def vote_density(facts: Facts) -> Tensor:
    """GUI-RCPO: mean number of votes in the own box over the most votes anywhere, `(B,)`.

    A vote is a box of the group covering a pixel. Boxes are cut to the image and to whole pixels.
    No grid is needed: votes in a box are its overlaps with the group's boxes, summed, and the most
    votes are found at some left edge and some top edge of the group.

    Returns:
        In [0, 1]; 0 for an empty box.
    """
    area, votes, top, _ = _votes(facts)
    paid = top * area
    density = votes / torch.where(paid > 0, paid, 1.0)
    return density.to(facts["prediction_boxes"].dtype)


def vote_dice(facts: Facts) -> Tensor:
    """Soft Dice of the own box and the group's map of votes, `(B,)` in [0, 1].

    Twice the votes in the box, over the most votes times the box's area plus all votes.
    """
    area, votes, top, everywhere = _votes(facts)
    whole = top * area + everywhere
    dice = 2 * votes / torch.where(whole > 0, whole, 1.0)
    return dice.to(facts["prediction_boxes"].dtype)


def _votes(facts: Facts) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Area of the own box, votes in it, most votes of a pixel, all votes: `(B,)` each."""
    size = facts["size_hw"]
    own = _whole_pixels(first_member(facts, "prediction_boxes")[0], size)
    there = present(facts, "group_boxes")
    group = _whole_pixels(facts["group_boxes"], size[:, None])
    group = torch.where(there[..., None], group, 0.0)
    low = torch.maximum(own[:, None, :2], group[..., :2])
    high = torch.minimum(own[:, None, 2:], group[..., 2:])
    votes = box_area(torch.cat((low, high), -1)).sum(1)
    x0, y0, x1, y1 = group.unbind(-1)
    # (B, corner, voter): whether the voter's box covers that corner's column, and its row.
    column = (x0[:, None] <= x0[..., None]) & (x0[..., None] < x1[:, None])
    row = (y0[:, None] <= y0[..., None]) & (y0[..., None] < y1[:, None])
    depth = column.to(own.dtype) @ row.to(own.dtype).transpose(1, 2)
    top = depth.flatten(1).amax(1) if depth.shape[1] else torch.zeros_like(votes)
    return box_area(own), votes, top, box_area(group).sum(1)


def _whole_pixels(boxes: Tensor, size_hw: Tensor) -> Tensor:
    # Sums of whole pixels are exact in double precision.
    return box_clip(boxes.double(), size_hw).trunc()


_RCPO_FACTS = ("prediction_boxes", "group_boxes", "size_hw")
_COLLAPSE = "no truth is read: a group that gives one and the same wrong box earns 1"
_VOTE_DENSITY = Term(
    "density",
    vote_density,
    _RCPO_FACTS,
    "votes in the box / (its area x the most votes of a pixel); a vote is a box of the group that "
    "covers the pixel",
)
_GUI_RCPO = Reward(
    name="gui-rcpo",
    forms=(Form("boxes", ((1.0, _VOTE_DENSITY),)),),
    source="GUI-RCPO, arXiv 2508.05615; code ZJU-REAL/GUI-RCPO at cd3bd51, grpo_jsonl.py, "
    "voting_reward",
    doc="How far a box agrees with the other answers to its question; needs no truth. State an "
    "answer that cannot be read as an empty box; a group has 16 in the paper.",
    failure_modes=(_COLLAPSE, "a box shrunk into the pixel with the most votes earns 1"),
)
_VOTE_DICE = Term(
    "dice",
    vote_dice,
    _RCPO_FACTS,
    "2 x votes in the box / (its area x the most votes of a pixel + all votes)",
)
_GUI_RCPO_SOUND = sound(
    _GUI_RCPO,
    forms=(Form("boxes", ((1.0, _VOTE_DICE),)),),
    doc="gui-rcpo that also asks how many of the votes the box holds, so that shrinking costs.",
    failure_modes=(_COLLAPSE,),
)


def exploration(facts: Facts) -> Tensor:
    """InfiGUI-G1: `1 / sqrt(N k)` if the k-th of N points is the first to hit, else `-1 / N`.

    Returns:
        `(B,)` in [-1, 1]; -1 without points.
    """
    hits = _inside(facts).any(2)
    count, rank = _count_and_rank(facts, hits)
    return torch.where(hits.any(1), (count * rank).rsqrt(), -1 / count)


def exploration_sound(facts: Facts) -> Tensor:
    """`1 / sqrt(N k)`, 0 however many points miss: `(B,)` in [0, 1].

    Points that hit targets of their own count as one: where several things are meant, all may be
    named.
    """
    inside = _inside(facts)
    count, rank = _count_and_rank(facts, inside.any(2))
    own = torch.minimum(inside.any(2).sum(1), inside.any(1).sum(1)).to(count.dtype)
    paid = ((count - own + 1) * rank).rsqrt()
    return torch.where(own > 0, paid, 0.0)


def _inside(facts: Facts) -> Tensor:
    """Which point is in which target: `(B, P, K)` bool."""
    points, there = facts["prediction_points"], present(facts, "prediction_points")
    inside = point_in_box(points[:, :, None], facts["target_boxes"][:, None])
    return inside & present(facts, "target_boxes")[:, None] & there[:, :, None]


def _count_and_rank(facts: Facts, hits: Tensor) -> tuple[Tensor, Tensor]:
    """Number of points, at least 1, and which of them is the first to hit, from 1: `(B,)` each."""
    points, there = facts["prediction_points"], present(facts, "prediction_points")
    rank = (there & (hits.cumsum(1) == 0)).sum(1) + 1
    return there.sum(1).to(points.dtype).clamp(min=1.0), rank


def apart(facts: Facts) -> Tensor:
    """1 where no three points are on one line, else 0: `(B,)`. A repeated point is on any line.

    Two products of coordinates count as equal within 1e-9 of the larger, as `math.isclose` has it.
    """
    points, there = facts["prediction_points"], present(facts, "prediction_points")
    wide = points.double()
    in_line = there.new_zeros(there.shape[0])
    # One loop over the points: all triples at once would let a long answer exhaust the memory.
    for first in range(points.shape[1] - 2):
        dx, dy = (wide[:, first + 1 :] - wide[:, first, None]).unbind(-1)
        a = dx[:, :, None] * dy[:, None]
        b = a.mT
        close = (a - b).abs() <= 1e-9 * torch.maximum(a.abs(), b.abs())
        others = there[:, first + 1 :]
        pairs = (close & others[:, :, None] & others[:, None]).triu(1)
        in_line = in_line | (pairs.flatten(1).any(1) & there[:, first])
    return (~in_line).to(points.dtype)


def gated_exploration(terms: dict[str, Tensor]) -> Tensor:
    """-1 for bad format or points in line, else format and exploration."""
    valid = (terms["format"] > 0) & (terms["apart"] > 0)
    return torch.where(valid, terms["format"] + terms["exploration"], -1.0)


_APART = Term(
    "apart",
    apart,
    ("prediction_points",),
    "1 if no three points are on one line, else 0",
)
_AER = ("prediction_points", "target_boxes")
_IN_LINE = "a line of points shifted by a pixel is not noticed"
_EXPLORATION = Term(
    "exploration",
    exploration,
    _AER,
    "1 / sqrt(N k) if the k-th of N points is the first to hit, else -1 / N; -1 without points",
    range=(-1.0, 1.0),
)
_INFIGUI_G1 = Reward(
    name="infigui-g1",
    forms=(Form("points", ((1.0, FORMAT), (1.0, _EXPLORATION), (1.0, _APART))),),
    source="InfiGUI-G1 (AEPO), arXiv 2508.05731; code InfiXAI/InfiGUI-G1 at 22208e4, "
    "reward_fn.py; weights 1",
    doc="Several candidate clicks, best first: few of them and an early hit pay most. Three "
    "points on a line, or bad format, lose it all.",
    range=(-1.0, 2.0),
    combination=gated_exploration,
    combination_text="format + exploration, but -1 if format = 0 or apart = 0",
    failure_modes=(
        "the more points miss, the smaller the loss: 16 that always miss earn 0.94, more than one "
        "click that hits 46 times in 100",
        "an empty list earns 0, as much as a wrong click",
        _IN_LINE,
    ),
)
_EXPLORATION_SOUND = Term(
    "exploration",
    exploration_sound,
    _AER,
    "1 / sqrt(N k) if the k-th of N points is the first to hit, else 0; points that hit targets "
    "of their own count as one",
)
_INFIGUI_G1_SOUND = sound(
    _INFIGUI_G1,
    forms=(Form("points", ((1.0, _EXPLORATION_SOUND),), gates=(FORMAT,)),),
    doc="infigui-g1 that pays for hits alone, the less the more points there are, whether or not "
    "they lie on a line.",
    range=(0.0, 1.0),
    combination="sum",
    combination_text="",
    failure_modes=("a second guess that misses costs 0.29 of a hit",),
)

register(_GUI_RCPO, _GUI_RCPO_SOUND, _INFIGUI_G1, _INFIGUI_G1_SOUND, subject="screens")
