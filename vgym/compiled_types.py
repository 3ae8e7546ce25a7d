"""Types of arguments as JSON, so that what kernels are compiled for can be written down."""

from __future__ import annotations

import importlib
from typing import Any

from numba.core import types

_Tuple: Any = types.BaseTuple  # mypy sees none of its members


def written(kind: Any) -> Any:
    """A type of numba as JSON.

    Raises:
        ValueError: no kernel that is called by others takes such a type.
    """
    if isinstance(kind, (types.Number, types.Boolean, types.NoneType)):
        return kind.name
    if isinstance(kind, types.Array):
        flags = ["readonly"] * (not kind.mutable) + ["unaligned"] * (not kind.aligned)
        return {"array": [written(kind.dtype), kind.ndim, kind.layout, *flags]}
    if isinstance(kind, _Tuple):
        made: dict[str, Any] = {"tuple": [written(part) for part in kind.types]}
        if isinstance(kind, (types.NamedTuple, types.NamedUniTuple)):
            named = kind.instance_class
            made["class"] = f"{named.__module__}:{named.__qualname__}"
        return made
    raise ValueError(f"{kind!r} is not written down")


def read(text: Any) -> Any:
    """The type of numba that was written.

    Raises:
        ValueError, LookupError, TypeError, AttributeError, ImportError: nothing of that kind was.
    """
    if isinstance(text, str):
        return getattr(types, text)
    if "array" in text:
        dtype, ndim, layout, *flags = text["array"]
        aligned = "unaligned" not in flags
        return types.Array(read(dtype), ndim, layout, "readonly" in flags, aligned=aligned)
    parts = [read(part) for part in text["tuple"]]
    if "class" not in text:
        return _Tuple.from_types(parts)
    module, _, name = text["class"].partition(":")
    return _Tuple.from_types(parts, getattr(importlib.import_module(module), name))
