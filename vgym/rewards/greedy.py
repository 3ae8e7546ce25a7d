"""Greedy matching of two sets, as detection scores and several papers do it."""

import torch
from torch import Tensor


def greedy_match(similarity: Tensor, allowed: Tensor, order: Tensor | None = None) -> Tensor:
    """One after the other, each member of a takes the most similar member of b still free.

    The loop runs over a alone; nothing is read back from the device.

    Args:
        similarity: `(B, N, M)`.
        allowed: `(B, N, M)` bool, the pairs that may be matched.
        order: `(B, N)` int64, who chooses first; None for the order given.

    Returns:
        `(B, N)` int64: index of the partner in b, -1 for none.

    >>> greedy_match(torch.tensor([[[0.6], [0.9]]]), torch.ones(1, 2, 1, dtype=torch.bool))
    tensor([[ 0, -1]])
    """
    batch, n, m = similarity.shape
    device = similarity.device
    partner = torch.full((batch, n), -1, dtype=torch.int64, device=device)
    if m == 0:
        return partner
    free = torch.ones((batch, m), dtype=torch.bool, device=device)
    every = torch.arange(batch, device=device)
    for turn in range(n):
        row = torch.full_like(every, turn) if order is None else order[:, turn]
        offered = torch.where(allowed[every, row] & free, similarity[every, row], -torch.inf)
        best, column = offered.max(1)
        taken = best > -torch.inf
        partner[every, row] = torch.where(taken, column, -1)
        free[every, column] &= ~taken
    return partner
