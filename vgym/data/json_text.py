"""Strict JSON: no NaN or Infinity, nesting bounded, files bounded."""

import json
from pathlib import Path
from typing import NoReturn

from vgym.data.errors import DataError, RecordProblem

MAX_FILE_BYTES = 2 * 10**9
_FIRST_BYTES = 1_000_000


def parse_json(text: str | bytes) -> object:
    """The value written in ``text``; raises `RecordProblem` when it is not strict JSON."""
    try:
        value: object = json.loads(text, parse_constant=_refuse_constant)
    except RecursionError:
        raise RecordProblem("invalid JSON", "invalid JSON: nested too deeply") from None
    except UnicodeDecodeError as error:
        raise RecordProblem("invalid JSON", f"invalid JSON: not UTF-8 ({error.reason})") from None
    except ValueError as error:
        raise RecordProblem("invalid JSON", f"invalid JSON: {error}") from None
    return value


def is_nested(value: object, depth: int) -> bool:
    """Whether lists and objects lie more than ``depth`` deep in each other."""
    layer = [value]
    for _ in range(depth + 1):
        layer = [
            part
            for each in layer
            if isinstance(each, list | dict)
            for part in (each.values() if isinstance(each, dict) else each)
        ]
    return bool(layer)


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not a JSON number")


def check_file(path: Path, max_bytes: int = MAX_FILE_BYTES) -> None:
    """Raises `DataError` unless ``path`` is a regular file of at most ``max_bytes``."""
    if not path.is_file():
        raise DataError(f"{path} does not exist or is not a regular file")
    size = path.stat().st_size
    if size > max_bytes:
        raise DataError(f"{path} has {size} bytes, more than the limit of {max_bytes}; split it")


def read_json(path: Path) -> object:
    """The value of a whole JSON file; raises `DataError` naming the file."""
    check_file(path)
    try:
        return parse_json(path.read_bytes())
    except RecordProblem as problem:
        cure = ""
        if "Extra data" in problem.detail and path.suffix.lower() == ".json":
            cure = f"; it looks like JSONL, so name it {path.stem}.jsonl"
        raise DataError(f"{path}: {problem.detail}{cure}") from None


def first_value(path: Path) -> object:
    """What a JSON file begins with: the first entry of a list, or an empty object for an object.

    None for anything else, such as a list whose first entry is longer than a megabyte. Nothing
    else of the file is read.
    """
    with path.open("rb") as file:
        text = file.read(_FIRST_BYTES).decode("utf-8-sig", errors="ignore").lstrip()
    if text.startswith("{"):
        return {}
    start = len(text) - len(text[1:].lstrip())
    try:
        value: object = json.JSONDecoder().raw_decode(text, start)[0] if text[:1] == "[" else None
    except (ValueError, RecursionError):
        return None
    return value
