"""All that the compiled code of a kernel holds: what it does, what it calls and what it reads.

numba writes the functions that a kernel calls into its code, and the values of what it reads from
modules and from around it. Code is the same as long as these are, wherever and whenever they were
written.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from enum import Enum
from types import CodeType, FunctionType, ModuleType
from typing import Any

import numpy as np
from numba.core import types
from numba.core.extending import _Intrinsic

# What `repr` tells apart, with the type.
_PLAIN = (bool, int, float, complex, str, bytes, slice, np.dtype, types.Type, type(None))


def content_digest(kernel: Any) -> str:
    """A digest of a kernel's code and constants, and of those of every function that it calls."""
    digest = hashlib.sha256()
    for each in (kernel, *called(kernel)):
        digest.update(repr(sorted(each.targetoptions.items())).encode())
        for part in _written(each.py_func):
            digest.update(part.encode())
    return digest.hexdigest()


def called(kernel: Any, beyond: Callable[[Any], bool] = lambda _: True) -> list[Any]:
    """The kernels that a kernel calls, and those that they call in turn.

    Args:
        beyond: whether to look at what a kernel calls; those where it is False are left out.
    """
    functions, found = [kernel.py_func], []
    for each in functions:  # which grows as calls are found
        for code in _codes(each.__code__):
            for value in _read(each, code):
                if not hasattr(value, "py_func") or value.py_func in functions:
                    continue
                if beyond(value):
                    functions.append(value.py_func)
                    found.append(value)
    return found


def value_digest(values: Any) -> str:
    """A digest of constants, such as those that a function has around it."""
    return hashlib.sha256(_described(values).encode()).hexdigest()


def argument_fields(arguments: Any) -> tuple[str, ...]:
    """The fields of named tuples among types of arguments, told by their class alone."""
    found: tuple[str, ...] = ()
    if isinstance(arguments, (types.NamedTuple, types.NamedUniTuple)):
        found = (_name(arguments.instance_class), *arguments.fields)
    parts = vars(arguments).values() if isinstance(arguments, types.Type) else arguments
    for part in parts:
        if isinstance(part, (tuple, types.Type)):
            found += argument_fields(part)
    return found


def _written(function: FunctionType) -> Iterator[str]:
    """What a function does and reads, as text."""
    for code in _codes(function.__code__):
        yield repr((code.co_code, code.co_exceptiontable, code.co_names, code.co_varnames))
        for value in (*code.co_consts, *_read(function, code)):
            yield _described(value)


def _codes(code: CodeType) -> Iterator[CodeType]:
    """The code of a function and of what is written within it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


def _read(function: FunctionType, code: CodeType) -> Iterator[Any]:
    """What code reads from outside: variables of its module and around it, members of modules."""
    read = [cell.cell_contents for cell in function.__closure__ or ()]
    read += (function.__defaults__ or ()) + tuple((function.__kwdefaults__ or {}).values())
    read += [function.__globals__.get(name) for name in code.co_names]
    modules = set()
    for value in read:  # which grows by what lies within
        yield value
        if isinstance(value, tuple):
            read += value
        elif isinstance(value, ModuleType) and value not in modules:
            modules.add(value)
            read += [vars(value).get(name) for name in code.co_names]


def _described(value: Any) -> str:
    """A value as text that is the same in every process, and another for another value."""
    if isinstance(value, np.ndarray):
        held = hashlib.sha256(value.tobytes()).hexdigest()
        return f"{value.dtype!r} {value.shape} {held}"
    if isinstance(value, np.generic):
        return f"{value.dtype!r} {value.tobytes().hex()}"
    if isinstance(value, Enum):
        return f"{_name(type(value))}.{value.name} {_described(value.value)}"
    if isinstance(value, tuple):
        fields = getattr(value, "_fields", "")
        return f"{_name(type(value))} {fields} ({', '.join(map(_described, value))})"
    if isinstance(value, frozenset):
        return f"{{{', '.join(sorted(map(_described, value)))}}}"
    if isinstance(value, type) and issubclass(value, Enum):
        return f"{_name(value)} {[_described(member) for member in value]}"
    if isinstance(value, type) and issubclass(value, tuple):
        defaults = getattr(value, "_field_defaults", {})
        return (
            f"{_name(value)} {getattr(value, '_fields', '')} {_described(tuple(defaults.items()))}"
        )
    if isinstance(value, _Intrinsic):
        return " ".join([_name(value), *_written(value._defn)])
    if isinstance(value, _PLAIN):
        return f"{type(value)} {value!r}"
    return _name(value)


def _name(value: Any) -> str:
    """Where a class, a function or the class of anything else is written."""
    named = value if hasattr(value, "__name__") else type(value)
    return f"{getattr(named, '__module__', '')}.{getattr(named, '__qualname__', named.__name__)}"
