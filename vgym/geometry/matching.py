"""One-to-one assignment of two sets, for a padded batch at once."""

import torch
from torch import Tensor

from vgym.geometry.arithmetic import as_real
from vgym.row_threads import over_rows


@torch.no_grad()
def match(cost: Tensor, mask_a: Tensor, mask_b: Tensor) -> Tensor:
    """Cheapest one-to-one assignment of the present members of a to those of b.

    As `scipy.optimize.linear_sum_assignment` on each batch item, masked. Every present member of
    the smaller set is assigned. On the CPU items are gone through one after another in compiled
    code, shared by threads; on other devices all go row by row at once, and nothing is read back.
    Where several assignments are equally cheap the two may choose differently.

    Args:
        cost: `(B, N, M)` of any real type; a cost that is not finite counts as worse than all
            finite ones together.
        mask_a: `(B, N)` bool, which members of a are present.
        mask_b: `(B, M)` bool, which members of b are present.

    Returns:
        `(B, N)` int64: index of the partner in b, -1 for none.

    Source: shortest augmenting paths with dual variables, Crouse 2016, doi
    10.1109/TAES.2016.140952.

    >>> present = torch.ones(1, 2, dtype=torch.bool)
    >>> match(torch.tensor([[[1.0, 2.0], [0.0, 5.0]]]), present, present)
    tensor([[1, 0]])
    """
    _, n, m = cost.shape
    if n == 0 or m == 0:
        return torch.full(mask_a.shape, -1, dtype=torch.int64, device=cost.device)
    # Whole costs are all exact in float64 alone.
    cost = as_real(cost if cost.is_floating_point() else cost.double())
    if cost.device.type == "cpu":
        return _item_by_item(cost, mask_a, mask_b)
    return _all_at_once(cost, mask_a, mask_b)


def _all_at_once(cost: Tensor, mask_a: Tensor, mask_b: Tensor) -> Tensor:
    """As `match`, by tensor operations, for any device."""
    _, n, m = cost.shape
    graded = _grade(cost, mask_a, mask_b)
    if n <= m:
        partner = _row_by_row(graded, mask_a)
    else:
        partner = _inverse(_row_by_row(graded.transpose(1, 2), mask_b), n)
    partner_present = mask_b.gather(1, partner.clamp(min=0))
    return torch.where(mask_a & (partner >= 0) & partner_present, partner, -1)


def _item_by_item(cost: Tensor, mask_a: Tensor, mask_b: Tensor) -> Tensor:
    from vgym.geometry.matching_numba import match_kernel

    batch, n, m = cost.shape
    partner = torch.empty((batch, n), dtype=torch.int64)
    costs, of_a, of_b = (t.contiguous().numpy() for t in (cost.detach().double(), mask_a, mask_b))
    found = partner.numpy()

    def assign(part: slice) -> None:
        match_kernel(costs[part], of_a[part], of_b[part], found[part])

    over_rows(assign, batch, n * m)
    return partner


def _grade(cost: Tensor, mask_a: Tensor, mask_b: Tensor) -> Tensor:
    """Costs in float64, in three tiers: finite in [0, 1], then non-finite, then absent."""
    present = mask_a[:, :, None] & mask_b[:, None, :]
    usable = cost.isfinite().logical_and_(present)
    low = torch.where(usable, cost, torch.inf).amin((1, 2), keepdim=True).double()
    high = torch.where(usable, cost, -torch.inf).amax((1, 2), keepdim=True).double()
    span = (high - low).nan_to_num_(posinf=1.0, neginf=1.0)
    graded = (cost - low).div_(torch.where(span > 0, span, 1.0))
    # One member of a tier costs more than a full assignment of the tier below.
    worse = float(min(cost.shape[1:]) + 1)
    graded.masked_fill_(usable.logical_not_(), worse)
    return graded.masked_fill_(present.logical_not_(), worse * worse)


def _row_by_row(cost: Tensor, active: Tensor) -> Tensor:
    """Column of every active row, `(B, n)`, -1 for the others; needs `n <= m`, finite costs."""
    batch, n, m = cost.shape
    device = cost.device
    every = torch.arange(batch, device=device)
    # Row index n and column index m are spare cells for batch items that have nothing to do.
    row_of = torch.full((batch, m + 1), n, device=device)
    column_of = torch.full((batch, n + 1), m, device=device)
    row_price = cost.new_zeros((batch, n + 1))
    column_price = cost.new_zeros((batch, m))
    for row in range(n):
        walking = active[:, row].clone()
        current = torch.where(walking, row, 0)
        distance = torch.full_like(column_price, torch.inf)
        previous_row = torch.full((batch, m + 1), n, device=device)
        visited = torch.zeros((batch, m + 1), dtype=torch.bool, device=device)
        length = cost.new_zeros(batch)
        sink = torch.full((batch,), m, device=device)
        # Dijkstra over alternating paths; at most `row` columns are taken, so the path ends by
        # then.
        for _ in range(row + 1):
            through = length - row_price[every, current]
            reach = cost[every, current] + through[:, None] - column_price
            shorter = (reach < distance) & ~visited[:, :m] & walking[:, None]
            distance = torch.where(shorter, reach, distance)
            previous_row[:, :m] = torch.where(shorter, current[:, None], previous_row[:, :m])
            nearest, column = torch.where(visited[:, :m], torch.inf, distance).min(1)
            length = torch.where(walking, nearest, length)
            sink = torch.where(walking, column, sink)
            visited[every, sink] |= walking
            owner = row_of[every, sink]
            walking = walking & (owner < n)
            current = torch.where(walking, owner, current)
        gain = torch.where(visited[:, :m], length[:, None] - distance, 0.0)
        row_price.scatter_add_(1, row_of[:, :m], gain)
        row_price[:, row] += length
        column_price -= gain
        for _ in range(row + 1):
            parent = previous_row[every, sink]
            row_of[every, sink] = parent
            following = column_of[every, parent]
            column_of[every, parent] = sink
            # The path starts at `row`; idle items go round the spare cells, where nothing changes.
            sink = torch.where(parent == row, m, following)
    columns = column_of[:, :n]
    return torch.where(columns < m, columns, -1)


def _inverse(row_of: Tensor, n: int) -> Tensor:
    """From the row of each column `(B, m)` to the column of each row `(B, n)`, -1 for none."""
    batch, m = row_of.shape
    spare = torch.where(row_of >= 0, row_of, n)
    inverse = torch.full((batch, n + 1), -1, device=row_of.device)
    columns = torch.arange(m, device=row_of.device).expand(batch, m)
    return inverse.scatter_(1, spare, columns)[:, :n]
