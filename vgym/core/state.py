"""States: dataclasses of tensors that share a leading batch axis, nested as needed.

These few functions are all the loop ever does to a state: take rows, put rows, move, name.
"""

from __future__ import annotations

import dataclasses
from typing import Any, TypeVar

import torch
from torch import Tensor

S = TypeVar("S")


def fields_of(state: Any) -> list[tuple[str, Any]]:
    """(name, value) of every field, in order."""
    return [(f.name, getattr(state, f.name)) for f in dataclasses.fields(state)]


def rows_of(state: Any) -> int:
    """How many rows a state has."""
    _, first = fields_of(state)[0]
    return len(first) if isinstance(first, Tensor) else rows_of(first)


def take(state: S, rows: Tensor) -> S:
    """A new state holding copies of the given rows (int64 (k,))."""
    return _map(state, lambda t: t[rows])


def to(state: S, device: torch.device) -> S:
    """The state on another device (itself where it is there already)."""
    return _map(state, lambda t: t.to(device))


def put(state: S, rows: Tensor, new: S) -> None:
    """Write the k rows of ``new`` into ``state`` in place, at ``rows``."""
    for (_, old_value), (_, new_value) in zip(fields_of(state), fields_of(new), strict=True):
        if isinstance(old_value, Tensor):
            old_value[rows] = new_value
        else:
            put(old_value, rows, new_value)


def flatten(state: Any, prefix: str = "") -> dict[str, Tensor]:
    """Every tensor by its dotted name, cloned: what ``state_dict`` hands out."""
    flat: dict[str, Tensor] = {}
    for name, value in fields_of(state):
        if isinstance(value, Tensor):
            flat[prefix + name] = value.clone()
        else:
            flat.update(flatten(value, f"{prefix}{name}."))
    return flat


def restore(state: Any, flat: dict[str, Tensor], prefix: str = "") -> None:
    """Write tensors made by :func:`flatten` back in place.

    Raises:
        ValueError: a tensor is missing, or its shape or dtype is another.
    """
    for name, value in fields_of(state):
        key = prefix + name
        if not isinstance(value, Tensor):
            restore(value, flat, f"{key}.")
            continue
        if key not in flat:
            raise ValueError(f"state_dict has no {key!r}; it was made by another task or version")
        new = flat[key]
        if new.shape != value.shape or new.dtype != value.dtype:
            raise ValueError(
                f"state_dict[{key!r}] is {tuple(new.shape)} {new.dtype}, this environment's is "
                f"{tuple(value.shape)} {value.dtype}; make both with the same settings"
            )
        value.copy_(new)


def _map(state: S, function: Any) -> S:
    values = {
        name: function(value) if isinstance(value, Tensor) else _map(value, function)
        for name, value in fields_of(state)
    }
    return type(state)(**values)
