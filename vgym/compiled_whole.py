"""Kernels are optimised once, together with all that they call.

numba optimises every function with all that it calls, and makes machine code of it, before its
callers do the same with it once more: the innermost function of a chain of ten, ten times over.
Here a function that only other kernels call stays as it was lowered, until the kernel that Python
calls is linked out of all that it needs. Where chains are long, that is a third of all compiling
(`baselines/benchmark_compile.py`), and LLVM has the same functions to inline.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import llvmlite.binding as llvm  # type: ignore[import-untyped]
import numba
from numba.core.caching import CompileResultCacheImpl
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import Compiler
from numba.core.compiler import CompileResult as _CompileResult

_make_function: Any = numba._dynfunc.make_function  # type: ignore[attr-defined]
_Library: Any = JITCodeLibrary  # classes of numba that mypy sees nothing of
CompileResult: Any = _CompileResult
_Compiler: Any = Compiler
_CacheImpl: Any = CompileResultCacheImpl


class WholeCompiler(_Compiler):  # type: ignore[misc]  # numba has no types
    """Compiles a kernel; of one without a wrapper for Python it makes no machine code."""

    def __init__(self, typing: Any, target: Any, library: Any, *rest: Any) -> None:
        library = _Linked(target.codegen(), "kernel")
        library.enable_object_caching()
        super().__init__(typing, target, library, *rest)
        self.state.flags.no_compile = self.state.flags.no_cpython_wrapper

    def compile_extra(self, function: Any) -> Any:
        """The result of compiling a function, as numba's own compiler gives it."""
        result = super().compile_extra(function)
        if result.entry_point is None:
            result = result._replace(entry_point=_entry(result))
            target = result.target_context
            target.insert_user_function(result.entry_point, result.fndesc, [result.library])
        else:
            for environment in result._find_referenced_environments():
                result.library.codegen.set_env(environment.env_name, environment)
        return result


class WholeCode(_CacheImpl):  # type: ignore[misc]  # numba has no types
    """What is kept of a kernel: machine code, or what its callers are linked with."""

    def reduce(self, result: Any) -> Any:
        """A result of compiling as what can be pickled."""
        if isinstance(result.library, _Linked) and not result.library._finalized:
            result = result._replace(library=result.library.with_called())
        return result._reduce()

    def rebuild(self, target: Any, payload: Any) -> Any:
        """The result that was reduced to `payload`."""
        (name, kind, code), description, environment, signature, *_, further = payload
        if kind != "bitcode":
            return super().rebuild(target, payload)
        library = _Linked(target.codegen(), name)
        library._final_module = llvm.parse_bitcode(code)
        held: dict[str, Any] = dict.fromkeys(CompileResult._fields)
        held |= {
            "typing_context": target.typing_context,
            "target_context": target,
            "library": library,
            "fndesc": description,
            "environment": environment,
            "signature": signature,
            "objectmode": False,
            "lifted": (),
            "reload_init": [],
            "referenced_envs": further,
        }
        result = CompileResult(**held)
        return result._replace(entry_point=_entry(result))


class _Linked(_Library):  # type: ignore[misc]  # numba has no types
    """The code of a function, which is linked with what it calls when Python needs it."""

    _alone: Any = None  # its own functions, for others to link

    @property
    def has_dynamic_globals(self) -> bool:
        if self._finalized:
            return bool(super().has_dynamic_globals)
        names = (variable.name for variable in self._final_module.global_variables)
        return any(name.startswith("numba.dynamic.globals") for name in names)

    def add_linking_library(self, library: Any) -> None:
        self._linking_libraries.append(library)  # which is not finished for that, as numba does

    def finalize(self) -> None:
        self._linking_libraries = list(self._called())
        super().finalize()

    def with_called(self) -> Any:
        """A copy that holds all that it calls."""
        whole = _Linked(self._codegen, self.name)
        whole._final_module = self._final_module.clone()
        for library in self._called():
            whole._final_module.link_in(library._get_module_for_linking(), preserve=True)
        return whole

    def serialize_using_object_code(self) -> Any:
        # Of a copy with all that it calls there is no other code.
        if self._finalized:
            return super().serialize_using_object_code()
        return (self.name, "bitcode", self._final_module.as_bitcode())

    def _get_module_for_linking(self) -> Any:
        if self._finalized:
            return super()._get_module_for_linking()
        if self._alone is None:
            self._alone = self._final_module.clone()
            for function in self._alone.functions:
                if not function.is_declaration and function.linkage == llvm.Linkage.external:
                    function.linkage = "linkonce_odr"  # others may bring the same one
        return self._alone

    def _called(self) -> Iterator[Any]:
        """Every library that its functions need, each once."""
        seen, waiting = {self}, list(self._linking_libraries)
        for library in waiting:  # which grows by what they call in turn
            if library not in seen:
                seen.add(library)
                yield library
                if not library._finalized:
                    waiting += library._linking_libraries


def _entry(result: Any) -> Any:
    """What numba knows a function by that has no address: it differs from every other."""
    description = result.fndesc
    name, module = description.qualname.split(".")[-1], description.lookup_module()
    kept_alive = (result.library,)
    return _make_function(module, name, "", 0, result.environment, kept_alive)
