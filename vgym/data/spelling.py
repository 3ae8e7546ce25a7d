"""The nearest valid spelling of a mistyped name."""

import difflib
import itertools
from collections.abc import Iterable

_LONGEST, _MOST = 80, 1000  # letters of a name, names: comparing takes the product of both


def nearest_spelling(word: str, choices: Iterable[str]) -> str:
    """A bracket naming the closest of ``choices``, or the empty string when none is close.

    >>> nearest_spelling("expresion", ["image", "expression"])
    " (nearest: 'expression')"
    """
    near = (choice for choice in choices if len(choice) <= _LONGEST)
    close = difflib.get_close_matches(word[:_LONGEST], itertools.islice(near, _MOST), n=1)
    return f" (nearest: {close[0]!r})" if close else ""
