"""Slow references for sets: scipy's assignment item by item, and trying every pairing."""

from collections.abc import Callable, Sequence
from itertools import permutations

import numpy as np
from scipy.optimize import linear_sum_assignment

Box = list[float]


def best_cost(cost: np.ndarray, mask_a: np.ndarray, mask_b: np.ndarray) -> tuple[float, int]:
    """Least cost of a full assignment of the present members, and its number of pairs."""
    present = cost[mask_a][:, mask_b]
    rows, columns = linear_sum_assignment(present)
    return float(present[rows, columns].sum()), len(rows)


def best_sum(
    predictions: Sequence[Box], targets: Sequence[Box], similarity: Callable[[Box, Box], float]
) -> float:
    """Largest sum of similarities over all one-to-one pairings, by trying them all."""
    few, many = sorted((list(predictions), list(targets)), key=len)
    swap = len(predictions) > len(targets)
    return max(
        sum(
            similarity(m, f) if swap else similarity(f, m)
            for f, m in zip(few, chosen, strict=False)
        )
        for chosen in permutations(many, len(few))
    )


def soft_f1(
    predictions: Sequence[Box], targets: Sequence[Box], similarity: Callable[[Box, Box], float]
) -> float:
    members = len(predictions) + len(targets)
    return 2 * best_sum(predictions, targets, similarity) / members if members else 1.0
