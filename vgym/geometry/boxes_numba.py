"""Two boxes, or a point and a box, as numbers: what loops over rows on the CPU are compiled from.

The arithmetic is that of `boxes`, `points` and `gaussians`, operation by operation, in float32, so
that both give the same bits, but for torch's roots, whose last bit is another now and then. What a
function is they say. Numbers are no NaN, where `min` and `max` choose: who calls looks before.
"""

import numpy as np
from numpy.typing import NDArray

from vgym.compiled import compiled_with

_LONGEST = np.float32(1e18)
_SMALLEST = np.float32(1e-12)
_FARTHEST = np.float32(1e6)
_TINY = np.float32(np.finfo(np.float32).tiny)
_ZERO, _HALF, _ONE, _FOUR = np.float32(0), np.float32(0.5), np.float32(1), np.float32(4)

_scalar = compiled_with(error_model="numpy")


@_scalar
def is_numbers(row: NDArray[np.float32]) -> bool:
    """Whether none of a row (n,) is NaN."""
    for number in row:
        if np.isnan(number):
            return False
    return True


@_scalar
def clamp(number: np.float32, least: np.float32, most: np.float32) -> np.float32:
    """The number, or the end of the range that it lies beyond."""
    return least if number < least else most if number > most else number


@_scalar
def fused(a: np.float32, b: np.float32, c: np.float32) -> np.float32:
    """`a * b + c`, rounded once: the product of two float32 is exact in float64."""
    return np.float32(np.float64(a) * np.float64(b) + np.float64(c))


@_scalar
def centre(low: np.float32, high: np.float32) -> np.float32:
    """Along one axis, of `box_centre`."""
    return low * _HALF + high * _HALF


@_scalar
def distance(dx: np.float32, dy: np.float32) -> np.float32:
    """`point_distance`, by the differences."""
    dx, dy = clamp(dx, -_LONGEST, _LONGEST), clamp(dy, -_LONGEST, _LONGEST)
    return np.float32(np.sqrt(fused(dy, dy, dx * dx)))


@_scalar
def length(low: np.float32, high: np.float32) -> np.float32:
    """Of an interval, 0 if inverted."""
    return clamp(high - low, _ZERO, _LONGEST)


@_scalar
def ratio(part: np.float32, whole: np.float32) -> np.float32:
    """`part / whole`, 0 where the whole is 0."""
    return part / (whole if whole > _ZERO else _ONE)


@_scalar
def iou_and_giou(
    ax0: np.float32,
    ay0: np.float32,
    ax1: np.float32,
    ay1: np.float32,
    bx0: np.float32,
    by0: np.float32,
    bx1: np.float32,
    by1: np.float32,
) -> tuple[np.float32, np.float32]:
    """`box_iou` and `box_giou`."""
    width = length(max(ax0, bx0), min(ax1, bx1))
    height = length(max(ay0, by0), min(ay1, by1))
    intersection = width * height
    area_a = length(ax0, ax1) * length(ay0, ay1)
    area_b = length(bx0, bx1) * length(by0, by1)
    union = area_a + area_b - intersection
    iou = ratio(intersection, union)
    width, height = length(min(ax0, bx0), max(ax1, bx1)), length(min(ay0, by0), max(ay1, by1))
    enclosing = width * height
    left = enclosing - union
    return iou, iou - ratio(_ZERO if left < _ZERO else left, enclosing)


@_scalar
def gaussian_along(x: np.float32, low: np.float32, high: np.float32) -> np.float32:
    """Along one axis, the square of a point's distance in deviations, of `gaussian_point`."""
    deviation = _HALF * length(low, high)
    deviation = _SMALLEST if deviation < _SMALLEST else deviation
    z = clamp((x - centre(low, high)) / deviation, -_FARTHEST, _FARTHEST)
    return z * z


@_scalar
def bhattacharyya_along(
    a0: np.float32, a1: np.float32, b0: np.float32, b1: np.float32
) -> tuple[np.float32, np.float32]:
    """Along one axis, the exponent and the squared shape factor of `bhattacharyya`."""
    size_a, size_b = length(a0, a1), length(b0, b1)
    larger = max(size_a, size_b)
    larger = _SMALLEST if larger < _SMALLEST else larger
    share_a, share_b = size_a / larger, size_b / larger
    spread = share_a * share_a + share_b * share_b
    spread = _HALF if spread < _HALF else spread
    apart = clamp((centre(a0, a1) - centre(b0, b1)) / larger, -_FARTHEST, _FARTHEST)
    return apart * apart / spread, share_a * share_b / spread


@_scalar
def bhattacharyya_shape(shape_x: np.float32, shape_y: np.float32) -> np.float32:
    """The shape factor of both axes."""
    shape = _FOUR * shape_x * shape_y
    return np.float32(np.sqrt(_TINY if shape < _TINY else shape))
