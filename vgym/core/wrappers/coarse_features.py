"""Features that need no learning: pictures seen as from afar, beside the other sensors."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import torch
from torch import Tensor
from torch.nn.functional import adaptive_avg_pool2d

CELLS = 6  # a side of what is left of a picture


def coarse_features(observation: Any, names: Iterable[str] | None = None) -> Tensor:
    """(B, D) float32 of a batched observation, for bonuses that compare what is seen.

    Pictures (B, H, W, 3) and depths (B, H, W) become the means of at most 6 by 6 cells, pictures
    as shares of white; other numbers stay as they are. Words are left out.

    Args:
        observation: a `Dict` space's, or one array.
        names: of the parts that count; all but `instruction` by default.

    Raises:
        KeyError: a name that the observation lacks.

    >>> coarse_features({"image": torch.full((2, 36, 36, 3), 255, dtype=torch.uint8)}).shape
    torch.Size([2, 108])
    """
    if not isinstance(observation, Mapping):
        observation = {"": observation}
    chosen = [n for n in observation if n != "instruction"] if names is None else names
    return torch.cat([_flat(torch.as_tensor(observation[name])) for name in chosen], 1)


def _flat(part: Tensor) -> Tensor:
    shown = part.to(torch.float32) / (255 if part.dtype == torch.uint8 else 1)
    if part.dim() == 4:
        shown = shown.permute(0, 3, 1, 2)
    if part.dim() == 3:
        shown = shown[:, None]
    if shown.dim() == 4:
        sides = min(CELLS, shown.shape[2]), min(CELLS, shown.shape[3])
        shown = adaptive_avg_pool2d(shown, sides)
    return shown.reshape(len(part), -1)
