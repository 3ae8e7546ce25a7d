"""Sets of answers against sets of targets: padded pairs, one-to-one matching, and what a set earns.

A set of one against a set of one, the ordinary case, earns its similarity and takes a path without
matching. An exact repeat of an earlier prediction may only be matched with a target that is exactly
it, so that repeating an answer never pays, while a data set that lists a target twice can still be
answered.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor

from vgym.geometry.boxes import box_centre
from vgym.geometry.matching import match
from vgym.rewards.facts import MASKS, Facts


@dataclass(frozen=True)
class Pairs:
    """Predictions and targets with axes set so that a function of the two broadcasts over all
    pairs."""

    prediction: Tensor  # (B, k) if single, else (B, M, 1, k)
    target: Tensor  # (B, 4) if single, else (B, 1, K, 4)
    prediction_mask: Tensor | None  # (B, M) bool; None only if single and all present
    target_mask: Tensor | None  # (B, K) bool; likewise
    single: bool

    def along(self, fact: Tensor) -> Tensor:
        """A per-row fact `(B, ...)` with axes inserted so that it broadcasts with the pairs."""
        return fact if self.single else fact[:, None, None]

    def masks(self) -> tuple[Tensor, Tensor]:
        """Both masks of pairs that have them."""
        assert self.prediction_mask is not None and self.target_mask is not None
        return self.prediction_mask, self.target_mask


def pair_up(facts: Facts, prediction: str) -> Pairs:
    """The pairs of the predictions of that name with the target boxes.

    Args:
        facts: with `prediction` and `"target_boxes"`, their masks optional.
        prediction: `"prediction_boxes"` or `"prediction_points"`.
    """
    predicted, target = facts[prediction], facts["target_boxes"]
    prediction_mask = facts.get(MASKS[prediction])
    target_mask = facts.get("target_mask")
    if predicted.shape[1] == 1 and target.shape[1] == 1:
        if prediction_mask is not None or target_mask is not None:
            prediction_mask = _present(prediction_mask, predicted)
            target_mask = _present(target_mask, target)
        return Pairs(predicted[:, 0], target[:, 0], prediction_mask, target_mask, single=True)
    return all_pairs(facts, prediction)


def all_pairs(facts: Facts, prediction: str) -> Pairs:
    """`pair_up` with the axes of sets and both masks even for a set of one."""
    predicted, prediction_mask = present_members(facts, prediction)
    target, target_mask = present_members(facts, "target_boxes")
    return Pairs(predicted[:, :, None], target[:, None], prediction_mask, target_mask, single=False)


def present_members(facts: Facts, name: str) -> tuple[Tensor, Tensor]:
    """A fact about the members of a set, and which of them are present.

    Args:
        facts: with the fact of that name, `(B, M, ...)`; its mask is optional.
        name: one of `vgym.rewards.facts.MASKS`.

    Returns:
        The fact with absent members set to 0, since padding may hold anything, NaN too; and the
        mask `(B, M)` bool.
    """
    fact = facts[name]
    mask = _present(facts.get(MASKS[name]), fact)
    wide = mask.reshape(*mask.shape, *[1] * (fact.dim() - 2))
    return torch.where(wide, fact, torch.zeros((), dtype=fact.dtype, device=fact.device)), mask


def present(facts: Facts, name: str) -> Tensor:
    """Which members of a fact `(B, M, ...)` are there: `(B, M)` bool; all without a mask."""
    return _present(facts.get(MASKS[name]), facts[name])


def first_member(facts: Facts, name: str) -> tuple[Tensor, Tensor]:
    """The first present member, `(B, ...)`, zeros where there is none; and whether there is,
    `(B,)` bool."""
    fact, mask = present_members(facts, name)
    if fact.shape[1] == 0:
        return fact.new_zeros((fact.shape[0], *fact.shape[2:])), mask.new_zeros(mask.shape[0])
    index = mask.to(torch.int8).argmax(1)
    rows = torch.arange(fact.shape[0], device=fact.device)
    return fact[rows, index], mask.any(1)


def last_member(facts: Facts, name: str) -> tuple[Tensor, Tensor]:
    """The last present member; otherwise as `first_member`."""
    fact, mask = present_members(facts, name)
    last = mask & (mask.cumsum(1) == mask.sum(1, keepdim=True))
    wide = last.reshape(*last.shape, *[1] * (fact.dim() - 2))
    return torch.where(wide, fact, 0).sum(1), mask.any(1)


def soft_f1(pairs: Pairs, similarities: Sequence[Tensor], weights: Sequence[float]) -> list[Tensor]:
    """Soft F1 of each similarity under the one matching that is best for their weighted sum.

    `2 * sum(similarity of matched pairs) / (predictions + targets)`: missing and extra members both
    cost.

    Args:
        pairs: from `pair_up`.
        similarities: `(B,)` if single, else `(B, M, K)`, each in [0, 1].
        weights: one for each similarity, at least 0.

    Returns:
        For each similarity `(B,)` in [0, 1]; 1 if both sets are empty, 0 if only one is.
    """
    if pairs.single:
        return [_of_single(pairs, similarity, 0.0) for similarity in similarities]
    total = sum(w * s for w, s in zip(weights, similarities, strict=True))
    assert isinstance(total, Tensor)
    sums, predictions, targets = matched_sums(pairs, total, similarities)
    members = predictions + targets
    share = 2 / members.clamp(min=1)
    return [torch.where(members > 0, s * share, 1.0) for s in sums]


def matched_mean(pairs: Pairs, similarity: Tensor, unmatched: float) -> Tensor:
    """Mean similarity over the larger set, each of its members without a partner counting as
    `unmatched`.

    Args:
        pairs: from `pair_up`.
        similarity: `(B,)` if single, else `(B, M, K)`.
        unmatched: the lowest similarity there is.

    Returns:
        `(B,)`; 1 if both sets are empty, `unmatched` if only one is.
    """
    if pairs.single:
        return _of_single(pairs, similarity, unmatched)
    # Above the worst, so that pairs that may not be paid add nothing.
    (gained,), predictions, targets = matched_sums(pairs, similarity, [similarity - unmatched])
    larger = torch.maximum(predictions, targets)
    return torch.where(larger > 0, gained / larger.clamp(min=1) + unmatched, 1.0)


def all_matched(pairs: Pairs, correct: Tensor) -> Tensor:
    """Whether a one-to-one matching exists in which every member of both sets has a correct
    partner.

    Args:
        pairs: from `pair_up`.
        correct: float of 0 and 1, `(B,)` if single, else `(B, M, K)`.

    Returns:
        `(B,)` float, 0 or 1; 1 if both sets are empty.
    """
    if pairs.single:
        return _of_single(pairs, correct, 0.0)
    (count,), predictions, targets = matched_sums(pairs, correct, [correct])
    return ((count == predictions) & (count == targets)).to(correct.dtype)


def matched(partner: Tensor, targets: int) -> Tensor:
    """Which pairs are matched, `(B, M, K)` bool, from each one's partner `(B, M)`, -1 for none."""
    return torch.arange(targets, device=partner.device) == partner[:, :, None]


def best_member(similarity: Tensor, present: Tensor, dim: int) -> Tensor:
    """Largest similarity along an axis over the present members; 0 where there are none.

    Args:
        similarity: at least 0.
        present: bool, broadcasts with the similarity.
        dim: the axis, negative.
    """
    kept = torch.where(present, similarity, 0.0)
    return kept.amax(dim) if kept.shape[dim] else kept.sum(dim)


def matched_sums(
    pairs: Pairs, total: Tensor, similarities: Sequence[Tensor]
) -> tuple[list[Tensor], Tensor, Tensor]:
    """Sums of the similarities over the best one-to-one matching by `total`.

    Args:
        pairs: from `pair_up`, not single.
        total: `(B, M, K)`, what the matching maximises.
        similarities: `(B, M, K)` each.

    Returns:
        For each similarity its sum over the matched pairs `(B,)`; the number of predictions and of
        targets, `(B,)` each.
    """
    assert pairs.prediction_mask is not None and pairs.target_mask is not None
    both = pairs.prediction_mask[:, :, None] & pairs.target_mask[:, None, :]
    payable = both & ~_forbidden_repeats(pairs)
    # A repeat earns the least there is, so it never takes a target from another prediction.
    lowest = total.detach().amin((1, 2), keepdim=True).clamp(max=0.0) if total.numel() else 0.0
    partner = match(
        -torch.where(payable, total.detach(), lowest), pairs.prediction_mask, pairs.target_mask
    )
    chosen = matched(partner, both.shape[2])
    sums = [torch.where(chosen & payable, s, 0.0).sum((1, 2)) for s in similarities]
    dtype = total.dtype
    return sums, pairs.prediction_mask.sum(1).to(dtype), pairs.target_mask.sum(1).to(dtype)


def _present(mask: Tensor | None, members: Tensor) -> Tensor:
    return members.new_ones(members.shape[:2], dtype=torch.bool) if mask is None else mask


def _of_single(pairs: Pairs, similarity: Tensor, one_missing: float) -> Tensor:
    if pairs.prediction_mask is None or pairs.target_mask is None:
        return similarity
    predicted, wanted = pairs.prediction_mask[:, 0], pairs.target_mask[:, 0]
    absent = torch.where(predicted | wanted, one_missing, 1.0).to(similarity.dtype)
    return torch.where(predicted & wanted, similarity, absent)


def _forbidden_repeats(pairs: Pairs) -> Tensor:
    """`(B, M, K)` bool: the prediction repeats an earlier one and is not exactly that target."""
    assert pairs.prediction_mask is not None
    predicted = pairs.prediction  # (B, M, 1, k)
    equal = (predicted == predicted.transpose(1, 2)).all(-1)
    repeat = (equal & pairs.prediction_mask[:, None, :]).tril(-1).any(-1)
    exact = pairs.target if predicted.shape[-1] == 4 else box_centre(pairs.target)
    return repeat[:, :, None] & (predicted != exact).any(-1)
