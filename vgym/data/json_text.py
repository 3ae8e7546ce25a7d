"""Strict JSON: no NaN or Infinity, nesting bounded."""

import json
from pathlib import Path
from typing import NoReturn

from vgym.data.errors import DataError, RecordProblem
from vgym.data.files import MAX_FILE_BYTES, opened, read_bytes

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


def read_json(path: Path, max_bytes: int = MAX_FILE_BYTES) -> object:
    """The value of a whole JSON file; raises `DataError` naming the file."""
    try:
        return parse_json(read_bytes(path, max_bytes))
    except RecordProblem as problem:
        cure = ""
        if "Extra data" in problem.detail and path.suffix.lower() == ".json":
            cure = f"; it looks like JSONL, so name it {path.stem}.jsonl"
        raise DataError(f"{path}: {problem.detail}{cure}") from None


def first_value(path: Path) -> object:
    """What a JSON file begins with: the first entry of a list, or an empty object for an object.

    None for anything else, such as a list whose first entry is longer than a megabyte, or a file
    that cannot be read. Nothing else of the file is read.
    """
    try:
        with opened(path) as file:
            text = file.read(_FIRST_BYTES).decode("utf-8-sig", errors="ignore").lstrip()
    except DataError:
        return None
    if text.startswith("{"):
        return {}
    start = len(text) - len(text[1:].lstrip())
    try:
        value: object = json.JSONDecoder().raw_decode(text, start)[0] if text[:1] == "[" else None
    except (ValueError, RecursionError):
        return None
    return value
