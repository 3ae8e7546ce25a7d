"""The names nearest to a mistyped one: what errors suggest."""

import difflib
import itertools
from collections.abc import Iterable

_LONGEST, _MOST = 80, 1000  # letters of a name, names: comparing takes the product of both


def nearest(
    word: object, names: Iterable[object], count: int = 1, cutoff: float = 0.5
) -> list[str]:
    """The names most like a word, the nearest first; capitals and what joins words are no matter.

    Args:
        word: as it was given. names: the valid ones. count: how many at most.
        cutoff: how like they must be, from 0 to 1.

    >>> nearest("NEXT_STEP", ["SameStep", "NextStep"])
    ['NextStep']
    """
    short = (name for name in map(str, names) if len(name) <= _LONGEST)
    plain: dict[str, list[str]] = {}
    for name in itertools.islice(short, _MOST):
        plain.setdefault(_plain(name), []).append(name)
    found = difflib.get_close_matches(_plain(str(word)[:_LONGEST]), plain, count, cutoff)
    return [name for one in found for name in plain[one]][:count]


def _plain(name: str) -> str:
    return "".join(filter(str.isalnum, name)).casefold() or name
