"""The checks of words and sizes that every record passes, whatever file it came from."""

import unicodedata
from collections.abc import Collection, Mapping
from pathlib import Path

from vgym.data.errors import RecordProblem, shown
from vgym.data.json_text import is_nested
from vgym.data.record_keys import as_key

MAX_EXPRESSION_CHARACTERS = 1_000
MAX_DEPTH = 32  # of what is kept unread: far deeper values cannot be copied


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


def further_keys(fields: Mapping[str, object], known: Collection[str]) -> dict[str, object]:
    """What a record holds besides the keys of its format; raises `RecordProblem` if too deep."""
    extra = {key: value for key, value in fields.items() if key not in known}
    if is_nested(extra, MAX_DEPTH):
        raise RecordProblem("deep value", f"its values are nested over {MAX_DEPTH} deep")
    return extra


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
