"""How vgym's drawing kernels are compiled: cached on disk, without the GIL, in IEEE arithmetic.

No kernel is parallel and none is `fastmath`: pictures must not depend on the machine or on the
number of threads. A caller that wants threads gives each one its own rows.
"""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Compile a scalar function or kernel with numba at its first call."""
    return cast(Function, njit(cache=True, nogil=True)(function))
