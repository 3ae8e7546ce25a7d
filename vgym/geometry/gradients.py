"""Functions whose own gradients are infinite or undefined somewhere, made finite there."""

from __future__ import annotations

import torch
from torch import Tensor

from vgym.geometry.arithmetic import as_real


def root(x: Tensor) -> Tensor:
    """Square root with gradient 0 at 0, and 0 below it; NaN stays NaN."""
    x = as_real(x)
    zero = x <= 0
    return torch.where(zero, 0.0, torch.where(zero, 1.0, x).sqrt())


def atan2(y: Tensor, x: Tensor) -> Tensor:
    """atan2 with gradient 0 where both are 0."""
    y, x = as_real(y, x)
    neither = (y == 0) & (x == 0)
    return torch.atan2(torch.where(neither, 0.0, y), torch.where(neither, 1.0, x))
