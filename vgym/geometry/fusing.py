"""Fused kernels, for callers who ask for them by `compile=True`; nothing is compiled unasked."""

import functools
import shutil
from collections.abc import Callable
from typing import Any, TypeVar, cast

import torch

Kernel = TypeVar("Kernel", bound=Callable[..., Any])


@functools.cache
def _compiled(kernel: Callable[..., Any], dynamic: bool | None) -> Callable[..., Any]:
    return torch.compile(kernel, dynamic=dynamic, fullgraph=True)


def fused(kernel: Kernel, dynamic: bool | None = None) -> Kernel:
    """The kernel by `torch.compile`, made once a process; its first call takes seconds.

    Args:
        kernel: a function of tensors, without data-dependent control flow.
        dynamic: True compiles at once for every batch size, None lets torch decide.

    Raises:
        RuntimeError: where there is no C++ compiler, which fused kernels on the CPU need.
    """
    if shutil.which("g++") is None and shutil.which("clang++") is None:
        raise RuntimeError(
            "compile=True needs a C++ compiler and finds neither g++ nor clang++ on the PATH; "
            "install one, or leave compile out: the kernels work without it"
        )
    return cast(Kernel, _compiled(kernel, dynamic))
