"""One-to-one assignment of two sets, for a padded batch at once."""

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vgym.geometry.arithmetic import as_real

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]


@torch.no_grad()
def match(cost: Tensor, mask_a: Tensor, mask_b: Tensor) -> Tensor:
    """Cheapest one-to-one assignment of the present members of a to those of b.

    As `scipy.optimize.linear_sum_assignment` on each batch item, masked. Every present member of
    the smaller set is assigned. No loop runs over the batch. On the CPU each item goes through its
    rows at its own pace; on other devices all go row by row, which takes more steps but reads
    nothing back. Where several assignments are equally cheap the two may choose differently.

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
    graded = _grade(cost, mask_a, mask_b)
    solve = _at_own_pace if cost.device.type == "cpu" else _row_by_row
    if n <= m:
        partner = solve(graded, mask_a)
    else:
        partner = _inverse(solve(graded.transpose(1, 2), mask_b), n)
    partner_present = mask_b.gather(1, partner.clamp(min=0))
    return torch.where(mask_a & (partner >= 0) & partner_present, partner, -1)


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


def _at_own_pace(cost: Tensor, active: Tensor) -> Tensor:
    """As `_row_by_row`, for the CPU, in numpy: its calls cost a third of torch's on small arrays.

    Starts from a greedy assignment of most rows. In each step then every item with a row left to
    assign extends its own path by one column, and paths that reach a free column are applied.
    """
    rows = np.ascontiguousarray(cost.numpy())
    column_of, row_of, column_price = _greedy_start(rows, active.numpy())
    _assign_the_rest(rows, active.numpy(), column_of, row_of, column_price)
    columns = column_of[:, :-1]
    return torch.from_numpy(np.where(columns < cost.shape[2], columns, -1))


def _greedy_start(cost: Floats, active: NDArray[np.bool_]) -> tuple[Indices, Indices, Floats]:
    """Dual prices and a partial assignment along pairs that are cheapest under them.

    Returns the column of each row `(B, n + 1)`, m for none, the row of each column `(B, m + 1)`, n
    for none, and the price of each column `(B, m)`; the last place of the first two is spare.
    """
    batch, n, m = cost.shape
    # Columns that stay free must be priced at 0, so only those of a full square may start lower.
    full = active.all(1) & (n == m)
    column_price = np.where(full[:, None], cost.min(1), 0.0)
    reduced = cost - column_price[:, None, :]
    cheapest = (reduced == reduced.min(2)[:, :, None]) & active[:, :, None]
    column_of, row_of = np.full((batch, n + 1), m), np.full((batch, m + 1), n)
    free = np.ones((batch, m), dtype=np.bool_)
    every = np.arange(batch)
    for row in range(n):
        candidates = cheapest[:, row] & free
        column = candidates.argmax(1)
        found = candidates[every, column].nonzero()[0]
        column = column[found]
        row_of[found, column] = row
        column_of[found, row] = column
        free[found, column] = False
    return column_of, row_of, column_price


def _assign_the_rest(
    cost: Floats,
    active: NDArray[np.bool_],
    column_of: Indices,
    row_of: Indices,
    column_price: Floats,
) -> None:
    """Complete the assignment in place, one shortest augmenting path for each row left."""
    _, n, m = cost.shape
    left = active & (column_of[:, :n] == m)
    item = left.any(1).nonzero()[0]
    order = np.argsort(~left[item], 1, kind="stable")
    todo = left[item].sum(1)
    turn = np.zeros_like(item)
    busy = turn < todo
    current = order[:, 0]
    length = np.zeros(len(item))
    # Prices from which the row prices follow, as assigned pairs are tight; and the same with the
    # columns that the path has settled out of reach.
    price = column_price[item]
    open_price = price.copy()
    distance, settled = np.full_like(price, np.inf), np.full_like(price, np.inf)
    previous_row = np.full(price.shape, n)
    table = cost.reshape(-1, m)
    while len(item):
        reach = table.take(item * n + current, 0)
        reach -= open_price
        reach += length[:, None]
        np.copyto(previous_row, current[:, None], where=reach < distance)
        np.minimum(distance, reach, out=distance)
        column = distance.argmin(1)
        cell = np.arange(len(item)) * m + column
        nearest = distance.take(cell)
        settled.put(cell, nearest)
        distance.put(cell, np.inf)
        open_price.put(cell, -np.inf)
        owner = row_of.take(item * (m + 1) + column)
        # An item whose rows are all assigned idles on its last one until it is dropped below.
        current = np.minimum(owner, n - 1)
        length = nearest + price.take(cell) - table.take((item * n + current) * m + column)
        ended = (busy & (owner == n)).nonzero()[0]
        if not len(ended):
            continue
        gain = nearest[ended, None] - settled[ended]
        price[ended] -= np.maximum(gain, 0.0)
        open_price[ended] = price[ended]
        distance[ended] = np.inf
        settled[ended] = np.inf
        _apply_paths(previous_row, ended, item[ended], column[ended], column_of, row_of)
        turn[ended] += 1
        current[ended] = order[ended, np.minimum(turn[ended], n - 1)]
        length[ended] = 0.0
        busy = turn < todo
        kept = busy.nonzero()[0]
        # Dropping a few items would cost more than it saves.
        if len(kept) < 0.85 * len(item):
            item, order, todo, turn, busy = _rows(kept, item, order, todo, turn, busy)
            current, length, price, open_price = _rows(kept, current, length, price, open_price)
            distance, settled, previous_row = _rows(kept, distance, settled, previous_row)


def _apply_paths(
    previous_row: Indices,
    ended: Indices,
    item: Indices,
    column: Indices,
    column_of: Indices,
    row_of: Indices,
) -> None:
    """Walk back from the free column of each path to its row, handing every column on."""
    n, m = column_of.shape[1] - 1, row_of.shape[1] - 1
    path_start, row_start, column_start = ended * m, item * (n + 1), item * (m + 1)
    while len(column):
        parent = previous_row.take(path_start + column)
        row_of.put(column_start + column, parent)
        given_up = column_of.take(row_start + parent)
        column_of.put(row_start + parent, column)
        more = (given_up < m).nonzero()[0]
        column, path_start, row_start, column_start = _rows(
            more, given_up, path_start, row_start, column_start
        )


def _rows(kept: Indices, *arrays: NDArray[Any]) -> tuple[NDArray[Any], ...]:
    return tuple(array.take(kept, 0) for array in arrays)


def _inverse(row_of: Tensor, n: int) -> Tensor:
    """From the row of each column `(B, m)` to the column of each row `(B, n)`, -1 for none."""
    batch, m = row_of.shape
    spare = torch.where(row_of >= 0, row_of, n)
    inverse = torch.full((batch, n + 1), -1, device=row_of.device)
    columns = torch.arange(m, device=row_of.device).expand(batch, m)
    return inverse.scatter_(1, spare, columns)[:, :n]
