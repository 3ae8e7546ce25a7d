"""The one way vgym's kernels are compiled: cached on disk, without the GIL, IEEE arithmetic.

No kernel is parallel and none is `fastmath`: pictures must not depend on the machine or on the
number of threads. A caller that wants threads gives each one its own rows.

Compiled code lies where numba puts it: in `__pycache__` beside the source, or in the user's cache
where that cannot be written. numba compiles a function anew when its own file has changed, but the
code on disk also holds every function that it calls and every constant that it reads, wherever they
are written. Here those are part of what it is looked up by, so that code which they have outgrown
is never found again; numba writes over it once the function's own file changes.
"""

import hashlib
from collections.abc import Callable, Iterator
from types import CodeType, FunctionType, ModuleType
from typing import Any, TypeVar, cast

import numpy as np
from numba import njit
from numba.core.caching import FunctionCache

Function = TypeVar("Function", bound=Callable[..., Any])

_CONSTANTS = (bool, int, float, complex, str, bytes, tuple, np.generic)


def compiled(function: Function) -> Function:
    """Compile a scalar function or kernel with numba at its first call."""
    dispatcher: Any = njit(nogil=True)(function)
    dispatcher._cache = _KernelCache(function)  # what njit(cache=True) does, but for the class
    return cast(Function, dispatcher)


class _KernelCache(FunctionCache):
    """numba's cache of a function, looked up by all that its code holds."""

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        try:
            return super().load_overload(sig, target_context)
        except Exception:  # an earlier version left it, whose classes have moved: it cannot be read
            self.flush()
            return None

    def _index_key(self, *of_a_signature: Any) -> tuple[Any, ...]:
        # Asked for at the first call only, when what the function calls has been defined.
        return (*super()._index_key(*of_a_signature), _fingerprint(self._py_func))


def _fingerprint(function: FunctionType) -> str:
    """A digest of a function's code and constants and of those of every kernel that it calls."""
    digest = hashlib.sha256()
    functions = [function]
    for each in functions:  # which grows as calls are found
        for code in _codes(each.__code__):
            constants = [c for c in code.co_consts if not isinstance(c, CodeType)]
            digest.update(repr((code.co_code, constants, code.co_names)).encode())
            for value in _read(each, code):
                if isinstance(value, np.ndarray):
                    digest.update(repr((value.dtype, value.shape, value.tobytes())).encode())
                elif isinstance(value, _CONSTANTS):
                    digest.update(repr((type(value), value)).encode())
                elif hasattr(value, "py_func") and value.py_func not in functions:
                    functions.append(value.py_func)
    return digest.hexdigest()


def _codes(code: CodeType) -> Iterator[CodeType]:
    """The code of a function and of what is written within it."""
    yield code
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _codes(constant)


def _read(function: FunctionType, code: CodeType) -> Iterator[Any]:
    """What code reads from outside: variables of its module and around it, members of modules."""
    yield from (cell.cell_contents for cell in function.__closure__ or ())
    yield from function.__defaults__ or ()
    for name in code.co_names:
        value = function.__globals__.get(name)
        yield value
        if isinstance(value, ModuleType):
            yield from (vars(value).get(member) for member in code.co_names)
