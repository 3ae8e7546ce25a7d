"""`picture.draw_brief` on a CPU: the same marks, robots and ways, pixel by pixel, compiled.

All arithmetic is in float32 and in the order of the torch path, so that both paint alike.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vgym.compiled import compiled
from vgym.envs.navigation.command.types import PARCEL, PLANK

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]
Whole = NDArray[np.int64]

_NOWHERE = 1e9  # pixels; no picture is as large


def draw_on_cpu(
    square: Tensor,
    rows: Tensor,
    sight: Tensor,
    marks: tuple[Tensor, Tensor, Tensor, Tensor],
    robots: tuple[Tensor, Tensor],
    ways: Tensor,
    inks: tuple[Bytes, Bytes, Bytes, Bytes],
    digits: Bytes,
) -> None:
    """Marks, ways, robots and the numbers of the marks, onto plans, in place.

    Args:
        square: (B, n, n, 3) uint8. rows: (k,) int64 which of them are drawn on.
        sight: (k, 3) scale and offsets.
        marks: (k, K, 2) metres, (k, K, 2) colour and shape, (k, K) what lies there, (k, K) chests.
        robots: (k, R, 3) poses, (k, R) kinds.
        ways: (k, L, W + 1, 2) metres, not finite where none was answered; W may be 0.
        inks: colours of marks (C, 3), of bodies (kinds, 3), of ways (L, 3), and ink, paper and wood
            (3, 3).
        digits: (N, 5, 3) whether a dot of a number is lit.
    """
    size = square.shape[1]
    places, look, lies, chest = marks
    yaw = robots[0][..., 2]
    turned = np.stack([yaw.cos().numpy(), yaw.sin().numpy()], -1)
    _draw(
        square.numpy(),
        rows.numpy(),
        sight.numpy(),
        places.contiguous().numpy(),
        look.contiguous().numpy(),
        lies.contiguous().numpy(),
        chest.contiguous().numpy(),
        robots[0].contiguous().numpy(),
        turned,
        robots[1].contiguous().numpy(),
        ways.contiguous().numpy(),
        line_shares(size),
        max(3.0, size / 40),
        inks,
        digits,
    )


def line_shares(size: int) -> Floats:
    """(2 n,) shares of a line at which its pixels are painted, in a picture of n pixels a side."""
    shares: Floats = torch.linspace(0, 1, 2 * size).numpy()
    return shares


@compiled
def _draw(
    images: Bytes,
    rows: Whole,
    sight: Floats,
    mark_xy: Floats,
    mark_look: Whole,
    lies: Whole,
    chest: NDArray[np.bool_],
    pose: Floats,
    turned: Floats,
    kind: Whole,
    ways: Floats,
    shares: Floats,
    radius: float,
    inks: tuple[Bytes, Bytes, Bytes, Bytes],
    digits: Bytes,
) -> None:
    colours, bodies, way_colours, plain = inks
    scale = max(1, int(radius / 3))
    beside = np.float32(1.35 * radius)
    half_x, half_y = np.float32(1.5 * scale + 1), np.float32(2.5 * scale + 1)
    for i in range(len(rows)):
        image, eye = images[rows[i]], sight[i]
        size = image.shape[0]
        for k in range(mark_xy.shape[1]):
            x, y = _seen(eye, mark_xy[i, k])
            colour = colours[mark_look[i, k, 0]]
            _mark(image, x, y, radius, colour, mark_look[i, k, 1], lies[i, k], chest[i, k], plain)
        for leg in range(ways.shape[1]):
            for n in range(ways.shape[2] - 1):
                _line(
                    image,
                    _seen(eye, ways[i, leg, n]),
                    _seen(eye, ways[i, leg, n + 1]),
                    shares,
                    way_colours[leg],
                )
        for robot in range(pose.shape[1]):
            x, y = _seen(eye, pose[i, robot, :2])
            cos, sin = turned[i, robot]
            _robot(
                image,
                x,
                y,
                cos,
                sin,
                radius,
                bodies[kind[i, robot]],
                plain[1],
                scale,
                digits[robot],
            )
        for k in range(mark_xy.shape[1]):
            x, y = _seen(eye, mark_xy[i, k])
            x = min(max(x + beside, half_x), np.float32(size) - half_x)
            y = min(max(y - beside, half_y), np.float32(size) - half_y)
            _plate(image, x, y, half_x, half_y, scale, digits[k + 1], plain)


@compiled
def _seen(eye: Floats, xy: Floats) -> tuple[np.float32, np.float32]:
    """A place in metres as pixels."""
    return eye[1] + eye[0] * xy[0], eye[2] - eye[0] * xy[1]


@compiled
def _around(middle: np.float32, reach: float, size: int) -> tuple[int, int]:
    """The pixels about one that lie in the picture: the first and the one after the last."""
    if not abs(middle) < _NOWHERE:
        return 0, 0
    at = int(np.floor(middle))
    return max(0, at - int(reach) - 2), min(size, at + int(reach) + 3)


@compiled
def _paint(pixel: Bytes, colour: Bytes) -> None:
    for c in range(3):
        pixel[c] = colour[c]


@compiled
def _mark(
    image: Bytes,
    at_x: np.float32,
    at_y: np.float32,
    radius: float,
    colour: Bytes,
    shape: int,
    lying: int,
    shut: bool,
    plain: Bytes,
) -> None:
    size = image.shape[0]
    left, right = _around(at_x, 2 * radius, size)
    top, bottom = _around(at_y, 2 * radius, size)
    half = np.float32(0.5)
    rim, line, whole = np.float32(radius + 2.4), np.float32(radius + 1.2), np.float32(radius)
    lid, inner = np.float32(radius * 0.55), np.float32(radius * 0.55 - 1)
    long, thin = np.float32(1.5 * radius - 1), np.float32(radius * 0.35 - 1)
    for row in range(top, bottom):
        y = np.float32(row) + half - at_y
        for column in range(left, right):
            x = np.float32(column) + half - at_x
            far = _farness(x, y, shape)
            pixel = image[row, column]
            if far <= whole:
                _paint(pixel, colour)
            elif far <= line or (shut and far <= rim):
                _paint(pixel, plain[0])
            across, down = abs(x), abs(y)
            if lying == PARCEL:
                box = max(across, down)
                if box <= inner:
                    _paint(pixel, plain[2])
                elif box <= lid:
                    _paint(pixel, plain[0])
            elif lying == PLANK:
                bar = max(across / np.float32(1.5), down / np.float32(0.35))
                if bar <= whole:
                    wood = across <= long and down <= thin
                    _paint(pixel, plain[2] if wood else plain[0])


@compiled
def _farness(x: np.float32, y: np.float32, shape: int) -> np.float32:
    """As `picture._farness`."""
    across, down = abs(x), abs(y)
    far = (across + down) * np.float32(0.78)
    if shape == 0:
        far = np.sqrt(x * x + y * y)
    elif shape == 1:
        far = max(across, down) * np.float32(1.12)
    elif shape == 2:
        far = max(y * np.float32(1.3), across * np.float32(1.25) - y * np.float32(0.65))
    return far


@compiled
def _line(
    image: Bytes,
    start: tuple[np.float32, np.float32],
    end: tuple[np.float32, np.float32],
    shares: Floats,
    colour: Bytes,
) -> None:
    size = image.shape[0]
    along_x, along_y = end[0] - start[0], end[1] - start[1]
    for n in range(len(shares)):
        x = start[0] + along_x * shares[n]
        y = start[1] + along_y * shares[n]
        if 0 <= x < size and 0 <= y < size:
            _paint(image[int(y), int(x)], colour)


@compiled
def _robot(
    image: Bytes,
    at_x: np.float32,
    at_y: np.float32,
    cos: np.float32,
    sin: np.float32,
    radius: float,
    colour: Bytes,
    paper: Bytes,
    scale: int,
    digit: Bytes,
) -> None:
    size = image.shape[0]
    left, right = _around(at_x, 2.4 * radius, size)
    top, bottom = _around(at_y, 2.4 * radius, size)
    half, round_, zero = np.float32(0.5), np.float32(1.25), np.float32(0)
    line, whole, wide = np.float32(radius + 1.2), np.float32(radius), np.float32(0.6)
    tip = 2.2 * radius
    outer, inner = np.float32(tip), np.float32(tip - 2)
    for row in range(top, bottom):
        y = np.float32(row) + half - at_y
        for column in range(left, right):
            x = np.float32(column) + half - at_x
            along, across = x * cos - y * sin, abs(x * sin + y * cos)
            body = np.sqrt(x * x + y * y) / round_
            ahead = along > zero
            pixel = image[row, column]
            if _lit(digit, x, y, scale):
                _paint(pixel, paper)
            elif body <= whole or (ahead and across <= (inner - along) * wide):
                _paint(pixel, colour)
            elif body <= line or (ahead and across <= (outer - along) * wide):
                _paint(pixel, paper)


@compiled
def _plate(
    image: Bytes,
    at_x: np.float32,
    at_y: np.float32,
    half_x: np.float32,
    half_y: np.float32,
    scale: int,
    digit: Bytes,
    plain: Bytes,
) -> None:
    size = image.shape[0]
    left, right = _around(at_x, 2.5 * scale + 1, size)
    top, bottom = _around(at_y, 2.5 * scale + 1, size)
    half = np.float32(0.5)
    for row in range(top, bottom):
        y = np.float32(row) + half - at_y
        for column in range(left, right):
            x = np.float32(column) + half - at_x
            if abs(x) <= half_x and abs(y) <= half_y:
                _paint(image[row, column], plain[0] if _lit(digit, x, y, scale) else plain[1])


@compiled
def _lit(digit: Bytes, x: np.float32, y: np.float32, scale: int) -> bool:
    """Whether a digit covers a pixel that lies so far from its middle."""
    column = int(np.floor(x / np.float32(scale) + np.float32(1.5)))
    row = int(np.floor(y / np.float32(scale) + np.float32(2.5)))
    return 0 <= column < 3 and 0 <= row < 5 and digit[row, column] != 0
