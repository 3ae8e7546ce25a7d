"""Pictures that turn out to be unusable after loading: skipped and reported, never raised."""

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from vgym.data.errors import DataError
from vgym.data.items import Summary

MOST_SAID = 20  # pictures that one warning names


@dataclass(eq=False)
class PictureReader:
    """Reads pictures by number, and notes those that cannot be read.

    Loading looks at the header and the end of each picture. What is damaged in the middle, or was
    deleted or replaced since, is found when it is first to be shown.

    Args:
        read: The picture of a number; raises `DataError`, with the record, if it cannot be read.
        records: For each picture where the records stand that show it.
    """

    read: Callable[[int], NDArray[np.uint8]]
    records: Sequence[Sequence[str]]
    _found: dict[int, str] = field(default_factory=dict)  # pictures that cannot be read, and why
    _warned: int = 0  # how many of these have been said

    def __call__(self, number: int) -> NDArray[np.uint8] | None:
        """The picture, or None for one that cannot be read."""
        try:
            return self.read(number)
        except DataError as error:
            lost = self.records[number]
            these = "record" if len(lost) == 1 else f"{len(lost)} records of it"
            self._found[number] = f"{error} ({these} skipped from now on)."
            return None

    def less(self, loaded: Summary) -> Summary:
        """The summary of loading, less the records that have been lost since."""
        lost = [record for number in self._found for record in self.records[number]]
        return loaded.without(lost, "unusable image", list(self._found.values()))

    def warn(self) -> None:
        """Say what has been noted since the last call, in one warning.

        Apart from reading, so that whoever turns warnings into errors finds everything in order.
        """
        if self._warned == len(self._found):
            return
        new = list(self._found.values())[self._warned :]
        self._warned = len(self._found)
        more = [f"And {len(new) - MOST_SAID} more."] if len(new) > MOST_SAID else []
        warnings.warn("\n".join([*new[:MOST_SAID], *more]), stacklevel=2)
