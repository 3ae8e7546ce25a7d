"""The nearest valid spelling of a mistyped name."""

import difflib
from collections.abc import Iterable


def nearest_spelling(word: str, choices: Iterable[str]) -> str:
    """A bracket naming the closest of ``choices``, or the empty string when none is close.

    >>> nearest_spelling("expresion", ["image", "expression"])
    " (nearest: 'expression')"
    """
    close = difflib.get_close_matches(word, list(choices), n=1)
    return f" (nearest: {close[0]!r})" if close else ""
