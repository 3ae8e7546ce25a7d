"""Terms for paths that were walked: success weighted by how direct the way was."""

import torch
from torch import Tensor

from vgym.geometry.arithmetic import as_real
from vgym.rewards.facts import Facts, number
from vgym.rewards.form import Term

KEPT = 0.5  # of the square of what was done of a way
COLLISION_M = 0.5  # metres that a collision counts as: who sees has few, who feels his way many


def directness(shortest_path_m: Tensor, path_length_m: Tensor) -> Tensor:
    """Shortest way over the way walked, `(...)` in [0, 1]; 1 if there was no way to go.

    Args:
        shortest_path_m: `(...)` metres, at least 0.
        path_length_m: `(...)` metres, at least 0; below the shortest it counts as the shortest.

    Returns:
        0 where either is negative or no finite number: there is no shortest way to what cannot be
        reached, and -1 is what some write for it.
    """
    shortest, walked = as_real(shortest_path_m, path_length_m)
    longest = torch.maximum(shortest, walked).clamp(min=1e-12)
    share = torch.where(shortest > 0, shortest / longest, 1.0)
    known = shortest.isfinite() & walked.isfinite() & (shortest >= 0) & (walked >= 0)
    return torch.where(known, share, 0.0)


def spl(success: Tensor, shortest_path_m: Tensor, path_length_m: Tensor) -> Tensor:
    """Success weighted by path length, `(...)` in [0, 1]; 0 where a number is not finite,
    or a length negative.

    Args:
        success: `(...)` bool or 0 and 1.
        shortest_path_m: `(...)` metres from start to goal; where it is 0 SPL is the success.
        path_length_m: `(...)` metres walked.

    Source: Anderson et al., arXiv 1807.06757; code facebookresearch/habitat-lab, nav.py.

    >>> spl(torch.tensor(1.0), torch.tensor(10.0), torch.tensor(12.5))
    tensor(0.8000)
    """
    return (success * directness(shortest_path_m, path_length_m)).nan_to_num(0.0, 0.0, 0.0)


def soft_spl(distance_m: Tensor, shortest_path_m: Tensor, path_length_m: Tensor) -> Tensor:
    """SPL with the share of the way that was covered in place of success, `(...)` in [0, 1].

    0 where a number is not finite, or a length negative.

    Args:
        distance_m: `(...)` metres to the goal at the end.
        shortest_path_m: `(...)` metres from start to goal; where it is 0 the value is 1 if the
            agent is still there, else 0.
        path_length_m: `(...)` metres walked.

    Source: code facebookresearch/habitat-lab, nav.py.

    >>> soft_spl(torch.tensor(2.5), torch.tensor(10.0), torch.tensor(12.5))
    tensor(0.6000)
    """
    distance, shortest = as_real(distance_m, shortest_path_m)
    share = (1 - distance / shortest.clamp(min=1e-12)).clamp(0.0, 1.0) * (distance >= 0)
    return share.nan_to_num(0.0) * directness(shortest_path_m, path_length_m)


def _spl(facts: Facts) -> Tensor:
    return spl(*(number(facts, name) for name in SPL.needs))


def _soft_spl(facts: Facts) -> Tensor:
    return soft_spl(*(number(facts, name) for name in SOFT_SPL.needs))


SPL = Term(
    "spl",
    _spl,
    ("success", "shortest_path_m", "path_length_m"),
    "success x shortest / max(shortest, walked)",
)
SOFT_SPL = Term(
    "soft_spl",
    _soft_spl,
    ("distance_after_m", "shortest_path_m", "path_length_m"),
    "max(0, 1 - d / shortest) x shortest / max(shortest, walked)",
)


def best_so_far_share(facts: Facts) -> Tensor:
    """Share of the way by which this step beats the nearest so far: `(B,)` in [0, 1]."""
    gained = number(facts, "best_distance_m") - number(facts, "distance_after_m")
    share = gained.clamp(min=0.0) / number(facts, "start_distance_m").clamp(min=1e-12)
    return share.clamp(max=1.0)


def advance_on_loan(facts: Facts) -> Tensor:
    """Share of the way by which this step beats the nearest so far, lent: `(B,)` in [KEPT - 1, 1].

    The end of the episode takes all back but `KEPT` of the square of the share: a whole way sums up
    to `KEPT`, and what somebody who wanders about makes of it to little.
    """
    start = number(facts, "start_distance_m").clamp(min=1e-12)
    nearest = number(facts, "best_distance_m")
    now = torch.minimum(nearest, number(facts, "distance_after_m"))
    before, after = ((1 - left / start).clamp(0.0, 1.0) for left in (nearest, now))
    over = torch.maximum(number(facts, "episode_over"), number(facts, "success"))
    return after - before - over * (after - KEPT * after.square())


def careful_success(facts: Facts) -> Tensor:
    """SPL of a walk that every collision makes half a metre longer: `(B,)` in [0, 1]."""
    walked = number(facts, "path_length_m") + COLLISION_M * number(facts, "collisions")
    return spl(number(facts, "success"), number(facts, "shortest_path_m"), walked)


def clean_success(facts: Facts) -> Tensor:
    """Success less a hundredth for every collision on the way, at most a half: `(B,)` in [0, 1]."""
    return number(facts, "success") * (1 - 0.01 * number(facts, "collisions").clamp(0.0, 50.0))


ADVANCE_ON_LOAN = Term(
    "progress",
    advance_on_loan,
    ("best_distance_m", "distance_after_m", "start_distance_m", "episode_over", "success"),
    f"growth of p in this step, p = 1 - nearest so far / starting distance; less p - {KEPT:g} p^2 "
    "where the episode ends",
    (KEPT - 1, 1.0),
)
CAREFUL_SUCCESS = Term(
    "success",
    careful_success,
    ("success", "shortest_path_m", "path_length_m", "collisions"),
    "success x shortest / max(shortest, walked + 0.5 m for every collision)",
)
CLEAN_SUCCESS = Term(
    "success",
    clean_success,
    ("success", "collisions"),
    "1 if solved, less 0.01 for every collision, at least a half; else 0",
)
