"""The one way vgym's kernels are compiled: kept on disk, without the GIL, IEEE arithmetic.

No kernel is parallel and none is `fastmath`: pictures must not depend on the machine or on the
number of threads. A caller that wants threads gives each one its own rows.

Compiled code lies where numba puts it: in ``NUMBA_CACHE_DIR`` where that is set, in `__pycache__`
beside the source, or in the user's cache where that cannot be written. numba finds it again as long
as the file of its function has not changed, but code also holds every function that it calls and
every constant that it reads, wherever they are written. Here it is found by what it holds, and by
nothing else: neither by dates nor by where in a file a function stands.

Where nothing can be kept, or what was kept is damaged, kernels are compiled and it is said once.
"""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
from numba import njit
from numba.core import event, types
from numba.core.caching import FunctionCache
from numba.core.dispatcher import Dispatcher
from numba.core.sigutils import normalize_signature

from vgym.compile_progress import CompileProgress, remark, tell
from vgym.compiled_content import argument_fields, called, content_digest, value_digest
from vgym.compiled_file import CodeFiles, CodeKey
from vgym.compiled_together import help_with
from vgym.compiled_whole import WholeCode, WholeCompiler

_config: Any = numba.config  # made from the environment: mypy sees none of its members
_njit: Any = njit  # mypy does not know of its options for wrappers
Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Compile a scalar function or kernel with numba at its first call."""
    return compiled_with()(function)


def compiled_with(**options: Any) -> Callable[[Function], Function]:
    """The same with further options of `numba.njit`, such as ``error_model="numpy"``."""

    def compiled_so(function: Function) -> Function:
        kernel = _kept(function, nogil=True, **options)
        if isinstance(kernel, Dispatcher):  # it is not where NUMBA_DISABLE_JIT is set
            _call_within(kernel, _kept(function, no_cpython_wrapper=True, **options))
        return cast(Function, kernel)

    return compiled_so


def inlined(function: Function) -> Function:
    """Compile a scalar function that is written into its callers, each time it is called.

    It makes no arrays, and does not count the references to those that it is given: numba counts
    them at each entry and exit, which in a loop over pixels takes a quarter of the time.
    """
    return compiled_with(forceinline=True, _nrt=False)(function)


def _kept(function: Callable[..., Any], **options: Any) -> Any:
    kernel = _njit(no_cfunc_wrapper=True, pipeline_class=WholeCompiler, **options)(function)
    kernel._cache = _KernelCache(kernel)  # what njit(cache=True) does, but for the class
    return kernel


def _call_within(kernel: Any, inner: Any) -> None:
    """Let other kernels call a twin of a kernel, in half the time to compile.

    Python cannot call the twin: to take large tuples of arrays from it is much code, and machine
    code of it alone is of no use (`compiled_whole`). And numbers that are written into a call are
    numbers like others: numba makes code for each of them.
    """

    def resolve(args: Any, kws: Any) -> Any:
        plain = {name: types.unliteral(kind) for name, kind in kws.items()}
        return inner.get_call_template(tuple(map(types.unliteral, args)), plain)

    kernel.within = inner
    kernel.get_call_template, kernel.get_overload = resolve, inner.get_overload
    inner._compiling_counter = kernel._compiling_counter  # by which a call of itself is known


class _KernelCache(FunctionCache):
    """What numba asks for the code of a kernel, and gives it to."""

    _impl_class = WholeCode
    keeps = True  # until some code could not be kept

    def __init__(self, kernel: Any) -> None:
        function = getattr(kernel, "py_func", kernel)  # itself where NUMBA_DISABLE_JIT is set
        source = Path(function.__code__.co_filename)
        self._kernel = kernel
        self._cache_path = None
        try:
            super().__init__(function)
        except (RuntimeError, OSError):  # there is no folder that can be written, or no source
            self.disable()
            _KernelCache.keeps = False
        else:
            name = f"{source.stem}.{function.__qualname__}"
            self._cache_file: Any = CodeFiles(Path(self._cache_path), name)

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        found = self._on_disk(sig, target_context)
        if found is None and self._enabled and self._keeps_for_others():
            arguments, _ = normalize_signature(sig)
            if help_with(self._kernel, tuple(arguments), _kept_in()):
                return self._on_disk(sig, target_context)
        return found

    def _on_disk(self, sig: Any, target_context: Any) -> Any:
        try:
            return super().load_overload(sig, target_context)
        except Exception:  # a whole file whose code does not fit: what lies on disk stops nobody
            self._cache_file.drop(self._index_key(sig, target_context.codegen()))
            return None

    def _keeps_for_others(self) -> bool:
        return _KernelCache.keeps and hasattr(self._kernel, "within")

    def save_overload(self, sig: Any, data: Any) -> None:
        if not self._enabled:
            beside = str(Path(self._kernel.py_func.__code__.co_filename).parent)
            tried = [_config.CACHE_DIR, beside, "the user's cache"]
            self._cannot_keep(f"neither in {' nor in '.join(filter(None, tried))}")
            return
        try:
            super().save_overload(sig, data)
        except OSError as error:
            self._cannot_keep(f"in {self._cache_path} ({error.strerror})")

    def flush(self) -> None:
        if self._enabled:
            super().flush()

    def _index_key(self, sig: Any, codegen: Any) -> CodeKey:
        # Asked for at the first call only, when what the function calls has been defined.
        arguments, _ = normalize_signature(sig)
        function = self._kernel.py_func
        around = tuple(cell.cell_contents for cell in function.__closure__ or ())
        options = str(sorted(self._kernel.targetoptions.items()))
        kernel = (function.__module__, function.__qualname__, str(arguments), options, around)
        return CodeKey(
            value_digest((*kernel, *_setting(), codegen.magic_tuple())),
            value_digest((content_digest(self._kernel), argument_fields(arguments))),
        )

    def _cannot_keep(self, where: str) -> None:
        _KernelCache.keeps = False
        remark(
            "what cannot be kept",
            f"vgym: compiled code cannot be kept, {where}: every process compiles it again; "
            "make room there, or set NUMBA_CACHE_DIR to a folder that can be written",
        )


def _kept_in() -> Path:
    """The folder that processes have in common that find one another's code."""
    return Path(_config.CACHE_DIR or Path(__file__).parent)


def _setting() -> tuple[Any, ...]:
    """What code depends on beside its source and processor: several may share a folder in turn."""
    python = (sys.implementation.cache_tag, getattr(sys, "abiflags", ""), sys.flags.optimize)
    return (*python, numba.__version__, _config.BOUNDSCHECK)


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
            name = kernel.py_func.__module__
            self._progress = CompileProgress(name, tell, kept=_KernelCache.keeps)
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
        needed = called(self._within[0], lambda kernel: not _within(kernel).overloads)
        return 1 + sum(map(_compiles_alone, needed))


def _within(kernel: Any) -> Any:
    """What other kernels call in its place."""
    return getattr(kernel, "within", kernel)


def _is_ours(kernel: Any) -> bool:
    """Not a function that somebody else compiles, or numba for itself."""
    cache, function = getattr(kernel, "_cache", None), getattr(kernel, "py_func", None)
    return isinstance(cache, _KernelCache) or f"{function.__module__}".startswith("vgym.")


def _compiles_alone(kernel: Any) -> bool:
    """Not one that is written into its caller."""
    return bool(kernel.targetoptions.get("inline", "never") == "never")


event.register("numba:compile", _Watch())
