"""The nearest valid spelling of a mistyped name."""

from collections.abc import Iterable

from vgym.spelling import nearest


def nearest_spelling(word: str, choices: Iterable[str]) -> str:
    """A bracket naming the closest of ``choices``, or the empty string when none is close.

    >>> nearest_spelling("expresion", ["image", "expression"])
    " (nearest: 'expression')"
    """
    close = nearest(word, choices, cutoff=0.6)
    return f" (nearest: {close[0]!r})" if close else ""
