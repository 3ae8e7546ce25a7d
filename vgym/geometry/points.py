"""Points as tensors `(..., 2)`: inside a box, distances. Axes as in `vgym.geometry.boxes`."""

from typing import Literal

import torch
from torch import Tensor

from vgym.geometry.boxes import LONGEST

Boundary = Literal["inclusive", "half-open", "strict"]


def point_in_box(xy: Tensor, boxes: Tensor, boundary: Boundary = "inclusive") -> Tensor:
    """Whether points lie in boxes, elementwise with broadcasting.

    Args:
        xy: `(..., 2)` pixels.
        boxes: `(..., 4)` xyxy, pixels.
        boundary: `"inclusive"` counts all four edges in, `"half-open"` the left and top ones,
            `"strict"` none.

    Returns:
        `(...)` bool; False for NaN. A box of zero size holds one point under `"inclusive"`, none
        otherwise.

    Raises:
        ValueError: for an unknown boundary.

    >>> point_in_box(torch.tensor([4.0, 1.0]), torch.tensor([0.0, 0.0, 4.0, 2.0]), "half-open")
    tensor(False)
    """
    x, y = xy.unbind(-1)
    x0, y0, x1, y1 = boxes.unbind(-1)
    if boundary == "inclusive":
        return (x >= x0) & (x <= x1) & (y >= y0) & (y <= y1)
    if boundary == "half-open":
        return (x >= x0) & (x < x1) & (y >= y0) & (y < y1)
    if boundary == "strict":
        return (x > x0) & (x < x1) & (y > y0) & (y < y1)
    raise ValueError(f"unknown boundary {boundary!r}; use 'inclusive', 'half-open' or 'strict'")


def point_distance(a: Tensor, b: Tensor) -> Tensor:
    """Euclidean distance of points, elementwise with broadcasting.

    Args:
        a: `(..., k)`.
        b: `(..., k)`.

    Returns:
        `(...)`, at least 0, in the unit of the points; the gradient at distance 0 is 0.

    >>> point_distance(torch.tensor([0.0, 0.0]), torch.tensor([3.0, 4.0]))
    tensor(5.)
    """
    difference = (a - b).clamp(-LONGEST, LONGEST)
    distance: Tensor = torch.linalg.vector_norm(difference, dim=-1)
    return distance


def pairwise_distance(a: Tensor, b: Tensor) -> Tensor:
    """Euclidean distance of all pairs of two sets, without the rounding of `torch.cdist`.

    Args:
        a: `(..., N, k)`.
        b: `(..., M, k)`.

    Returns:
        `(..., N, M)`, at least 0.

    >>> pairwise_distance(torch.zeros(1, 2), torch.tensor([[3.0, 4.0], [0.0, 0.0]]))
    tensor([[5., 0.]])
    """
    return point_distance(a.unsqueeze(-2), b.unsqueeze(-3))
