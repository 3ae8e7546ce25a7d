"""Draws that can come to something unusable, such as a record whose picture is damaged, and are
then made again. What an episode comes to depends on its own key alone, as without that.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from vgym.core.keys import stream, subkey

MOST_DRAWS = 10_000
_AGAIN = stream("drawn again")

Draw = Callable[[NDArray[np.uint64]], NDArray[np.int64]]
Usable = Callable[[NDArray[np.int64]], NDArray[np.bool_]]


def drawn_usable(keys: NDArray[np.uint64], draw: Draw, usable: Usable) -> NDArray[np.int64]:
    """What each key draws, drawn again by a further key of that one until it is usable.

    Args:
        keys: (k,) of the episodes.
        draw: (n,) numbers for n keys.
        usable: (n,) bool for n numbers; always the same for a number.

    Returns:
        (k,) usable numbers; those of `draw` where these are usable.

    Raises:
        ValueError: some key drew nothing usable in `MOST_DRAWS` draws.
    """
    drawn = draw(keys)
    left = np.flatnonzero(~usable(drawn))
    further = keys[left]
    for _ in range(MOST_DRAWS):
        if not len(left):
            return drawn
        further = np.array([subkey(key, int(_AGAIN)) for key in further], np.uint64)
        drawn[left] = draw(further)
        bad = ~usable(drawn[left])
        left, further = left[bad], further[bad]
    raise ValueError(
        f"{MOST_DRAWS} draws in a row came to a picture that is damaged or gone; restore the files "
        "that the warnings name, and make the environment again"
    )
