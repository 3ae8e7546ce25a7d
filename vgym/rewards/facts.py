"""What a task states about an answer: the named tensors that rewards read.

Facts are a mapping from name to a tensor whose leading axis is the batch. `SHAPES` lists the names
that several tasks share; a task may add its own. A mask is True where a padded member is present;
without a mask all members are. One box or point is a set of one.
"""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

Facts = Mapping[str, Tensor]

SHAPES: dict[str, str] = {
    "prediction_boxes": "(B, M, 4)",
    "prediction_mask": "(B, M)",
    "prediction_points": "(B, P, 2)",
    "prediction_points_mask": "(B, P)",
    "target_boxes": "(B, K, 4)",
    "target_mask": "(B, K)",
    "size_hw": "(B, 2)",
}
MASKS: dict[str, str] = {
    "prediction_boxes": "prediction_mask",
    "prediction_points": "prediction_points_mask",
    "target_boxes": "target_mask",
}
# Number of axes and length of the last one.
_WIDTHS = {
    "prediction_boxes": (3, 4),
    "prediction_points": (3, 2),
    "target_boxes": (3, 4),
    "size_hw": (2, 2),
}


def describe(name: str) -> str:
    """A fact's name with its shape where it is a shared one.

    >>> describe("size_hw")
    'size_hw (B, 2)'
    """
    return f"{name} {SHAPES[name]}" if name in SHAPES else name


def check(facts: Facts, needed: Sequence[str]) -> None:
    """Hold the needed facts and their masks to `SHAPES` and to one number of rows.

    Raises:
        ValueError: naming the fact, what it is and what it must be.
    """
    rows = facts[needed[0]].shape[:1] if needed else ()
    for name in needed:
        fact = facts[name]
        if fact.shape[:1] != rows:
            raise ValueError(
                f"fact {name!r} has shape {tuple(fact.shape)} where {needed[0]!r} has "
                f"{tuple(rows)} rows; all facts share the batch axis"
            )
        if name not in _WIDTHS:
            continue
        axes, width = _WIDTHS[name]
        if fact.dim() != axes or fact.shape[-1] != width:
            raise ValueError(
                f"fact {name!r} has shape {tuple(fact.shape)}; it must be {SHAPES[name]}"
            )
        if name not in MASKS:
            continue
        if not fact.is_floating_point():
            raise ValueError(f"fact {name!r} is {fact.dtype}; it must be a floating type")
        mask = facts.get(MASKS[name])
        if mask is not None and (mask.shape != fact.shape[:2] or mask.dtype != torch.bool):
            raise ValueError(
                f"fact {MASKS[name]!r} is {mask.dtype} of shape {tuple(mask.shape)}; "
                f"it must be bool of shape {tuple(fact.shape[:2])}, as {name!r}"
            )
