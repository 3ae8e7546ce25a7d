"""SeeNav-Agent's visual prompt on the dual view: goal box, line to the goal, numbered arrows.

The idea is that of arXiv 2512.02631: what the agent may do is drawn where it would do it, moves on
the view from above and turns on the first-person view, each with the number of its action.
"""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor

from vgym.envs.navigation import actions
from vgym.envs.navigation.render.top_down import GOAL, stamp, to_pixels

ARROW = (255, 220, 40)
_INK = (20, 20, 20)
# 3 x 5 pixels, row by row.
DIGITS = (
    *("111101101101111", "010110010010111", "111001111100111", "111001111001111"),
    *("101101111001001", "111100111001111", "111100111101111", "111001001001001"),
)
_NUMBERED_FROM = 96  # pixels a side: below, numbers could not be read


class Prompt(NamedTuple):
    """What is pointed out. N rows."""

    boxes: Tensor  # (N, 4) xyxy pixels of the first-person panel: around the goal
    seen: Tensor  # (N,) bool: there is such a box
    goal_xy: Tensor  # (N, 2) metres
    pose: Tensor  # (N, 3)
    sight: Tensor  # (N, 3) scale and offsets of the plan


def draw_overlays(
    first: Tensor, top_down: Tensor, prompt: Prompt, known: tuple[int, ...], rows: Tensor | None
) -> None:
    """Draw the prompt over both panels, in place.

    Args:
        first: (N, h, w, 3) uint8 first person.
        top_down: (N, h, w, 3) uint8; both may be parts of one picture.
        prompt: what is pointed out.
        known: the discrete moves in the order of their numbers.
        rows: (n,) int64, all if None.
    """
    device = first.device
    rows = torch.arange(len(first), device=device) if rows is None else rows
    _outline(first, rows, prompt.boxes[rows], prompt.seen[rows])
    square = min(top_down.shape[1:3])
    top, left = (top_down.shape[1] - square) // 2, (top_down.shape[2] - square) // 2
    plan = top_down[:, top : top + square, left : left + square]
    robot = to_pixels(prompt.pose[rows, :2], prompt.sight[rows])
    goal = to_pixels(prompt.goal_xy[rows], prompt.sight[rows])
    shares = torch.linspace(0.0, 1.0, square, device=device)[None, :, None]
    line = robot[:, None] + (goal - robot)[:, None] * shares
    dashed = (torch.arange(square, device=device) // 4 % 2 == 0)[None, :, None]
    stamp(plan, rows, torch.where(dashed, line, torch.nan), GOAL)
    numbered = square >= _NUMBERED_FROM
    if numbered and actions.FORWARD in known:
        ahead = torch.stack((prompt.pose[rows, 2].cos(), -prompt.pose[rows, 2].sin()), -1)
        place = robot + ahead * (square / 9)
        _number(plan, rows, place, known.index(actions.FORWARD), square)
    height, width = first.shape[1:3]
    # Where each turn leads: to the side, up or down the picture.
    ways = {
        actions.LEFT: (0.06, 0.5, -1, 0),
        actions.RIGHT: (0.94, 0.5, 1, 0),
        actions.UP: (0.5, 0.07, 0, -1),
        actions.DOWN: (0.5, 0.93, 0, 1),
    }
    size = max(4, square // 20)
    for move, (u, v, dx, dy) in ways.items():
        if move not in known:
            continue
        tip = torch.tensor((u * width, v * height), device=device)
        _arrow(first, rows, tip, dx, dy, size)
        if numbered:
            inner = tip - torch.tensor((dx, dy), device=device) * (1.5 * size + square / 20)
            _number(first, rows, inner.expand(len(rows), 2), known.index(move), square)


def _outline(images: Tensor, rows: Tensor, boxes: Tensor, seen: Tensor) -> None:
    """A box's four sides, one pixel thick, in the rows that have one."""
    size = max(images.shape[1:3])
    shares = torch.linspace(0.0, 1.0, 2 * size, device=images.device)[None]
    x0, y0, x1, y1 = (torch.where(seen, v, torch.nan)[:, None] for v in boxes.unbind(1))
    x1, y1 = x1 - 1, y1 - 1
    across, down = x0 + (x1 - x0) * shares, y0 + (y1 - y0) * shares
    for x, y in ((across, y0), (across, y1), (x0, down), (x1, down)):
        whole = torch.zeros_like(across)
        stamp(images, rows, torch.stack((x + whole, y + whole), -1), GOAL)


def _arrow(images: Tensor, rows: Tensor, tip: Tensor, dx: int, dy: int, size: int) -> None:
    """A triangle with its tip at a place, and a dark rim."""
    line = torch.arange(-size - 1, size + 2, device=images.device, dtype=torch.float32)
    grid = torch.stack(torch.meshgrid(line, line, indexing="xy"), -1).reshape(-1, 2)
    back = -(grid[:, 0] * dx + grid[:, 1] * dy)  # pixels behind the tip
    aside = (grid[:, 0] * dy - grid[:, 1] * dx).abs()
    for rim, colour in ((1, _INK), (0, ARROW)):
        inside = (back >= -rim) & (back <= size + rim) & (aside <= back * 0.7 + rim)
        pixels = tip + grid[inside]
        stamp(images, rows, pixels[None].expand(len(rows), -1, 2), colour)


def _number(images: Tensor, rows: Tensor, place: Tensor, number: int, square: int) -> None:
    """A digit on a light plate, its middle at a place (n, 2)."""
    scale = max(1, square // 64)
    lit = torch.tensor([c == "1" for c in DIGITS[number]], device=images.device).reshape(5, 3)
    lit = lit.repeat_interleave(scale, 0).repeat_interleave(scale, 1)
    plate = torch.nn.functional.pad(torch.ones_like(lit), (1, 1, 1, 1))
    middle = place.round()[:, None]
    for mask, colour in ((torch.ones_like(plate), ARROW), (lit, _INK)):
        at = mask.nonzero().flip(1).float()
        centre = torch.tensor((mask.shape[1] / 2, mask.shape[0] / 2), device=images.device)
        stamp(images, rows, middle + (at - centre.floor())[None] + 0.25, colour)
