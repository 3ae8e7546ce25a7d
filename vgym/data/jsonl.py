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
    continuous coordinates (a box around the whole picture is ``[0, 0, width, height]``). One box is
    the ordinary case; several mean that the expression denotes all of them; none, that the picture
    holds no such thing. At most 64. A box may stick out by 1 px and is then clipped.
``size_hw`` (may be left out)
    ``[height, width]``, checked against the file's header.

Files are UTF-8, at most 2 GB, with lines of at most 1 MB; blank lines are passed over.
"""

from collections.abc import Iterator
from pathlib import Path

from vgym.data.errors import RecordProblem
from vgym.data.items import Item, ItemSource
from vgym.data.json_text import check_file, parse_json
from vgym.data.record_checks import Tally, checked_boxes, checked_expression, checked_size
from vgym.data.spelling import nearest_spelling

MAX_LINE_BYTES = 1_000_000
REQUIRED_KEYS = ("image", "expression", "boxes")
KEYS = (*REQUIRED_KEYS, "size_hw")


def load_jsonl(
    path: Path | str, *, strict: bool = False, images: Path | str | None = None
) -> ItemSource:
    """The items of a JSONL file, in the order of its lines.

    Args:
        path: The file.
        strict: Raise at the first unusable line instead of skipping and counting it.
        images: The folder of the pictures; by default the file's own.

    Raises:
        DataError: If the file is missing or too large, if no line is usable, or, when strict, for
            the first unusable line.
    """
    path = Path(path)
    check_file(path)
    root = path.parent if images is None else Path(images)
    tally = Tally(path.stem, root, strict=strict)
    for number, line in _lines(path):
        record = f"{path.name}:{number}"
        try:
            tally.keep(_item(line, record, tally))
        except RecordProblem as problem:
            tally.refuse(record, problem)
    return tally.finish()


def _lines(path: Path) -> Iterator[tuple[int, bytes | None]]:
    """The lines that are not blank, numbered from 1; None for one over the limit."""
    with path.open("rb") as file:
        number = 0
        while line := file.readline(MAX_LINE_BYTES + 1):
            number += 1
            if len(line) > MAX_LINE_BYTES and not line.endswith(b"\n"):
                while (rest := file.readline(MAX_LINE_BYTES)) and not rest.endswith(b"\n"):
                    pass
                yield number, None
            elif line.strip():
                yield number, line


def _item(line: bytes | None, record: str, tally: Tally) -> Item:
    if line is None:
        raise RecordProblem("line too long", f"line is longer than {MAX_LINE_BYTES} bytes")
    fields = parse_json(line)
    if not isinstance(fields, dict):
        raise RecordProblem("not an object", f"a line must hold an object, got {line[:40]!r}")
    for key in fields:
        if key not in KEYS:
            hint = nearest_spelling(key, KEYS)
            raise RecordProblem(
                "unknown key", f"unknown key {key[:80]!r}{hint}; keys are {', '.join(KEYS)}"
            )
    for key in REQUIRED_KEYS:
        if key not in fields:
            raise RecordProblem("missing key", f"key {key!r} is missing")
    expression = checked_expression(fields["expression"])
    image, size_hw = tally.picture(fields["image"])
    if "size_hw" in fields:
        checked_size(fields["size_hw"], size_hw, image)
    boxes = checked_boxes(fields["boxes"], size_hw, image)
    return Item(image, expression, boxes, size_hw, record)
