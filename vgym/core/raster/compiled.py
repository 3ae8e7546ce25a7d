"""The one way vgym's kernels are compiled: cached on disk, without the GIL, IEEE arithmetic.

No kernel is parallel and none is `fastmath`: pictures must not depend on the machine or on the
number of threads. A caller that wants threads gives each one its own rows.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar, cast

from numba import njit

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Compile a scalar function or kernel with numba at its first call."""
    return cast(Function, njit(cache=True, nogil=True)(function))


def drop_stale_caches(package: Path) -> None:
    """Delete compiled kernels that are older than any kernel's source.

    numba recompiles a function when its own file has changed, but not when a compiled function
    that it calls, in another file, has: it would go on running the old one.

    Args:
        package: the folder of `vgym`, whose links are followed.
    """
    envs = package / "envs"
    folders = [package / "core", package / "core" / "raster", package / "baselines"]
    folders += [*envs.glob("*/"), *envs.glob("*/*/")]
    sources = [path for folder in folders for path in folder.glob("*.py")]
    marks = (b"@compiled", b"@njit")
    kernels = [p for p in sources if any(mark in p.read_bytes() for mark in marks)]
    newest = max((path.stat().st_mtime for path in kernels), default=0.0)
    for folder in folders:
        for cache in folder.glob("__pycache__/*.nbi"):
            try:
                if cache.stat().st_mtime < newest:
                    cache.unlink()
            except OSError:  # another process was first, or the folder is not ours to write
                continue


drop_stale_caches(Path(__file__).parents[2])
