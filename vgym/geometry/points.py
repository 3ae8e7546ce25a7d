"""Points as tensors `(..., 2)`: inside a box, distances, lines, votes.

Axes as in `vgym.geometry.boxes`.
"""

from typing import Literal

import torch
from torch import Tensor

from vgym.geometry.arithmetic import as_real
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
    xy, boxes = as_real(xy, boxes)
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
    a, b = as_real(a, b)
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


def collinear(xy: Tensor, tolerance_px: float = 0.0, mask: Tensor | None = None) -> Tensor:
    """Whether any three points of a set lie on one line.

    Three points do if the middle one lies within the tolerance of the line through the outer two;
    three of which two are the same always do.

    Args:
        xy: `(..., N, 2)` pixels.
        tolerance_px: pixels; 0 asks for lines that are exact in float64. InfiGUI-G1 asks that, so
            a sweep that strays by a pixel passes there; a pixel or two here catches it.
        mask: `(..., N)` bool, which points are present; all of them by default.

    Returns:
        `(...)` bool; False for fewer than three points and for triples with NaN.

    Source: the gate of InfiGUI-G1, arXiv 2508.05731.

    >>> collinear(torch.tensor([[0.0, 0.0], [5.0, 1.0], [2.0, 2.0], [4.0, 4.0]]))
    tensor(True)
    """
    n = xy.shape[-2]
    # Listed on the CPU: on a device, `combinations` would have to read back a count.
    triples = torch.combinations(torch.arange(n), 3) if n >= 3 else torch.empty(0, 3).long()
    first, second, third = triples.to(xy.device).unbind(-1)
    # Products of differences of pixel coordinates are exact in float64, not in float32.
    wide = xy.double().clamp(-LONGEST, LONGEST)
    a, b, c = (wide.index_select(-2, corner) for corner in (first, second, third))
    ab, bc, ca = b - a, c - b, a - c
    twice_area = (ab[..., 0] * ca[..., 1] - ab[..., 1] * ca[..., 0]).abs()
    longest = torch.maximum(torch.maximum(_norm(ab), _norm(bc)), _norm(ca))
    found = twice_area <= tolerance_px * longest
    if mask is not None:
        for corner in (first, second, third):
            found = found & mask.index_select(-1, corner)
    return found.any(-1)


def box_around(xy: Tensor, side: float) -> Tensor:
    """Squares centred on points, so that points can vote as boxes do.

    Args:
        xy: `(..., 2)` pixels.
        side: length of a side, pixels; GUI-RC takes 50.

    Returns:
        `(..., 4)` xyxy, pixels.

    >>> box_around(torch.tensor([10.0, 20.0]), 4.0)
    tensor([ 8., 18., 12., 22.])
    """
    xy = as_real(xy)
    return torch.cat((xy - side / 2, xy + side / 2), -1)


def voting_grid(boxes: Tensor, size_hw: tuple[int, int]) -> Tensor:
    """How many boxes cover each pixel.

    Corners are rounded down to whole pixels and cut to the image, and a box covers the pixels from
    its first corner up to, not including, its last.

    Args:
        boxes: `(..., N, 4)` xyxy, pixels.
        size_hw: height and width of the image.

    Returns:
        `(..., H, W)` int32, 0 to N; an empty box, or one with NaN, covers nothing.

    Source: GUI-RC, arXiv 2508.05615, section 3.

    >>> voting_grid(torch.tensor([[0.0, 0.0, 2.0, 1.0], [1.9, 0.0, 3.0, 9.0]]), (2, 3))
    tensor([[1, 2, 1],
            [0, 1, 1]], dtype=torch.int32)
    """
    height, width = size_hw
    x0, y0, x1, y1 = as_real(boxes).unbind(-1)
    drawn = (x0 < x1) & (y0 < y1)
    columns = [torch.where(drawn, x, 0.0).clamp(0, width).long() for x in (x0, x1)]
    rows = [torch.where(drawn, y, 0.0).clamp(0, height).long() for y in (y0, y1)]
    # Each box is +1 and -1 at its four corners; running sums along both axes fill it in.
    corners = torch.stack([row * (width + 1) + column for row in rows for column in columns], -1)
    signs = torch.tensor([1, -1, -1, 1], dtype=torch.int32, device=boxes.device)
    leading = boxes.shape[:-2]
    steps = torch.zeros(
        (*leading, (height + 1) * (width + 1)), dtype=torch.int32, device=boxes.device
    )
    steps.scatter_add_(-1, corners.flatten(-2), signs.expand(corners.shape).flatten(-2))
    steps = steps.reshape(*leading, height + 1, width + 1)
    votes = steps.cumsum(-2, dtype=torch.int32).cumsum(-1, dtype=torch.int32)
    return votes[..., :height, :width]


@torch.no_grad()
def consensus_box(votes: Tensor) -> Tensor:
    """Bounding box of the largest connected region of the pixels with the most votes.

    Pixels connect along their sides, not their corners. Of regions of equal size the one with the
    first pixel in reading order counts. The one function of this floor that reads values back from
    its device: one flag a round, for as many rounds as the regions are winding.

    Args:
        votes: `(..., H, W)`, as `voting_grid` gives.

    Returns:
        `(..., 4)` xyxy, pixels, float32; an empty box at 0 where nobody voted. Its centre, which
        GUI-RC clicks, may lie outside a region that is not convex.

    Source: GUI-RC, arXiv 2508.05615, section 3.

    >>> consensus_box(torch.tensor([[1, 2, 0, 2], [0, 2, 0, 1]]))
    tensor([1., 0., 2., 2.])
    """
    *leading, height, width = votes.shape
    grid = as_real(votes).reshape(-1, height, width)
    region = (grid == grid.amax((1, 2), keepdim=True)) & (grid > 0)
    label = _connected(region)
    # One spare label at the end collects the pixels outside.
    sizes = torch.zeros((len(grid), height * width + 1), dtype=torch.int32, device=votes.device)
    sizes.scatter_add_(1, label, torch.ones_like(label, dtype=torch.int32))
    largest = sizes[:, :-1].argmax(1, keepdim=True)
    chosen = (label == largest).reshape(-1, height, width)
    x0, x1 = _extent(chosen.any(1))
    y0, y1 = _extent(chosen.any(2))
    return torch.stack((x0, y0, x1, y1), -1).float().reshape(*leading, 4)


def _norm(difference: Tensor) -> Tensor:
    norm: Tensor = torch.linalg.vector_norm(difference, dim=-1)
    return norm


def _connected(region: Tensor) -> Tensor:
    """Least pixel number of the region each pixel is in, `(B, H * W)`; H * W for those in none."""
    batch, height, width = region.shape
    none = height * width
    own = torch.arange(none, device=region.device).reshape(height, width)
    label = torch.where(region, own, none)
    while True:
        nearby = label.clone()
        nearby[:, 1:] = torch.minimum(nearby[:, 1:], label[:, :-1])
        nearby[:, :-1] = torch.minimum(nearby[:, :-1], label[:, 1:])
        nearby[:, :, 1:] = torch.minimum(nearby[:, :, 1:], label[:, :, :-1])
        nearby[:, :, :-1] = torch.minimum(nearby[:, :, :-1], label[:, :, 1:])
        nearby = torch.where(region, nearby, none).flatten(1)
        # A label is a pixel of the same region, so its own label serves as well: that doubles the
        # reach of a round.
        tree = torch.cat((nearby, nearby.new_full((batch, 1), none)), 1)
        better = tree.gather(1, tree.gather(1, nearby)).reshape(label.shape)
        if torch.equal(better, label):
            return label.flatten(1)
        label = better


def _extent(occupied: Tensor) -> tuple[Tensor, Tensor]:
    """First occupied place of each row, and one past the last; 0 and 0 where none is."""
    place = torch.arange(1, occupied.shape[-1] + 1, device=occupied.device)
    last = torch.where(occupied, place, 0).amax(-1)
    first = torch.where(occupied, place - 1, occupied.shape[-1]).amin(-1)
    return torch.minimum(first, last), last
