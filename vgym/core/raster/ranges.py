"""Whether what is to be drawn names only what there is: asked of every picture, so in one pass."""

from typing import Any

import torch
from numpy.typing import NDArray
from torch import Tensor

from vgym.compiled import compiled


def beyond(numbers: Tensor, largest: int) -> tuple[int, int] | None:
    """The least and the most of whole numbers of which some lie outside [0, largest]; None where
    all lie in it."""
    if numbers.device.type == "cpu" and _all_within(numbers.ravel().numpy(), largest):
        return None
    low, high = (int(end) for end in torch.aminmax(numbers))
    return (low, high) if low < 0 or high > largest else None


@compiled
def _all_within(numbers: NDArray[Any], largest: int) -> bool:
    for number in numbers:
        if number < 0 or number > largest:
            return False
    return True
