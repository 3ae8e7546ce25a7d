"""What kernels do with short arrays, in little code.

numba takes a second of compiling for an assignment of one slice to another, and two for a sort:
most of that is for messages and cases that no kernel meets.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from vgym.compiled import compiled


@compiled
def copy_into(target: NDArray[Any], source: NDArray[Any]) -> None:
    """Write what `source` (n,) holds over the first n of `target`."""
    for i in range(len(source)):
        target[i] = source[i]


@compiled
def ranked(values: NDArray[Any]) -> NDArray[np.int64]:
    """Where the lowest of `values` (n,) stands, and the next, up to the highest: (n,).

    Equal ones stay in order. By insertion: for tens or hundreds of values.
    """
    order = np.empty(len(values), np.int64)
    for i in range(len(values)):
        at = i
        while at > 0 and values[order[at - 1]] > values[i]:
            order[at] = order[at - 1]
            at -= 1
        order[at] = i
    return order
