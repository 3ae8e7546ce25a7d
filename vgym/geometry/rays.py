"""Rays in the plane against segments and occupancy grids: depth, what was hit, and where on it.

A ray starts at `origins`, points along its angle (radians from +x towards +y, as yaw in `poses`)
and has no end. Depth is the distance along the ray, in the unit of the coordinates; for a flat
picture multiply it by the cosine of the ray's angle to the view. `u` runs over what was hit from 0
to 1, for a texture. Everything is computed in float32, in one written order of operations: CPU
tensors go through compiled loops and tensors elsewhere through tensor operations, and for the same
directions the results are equal bit for bit (sine and cosine may differ between devices in the last
bit). Neither path reads a value back from a device that is not the CPU, and no gradient flows
through either.
"""

from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from vgym.geometry.grids import check_cell_size

PAIR_BUDGET = 1 << 24
"""Most pairs (ray, segment) worked on at once by tensor operations; about 40 bytes each."""


class SegmentHits(NamedTuple):
    """What each ray hit first."""

    depth: Tensor  # (..., R) float32, inf for nothing
    segment: Tensor  # (..., R) int64 index into the segments, -1 for nothing
    u: Tensor  # (..., R) float32 in [0, 1], first end of the segment to second; 0 for nothing


class GridHits(NamedTuple):
    """The wall that each ray hit first."""

    depth: Tensor  # (..., R) float32 metres, inf for nothing
    cell: Tensor  # (..., R) int64 row * W + column of the blocked cell, -1 for nothing
    side: Tensor  # (..., R) int64: 0 a side along y, 1 a side along x, -1 nothing or inside a wall
    u: Tensor  # (..., R) float32 in [0, 1] along that side, growing with y or x; 0 for side -1


def cast_segments(
    origins: Tensor, angles: Tensor, segments: Tensor, mask: Tensor | None = None
) -> SegmentHits:
    """First segment that each ray meets.

    Watertight: a ray through the shared end of two segments meets one of them at least, because
    both judge that end by the same number. A segment of zero length, or seen edge-on, is not met.
    Of segments at one depth the first in order is met. A ray that starts on a segment meets it at
    depth 0.

    Args:
        origins: `(..., 2)` xy.
        angles: `(..., R)` radians.
        segments: `(..., S, 4)` x, y of one end, then of the other.
        mask: `(..., S)` bool, which segments are there; all when None.

    Returns:
        `SegmentHits` of `(..., R)`; what has a coordinate or angle that is not finite is not met.

    Raises:
        ValueError: shapes or devices that do not fit.

    >>> wall = torch.tensor([[2.0, -1.0, 2.0, 3.0]])
    >>> cast_segments(torch.zeros(2), torch.tensor([0.0, 3.0]), wall).depth
    tensor([2., inf])
    """
    if mask is None:
        mask = torch.ones(segments.shape[:-1], dtype=torch.bool, device=segments.device)
    _check(origins, angles)
    if segments.ndim < 2 or segments.shape[-1] != 4 or mask.shape[-1:] != segments.shape[-2:-1]:
        raise ValueError(
            f"segments are {tuple(segments.shape)}, their mask {tuple(mask.shape)}; "
            "they must be (..., S, 4) and (..., S)"
        )
    _check_devices(origins=origins, angles=angles, segments=segments, mask=mask)
    batch = np.broadcast_shapes(
        origins.shape[:-1], angles.shape[:-1], segments.shape[:-2], mask.shape[:-1]
    )
    origins, angles, mask = (_flat(each, batch, 1) for each in (origins, angles, mask))
    origins, segments = origins.float(), _flat(segments, batch, 2).float()
    cos, sin = _directions(angles)
    if cos.device.type == "cpu":
        from vgym.geometry.rays_numba import segments_kernel

        depth, u = torch.empty_like(cos), torch.empty_like(cos)
        hit = torch.empty(cos.shape, dtype=torch.int64)
        given = (each.contiguous() for each in (origins, segments, mask, cos, sin))
        segments_kernel(*(each.numpy() for each in (*given, depth, hit, u)))
    else:
        depth, hit, u = segments_with_torch(origins, segments, mask, cos, sin)
    shape = (*batch, cos.shape[-1])
    return SegmentHits(depth.reshape(shape), hit.reshape(shape), u.reshape(shape))


def cast_grid(origins: Tensor, angles: Tensor, occupancy: Tensor, cell_size_m: float) -> GridHits:
    """First blocked cell that each ray enters, walking from cell to cell (DDA).

    A ray exactly through a corner enters the neighbour in x first. Rays that leave the grid hit
    nothing; give the grid a border of walls where that must not happen.

    Args:
        origins: `(..., 2)` xy, metres; cell (row r, column c) as in `grids`.
        angles: `(..., R)` radians.
        occupancy: `(..., H, W)` bool, True where blocked.
        cell_size_m: side of a cell, metres.

    Returns:
        `GridHits` of `(..., R)`. An origin inside a wall hits it at depth 0 with side -1; an origin
        outside the grid sees nothing, nor does an angle that is not finite.

    Raises:
        ValueError: shapes, dtypes or devices that do not fit, or a cell size that is not positive.

    >>> row = torch.tensor([[False, False, True]])
    >>> cast_grid(torch.tensor([0.25, 0.5]), torch.zeros(1), row, 1.0).depth
    tensor([1.7500])
    """
    _check(origins, angles)
    if occupancy.dtype != torch.bool or occupancy.ndim < 2:
        raise ValueError(
            f"occupancy is {occupancy.dtype} {tuple(occupancy.shape)}; "
            "it must be bool of shape (..., H, W)"
        )
    check_cell_size(cell_size_m)
    _check_devices(origins=origins, angles=angles, occupancy=occupancy)
    batch = np.broadcast_shapes(origins.shape[:-1], angles.shape[:-1], occupancy.shape[:-2])
    origins, angles = (_flat(each, batch, 1) for each in (origins, angles))
    blocked = _flat(occupancy, batch, 2).contiguous()
    height, width = blocked.shape[1:]
    # Cells outside count as (-1, -1), which also stands for an origin that is not finite.
    start = origins.float() / cell_size_m
    inside = ((start >= 0) & (start < start.new_tensor((width, height)))).all(-1, keepdim=True)
    cells = torch.where(inside, start, -1.0).floor().to(torch.int64)
    cos, sin = _directions(angles)
    if cos.device.type == "cpu":
        from vgym.geometry.rays_numba import grid_kernel

        depth, u = torch.empty_like(cos), torch.empty_like(cos)
        cell, side = torch.empty((2, *cos.shape), dtype=torch.int64)
        arrays = (start.contiguous(), cells, cos, sin, blocked, depth, cell, side, u)
        grid_kernel(*(each.numpy() for each in arrays))
    else:
        depth, cell, side, u = grid_with_torch(start, cells, cos, sin, blocked)
    shape = (*batch, cos.shape[-1])
    metres = (depth * cell_size_m).reshape(shape)
    return GridHits(metres, cell.reshape(shape), side.reshape(shape), u.reshape(shape))


def segments_with_torch(
    origins: Tensor,
    segments: Tensor,
    mask: Tensor,
    cos: Tensor,
    sin: Tensor,
    pair_budget: int = PAIR_BUDGET,
) -> tuple[Tensor, Tensor, Tensor]:
    """Depth, segment and u `(B, R)`, by all pairs of rays and segments.

    Args:
        origins: `(B, 2)`.
        segments: `(B, S, 4)` both ends of each.
        mask: `(B, S)` bool, the segments that are there.
        cos: `(B, R)` of the rays' directions.
        sin: `(B, R)` likewise.
        pair_budget: most pairs that are held in memory at once.
    """
    batch, rays = cos.shape
    count = segments.shape[1]
    ends = segments - origins.repeat(1, 2)[:, None]
    # What cannot be met is left out by values that compare false.
    ends = torch.where((mask & ends.isfinite().all(-1))[..., None], ends, torch.nan)
    depth = torch.full_like(cos, torch.inf)
    hit = torch.full(cos.shape, -1, dtype=torch.int64, device=cos.device)
    u = torch.zeros_like(cos)
    if not count or not rays:
        return depth, hit, u
    rows = max(1, pair_budget // (rays * count))
    for begin in range(0, batch, rows):
        chunk = slice(begin, begin + rows)
        x0, y0, x1, y1 = ends[chunk].unsqueeze(1).unbind(-1)
        c, s = cos[chunk].unsqueeze(-1), sin[chunk].unsqueeze(-1)
        # Distances to the left of the ray, then along it.
        left0, left1 = c * y0 - s * x0, c * y1 - s * x1
        ahead0, ahead1 = c * x0 + s * y0, c * x1 + s * y1
        span = left0 - left1
        crossed = ((left0 <= 0) & (left1 >= 0) | (left0 >= 0) & (left1 <= 0)) & (span != 0)
        share = left0 / torch.where(crossed, span, 1.0)
        ahead = ahead0 + share * (ahead1 - ahead0)
        ahead = torch.where(crossed & (ahead >= 0), ahead, torch.inf)
        first = ahead.argmin(-1, keepdim=True)
        nearest = ahead.gather(-1, first).squeeze(-1)
        met = nearest < torch.inf
        depth[chunk] = nearest
        hit[chunk] = torch.where(met, first.squeeze(-1), -1)
        u[chunk] = torch.where(met, share.gather(-1, first).squeeze(-1), 0.0)
    return depth, hit, u


def grid_with_torch(
    start: Tensor, cells: Tensor, cos: Tensor, sin: Tensor, blocked: Tensor
) -> tuple[Tensor, Tensor, Tensor, Tensor]:
    """Depth in cells, cell, side and u `(B, R)`: every ray takes its step at once.

    Args:
        start: `(B, 2)` in cells.
        cells: `(B, 2)` int64, the cell that each start lies in.
        cos: `(B, R)` of the rays' directions.
        sin: `(B, R)` likewise.
        blocked: `(B, H, W)` bool.
    """
    height, width = blocked.shape[1:]
    depth = torch.full_like(cos, torch.inf)
    hit = torch.full(cos.shape, -1, dtype=torch.int64, device=cos.device)
    face, u = hit.clone(), torch.zeros_like(cos)
    if not height * width:
        return depth, hit, face, u
    flat = blocked.flatten(1)
    x0, y0 = (each.unsqueeze(-1) for each in start.unbind(-1))
    x, y = (each.unsqueeze(-1).expand(cos.shape) for each in cells.unbind(-1))
    step_x, step_y = torch.where(cos > 0, 1, -1), torch.where(sin > 0, 1, -1)
    # The line that each ray crosses next lies at its cell or one beyond.
    ahead_x, ahead_y = (cos > 0).to(torch.int64), (sin > 0).to(torch.int64)
    walking = (x >= 0) & cos.isfinite()
    at = torch.zeros_like(cos)
    side = torch.full_like(hit, -1)
    for _ in range(height + width):
        walking = walking & (x >= 0) & (x < width) & (y >= 0) & (y < height)
        cell = torch.where(walking, y * width + x, 0)
        met = walking & flat.gather(1, cell)
        along_y, along_x = y0 + at * sin - y.float(), x0 + at * cos - x.float()
        place = torch.where(side == 0, along_y, along_x).clamp(0.0, 1.0)
        depth = torch.where(met, at, depth)
        hit = torch.where(met, cell, hit)
        face = torch.where(met, side, face)
        u = torch.where(met & (side >= 0), place, u)
        walking = walking & ~met
        to_x = torch.where(cos != 0, ((x + ahead_x).float() - x0) / cos, torch.inf)
        to_y = torch.where(sin != 0, ((y + ahead_y).float() - y0) / sin, torch.inf)
        sideways = to_x <= to_y
        # Rounding must not turn a ray back.
        at = torch.maximum(at, torch.where(sideways, to_x, to_y))
        x = torch.where(sideways, x + step_x, x)
        y = torch.where(sideways, y, y + step_y)
        side = torch.where(sideways, 0, 1)
    return depth, hit, face, u


def _directions(angles: Tensor) -> tuple[Tensor, Tensor]:
    angles = angles.float()
    return torch.cos(angles).contiguous(), torch.sin(angles).contiguous()


def _flat(tensor: Tensor, batch: tuple[int, ...], own: int) -> Tensor:
    """The tensor with its leading axes broadcast to the batch and made one; `own` axes stay."""
    kept = tensor.shape[tensor.ndim - own :]
    count = 1
    for size in batch:
        count *= size
    return tensor.detach().expand(*batch, *kept).reshape(count, *kept)


def _check(origins: Tensor, angles: Tensor) -> None:
    if origins.shape[-1:] != (2,) or angles.ndim < 1:
        raise ValueError(
            f"origins are {tuple(origins.shape)}, angles {tuple(angles.shape)}; "
            "they must be (..., 2) and (..., R)"
        )


def _check_devices(**tensors: Tensor) -> None:
    if len({each.device for each in tensors.values()}) > 1:
        where = ", ".join(f"{name} on {each.device}" for name, each in tensors.items())
        raise ValueError(f"rays: {where}; move them to one device with .to(device)")
