"""The nearest of many places on the sphere, by cells that know which can be nearest within them.

Cells of longitude and latitude are cut into 4 x 4 until few places are left for each. Of two places
one is nearer by as much as a plane through the sphere's middle is away, and within a small cell
that is nearly linear in longitude and latitude: a place is left out of a cell where another is
nearer in all of it, and among those that are left, the linear scores decide wherever they differ by
more than what they may err. Only elsewhere, for about one in a hundred, are distances looked at.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vgym.compiled import compiled, compiled_with
from vgym.compiled_arrays import copy_into

_WIDE, _HIGH = 16, 8  # cells that are cut up, each 22.5 degrees
_DEPTH = 12  # times that a side is halved at most, two at once
_LINEAR = 6  # times that it is where several places are left: scores err by 0.6% of a cell there
_FIRST = 4  # times that it is where the way down starts
_FEW = 4  # places by whose scores a leaf decides: most have no more
_ALIKE = 16  # places that each is compared with
_SLACK = 1e-12  # of a plane's distance
_ROUND = 1e-15  # by which unit vectors are not quite as long
_SAME = 1e-12  # chord of places in one: 6 micrometres
_ONE = 1 << 15  # the side of a cell, for scores in whole numbers
_ROUNDING = 16  # by which two scores may differ for being so: half a unit each of six, and places
_ALWAYS = (1 << 15) - 1  # more than scores ever differ by, in eighths
_ID = 0xFFFF
_NEVER = np.int64(-1 << 62)  # less than all scores
_AT_ONCE = 64  # places that are asked for side by side: none waits while another's memory is read
_PER_DEGREE = 8  # angles whose sines are known
_ANGLES = np.radians(np.arange(-180 * _PER_DEGREE, 180 * _PER_DEGREE + 1) / _PER_DEGREE)
_SINES = np.stack([np.sin(_ANGLES), np.cos(_ANGLES)], 1)


class NearCells(NamedTuple):
    """A tree of cells.

    A node is the first of 16 parts, or -1 - 2 k where k is nearest in all of it, or -2 - 2 k for
    the leaf that begins at row k. Each row of a leaf has the number of a place first. What follows
    in the first row is by how much scores may err, in eighths, how many places there are, and how
    often the leaf's side could be halved more. In other rows these are a, b and c of the score
    a + b x + c y of a place, above that of the first place, x and y from 0 to 1 within the leaf.
    """

    vectors: NDArray[np.float64]  # (N, 3) places on the unit sphere
    nodes: NDArray[np.int32]  # (M,)
    rows: NDArray[np.int16]  # (R, 4), and further ones that are none's
    starts: NDArray[np.int32]  # (128, 256) nodes where sides are halved four times

    @property
    def nbytes(self) -> int:
        """Bytes of all arrays."""
        return sum(array.nbytes for array in self)


def near_cells(vectors: NDArray[np.float64]) -> NearCells:
    """The tree of places (N, 3) on the unit sphere, of which there is at least one.

    Raises:
        ValueError: more than 65,536 places.
    """
    if len(vectors) > _ID + 1:
        raise ValueError(f"{len(vectors)} places are more than {_ID + 1}: ask a KD-tree of them")
    vectors = np.ascontiguousarray(vectors)
    room = np.empty((_DEPTH // 2 + 1, len(vectors)), np.int32)
    nodes, rows = _grown(vectors, room)
    return NearCells(vectors, nodes, rows, _starts(nodes))


def _starts(nodes: NDArray[np.int32]) -> NDArray[np.int32]:
    """What a tree has come to where sides are halved `_FIRST` times."""
    y, x = np.mgrid[: _HIGH << _FIRST, : _WIDE << _FIRST]
    node: NDArray[np.int32] = nodes[(y >> _FIRST) * _WIDE + (x >> _FIRST)]
    for shift in range(_FIRST - 2, -1, -2):
        part = nodes[np.maximum(node, 0) + 4 * (y >> shift & 3) + (x >> shift & 3)]
        node = np.where(node >= 0, part, node)
    return node


@compiled_with(error_model="numpy")
def _look(x: int, y: int, level: int, frame: NDArray[np.float64]) -> float:
    """Write the middle of a cell as a unit vector, and by what it changes eastwards and southwards
    with the radian, into (3, 3); half of the cell's side in radians."""
    side = 22.5 / 2.0**level
    lat, lon = np.radians(90 - (y + 0.5) * side), np.radians((x + 0.5) * side - 180)
    flat, up, cosine, sine = np.cos(lat), np.sin(lat), np.cos(lon), np.sin(lon)
    frame[0, 0], frame[0, 1], frame[0, 2] = flat * cosine, flat * sine, up
    frame[1, 0], frame[1, 1], frame[1, 2] = -flat * sine, flat * cosine, 0.0
    frame[2, 0], frame[2, 1], frame[2, 2] = up * cosine, up * sine, -flat
    return float(np.radians(side / 2))


@compiled_with(error_model="numpy")
def _score(
    vectors: NDArray[np.float64], one: int, other: int, frame: NDArray[np.float64], half: float
) -> tuple[float, float, float, float]:
    """How much nearer one place is than another: in a cell's middle, what half a side to the east
    and to the south adds, and what that may err by anywhere in the cell.

    Second derivatives of a place by its longitude and latitude are 1 long at most, and there are
    four: Taylor's remainder is under twice the square of half a side.
    """
    dx = vectors[one, 0] - vectors[other, 0]
    dy = vectors[one, 1] - vectors[other, 1]
    dz = vectors[one, 2] - vectors[other, 2]
    length = np.sqrt(dx * dx + dy * dy + dz * dz)
    return (
        frame[0, 0] * dx + frame[0, 1] * dy + frame[0, 2] * dz,
        (frame[1, 0] * dx + frame[1, 1] * dy) * half,
        (frame[2, 0] * dx + frame[2, 1] * dy + frame[2, 2] * dz) * half,
        (2 * half * half + _SLACK) * length + _ROUND if length > _SAME else 0.0,
    )


@compiled_with(error_model="numpy")
def _kept(
    vectors: NDArray[np.float64],
    given: NDArray[np.int32],
    frame: NDArray[np.float64],
    half: float,
    kept: NDArray[np.int32],
) -> int:
    """Write those of the given places that may be nearest in a cell; how many they are."""
    best, nearest = -2.0, 0
    for place in given:
        near = frame[0, 0] * vectors[place, 0] + frame[0, 1] * vectors[place, 1]
        near += frame[0, 2] * vectors[place, 2]
        if near > best:
            best, nearest = near, place
    kept[0], count = nearest, 1
    for place in given:
        if place == nearest:
            continue
        ruled_out = False
        for k in range(min(count, _ALIKE)):
            middle, east, south, error = _score(vectors, kept[k], place, frame, half)
            # Of places in one, whose error is 0, the first is kept.
            if error == 0.0 or middle > abs(east) + abs(south) + error:
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


@compiled
def _with_rows(held: NDArray[np.int16], wanted: int) -> NDArray[np.int16]:
    """The same for rows."""
    if wanted <= len(held):
        return held
    longer = np.empty((max(2 * len(held), wanted), 4), np.int16)
    copy_into(longer.reshape(-1), held.reshape(-1))
    return longer


@compiled_with(error_model="numpy")
def _write_leaf(
    vectors: NDArray[np.float64],
    places: NDArray[np.int32],
    frame: NDArray[np.float64],
    half: float,
    finer: int,
    rows: NDArray[np.int16],
) -> None:
    """Write the rows of a leaf, one of each place; of many only the numbers count."""
    count = len(places)
    for i in range(count):
        rows[i, 0] = places[i]
    rows[0, 1], rows[0, 2], rows[0, 3] = _ALWAYS, count, finer
    if count > _FEW:
        return
    largest = error = 0.0
    for i in range(count):
        middle, east, south, _ = _score(vectors, places[i], places[0], frame, half)
        corner = abs(middle - east - south)
        largest = max(largest, corner, 2 * abs(east), 2 * abs(south))
        for j in range(i):
            error = max(error, _score(vectors, places[i], places[j], frame, half)[3])
    scale = (_ONE - 1) / max(largest, 1e-30)
    rows[0, 1] = int(min((error * scale + _ROUNDING) / 8 + 1, float(_ALWAYS)))
    for i in range(1, count):
        middle, east, south, _ = _score(vectors, places[i], places[0], frame, half)
        rows[i, 1] = int(np.floor((middle - east - south) * scale + 0.5))
        rows[i, 2] = int(np.floor(2 * east * scale + 0.5))
        rows[i, 3] = int(np.floor(2 * south * scale + 0.5))


@compiled_with(error_model="numpy")
def _grown(
    vectors: NDArray[np.float64], room: NDArray[np.int32]
) -> tuple[NDArray[np.int32], NDArray[np.int16]]:
    """Nodes and rows of the tree.

    Args:
        room: (_DEPTH / 2 + 1, N) for the places of a cell and of those that it is part of.
    """
    nodes, rows = np.empty(1 << 20, np.int32), np.empty((1 << 20, 4), np.int16)
    node_count, row_count = _WIDE * _HIGH, 0
    every = np.arange(len(vectors), dtype=np.int32)
    counts = np.empty(_DEPTH // 2 + 1, np.int64)
    stack = np.empty((8 * _DEPTH + 16, 4), np.int64)
    frame = np.empty((3, 3))
    for root in range(_WIDE * _HIGH):
        stack[0, 0], stack[0, 1], stack[0, 2], stack[0, 3] = root, root % _WIDE, root // _WIDE, 0
        height = 1
        while height > 0:
            height -= 1
            node, depth = stack[height, 0], stack[height, 3]
            x, y, level = stack[height, 1], stack[height, 2], 2 * depth
            given = every if depth == 0 else room[depth - 1, : counts[depth - 1]]
            half = _look(x, y, level, frame)
            count = _kept(vectors, given, frame, half, room[depth])
            counts[depth] = count
            if count == 1:
                nodes[node] = -1 - 2 * room[depth, 0]
            elif level == _DEPTH or (count <= _FEW and level >= _LINEAR):
                nodes[node] = -2 - 2 * row_count
                rows = _with_rows(rows, row_count + count + _FEW)
                leaf, finer = room[depth, :count], _DEPTH - level
                _write_leaf(vectors, leaf, frame, half, finer, rows[row_count:])
                row_count += count
            else:
                nodes = _with_room(nodes, node_count + 16)
                nodes[node] = node_count
                for part in range(16):
                    stack[height, 0], stack[height, 3] = node_count + part, depth + 1
                    stack[height, 1], stack[height, 2] = 4 * x + (part & 3), 4 * y + (part >> 2)
                    height += 1
                node_count += 16
    return nodes[:node_count].copy(), rows[: row_count + _FEW].copy()


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
def _vector(lon: float, lat: float) -> tuple[float, float, float]:
    """On the unit sphere, to 1e-15."""
    sine, cosine = _sine_and_cosine(lon)
    up, flat = _sine_and_cosine(lat)
    return flat * cosine, flat * sine, up


@compiled_with(error_model="numpy")
def nearest(found: NearCells, lonlat: NDArray[np.float64]) -> NDArray[np.int64]:
    """(N,) the nearest place of each of (N, 2), in [-180, 180] and [-90, 90]; the first of several.

    In short loops without branches: which way they go cannot be foreseen, and what one of many
    has to be read for is read while others are.
    """
    count = len(lonlat)
    numbers = np.empty(count, np.int64)
    at_x, at_y, fine, places = np.empty((4, _AT_ONCE), np.int64)
    node, several, doubtful = np.empty((3, _AT_ONCE), np.int32)
    below = 15 + _DEPTH - _FIRST
    width, height = _WIDE << (15 + _DEPTH), _HIGH << (15 + _DEPTH)
    nodes, starts, rows = found.nodes, found.starts.reshape(-1), found.rows
    for first in range(0, count, _AT_ONCE):
        some = min(_AT_ONCE, count - first)
        for k in range(some):
            x = int((lonlat[first + k, 0] + 180) * (width / 360))
            y = int((90 - lonlat[first + k, 1]) * (height / 180))
            at_x[k], at_y[k] = min(max(x, 0), width - 1), min(max(y, 0), height - 1)
        for k in range(some):
            node[k] = starts[np.uint32((at_y[k] >> below) * (_WIDE << _FIRST) + (at_x[k] >> below))]
        for shift in range(below - 2, 14, -2):
            for k in range(some):
                held = node[k]
                part = held + 4 * (at_y[k] >> shift & 3) + (at_x[k] >> shift & 3)
                deeper = nodes[np.uint32(part if held >= 0 else 0)]
                node[k] = deeper if held >= 0 else held
        leaves = doubts = 0
        for k in range(some):
            code = -1 - node[k]
            numbers[first + k] = node[k] = code >> 1
            several[leaves] = k
            leaves += code & 1
        for t in range(leaves):
            row = np.uint32(node[several[t]])
            places[t], fine[t] = rows[row, 2], rows[row, 3]
        for t in range(leaves):
            k = several[t]
            row = np.uint32(node[k])
            best, second = np.int64(rows[row, 0]) & _ID, _NEVER
            within = (_ONE << fine[t]) - 1
            x, y = (at_x[k] & within) >> fine[t], (at_y[k] & within) >> fine[t]
            error = np.int64(rows[row, 1]) << 18
            for i in range(1, _FEW):
                row += np.uint32(1)
                score = np.int64(rows[row, 1]) * _ONE + rows[row, 2] * x + rows[row, 3] * y
                scored = (score << 16) | (np.int64(rows[row, 0]) & _ID)
                scored = scored if i < places[t] else _NEVER
                second = max(second, min(scored, best))
                best = max(scored, best)
            numbers[first + k] = best & _ID
            doubtful[doubts] = k
            doubts += int((best >> 16) - (second >> 16) <= error)
        for t in range(doubts):
            k = doubtful[t]
            row = np.uint32(node[k])
            px, py, pz = _vector(lonlat[first + k, 0], lonlat[first + k, 1])
            least, number = 5.0, np.int64(0)
            for _ in range(rows[row, 2]):
                place = np.int64(rows[row, 0]) & _ID
                square = _square(found.vectors, place, px, py, pz)
                if square < least or (square == least and place < number):
                    least, number = square, place
                row += np.uint32(1)
            numbers[first + k] = number
    return numbers


@compiled_with(error_model="numpy")
def _square(vectors: NDArray[np.float64], place: np.int64, x: float, y: float, z: float) -> float:
    """Of the chord to a place."""
    dx, dy, dz = vectors[place, 0] - x, vectors[place, 1] - y, vectors[place, 2] - z
    return float(dx * dx + dy * dy + dz * dz)


@compiled_with(error_model="numpy")
def chords(
    vectors: NDArray[np.float64], lonlat: NDArray[np.float64], numbers: NDArray[np.int64]
) -> NDArray[np.float64]:
    """(N, K) from each of (N, 2), in [-180, 180] and [-90, 90], to places of given numbers
    (N, K)."""
    found = np.empty(numbers.shape)
    for row in range(len(lonlat)):
        x, y, z = _vector(lonlat[row, 0], lonlat[row, 1])
        for k in range(numbers.shape[1]):
            found[row, k] = np.sqrt(_square(vectors, numbers[row, k], x, y, z))
    return found
