"""Windows: what part of the whole a view shows, always of the picture's own aspect.

A window is xyxy in pixels of the whole, float64. Places in a view are fractions of its width and
height; `to_whole` and `to_view` map them, exactly but for the rounding of one product and one sum,
however often was zoomed: windows are kept in the whole's pixels, never relative to each other.
"""

from __future__ import annotations

import torch
from torch import Tensor

LEAST_PX = 8.0  # of the whole, along the window's shorter side
NARROW, WIDER = 0.5, 2.0  # how much narrower `about` shows, and wider `wider`


def root_window(whole_hw: Tensor, size_hw: tuple[int, int]) -> Tensor:
    """The smallest window of the picture's aspect that shows the whole, in its middle.

    Args:
        whole_hw: (B, 2) float64 height and width. size_hw: of the pictures.

    Returns:
        (B, 4) float64; reaches beyond the whole along one axis where the aspects differ.

    >>> root_window(torch.tensor([[100.0, 400.0]]), (50, 50)).tolist()
    [[0.0, -150.0, 400.0, 250.0]]
    """
    size = torch.tensor(size_hw, dtype=torch.float64, device=whole_hw.device)
    scale = (whole_hw / size).amax(1, keepdim=True)
    return _around(whole_hw.flip(1) / 2, size.flip(0) * scale)


def scale_of(window: Tensor, size_hw: tuple[int, int]) -> Tensor:
    """(B,) pixels of the whole that a pixel of the view is wide; 1 is native resolution."""
    return (window[:, 2] - window[:, 0]) / size_hw[1]


def to_whole(fractions: Tensor, window: Tensor) -> Tensor:
    """Places in a view as places in the whole.

    Args:
        fractions: (B, 2) or (B, 4), of the view's width and height. window: (B, 4).

    Returns:
        likewise, pixels of the whole.
    """
    corner, side = _corner_and_side(window, fractions.shape[1])
    return corner + fractions.double() * side


def to_view(places: Tensor, window: Tensor) -> Tensor:
    """Places in the whole as fractions of a view; undoes `to_whole`."""
    corner, side = _corner_and_side(window, places.shape[1])
    return (places - corner) / side


def around_box(box: Tensor, root: Tensor) -> Tensor:
    """The smallest window about the middle of a box that holds it, within the root.

    Args:
        box: (B, 4) pixels of the whole, corners in any order; one of no area is a point.
        root: (B, 4) the root window, whose aspect all have.
    """
    low, high = torch.minimum(box[:, :2], box[:, 2:]), torch.maximum(box[:, :2], box[:, 2:])
    share = ((high - low) / _side(root)).amax(1, keepdim=True)
    return _within((low + high) / 2, share, root)


def about_point(xy: Tensor, window: Tensor, times: float, root: Tensor) -> Tensor:
    """A window with a point in its middle, as near to it as the root lets it be.

    Args:
        xy: (B, 2) pixels of the whole. window: (B, 4) before. times: as wide as that.
        root: (B, 4).
    """
    return _within(xy, (_side(window) * times / _side(root))[:, :1], root)


def middle(window: Tensor) -> Tensor:
    """(B, 2) pixels of the whole."""
    return (window[:, :2] + window[:, 2:]) / 2


def share_of_whole(window: Tensor, whole_hw: Tensor) -> Tensor:
    """(B,) float64 in [0, 1]: how much of the whole a window shows."""
    high = torch.minimum(window[:, 2:], whole_hw.flip(1))
    inside = (high - window[:, :2].clamp(min=0)).clamp(min=0)
    return inside.prod(1) / whole_hw.prod(1)


def share_shown(box: Tensor, window: Tensor) -> Tensor:
    """(B,) float64 in [0, 1]: how much of a box (B, 4) a window shows."""
    side = box[:, 2:] - box[:, :2]
    inside = torch.minimum(box[:, 2:], window[:, 2:]) - torch.maximum(box[:, :2], window[:, :2])
    return (inside.clamp(min=0) / side.clamp(min=1e-12)).clamp(max=1).prod(1)


def union_share(windows: Tensor, there: Tensor, whole_hw: Tensor) -> Tensor:
    """(B,) float64 in [0, 1]: how much of the whole some windows show together.

    Args:
        windows: (B, N, 4). there: (B, N) bool, those that count. whole_hw: (B, 2).
    """
    edge = whole_hw.flip(1).repeat(1, 2)[:, None]
    clipped = torch.minimum(windows.clamp(min=0), edge) * there[..., None]
    xs = clipped[..., 0::2].flatten(1).sort(1).values
    ys = clipped[..., 1::2].flatten(1).sort(1).values
    covered = torch.zeros(
        len(xs), ys.shape[1] - 1, xs.shape[1] - 1, dtype=torch.bool, device=xs.device
    )
    for one in clipped.unbind(1):  # over the views of an episode, not over the batch
        across = (xs[:, :-1] >= one[:, 0:1]) & (xs[:, 1:] <= one[:, 2:3])
        down = (ys[:, :-1] >= one[:, 1:2]) & (ys[:, 1:] <= one[:, 3:4])
        covered |= down[:, :, None] & across[:, None]
    area = ys.diff()[:, :, None] * xs.diff()[:, None]
    return torch.where(covered, area, 0.0).sum((1, 2)) / whole_hw.prod(1)


def strays(windows: Tensor, root: Tensor) -> Tensor:
    """(...) bool: windows (..., 4) that no moves lead to: stretched, too narrow, or beyond the
    root."""
    side, whole = windows[..., 2:] - windows[..., :2], root[..., 2:] - root[..., :2]
    share = side / whole
    slack = 1e-6 * whole.amax(-1)
    out = (windows[..., :2] < root[..., :2] - slack[..., None]).any(-1)
    out |= (windows[..., 2:] > root[..., 2:] + slack[..., None]).any(-1)
    least = (LEAST_PX / whole.amin(-1)).clamp(max=1.0)
    return out | (share.amin(-1) < least * 0.99) | (share[..., 0] - share[..., 1]).abs().gt(1e-6)


def _within(centre: Tensor, share: Tensor, root: Tensor) -> Tensor:
    """A window of that share of the root's sides (B, 1), not too narrow, moved into the root."""
    whole = _side(root)
    least = LEAST_PX / whole.amin(1, keepdim=True)
    side = whole * torch.maximum(share, least).clamp(max=1.0)
    low = torch.maximum(centre - side / 2, root[:, :2])
    low = torch.minimum(low, root[:, 2:] - side)
    widest = (side >= whole).all(1, keepdim=True)  # the root itself, to the last bit
    return torch.where(widest, root, torch.cat((low, low + side), 1))


def _around(centre: Tensor, side: Tensor) -> Tensor:
    return torch.cat((centre - side / 2, centre + side / 2), 1)


def _side(window: Tensor) -> Tensor:
    return window[:, 2:] - window[:, :2]


def _corner_and_side(window: Tensor, numbers: int) -> tuple[Tensor, Tensor]:
    times = numbers // 2
    return window[:, :2].repeat(1, times), _side(window).repeat(1, times)
