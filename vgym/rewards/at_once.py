"""Scores worked out at once: one answer against one target a row, on the CPU, in compiled loops.

They are what the terms themselves come to, but for the last bit of a few
(`tests/rewards/test_at_once.py`), in a fraction of the time where rows are few: the terms are some
hundred operations on short tensors.
"""

from functools import cache
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from vgym.rewards.facts import MASKS, Facts
from vgym.rewards.form import Form, Part
from vgym.rewards.overlap import IOU
from vgym.rewards.pointing import HIT
from vgym.rewards.progress import BOX_LOCATION, BOX_NEARNESS, POINT_LOCATION, POINT_NEARNESS


class Earned(NamedTuple):
    """The parts of a score."""

    value: Tensor  # (B,) float32
    terms: dict[str, Tensor]  # (B,) float32 each
    flagged: Tensor  # (B,) bool


# The answer, how many numbers it has, and the other kind of answer, which is to be absent.
_ANSWERS: dict[tuple[Part, ...], tuple[str, int, str]] = {
    (IOU, BOX_LOCATION, BOX_NEARNESS): ("prediction_boxes", 4, "prediction_points"),
    (HIT, POINT_LOCATION, POINT_NEARNESS): ("prediction_points", 2, "prediction_boxes"),
}


def earned_at_once(form: Form, floor: float, facts: Facts) -> Earned | None:
    """The score of a form whose terms are summed, or None where it is not worked out so.

    Args:
        form: of a reward. floor: what a row earns whose numbers are not finite. facts: all of them.
    """
    found = None if form.gates else _ANSWERS.get(tuple(term for _, term in form.terms))
    if found is None:
        return None
    name, width, other = found
    read = facts[name], facts["target_boxes"], facts["size_hw"]
    rows = len(read[0])
    if other in facts or MASKS[name] in facts or "target_mask" in facts or not rows:
        return None
    if not all(map(_plain, read, ((rows, 1, width), (rows, 1, 4), (rows, 2)))):
        return None
    given = [np.ascontiguousarray(fact.numpy()).reshape(rows, -1) for fact in read]
    box_parts, point_parts, weighed = _loops()
    terms, value = np.zeros((3, rows), np.float32), np.empty(rows, np.float32)
    exponents, sound = np.zeros((2, rows), np.float32), np.empty(rows, np.bool_)
    parts = box_parts if width == 4 else point_parts
    parts(*given, terms, exponents, sound)
    torch.from_numpy(exponents).exp_()
    weights = np.array(tuple(form.weights.values()), np.float32)
    weighed(*given, exponents, weights, np.float32(floor), terms, value, sound)
    named = zip(form.weights, torch.from_numpy(terms).unbind(), strict=True)
    return Earned(torch.from_numpy(value), dict(named), torch.from_numpy(~sound))


@cache
def _loops() -> tuple[Any, Any, Any]:
    """Loaded when first needed: who scores tensors elsewhere does not wait for the compiler."""
    from vgym.rewards.at_once_numba import box_parts, point_parts, weighed

    return box_parts, point_parts, weighed


def _plain(fact: Tensor, shape: tuple[int, ...]) -> bool:
    """Whether a fact is float32 of that shape on the CPU, through which nothing is learnt."""
    return (
        fact.dtype is torch.float32
        and fact.shape == shape
        and fact.device.type == "cpu"
        and not fact.requires_grad
    )
