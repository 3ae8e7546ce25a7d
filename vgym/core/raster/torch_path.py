"""Drawing by tensor operations, for CUDA (and, for the tests, any device).

All fragments (slot, pixel) of a chunk of pictures are listed, their colours computed at once,
sorted by pixel in painter's order and painted one overlap depth at a time: no loop over pictures,
objects or pixels. Integers only; `draw_list` defines the colours.
"""

from typing import NamedTuple

import torch
from torch import Tensor

from vgym.core.raster.bank import SpriteBank
from vgym.core.raster.draw_list import OUTLINE, SPRITE, DrawList

FRAGMENT_BUDGET = 1 << 22
"""Most fragments (slot, pixel) worked on at once; about 300 bytes each. One picture may exceed."""


def draw_with_torch(
    images: Tensor,
    bank: SpriteBank,
    draws: DrawList,
    rows: Tensor,
    out_rows: Tensor,
    fragment_budget: int = FRAGMENT_BUDGET,
) -> None:
    """Draw row `rows[i]` of the draw list onto `images[out_rows[i]]`.

    Args:
        images: see `draw`, which has checked all that is given.
        bank: the sprites.
        draws: the draw list.
        rows: (M,) of it.
        out_rows: (M,) of the pictures.
        fragment_budget: most fragments worked on at once.
    """
    height, width = images.shape[1:3]
    slots = draws.kind.shape[1]
    if not rows.numel() or not slots:
        return
    bounds = draws.bounds[rows].to(torch.int64)
    x0, y0 = bounds[..., 0].clamp(min=0), bounds[..., 1].clamp(min=0)
    box_w = (bounds[..., 2].clamp(max=width) - x0).clamp(min=0)
    box_h = (bounds[..., 3].clamp(max=height) - y0).clamp(min=0)
    used = torch.arange(slots, device=images.device) < draws.count[rows][:, None]
    area = box_w * box_h * (used & (draws.alpha[rows] > 0))
    for start, end in _chunks(area.sum(1).tolist(), fragment_budget):
        chunk = slice(start, end)
        size = area[chunk].reshape(-1)
        total = int(size.sum())
        if not total:
            continue
        slot = torch.repeat_interleave(size, output_size=total)
        step = torch.arange(total, device=images.device) - (size.cumsum(0) - size)[slot]
        columns = box_w[chunk].reshape(-1)[slot]
        x = x0[chunk].reshape(-1)[slot] + step % columns
        y = y0[chunk].reshape(-1)[slot] + step // columns
        colour = _fragment_colours(bank, _slots_of(draws, rows[chunk]), slot, x, y)
        pixel = (out_rows[chunk][slot // slots] * height + y) * width + x
        _paint(images.view(-1, 3), pixel, colour)


def _chunks(areas: list[int], budget: int) -> list[tuple[int, int]]:
    """Consecutive ranges of rows of at most `budget` fragments, or of one row."""
    ranges, start, total = [], 0, 0
    for i, area in enumerate(areas):
        if i > start and total + area > budget:
            ranges.append((start, i))
            start, total = i, 0
        total += area
    return [*ranges, (start, len(areas))]


def _over_255(x: Tensor) -> Tensor:
    """x / 255 rounded to nearest, for 0 <= x <= 255 * 255."""
    return ((x + 128) * 257) >> 16


class _Slots(NamedTuple):
    """The columns of a draw list for some rows, one entry a slot."""

    kind: Tensor  # (S,)
    sprite: Tensor  # (S,)
    level: Tensor  # (S,)
    params: Tensor  # (S, 8)
    tint: Tensor  # (S, 4) int32
    alpha: Tensor  # (S,) int32


def _slots_of(draws: DrawList, rows: Tensor) -> _Slots:
    return _Slots(
        draws.kind[rows].flatten(),
        draws.sprite[rows].flatten(),
        draws.level[rows].flatten(),
        draws.params[rows].flatten(0, 1),
        draws.tint[rows].flatten(0, 1).to(torch.int32),
        draws.alpha[rows].flatten().to(torch.int32),
    )


def _fragment_colours(
    bank: SpriteBank, slots: _Slots, slot: Tensor, x: Tensor, y: Tensor
) -> Tensor:
    """Premultiplied colours (F, 4) int32 of the fragments, opacity included."""
    kind = slots.kind[slot]
    colour = torch.zeros((slot.shape[0], 4), dtype=torch.int32, device=slot.device)
    textured = torch.nonzero(kind != OUTLINE).squeeze(1)
    owner = slot[textured]
    u, v = _texel_place(slots.params[owner], x[textured], y[textured])
    size_hw = bank.size_hw[slots.sprite, slots.level][owner]
    # One texel beyond the sprite is its transparent ring; farther out nothing is sampled.
    limit = size_hw.to(torch.int64) << 16
    inside = (u >= -65536) & (v >= -65536) & (u < limit[:, 1]) & (v < limit[:, 0])
    inside = torch.nonzero(inside).squeeze(1)
    textured, owner = textured[inside], owner[inside]
    origin = bank.offset[slots.sprite, slots.level][owner]
    stride = size_hw[inside, 1].to(torch.int64) + 2
    sampled = _sample(bank.texels, origin, stride, u[inside], v[inside])
    natural = (kind[textured] == SPRITE)[:, None]
    colour[textured] = torch.where(
        natural,
        _over_255(_recolour(sampled, slots.tint[owner]) * slots.alpha[owner, None]),
        _flat(sampled[:, 3], slots, owner),
    )
    some = torch.nonzero(kind == OUTLINE).squeeze(1)
    owner = slot[some]
    coverage = _cover_outline(slots.params[owner].to(torch.int64), x[some], y[some])
    colour[some] = _flat(coverage, slots, owner)
    return colour


def _flat(coverage: Tensor, slots: _Slots, owner: Tensor) -> Tensor:
    """The slot's colour at coverage / 255 times opacity / 255."""
    alpha = _over_255(coverage * slots.alpha[owner])[:, None]
    return torch.cat([_over_255(slots.tint[owner, :3] * alpha), alpha], 1)


def _texel_place(params: Tensor, x: Tensor, y: Tensor) -> tuple[Tensor, Tensor]:
    """u and v in 16.16, int64."""
    a, b, c, d, e, f = params.to(torch.int64).unbind(-1)[:6]
    return a * x + b * y + c, d * x + e * y + f


def _sample(texels: Tensor, origin: Tensor, stride: Tensor, u: Tensor, v: Tensor) -> Tensor:
    """Bilinear samples (F, 4) int32 of premultiplied texels, all inside the ring."""
    corner = origin + (v >> 16) * stride + (u >> 16)
    fx = ((u >> 8) & 255).to(torch.int32)[:, None]
    fy = ((v >> 8) & 255).to(torch.int32)[:, None]
    w11 = (fx * fy + 128) >> 8
    total = texels[corner] * (256 - fx - fy + w11)
    total += texels[corner + 1] * (fx - w11)
    total += texels[corner + stride] * (fy - w11)
    total += texels[corner + stride + 1] * w11
    return (total + 128) >> 8


def _recolour(natural: Tensor, tint: Tensor) -> Tensor:
    """Premultiplied colours (F, 4) towards the tint's colour by its strength."""
    red, green, blue, alpha = natural.unbind(-1)
    luma = (77 * red + 150 * green + 29 * blue + 128) >> 8
    shade = _over_255(125 * alpha + 130 * luma)
    full = torch.cat([_over_255(tint[:, :3] * shade[:, None]), alpha[:, None]], 1)
    strength = tint[:, 3:]
    return _over_255(natural * (255 - strength) + full * strength)


def _overlap(low: Tensor, high: Tensor, pixel: Tensor) -> Tensor:
    """Length of [low, high] inside the pixel, in 1/256 of its side."""
    start = pixel << 8
    return (torch.minimum(high, start + 256) - torch.maximum(low, start)).clamp(min=0)


def _cover_outline(params: Tensor, x: Tensor, y: Tensor) -> Tensor:
    """Share of each pixel that the outline covers, out of 255."""
    left, top, right, bottom, inset = params.unbind(-1)[:5]
    area = _overlap(left, right, x) * _overlap(top, bottom, y)
    area -= _overlap(left + inset, right - inset, x) * _overlap(top + inset, bottom - inset, y)
    return ((area * 255 + 32768) >> 16).to(torch.int32)


def _paint(pixels: Tensor, pixel: Tensor, colour: Tensor) -> None:
    """Paint fragments, given in painter's order, over pixels (P, 3)."""
    seen = torch.nonzero(colour[:, 3] > 0).squeeze(1)
    if not seen.numel():
        return
    pixel, order = torch.sort(pixel[seen], stable=True)
    colour = colour[seen[order]]
    place = torch.arange(pixel.shape[0], device=pixel.device)
    starts = torch.ones_like(pixel, dtype=torch.bool)
    starts[1:] = pixel[1:] != pixel[:-1]
    depth = place - torch.where(starts, place, 0).cummax(0).values
    while pixel.numel():
        now = torch.nonzero(depth == 0).squeeze(1)
        here, source = pixel[now], colour[now]
        under = pixels[here].to(torch.int32)
        over = source[:, :3] + _over_255(under * (255 - source[:, 3:]))
        pixels[here] = over.to(torch.uint8)
        later = torch.nonzero(depth > 0).squeeze(1)
        pixel, colour, depth = pixel[later], colour[later], depth[later] - 1
