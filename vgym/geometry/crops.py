"""Zoom windows: crops of a batch of pictures at one size, and points between nested frames.

A crop shows what the pixels under its box hold and nothing from beside it, as cutting first and
resizing then does: a pixel outside the box never colours the crop. Coordinates are continuous as in
`boxes`, so the centre of pixel k is k + 0.5 on both sides. A view is `(..., 4)` scale x, scale y,
offset x, offset y, and maps points of the original to points shown: shown = original * scale +
offset.
"""

import torch
from torch import Tensor

from vgym.geometry.arithmetic import as_real

MIN_SIDE = 2.0**-8
"""Narrower and inverted boxes count as this wide (pixels), from their first corner: one colour."""

PIXEL_BUDGET = 1 << 22
"""Most pixels worked on at once, about 100 bytes each; one picture may exceed it."""

CACHED_PIXELS = 1 << 17
"""The same on the CPU, where temporaries that stay in the cache are several times as fast."""


def crop_resize(images: Tensor, boxes: Tensor, size_hw: tuple[int, int], antialias: bool) -> Tensor:
    """One crop of each picture, resized to one size.

    Without antialiasing: bilinear between pixel centres, as OpenCV's `INTER_LINEAR` on the cut
    picture; fast, and reads nothing back from the device, but where it shrinks more than twofold it
    skips pixels. With: triangle filters as wide as the shrinking asks, as Pillow's `BILINEAR` on
    the cut picture (what the image processors of most models do); the host reads back the largest
    box of each chunk. Both agree with those libraries to one grey level, and with each other where
    a crop is not shrunk.

    Args:
        images: `(B, H, W, 3)` uint8, or `(1, H, W, 3)`, one picture that all boxes are of.
        boxes: `(B, 4)` xyxy, pixels. Parts beyond the picture show its edge pixels.
        size_hw: height and width to give, pixels.
        antialias: whether shrinking averages over what it shrinks.

    Returns:
        `(B, *size_hw, 3)` uint8. A box of zero size shows the pixel that it lies in; NaN counts
        as 0.

    Raises:
        ValueError: shapes, dtypes or devices that do not fit, pictures or a size without pixels.

    >>> ramp = torch.tensor([0, 100], dtype=torch.uint8).reshape(1, 1, 2, 1).expand(1, 1, 2, 3)
    >>> crop_resize(ramp, torch.tensor([[0.0, 0.0, 2.0, 1.0]]), (1, 4), False)[0, 0, :, 0]
    tensor([  0,  25,  75, 100], dtype=torch.uint8)
    """
    check_crops(images, boxes, size_hw)
    out = torch.empty((boxes.shape[0], *size_hw, 3), dtype=torch.uint8, device=images.device)
    resize = _triangle if antialias else _linear
    high, wide = images.shape[1:3] if antialias else size_hw
    budget = CACHED_PIXELS if images.device.type == "cpu" else PIXEL_BUDGET
    rows = max(1, budget // (high * wide))
    for begin in range(0, boxes.shape[0], rows):
        chunk = slice(begin, begin + rows)
        theirs = images if images.shape[0] == 1 else images[chunk]
        out[chunk] = resize(theirs, boxes[chunk], size_hw)
    return out


def crop_view(boxes: Tensor, size_hw: tuple[int, int]) -> Tensor:
    """The view of a crop: where `crop_resize` shows the points of the picture.

    Args:
        boxes: `(..., 4)` xyxy, pixels of the picture.
        size_hw: height and width of the crop, pixels.

    Returns:
        `(..., 4)` scale x, scale y, offset x, offset y, finite, since boxes
        are at least `MIN_SIDE` wide.

    >>> crop_view(torch.tensor([10.0, 20.0, 30.0, 30.0]), (20, 20))
    tensor([  1.,   2., -10., -40.])
    """
    boxes = as_real(boxes)
    start, side = start_and_side(boxes)
    scale = torch.tensor(size_hw, dtype=torch.float64, device=boxes.device).flip(0) / side
    return torch.cat((scale, -start * scale), -1).to(boxes.dtype)


def compose_views(parent: Tensor, child: Tensor) -> Tensor:
    """The view of a crop of a crop, from the original: first `parent`, then `child`.

    Args:
        parent: `(..., 4)` from the original to the parent.
        child: `(..., 4)` from the parent to the child, as `crop_view` of a box drawn in the parent.

    Returns:
        `(..., 4)` from the original to the child.

    >>> half = torch.tensor([0.5, 0.5, 0.0, 0.0])
    >>> compose_views(half, torch.tensor([2.0, 2.0, -10.0, -10.0]))
    tensor([  1.,   1., -10., -10.])
    """
    parent, child = as_real(parent, child)
    scale = parent[..., :2] * child[..., :2]
    return torch.cat((scale, parent[..., 2:] * child[..., :2] + child[..., 2:]), -1)


def to_child_xy(xy: Tensor, view: Tensor) -> Tensor:
    """Points of the original (or parent) as points of what the view shows.

    Args:
        xy: `(..., 2)` pixels of the original; for N points of each view use `view[..., None, :]`.
        view: `(..., 4)`.

    Returns:
        `(..., 2)` pixels of the crop; outside it where the point is.

    >>> to_child_xy(torch.tensor([12.0, 24.0]), torch.tensor([1.0, 2.0, -10.0, -40.0]))
    tensor([2., 8.])
    """
    xy, view = as_real(xy, view)
    return xy * view[..., :2] + view[..., 2:]


def to_parent_xy(xy: Tensor, view: Tensor) -> Tensor:
    """Points of what the view shows as points of the original (or parent); undoes `to_child_xy`.

    The inverse is exact but for rounding: use float64 where offsets are large.

    Args:
        xy: `(..., 2)` pixels of the crop.
        view: `(..., 4)`.

    Returns:
        `(..., 2)` pixels of the original; 0 along an axis of scale 0, which no crop has.

    >>> to_parent_xy(torch.tensor([2.0, 8.0]), torch.tensor([1.0, 2.0, -10.0, -40.0]))
    tensor([12., 24.])
    """
    xy, view = as_real(xy, view)
    scale = view[..., :2]
    there = scale != 0
    return torch.where(there, (xy - view[..., 2:]) / torch.where(there, scale, 1.0), 0.0)


def check_crops(images: Tensor, boxes: Tensor, size_hw: tuple[int, int]) -> None:
    """Raises the `ValueError` of `crop_resize`."""
    if images.dtype != torch.uint8 or images.ndim != 4 or images.shape[-1] != 3:
        raise ValueError(
            f"crop_resize: images are {images.dtype} {tuple(images.shape)}; "
            "they must be uint8 of shape (B, H, W, 3)"
        )
    batch = boxes.shape[0] if images.shape[0] == 1 else images.shape[0]
    if boxes.shape != (batch, 4) or boxes.device != images.device:
        raise ValueError(
            f"crop_resize: boxes are {tuple(boxes.shape)} on {boxes.device}; "
            f"they must be ({batch}, 4) on {images.device}, one for each picture"
        )
    if min(*images.shape[1:3], *size_hw) < 1:
        raise ValueError(
            f"crop_resize: from {tuple(images.shape[1:3])} to {tuple(size_hw)} pixels; "
            "both need at least one pixel each way"
        )


def _pictures(images: Tensor, batch: int) -> Tensor:
    """The number of each box's picture, (batch,)."""
    return torch.arange(batch, device=images.device) % max(images.shape[0], 1)


def start_and_side(boxes: Tensor) -> tuple[Tensor, Tensor]:
    """First corners and sides, `(..., 2)` float64 each, within what pictures can have."""
    corners = boxes.double().nan_to_num().clamp(-1e6, 1e6)
    start = corners[..., :2]
    return start, (corners[..., 2:] - start).clamp(min=MIN_SIDE)


def _samples(boxes: Tensor, axis: int, size: int, count: int) -> tuple[Tensor, ...]:
    """Along one axis: centres of the crop's pixels (B, count), first and last source pixel (B, 1),
    source pixels a crop pixel (B, 1)."""
    start, side = (each[:, axis : axis + 1] for each in start_and_side(boxes))
    first = start.floor().clamp(0, size - 1)
    last = torch.maximum((start + side).ceil().clamp(max=size) - 1, first)
    scale = side / count
    place = torch.arange(count, device=boxes.device, dtype=torch.float64) + 0.5
    centres = torch.minimum(torch.maximum(start + place * scale, first + 0.5), last + 0.5)
    return centres, first, last, scale


def _linear(images: Tensor, boxes: Tensor, size_hw: tuple[int, int]) -> Tensor:
    """Four pixels gathered for each pixel of the crops."""
    batch, (high, wide) = boxes.shape[0], images.shape[1:3]
    y, x = (
        _samples(boxes, axis, size, count)[0] - 0.5
        for axis, size, count in ((1, high, size_hw[0]), (0, wide, size_hw[1]))
    )
    top, left = y.floor(), x.floor()
    shape = (batch, size_hw[0], size_hw[1] * 3)
    down = (y - top).float().unsqueeze(2).expand(shape).contiguous()
    right = (x - left).float().repeat_interleave(3, 1).unsqueeze(1).expand(shape).contiguous()
    # Bytes are fetched one by one, at (first byte of the row) + 3 * column + channel.
    top = top.to(torch.int64)
    row = _pictures(images, batch)[:, None] * high + top
    below = torch.where(top < high - 1, wide * 3, 0).unsqueeze(2)
    row = (row * (wide * 3)).unsqueeze(2)
    left = left.to(torch.int64).unsqueeze(2)
    channel = torch.arange(3, device=images.device)
    column = (left * 3 + channel).flatten(1).unsqueeze(1)
    other = ((left + 1).clamp(max=wide - 1) * 3 + channel).flatten(1).unsqueeze(1)
    bytes_ = images.reshape(-1)

    def fetch(place: Tensor) -> Tensor:
        return bytes_.index_select(0, place.flatten()).view(shape).float()

    above = torch.lerp(fetch(row + column), fetch(row + other), right)
    row = row + below
    under = torch.lerp(fetch(row + column), fetch(row + other), right)
    shown = torch.lerp(above, under, down).add_(0.5).to(torch.uint8)
    return shown.view(batch, *size_hw, 3)


def _triangle(images: Tensor, boxes: Tensor, size_hw: tuple[int, int]) -> Tensor:
    """Two products with matrices of filter weights, over the largest window of the batch."""
    batch, (high, wide) = boxes.shape[0], images.shape[1:3]
    rows, down = _triangle_weights(boxes, 1, high, size_hw[0])
    columns, across = _triangle_weights(boxes, 0, wide, size_hw[1])
    index = _pictures(images, batch)[:, None] * high + rows
    index = (index * wide).unsqueeze(2) + columns.unsqueeze(1)
    window = images.reshape(-1, 3).index_select(0, index.flatten())
    window = window.view(*index.shape[:2], -1).float()
    narrow = (down @ window).view(batch, size_hw[0], -1, 3).permute(0, 3, 1, 2)
    shown = narrow.reshape(batch, 3 * size_hw[0], -1) @ across.mT
    shown = shown.add_(0.5).clamp_(0, 255).to(torch.uint8)
    return shown.view(batch, 3, *size_hw).permute(0, 2, 3, 1)


def _triangle_weights(boxes: Tensor, axis: int, size: int, count: int) -> tuple[Tensor, Tensor]:
    """Source pixels (B, window), repeated at the end of smaller windows, and weights
    (B, count, window)."""
    centres, first, last, scale = _samples(boxes, axis, size, count)
    window = int((last - first).amax()) + 1
    source = first + torch.arange(window, device=boxes.device)
    distance = (source + 0.5).unsqueeze(1) - centres.unsqueeze(2)
    weights = (1 - distance.abs() / scale.clamp(min=1.0).unsqueeze(2)).clamp(min=0.0)
    weights = torch.where((source <= last).unsqueeze(1), weights, 0.0)
    weights = weights / weights.sum(-1, keepdim=True)
    return torch.minimum(source, last).to(torch.int64), weights.float()
