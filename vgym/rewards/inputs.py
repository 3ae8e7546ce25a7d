"""Answers and targets as users hold them (lists, arrays, tensors, ragged or not) as padded
tensors."""

from collections.abc import Sequence
from numbers import Number
from typing import NamedTuple

import numpy as np
import torch
from torch import Tensor

from vgym.rewards.rows import is_row, read_rows


class Members(NamedTuple):
    """A batch of sets of boxes or points."""

    values: Tensor  # (B, M, k)
    mask: Tensor | None  # (B, M) bool; None if nothing was padded
    unbatched: bool  # given as one box or point


def as_members(name: str, given: object, width: int, answers: bool = True) -> Members:
    """Boxes or points in any of the accepted shapes.

    Args:
        name: the argument's name, for errors.
        given: one of shape `[k]`; a batch of single ones `(B, k)`; a batch of sets `(B, M, k)`; or
            a list of B sets of different sizes. In lists and in arrays of texts or objects, a row
            that cannot be read (None, too short, not numbers, and `[]` where rows are not sets) is
            NaN; where nothing is a row or a number, each entry is such a row.
        width: k, 4 for boxes and 2 for points.
        answers: False for targets, of which all must be readable.

    Returns:
        Tensors of the given floating type, else float32.

    Raises:
        ValueError: naming the argument, what is wrong and what is accepted.
    """
    if isinstance(given, np.ndarray) and given.dtype.kind in "OUS":
        given = given.tolist()  # no numbers, or not in every row
    rows = irregular_rows(name, given, width, answers)
    if isinstance(rows, list):
        longest = max(row.shape[0] for row in rows)
        values = rows[0].new_zeros((len(rows), longest, width))
        mask = torch.zeros(values.shape[:2], dtype=torch.bool, device=values.device)
        for number, row in enumerate(rows):
            values[number, : row.shape[0]] = row
            mask[number, : row.shape[0]] = True
        return Members(values, mask, unbatched=False)
    values = as_numbers(name, given) if rows is None else rows
    if values.dim() not in (1, 2, 3) or values.shape[-1] != width or values.shape[0] == 0:
        raise ValueError(f"{name} has shape {tuple(values.shape)}; {_accepted(width)}")
    if values.dim() == 1:
        return Members(values[None, None], None, unbatched=True)
    return Members(values[:, None] if values.dim() == 2 else values, None, unbatched=False)


def as_numbers(name: str, given: object) -> Tensor:
    """Real numbers as a floating tensor, float32 unless a tensor says otherwise.

    Raises:
        ValueError: for anything that is not numbers.
    """
    if isinstance(given, Tensor):
        if given.is_complex() or given.dtype == torch.bool:
            raise ValueError(f"{name} is a tensor of {given.dtype}; give real numbers")
        # Half precision is too coarse for pixels, and too narrow for their squares.
        return given if given.dtype in (torch.float32, torch.float64) else given.to(torch.float32)
    if isinstance(given, Sequence) and given and all(isinstance(one, Tensor) for one in given):
        if len({(one.shape, one.device) for one in given}) == 1:
            return as_numbers(name, torch.stack(tuple(given)))
    if isinstance(given, Sequence) and any(isinstance(one, Tensor) for one in given):
        given = [one.detach().cpu() if isinstance(one, Tensor) else one for one in given]
    try:
        array = np.asarray(given)
    except ValueError:
        raise ValueError(f"{name} = {_short(given)} is not a regular array of numbers") from None
    if array.dtype.kind not in "iuf":
        raise ValueError(f"{name} = {_short(given)} is not numeric; give real numbers")
    with np.errstate(over="ignore"):  # what is too large is infinite
        return torch.as_tensor(array.astype(np.float32))


def as_mask(name: str, given: object, members: Tensor) -> Tensor:
    """A bool mask `(B, M)` that fits the members `(B, M, k)`.

    Raises:
        ValueError: for another type or shape.
    """
    try:
        mask = torch.as_tensor(given, device=members.device)
    except (TypeError, ValueError, RuntimeError):
        raise ValueError(
            f"{name} = {_short(given)} is not a mask; it must be bool of shape "
            f"{tuple(members.shape[:2])}"
        ) from None
    shape = tuple(members.shape[:2])
    if mask.dtype != torch.bool or tuple(mask.shape) != shape:
        raise ValueError(
            f"{name} is {mask.dtype} of shape {tuple(mask.shape)}; it must be bool of shape {shape}"
        )
    return mask


def as_size(given: object, rows: int, like: Tensor) -> Tensor:
    """Image sizes `(B, 2)` from one pair or B pairs (height, width).

    Raises:
        ValueError: for another shape, or a size that is not positive.
    """
    size = as_numbers("size_hw", given).to(like)
    if size.shape not in ((2,), (rows, 2)):
        raise ValueError(
            f"size_hw has shape {tuple(size.shape)}; give (height, width), or shape ({rows}, 2)"
        )
    if not bool(((size > 0) & size.isfinite()).all()):
        raise ValueError(f"size_hw = {size.tolist()}; heights and widths must be positive")
    return size.expand(rows, 2)


def as_lonlat(name: str, given: object) -> Tensor:
    """Places in degrees, longitude first, as float64 of the given shape: `(2,)` or `(B, 2)`; an
    answer in a list that cannot be read is NaN.

    Raises:
        ValueError: for anything but pairs of numbers; for a target off the globe, which is most
            often a pair in the other order.
    """
    gaps = irregular_rows(name, given, 2, name != "target_lonlat", torch.float64)
    if isinstance(gaps, Tensor) and gaps.dim() < 3:
        lonlat = gaps
    elif isinstance(given, Tensor):
        lonlat = as_numbers(name, given).to(torch.float64)
    else:
        try:
            array = np.asarray(given)
        except ValueError:
            array = np.asarray(None)
        if array.dtype.kind not in "iuf":
            raise ValueError(f"{name} = {_short(given)} is not numeric; give [lon, lat] degrees")
        lonlat = torch.as_tensor(array.astype(np.float64))
    if lonlat.dim() not in (1, 2) or lonlat.shape[-1] != 2 or lonlat.shape[0] == 0:
        raise ValueError(
            f"{name} has shape {tuple(lonlat.shape)}; give one [lon, lat] or one a row (B, 2)"
        )
    # An answer may say anything: the recipe pays for it. The truth may not.
    if name == "target_lonlat":
        lon, lat = lonlat.unbind(-1)
        if not bool(((lon.abs() <= 360) & (lat.abs() <= 90)).all()):
            raise ValueError(
                f"target_lonlat = {_short(lonlat.tolist())} has a latitude beyond 90 degrees or a "
                "longitude beyond 360; longitude comes first"
            )
    return lonlat


def irregular_rows(
    name: str, given: object, width: int, answers: bool, dtype: torch.dtype = torch.float32
) -> Tensor | list[Tensor] | None:
    """What a list says that is no regular array: one tensor `(M, k)` a row of sets, `(B, k)` of
    single answers, or `(k,)` of one; None for all else, regular arrays among it."""
    if not isinstance(given, list | tuple) or not given:
        return None
    if any(is_row(entry) for entry in given):
        if _is_regular(given, width):
            return None
        rows = read_rows(name, given, width, dtype, answers)
        if isinstance(rows, list) and len({row.shape[0] for row in rows}) == 1 and len(rows[0]):
            return torch.stack(rows)
        return rows
    if answers and not any(isinstance(entry, Number | np.generic | Tensor) for entry in given):
        return torch.full((len(given), width), torch.nan, dtype=dtype)
    # One answer with a gap in it.
    numbers = all(entry is None or isinstance(entry, int | float) for entry in given)
    if answers and numbers and any(entry is None for entry in given):
        return torch.full((width,), torch.nan, dtype=dtype)
    return None


def _is_regular(given: Sequence[object], width: int) -> bool:
    """Whether a list is an array of numbers `(B, k)` or `(B, M, k)`, M at least 1."""
    if any(isinstance(one, Tensor) for one in given):
        shapes = {one.shape if isinstance(one, Tensor) else None for one in given}
        shape = next(iter(shapes))
        return len(shapes) == 1 and shape is not None and shape.numel() > 0 and shape[-1] == width
    try:
        array = np.asarray(given)
    except ValueError:
        return False
    return array.dtype.kind in "iuf" and array.ndim in (2, 3) and array.shape[-1] == width


def _accepted(width: int) -> str:
    what = "box" if width == 4 else "point"
    return (
        f"give one {what} [{width} numbers], one {what} a row (B, {width}), "
        f"or a set a row (B, M, {width}) or as a list of lists"
    )


def _short(given: object) -> str:
    text = repr(given)
    return text if len(text) <= 60 else f"{text[:57]}..."
