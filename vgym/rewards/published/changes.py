"""STAR-R1: which objects changed between two views."""

import torch
from torch import Tensor

from vgym.geometry.matching import match
from vgym.rewards.facts import Facts
from vgym.rewards.form import Form, Term
from vgym.rewards.recipes import register
from vgym.rewards.reward import Reward
from vgym.rewards.sets import matched, present_members
from vgym.rewards.stated import FORMAT

_INF = float("inf")

# All three right, object and attribute right, the object alone right.
_ALL, _ATTRIBUTE, _OBJECT = 5.0, 1.5, 0.5


def _changes(facts: Facts) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """What the best one-to-one matching pays, the number of predictions with no partner that pays,
    of predictions, and of targets: `(B,)` float32 each."""
    predicted, given = present_members(facts, "prediction_changes")
    target, wanted = present_members(facts, "target_changes")
    same = predicted[:, :, None] == target[:, None]  # (B, U, V, 3)
    of_object = same[..., 0]
    of_attribute = of_object & same[..., 1]
    pay = torch.where(of_object, _OBJECT, 0.0)
    pay = torch.where(of_attribute, _ATTRIBUTE, pay)
    pay = torch.where(of_attribute & same[..., 2], _ALL, pay)
    partner = match(-pay, given, wanted)
    chosen = matched(partner, pay.shape[2])
    paid = torch.where(chosen, pay, 0.0)
    predictions, targets = given.sum(1).float(), wanted.sum(1).float()
    right = (paid > 0).any(2).sum(1)
    return paid.sum((1, 2)), predictions - right, predictions, targets


def change_pay(facts: Facts) -> Tensor:
    """Pay for the matched changes: `(B,)` at least 0."""
    return _changes(facts)[0]


def wrong_changes(facts: Facts) -> Tensor:
    """Number of stated changes that match none: `(B,)`."""
    return _changes(facts)[1]


def unstated_changes(facts: Facts) -> Tensor:
    """How many fewer changes are stated than there are: `(B,)` at least 0."""
    _, _, predictions, targets = _changes(facts)
    return (targets - predictions).clamp(min=0)


_CHANGES = ("prediction_changes", "target_changes")
_CHANGE_PAY = Term(
    "changes",
    change_pay,
    _CHANGES,
    "5 for object, attribute and value right, 1.5 for object and attribute, 0.5 for the object; "
    "one to one (our choice), summed",
    range=(0.0, _INF),
)
_WRONG_CHANGES = Term(
    "wrong",
    wrong_changes,
    _CHANGES,
    "stated changes that earn nothing; 1 each is our choice",
    range=(0.0, _INF),
)
_UNSTATED_CHANGES = Term(
    "unstated",
    unstated_changes,
    _CHANGES,
    "changes fewer than there are; 1 each is our choice",
    range=(0.0, _INF),
)
_STAR_R1 = Reward(
    name="star-r1",
    forms=(
        Form(
            "changes",
            ((1.0, _CHANGE_PAY), (-1.0, _WRONG_CHANGES), (-1.0, _UNSTATED_CHANGES), (1.0, FORMAT)),
        ),
    ),
    source="STAR-R1, arXiv 2505.15804, from a summary: it names penalties for enumeration and "
    "passivity without their size",
    doc="Which objects changed, in what, to what: partial credit, penalties for wrong and for "
    "missing ones.",
    range=(-_INF, _INF),
    space="no coordinates",
    failure_modes=(
        "the sum grows with the number of changes: scenes of many changes weigh more",
        "naming a changed object with a guessed attribute earns 0.5 rather than -1",
    ),
)

register(_STAR_R1, subject="edits, maps and puzzles")
