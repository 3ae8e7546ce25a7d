"""Polygons `(..., V, 2)` and rotated boxes `(..., 5)`: area, overlap, point inside.

A polygon is its vertices in order round it, either way round, axes as in `vgym.geometry.boxes`. It
is simple (its edges do not cross), convex or not. Polygons of one batch have as many vertices as
the largest one needs: the others repeat their last vertex, or say how many are real by `count`;
what stands behind them never matters. Fewer than three vertices have no area.

A rotated box is `(cx, cy, width, height, angle)`: centre and size in pixels, and the angle in
radians by which the box is turned from +x towards +y: clockwise as seen on the screen, since y
points down.

Overlaps are continuous in every coordinate, with no case distinctions to fall between: edges that
coincide exactly or up to rounding need no care. Functions of two polygons are elementwise over the
leading axes and broadcast. Finite coordinates give finite values, NaN gives NaN; coordinates
beyond 1e18 count as 1e18, lengths below 1e-12 as 0.
"""

from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from vgym.geometry.arithmetic import as_real
from vgym.geometry.boxes import LONGEST
from vgym.geometry.fusing import fused
from vgym.geometry.points import Boundary

# Shorter lengths count as 0: slopes and their gradients stay finite in float32.
_SHORTEST = 1e-12
# Numbers in one temporary on the CPU, so that a chunk's temporaries stay in the cache.
_CHUNK = 65536


def polygon_area(polygons: Tensor, count: Tensor | None = None) -> Tensor:
    """Area of polygons, whichever way round they run.

    Args:
        polygons: `(..., V, 2)` pixels.
        count: `(...)` how many vertices are real; all of them by default.

    Returns:
        `(...)` square pixels, at least 0; 0 for fewer than three distinct vertices.

    >>> polygon_area(torch.tensor([[0.0, 0.0], [4.0, 0.0], [0.0, 2.0]]))
    tensor(4.)
    """
    polygons = _tidy(as_real(polygons), count)
    x, y = polygons.movedim(-2, 0).unbind(-1)
    return _area(x, y)


def polygon_intersection_area(
    a: Tensor,
    b: Tensor,
    count_a: Tensor | None = None,
    count_b: Tensor | None = None,
    *,
    compile: bool = False,
) -> Tensor:
    """Area that two polygons share, elementwise.

    Args:
        a: `(..., V, 2)` pixels.
        b: `(..., W, 2)` pixels.
        count_a: `(...)` how many vertices of a are real; all of them by default.
        count_b: `(...)` the same for b.
        compile: whether to compile the kernel at its first use; see `vgym.geometry.fusing`.

    Returns:
        `(...)` square pixels, from 0 to the smaller of the two areas; the area itself for
        polygons with the same vertices in the same order.

    Source: the shared area is the sum over pairs of edges of the signed area below both.

    >>> square = torch.tensor([[0.0, 0.0], [2.0, 0.0], [2.0, 2.0], [0.0, 2.0]])
    >>> polygon_intersection_area(square, square + 1)
    tensor(1.)
    """
    a, b = as_real(a, b)
    intersection, _, _ = _overlap(_tidy(a, count_a), _tidy(b, count_b), compile)
    return intersection


def polygon_iou(
    a: Tensor,
    b: Tensor,
    count_a: Tensor | None = None,
    count_b: Tensor | None = None,
    *,
    compile: bool = False,
) -> Tensor:
    """Intersection over union of two polygons, elementwise.

    Args:
        a: `(..., V, 2)` pixels.
        b: `(..., W, 2)` pixels.
        count_a: `(...)` how many vertices of a are real; all of them by default.
        count_b: `(...)` the same for b.
        compile: whether to compile the kernel at its first use; see `vgym.geometry.fusing`.

    Returns:
        `(...)` in [0, 1]; exactly 1 for polygons of positive area with the same vertices in the
        same order, 0 where either has no area.

    >>> square = torch.tensor([[0.0, 0.0], [2.0, 0.0], [2.0, 2.0], [0.0, 2.0]])
    >>> polygon_iou(square, square + torch.tensor([1.0, 0.0]))
    tensor(0.3333)
    """
    a, b = as_real(a, b)
    intersection, area_a, area_b = _overlap(_tidy(a, count_a), _tidy(b, count_b), compile)
    return _iou(intersection, area_a, area_b)


def rotated_box_corners(boxes: Tensor) -> Tensor:
    """Corners of rotated boxes.

    Args:
        boxes: `(..., 5)` centre x and y, width, height, pixels; angle, radians clockwise on screen.

    Returns:
        `(..., 4, 2)` pixels: at angle 0 top left, top right, bottom right, bottom left.

    >>> rotated_box_corners(torch.tensor([2.0, 1.0, 4.0, 2.0, 0.0]))
    tensor([[0., 0.],
            [4., 0.],
            [4., 2.],
            [0., 2.]])
    """
    cx, cy, width, height, angle = as_real(boxes).unbind(-1)
    right_x, right_y = 0.5 * width * angle.cos(), 0.5 * width * angle.sin()
    down_x, down_y = -0.5 * height * angle.sin(), 0.5 * height * angle.cos()
    x = (-right_x - down_x, right_x - down_x, right_x + down_x, down_x - right_x)
    y = (-right_y - down_y, right_y - down_y, right_y + down_y, down_y - right_y)
    corners = torch.stack((torch.stack(x, -1), torch.stack(y, -1)), -1)
    return corners + torch.stack((cx, cy), -1).unsqueeze(-2)


def rotated_box_iou(a: Tensor, b: Tensor) -> Tensor:
    """Intersection over union of two rotated boxes, elementwise.

    Twice as fast as `polygon_iou` of their corners: one box is cut by the sides of the other in
    that one's own frame. A negative width or height counts as 0.

    Args:
        a: `(..., 5)` centre x and y, width, height, pixels; angle, radians clockwise on screen.
        b: `(..., 5)` likewise.

    Returns:
        `(...)` in [0, 1]; exactly 1 for identical boxes of positive area, 0 where either has no
        area.

    >>> box = torch.tensor([0.0, 0.0, 2.0, 2.0, 0.0])
    >>> rotated_box_iou(box, torch.tensor([0.0, 0.0, 2.0, 2.0, torch.pi / 4]))
    tensor(0.7071)
    """
    a, b = as_real(a, b)
    leading = np.broadcast_shapes(a.shape[:-1], b.shape[:-1])
    flat_a, flat_b = (_tidy_numbers(box).expand(*leading, 5).reshape(-1, 5) for box in (a, b))
    return _in_chunks(_rotated_iou, flat_a, flat_b, _CHUNK // 4).reshape(leading)


def points_in_polygon(
    xy: Tensor, polygons: Tensor, boundary: Boundary = "inclusive", count: Tensor | None = None
) -> Tensor:
    """Whether points lie in polygons, elementwise with broadcasting.

    Args:
        xy: `(..., 2)` pixels.
        polygons: `(..., V, 2)` pixels.
        boundary: `"inclusive"` counts vertices and edges in, `"strict"` counts them out, and
            `"half-open"` counts in those on the left and top: of polygons that tile a region
            each point is then in exactly one. A point is on an edge if it is so exactly, in the
            arithmetic of the tensors' type.
        count: `(...)` how many vertices are real; all of them by default.

    Returns:
        `(...)` bool; False for NaN. A polygon of zero area holds its own edges under
        `"inclusive"`, nothing otherwise.

    Raises:
        ValueError: for an unknown boundary.

    >>> triangle = torch.tensor([[0.0, 0.0], [4.0, 0.0], [0.0, 4.0]])
    >>> points_in_polygon(torch.tensor([[1.0, 1.0], [2.0, 2.0], [3.0, 3.0]]), triangle)
    tensor([ True,  True, False])
    """
    if boundary not in ("inclusive", "half-open", "strict"):
        raise ValueError(f"unknown boundary {boundary!r}; use 'inclusive', 'half-open' or 'strict'")
    xy, polygons = as_real(xy, polygons)
    x, y = _tidy_numbers(xy).unsqueeze(-2).unbind(-1)
    px, py = _tidy(polygons, count).unbind(-1)
    qx, qy = px.roll(-1, -1), py.roll(-1, -1)
    # Every edge runs downwards here, so that two polygons judge a shared edge by the same numbers.
    falls = (py < qy) | ((py == qy) & (px < qx))
    x0, x1 = torch.where(falls, px, qx), torch.where(falls, qx, px)
    y0, y1 = torch.where(falls, py, qy), torch.where(falls, qy, py)
    side = (x1 - x0) * (y - y0) - (y1 - y0) * (x - x0)
    spans = (y0 <= y) & (y < y1)
    # A ray to the left meets the edges that the point lies on or to the right of.
    inside = (spans & (side <= 0)).sum(-1) % 2 == 1
    if boundary == "half-open":
        return inside
    between = (torch.minimum(x0, x1) <= x) & (x <= torch.maximum(x0, x1)) & (y0 <= y) & (y <= y1)
    on_edge = (between & (side == 0)).any(-1)
    return inside | on_edge if boundary == "inclusive" else inside & ~on_edge


def _tidy_numbers(values: Tensor) -> Tensor:
    """Small enough for products of two differences to be finite."""
    return values.clamp(-LONGEST, LONGEST)


def _tidy(polygons: Tensor, count: Tensor | None) -> Tensor:
    """Polygons whose vertices beyond `count` repeat the last real one."""
    if count is not None:
        vertices = polygons.shape[-2]
        every = torch.arange(vertices, device=polygons.device)
        kept = torch.minimum(every, (count.long().unsqueeze(-1) - 1).clamp(min=0))
        leading = np.broadcast_shapes(kept.shape[:-1], polygons.shape[:-2])
        polygons = polygons.expand(*leading, vertices, 2)
        index = kept.expand(*leading, vertices).unsqueeze(-1).expand(*leading, vertices, 2)
        polygons = polygons.gather(-2, index)
    return _tidy_numbers(polygons)


def _overlap(a: Tensor, b: Tensor, compile: bool) -> tuple[Tensor, Tensor, Tensor]:
    """Shared area and both areas, each `(...)`."""
    leading = np.broadcast_shapes(a.shape[:-2], b.shape[:-2])
    flat_a = a.expand(*leading, *a.shape[-2:]).reshape(-1, *a.shape[-2:])
    flat_b = b.expand(*leading, *b.shape[-2:]).reshape(-1, *b.shape[-2:])
    at_once = max(1, _CHUNK // max(1, a.shape[-2] * b.shape[-2]))
    kernel = fused(_polygon_overlap) if compile else _polygon_overlap
    areas = _in_chunks(kernel, flat_a, flat_b, at_once)
    intersection, area_a, area_b = areas.reshape(3, *leading).unbind(0)
    return intersection, area_a, area_b


def _in_chunks(
    kernel: Callable[[Tensor, Tensor], Tensor], a: Tensor, b: Tensor, at_once: int
) -> Tensor:
    """The kernel over the first axis of both, in pieces that fit the cache of a CPU."""
    if a.device.type != "cpu" or a.shape[0] <= at_once:
        return kernel(a, b)
    pieces = (slice(start, start + at_once) for start in range(0, a.shape[0], at_once))
    return torch.cat([kernel(a[piece], b[piece]) for piece in pieces], -1)


def _polygon_overlap(a: Tensor, b: Tensor) -> Tensor:
    """Shared area and both areas, `(3, N)`, of polygons `(N, V, 2)` and `(N, W, 2)`."""
    # One long row for each vertex and axis: `(2, V, N)`.
    ax, ay = a.permute(2, 1, 0).contiguous().unbind(0)
    bx, by = b.permute(2, 1, 0).contiguous().unbind(0)
    same = torch.zeros_like(ax[0], dtype=torch.bool)
    if ax.shape == bx.shape:
        same = ((ax == bx) & (ay == by)).all(0)
    area_a, area_b = _area(ax, ay), _area(bx, by)
    # Nothing below the higher of the two lowest points is shared: it becomes the ground.
    ground = torch.maximum(ay.amin(0), by.amin(0))
    origin = ax[0]
    ax, bx, ay, by = ax - origin, bx - origin, ay - ground, by - ground
    left_a, right_a, low_a, slope_a, sign_a = (edge.unsqueeze(1) for edge in _edges(ax, ay))
    left_b, right_b, low_b, slope_b, sign_b = _edges(bx, by)
    # Both edges of a pair run over the same stretch of x, from `left` on, `width` long.
    left = torch.maximum(left_a, left_b)
    width = (torch.minimum(right_a, right_b) - left).clamp(min=0.0)
    # The clamp bites only where the width is 0: there the lines are drawn on beyond their edges.
    start_a = torch.addcmul(low_a, left - left_a, slope_a).clamp_(0.0, 4 * LONGEST)
    start_b = torch.addcmul(low_b, left - left_b, slope_b).clamp_(0.0, 4 * LONGEST)
    end_a = torch.addcmul(start_a, width, slope_a)
    end_b = torch.addcmul(start_b, width, slope_b)
    gap_start, gap_end = start_a - start_b, end_a - end_b
    # Twice the mean of the lower of two lines: of its ends, and a triangle where they cross.
    crossed = (gap_start * gap_end).clamp(max=0.0)
    spread = (gap_start - gap_end).abs().clamp(min=_SHORTEST)
    height = torch.minimum(start_a, start_b) + torch.minimum(end_a, end_b) - crossed / spread
    below_both = ((height * width) * sign_b).sum(1)
    shared = 0.5 * (below_both * sign_a.squeeze(1)).sum(0).abs()
    smaller = torch.minimum(area_a, area_b)
    shared = torch.where(same, area_a, torch.minimum(shared, smaller))
    return torch.stack((shared, area_a, area_b))


def _edges(x: Tensor, y: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor, Tensor]:
    """Edges above the ground y = 0, from left to right.

    Returns x of the left and of the right end, y of the left end, the slope, and +1 for edges that
    run to the right and -1 for the others, each `(V, N)`.
    """
    next_x, next_y = x.roll(-1, 0), y.roll(-1, 0)
    right_going = next_x >= x
    left, right = torch.minimum(x, next_x), torch.maximum(x, next_x)
    low_left = torch.where(right_going, y, next_y)
    low_right = torch.where(right_going, next_y, y)
    climb = low_right - low_left
    flat = climb.abs() < _SHORTEST
    run_per_climb = (right - left) / torch.where(flat, torch.inf, climb)
    # What lies below the ground is cut off, and flat edges below it are laid on it.
    above_left, above_right = low_left.clamp(min=0.0), low_right.clamp(min=0.0)
    cut_left = torch.addcmul(left, above_left - low_left, run_per_climb)
    cut_right = torch.addcmul(right, above_right - low_right, run_per_climb)
    cut_left = torch.minimum(torch.maximum(cut_left, left), right)
    cut_right = torch.minimum(torch.maximum(cut_right, left), right)
    run = cut_right - cut_left
    slope = (above_right - above_left) / torch.where(run < _SHORTEST, torch.inf, run)
    sign = right_going.to(x.dtype) * 2 - 1
    return cut_left, cut_right, above_left, slope, sign


def _rotated_iou(a: Tensor, b: Tensor) -> Tensor:
    """IoU `(N,)` of rotated boxes `(N, 5)`: the outline of a, pressed into b, encloses the overlap.

    In the frame of b its sides are `x = +-half_width` and `y = +-half_height`. Moving every point
    of the outline of a that lies outside to the nearest point of b leaves the part inside as it is
    and lays the rest on the border of b. The area is the integral of x dy along it.
    """
    acx, acy, aw, ah, a_angle = a.t().contiguous().unbind(0)
    bcx, bcy, bw, bh, b_angle = b.t().contiguous().unbind(0)
    aw, ah, bw, bh = (0.5 * size.clamp(min=0.0) for size in (aw, ah, bw, bh))
    cos_b, sin_b = b_angle.cos(), b_angle.sin()
    turn = a_angle - b_angle
    cos, sin = turn.cos(), turn.sin()
    dx, dy = acx - bcx, acy - bcy
    cx, cy = dx * cos_b + dy * sin_b, dy * cos_b - dx * sin_b
    right_x, right_y, down_x, down_y = aw * cos, aw * sin, -ah * sin, ah * cos
    x = torch.stack((-right_x - down_x, right_x - down_x, right_x + down_x, down_x - right_x)) + cx
    y = torch.stack((-right_y - down_y, right_y - down_y, right_y + down_y, down_y - right_y)) + cy
    run, climb = x.roll(-1, 0) - x, y.roll(-1, 0) - y
    low = torch.maximum(torch.minimum(y, bh), -bh)
    high = low.roll(-1, 0)
    run_per_climb = run / torch.where(climb.abs() < _SHORTEST, torch.inf, climb)
    leftmost, rightmost = torch.minimum(x, x.roll(-1, 0)), torch.maximum(x, x.roll(-1, 0))
    start = torch.addcmul(x, low - y, run_per_climb)
    end = torch.addcmul(x, high - y, run_per_climb)
    start = torch.minimum(torch.maximum(start, leftmost), rightmost)
    end = torch.minimum(torch.maximum(end, leftmost), rightmost)
    start_in = torch.maximum(torch.minimum(start, bw), -bw)
    end_in = torch.maximum(torch.minimum(end, bw), -bw)
    # The mean of x, cut to the box, along the piece: by parts left of, in and right of the box.
    length = end - start
    weighed = (end_in - start_in) * (end_in + start_in) * 0.5
    weighed = weighed + end_in * (end - end_in) - start_in * (start - start_in)
    straight = 0.5 * (start_in + end_in)
    still = length.abs() < _SHORTEST
    mean = torch.where(still, straight, weighed / torch.where(still, 1.0, length))
    mean = torch.minimum(mean, torch.maximum(start_in, end_in))
    mean = torch.maximum(mean, torch.minimum(start_in, end_in))
    shared = (mean * (high - low)).sum(0).clamp(min=0.0)
    area_a, area_b = 4 * (aw * ah), 4 * (bw * bh)
    return _iou(torch.minimum(shared, torch.minimum(area_a, area_b)), area_a, area_b)


def _area(x: Tensor, y: Tensor) -> Tensor:
    """Area `(...)` of polygons with coordinates `(V, ...)`, seen from their first vertex."""
    x, y = x[1:] - x[0], y[1:] - y[0]
    return 0.5 * (x[:-1] * y[1:] - x[1:] * y[:-1]).sum(0).abs()


def _iou(intersection: Tensor, area_a: Tensor, area_b: Tensor) -> Tensor:
    # This order of the sum is exact for identical polygons: (A + A) - A == A.
    union = area_a + area_b - intersection
    return intersection / torch.where(union > 0, union, 1.0)
