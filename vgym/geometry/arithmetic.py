"""The types that every kernel of this floor reckons in, whatever it is given.

Real numbers of any type are taken: halves, bytes, integers, bools as 0 and 1. They are worked on,
and results are given, in float32; in float64 where any of a kernel's tensors is float64 (and always
on the Earth, see `sphere`). So half precision costs nothing but its own rounding, bytes do not
wrap, and gradients flow back to tensors that have them. float32 holds whole numbers up to 2**24
exactly: give larger ones, such as time stamps, as float64. Masks are bool.
"""

from typing import overload

import torch
from torch import Tensor

_SINGLE, _DOUBLE = torch.float32, torch.float64
_WHOLE = (
    torch.int8,
    torch.uint8,
    torch.int16,
    torch.uint16,
    torch.int32,
    torch.uint32,
    torch.int64,
)


@overload
def as_real(numbers: Tensor, others: None = None) -> Tensor: ...
@overload
def as_real(numbers: Tensor, others: Tensor) -> tuple[Tensor, Tensor]: ...
def as_real(numbers: Tensor, others: Tensor | None = None) -> Tensor | tuple[Tensor, Tensor]:
    """One or two tensors in one type to reckon in: float64 if either of them is, else float32.

    Tensors that are so already are returned themselves.

    Raises:
        ValueError: for complex numbers.

    >>> as_real(torch.tensor([200, 100], dtype=torch.uint8))
    tensor([200., 100.])
    """
    dtype = numbers.dtype
    if dtype is _SINGLE or dtype is _DOUBLE:
        if others is None:
            return numbers
        if others.dtype is dtype:
            return numbers, others
    if numbers.is_complex() or (others is not None and others.is_complex()):
        raise ValueError("complex numbers where real ones are needed; give their .real part")
    if others is None:
        return numbers.to(_SINGLE)
    wide = _DOUBLE if dtype is _DOUBLE or others.dtype is _DOUBLE else _SINGLE
    return numbers.to(wide), others.to(wide)


def as_whole(name: str, numbers: Tensor) -> Tensor:
    """Whole numbers of any type as int64, in which no shift or product of them wraps.

    Args:
        name: the argument's, for the error.
        numbers: integers of any width.

    Raises:
        ValueError: for other types.

    >>> as_whole("cell", torch.tensor([200], dtype=torch.uint8)) * 4
    tensor([800])
    """
    if numbers.dtype not in _WHOLE:
        raise ValueError(
            f"{name} is {numbers.dtype} {tuple(numbers.shape)}; cells are whole numbers: "
            "convert them first, as by .floor().long()"
        )
    return numbers.to(torch.int64)
