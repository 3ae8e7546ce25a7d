"""The terms of `dense`, for one answer against one target a row: compiled loops over the rows.

Operation by operation that of the terms in `overlap`, `pointing` and `progress`. Exponentials are
left to the caller, who has them of all rows from torch, as those terms do: its own differ from
others' in the last bit.
"""

import numpy as np
from numpy.typing import NDArray

from vgym.compiled import compiled_with
from vgym.geometry.boxes_numba import (
    bhattacharyya_along,
    bhattacharyya_shape,
    centre,
    clamp,
    distance,
    fused,
    gaussian_along,
    iou_and_giou,
    is_numbers,
)

_ZERO, _HALF, _ONE = np.float32(0), np.float32(0.5), np.float32(1)
_STEEPNESS = np.float32(-4)  # of `progress.nearness`
_SMALLEST = np.float32(1e-12)
_LARGEST = np.float32(np.finfo(np.float32).max)


@compiled_with(error_model="numpy")
def box_parts(
    answers: NDArray[np.float32],
    targets: NDArray[np.float32],
    sizes_hw: NDArray[np.float32],
    terms: NDArray[np.float32],
    exponents: NDArray[np.float32],
    sound: NDArray[np.bool_],
) -> None:
    """What the terms `iou`, `location` and `near` of boxes are made of.

    Args:
        answers, targets: (B, 4) xyxy. sizes_hw: (B, 2).
        terms: (3, B) of 0, written where sound: the overlap; what `location` multiplies; 1.
        exponents: (2, B) of 0, likewise: of `location` and of `near`.
        sound: (B,) written: whether all numbers are finite.
    """
    for b in range(len(answers)):
        sound[b] = _finite(answers[b], targets[b], sizes_hw[b])
        if not sound[b]:
            continue
        x0, y0, x1, y1 = answers[b]
        tx0, ty0, tx1, ty1 = targets[b]
        terms[0, b], _ = iou_and_giou(x0, y0, x1, y1, tx0, ty0, tx1, ty1)
        along_x, shape_x = bhattacharyya_along(x0, x1, tx0, tx1)
        along_y, shape_y = bhattacharyya_along(y0, y1, ty0, ty1)
        exponents[0, b] = -(along_x + along_y)
        terms[1, b] = bhattacharyya_shape(shape_x, shape_y)
        low, high = distance(x0 - tx0, y0 - ty0), distance(x1 - tx1, y1 - ty1)
        terms[2, b] = _ONE
        exponents[1, b] = _nearness(_HALF * low + _HALF * high, sizes_hw[b])


@compiled_with(error_model="numpy")
def point_parts(
    answers: NDArray[np.float32],
    targets: NDArray[np.float32],
    sizes_hw: NDArray[np.float32],
    terms: NDArray[np.float32],
    exponents: NDArray[np.float32],
    sound: NDArray[np.bool_],
) -> None:
    """What the terms `hit`, `location` and `near` of points are made of; otherwise as `box_parts`.

    Args:
        answers: (B, 2) xy.
    """
    for b in range(len(answers)):
        sound[b] = _finite(answers[b], targets[b], sizes_hw[b])
        if not sound[b]:
            continue
        x, y = answers[b]
        x0, y0, x1, y1 = targets[b]
        inside = x >= x0 and x <= x1 and y >= y0 and y <= y1
        terms[0, b] = _ONE if inside else _ZERO
        terms[1, b] = _ONE
        exponents[0, b] = -_HALF * (gaussian_along(x, x0, x1) + gaussian_along(y, y0, y1))
        terms[2, b] = _ONE
        away = distance(x - centre(x0, x1), y - centre(y0, y1))
        exponents[1, b] = _nearness(away, sizes_hw[b])


@compiled_with(error_model="numpy")
def weighed(
    answers: NDArray[np.float32],
    targets: NDArray[np.float32],
    sizes_hw: NDArray[np.float32],
    exponentials: NDArray[np.float32],
    weights: NDArray[np.float32],
    floor: np.float32,
    terms: NDArray[np.float32],
    value: NDArray[np.float32],
    sound: NDArray[np.bool_],
) -> None:
    """The terms put together and weighed; the floor for rows that are not sound.

    Args:
        answers: (B, 2) or (B, 4). targets, sizes_hw, terms, sound: as `box_parts` has them; the
            last two are written anew.
        exponentials: (2, B) of the exponents. weights: (3,). value: (B,) written.
    """
    for b in range(len(value)):
        if sound[b]:
            overlap = exponentials[0, b] * terms[1, b]
            near = _approach(answers[b], targets[b], sizes_hw[b])
            terms[1, b] = near * (_HALF + _HALF * overlap)
            terms[2, b] = exponentials[1, b]
            total = terms[0, b] * weights[0]
            for k in range(1, 3):
                total = fused(terms[k, b], weights[k], total)
            value[b] = total
            sound[b] = abs(total) <= _LARGEST
        if not sound[b]:
            value[b] = floor
            for k in range(3):
                terms[k, b] = _ZERO


@compiled_with(error_model="numpy")
def _approach(
    answer: NDArray[np.float32], target: NDArray[np.float32], size_hw: NDArray[np.float32]
) -> np.float32:
    """`progress.approach`, of a point or of a box's centre."""
    x0, y0, x1, y1 = target
    x, y = answer[0], answer[1]
    if len(answer) == 4:
        x, y = centre(answer[0], answer[2]), centre(answer[1], answer[3])
    middle_x, middle_y = centre(x0, x1), centre(y0, y1)
    away = distance(x - middle_x, y - middle_y)
    half_diagonal = distance(x0 - x1, y0 - y1) * _HALF
    blind = distance(size_hw[1] * _HALF - middle_x, size_hw[0] * _HALF - middle_y)
    blind = max(blind, half_diagonal)
    near = clamp(_ONE - away / (_SMALLEST if blind < _SMALLEST else blind), _ZERO, _ONE)
    return near * near


@compiled_with(error_model="numpy")
def _nearness(away: np.float32, size_hw: NDArray[np.float32]) -> np.float32:
    """The exponent of `progress.nearness`."""
    height, width = size_hw
    diagonal = np.sqrt(fused(width, width, height * height))
    return _STEEPNESS * away / (_SMALLEST if diagonal < _SMALLEST else diagonal)


@compiled_with(error_model="numpy")
def _finite(
    answer: NDArray[np.float32], target: NDArray[np.float32], size_hw: NDArray[np.float32]
) -> bool:
    for number in answer:
        if not np.isfinite(number):
            return False
    return is_numbers(target) and is_numbers(size_hw)
