"""Boxes with phrases, one JSON object a line: the format of vgym's own photographs.

::

    {"image": "coffee.jpg", "expression": "the teaspoon", "boxes": [[326, 67, 424, 326]]}

``image``
    Path of a PNG, JPEG or WEBP file, relative to the images' folder (by default the folder of the
    JSONL file), with forward slashes.
``expression``
    What is meant, 1 to 1,000 characters, no control characters.
``boxes``
    A list of ``[x0, y0, x1, y1]``: pixels of the upright picture, x to the right, y down, half-open
    continuous coordinates (a box around the whole picture is ``[0, 0, width, height]``); other
    numbers are read with ``convention=`` (see `vgym.geometry.conventions`). One box is the ordinary
    case; several mean that the expression denotes all of them; none, that the picture holds no such
    thing. At most 64. A box may stick out by 1 px and is then clipped.
``size_hw`` (may be left out)
    ``[height, width]``, checked against the file's header.

Other keys are kept with the item (`Item.extra`). Files are UTF-8, at most 2 GB, with lines of at
most 1 MB; blank lines are passed over.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from vgym.data.errors import RecordProblem
from vgym.data.files import opened
from vgym.data.items import NO_BOXES, Item, ItemSource
from vgym.data.json_text import parse_json
from vgym.data.record_checks import checked_expression, checked_size, further_keys
from vgym.data.spelling import nearest_spelling
from vgym.data.tally import CORNERS, Tally

if TYPE_CHECKING:
    from vgym.geometry.conventions import Convention

MAX_LINE_BYTES = 1_000_000
REQUIRED_KEYS = ("image", "expression", "boxes")
KEYS = (*REQUIRED_KEYS, "size_hw")


def load_jsonl(
    path: Path | str,
    *,
    strict: bool = False,
    images: Path | str | None = None,
    convention: str | Convention | None = None,
) -> ItemSource:
    """The items of a JSONL file, in the order of its lines.

    Args:
        path: The file.
        strict: Raise at the first unusable line instead of skipping and counting it.
        images: The folder of the pictures; by default the file's own.
        convention: How its boxes are written; by default ``"pixels/xyxy"``.

    Raises:
        ValueError: For an unknown convention.
        DataError: If the file is missing or too large, if no line is usable, if most boxes are
            written in another convention (`ConventionError`) or, when strict, for the first
            unusable line.
    """
    path = Path(path)
    root = path.parent if images is None else Path(images)
    tally = Tally(path.stem, path, root, strict=strict)
    for number, line in usable_lines(path):
        record = f"{path.name}:{number}"
        try:
            _add(line, record, tally)
        except RecordProblem as problem:
            tally.refuse(record, problem)
    return tally.finish(convention, own=CORNERS)


def usable_lines(path: Path) -> Iterator[tuple[int, bytes | None]]:
    """The lines that are not blank, numbered from 1; None for one over the limit."""
    with opened(path) as file:
        number = 0
        while line := file.readline(MAX_LINE_BYTES + 1):
            number += 1
            if len(line) > MAX_LINE_BYTES and not line.endswith(b"\n"):
                while (rest := file.readline(MAX_LINE_BYTES)) and not rest.endswith(b"\n"):
                    pass
                yield number, None
            elif line.strip():
                yield number, line


def object_of(line: bytes | None, required: Sequence[str]) -> dict[str, object]:
    """The object of a line; raises `RecordProblem` where it is none, or lacks a key."""
    if line is None:
        raise RecordProblem("line too long", f"line is longer than {MAX_LINE_BYTES} bytes")
    fields = parse_json(line)
    if not isinstance(fields, dict):
        raise RecordProblem("not an object", f"a line must hold an object, got {line[:40]!r}")
    for key in required:
        if key not in fields:
            hint = nearest_spelling(key, [other for other in fields if other not in required])
            raise RecordProblem("missing key", f"key {key!r} is missing{hint}")
    return fields


def _add(line: bytes | None, record: str, tally: Tally) -> None:
    fields = object_of(line, REQUIRED_KEYS)
    extra = further_keys(fields, KEYS)
    expression = checked_expression(fields["expression"])
    image, size_hw = tally.picture(fields["image"])
    checked_size(fields.get("size_hw"), size_hw, image)
    item = Item(image, expression, NO_BOXES, size_hw, record, extra=extra)
    tally.add(item, fields["boxes"])
