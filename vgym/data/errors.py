"""What goes wrong with a data set: errors for callers, one note for loaders, values in messages."""

import reprlib


class DataError(ValueError):
    """A data set, record or picture that cannot be used; the message names the file and the fault.

    From a loader with ``strict=True`` it starts with the record:
    ``screens.jsonl:381: box (500, 500, 900, 900) lies outside the 120x90 image a.png.``
    """


class ConventionError(DataError):
    """Most boxes of a data set do not fit the convention they are read in, and do fit another.

    Attributes:
        likely: that other one, such as ``"fraction/xywh"``, for ``convention=``.
    """

    def __init__(self, message: str, likely: str = "") -> None:
        super().__init__(message)
        self.likely = likely


class RecordProblem(Exception):
    """Why one record is unusable; a loader turns it into a skip or, when strict, a `DataError`.

    Args:
        reason: The kind of fault in a few words, the key under which a summary counts it.
        detail: The fault with its values, a clause without a full stop.
    """

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


def shown(value: object) -> str:
    """The value for a message; long and deep values are abbreviated."""
    try:
        return reprlib.repr(value)
    except ValueError:  # an integer beyond Python's limit of printed digits
        return f"a huge {type(value).__name__}"
