"""Four bytes at once, for kernels that blend pixels: numba's compiler takes them one by one.

The machine code is written as vectors, which every processor has or is given. Bytes are the same
as by plain sums, which is what is done where nothing is compiled (NUMBA_DISABLE_JIT).
"""

from __future__ import annotations

from typing import Any

import numba
import numpy as np
from llvmlite import ir  # type: ignore[import-untyped]
from numba.core import types
from numba.extending import intrinsic
from numpy.typing import NDArray

_LANES = 4
_WORD, _BYTES = ir.IntType(32), ir.VectorType(ir.IntType(8), _LANES)
_WORDS = ir.VectorType(_WORD, _LANES)


def plainly_mixed(
    picture: NDArray[np.uint8],
    upper: int,
    lower: int,
    across: int,
    down: int,
    found: NDArray[np.uint8],
    at: int,
) -> None:
    """What `mixed` does, in other words."""
    upper, lower, at = int(upper), int(lower), int(at)
    for k in range(_LANES):
        above = int(picture[upper + k]) * (256 - across) + int(picture[upper + k + 3]) * across
        below = int(picture[lower + k]) * (256 - across) + int(picture[lower + k + 3]) * across
        found[at + k] = (above * (256 - down) + below * down + 32768) >> 16


def _vectors(typing: Any, picture: Any, upper: Any, lower: Any, across: Any, down: Any,
             found: Any, at: Any) -> Any:  # fmt: skip
    """Write the colour between four pixels of three bytes, and one byte more.

    Args:
        picture: (N,) bytes. upper, lower: where the two pixels above start and the two below;
            seven bytes are read of each.
        across, down: 256ths of the way to the right pixels and to the lower ones.
        found: (M,) bytes. at: where four are written.
    """

    def write(context: Any, builder: Any, signature: Any, given: Any) -> Any:
        def place(array: int, first: Any) -> Any:
            data = context.make_array(signature.args[array])(context, builder, given[array]).data
            return builder.bitcast(builder.gep(data, [first]), _BYTES.as_pointer())

        def read(first: Any) -> Any:
            return builder.zext(builder.load(place(0, first), align=1), _WORDS)

        def same(number: Any) -> Any:
            none = ir.Constant(_WORDS, ir.Undefined)
            word = builder.trunc(number, _WORD)
            one = builder.insert_element(none, word, ir.Constant(_WORD, 0))
            return builder.shuffle_vector(one, none, ir.Constant(_WORDS, [0] * _LANES))

        def number(value: int) -> Any:
            return ir.Constant(_WORDS, [value] * _LANES)

        def between(one: Any, other: Any, share: Any) -> Any:
            rest = builder.sub(number(256), share)
            return builder.add(builder.mul(one, rest), builder.mul(other, share))

        pixel = ir.Constant(ir.IntType(64), 3)
        left = between(read(given[1]), read(given[2]), same(given[4]))
        above, below = (read(builder.add(first, pixel)) for first in given[1:3])
        total = between(left, between(above, below, same(given[4])), same(given[3]))
        shifted = builder.lshr(builder.add(total, number(32768)), number(16))
        builder.store(builder.trunc(shifted, _BYTES), place(5, given[6]), align=1)
        return context.get_dummy_value()

    whole, unsigned = types.int64, types.uint64
    return types.void(picture, unsigned, unsigned, whole, whole, found, unsigned), write


_config: Any = numba.config  # made from the environment
mixed: Any = plainly_mixed if _config.DISABLE_JIT else intrinsic(_vectors)
