"""States: dataclasses of tensors that share a leading batch axis, nested as needed.

These few functions are all the loop ever does to a state: take rows, put rows, move, name.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from functools import cache
from typing import Any, TypeVar

import torch
from torch import Tensor

S = TypeVar("S")


def fields_of(state: Any) -> list[tuple[str, Any]]:
    """(name, value) of every field, in order."""
    kind: Any = type(state)
    return [(name, getattr(state, name)) for name in _names(kind)]


@cache
def _names(kind: Any) -> tuple[str, ...]:
    return tuple(field.name for field in dataclasses.fields(kind))


def rows_of(state: Any) -> int:
    """How many rows a state has."""
    _, first = fields_of(state)[0]
    return len(first) if isinstance(first, Tensor) else rows_of(first)


def device_of(state: Any) -> torch.device:
    """Where a state's tensors are."""
    _, first = fields_of(state)[0]
    return first.device if isinstance(first, Tensor) else device_of(first)


def take(state: S, rows: Tensor) -> S:
    """A new state holding copies of the given rows (int64 (k,))."""
    # Indexing copies the same element by element: of wide rows it takes six times as long.
    return _map(state, lambda t: t.index_select(0, rows))


def part(state: S, rows: slice) -> S:
    """A state of a slice of the rows, in the same memory; itself where they are all."""
    if rows == slice(0, rows_of(state)):
        return state
    return _map(state, lambda t: t[rows])


def copied(state: S) -> S:
    """A state that shares no memory with it."""
    return _map(state, lambda t: t.clone())


def to(state: S, device: torch.device) -> S:
    """The state, all of which is on one device, on another; itself where it is there already."""
    return state if device_of(state) == device else _map(state, lambda t: t.to(device))


def put(state: S, rows: Tensor, new: S) -> None:
    """Write the k rows of ``new`` into ``state`` in place, at ``rows``."""
    for (_, old_value), (_, new_value) in zip(fields_of(state), fields_of(new), strict=True):
        if isinstance(old_value, Tensor):
            old_value[rows] = new_value
        else:
            put(old_value, rows, new_value)


def live(state: Any, prefix: str = "") -> dict[str, Tensor]:
    """Every tensor by its dotted name, as it is."""
    named: dict[str, Tensor] = {}
    for name, value in fields_of(state):
        if isinstance(value, Tensor):
            named[prefix + name] = value
        else:
            named.update(live(value, f"{prefix}{name}."))
    return named


def flatten(state: Any) -> dict[str, Tensor]:
    """Every tensor by its dotted name, cloned: what ``state_dict`` hands out."""
    return {name: value.clone() for name, value in live(state).items()}


def restore(state: Any, flat: Mapping[str, Any]) -> None:
    """Write tensors made by :func:`flatten` back in place.

    Raises:
        ValueError: a tensor is missing, is none, or its shape or dtype is another; or there is one
            of another name.
    """
    held = live(state)
    strange = [name for name in flat if name not in held]
    if strange:
        raise ValueError(f"state_dict holds {strange}, which this environment's states do not have")
    for key, value in held.items():
        if key not in flat:
            raise ValueError(f"state_dict has no {key!r}; it was made by another task or version")
        new = flat[key]
        if not isinstance(new, Tensor) or new.layout != torch.strided or new.is_meta:
            raise ValueError(f"state_dict[{key!r}] is {type(new).__name__}; it must be a tensor")
        if new.shape != value.shape or new.dtype != value.dtype:
            raise ValueError(
                f"state_dict[{key!r}] is {tuple(new.shape)} {new.dtype}, this environment's is "
                f"{tuple(value.shape)} {value.dtype}; make both with the same settings"
            )
        value.copy_(new.detach())


def _map(state: S, function: Any) -> S:
    values = {
        name: function(value) if isinstance(value, Tensor) else _map(value, function)
        for name, value in fields_of(state)
    }
    return type(state)(**values)
