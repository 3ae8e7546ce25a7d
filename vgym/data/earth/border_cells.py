"""Outlines cut up by a grid, so that a place is told from others by the few edges in its cell.

A row of cells is known by those that edges cross: between two of them, all lie in one region. In a
cell that edges cross it is known which regions the middle of its left side lies in; the way from
there to a place, first along and then up or down, changes from inside to outside of a region at
each of its edges.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vgym.compiled import compiled, compiled_with

CELLS_PER_DEGREE = 8
_ROWS, _COLUMNS = 180 * CELLS_PER_DEGREE, 360 * CELLS_PER_DEGREE  # from the north, from 180 W
_SLACK = 1e-9  # of a cell, by which an edge may miss it and still count as in it
_METRES = 111_195.0  # a degree of latitude


class BorderCells(NamedTuple):
    """Edges by cell, row by row; of each cell by region, in order."""

    corners: NDArray[np.int32]  # (C, 2) lonlat of all rings, one after another, in steps
    step: float  # degrees
    rows: NDArray[np.int32]  # (1441,) where the crossed cells of each row begin
    columns: NDArray[np.int16]  # (M,) of each crossed cell
    after: NDArray[np.int16]  # (M,) the region of what lies between it and the next; -1 for none
    under: NDArray[np.int16]  # (M,) the first region that holds all of it; `NOWHERE` for none
    cells: NDArray[np.int32]  # (M + 1,) where the groups of each cell begin
    region: NDArray[np.int16]  # (G,) of each group of edges
    inside: NDArray[np.bool_]  # (G,) whether it holds the middle of the cell's left side
    groups: NDArray[np.int32]  # (G + 1,) where the edges of each group begin
    edges: NDArray[np.int32]  # (E,) the first corner of each; the next corner is the other end

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        return sum(array.nbytes for array in self if isinstance(array, np.ndarray))


NOWHERE = np.iinfo(np.int16).max  # comes after every region


def border_cells(
    corners: NDArray[np.int32], step: float, ends: NDArray[np.int32], region: NDArray[np.int32]
) -> BorderCells:
    """The cells of outlines.

    Args:
        corners: (C, 2) lonlat of all rings, one after another and each closed, in steps.
        step: degrees. ends: (K + 1,) where each ring begins, and C.
        region: (K,) of each ring, ascending. A region is what an odd number of its rings hold.
    """
    count = _visits(corners, step, ends, np.empty(0, np.int32), np.empty(0, np.int32))
    cell, edge = np.empty(count, np.int32), np.empty(count, np.int32)
    _visits(corners, step, ends, cell, edge)
    order = np.argsort(cell, kind="stable")
    cell, edge = cell[order], edge[order]
    of_edge = region[np.searchsorted(ends, edge, "right") - 1].astype(np.int16)
    new_cell = np.diff(cell, prepend=-1) != 0
    group = np.flatnonzero(new_cell | (np.diff(of_edge, prepend=-1) != 0))
    first = np.flatnonzero(new_cell)
    row, column = np.divmod(cell[first], _COLUMNS)
    found = BorderCells(
        corners=corners,
        step=step,
        rows=np.searchsorted(row, np.arange(_ROWS + 1)).astype(np.int32),
        columns=column.astype(np.int16),
        after=np.empty(len(first), np.int16),
        under=np.empty(len(first), np.int16),
        cells=np.append(np.searchsorted(group, first), len(group)).astype(np.int32),
        region=of_edge[group],
        inside=np.empty(len(group), np.bool_),
        groups=np.append(group, len(edge)).astype(np.int32),
        edges=edge,
    )
    _scan(found, np.empty(int(region.max(initial=0)) + 1, np.int16))
    return found


@compiled
def _ends(corners: NDArray[np.int32], step: float, edge: int) -> tuple[float, float, float, float]:
    """x and y of both ends of an edge, in cells from the north-west."""
    return (
        (corners[edge, 0] * step + 180) * CELLS_PER_DEGREE,
        (90 - corners[edge, 1] * step) * CELLS_PER_DEGREE,
        (corners[edge + 1, 0] * step + 180) * CELLS_PER_DEGREE,
        (90 - corners[edge + 1, 1] * step) * CELLS_PER_DEGREE,
    )


@compiled_with(error_model="numpy")
def _visits(
    corners: NDArray[np.int32],
    step: float,
    ends: NDArray[np.int32],
    cell: NDArray[np.int32],
    edge: NDArray[np.int32],
) -> int:
    """How many cells edges cross, each counted anew; which, and by which edge, where there is
    room."""
    count = 0
    for ring in range(len(ends) - 1):
        for k in range(ends[ring], ends[ring + 1] - 1):
            x0, y0, x1, y1 = _ends(corners, step, k)
            low, high = min(y0, y1), max(y0, y1)
            top = max(int(np.floor(low - _SLACK)), 0)
            bottom = min(int(np.floor(high + _SLACK)), _ROWS - 1)
            for row in range(top, bottom + 1):
                left, right = min(x0, x1), max(x0, x1)
                if high - low > _SLACK:
                    slope = (x1 - x0) / (y1 - y0)
                    a = x0 + (min(max(low, row), high) - y0) * slope
                    b = x0 + (max(min(high, row + 1), low) - y0) * slope
                    left, right = max(left, min(a, b)), min(right, max(a, b))
                first = max(int(np.floor(left - _SLACK)), 0)
                last = min(int(np.floor(right + _SLACK)), _COLUMNS - 1)
                for column in range(first, last + 1):
                    if count < len(cell):
                        cell[count] = row * _COLUMNS + column
                        edge[count] = k
                    count += 1
    return count


@compiled_with(error_model="numpy")
def _scan(found: BorderCells, odd: NDArray[np.int16]) -> None:
    """Fill in what is inside, under and after cells, row by row from the left.

    Args:
        odd: room for the regions that hold where the scan is.
    """
    for row in range(_ROWS):
        y, holding = row + 0.5, 0
        for cell in range(found.rows[row], found.rows[row + 1]):
            start, end = found.cells[cell], found.cells[cell + 1]
            found.under[cell] = NOWHERE
            for k in range(holding):
                crossed = False
                for group in range(start, end):
                    crossed = crossed or found.region[group] == odd[k]
                if not crossed:
                    found.under[cell] = min(found.under[cell], odd[k])
            for group in range(start, end):
                at = 0
                while at < holding and odd[at] != found.region[group]:
                    at += 1
                found.inside[group] = inside = at < holding
                for k in range(found.groups[group], found.groups[group + 1]):
                    x0, y0, x1, y1 = _ends(found.corners, found.step, found.edges[k])
                    if (y0 <= y) != (y1 <= y):
                        x = x0 + (y - y0) * (x1 - x0) / (y1 - y0)
                        inside ^= int(np.floor(x)) == found.columns[cell]
                if inside and at == holding:
                    odd[holding] = found.region[group]
                    holding += 1
                elif at < holding and not inside:
                    holding -= 1
                    odd[at] = odd[holding]
            found.after[cell] = -1
            for k in range(holding):
                if found.after[cell] < 0 or odd[k] < found.after[cell]:
                    found.after[cell] = odd[k]


@compiled
def _first_at(found: BorderCells, row: int, column: int) -> int:
    """The first crossed cell of a row from a column on; where the next row begins, if none is."""
    low, high = int(found.rows[row]), int(found.rows[row + 1])
    while low < high:
        middle = (low + high) >> 1
        if found.columns[middle] < column:
            low = middle + 1
        else:
            high = middle
    return low


@compiled_with(error_model="numpy")
def locate(found: BorderCells, places: NDArray[np.float64], reach_m: float) -> NDArray[np.int64]:
    """(N,) the first region that holds each place (N, 2), lonlat; of others the nearest, if within
    reach; else -1."""
    count = len(places)
    numbers = np.empty(count, np.int64)
    for k in range(count):
        x = (places[k, 0] + 180) * CELLS_PER_DEGREE
        y = (90 - places[k, 1]) * CELLS_PER_DEGREE
        row = min(max(int(np.floor(y)), 0), _ROWS - 1)
        column = min(max(int(np.floor(x)), 0), _COLUMNS - 1)
        cell = _first_at(found, row, column)
        if cell < found.rows[row + 1] and found.columns[cell] == column:
            numbers[k] = _within(found, cell, x, y, row + 0.5)
        elif cell > found.rows[row]:
            numbers[k] = found.after[cell - 1]
        else:
            numbers[k] = -1
        if numbers[k] < 0 and reach_m > 0:
            numbers[k] = _nearest(found, x, y, places[k, 1], reach_m)
    return numbers


@compiled_with(error_model="numpy")
def _within(found: BorderCells, cell: int, x: float, y: float, middle: float) -> int:
    """The first region that holds a place in a crossed cell; -1 for none."""
    low, high = min(y, middle), max(y, middle)
    under = found.under[cell]
    for group in range(found.cells[cell], found.cells[cell + 1]):
        if found.region[group] > under:
            break
        inside = found.inside[group]
        for k in range(found.groups[group], found.groups[group + 1]):
            x0, y0, x1, y1 = _ends(found.corners, found.step, found.edges[k])
            if (y0 <= middle) != (y1 <= middle):
                across = x0 + (middle - y0) * (x1 - x0) / (y1 - y0)
                inside ^= across < x and int(np.floor(across)) == found.columns[cell]
            if (x0 <= x) != (x1 <= x):
                down = y0 + (x - x0) * (y1 - y0) / (x1 - x0)
                inside ^= low < down <= high
        if inside:
            return int(found.region[group])
    return -1 if under == NOWHERE else int(under)


@compiled_with(error_model="numpy")
def _nearest(found: BorderCells, x: float, y: float, lat: float, reach_m: float) -> int:
    """The region of the edge nearest to a place, if within reach; else -1."""
    squeeze = max(np.cos(np.radians(lat)), 0.02)  # of what is east and west
    reach = reach_m / _METRES * CELLS_PER_DEGREE
    wide = reach / squeeze
    best, region = reach * reach, -1
    top, bottom = max(int(np.floor(y - reach)), 0), min(int(np.floor(y + reach)), _ROWS - 1)
    for row in range(top, bottom + 1):
        cell = _first_at(found, row, int(np.floor(x - wide)))
        while cell < found.rows[row + 1] and found.columns[cell] <= x + wide:
            for group in range(found.cells[cell], found.cells[cell + 1]):
                for k in range(found.groups[group], found.groups[group + 1]):
                    x0, y0, x1, y1 = _ends(found.corners, found.step, found.edges[k])
                    east, south = (x1 - x0) * squeeze, y1 - y0
                    to_x, to_y = (x - x0) * squeeze, y - y0
                    square = east * east + south * south
                    along = (to_x * east + to_y * south) / square if square > 0 else 0.0
                    along = min(max(along, 0.0), 1.0)
                    away = (to_x - along * east) ** 2 + (to_y - along * south) ** 2
                    if away < best:
                        best, region = away, int(found.region[group])
            cell += 1
    return region
