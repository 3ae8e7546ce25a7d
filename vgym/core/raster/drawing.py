"""`draw`: paint a draw list onto pictures, by the path of the pictures' device."""

import numpy as np
import torch
from torch import Tensor

from vgym.core.raster.bank import SpriteBank
from vgym.core.raster.draw_list import SILHOUETTE, DrawList
from vgym.core.raster.numba_path import draw_kernel
from vgym.core.raster.ranges import beyond
from vgym.core.raster.torch_path import draw_with_torch
from vgym.row_threads import over_rows


def draw(
    images: Tensor,
    bank: SpriteBank,
    draws: DrawList,
    rows: Tensor | None = None,
    out_rows: Tensor | None = None,
) -> None:
    """Paint row `rows[i]` of the draw list over picture `images[out_rows[i]]`, in place.

    CPU tensors go through compiled loops, rows shared by threads (`vgym.threads`), CUDA tensors
    through tensor operations; the pictures are equal byte for byte.

    Args:
        images: (B, H, W, 3) uint8, contiguous; written.
        bank: sprites, on the same device.
        draws: what to draw, on the same device.
        rows: (M,) int64 rows of `draws`; all of them when None.
        out_rows: (M,) int64 distinct rows of `images`; the same as `rows` when None.

    Raises:
        ValueError: shapes, dtypes or devices that do not fit, rows out of range or drawn twice,
            a kind beyond the known, or a sprite or level that the bank has not.
    """
    _check_images(images, bank, draws)
    if rows is None:
        rows = torch.arange(draws.kind.shape[0], device=images.device)
    if out_rows is None:
        out_rows = rows
    _check_rows(images, draws, rows, out_rows)
    _check_slots(bank, draws)
    rows, out_rows = rows.to(torch.int64), out_rows.to(torch.int64)
    if images.device.type != "cpu":
        draw_with_torch(images, bank, draws, rows, out_rows)
        return
    pictures, texels = images.numpy(), bank.texels.numpy().view(np.dtype("<u4"))[:, 0]
    offset, size_hw = bank.offset.numpy(), bank.size_hw.numpy()
    kind, sprite, level, params = (
        column.contiguous().numpy()
        for column in (draws.kind, draws.sprite, draws.level, draws.params)
    )
    bounds, tint, alpha, count = (
        column.contiguous().numpy()
        for column in (draws.bounds, draws.tint, draws.alpha, draws.count)
    )
    of, onto = rows.contiguous().numpy(), out_rows.contiguous().numpy()

    def paint(part: slice) -> None:
        draw_kernel(
            pictures,
            texels,
            offset,
            size_hw,
            kind,
            sprite,
            level,
            params,
            bounds,
            tint,
            alpha,
            count,
            of[part],
            onto[part],
        )

    over_rows(paint, len(rows), images.shape[1] * images.shape[2])


def _check_images(images: Tensor, bank: SpriteBank, draws: DrawList) -> None:
    if images.dtype != torch.uint8 or images.ndim != 4 or images.shape[-1] != 3:
        raise ValueError(
            f"draw: images are {images.dtype} {tuple(images.shape)}; "
            "they must be uint8 of shape (B, H, W, 3)"
        )
    if not images.is_contiguous():
        raise ValueError("draw: images are not contiguous; pass the whole batch and `out_rows`")
    devices = {images.device, bank.texels.device, draws.kind.device}
    if len(devices) > 1:
        raise ValueError(
            f"draw: images are on {images.device}, the bank on {bank.texels.device}, the draw "
            f"list on {draws.kind.device}; move them to one device with .to(device)"
        )


def _check_rows(images: Tensor, draws: DrawList, rows: Tensor, out_rows: Tensor) -> None:
    if rows.ndim != 1 or rows.shape != out_rows.shape:
        raise ValueError(
            f"draw: rows have shape {tuple(rows.shape)}, out_rows {tuple(out_rows.shape)}; "
            "both must be (M,)"
        )
    if not rows.numel():
        return
    for name, values, size in (
        ("rows", rows, draws.kind.shape[0]),
        ("out_rows", out_rows, images.shape[0]),
    ):
        if (span := beyond(values, size - 1)) is not None:
            raise ValueError(
                f"draw: {name} span {span[0]} to {span[1]}; they must be in [0, {size - 1}]"
            )
    if out_rows.numel() > 1 and torch.unique(out_rows).numel() != out_rows.numel():
        raise ValueError("draw: out_rows name a picture twice; draw it in two calls")


def _check_slots(bank: SpriteBank, draws: DrawList) -> None:
    if not draws.kind.numel():
        return
    for name, values, largest in (
        ("kind", draws.kind, SILHOUETTE),
        ("sprite", draws.sprite, bank.num_sprites - 1),
        ("level", draws.level, bank.num_levels - 1),
        ("count", draws.count, draws.kind.shape[1]),
    ):
        if (span := beyond(values, largest)) is not None:
            raise ValueError(
                f"draw: {name} spans {span[0]} to {span[1]}; it must stay in [0, {largest}] "
                "(in unused slots too)"
            )
