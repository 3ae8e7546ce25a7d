"""The bodies of the card's kernels on the CPU: what the threads of a launch do, in turn."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import torch
from torch import Tensor

from vgym.card_kernels import CardKernel
from vgym.compiled import compiled


@cache
def _in_turn(body: Callable[..., None]) -> Any:
    thread = compiled(body)

    @compiled
    def every(count: int, arguments: Any) -> None:
        for i in range(count):
            thread(i, *arguments)

    return every


def arrays(argument: Any) -> Any:
    """Tensors as arrays of the CPU, in tuples too."""
    if isinstance(argument, tuple):
        return tuple(map(arrays, argument))
    return argument.detach().numpy() if isinstance(argument, Tensor) else argument


def launch_in_turn(kernel: CardKernel, count: int, device: torch.device, *arguments: Any) -> None:
    """In place of `CardKernel.launch`, for tensors in the CPU's memory."""
    with torch._C.DisableTorchFunction():  # whatever `pretend_card` says they are
        if count:
            _in_turn(kernel.body)(count, arrays(arguments))
