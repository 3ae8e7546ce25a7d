"""A batch of answers in lists, row by row: what a row says, or that it cannot be read.

What was parsed from texts has rows that are None, empty, too short, or hold what is no number. Such
a row is an answer that could not be read: it becomes NaN, for which rewards pay their floor. The
caller's own targets have no such rows: there it is an error.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import torch
from torch import Tensor

_SCALARS = (int, float, np.integer, np.floating)
_NUMBERS = (*_SCALARS, np.bool_)


def is_row(entry: object) -> bool:
    """Whether an entry of a list holds several numbers or members, rather than being one."""
    if isinstance(entry, Tensor | np.ndarray):
        return entry.ndim > 0
    return isinstance(entry, list | tuple)


def read_rows(
    name: str, given: Sequence[Any], width: int, dtype: torch.dtype, answers: bool
) -> Tensor | list[Tensor]:
    """What a list of rows says, when it is no regular array of numbers.

    Args:
        name: the argument's name, for errors.
        given: one entry a row: k numbers, or, if any row is a set, a list of such members.
        width: k.
        dtype: of the numbers.
        answers: whether a row that cannot be read is NaN; else it is an error.

    Returns:
        `(B, k)`, or for sets one tensor `(M, k)` a row.

    Raises:
        ValueError: naming the row that cannot be read, unless it is an answer.
    """
    read: list[Tensor | None]
    # An empty row is an empty set where rows are sets, and says nothing where they are not.
    sets = any(_is_set(row) for row in given) or all(_is_empty(row) or row is None for row in given)
    sets = sets and any(row is not None for row in given)
    if sets:
        read = [_members(row, width, dtype) for row in given]
    else:
        read = [_numbers(row, width, dtype) for row in given]
    if not answers:
        for number, row in enumerate(read):
            if row is None:
                raise ValueError(_unreadable(f"{name}[{number}]", given[number], width))
    shape = (1, width) if sets else (width,)
    full = next((row for row in read if row is not None and row.numel()), torch.zeros(0))
    missing = torch.full(shape, torch.nan, dtype=dtype, device=full.device)
    rows = [missing if row is None else row.to(missing.device) for row in read]
    return rows if sets else torch.stack(rows)


def read_numbers(given: object) -> Tensor | None:
    """A list of one number a row, `(B,)`, with NaN for what is none; None where all are, or for
    what is no such list."""
    if not isinstance(given, list | tuple) or any(map(is_row, given)):
        return None
    read = [each.item() if _is_scalar_array(each) else each for each in given]
    if all(isinstance(each, _NUMBERS) for each in read):
        return None
    known = [float(each) if isinstance(each, _NUMBERS) else np.nan for each in read]
    return torch.tensor(known, dtype=torch.float32)


def _is_empty(row: object) -> bool:
    return is_row(row) and len(row) == 0  # type: ignore[arg-type]


def _is_set(row: object) -> bool:
    """Whether a row is certainly a set: it has members, or is an array that would hold them."""
    if isinstance(row, Tensor | np.ndarray):
        return row.ndim == 2
    return isinstance(row, list | tuple) and any(is_row(member) for member in row)


def _members(row: Any, width: int, dtype: torch.dtype) -> Tensor | None:
    """The members `(M, k)` of a set; a row of k numbers is a set of one."""
    if not is_row(row):
        return None
    if len(row) == 0:
        return torch.zeros((0, width), dtype=dtype)
    if isinstance(row, Tensor | np.ndarray) and row.ndim == 2:
        whole = _tensor(row, dtype)
        return whole if whole is not None and whole.shape[1] == width else None
    members = row if any(is_row(member) for member in row) else [row]
    read = [_numbers(member, width, dtype) for member in members]
    known = [member for member in read if member is not None]
    if len(known) < len(read):
        return None
    return torch.stack([member.to(known[0].device) for member in known])


def _numbers(row: Any, width: int, dtype: torch.dtype) -> Tensor | None:
    """The k numbers of a row or member, `(k,)`."""
    if not is_row(row) or len(row) != width:
        return None
    if isinstance(row, Tensor | np.ndarray):
        return _tensor(row, dtype) if row.ndim == 1 else None
    plain = [each.item() if _is_scalar_array(each) else each for each in row]
    if not all(isinstance(each, _SCALARS) and not isinstance(each, bool) for each in plain):
        return None
    try:
        return torch.tensor([float(each) for each in plain], dtype=torch.float64).to(dtype)
    except OverflowError:  # a whole number beyond all floating ones
        return None


def _is_scalar_array(each: object) -> bool:
    return isinstance(each, Tensor | np.ndarray) and each.ndim == 0


def _tensor(row: Any, dtype: torch.dtype) -> Tensor | None:
    if isinstance(row, np.ndarray):
        return (
            torch.as_tensor(row.astype(np.float64)).to(dtype) if row.dtype.kind in "iuf" else None
        )
    return None if row.is_complex() or row.dtype == torch.bool else row.to(dtype)


def _unreadable(place: str, row: object, width: int) -> str:
    text = repr(row)
    shown = text if len(text) <= 60 else f"{text[:57]}..."
    cure = "; where nothing is to be found give sets, and an empty one: [[box], []]"
    return (
        f"{place} = {shown} is not {width} numbers, nor a list of such: every row needs its target"
        f"{cure if width == 4 else ''}"
    )
