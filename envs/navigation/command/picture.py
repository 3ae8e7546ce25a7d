"""What a commander sees: the place from above, numbered marks with what lies there, and robots."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor

from vgym.envs.navigation.command.picture_numba import draw_on_cpu, line_shares
from vgym.envs.navigation.command.types import LEGS, PARCEL, PLANK, State
from vgym.envs.navigation.command.wording import COLOURS
from vgym.envs.navigation.render.overlays import DIGITS
from vgym.envs.navigation.render.top_down import stamp, to_pixels
from vgym.envs.navigation.team.robots import ROBOTS

_INK, _PAPER, _WOOD = (20, 20, 22), (255, 255, 255), (150, 98, 50)
_BODIES = [_INK if robot.name == "drone" else robot.body[0][5] for robot in ROBOTS]
_WAYS = ((255, 120, 0), (0, 190, 200))
_INKS = (
    np.array(list(COLOURS.values()), np.uint8),
    np.array(_BODIES, np.uint8),
    np.array(_WAYS, np.uint8),
    np.array([_INK, _PAPER, _WOOD], np.uint8),
)
_LIT = np.array([[c == "1" for c in digit] for digit in DIGITS], np.uint8).reshape(-1, 5, 3)


class _Stencil:
    """A small square of pixels around a place in each row, painted in layers, written at once.

    Attributes:
        x, y: (n, G) pixels from the place, y down.
    """

    def __init__(self, middle: Tensor, reach: float) -> None:
        line = torch.arange(-int(reach) - 2, int(reach) + 3, device=middle.device)
        grid = torch.stack(torch.meshgrid(line, line, indexing="xy"), -1).reshape(-1, 2)
        self._pixels = middle.floor()[:, None].long() + grid
        self.x, self.y = (self._pixels + 0.5 - middle[:, None]).unbind(-1)
        self._layer = torch.zeros_like(self.x, dtype=torch.uint8)  # the topmost; 0 is none
        self._colours: list[Tensor] = []

    def fill(self, where: Tensor, colour: Tensor | tuple[int, int, int]) -> None:
        """One layer. where: (n, G) bool. colour: one, or (n, 3) uint8."""
        paint = torch.as_tensor(colour, dtype=torch.uint8, device=where.device)
        self._colours.append(paint.expand(len(where), 3))
        self._layer.masked_fill_(where, len(self._colours))

    def write(self, images: Tensor, rows: Tensor) -> None:
        """Into images (B, h, w, 3), what lies in them."""
        x, y = self._pixels.unbind(-1)
        seen = self._layer > 0
        seen &= (x >= 0) & (x < images.shape[2]) & (y >= 0) & (y < images.shape[1])
        row, at = seen.nonzero(as_tuple=True)
        paint = torch.stack(self._colours, 1)[row, self._layer[row, at].long() - 1]
        images[rows[row], y[row, at], x[row, at]] = paint


def draw_brief(square: Tensor, sight: Tensor, state: State, rows: Tensor, ways: bool) -> None:
    """Marks, robots and the ways that were answered, onto plans, in place.

    Args:
        square: (B, n, n, 3) uint8 the plans. sight: (B, 3) scale and offsets.
        rows: (k,) int64 which of them. ways: whether ways are what is answered.
    """
    if square.device.type == "cpu":
        _draw_on_cpu(square, sight[rows], state, rows, ways)
    else:
        draw_with_torch(square, sight[rows], state, rows, ways)


def _draw_on_cpu(square: Tensor, sight: Tensor, state: State, rows: Tensor, ways: bool) -> None:
    places, look = state.mark_xy[rows], state.mark_look[rows]
    draw_on_cpu(
        square,
        rows,
        sight,
        (places, look, state.lies[rows], state.chest[rows]),
        (state.pose[rows], state.kind[rows]),
        _answered_ways(state, rows) if ways else places.new_empty(len(rows), LEGS, 0, 2),
        _INKS,
        _LIT,
    )


def draw_with_torch(square: Tensor, sight: Tensor, state: State, rows: Tensor, ways: bool) -> None:
    """`draw_brief` on any device, a layer at a time for all rows. sight: (k, 3), of the rows."""
    size = square.shape[1]
    radius = max(3.0, size / 40)
    palette = torch.tensor(list(COLOURS.values()), dtype=torch.uint8, device=square.device)
    marks = to_pixels(state.mark_xy[rows], sight)
    for k in range(marks.shape[1]):
        stencil = _Stencil(marks[:, k], 2 * radius)
        x, y = stencil.x, stencil.y
        colour, shape = state.mark_look[rows, k].unbind(1)
        far = _farness(x, y, shape)
        stencil.fill((far <= radius + 2.4) & state.chest[rows, k][:, None], _INK)
        stencil.fill(far <= radius + 1.2, _INK)
        stencil.fill(far <= radius, palette[colour])
        lies = state.lies[rows, k][:, None]
        box = torch.maximum(x.abs(), y.abs())
        parcel = (lies == PARCEL) & (box <= radius * 0.55)
        bar = (x.abs() / 1.5).maximum(y.abs() / 0.35)
        plank = (lies == PLANK) & (bar <= radius)
        stencil.fill(parcel | plank, _INK)
        stencil.fill(parcel & (box <= radius * 0.55 - 1), _WOOD)
        stencil.fill(plank & (x.abs() <= 1.5 * radius - 1) & (y.abs() <= radius * 0.35 - 1), _WOOD)
        stencil.write(square, rows)
    if ways:
        _draw_ways(square, sight, state, rows)
    scale = max(1, int(radius / 3))
    bodies = torch.tensor(_BODIES, dtype=torch.uint8, device=square.device)
    for robot in range(state.pose.shape[1]):
        middle = to_pixels(state.pose[rows, robot, :2], sight)
        stencil = _Stencil(middle, 2.4 * radius)
        x, y = stencil.x, stencil.y
        yaw = state.pose[rows, robot, 2][:, None]
        along, across = x * yaw.cos() - y * yaw.sin(), x * yaw.sin() + y * yaw.cos()
        tip = 2.2 * radius
        body = (x.square() + y.square()).sqrt() / 1.25
        nose = (along > 0) & (across.abs() <= (tip - along) * 0.6)
        core = (along > 0) & (across.abs() <= (tip - 2 - along) * 0.6)
        stencil.fill((body <= radius + 1.2) | nose, _PAPER)
        stencil.fill((body <= radius) | core, bodies[state.kind[rows, robot]])
        stencil.fill(_digit(x, y, robot, scale), _PAPER)
        stencil.write(square, rows)
    # Last, for robots must not hide them: the numbers of the marks, beside them.
    half = torch.tensor([1.5 * scale + 1, 2.5 * scale + 1], device=square.device)
    beside = torch.tensor([1.35 * radius, -1.35 * radius], device=square.device)
    plates = torch.minimum((marks + beside).maximum(half), size - half)
    for k in range(marks.shape[1]):
        stencil = _Stencil(plates[:, k], 2.5 * scale + 1)
        plate = (stencil.x.abs() <= half[0]) & (stencil.y.abs() <= half[1])
        stencil.fill(plate, _PAPER)
        stencil.fill(_digit(stencil.x, stencil.y, k + 1, scale), _INK)
        stencil.write(square, rows)


def _farness(x: Tensor, y: Tensor, shape: Tensor) -> Tensor:
    """How far out pixels (n, G) lie, in the measure of each row's shape: equal on its outline."""
    disc = (x.square() + y.square()).sqrt()
    square = torch.maximum(x.abs(), y.abs()) * 1.12
    triangle = torch.maximum(y * 1.3, x.abs() * 1.25 - y * 0.65)  # tip up
    diamond = (x.abs() + y.abs()) * 0.78
    every = torch.stack((disc, square, triangle, diamond), -1)
    return every.gather(2, shape[:, None, None].expand(-1, x.shape[1], 1))[..., 0]


def _digit(x: Tensor, y: Tensor, number: int, scale: int) -> Tensor:
    """Which pixels (n, G) a digit from 0 to 7 covers, 3 by 5 dots of ``scale`` pixels, centred."""
    column, row = ((x / scale + 1.5).floor().long(), (y / scale + 2.5).floor().long())
    inside = (column >= 0) & (column < 3) & (row >= 0) & (row < 5)
    lit = torch.tensor([c == "1" for c in DIGITS[number]], device=x.device)
    return inside & lit[row.clamp(0, 4) * 3 + column.clamp(0, 2)]


def _draw_ways(square: Tensor, sight: Tensor, state: State, rows: Tensor) -> None:
    """The ways as answered, from where the robots are; none before the answer."""
    shares = torch.from_numpy(line_shares(square.shape[1])).to(square.device)[:, None]
    for leg, way in enumerate(_answered_ways(state, rows).unbind(1)):
        points = to_pixels(way, sight)
        for a, b in zip(points[:, :-1].unbind(1), points[:, 1:].unbind(1), strict=True):
            stamp(square, rows, a[:, None] + (b - a)[:, None] * shares, _WAYS[leg])


def _answered_ways(state: State, rows: Tensor) -> Tensor:
    """(k, LEGS, W + 1, 2) metres: the ways with their starts, no numbers before the answer."""
    robots = state.legs[rows, :, 0]
    start = state.pose[rows[:, None], robots, :2][:, :, None]
    ways = torch.cat((start, state.drawn[rows]), 2)
    return torch.where(state.answered[rows][:, None, None, None], ways, torch.nan)
