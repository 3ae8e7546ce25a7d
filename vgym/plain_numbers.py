"""Numbers that texts of anybody's write in plain digits, and texts as errors show them."""

from __future__ import annotations

import math
import re

# Without the underscores, other scripts' digits, "nan" and "inf" that `float` and `int` read too;
# so short that Python's own limit of digits is never met.
_DECIMAL = re.compile(
    r"[+-]?(?:[0-9]{1,20}(?:\.[0-9]{0,20})?|\.[0-9]{1,20})(?:[eE][+-]?[0-9]{1,3})?"
)
_WHOLE = re.compile(r"-?[0-9]{1,40}")
_SHOWN = 40  # characters


def decimal(text: str) -> float | None:
    """The number that a text writes as plain programs do; None where it is no such number.

    >>> decimal(" 12.5 "), decimal("1_0"), decimal("\u0661\u0662"), decimal("nan"), decimal("1e999")
    (12.5, None, None, None, None)
    """
    if not _DECIMAL.fullmatch(text.strip(" \t\r\n")):
        return None
    number = float(text)
    return number if math.isfinite(number) else None


def whole(text: str) -> int | None:
    """The whole number of at most 40 digits that a text writes; None where it is no such number.

    >>> whole("12"), whole("-3"), whole("1_0"), whole("\u0661\u0662"), whole("1.0"), whole("9" * 41)
    (12, -3, None, None, None, None)
    """
    return int(text) if _WHOLE.fullmatch(text) else None


def brief(text: str) -> str:
    """A text as errors quote it: whole, or its first 40 characters and how many there are.

    >>> brief("1_0"), brief("9" * 5000)
    ("'1_0'", "'9999999999999999999999999999999999999999'... (5000 characters)")
    """
    return repr(text) if len(text) <= _SHOWN else f"{text[:_SHOWN]!r}... ({len(text)} characters)"
