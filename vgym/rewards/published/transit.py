"""RewardMap: routes on transit maps."""

import torch
from torch import Tensor

from vgym.rewards.facts import Facts, number
from vgym.rewards.form import Form, Term
from vgym.rewards.recipes import register, sound
from vgym.rewards.reward import Reward
from vgym.rewards.sets import present_members
from vgym.rewards.stated import ANSWER

_INF = float("inf")


def difficulty_weight(facts: Facts) -> Tensor:
    """1, 1.2 or 1.5 for the map: `(B,)`."""
    level = number(facts, "map_difficulty")
    return torch.where(level >= 2, 1.5, torch.where(level >= 1, 1.2, 1.0))


def route_weight(facts: Facts) -> Tensor:
    """`difficulty_weight`, and 0.5 more for a route with a transfer: `(B,)`."""
    return difficulty_weight(facts) + torch.where(number(facts, "transfers") >= 1, 0.5, 0.0)


def _detail(facts: Facts, free_segments: int) -> Tensor:
    """Detail of the route, -5 for each segment beyond the transfers and `free_segments`."""
    exists, present = present_members(facts, "segment_line_ok")
    direct, _ = present_members(facts, "segment_direct")
    joins, _ = present_members(facts, "segment_joins")
    transfers = number(facts, "transfers")[:, None]
    number_of = present.cumsum(1)
    line = torch.where(direct.bool() & (transfers == 0), 4.0, 3.0)
    each = torch.where(exists.bool(), line, 0.0)
    each = each + torch.where(joins.bool() & (number_of <= transfers), 1.0, 0.0)
    each = each - torch.where(number_of > transfers + free_segments, 5.0, 0.0)
    total = (2 + torch.where(present, each, 0.0).sum(1)).clamp(max=10.0)
    return torch.where(facts["route_ends_ok"].bool(), total, 0.0)


def route_detail(facts: Facts) -> Tensor:
    """RewardMap's detail score, its last segment charged too: `(B,)` at most 10."""
    return _detail(facts, 0)


def route_detail_of_segments(facts: Facts) -> Tensor:
    """`route_detail` that expects one segment more than transfers: `(B,)` at most 10."""
    return _detail(facts, 1)


_ROUTE = ("route_ends_ok", "segment_line_ok", "segment_direct", "segment_joins", "transfers")
_ROUTE_DETAIL = Term(
    "detail",
    route_detail,
    _ROUTE,
    "0 unless both ends are right; 2, a segment 3 for a line that exists (4 if no transfer is "
    "needed and it serves both stations), 1 for joining the next one, -5 for each segment beyond "
    "the number of transfers; at most 10",
    range=(-_INF, 10.0),
)
_ROUTE_WEIGHT = Term(
    "weight",
    route_weight,
    ("map_difficulty", "transfers"),
    "1, 1.2 or 1.5 by the map; 0.5 more with a transfer",
    range=(1.0, 2.0),
)
_DIFFICULTY_WEIGHT = Term(
    "weight", difficulty_weight, ("map_difficulty",), "1, 1.2 or 1.5 by the map", range=(1.0, 1.5)
)
_REWARDMAP = Reward(
    name="rewardmap",
    forms=(
        Form("route", ((10.0, ANSWER), (0.5, _ROUTE_DETAIL)), gates=(_ROUTE_WEIGHT,)),
        Form("question", ((10.0, ANSWER),), gates=(_DIFFICULTY_WEIGHT,)),
    ),
    source="RewardMap, arXiv 2510.02240 (ReasonMap 2505.18675); code fscdc/RewardMap "
    "@15428ac30588, verl/utils/reward_score/reason_map.py",
    doc="Transit maps: a right answer, and the details of a route, weighted by difficulty.",
    range=(-_INF, 30.0),
    space="no coordinates",
    failure_modes=(
        "a route of many segments has no lower bound",
        "a route has one segment more than transfers, so every right route is charged 5: a "
        "perfect direct route earns 1 of 10, one with three transfers 10",
    ),
)
_ROUTE_DETAIL_OF_SEGMENTS = Term(
    "detail",
    route_detail_of_segments,
    _ROUTE,
    "0 unless both ends are right; 2, a segment 3 for a line that exists (4 if no transfer is "
    "needed and it serves both stations), 1 for joining the next one, -5 for each segment beyond "
    "the number of transfers plus one; at most 10",
    range=(-_INF, 10.0),
)
_REWARDMAP_SOUND = sound(
    _REWARDMAP,
    _ROUTE_DETAIL_OF_SEGMENTS,
    failure_modes=("a route of many segments has no lower bound",),
)

register(_REWARDMAP, _REWARDMAP_SOUND, subject="edits, maps and puzzles")
