"""Talk2Move: move, turn or resize an object as told."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import torch
from torch import Tensor

from vgym.geometry.boxes import box_centre
from vgym.geometry.points import point_distance
from vgym.rewards.facts import Facts, number
from vgym.rewards.form import Form, Term
from vgym.rewards.recipes import register, sound
from vgym.rewards.reward import Reward

_DEAD_ZONE, _LEAST_SHARE, _LEAST_TURN_DEG = 0.1, 0.01, 10.0
_LEAST_PX, _LEAST_SCALE = 1.0, 0.1  # of what was asked, where the sound one divides by it


def _found(facts: Facts) -> Tensor:
    """`(B,)` bool: neither box is empty."""
    boxes = torch.stack((facts["box_before"], facts["box_after"]), 1)
    return (boxes[..., 2:] > boxes[..., :2]).all(-1).all(-1)


def moved(facts: Facts) -> Tensor:
    """Share of the displacement that lies along the asked axis beyond the dead zone: `(B,)` in
    [0, 1]; 0 if the object went the other way, or was not found."""
    before, after = facts["box_before"], facts["box_after"]
    offset = box_centre(after) - box_centre(before)
    sizes = (before[:, 2:] - before[:, :2]) + (after[:, 2:] - after[:, :2])
    beyond = (offset.abs() - _DEAD_ZONE * sizes).clamp(min=0.0) * offset.sign()
    distance = torch.linalg.vector_norm(offset, dim=-1, keepdim=True)
    share = beyond / torch.where(distance > 0, distance, 1.0)
    along = share * number(facts, "asked_direction").sign()
    gained = torch.where(along > _LEAST_SHARE, along, 0.0).sum(-1).clamp(max=1.0)
    return torch.where(_found(facts), gained, 0.0)


def moved_as_asked(facts: Facts) -> Tensor:
    """1 for the displacement asked for, less by how far off it is as a share of it: `(B,)` in
    [0, 1]; 0 for none, and if the object was not found."""
    offset = box_centre(facts["box_after"]) - box_centre(facts["box_before"])
    way, distance = number(facts, "asked_direction"), number(facts, "asked_distance_px")
    length = torch.linalg.vector_norm(way, dim=-1).clamp(min=1e-12)
    asked = way * (distance / length)[:, None]
    near = _near(point_distance(offset, asked), distance.clamp(min=_LEAST_PX))
    return torch.where(_found(facts), near, 0.0)


def turned(facts: Facts) -> Tensor:
    """A third each for the axis and for the direction times the angle's share: `(B,)` in
    [0, 2/3]; 0 below 10 degrees."""
    measured, asked = number(facts, "turned_deg"), number(facts, "asked_turn_deg")
    size, axis = measured.abs().max(-1)
    asked_size, asked_axis = asked.abs().max(-1)
    sign = measured.gather(-1, axis[:, None])[:, 0].sign()
    asked_sign = asked.gather(-1, asked_axis[:, None])[:, 0].sign()
    same_way = ((sign == asked_sign) | (asked_size == 180)).to(measured.dtype)
    near = (1 - (size - asked_size).abs() / 180).clamp(min=0.0)
    score = (axis == asked_axis) + same_way * near
    return torch.where(size < _LEAST_TURN_DEG, 0.0, score / 3)


def resized(facts: Facts) -> Tensor:
    """`1 - (|rw - r| + |rh - r|) / 2r`, the ratios turned over where the object should shrink:
    `(B,)` at most 1, without a lower bound; 0 if the object was not found."""
    before, after = facts["box_before"], facts["box_after"]
    found = _found(facts)
    sizes = [box[:, 2:] - box[:, :2] for box in (before, after)]
    old, new = (torch.where(found[:, None], size, 1.0) for size in sizes)
    scale = number(facts, "asked_scale")[:, None]
    ratio = torch.where(scale >= 1, new / old, old / new)
    asked = torch.maximum(scale, 1 / scale)
    score = 1 - ((ratio - asked).abs() / (2 * asked)).sum(-1)
    return torch.where(found, score, 0.0)


def turned_as_asked(facts: Facts) -> Tensor:
    """1 for the turn asked for, less by how far off it is as a share of it: `(B,)` in [0, 1]; 0
    for none. Turns by 180 degrees either way are one."""
    turn, asked = number(facts, "turned_deg"), number(facts, "asked_turn_deg")
    off = point_distance(turn, asked)
    size = torch.linalg.vector_norm(asked, dim=-1)
    off = torch.where(size == 180, torch.minimum(off, point_distance(turn, -asked)), off)
    return _near(off, size.clamp(min=_LEAST_TURN_DEG))


def resized_as_asked(facts: Facts) -> Tensor:
    """1 for the size asked for, less by how far off both sides are on a logarithmic scale, as a
    share of what was asked: `(B,)` in [0, 1]; 0 for none, and if the object was not found."""
    found = _found(facts)
    sizes = [facts[name][:, 2:] - facts[name][:, :2] for name in ("box_before", "box_after")]
    old, new = (torch.where(found[:, None], size, 1.0).log() for size in sizes)
    asked = number(facts, "asked_scale").clamp(min=1e-6).log()[:, None].expand(-1, 2)
    size = torch.linalg.vector_norm(asked, dim=-1).clamp(min=_LEAST_SCALE)
    return torch.where(found, _near(point_distance(new - old, asked), size), 0.0)


def _near(off: Tensor, asked: Tensor) -> Tensor:
    """1 where nothing is off, 0 from as much as was asked for on."""
    return (1 - off / asked).clamp(min=0.0)


@dataclass(frozen=True)
class _OfKind:
    """A function in the rows of a kind of edit, 0 in the others; equal to itself once pickled."""

    kind: int
    function: Callable[[Facts], Tensor]

    def __call__(self, facts: Facts) -> Tensor:
        return torch.where(facts["edit_kind"] == self.kind, self.function(facts), 0.0)


def _forms(moved: Term, turned: Term, resized: Term) -> tuple[Form, ...]:
    """All kinds of edit in one batch, or one kind in all rows."""
    terms = {"move": moved, "turn": turned, "resize": resized}
    any_edit = tuple(
        (
            1.0,
            replace(term, function=_OfKind(kind, term.function), needs=(*term.needs, "edit_kind")),
        )
        for kind, term in enumerate(terms.values())
    )
    alone = (Form(name, ((1.0, term),)) for name, term in terms.items())
    return (Form("any edit", any_edit), *alone)


_MOVE = ("box_before", "box_after", "asked_direction")
_SCALE = ("box_before", "box_after", "asked_scale")
_ALONG = (
    "share of the displacement along the asked axis, a tenth of the two sizes together taken off; "
    "0 if the other way"
)
_SIZES = "1 - (|rw - r| + |rh - r|) / 2r, rw = new / old (old / new to shrink), r asked"
_MOVED = Term("moved", moved, _MOVE, _ALONG)
_MOVED_AS_ASKED = Term(
    "moved",
    moved_as_asked,
    (*_MOVE, "asked_distance_px"),
    "max(0, 1 - |displacement - asked| / |asked|)",
)
_TURNED = Term(
    "turned",
    turned,
    ("turned_deg", "asked_turn_deg"),
    "([axis right] + [direction right] (1 - |angle - asked| / 180)) / 3, any direction for 180 "
    "degrees, 0 below 10 degrees",
)
_RESIZED = Term(
    "resized", resized, _SCALE, f"{_SIZES}; not bounded below", range=(float("-inf"), 1.0)
)
_TURNED_AS_ASKED = Term(
    "turned",
    turned_as_asked,
    ("turned_deg", "asked_turn_deg"),
    "max(0, 1 - |turn - asked| / |asked|) of the angles about three axes, any direction for 180 "
    "degrees",
)
_RESIZED_AS_ASKED = Term(
    "resized",
    resized_as_asked,
    _SCALE,
    "max(0, 1 - |growth - asked| / |asked|) of the logarithms of both sides",
)
_TALK2MOVE = Reward(
    name="talk2move",
    forms=_forms(_MOVED, _TURNED, _RESIZED),
    source="Talk2Move, arXiv 2601.02356; code amazon-science/talk2move, "
    "flow_grpo/unified_scorer.py @7853a49f, its stay-in-place term left out: its weight differs "
    "by configuration",
    doc="Move, turn or resize an object as told; the boxes are found in the pictures before and "
    "after.",
    range=(float("-inf"), 1.0),
    failure_modes=(
        "farther is better whatever distance was asked for",
        "a collapsed object that should shrink earns without bound below 0, one that was lost "
        "altogether 0",
        "a perfect turn earns 2/3",
    ),
)
_TALK2MOVE_SOUND = sound(
    _TALK2MOVE,
    forms=_forms(_MOVED_AS_ASKED, _TURNED_AS_ASKED, _RESIZED_AS_ASKED),
    doc="Move, turn or resize an object as told: 1 for what was asked, 0 for doing nothing.",
    range=(0.0, 1.0),
    failure_modes=("no slope for what was done the other way",),
)

register(_TALK2MOVE, _TALK2MOVE_SOUND, subject="edits, maps and puzzles")
