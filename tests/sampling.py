"""Which cases of a large product run by default, and which wait for `pytest -m slow`."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import product
from typing import Any

import pytest


def one_in(n: int, *axes: Iterable[Any]) -> list[Any]:
    """Every combination, for `pytest.mark.parametrize`: all but the first of every n marked slow.

    Args:
        n: sharing no factor with the length of any axis but the first, so that each of their
            values has its turn.
        axes: the values of one argument, or tuples of several arguments' values.
    """
    cases = []
    for k, combination in enumerate(product(*axes)):
        values = [v for part in combination for v in (part if isinstance(part, tuple) else (part,))]
        cases.append(pytest.param(*values, marks=pytest.mark.slow if k % n else ()))
    return cases
