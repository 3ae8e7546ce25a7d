"""The checks that every record passes, whatever file it came from, and the tally of failures."""

import math
import reprlib
import unicodedata
from collections import Counter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vgym.data.errors import DataError, RecordProblem
from vgym.data.images import image_size, resolve_under
from vgym.data.items import Item, ItemSource, Summary

MAX_EXPRESSION_CHARACTERS = 1_000
MAX_BOXES = 64
MAX_FIRST_ERRORS = 20
# Annotation tools round outwards: a box may stick out this far, and is then clipped.
EDGE_SLACK_PX = 1.0


class Tally:
    """Collects the items of one loading run and counts what it refuses.

    Args:
        name: The source's name.
        root: The folder under which pictures lie.
        strict: Raise at the first unusable record instead of skipping it.
    """

    def __init__(self, name: str, root: Path, *, strict: bool) -> None:
        self._name = name
        self._root = root
        self._strict = strict
        self._items: list[Item] = []
        self._reasons: Counter[str] = Counter()
        self._first_errors: list[str] = []
        self._sizes: dict[str, tuple[Path, tuple[int, int]] | DataError] = {}

    def keep(self, item: Item) -> None:
        """Add a checked item."""
        self._items.append(item)

    def refuse(self, record: str, problem: RecordProblem) -> None:
        """Count an unusable record; raises `DataError` when strict."""
        if self._strict:
            raise DataError(f"{record}: {problem.detail}.")
        self._reasons[problem.reason] += 1
        if len(self._first_errors) < MAX_FIRST_ERRORS:
            note = "(record skipped; strict=True raises)"
            self._first_errors.append(f"{record}: {problem.detail} {note}.")

    def picture(self, name: object) -> tuple[Path, tuple[int, int]]:
        """The path and (height, width) of a picture named in a record; its header is read once."""
        if not isinstance(name, str):
            raise RecordProblem("bad image name", f"image must be a string, got {_short(name)}")
        if name not in self._sizes:
            try:
                path = resolve_under(self._root, name)
                self._sizes[name] = (path, image_size(path))
            except DataError as error:
                self._sizes[name] = error
        found = self._sizes[name]
        if isinstance(found, DataError):
            raise RecordProblem("unusable image", str(found))
        return found

    def finish(self) -> ItemSource:
        """The source of all kept items; raises `DataError` when there is none."""
        skipped = sum(self._reasons.values())
        summary = Summary(
            read=len(self._items) + skipped,
            kept=len(self._items),
            skipped=skipped,
            reasons=dict(self._reasons),
            first_errors=tuple(self._first_errors),
        )
        if not self._items:
            first = f" First: {summary.first_errors[0]}" if summary.first_errors else ""
            raise DataError(f"{self._name} holds no usable record; {summary}.{first}")
        return ItemSource(self._name, self._root, self._items, summary)


def checked_expression(value: object) -> str:
    """The expression without surrounding blanks; raises `RecordProblem` for unusable text."""
    if not isinstance(value, str):
        raise RecordProblem("bad expression", f"expression must be a string, got {_short(value)}")
    if len(value) > MAX_EXPRESSION_CHARACTERS:
        raise RecordProblem(
            "bad expression",
            f"expression has {len(value)} characters, more than {MAX_EXPRESSION_CHARACTERS}",
        )
    for character in value:
        # Cc: control characters; Cs: half a surrogate pair, which UTF-8 cannot hold.
        if unicodedata.category(character) in ("Cc", "Cs"):
            raise RecordProblem(
                "bad expression", f"expression holds the control character {character!r}"
            )
    text = value.strip()
    if not text:
        raise RecordProblem("bad expression", "expression is empty")
    return text


def checked_size(value: object, actual_hw: tuple[int, int], image: Path) -> None:
    """Raises `RecordProblem` unless ``value`` is the (height, width) found in the header."""
    if not isinstance(value, list | tuple) or tuple(value) != actual_hw:
        height, width = actual_hw
        raise RecordProblem(
            "wrong size",
            f"size_hw {_short(value)} is not the [{height}, {width}] of image {image.name}",
        )


def checked_boxes(
    value: object, size_hw: tuple[int, int], image: Path, *, xywh: bool = False
) -> NDArray[np.float32]:
    """The boxes of a record, clipped to the picture.

    Args:
        value: A list of lists of four numbers, pixels.
        size_hw: (height, width) of the upright picture.
        image: The picture, for messages.
        xywh: The numbers are (x, y, width, height) instead of (x0, y0, x1, y1).

    Returns:
        (K, 4) float32 xyxy, read-only; (0, 4) for an empty list.

    Raises:
        RecordProblem: For anything but at most 64 finite boxes of positive area inside the picture.
    """
    if not isinstance(value, list | tuple):
        raise RecordProblem(
            "bad boxes", f"boxes must be a list of [x0, y0, x1, y1], got {_short(value)}"
        )
    if len(value) > MAX_BOXES:
        raise RecordProblem("bad boxes", f"{len(value)} boxes, more than {MAX_BOXES}")
    corners = [_checked_box(box, size_hw, image, xywh) for box in value]
    boxes = np.asarray(corners, dtype=np.float32).reshape(-1, 4)
    boxes.flags.writeable = False
    return boxes


def _checked_box(
    value: object, size_hw: tuple[int, int], image: Path, xywh: bool
) -> tuple[float, ...]:
    if not isinstance(value, list | tuple) or len(value) != 4:
        raise RecordProblem("bad boxes", f"a box must be four numbers, got {_short(value)}")
    numbers = [_finite(number, value) for number in value]
    x0, y0, x1, y1 = numbers
    if xywh:
        x1, y1 = x0 + x1, y0 + y1
    shown = f"box ({x0:g}, {y0:g}, {x1:g}, {y1:g})"
    if x1 < x0 or y1 < y0:
        raise RecordProblem("inverted box", f"{shown} is inverted; write it as x0, y0, x1, y1")
    if x1 == x0 or y1 == y0:
        raise RecordProblem("empty box", f"{shown} has no area")
    height, width = size_hw
    clipped = (max(x0, 0.0), max(y0, 0.0), min(x1, float(width)), min(y1, float(height)))
    overhang = max(-x0, -y0, x1 - width, y1 - height)
    corners = np.asarray(clipped, dtype=np.float32)
    if overhang > EDGE_SLACK_PX or corners[0] >= corners[2] or corners[1] >= corners[3]:
        raise RecordProblem(
            "box outside image", f"{shown} lies outside the {width}x{height} image {image.name}"
        )
    return clipped


def _finite(value: object, box: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if math.isfinite(number):
            return number
    raise RecordProblem("bad boxes", f"a box must be four finite numbers, got {_short(box)}")


def _short(value: object) -> str:
    """The value for a message; long and deep values are abbreviated."""
    try:
        return reprlib.repr(value)
    except ValueError:  # an integer beyond Python's limit of printed digits
        return f"a huge {type(value).__name__}"
