"""What to draw: slots in painter's order, one column a property, for a whole batch of pictures.

`params` by kind, coordinates of shapes in 24.8 fixed-point pixels (pixel (0, 0) covers 0 to 256):

| kind | params |
| --- | --- |
| SPRITE, SILHOUETTE | a, b, c, d, e, f in 16.16 texels of `level`; see `place_sprite` |
| RECTANGLE | x0, y0, x1, y1 |
| ELLIPSE | centre x, centre y, radius x, radius y |
| OUTLINE | x0, y0, x1, y1 of the outer edge, thickness inwards |
| LINE | x and y of one end, x and y of the other, half the thickness; ends are round |
| QUAD | x, y of four corners of a convex quadrilateral, in either sense |

Colours, exactly (`/ 255` is rounded to nearest; sprite values are premultiplied by their alpha a):

- SPRITE: with luma p = (77 r + 150 g + 29 b + 128) >> 8 and shade q = (125 a + 130 p) / 255, the
  recoloured channel is tint * q / 255, and the channel is (natural * (255 - strength) +
  recoloured * strength) / 255. Alpha stays.
- SILHOUETTE and shapes: alpha a is the sprite's alpha or the shape's coverage, the channel is
  tint * a / 255; strength is not used.
- Then colour and alpha are multiplied by the slot's `alpha` / 255 and painted over the picture:
  channel + picture * (255 - alpha) / 255.

Coverage of RECTANGLE and OUTLINE is the exact area; of the others the share of 4 x 4 sample points.
"""

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
import torch
from torch import Tensor

from vgym.core.raster.bank import SpriteBank
from vgym.core.raster.placement import place_sprites

SPRITE, RECTANGLE, ELLIPSE, OUTLINE, LINE, QUAD, SILHOUETTE = range(7)

COORDINATE_LIMIT = 16384.0
"""Shapes keep within this many pixels of the corner: farther points are moved to the limit."""

Where = Any
"""An index of the (B, N) grid of slots: `(rows, slot)`, `(slice(None), 3)`, a bool mask, ..."""


@dataclass
class DrawList:
    """N slots for each of B pictures, drawn from slot 0 upwards; a fresh slot draws nothing."""

    kind: Tensor  # (B, N) uint8: SPRITE, RECTANGLE, ...
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
            alpha=zeros(batch, slots, dtype=torch.uint8) + 255,
            count=zeros(batch) + slots,
        )

    def to(self, device: torch.device | str) -> "DrawList":
        """The same list on another device."""
        return replace(self, **{f.name: getattr(self, f.name).to(device) for f in fields(self)})

    def put_rows(self, rows: Tensor, other: "DrawList") -> None:
        """Overwrite the given rows with the rows of another list of as many slots.

        Args:
            rows: (k,) int64 rows of this list.
            other: a list of k rows and the same N.

        Raises:
            ValueError: the other list has another number of slots or of rows.
        """
        if other.kind.shape != (rows.shape[0], self.kind.shape[1]):
            raise ValueError(
                f"DrawList.put_rows: the other list is {tuple(other.kind.shape)} (rows, slots); "
                f"it must be ({rows.shape[0]}, {self.kind.shape[1]})"
            )
        for column in fields(self):
            getattr(self, column.name)[rows] = getattr(other, column.name)

    def put_sprites(
        self,
        where: Where,
        bank: SpriteBank,
        sprite: Tensor,
        xy: Tensor,
        size: Tensor,
        angle: Tensor,
        flip: Tensor,
        size_hw: tuple[int, int],
        *,
        tint: Tensor | tuple[int, int, int, int] = (0, 0, 0, 0),
        alpha: Tensor | int = 255,
        silhouette: bool = False,
        softness: int = 0,
    ) -> None:
        """Put one sprite into each slot chosen by `where`; arguments broadcast to those slots.

        Args:
            where: an index of the (B, N) slots.
            bank, sprite, xy, size, angle, flip, size_hw, softness: see `place_sprites`.
            tint: (..., 4) red, green, blue, strength; natural colours by default.
            alpha: (...) opacity, 0 to 255.
            silhouette: paint the sprite's outline filled with the tint (a shadow).
        """
        level, params, bounds = place_sprites(
            bank, sprite, xy, size, angle, flip, size_hw, softness
        )
        self.kind[where] = SILHOUETTE if silhouette else SPRITE
        self.sprite[where] = sprite.to(torch.int32)
        self.level[where] = level
        self.params[where] = params
        self.bounds[where] = bounds
        self._put_colour(where, tint, alpha)

    def put_rectangles(
        self,
        where: Where,
        xyxy: Tensor,
        rgb: Tensor | tuple[int, int, int],
        alpha: Tensor | int = 255,
    ) -> None:
        """Put a filled rectangle into each slot; xyxy (..., 4) pixels, edges may be fractional."""
        self._put_shape(where, RECTANGLE, [xyxy], xyxy[..., :2], xyxy[..., 2:], rgb, alpha)

    def put_outlines(
        self,
        where: Where,
        xyxy: Tensor,
        thickness: Tensor | float,
        rgb: Tensor | tuple[int, int, int],
        alpha: Tensor | int = 255,
    ) -> None:
        """Put a rectangle's outline into each slot: its outer edge is xyxy, it grows inwards."""
        wide = torch.as_tensor(thickness, dtype=xyxy.dtype, device=xyxy.device)
        wide = wide.expand(xyxy.shape[:-1])[..., None]
        self._put_shape(where, OUTLINE, [xyxy, wide], xyxy[..., :2], xyxy[..., 2:], rgb, alpha)

    def put_ellipses(
        self,
        where: Where,
        xy: Tensor,
        radius_xy: Tensor,
        rgb: Tensor | tuple[int, int, int],
        alpha: Tensor | int = 255,
    ) -> None:
        """Put a filled ellipse into each slot: xy (..., 2) centre, radius_xy (..., 2), pixels."""
        shape = np.broadcast_shapes(xy.shape, radius_xy.shape)
        xy, radius_xy = xy.expand(shape), radius_xy.expand(shape)
        self._put_shape(where, ELLIPSE, [xy, radius_xy], xy - radius_xy, xy + radius_xy, rgb, alpha)

    def put_lines(
        self,
        where: Where,
        start_xy: Tensor,
        end_xy: Tensor,
        thickness: Tensor | float,
        rgb: Tensor | tuple[int, int, int],
        alpha: Tensor | int = 255,
    ) -> None:
        """Put a straight line with round ends into each slot; ends (..., 2), pixels."""
        shape = np.broadcast_shapes(start_xy.shape, end_xy.shape)
        start_xy, end_xy = start_xy.expand(shape), end_xy.expand(shape)
        half = torch.as_tensor(thickness, dtype=start_xy.dtype, device=start_xy.device) / 2
        half = half.expand(start_xy.shape[:-1])[..., None]
        low = torch.minimum(start_xy, end_xy) - half
        high = torch.maximum(start_xy, end_xy) + half
        self._put_shape(where, LINE, [start_xy, end_xy, half], low, high, rgb, alpha)

    def put_quads(
        self,
        where: Where,
        corners: Tensor,
        rgb: Tensor | tuple[int, int, int],
        alpha: Tensor | int = 255,
    ) -> None:
        """Put a filled convex quadrilateral into each slot: corners (..., 4, 2) in order, pixels.

        A rotated box is its four corners. Of a quadrilateral that is not convex, only the part
        on the inner side of all four edges is painted.
        """
        low, high = corners.amin(-2), corners.amax(-2)
        self._put_shape(where, QUAD, [corners.flatten(-2)], low, high, rgb, alpha)

    def _put_shape(
        self,
        where: Where,
        kind: int,
        columns: list[Tensor],
        low: Tensor,
        high: Tensor,
        rgb: Tensor | tuple[int, int, int],
        alpha: Tensor | int,
    ) -> None:
        numbers = torch.cat(columns, -1).to(torch.float64)
        if not bool(torch.isfinite(numbers).all()):
            raise ValueError("DrawList: a shape has a NaN or infinite coordinate; mask it first")
        limit = COORDINATE_LIMIT
        fixed = torch.floor(numbers.clamp(-limit, limit) * 256.0 + 0.5).to(torch.int32)
        params = fixed.new_zeros((*fixed.shape[:-1], 8))
        params[..., : fixed.shape[-1]] = fixed
        # One pixel of room for the rounding to 1/256; pixels that get no coverage cost little.
        edges = torch.cat([torch.floor(low) - 1, torch.ceil(high) + 1], -1)
        self.kind[where] = kind
        self.sprite[where] = 0
        self.level[where] = 0
        self.params[where] = params
        self.bounds[where] = edges.clamp(-limit, limit).to(torch.int32)
        self._put_colour(where, rgb, alpha)

    def _put_colour(
        self, where: Where, tint: Tensor | tuple[int, ...], alpha: Tensor | int
    ) -> None:
        device = self.tint.device
        colour = torch.as_tensor(tint, dtype=torch.uint8, device=device)
        if colour.shape[-1] == 3:
            colour = torch.cat([colour, torch.zeros_like(colour[..., :1])], -1)
        self.tint[where] = colour
        self.alpha[where] = torch.as_tensor(alpha, dtype=torch.uint8, device=device)
