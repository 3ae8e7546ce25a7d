"""Kernels on a CUDA card, by the scalar functions that the CPU's kernels are made of.

A kernel is a plain Python function of the number of its thread and of arrays. What it calls are
functions of `vgym.compiled`, which numba-cuda compiles for the card from the same source. It is
launched on torch's stream, over the memory of torch's tensors, and nobody waits for it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cached_property
from typing import Any

import torch

THREADS = 128  # of a block


class CardKernel:
    """A function that each of many threads calls with its own number.

    Args:
        body: ``body(i, *arguments)``: arrays where the launch has tensors, tuples of them, and
            numbers. It returns nothing, and threads of one launch know nothing of each other.
    """

    def __init__(self, body: Callable[..., None]) -> None:
        self.body = body
        self.__doc__ = body.__doc__

    def launch(self, count: int, device: torch.device, *arguments: Any) -> None:
        """Call the body for i from 0 to ``count - 1``, on the device's current stream.

        Raises:
            ImportError: there is no numba-cuda to compile it with.
        """
        if not count:
            return
        from vgym.card_threads import arrays_of, stream_of

        on_card = self.on_card
        with torch.cuda.device(device):
            stream = stream_of(torch.cuda.current_stream(device).cuda_stream)
            on_card[-(-count // THREADS), THREADS, stream](count, arrays_of(arguments))

    @cached_property
    def on_card(self) -> Any:
        """What numba-cuda makes of it."""
        from vgym.card_threads import threads_of

        return threads_of(self.body)
