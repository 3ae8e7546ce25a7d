"""Tables of photographs and their places: CSV with a header, and JSONL.

| data set | file | columns that are read |
| --- | --- | --- |
| Im2GPS3k | ``im2gps3k_places365.csv`` | ``IMG_ID``, ``LAT``, ``LON`` |
| YFCC4k | ``yfcc4k_places365.csv`` | the same |
| OpenStreetView-5M | ``train.csv``, ``test.csv`` | ``id``, ``latitude``, ``longitude`` and more |
| street views (GeoGuessr) | ``coordinates.csv`` | ``latitude``, ``longitude`` |
| one's own | any | see `vgym.data.geotagged.columns` |

Where no column names the pictures they are called by the number of their row, from 0 (``0.png``);
two columns of numbers need no header, and are latitude and longitude. Commas, semicolons and tabs
part fields, whichever the header has most of. JSONL has the same names as keys, or ``lonlat`` for
``[longitude, latitude]``. Latitudes and longitudes are degrees in decimals.
"""

from __future__ import annotations

import csv
import itertools
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from vgym.data.errors import DataError, RecordProblem
from vgym.data.files import listed
from vgym.data.geotagged.columns import COLUMNS, columns_of, photograph_of, says_places
from vgym.data.geotagged.folders import PictureFinder
from vgym.data.geotagged.photographs import Photographs
from vgym.data.json_text import parse_json
from vgym.data.jsonl import object_of, usable_lines
from vgym.data.layouts import split_of
from vgym.data.reading import Reading
from vgym.plain_numbers import decimal

TABLES = (".csv", ".tsv")
_DELIMITERS = ",;\t"
_ROW = "number of the row"  # what the pictures are called by where no column names them
_BOM = b"\xef\xbb\xbf"
_SHOWN = 20  # columns that a message lists


def load_csv(path: Path | str, *, split: str = "", strict: bool = False) -> Photographs:
    """The photographs of a CSV file, in its order.

    Args:
        path: The file.
        split: That is read, where pictures of one name are there for several.
        strict: Raise at the first unusable row instead of skipping and counting it.

    Raises:
        DataError: If the file is missing or too large, if its columns say no places, if no row is
            usable or, when strict, for the first unusable row.
    """
    path = Path(path)
    rows = _rows(path)
    header, first = _header(path, rows)
    columns = {"image": _ROW, **columns_of(header)}
    reading = Reading(path.stem, path, path.parent, strict=strict)
    finder = PictureFinder(path.parent, split)
    photographs = []
    for count, (number, row) in enumerate(itertools.chain(first, rows)):
        record = f"{path.name}:{number}"
        try:
            if isinstance(row, RecordProblem):
                raise row
            if len(row) != len(header):
                raise RecordProblem(
                    "wrong number of fields", f"{len(row)} fields, and the header has {len(header)}"
                )
            fields = {_ROW: str(count), **dict(zip(header, row, strict=True))}
            photographs.append(photograph_of(fields, columns, record, reading, finder))
        except RecordProblem as problem:
            reading.refuse(record, problem)
    summary = reading.summary(len(photographs))
    return Photographs(path.stem, path.parent, photographs, summary)


def load_lines(path: Path | str, *, root: Path | None = None, strict: bool = False) -> Photographs:
    """The photographs of a JSONL file, in the order of its lines.

    Args:
        path: The file.
        root: The folder of the pictures; by default the file's own.
        strict: Raise at the first unusable line instead of skipping and counting it.

    Raises:
        DataError: As `load_csv`.
    """
    path = Path(path)
    root = path.parent if root is None else root
    reading = Reading(path.stem, path, root, strict=strict)
    finder = PictureFinder(root)
    photographs = []
    for number, line in usable_lines(path):
        record = f"{path.name}:{number}"
        try:
            fields = object_of(line, ())
            columns = columns_of(fields)
            if not says_places(columns):
                raise RecordProblem("no place", f"it has no {_NEEDED}")
            photographs.append(photograph_of(fields, columns, record, reading, finder))
        except RecordProblem as problem:
            reading.refuse(record, problem)
    return Photographs(path.stem, root, photographs, reading.summary(len(photographs)))


def place_table(folder: Path, split: str) -> Path | None:
    """The table of photographs in a folder; of several, that of the split; None without one.

    Raises:
        ValueError: Several, of which not exactly one is named after the split.
    """
    files = [path for ending in ("csv", "tsv", "jsonl") for path in listed(folder, f"*.{ending}")]
    found = [path for path in files if _says_places(path)]
    if len(found) > 1:
        named = [path for path in found if split_of(path.relative_to(folder)) == split]
        if len(named) != 1:
            names = ", ".join(path.name for path in found)
            raise ValueError(
                f"folder {folder} holds {names}, of which not exactly one is named after the split "
                f"{split!r}; name one of them, such as {found[0]}"
            )
        return named[0]
    return found[0] if found else None


_NEEDED = (
    f"latitude ({', '.join(COLUMNS['latitude'])}) and longitude ({', '.join(COLUMNS['longitude'])})"
)


def _says_places(path: Path) -> bool:
    """Whether the first line of a file names columns of places."""
    try:
        if path.suffix.lower() in TABLES:
            _header(path, _rows(path))
            return True
        line = next((line for _, line in usable_lines(path)), None)
        first = parse_json(line or b"")
    except (DataError, RecordProblem):
        return False
    return isinstance(first, dict) and says_places(columns_of(first))


_Row = tuple[int, list[str] | RecordProblem]


def _header(path: Path, rows: Iterator[_Row]) -> tuple[list[str], list[_Row]]:
    """The names of the columns, and what was read and is no header."""
    number, row = next(rows, (0, []))
    if isinstance(row, RecordProblem):
        raise DataError(f"{path.name}:{number}: {row.detail}.")
    if len(row) == 2 and all(decimal(field) is not None for field in row):
        return ["latitude", "longitude"], [(number, row)]
    if not says_places(columns_of(row)):
        listed_ = ", ".join(name[:40] for name in row[:_SHOWN]) or "none"
        raise DataError(f"{path} says no places: its columns are {listed_}; needed are {_NEEDED}")
    _refuse_repeats(path, row)
    return row, []


def _refuse_repeats(path: Path, header: Sequence[str]) -> None:
    counts = Counter(name.strip().lower() for name in header)
    used = {name.strip().lower() for name in columns_of(header).values()}
    for name in sorted(used):
        if counts[name] > 1:
            raise DataError(f"{path} has {counts[name]} columns named {name!r}; keep one of them")


def _rows(path: Path) -> Iterator[_Row]:
    """The rows with the numbers of their first lines, or why one cannot be read."""
    numbers: list[int] = []

    def texts() -> Iterator[str]:
        for number, line in usable_lines(path):
            numbers.append(number)
            # A name that is not UTF-8 spoils no row of which it is not needed.
            yield "" if line is None else line.removeprefix(_BOM).decode("utf-8", "replace")

    lines = texts()
    first = next(lines, "")
    delimiter = max(_DELIMITERS, key=first.count)
    reader = csv.reader(itertools.chain([first], lines), delimiter=delimiter)
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            why = f"the row cannot be read: {error}; is a quotation mark not closed?"
            yield numbers[0] if numbers else 0, RecordProblem("unreadable row", why)
        else:
            if row:
                yield numbers[0], row
            elif numbers:  # blank lines do not come here
                yield numbers[0], RecordProblem("line too long", "line is over 1 MB")
        numbers.clear()
