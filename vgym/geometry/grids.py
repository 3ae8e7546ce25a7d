"""Occupancy grids `(..., H, W)`: geodesic distance fields and line of sight.

A grid is bool, True where a cell is blocked; what lies outside is blocked too. Cell (row r, column
c) covers x in [c, c + 1) and y in [r, r + 1) times the cell size. Moves go to the 8 neighbours, 1
cell or sqrt(2) cells long; a diagonal move needs both cells beside it free (no corner is cut), and
sight past a corner follows the same rule. CPU tensors go through compiled loops, tensors elsewhere
through tensor operations; the fields are equal bit for bit.
"""

import math

import numpy as np
import torch
from torch import Tensor

from vgym.geometry.arithmetic import as_whole
from vgym.row_threads import over_rows

# Lengths are exact in fixed point: sums of moves do not depend on the order of the moves, and two
# unequal sums of fewer than a million moves each differ by far more than the rounding of sqrt(2).
_STRAIGHT = 1 << 32
_DIAGONAL = round(math.sqrt(2) * _STRAIGHT)
_UNREACHED = 1 << 61


def geodesic_field(occupancy: Tensor, goals: Tensor, cell_size_m: float) -> Tensor:
    """Length of the shortest walk from every cell's centre to the nearest goal cell's centre.

    The same as Dijkstra's algorithm on the graph of moves (`skimage.graph.MCP_Geometric` cuts
    corners). On devices other than the CPU the host reads back one flag after 8, 16, 32, ... sweeps
    over the grid, to stop when nothing changes any more.

    Args:
        occupancy: `(..., H, W)` bool, True where blocked.
        goals: `(..., H, W)` bool; broadcasts with occupancy. A blocked goal counts for nothing.
        cell_size_m: side of a cell, metres.

    Returns:
        `(..., H, W)` float32 metres; 0 at goals, inf at blocked cells and at cells that reach no
        goal (all of them where no goal is free).

    Raises:
        ValueError: tensors that are not bool grids of one size on one device, or a cell size that
            is not positive.

    >>> walls = torch.tensor([[False, True, False], [False, False, False]])
    >>> geodesic_field(walls, torch.tensor([[True, False, False], [False] * 3]), 1.0)
    tensor([[0., inf, 4.],
            [1., 2., 3.]])
    """
    _check_grid("occupancy", occupancy)
    _check_grid("goals", goals)
    check_cell_size(cell_size_m)
    if occupancy.shape[-2:] != goals.shape[-2:]:
        raise ValueError(
            f"occupancy is {tuple(occupancy.shape[-2:])} cells, goals are "
            f"{tuple(goals.shape[-2:])}; give grids of one size"
        )
    if occupancy.device != goals.device:
        raise ValueError(
            f"occupancy is on {occupancy.device}, goals are on {goals.device}; "
            "move them to one device with .to(device)"
        )
    shape = np.broadcast_shapes(occupancy.shape, goals.shape)
    flat = (math.prod(shape[:-2]), *shape[-2:])
    blocked, goals = (each.expand(shape).reshape(flat) for each in (occupancy, goals))
    metres_a_step = cell_size_m / _STRAIGHT
    if blocked.device.type == "cpu":
        from vgym.geometry.grids_numba import field_kernel

        field = torch.empty(blocked.shape)
        walls, ends, metres = (t.contiguous().numpy() for t in (blocked, goals, field))

        def fill(part: slice) -> None:
            field_kernel(walls[part], ends[part], metres_a_step, metres[part])

        over_rows(fill, len(metres), 8 * flat[1] * flat[2])  # each of its cells is met 8 times
    else:
        field = field_with_torch(blocked, goals, metres_a_step)
    return field.reshape(shape)


def field_with_torch(blocked: Tensor, goals: Tensor, metres_a_step: float) -> Tensor:
    """Metres (B, H, W), inf for none, by Bellman-Ford sweeps over whole grids."""
    batch, height, width = blocked.shape
    if not blocked.numel():
        return torch.empty(blocked.shape, device=blocked.device)
    free = torch.nn.functional.pad(~blocked, (1, 1, 1, 1))
    size = (batch, height + 2, width + 2)
    steps = torch.full(size, _UNREACHED, dtype=torch.int64, device=blocked.device)
    steps.masked_fill_(free & torch.nn.functional.pad(goals, (1, 1, 1, 1)), 0)
    # Forbidden moves cost more than any walk; two such costs still fit 64 bits.
    straight = torch.where(free[:, 1:-1, 1:-1], _STRAIGHT, _UNREACHED)
    diagonal = {
        (dy, dx): torch.where(
            free[:, 1:-1, 1:-1]
            & _shifted(free, dy, dx)
            & _shifted(free, dy, 0)
            & _shifted(free, 0, dx),
            _DIAGONAL,
            _UNREACHED,
        )
        for dy in (-1, 1)
        for dx in (-1, 1)
    }
    inner = steps[:, 1:-1, 1:-1]
    sweeps, swept = 8, 0
    # No shortest walk has as many moves as there are cells.
    while swept < height * width:
        for _ in range(sweeps):
            before = inner.clone()
            beside = torch.minimum(_shifted(steps, 0, -1), _shifted(steps, 0, 1))
            above = torch.minimum(_shifted(steps, -1, 0), _shifted(steps, 1, 0))
            best = torch.minimum(before, torch.minimum(beside, above) + straight)
            for (dy, dx), cost in diagonal.items():
                best = torch.minimum(best, _shifted(steps, dy, dx) + cost)
            inner.copy_(best)
        swept += sweeps
        if torch.equal(inner, before):
            break
        sweeps = swept
    metres = (inner.double() * metres_a_step).float()
    return torch.where(inner < _UNREACHED, metres, torch.inf)


def line_of_sight(occupancy: Tensor, a: Tensor, b: Tensor) -> Tensor:
    """Whether the straight line between the centres of two cells meets no blocked cell.

    Exact, in integers, without loops or reading back. A line through the corner where four cells
    meet meets all four, so the cells on the line between two that see each other are joined by
    straight moves. Symmetric.

    Args:
        occupancy: `(..., H, W)` bool, True where blocked.
        a: `(..., 2)` integer cells xy (column, row); for many pairs on one grid insert an axis:
            `occupancy[..., None, :, :]`.
        b: `(..., 2)` integer cells xy.

    Returns:
        `(...)` bool; False where either cell is blocked or outside the grid. A free cell sees
        itself.

    Raises:
        ValueError: a grid that is not bool, or cells that are not integers.

    >>> walls = torch.tensor([[False, True], [False, False]])
    >>> line_of_sight(walls, torch.tensor([0, 0]), torch.tensor([[0, 1], [1, 1]]))
    tensor([ True, False])
    """
    _check_grid("occupancy", occupancy)
    a, b = as_whole("a", a), as_whole("b", b)
    for name, cells in (("a", a), ("b", b)):
        if cells.shape[-1:] != (2,):
            raise ValueError(f"{name} is {tuple(cells.shape)}; cells have the shape (..., 2)")
    height, width = occupancy.shape[-2:]
    batch = np.broadcast_shapes(occupancy.shape[:-2], a.shape[:-1], b.shape[:-1])
    if not height * width:
        return torch.zeros(batch, dtype=torch.bool, device=occupancy.device)
    limit = torch.tensor((width, height), device=a.device)
    inside = ((a >= 0) & (a < limit) & (b >= 0) & (b < limit)).all(-1)
    a, b = (torch.minimum(each.clamp(min=0), limit - 1).expand(*batch, 2) for each in (a, b))
    span = (b - a).abs()
    steep = span[..., :1] < span[..., 1:]
    # Along the longer axis; each step of it meets at most three cells across.
    start, run = (torch.where(steep, each.flip(-1), each).unbind(-1) for each in (a, b - a))
    length, across = run[0].abs(), run[1].abs()
    forward, sideways = torch.sign(run[0]), torch.sign(run[1])
    u = torch.arange(max(height, width), device=a.device)[:, None]
    length, across = length[..., None, None], across[..., None, None]
    middle = (2 * u * across + length) // (2 * length).clamp(min=1)
    v = middle + torch.arange(-1, 2, device=a.device)
    # The line comes within the cell, or to its corner: |offset| <= half the cell's shadow on it.
    met = (2 * (u * across - v * length).abs() <= length + across) & (u <= length)
    met = met & (v >= 0) & (v <= across)
    place_u = start[0][..., None, None] + forward[..., None, None] * u
    place_v = start[1][..., None, None] + sideways[..., None, None] * v
    steep = steep[..., None]
    x, y = torch.where(steep, place_v, place_u), torch.where(steep, place_u, place_v)
    cell = torch.where(met, y * width + x, 0)
    grids = torch.arange(math.prod(occupancy.shape[:-2]), device=a.device)
    grids = grids.reshape(occupancy.shape[:-2]).expand(batch)[..., None, None]
    blocked = occupancy.reshape(-1)[grids * (height * width) + cell]
    return inside & ~(blocked & met).flatten(-2).any(-1)


def check_cell_size(cell_size_m: float) -> None:
    """Refuse a cell size that is not a positive number of metres."""
    if not 0 < cell_size_m < math.inf:
        raise ValueError(f"cell_size_m is {cell_size_m}; it must be a positive number of metres")


def _check_grid(name: str, grid: Tensor) -> None:
    if grid.dtype != torch.bool or grid.ndim < 2:
        raise ValueError(
            f"{name} is {grid.dtype} {tuple(grid.shape)}; it must be bool of shape (..., H, W)"
        )


def _shifted(padded: Tensor, dy: int, dx: int) -> Tensor:
    """The neighbour (dy, dx) of every inner cell of a padded grid; a view."""
    height, width = padded.shape[1:]
    return padded[:, 1 + dy : height - 1 + dy, 1 + dx : width - 1 + dx]
