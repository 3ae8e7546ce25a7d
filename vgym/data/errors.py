"""What goes wrong with a data set: one error for callers, one note for loaders."""


class DataError(ValueError):
    """A data set, record or picture that cannot be used; the message names the file and the fault.

    From a loader with ``strict=True`` it starts with the record:
    ``screens.jsonl:381: box (500, 500, 900, 900) lies outside the 120x90 image a.png.``
    """


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
