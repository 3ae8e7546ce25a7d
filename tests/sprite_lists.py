"""Draw lists of sprites for the tests, filled one row at a time as the families' kernels do."""

from typing import Any

import numpy as np
import torch

from vgym.core.raster import SILHOUETTE, SPRITE, DrawList, SpriteBank, place_sprite


def put_sprites(
    draws: DrawList,
    slot: int,
    bank: SpriteBank,
    size_hw: tuple[int, int],
    *,
    sprite: Any,
    xy: Any,
    size: Any,
    angle: Any = 0.0,
    flip: Any = False,
    tint: Any = (0, 0, 0, 0),
    alpha: Any = 255,
    silhouette: bool = False,
    softness: int = 0,
) -> None:
    """Put a sprite into that slot of each row; what is given broadcasts over the rows.

    Args:
        draws, slot, bank, size_hw: the list, the column, the sprites, the size of the pictures.
        sprite, xy, size, angle, flip, softness: see `place_sprite`; xy (..., 2).
        tint, alpha: (..., 4) and (...), see `DrawList`.
        silhouette: paint its shape in the tint's colour.
    """
    batch = draws.kind.shape[0]
    xy = np.broadcast_to(np.asarray(xy, np.float64), (batch, 2))
    rows = (np.broadcast_to(np.asarray(v), batch) for v in (sprite, size, angle, flip))
    for b, (s, length, turn, mirrored) in enumerate(zip(*rows, strict=True)):
        draws.level[b, slot] = place_sprite(
            draws.params[b, slot].numpy(),
            draws.bounds[b, slot].numpy(),
            bank.size_hw[int(s)].numpy(),
            float(xy[b, 0]),
            float(xy[b, 1]),
            float(length),
            float(turn),
            bool(mirrored),
            softness,
            *size_hw,
        )
        draws.sprite[b, slot] = int(s)
    draws.kind[:, slot] = SILHOUETTE if silhouette else SPRITE
    draws.tint[:, slot] = torch.as_tensor(np.asarray(tint, np.uint8))
    draws.alpha[:, slot] = torch.as_tensor(np.asarray(alpha, np.uint8))
