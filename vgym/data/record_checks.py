"""The checks of words and sizes that every record passes, whatever file it came from."""

import unicodedata
from pathlib import Path

from vgym.data.errors import RecordProblem, shown
from vgym.data.record_keys import as_key

MAX_EXPRESSION_CHARACTERS = 1_000


def checked_expression(value: object) -> str:
    """The expression without surrounding blanks; raises `RecordProblem` for unusable text."""
    if not isinstance(value, str):
        raise RecordProblem("bad expression", f"expression must be a string, got {shown(value)}")
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
    """Raises `RecordProblem` unless ``value`` is the (height, width) found in the header.

    A null is a size that is not known, and agrees with any.
    """
    sides = [None, None] if value is None else value
    if (
        not isinstance(sides, list | tuple)
        or len(sides) != 2
        or any(side is not None and as_key(side) != actual_hw[k] for k, side in enumerate(sides))
    ):
        height, width = actual_hw
        raise RecordProblem(
            "wrong size",
            f"size_hw {shown(value)} is not the [{height}, {width}] of image {image.name}",
        )
