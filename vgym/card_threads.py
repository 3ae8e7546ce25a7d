"""What numba-cuda makes of a kernel; loaded at the first launch."""

from __future__ import annotations

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numba
from numba import cuda as _cuda
from torch import Tensor

cuda: Any = _cuda  # whose members mypy sees little of
_config: Any = numba.config  # made from the environment: mypy sees none of its members


def threads_of(body: Callable[..., None]) -> Any:
    """A kernel of CUDA that calls the body in each thread: with how many there are, and a tuple
    of its arguments.

    Raises:
        ImportError: there is no numba-cuda to compile it with.
    """
    if find_spec("numba_cuda") is None and not _config.ENABLE_CUDASIM:
        raise ImportError(
            "device='cuda' compiles its kernels with numba-cuda, which is not installed: "
            "pip install 'vgym[cuda]' (with CUDA 12: 'vgym[cuda12]'), or use device='cpu'"
        )
    inner = cuda.jit(body, device=True)

    def kernel(count: int, arguments: Any) -> None:
        i = cuda.grid(1)
        if i < count:
            inner(i, *arguments)

    return cuda.jit(kernel)


def stream_of(pointer: int) -> Any:
    """A stream of torch's as one of numba's."""
    return cuda.external_stream(pointer)


def arrays_of(argument: Any) -> Any:
    """Tensors as arrays of the card, in the same memory; tuples of them likewise."""
    if isinstance(argument, tuple):
        return tuple(map(arrays_of, argument))
    if not isinstance(argument, Tensor):
        return argument
    return cuda.as_cuda_array(argument.detach(), sync=False)
