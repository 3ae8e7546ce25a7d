"""Kernels hold what they call and read: the digest of it tells any change, and nothing else."""

import collections
from types import ModuleType

import pytest
from numba import types

from vgym.compiled_content import argument_fields, content_digest, value_digest

CALLED = """
import math
import numpy as np
from enum import Enum, IntEnum
from types import ModuleType
from numba import njit
from numba.extending import intrinsic
from typing import NamedTuple

class Pair(NamedTuple):
    left: int
    right: int = 7

class Sign(Enum):
    PLUS = 1
    MINUS = -1

class Step(IntEnum):
    ONE = 1

PAIR = Pair(1, 2)
NESTED = (1, (2.0, (3, "x")))
TABLE = np.array([1.0, 2.0, 3.0])
LONG = np.arange(5000)
PAIRS = (TABLE, TABLE)
RECORD = np.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")])
SINGLE = np.float32(0.1)
within = ModuleType("within")
within.DEPTH = 1
above = ModuleType("above")
above.within = within
WORD = "word"
BYTES = b"bytes"
SLICE = slice(1, 3)
TYPE = np.float32
ROUND = math.floor
SIGN = Sign.PLUS
STEP = Step.ONE

@njit
def deepest(x, y):
    return x - 2 * y

@njit(error_model="numpy")
def deeper(x, by=3):
    try:
        pair = Pair(left=x)
        if x in (1, 2):
            return deepest(x, pair.left)
    except Exception:
        return 0
    return deepest(y=x, x=1) + len(PAIR) + len(NESTED) + TABLE[0] + LONG[0] + RECORD[0].a + (
        len(PAIRS) + SINGLE + len(WORD) + len(BYTES) + len(TABLE[SLICE]) + TYPE(1) + ROUND(x)
        + above.within.DEPTH
    )

@intrinsic
def written(typing, number):
    def write(context, builder, signature, given):
        return builder.neg(given[0])
    return number(number), write

@njit
def signed(x):
    return deeper(x) * (SIGN == Sign.MINUS) * STEP * written(x)
"""
KERNEL = """
from numba import njit

OPERATIONS = (called_module.signed,)

def made(by):
    @njit
    def kernel(x):
        inner = lambda y: called_module.signed(y)
        return inner(x) + by + OPERATIONS[0](x)
    return kernel

kernel = made(5)
"""


def _digest(called: str = CALLED, kernel: str = KERNEL) -> str:
    """The digest of a kernel that calls those of another module; nothing is compiled."""
    modules = {name: ModuleType(name) for name in ("called_module", "kernel_module")}
    vars(modules["kernel_module"])["called_module"] = modules["called_module"]
    for module, text in zip(modules.values(), (called, kernel), strict=True):
        exec(compile(text, f"{module.__name__}.py", "exec"), vars(module))
    return content_digest(modules["kernel_module"].kernel)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("x - 2 * y", "x - 3 * y"),
        ("deepest(x, y)", "deepest(y, x)"),
        ("deepest(y=x, x=1)", "deepest(x=x, y=1)"),
        ('error_model="numpy"', 'error_model="python"'),
        ("by=3", "by=4"),
        ("x in (1, 2)", "x in (1, 3)"),
        ("except Exception", "except ValueError"),
        ("return 0", "return -0.0"),
        ("left: int\n    right: int = 7", "right: int\n    left: int = 7"),
        ("right: int = 7", "right: int = 8"),
        ("Pair(1, 2)", "Pair(1, 3)"),
        ('(3, "x")', '(3, "y")'),
        ("(2.0, ", "(2, "),
        ("[1.0, 2.0, 3.0]", "[1.0, 2.0, 3.0000000001]"),
        ("[1.0, 2.0, 3.0]", "[1, 2, 3]"),
        ("np.arange(5000)", "np.arange(5000) * (np.arange(5000) != 2500)"),
        ("(TABLE, TABLE)", "(TABLE, TABLE + 1e-9)"),
        ("[(1, 2.0)]", "[(1, 3.0)]"),
        ('("a", "i4"), ("b", "f8")', '("b", "i4"), ("a", "f8")'),
        ("np.float32(0.1)", "np.float32(0.10000001)"),
        ("np.float32(0.1)", "np.float64(np.float32(0.1))"),
        ('"word"', '"words"'),
        ('b"bytes"', 'b"byte"'),
        ("slice(1, 3)", "slice(1, 2)"),
        ("TYPE = np.float32", "TYPE = np.float64"),
        ("ROUND = math.floor", "ROUND = math.ceil"),
        ("SIGN = Sign.PLUS", "SIGN = Sign.MINUS"),
        ("MINUS = -1", "MINUS = -2"),
        ("ONE = 1", "ONE = 2"),
        ("within.DEPTH = 1", "within.DEPTH = 2"),
        ("builder.neg", "builder.not_"),
    ],
)
def test_a_change_in_what_is_called_is_told(old: str, new: str) -> None:
    assert old in CALLED
    assert _digest(CALLED.replace(old, new)) != _digest()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("made(5)", "made(6)"),
        ("signed(y)", "signed(y + 1)"),
        ("(called_module.signed,)", "(called_module.deeper,)"),
    ],
    ids=["around it", "in a function within it", "in a tuple of functions"],
)
def test_a_change_in_the_kernel_is_told(old: str, new: str) -> None:
    assert old in KERNEL
    assert _digest(kernel=KERNEL.replace(old, new)) != _digest()


def test_what_compiled_code_does_not_hold_changes_nothing() -> None:
    assert _digest() == _digest("# A comment.\n\n" + CALLED + "\nANOTHER = 3\n")
    assert _digest() == _digest(kernel=KERNEL.replace("kernel = made", "# moved\n\nkernel = made"))


def test_sets_are_the_same_in_every_process() -> None:
    words = [f"word {number}" for number in range(50)]
    assert value_digest(frozenset(words)) == value_digest(frozenset(reversed(words)))
    assert value_digest(frozenset(words)) != value_digest(frozenset(words[1:]))


def test_named_tuples_as_arguments_are_told_by_their_fields() -> None:
    fields = ("left", "right")
    pair, swapped = (collections.namedtuple("Pair", f) for f in (fields, fields[::-1]))
    for of in (lambda kind: types.NamedUniTuple(types.int64, 2, kind), _within):
        assert argument_fields((types.int8, of(pair))) != argument_fields((types.int8, of(swapped)))
    assert argument_fields((types.int8, types.float32[:, :], types.UniTuple(types.int8, 2))) == ()


def _within(kind: type) -> types.Type:
    """A named tuple within another type, twice over."""
    inner = types.NamedTuple((types.int64, types.float64), kind)
    return types.Tuple((types.int8, types.Optional(inner)))
