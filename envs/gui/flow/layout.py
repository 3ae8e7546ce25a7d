"""Places in a vector of integers, declared by name: records of fields, tables of rows.

A field is the place of one number, a column the places of its numbers row by row, so both read and
write the vector itself::

    class Mails(Table, rows=18):
        subject: Column
        folder: Column

    class Store(Record):
        count: Field
        mails: Mails

    STORE = Store(18)
    m[STORE.count] = 1
    m[STORE.mails.row(0)] = [7, 0]
    m[STORE.mails.folder[0]] = 3
"""

from __future__ import annotations

from inspect import get_annotations
from typing import ClassVar

Field = int  # a place
Column = tuple[int, ...]  # a place for each row


class Record:
    """Fields, records and tables one after another, in the order in which a subclass names them.

    Args:
        start: the first one's place.

    Attributes:
        span: all of its places.
    """

    def __init__(self, start: int) -> None:
        end = start
        for name, kind in get_annotations(type(self), eval_str=True).items():
            part = end if kind is Field else kind(end)
            setattr(self, name, part)
            end = part + 1 if isinstance(part, int) else part.span.stop
        self.span = slice(start, end)


class Table:
    """Rows of the columns that a subclass names, in their order; `rows` says how many.

    Args:
        start: the place of the first row's first number.

    Attributes:
        span: all of its places.
    """

    rows: ClassVar[int]

    def __init_subclass__(cls, rows: int) -> None:
        cls.rows = rows

    def __init__(self, start: int) -> None:
        names = list(get_annotations(type(self)))
        self._width = len(names)
        self.span = slice(start, start + self._width * self.rows)
        for place, name in enumerate(names, start):
            setattr(self, name, tuple(range(place, self.span.stop, self._width)))

    def row(self, number: int) -> slice:
        """The places of one row."""
        start = self.span.start + self._width * number
        return slice(start, start + self._width)
