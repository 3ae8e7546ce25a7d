"""What to draw: slots in painter's order, one column a property, for a whole batch of pictures.

`params` by kind:

| kind | params |
| --- | --- |
| SPRITE, SILHOUETTE | a, b, c, d, e, f in 16.16 texels of `level`; see `place_sprite` |
| OUTLINE | x0, y0, x1, y1 of a box's outer edge, thickness inwards, in 1/256 pixels |

Colours, exactly (`/ 255` is rounded to nearest; sprite values are premultiplied by their alpha a):

- SPRITE: with luma p = (77 r + 150 g + 29 b + 128) >> 8 and shade q = (125 a + 130 p) / 255, the
  recoloured channel is tint * q / 255, and the channel is (natural * (255 - strength) +
  recoloured * strength) / 255. Alpha stays.
- SILHOUETTE and OUTLINE: alpha a is the sprite's alpha or the area of the pixel that the outline
  covers, the channel is tint * a / 255; strength is not used.
- Then colour and alpha are multiplied by the slot's `alpha` / 255 and painted over the picture:
  channel + picture * (255 - alpha) / 255.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor

SPRITE, OUTLINE, SILHOUETTE = 0, 3, 6  # what saved states hold; 1, 2, 4 and 5 are unused

COORDINATE_LIMIT = 16384.0
"""Boxes keep within this many pixels of the corner: farther edges are moved to the limit."""


@dataclass
class DrawList:
    """N slots for each of B pictures, drawn from slot 0 upwards; a fresh slot draws nothing."""

    kind: Tensor  # (B, N) uint8: SPRITE, SILHOUETTE or OUTLINE
    sprite: Tensor  # (B, N) int32, index into the bank
    level: Tensor  # (B, N) int32, mip level
    params: Tensor  # (B, N, 8) int32, by kind: see the module's table
    bounds: Tensor  # (B, N, 4) int32: x0, y0, x1, y1, half-open pixels; nothing is drawn outside
    tint: Tensor  # (B, N, 4) uint8: red, green, blue, strength (0 natural, 255 fully recoloured)
    alpha: Tensor  # (B, N) uint8, opacity
    count: Tensor  # (B,) int32: slots from here on are skipped

    @classmethod
    def empty(cls, batch: int, slots: int, device: torch.device | str = "cpu") -> "DrawList":
        """A list whose slots have empty bounds and full opacity; `count` is N.

        >>> DrawList.empty(2, 5).bounds.shape
        torch.Size([2, 5, 4])
        """

        def zeros(*shape: int, dtype: torch.dtype = torch.int32) -> Tensor:
            return torch.zeros(shape, dtype=dtype, device=device)

        return cls(
            kind=zeros(batch, slots, dtype=torch.uint8),
            sprite=zeros(batch, slots),
            level=zeros(batch, slots),
            params=zeros(batch, slots, 8),
            bounds=zeros(batch, slots, 4),
            tint=zeros(batch, slots, 4, dtype=torch.uint8),
            alpha=torch.full((batch, slots), 255, dtype=torch.uint8, device=device),
            count=torch.full((batch,), slots, dtype=torch.int32, device=device),
        )

    def put_outlines(
        self, where: Any, xyxy: Tensor, thickness: float, rgb: tuple[int, int, int]
    ) -> None:
        """Put the outline of a box into each of the slots.

        Args:
            where: an index of the (B, N) slots: `(rows, slot)`, a bool mask, ...
            xyxy: (..., 4) the outer edges, pixels, fractions included.
            thickness: pixels that it grows inwards.
            rgb: its colour.

        Raises:
            ValueError: a NaN or infinite coordinate.
        """
        if not bool(torch.isfinite(xyxy).all()):
            raise ValueError("DrawList: a box has a NaN or infinite coordinate; mask it first")
        limit = COORDINATE_LIMIT
        boxes = xyxy.to(torch.float64)
        fixed = torch.nn.functional.pad(boxes, (0, 1), value=thickness).clamp(-limit, limit)
        params = torch.floor(fixed * 256.0 + 0.5).to(torch.int32)
        # One pixel of room for the rounding to 1/256; pixels that get no coverage cost little.
        edges = torch.cat([torch.floor(boxes[..., :2]) - 1, torch.ceil(boxes[..., 2:]) + 1], -1)
        self.kind[where] = OUTLINE
        self.params[where] = torch.nn.functional.pad(params, (0, 3))
        self.bounds[where] = edges.clamp(-limit, limit).to(torch.int32)
        self.tint[where] = self.tint.new_tensor([*rgb, 0])
