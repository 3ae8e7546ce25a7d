"""Red frames about some of a crowd, of which something is true that can be seen and asked.

A frame is used only where it cannot be misread: the middle of nothing lies near its edge, what is
within is large enough to be seen, and what is asked about stands out by a clear margin.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vgym.envs.zoom.sources.pictures.annotated import Crowd

LARGEST, NEAREST = 0, 1  # what is asked: then the four corners, from 2
CORNERS = ((0.0, 0.0), (1.0, 0.0), (0.0, 1.0), (1.0, 1.0))
FEWEST, MOST = 2, 7  # that are counted: as many numbers as there are choices

_ROUNDS, _AT_ONCE = 24, 1000  # frames that are tried
_SIDES = (3.0, 10.0)  # of a frame, in median sides of the crowd
_CLEAR = 0.25  # of a box's side: how far its middle keeps from the frame's edge
_SMALLEST = 20.0  # pixels; smaller ones within a frame might be overlooked
_LARGER, _NEARER = 1.35, 1.6  # how far the one that is asked about is ahead of the next
_NEAR_PX = 10.0
_SHARED = 0.1  # of a box, the most that another may cover where it is asked for


@dataclass(frozen=True, eq=False)
class Fences:
    """What may be asked of a crowd."""

    counted: NDArray[np.float64]  # (n, 4) frames
    counts: NDArray[np.int64]  # (n,) how many have their middle in it
    related: NDArray[np.float64]  # (m, 4) frames
    relations: NDArray[np.int64]  # (m,) which: LARGEST, NEAREST, or a corner
    targets: NDArray[np.float64]  # (m, 4) the boxes of which it is true


def fences_of(crowd: Crowd) -> Fences:
    """Frames about parts of a crowd, the same at every call."""
    boxes = crowd.boxes
    middle, size = (boxes[:, :2] + boxes[:, 2:]) / 2, boxes[:, 2:] - boxes[:, :2]
    unclear = crowd.unclear | (size.min(1) < _SMALLEST)
    meets = _meeting(boxes)
    counted, counts, related, relations, targets = [], [], [], [], []
    for frames in _frames(crowd):
        # How far each middle lies beyond the line of each frame: negative within it.
        centre, half = (frames[:, :2] + frames[:, 2:]) / 2, (frames[:, 2:3] - frames[:, :1]) / 2
        away = [np.abs(middle[:, axis] - centre[:, axis, None]) for axis in range(2)]
        beyond = np.maximum(*away) - half
        fair = (np.abs(beyond) >= _CLEAR * size.max(1)).all(1)
        fair &= ~((beyond < 0) & unclear).any(1)
        for frame, inside in zip(frames[fair], beyond[fair] < 0, strict=True):
            number = int(inside.sum())
            if crowd.countable and FEWEST <= number <= MOST and _apart(boxes[inside]):
                counted.append(frame)
                counts.append(number)
            for relation, target in _ahead(frame, inside, middle, size):
                if meets[target]:
                    continue
                related.append(frame)
                relations.append(relation)
                targets.append(boxes[target])
    return Fences(
        np.array(counted).reshape(-1, 4),
        np.array(counts, np.int64),
        np.array(related).reshape(-1, 4),
        np.array(relations, np.int64),
        np.array(targets).reshape(-1, 4),
    )


def _meeting(boxes: NDArray[np.float64]) -> NDArray[np.bool_]:
    """(N,) those that share more with another than can be told: a piece of it, or it twice."""
    near = np.maximum(boxes[:, None, :2], boxes[:, :2])
    far = np.minimum(boxes[:, None, 2:], boxes[:, 2:])
    shared = np.maximum(far - near, 0).prod(-1)
    np.fill_diagonal(shared, 0)
    found: NDArray[np.bool_] = shared.max(1) > _SHARED * (boxes[:, 2:] - boxes[:, :2]).prod(1)
    return found


def _apart(boxes: NDArray[np.float64]) -> bool:
    """Whether none of them overlaps another: where crowns meet, nobody can count."""
    near = np.maximum(boxes[:, None, :2], boxes[:, :2])
    far = np.minimum(boxes[:, None, 2:], boxes[:, 2:])
    return int((far > near).all(-1).sum()) == len(boxes)


def _frames(crowd: Crowd) -> Iterator[NDArray[np.float64]]:
    """Squares (k, 4) of many sizes anywhere in the area of a crowd."""
    near, far = np.array(crowd.area[:2]), np.array(crowd.area[2:])
    least = _SIDES[0] * float(np.median((crowd.boxes[:, 2:] - crowd.boxes[:, :2]).min(1)))
    generator = np.random.Generator(np.random.PCG64(0))
    for _ in range(_ROUNDS):
        draws = generator.random((_AT_ONCE, 3))
        side = least * (_SIDES[1] / _SIDES[0]) ** draws[:, :1]
        side = np.minimum(side, (far - near).min())
        start = near + draws[:, 1:] * (far - near - side)
        yield np.concatenate([start, start + side], 1).round()


def _ahead(
    frame: NDArray[np.float64],
    inside: NDArray[np.bool_],
    middle: NDArray[np.float64],
    size: NDArray[np.float64],
) -> list[tuple[int, int]]:
    """The relations in which one of a frame is clearly ahead, and its number."""
    numbers = np.flatnonzero(inside)
    if len(numbers) < 3:
        return []
    found = []
    areas = size.prod(1)
    overlapping = np.abs(middle - (frame[:2] + frame[2:]) / 2) * 2 < size + frame[2:] - frame[:2]
    rivals = np.flatnonzero(overlapping.all(1))
    order = rivals[np.argsort(-areas[rivals])]
    if inside[order[0]] and areas[order[0]] > _LARGER * areas[order[1]]:
        found.append((LARGEST, int(order[0])))
    spots = [(NEAREST, (0.5, 0.5)), *((2 + k, corner) for k, corner in enumerate(CORNERS))]
    for relation, spot in spots:
        point = frame[:2] + np.array(spot) * (frame[2:] - frame[:2])
        away = np.linalg.norm(middle - point, axis=1)
        order = np.argsort(away)
        first, second = away[order[:2]]
        if inside[order[0]] and second > _NEARER * first and second > first + _NEAR_PX:
            found.append((relation, int(order[0])))
    return found
