"""A place from above: its plan, drawn once, and on it the way so far, the robot and the goal.

North is up. Everything drawn on the plan is written pixel by pixel through indices, the same on
every device.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vgym.core.row_pictures import put_pictures
from vgym.envs.navigation.actions import STEP_M
from vgym.envs.navigation.render.numba_plan import number_parts
from vgym.envs.navigation.render.texture_bank import LEVEL_START
from vgym.envs.navigation.worlds.world import (
    BOX,
    CELL,
    HALF_X,
    HALF_Y,
    SHAPE,
    TEXTURE,
    TOGGLE,
    Z1,
    World,
    X,
    Y,
)

PATH, ROBOT, NOSE, GOAL, RING = (
    (250, 140, 30),
    (30, 90, 220),
    (255, 255, 255),
    (220, 30, 40),
    (255, 255, 255),
)
_WALL, _OUTSIDE = (58, 60, 68), (24, 25, 28)
_FINE = 3  # samples a pixel and axis
_TILE_LEVEL = 3  # 8 x 8 texels a metre
_CEILING_CUT = 2.2  # metres: what reaches higher is not drawn from above


@dataclass(frozen=True)
class Plan:
    """A whole place from above. Pixel x = offset_x + scale * x, y = offset_y - scale * y."""

    picture: NDArray[np.uint8]  # (size, size, 3)
    scale: float  # pixels a metre
    offset_x: float
    offset_y: float


def map_picture(world: World, texels: NDArray[np.uint8], size: int) -> Plan:
    """Floors, walls and furniture, north up, centred in a square.

    Args:
        world: the place. texels: (N, 5461, 4) mip levels of the textures. size: pixels a side.
    """
    rows, columns = world.wall.shape
    extent = max(rows, columns) * CELL
    scale = (size - 2) / extent
    offset_x = (size - columns * CELL * scale) / 2
    offset_y = (size + rows * CELL * scale) / 2
    fine = size * _FINE
    at = (np.arange(fine) + 0.5) / _FINE
    x, y = (at - offset_x) / scale, (offset_y - at) / scale
    column, row = np.floor(x / CELL).astype(int), np.floor(y / CELL).astype(int)
    # Of every colour that there is one copy: for each room those of its floor, then walls, what
    # lies outside, and two of each part. Samples are numbers of them until all is painted.
    start = LEVEL_START[_TILE_LEVEL]
    tiles = texels[world.rooms.texture[:, 0], start : LEVEL_START[_TILE_LEVEL + 1], :3]
    floor = tiles.astype(np.float32) * (world.rooms.tint[:, 0] / np.float32(255))[:, None]
    wall, outside = floor.size // 3, floor.size // 3 + 1
    side = 64 >> _TILE_LEVEL
    of_cell = np.where(world.wall, wall, world.room.clip(0) * np.int64(side * side))
    cells = np.ix_(row.clip(0, rows - 1), column.clip(0, columns - 1))
    down = (np.floor(-y * side) % side).astype(np.int64) * side
    along = (np.floor(x * side) % side).astype(np.int64)
    samples = of_cell[cells]
    samples += np.where(world.wall[cells], 0, down[:, None] + along)
    samples[(row < 0) | (row >= rows)] = outside
    samples[:, (column < 0) | (column >= columns)] = outside
    parts = _paint_parts(samples, outside + 1, world, texels[:, LEVEL_START[6], :3], x, y)
    plain = np.array([_WALL, _OUTSIDE], np.float32)
    palette: NDArray[np.float32] = np.concatenate((floor.reshape(-1, 3), plain, parts))
    canvas: NDArray[np.float32] = palette.take(samples, axis=0)
    canvas = canvas.reshape(size, _FINE, size, _FINE, 3)
    total = np.zeros((size, size, 3), np.float32)
    for i, j in np.ndindex(_FINE, _FINE):
        total += canvas[:, i, :, j]
    mean = total / np.float32(_FINE * _FINE)
    return Plan(mean.round().astype(np.uint8), scale, offset_x, offset_y)


def _paint_parts(
    samples: NDArray[np.int64],
    first: int,
    world: World,
    colours: NDArray[np.uint8],
    x: NDArray[np.float64],
    y: NDArray[np.float64],
) -> NDArray[np.float32]:
    """Parts from the lowest to the highest, brighter the higher they are, each with a rim.

    Args:
        samples: (n, n) numbers of colours; written, from ``first`` on.

    Returns:
        (2 k, 3) these colours.
    """
    geometry, code, tint = world.parts
    shown = (geometry[:, Z1] < _CEILING_CUT) & (code[:, TOGGLE] <= 0)
    order = np.flatnonzero(shown)[np.argsort(geometry[shown, Z1], kind="stable")]
    geometry, code, tint = geometry[order], code[order], tint[order]
    box = code[:, SHAPE] == BOX
    reach = np.hypot(geometry[:, HALF_X], geometry[:, HALF_Y]).astype(np.float64) + 1e-6
    reach = np.where(box, reach, geometry[:, HALF_X]).astype(np.float32)
    # x grows along the columns, y falls along the rows
    along, down = geometry[:, X], -geometry[:, Y]
    ends = [np.searchsorted(x, along - reach), np.searchsorted(x, along + reach)]
    ends += [np.searchsorted(-y, down - reach), np.searchsorted(-y, down + reach)]
    shape = np.ascontiguousarray(code[:, SHAPE])
    number_parts(samples, x, y, geometry, shape, np.stack(ends, 1), first)
    colour = colours[code[:, TEXTURE]].astype(np.float32) * (tint / np.float32(255))
    lit = 0.7 + 0.3 * geometry[:, Z1].astype(np.float64) / _CEILING_CUT
    colour = colour * lit.astype(np.float32)[:, None]
    return np.stack((colour, colour * np.float32(0.7)), 1).reshape(-1, 3).astype(np.float32)


def draw_top_down(
    images: Tensor,
    plans: Tensor,
    plan: Tensor,
    view: Tensor,
    pose: Tensor,
    path: Tensor,
    path_count: Tensor,
    goal_xy: Tensor,
    goal_shown: Tensor,
    rows: Tensor | None,
) -> None:
    """Plan, path, goal and robot of the given rows (or of all), in place.

    Args:
        images: (N, size, size, 3) uint8, any strides.
        plans: (P, size, size, 3) uint8.
        plan: (N,) int64 which plan.
        view: (P, 3) scale, offset x, offset y of each plan.
        pose: (N, 3) x, y, yaw; one that is not finite is not drawn.
        path: (N, T, 2) metres.
        path_count: (N,) points of it.
        goal_xy: (N, 2) metres.
        goal_shown: (N,) bool.
        rows: (n,) int64, all if None.
    """
    device = images.device
    rows = torch.arange(len(images), device=device) if rows is None else rows
    size = images.shape[1]
    put_pictures(images, rows, plans.index_select(0, plan[rows]))
    sight = view[plan[rows]]
    most = int(path_count[rows].max()) if len(rows) else 0
    if most > 1:
        last = (path_count[rows] - 1).clamp(min=0)
        index = torch.minimum(torch.arange(most, device=device)[None], last[:, None])
        points = to_pixels(path[rows[:, None], index], sight)
        samples = max(1, int(torch.ceil(view[:, 0].max() * STEP_M)))
        shares = torch.arange(1, samples + 1, device=device) / samples
        legs = points[:, :-1, None] + (points[:, 1:] - points[:, :-1])[:, :, None] * shares[:, None]
        stamp(images, rows, legs.flatten(1, 2), PATH)
    radius = max(2.5, size / 42)
    goal = to_pixels(goal_xy[rows], sight)
    goal = torch.where(goal_shown[rows][:, None], goal, torch.nan)
    disc(images, rows, goal, radius * 1.4, RING)
    disc(images, rows, goal, radius * 1.1, GOAL)
    _robot(images, rows, to_pixels(pose[rows, :2], sight), pose[rows, 2], radius)


def to_pixels(xy: Tensor, sight: Tensor) -> Tensor:
    """Points (n, ..., 2) in metres as pixels, by scale and offsets (n, 3)."""
    shape = (len(sight), *[1] * (xy.dim() - 2))
    x = sight[:, 1].reshape(shape) + sight[:, 0].reshape(shape) * xy[..., 0]
    y = sight[:, 2].reshape(shape) - sight[:, 0].reshape(shape) * xy[..., 1]
    return torch.stack((x, y), -1)


def stamp(images: Tensor, rows: Tensor, pixels: Tensor, colour: tuple[int, int, int]) -> None:
    """Colour single pixels (n, k, 2) of rows (n,); those outside or not finite are left out."""
    size_yx = images.shape[1:3]
    finite = pixels.isfinite().all(-1)
    cell = torch.where(finite[..., None], pixels, -1.0).floor().long()
    x, y = cell[..., 0], cell[..., 1]
    inside = (x >= 0) & (x < size_yx[1]) & (y >= 0) & (y < size_yx[0])
    which = rows[:, None].expand_as(x)[inside]
    paint = torch.tensor(colour, dtype=torch.uint8, device=images.device)
    images[which, y[inside], x[inside]] = paint


def _grid(radius: float, device: torch.device) -> Tensor:
    """(k, 2) whole pixels within a square around the middle."""
    reach = int(radius) + 2
    line = torch.arange(-reach, reach + 1, device=device, dtype=torch.float32)
    return torch.stack(torch.meshgrid(line, line, indexing="xy"), -1).reshape(-1, 2)


def disc(
    images: Tensor, rows: Tensor, middle: Tensor, radius: float, colour: tuple[int, int, int]
) -> None:
    """Colour discs (n,) about pixels ``middle`` (n, 2) in rows (n,) of images.

    Args:
        images: (N, H, W, 3) uint8, written.
        rows: (n,) int64.
        middle: (n, 2) pixels; those not finite are left out.
        radius: pixels.
        colour: RGB.
    """
    offsets = _grid(radius, images.device)
    centres = middle.floor()[:, None] + 0.5 + offsets
    near = (centres - middle[:, None]).square().sum(-1) <= radius * radius
    stamp(images, rows, torch.where(near[..., None], centres, torch.nan), colour)


def _robot(images: Tensor, rows: Tensor, middle: Tensor, yaw: Tensor, radius: float) -> None:
    """A disc with an arrow over its front, tip a radius beyond it."""
    middle = torch.where(yaw.isfinite()[:, None], middle, torch.nan)
    disc(images, rows, middle, radius * 1.25, NOSE)
    disc(images, rows, middle, radius, ROBOT)
    offsets = _grid(2.2 * radius, images.device)
    centres = middle.floor()[:, None] + 0.5 + offsets
    apart = centres - middle[:, None]
    cos, sin = yaw.cos()[:, None], yaw.sin()[:, None]
    along = apart[..., 0] * cos - apart[..., 1] * sin  # y runs down the picture
    across = apart[..., 0] * sin + apart[..., 1] * cos
    tip = 2.2 * radius
    arrow = (along >= 0.3 * radius) & (along <= tip) & (across.abs() <= (tip - along) * 0.45)
    stamp(images, rows, torch.where(arrow[..., None], centres, torch.nan), ROBOT)
    core = arrow & (across.abs() <= (tip - along) * 0.45 - 1) & (along <= tip - 1.5)
    stamp(images, rows, torch.where(core[..., None], centres, torch.nan), NOSE)
