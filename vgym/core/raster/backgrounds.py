"""Backgrounds: whole-pixel crops of larger pictures, mirrored and brightened."""

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vgym.compiled import compiled
from vgym.core.raster.ranges import beyond
from vgym.row_threads import over_rows


def fill_backgrounds(
    images: Tensor,
    bank: Tensor,
    index: Tensor,
    corner_yx: Tensor,
    flip: Tensor,
    gain: Tensor,
    out_rows: Tensor | None = None,
) -> None:
    """Overwrite pictures with crops of background pictures, in place.

    Pixel (y, x) of picture i becomes `min(255, (v * gain + 128) >> 8)` of the background's value v
    at `corner_yx[i] + (y, x)`, the crop mirrored left and right where `flip[i]`.

    Args:
        images: (B, H, W, 3) uint8, contiguous; written.
        bank: (K, Hb, Wb, 3) uint8, contiguous, Hb >= H and Wb >= W.
        index: (M,) integers in [0, K): which background.
        corner_yx: (M, 2) integers: top and left of the crop, so that it fits.
        flip: (M,) bool.
        gain: (M,) integers in [0, 65535]: brightness in 1/256; 256 leaves it as it is.
        out_rows: (M,) int64, the rows of `images` to fill; all of them when None.

    Raises:
        ValueError: shapes, dtypes or devices that do not fit, or a crop that leaves its background.
    """
    _check_backgrounds(images, bank, index, corner_yx, flip, gain, out_rows)
    if out_rows is None:
        out_rows = torch.arange(images.shape[0], device=images.device)
    columns = torch.stack([index, corner_yx[:, 0], corner_yx[:, 1], gain, out_rows], -1)
    columns = columns.to(torch.int64)
    if images.device.type == "cpu":
        mirrored = flip.to(torch.bool).contiguous()
        pictures, pool, of, turned = (t.numpy() for t in (images, bank, columns, mirrored))
        over_rows(
            lambda part: _fill(pictures, pool, of[part], turned[part]),
            len(of),
            images.shape[1] * images.shape[2] // 2,  # a copy: half as long as painting
        )
    else:
        fill_with_torch(images, bank, columns, flip)


def _check_backgrounds(
    images: Tensor,
    bank: Tensor,
    index: Tensor,
    corner_yx: Tensor,
    flip: Tensor,
    gain: Tensor,
    out_rows: Tensor | None,
) -> None:
    for name, pictures in (("images", images), ("bank", bank)):
        if pictures.dtype != torch.uint8 or pictures.ndim != 4 or pictures.shape[-1] != 3:
            raise ValueError(
                f"fill_backgrounds: {name} is {pictures.dtype} {tuple(pictures.shape)}; "
                "it must be uint8 of shape (n, height, width, 3)"
            )
        if not pictures.is_contiguous():
            raise ValueError(f"fill_backgrounds: {name} is not contiguous; call .contiguous()")
    rows = images.shape[0] if out_rows is None else out_rows.shape[0]
    shapes = [tuple(t.shape) for t in (index, corner_yx, flip, gain)]
    if shapes != [(rows,), (rows, 2), (rows,), (rows,)]:
        raise ValueError(
            f"fill_backgrounds: index, corner_yx, flip, gain have shapes {shapes}; for {rows} "
            f"pictures they must be ({rows},), ({rows}, 2), ({rows},), ({rows},)"
        )
    if not rows:
        return
    room = (bank.shape[1] - images.shape[1], bank.shape[2] - images.shape[2])
    limits = [
        ("index", index, bank.shape[0] - 1),
        ("corner_yx[:, 0]", corner_yx[:, 0], room[0]),
        ("corner_yx[:, 1]", corner_yx[:, 1], room[1]),
        ("gain", gain, 65535),
    ]
    if out_rows is not None:
        limits.append(("out_rows", out_rows, images.shape[0] - 1))
    for name, values, largest in limits:
        if (span := beyond(values, largest)) is not None:
            low, high = span
            raise ValueError(
                f"fill_backgrounds: {name} spans {low} to {high}; it must stay in [0, {largest}] "
                f"for pictures of {tuple(images.shape[1:3])} from backgrounds of "
                f"{tuple(bank.shape[:3])}"
            )


@compiled
def _fill(
    images: NDArray[np.uint8],
    bank: NDArray[np.uint8],
    columns: NDArray[np.int64],
    flip: NDArray[np.bool_],
) -> None:
    height, width = images.shape[1], images.shape[2]
    row_bytes = width * 3
    flat_images = images.reshape(-1)
    flat_bank = bank.reshape(-1)
    for i in range(columns.shape[0]):
        background, top, left, gain, out = columns[i]
        for y in range(height):
            to = (out * height + y) * row_bytes
            start = ((background * bank.shape[1] + top + y) * bank.shape[2] + left) * 3
            target = flat_images[to : to + row_bytes]
            source = flat_bank[start : start + row_bytes]
            if flip[i]:
                for x in range(width):
                    mirrored = row_bytes - 3 - 3 * x
                    target[3 * x] = source[mirrored]
                    target[3 * x + 1] = source[mirrored + 1]
                    target[3 * x + 2] = source[mirrored + 2]
            else:
                for k in range(row_bytes):
                    target[k] = source[k]
            if gain != 256:
                factor = np.uint32(gain)
                for k in range(row_bytes):
                    bright = (np.uint32(target[k]) * factor + np.uint32(128)) >> np.uint32(8)
                    target[k] = np.uint8(min(bright, np.uint32(255)))


def fill_with_torch(images: Tensor, bank: Tensor, columns: Tensor, flip: Tensor) -> None:
    """`fill_backgrounds` as tensor operations, for any device; `columns` as stacked there."""
    background, top, left, gain, out = columns.unbind(-1)
    height, width = images.shape[1], images.shape[2]
    y = torch.arange(height, device=images.device)
    x = torch.arange(width, device=images.device)
    x = torch.where(flip.to(torch.bool)[:, None], width - 1 - x, x)
    crop = bank[
        background[:, None, None], (top[:, None] + y)[:, :, None], (left[:, None] + x)[:, None, :]
    ]
    bright = (crop.to(torch.int32) * gain.to(torch.int32)[:, None, None, None] + 128) >> 8
    images[out] = bright.clamp(max=255).to(torch.uint8)
