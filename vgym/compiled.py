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
from numba.core import event
from numba.core.caching import FunctionCache

from vgym.compile_progress import CompileProgress, tell

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
    for each in (function, *(kernel.py_func for kernel in _called(function))):
        for code in _codes(each.__code__):
            constants = [c for c in code.co_consts if not isinstance(c, CodeType)]
            digest.update(repr((code.co_code, constants, code.co_names)).encode())
            for value in _read(each, code):
                if isinstance(value, np.ndarray):
                    digest.update(repr((value.dtype, value.shape, value.tobytes())).encode())
                elif isinstance(value, _CONSTANTS):
                    digest.update(repr((type(value), value)).encode())
    return digest.hexdigest()


def _called(function: FunctionType, beyond: Callable[[Any], bool] = lambda _: True) -> list[Any]:
    """The kernels that a function calls, and those that they call in turn.

    Args:
        beyond: whether to look at what a kernel calls; those where it is False are left out.
    """
    functions, found = [function], []
    for each in functions:  # which grows as calls are found
        for code in _codes(each.__code__):
            for value in _read(each, code):
                if not hasattr(value, "py_func") or value.py_func in functions:
                    continue
                if beyond(value):
                    functions.append(value.py_func)
                    found.append(value)
    return found


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


class _Watch(event.Listener):
    """Tells how far the compiling of our kernels has come; it hears of nothing that is cached.

    numba compiles in one thread at a time, and what a kernel calls within the kernel itself.
    """

    def __init__(self) -> None:
        self._within: list[Any] = []
        self._needed = 0
        self._progress = CompileProgress("", tell)

    def on_start(self, event: Any) -> None:
        kernel = event.data["dispatcher"]
        if not _is_ours(kernel):
            return
        self._within.append(kernel)
        if len(self._within) == 1:
            self._needed = self._missing()
            self._progress = CompileProgress(kernel.py_func.__module__, tell)
        self._advance()

    def on_end(self, event: Any) -> None:
        kernel = event.data["dispatcher"]
        if not _is_ours(kernel):
            return
        if len(self._within) == 1:
            # What `event.is_failed` tells is the contrary, in numba 0.68 at least.
            self._progress.end(failed=tuple(event.data["args"]) not in kernel.overloads)
        self._within.pop()
        self._advance()

    def _advance(self) -> None:
        if self._within:
            self._progress.advance(self._needed - self._missing(), self._needed)

    def _missing(self) -> int:
        """How many kernels have no code yet, of the outermost and those that it needs."""
        called = _called(self._within[0].py_func, lambda kernel: not kernel.overloads)
        return 1 + sum(map(_compiles_alone, called))


def _is_ours(kernel: Any) -> bool:
    """Not a function that somebody else compiles, or numba for itself."""
    cache, function = getattr(kernel, "_cache", None), getattr(kernel, "py_func", None)
    return isinstance(cache, _KernelCache) or f"{function.__module__}".startswith("vgym.")


def _compiles_alone(kernel: Any) -> bool:
    """Not one that is written into its caller."""
    return bool(kernel.targetoptions.get("inline", "never") == "never")


event.register("numba:compile", _Watch())
