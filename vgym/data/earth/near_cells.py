"""The nearest of many places on the sphere, by cells that know which can be nearest within them.

Cells of longitude and latitude are quartered until few places are left for each. One place rules
out another where the plane that parts what is nearer to each misses the cap about the cell.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vgym.compiled import compiled, compiled_with
from vgym.compiled_arrays import copy_into

_WIDE, _HIGH = 16, 8  # cells that are quartered, each 22.5 degrees
_DEPTH = 9  # times
_FEW = 6  # places for which a cell is not quartered
_SLACK = 1e-12  # of the sine of a cap's radius
_FIRST = 4  # times that the cells are quartered which the way down starts from
_AT_ONCE = 64  # places that are asked for side by side: none waits while another's memory is read
_PER_DEGREE = 8  # angles whose sines are known
_ANGLES = np.radians(np.arange(-180 * _PER_DEGREE, 180 * _PER_DEGREE + 1) / _PER_DEGREE)
_SINES = np.stack([np.sin(_ANGLES), np.cos(_ANGLES)], 1)


class NearCells(NamedTuple):
    """A tree of cells."""

    vectors: NDArray[np.float64]  # (N, 3) places on the unit sphere
    nodes: NDArray[np.int32]  # (M,) the first of four quarters, or -1 - k for leaf k
    leaves: NDArray[np.int32]  # (L + 1,) where the places of each leaf begin
    places: NDArray[np.int32]  # (P,)
    starts: NDArray[np.int32]  # (128, 256) nodes of cells quartered four times, or -1 - k

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        return sum(array.nbytes for array in self)


def near_cells(vectors: NDArray[np.float64]) -> NearCells:
    """The tree of places (N, 3) on the unit sphere, of which there is at least one."""
    vectors = np.ascontiguousarray(vectors)
    room = np.empty((_DEPTH + 1, len(vectors)), np.int32)
    nodes, leaves, places = _grown(vectors, room)
    return NearCells(vectors, nodes, leaves, places, _starts(nodes))


def _starts(nodes: NDArray[np.int32]) -> NDArray[np.int32]:
    """What a tree has come to where its cells are quartered `_FIRST` times."""
    y, x = np.mgrid[: _HIGH << _FIRST, : _WIDE << _FIRST]
    node: NDArray[np.int32] = nodes[(y >> _FIRST) * _WIDE + (x >> _FIRST)]
    for shift in reversed(range(_FIRST)):
        quarter = nodes[np.maximum(node, 0) + 2 * (y >> shift & 1) + (x >> shift & 1)]
        node = np.where(node >= 0, quarter, node)
    return node


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
    copy_into(longer, held)
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
                copy_into(places[place_count:], room[level, :count])
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
def _sine_and_cosine(degrees: float) -> tuple[float, float]:
    """Of an angle in [-180, 180], to 1e-15: by those of one near, and series of what is left."""
    near = int(np.floor(degrees * _PER_DEGREE + 0.5))
    left = np.radians(degrees - near / _PER_DEGREE)
    square = left * left
    sine = left * (1 - square * (1 / 6 - square / 120))
    cosine = 1 - square * (1 / 2 - square * (1 / 24 - square / 720))
    known_sine, known_cosine = _SINES[near + 180 * _PER_DEGREE]
    return (
        known_sine * cosine + known_cosine * sine,
        known_cosine * cosine - known_sine * sine,
    )


@compiled_with(error_model="numpy")
def nearest(
    found: NearCells, lonlat: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """(N,) the chord to the nearest place of each of (N, 2), in [-180, 180] and [-90, 90]; (N,)
    which it is, the first of several."""
    count = len(lonlat)
    chords, numbers = np.empty(count), np.empty(count, np.int64)
    cell_x, cell_y, node, start, end = np.empty((5, _AT_ONCE), np.int32)
    at_x, at_y, at_z = np.empty((3, _AT_ONCE))
    finest, below = 1 << _DEPTH, _DEPTH - _FIRST
    vectors = found.vectors.reshape(-1)
    one, two, three = np.uint64(1), np.uint64(2), np.uint64(3)  # unsigned: none counts from the end
    for first in range(0, count, _AT_ONCE):
        some = min(_AT_ONCE, count - first)
        for k in range(some):
            x = int((lonlat[first + k, 0] + 180) * (finest / 22.5))
            y = int((90 - lonlat[first + k, 1]) * (finest / 22.5))
            x, y = min(max(x, 0), _WIDE * finest - 1), min(max(y, 0), _HIGH * finest - 1)
            cell_x[k], cell_y[k], node[k] = x, y, found.starts[y >> below, x >> below]
        for shift in range(below - 1, -1, -1):
            for k in range(some):
                if node[k] >= 0:
                    quarter = 2 * (cell_y[k] >> shift & 1) + (cell_x[k] >> shift & 1)
                    node[k] = found.nodes[node[k] + quarter]
        for k in range(some):
            start[k], end[k] = found.leaves[-node[k] - 1], found.leaves[-node[k]]
        for k in range(some):
            sine, cosine = _sine_and_cosine(lonlat[first + k, 0])
            up, flat = _sine_and_cosine(lonlat[first + k, 1])
            at_x[k], at_y[k], at_z[k] = flat * cosine, flat * sine, up
        for k in range(some):
            px, py, pz = at_x[k], at_y[k], at_z[k]
            best, number = 5.0, np.int64(0)
            for at in range(start[k], end[k]):
                place = np.int64(found.places[np.uint32(at)])
                where = np.uint64(place) * three
                dx, dy = vectors[where] - px, vectors[where + one] - py
                dz = vectors[where + two] - pz
                square = dx * dx + dy * dy + dz * dz
                # No branches: which is nearer cannot be foreseen.
                nearer = (square < best) | ((square == best) & (place < number))
                best = square if nearer else best
                number = place if nearer else number
            chords[first + k], numbers[first + k] = np.sqrt(best), number
    return chords, numbers
