"""Whether an answer that earned little was right but for its coordinate convention."""

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
from torch import Tensor

from vgym.geometry.conventions import (
    Convention,
    Kind,
    convention_alternatives,
    read_in_all,
)
from vgym.rewards.facts import MASKS
from vgym.rewards.recipes import as_reward
from vgym.rewards.reward import Reward

# What another convention must earn of `dense`, and how many times what the declared one earns. Of
# answers in another frame or order these give 93 to 100 in 100 the right hint, and of answers that
# merely strayed, by 2 to 15 % of the longer side, 0 to 9 a wrong one (tests/rewards/test_hints.py).
_GOOD, _TIMES = 0.5, 2.0


def convention_hint(
    values: Tensor,
    target_boxes: Tensor,
    size_hw: Tensor,
    convention: str | Convention,
    *,
    mask: Tensor | None = None,
    target_mask: Tensor | None = None,
    reward: str | Reward = "dense",
    facts: Mapping[str, Tensor] | None = None,
) -> list[str | None]:
    """For each row, the score that another convention would have given, if that is the likely
    mistake.

    It reads results back from the device.

    Args:
        values: `(B, M, 4)` boxes or `(B, M, 2)` points, as answered, in the declared convention.
        target_boxes: `(B, K, 4)` xyxy, pixels.
        size_hw: `(B, 2)` pixels.
        convention: the declared one.
        mask: `(B, M)` bool, the present answers; None for all.
        target_mask: `(B, K)` bool; None for all.
        reward: what the hint tells the score of; one whose range is not finite is replaced by
            `"dense"`, by which it is judged whether there is anything to tell.
        facts: further facts that the reward needs.

    Returns:
        B entries: such as `"0.81 as 0-1000"`, or None.

    Raises:
        ValueError: for values of the wrong width.
    """
    if values.shape[-1] not in (2, 4):
        raise ValueError(f"values have {values.shape[-1]} numbers each; boxes have 4, points 2")
    kind: Kind = "box" if values.shape[-1] == 4 else "point"
    name = "prediction_boxes" if kind == "box" else "prediction_points"
    told = as_reward(reward)
    if not told.range[1] - told.range[0] < float("inf"):
        told = as_reward("dense")
    # A reward's range does not tell a miss from a hit: a GIoU of -0.3 is halfway up.
    judge = as_reward("dense")
    given: dict[str, Tensor] = {**(facts or {}), "target_boxes": target_boxes, "size_hw": size_hw}
    if mask is not None:
        given[MASKS[name]] = mask
    if target_mask is not None:
        given["target_mask"] = target_mask

    # Each row as answered and in all other conventions is one batch: one call of the judge.
    readings = _readings(convention, kind)
    tried = read_in_all(values, size_hw, kind, readings)
    repeated = {
        key: fact.expand(len(readings), *fact.shape).flatten(0, 1) for key, fact in given.items()
    }
    judged = judge({**repeated, name: tried.flatten(0, 1)}).value
    earned = judged.view(len(readings), -1).detach().cpu().numpy()
    top = earned[1:].max(0)
    rows = np.flatnonzero((top >= _GOOD) & (top >= _TIMES * earned[0]))
    hints: list[str | None] = [None] * len(values)
    if len(rows) == 0:
        return hints
    which = earned[1:, rows].argmax(0) + 1
    kept = {key: fact[rows] for key, fact in given.items()}
    before = told({**kept, name: tried[0, rows]}).value
    after = told({**kept, name: tried[which, rows]}).value
    for row, reading, score, less in zip(
        rows.tolist(), which.tolist(), after.tolist(), before.tolist(), strict=True
    ):
        if score > less:
            hints[row] = f"{score:.2f} as {readings[reading]}"
    return hints


@lru_cache(64)
def _readings(declared: str | Convention, kind: Kind) -> tuple[Convention, ...]:
    """The declared convention, and all others."""
    return Convention.parse(declared), *convention_alternatives(kind)
