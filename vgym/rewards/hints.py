"""Whether an answer that earned little was right but for its coordinate convention."""

from collections.abc import Mapping

import torch
from torch import Tensor

from vgym.geometry.conventions import Convention, Kind, convention_alternatives
from vgym.rewards.facts import MASKS
from vgym.rewards.recipes import as_reward
from vgym.rewards.reward import Reward

# As shares of the reward's range: below the first an answer failed, above the second it did well.
_POOR, _GOOD = 0.3, 0.5


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

    It reads results back from the device; rows that did well cost nothing more.

    Args:
        values: `(B, M, 4)` boxes or `(B, M, 2)` points, as answered, in the declared convention.
        target_boxes: `(B, K, 4)` xyxy, pixels.
        size_hw: `(B, 2)` pixels.
        convention: the declared one.
        mask: `(B, M)` bool, the present answers; None for all.
        target_mask: `(B, K)` bool; None for all.
        reward: judges; one whose range is not finite is replaced by `"dense"`.
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
    judge = as_reward(reward)
    low, high = judge.range
    if not high - low < float("inf"):
        judge = as_reward("dense")
        low, high = judge.range
    given: dict[str, Tensor] = {**(facts or {}), "target_boxes": target_boxes, "size_hw": size_hw}
    if mask is not None:
        given[MASKS[name]] = mask
    if target_mask is not None:
        given["target_mask"] = target_mask

    declared = Convention.parse(convention)
    value = judge({**given, name: declared.to_pixels(values, size_hw, kind)}).value
    hints: list[str | None] = [None] * len(values)
    failed = torch.nonzero(value <= low + _POOR * (high - low))[:, 0]
    if len(failed) == 0:
        return hints
    # All alternatives of all failed rows are one batch: one call of the judge.
    alternatives = convention_alternatives(kind)
    tried = torch.cat([a.to_pixels(values[failed], size_hw[failed], kind) for a in alternatives])
    repeated = {
        key: fact[failed].repeat(len(alternatives), *[1] * (fact.dim() - 1))
        for key, fact in given.items()
    }
    best = judge({**repeated, name: tried}).value.reshape(len(alternatives), len(failed))
    winner = best.argmax(0)
    top = best.amax(0)
    for row, which, score, before in zip(
        failed.tolist(), winner.tolist(), top.tolist(), value[failed].tolist(), strict=True
    ):
        if score >= low + _GOOD * (high - low) and score > before:
            hints[row] = f"{score:.2f} as {alternatives[which]}"
    return hints
