"""The nearest of many places on the sphere, by cells that know which can be nearest within them.

Cells of longitude and latitude are quartered until few places are left for each. One place rules
out another where the plane that parts what is nearer to each misses the cap about the cell.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vgym.compiled import compiled, compiled_with

_WIDE, _HIGH = 16, 8  # cells that are quartered, each 22.5 degrees
_DEPTH = 9  # times
_FEW = 6  # places for which a cell is not quartered
_SLACK = 1e-12  # of the sine of a cap's radius


class NearCells(NamedTuple):
    """A tree of cells."""

    vectors: NDArray[np.float64]  # (N, 3) places on the unit sphere
    nodes: NDArray[np.int32]  # (M,) the first of four quarters, or -1 - k for leaf k
    leaves: NDArray[np.int32]  # (L + 1,) where the places of each leaf begin
    places: NDArray[np.int32]  # (P,)

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        return sum(array.nbytes for array in self)


def near_cells(vectors: NDArray[np.float64]) -> NearCells:
    """The tree of places (N, 3) on the unit sphere, of which there is at least one."""
    vectors = np.ascontiguousarray(vectors)
    room = np.empty((_DEPTH + 1, len(vectors)), np.int32)
    return NearCells(vectors, *_grown(vectors, room))


@compiled_with(error_model="numpy")
def _cap(x: int, y: int, level: int) -> tuple[float, float, float, float]:
    """The middle of a cell as a unit vector, and the sine of the angle to its farthest corner."""
    side = 22.5 / 2.0**level
    lat = np.radians(90 - (y + 0.5) * side)
    half = np.radians(side / 2)
    lon = np.radians((x + 0.5) * side - 180)
    near = 1.0
    for corner in (lat - half, lat + half):
        near = min(near, np.sin(lat) * np.sin(corner) + np.cos(lat) * np.cos(corner) * np.cos(half))
    sine = np.sqrt(max(1 - near * near, 0.0)) + _SLACK
    return np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat), sine


@compiled_with(error_model="numpy")
def _kept(
    vectors: NDArray[np.float64],
    given: NDArray[np.int32],
    x: int,
    y: int,
    level: int,
    kept: NDArray[np.int32],
) -> int:
    """Write those of the given places that may be nearest in a cell; how many they are."""
    cx, cy, cz, sine = _cap(x, y, level)
    best, nearest = -2.0, 0
    for place in given:
        near = cx * vectors[place, 0] + cy * vectors[place, 1] + cz * vectors[place, 2]
        if near > best:
            best, nearest = near, place
    kept[0], count = nearest, 1
    for place in given:
        if place == nearest:
            continue
        ruled_out = False
        for k in range(min(count, 16)):
            dx = vectors[kept[k], 0] - vectors[place, 0]
            dy = vectors[kept[k], 1] - vectors[place, 1]
            dz = vectors[kept[k], 2] - vectors[place, 2]
            length = np.sqrt(dx * dx + dy * dy + dz * dz)
            if cx * dx + cy * dy + cz * dz > length * sine or length == 0.0:
                ruled_out = True
                break
        if not ruled_out:
            kept[count] = place
            count += 1
    return count


@compiled
def _with_room(held: NDArray[np.int32], wanted: int) -> NDArray[np.int32]:
    """The same, or a longer copy where it is too short."""
    if wanted <= len(held):
        return held
    longer = np.empty(max(2 * len(held), wanted), np.int32)
    longer[: len(held)] = held
    return longer


@compiled_with(error_model="numpy")
def _grown(
    vectors: NDArray[np.float64], room: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
    """Nodes, leaves and places of the tree.

    Args:
        room: (_DEPTH + 1, N) for the places of a cell and of those that it is part of.
    """
    nodes = np.empty(1 << 16, np.int32)
    leaves, places = np.empty(1 << 16, np.int32), np.empty(1 << 18, np.int32)
    node_count, leaf_count, place_count = _WIDE * _HIGH, 0, 0
    every = np.arange(len(vectors), dtype=np.int32)
    counts = np.empty(_DEPTH + 1, np.int64)
    stack = np.empty((4 * _DEPTH + 4, 4), np.int64)
    for root in range(_WIDE * _HIGH):
        stack[0, 0], stack[0, 1], stack[0, 2], stack[0, 3] = root, root % _WIDE, root // _WIDE, 0
        height = 1
        while height > 0:
            height -= 1
            node, level = stack[height, 0], stack[height, 3]
            x, y = stack[height, 1], stack[height, 2]
            given = every if level == 0 else room[level - 1, : counts[level - 1]]
            count = _kept(vectors, given, x, y, level, room[level])
            counts[level] = count
            if count <= _FEW or level == _DEPTH:
                places = _with_room(places, place_count + count)
                leaves = _with_room(leaves, leaf_count + 2)
                places[place_count : place_count + count] = room[level, :count]
                leaves[leaf_count] = place_count
                place_count += count
                leaf_count += 1
                leaves[leaf_count] = place_count
                nodes[node] = -leaf_count
            else:
                nodes = _with_room(nodes, node_count + 4)
                nodes[node] = node_count
                for quarter in range(4):
                    stack[height, 0], stack[height, 3] = node_count + quarter, level + 1
                    stack[height, 1] = 2 * x + (quarter & 1)
                    stack[height, 2] = 2 * y + (quarter >> 1)
                    height += 1
                node_count += 4
    return nodes[:node_count].copy(), leaves[: leaf_count + 1].copy(), places[:place_count].copy()


@compiled_with(error_model="numpy")
def nearest(
    found: NearCells, lonlat: NDArray[np.float64], vectors: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """(N,) the chord to the nearest place of each of (N, 2), also given as unit vectors (N, 3);
    (N,) which it is."""
    count = len(lonlat)
    chords, numbers = np.empty(count), np.empty(count, np.int64)
    finest = 1 << _DEPTH
    for k in range(count):
        x = int((lonlat[k, 0] + 180) / 22.5 * finest)
        y = int((90 - lonlat[k, 1]) / 22.5 * finest)
        x, y = min(max(x, 0), _WIDE * finest - 1), min(max(y, 0), _HIGH * finest - 1)
        shift = _DEPTH
        node = found.nodes[(y >> shift) * _WIDE + (x >> shift)]
        while node >= 0:
            shift -= 1
            node = found.nodes[node + 2 * (y >> shift & 1) + (x >> shift & 1)]
        best, number = 5.0, 0
        for at in range(found.leaves[-node - 1], found.leaves[-node]):
            place = found.places[at]
            dx = found.vectors[place, 0] - vectors[k, 0]
            dy = found.vectors[place, 1] - vectors[k, 1]
            dz = found.vectors[place, 2] - vectors[k, 2]
            square = dx * dx + dy * dy + dz * dz
            if square < best or (square == best and place < number):
                best, number = square, place
        chords[k], numbers[k] = np.sqrt(best), number
    return chords, numbers
