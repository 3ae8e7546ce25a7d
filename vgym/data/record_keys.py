"""What identifies a row of a data set's tables, and how rows are found by it.

A key is a whole number, however it is written (``1``, ``1.0``, ``"1"``), or a text that is no such
number (``"000139"`` keeps its zeros). Nothing else is one: not null, a list, a boolean, ``1.5`` or
a float beyond 2**53, into which two numbers may have been rounded. Two rows with one key are
ambiguous unless they are equal; what refers to them is refused, not guessed.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from vgym.data.errors import RecordProblem, shown
from vgym.plain_numbers import whole

Key = int | str
Row = Mapping[str, Any]

_EXACT = 2**53  # from here on floats leave out whole numbers


def as_key(value: object) -> Key | None:
    """The key that ``value`` writes; None where it writes none.

    >>> as_key(1.0), as_key("1"), as_key("001"), as_key(1.5), as_key(True), as_key([1])
    (1, 1, '001', None, None, None)
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < _EXACT else None
    if isinstance(value, str) and value:
        number = whole(value)
        return number if number is not None and str(number) == value else value
    return None


class KeyedRows:
    """The rows of one table by their ``id``.

    Args:
        rows: the table.
        what: what a row is, such as ``"image"``; the table is called by its plural.
        optional: a row may have no ``id``; nothing can refer to it then.

    Attributes:
        rows: the table.
        faults: by position, why a row cannot be used: its id is no key, or also another row's.
        repeats: rows that are left out, since they equal one before: position -> of that one.
    """

    def __init__(self, rows: Sequence[Row], what: str, *, optional: bool = False) -> None:
        self.what = what
        self.table = "categories" if what == "category" else f"{what}s"
        self.faults: dict[int, RecordProblem] = {}
        self.repeats: dict[int, int] = {}
        self.rows = rows
        self._positions: dict[Key, list[int]] = defaultdict(list)
        for position, row in enumerate(rows):
            if optional and "id" not in row:
                continue
            key = as_key(row.get("id"))
            if key is None:
                value = shown(row["id"]) if "id" in row else "missing"
                detail = f"the id is {value}; it must be a whole number or a text"
                self.faults[position] = RecordProblem(f"bad {what} id", detail)
                continue
            held = self._positions[key]
            if held and _equal(rows[held[0]], row):
                self.repeats[position] = held[0]
            else:
                held.append(position)
        for key, held in self._positions.items():
            if len(held) > 1:
                problem = self._ambiguous(f"the id {shown(key)}", held)
                self.faults.update(dict.fromkeys(held, problem))

    def find(self, referring: Row, field: str, whose: str = "") -> int:
        """The position of the row that another table's row refers to by its ``field``.

        Args:
            referring: the other row. field: of it. whose: the field in messages.

        Raises:
            RecordProblem: the field holds no key, the key of no row, or of several.
        """
        name = whose or field
        key = as_key(referring.get(field))
        if key is None:
            value = shown(referring[field]) if field in referring else "missing"
            detail = f"{name} is {value}; it must be a whole number or a text"
            raise RecordProblem(f"unknown {self.what}", detail)
        held = self._positions.get(key, [])
        if not held:
            detail = f"{name} {shown(key)} is not among the {self.table}"
            raise RecordProblem(f"unknown {self.what}", detail)
        if len(held) > 1:
            raise self._ambiguous(f"{name} {shown(key)}", held)
        return held[0]

    def key(self, position: int) -> str:
        """The id of a row as messages show it."""
        return shown(as_key(self.rows[position].get("id")))

    def places(self, positions: Sequence[int]) -> str:
        """Where rows stand, of many the first two: ``"images[0], images[7] and 3 more"``."""
        first, second = (f"{self.table}[{position}]" for position in positions[:2])
        more = len(positions) - 2
        return f"{first}, {second} and {more} more" if more else f"{first} and {second}"

    def _ambiguous(self, reference: str, held: Sequence[int]) -> RecordProblem:
        detail = f"{reference} is that of {self.places(held)}"
        return RecordProblem(f"duplicate {self.what} id", detail)


def _equal(one: Row, other: Row) -> bool:
    try:
        return one == other
    except RecursionError:  # nested about as deeply as can be read
        return False
