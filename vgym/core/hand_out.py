"""What leaves a batch: NumPy arrays from the CPU, torch tensors from any other device."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor


class HandOut:
    """How values and masks of a batch are handed to the caller.

    Args:
        device: where the batch lives.

    Attributes:
        numpy: whether arrays are handed out, or tensors.
    """

    def __init__(self, device: torch.device) -> None:
        self.device = device
        self.numpy = device.type == "cpu"

    def values(self, tensor: Tensor) -> Any:
        """A tensor as it is handed out, in the same memory."""
        return tensor.numpy() if self.numpy else tensor

    def mask(self, mask: NDArray[np.bool_]) -> Any:
        """A mask as it is handed out, in memory of its own."""
        return mask.copy() if self.numpy else self.on_device(mask)

    def with_masks(self, values: dict[str, Tensor], mask: NDArray[np.bool_]) -> dict[str, Any]:
        """Every value with its mask beside it, as Gymnasium's vector infos have it."""
        info: dict[str, Any] = {}
        for key, value in values.items():
            info[key], info[f"_{key}"] = self.values(value), self.mask(mask)
        return info

    def on_device(self, mask: NDArray[np.bool_]) -> Tensor:
        """A mask as a tensor of the batch."""
        return torch.from_numpy(mask).to(self.device)

    def rows(self, mask: NDArray[np.bool_]) -> Tensor:
        """The rows of a mask as int64 numbers."""
        return torch.from_numpy(np.flatnonzero(mask)).to(self.device)
