"""What numbers facts may be, from their rows of the table, and the rows of a batch that keep to it.

A row in which a fact is none of its numbers (a share of 18, half a count, the seventh of three
cells) is as one that could not be read: it earns the floor, flagged, and the others are scored.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping

import torch
from torch import Tensor

from vgym.rewards.facts import FACTS, Facts

_ROUNDING = 1e-5  # a share that float32 puts beyond its range by this is at its end
_ANSWERS = ("prediction_boxes", "prediction_points")
_OF_THE_TASK = ("target_boxes", "size_hw")  # not held: where they are not sound no value is


def hold(
    facts: Facts, names: Iterable[str], lengths: Mapping[str, int]
) -> tuple[Facts, Tensor | None]:
    """The facts, each number one that it may be, and where it was so already.

    Args:
        facts: as `vgym.rewards.facts.check` has found them.
        names: those that are read; boxes and points answered count as read.
        lengths: of the axes, by letter.

    Returns:
        The facts with numbers moved into their range, so that nothing that reads them fails; and
        `(B,)` bool, the rows in which none had to be moved or is not finite, or None for all.
    """
    held: dict[str, Tensor] = {}
    rows: Tensor | None = None
    for name in dict.fromkeys((*_ANSWERS, *names)):
        if name not in facts or name in _OF_THE_TASK:
            continue
        tensor, fact = facts[name], FACTS.get(name)
        if tensor.dtype == torch.bool or not tensor.numel():
            continue
        if fact is None or (fact.least is None and not fact.whole):
            if not tensor.is_floating_point():
                continue
            good = tensor.abs() <= torch.finfo(tensor.dtype).max
        else:
            least, most = fact.bounds(lengths, facts)
            if _keeps_to(tensor, least, most, fact.whole):
                continue
            held[name], good = _into_range(tensor, least, most, fact.whole)
        mask = facts.get(fact.mask) if fact is not None and fact.mask is not None else None
        if mask is not None:
            good = good | ~mask.reshape(*mask.shape, *[1] * (tensor.dim() - mask.dim()))
        good = good if good.dim() == 1 else good.flatten(1).all(1)
        rows = good if rows is None else rows & good
    return ({**facts, **held} if held else facts), rows


def _keeps_to(tensor: Tensor, least: float, most: float | Tensor, whole: bool) -> bool:
    """Whether all numbers are seen at once to lie in a range, as nearly always they do.

    Elsewhere than on the CPU to look would be to wait.
    """
    floating = tensor.is_floating_point()
    if isinstance(most, Tensor) or tensor.device.type != "cpu" or (whole and floating):
        return False
    low, high = (float(end) for end in tensor.aminmax())
    if floating:
        most = min(most, torch.finfo(tensor.dtype).max)
    return low >= least and high <= most


def _into_range(
    tensor: Tensor, least: float, most: float | Tensor, whole: bool
) -> tuple[Tensor, Tensor]:
    """The numbers moved into a range, and where they lay in it."""
    near = tensor
    if whole and near.is_floating_point():
        near = near.round().nan_to_num(0.0)  # others may be looked up by it
    if isinstance(most, Tensor):
        near = torch.minimum(near, most.to(near.dtype)).clamp(min=least)
    elif least > -math.inf or most < math.inf:
        near = near.clamp(least if least > -math.inf else None, most if most < math.inf else None)
    if not tensor.is_floating_point():
        return near, near == tensor
    return near, (tensor - near).abs() <= (0.0 if whole else _ROUNDING * (1 + near.abs()))
