"""One-to-one assignment on the CPU: one compiled loop over batch items."""

import numpy as np
from numpy.typing import NDArray

from vgym.compiled import compiled


@compiled
def match_kernel(
    cost: NDArray[np.float64],
    mask_a: NDArray[np.bool_],
    mask_b: NDArray[np.bool_],
    partner: NDArray[np.int64],
) -> None:
    """What `match` gives, item by item.

    Args:
        cost: (B, N, M), N and M at least 1.
        mask_a: (B, N).
        mask_b: (B, M).
        partner: (B, N) written.
    """
    batch, size_a, size_b = cost.shape
    turned = size_a > size_b
    n, m = min(size_a, size_b), max(size_a, size_b)
    table, columns = np.empty((n, m), np.float64), np.empty(n, np.int64)
    row_price, column_price = np.empty(n, np.float64), np.empty(m, np.float64)
    row_of, parent = np.empty(m, np.int64), np.empty(m, np.int64)
    distance = np.empty(m, np.float64)
    left = np.empty(m, np.int64)  # columns that the path has not taken, the first so many
    taken = np.empty(m, np.int64)  # those that it has
    for b in range(batch):
        rows, others = (mask_b[b], mask_a[b]) if turned else (mask_a[b], mask_b[b])
        _grade(cost[b], turned, rows, others, table)
        # Columns that stay free must be priced at 0, so only those of a full square may start
        # lower; rows may start at what is cheapest to them, and take it where it is free.
        for j in range(m):
            column_price[j] = 0.0
            row_of[j] = -1
        if n == m and rows.all():
            for j in range(m):
                column_price[j] = table[0, j]
            for i in range(1, n):
                for j in range(m):
                    column_price[j] = min(column_price[j], table[i, j])
        for i in range(n):
            columns[i] = -1
            cheapest, column = table[i, 0] - column_price[0], 0
            for j in range(1, m):
                reach = table[i, j] - column_price[j]
                if reach < cheapest or (reach == cheapest and row_of[column] >= 0):
                    cheapest, column = reach, j
            row_price[i] = cheapest
            if rows[i] and row_of[column] < 0:
                row_of[column], columns[i] = i, column
        for row in range(n):
            if not rows[row] or columns[row] >= 0:
                continue
            for j in range(m):
                distance[j] = np.inf
                left[j] = j
            # Dijkstra over alternating paths, from the row to the nearest free column.
            open_ones, current, length, steps, sink = m, row, 0.0, 0, -1
            while sink < 0:
                through = length - row_price[current]
                nearest, place = np.inf, 0
                for k in range(open_ones):
                    j = left[k]
                    reach = through + table[current, j] - column_price[j]
                    if reach < distance[j]:
                        distance[j] = reach
                        parent[j] = current
                    # Of equally near ones a free one: the path ends there.
                    near = distance[j]
                    if near < nearest or (near == nearest and row_of[j] < 0):
                        nearest, place = near, k
                length = nearest
                j = left[place]
                open_ones -= 1
                left[place] = left[open_ones]
                taken[steps] = j
                steps += 1
                if row_of[j] < 0:
                    sink = j
                else:
                    current = row_of[j]
            row_price[row] += length
            for k in range(steps - 1):  # the last one is free, and as near as the path is long
                j = taken[k]
                gain = length - distance[j]
                row_price[row_of[j]] += gain
                column_price[j] -= gain
            while True:
                i = parent[sink]
                row_of[sink] = i
                following = columns[i]
                columns[i] = sink
                if i == row:
                    break
                sink = following
        for i in range(size_a):
            partner[b, i] = -1
        for i in range(n):
            j = columns[i]
            if j >= 0 and others[j]:
                if turned:
                    partner[b, j] = i
                else:
                    partner[b, i] = j


@compiled
def _grade(
    cost: NDArray[np.float64],
    turned: bool,
    rows: NDArray[np.bool_],
    columns: NDArray[np.bool_],
    table: NDArray[np.float64],
) -> None:
    """As `matching._grade`, of one item, with the smaller set as rows."""
    low, high = np.inf, -np.inf
    for i in range(rows.shape[0]):
        for j in range(columns.shape[0]):
            one = cost[j, i] if turned else cost[i, j]
            table[i, j] = one
            if rows[i] and columns[j] and np.isfinite(one):
                low, high = min(low, one), max(high, one)
    span = high - low
    if not (span > 0 and np.isfinite(span)):
        span = 1.0
    worse = rows.shape[0] + 1.0
    for i in range(rows.shape[0]):
        for j in range(columns.shape[0]):
            if not (rows[i] and columns[j]):
                table[i, j] = worse * worse
            elif np.isfinite(table[i, j]):
                table[i, j] = (table[i, j] - low) / span
            else:
                table[i, j] = worse
