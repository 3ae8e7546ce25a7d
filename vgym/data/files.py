"""How somebody's files are named and opened, but for pictures (see `vgym.data.images`).

Whatever keeps a file from being read, such as a name that is too long, a folder or a pipe in its
place, or no permission, is a `DataError` that names it. Where it is only asked whether something is
there, `os.path` answers; `pathlib` raises for some of these.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from glob import glob
from pathlib import Path
from typing import BinaryIO

from vgym.data.errors import DataError

MAX_FILE_BYTES = 2 * 10**9


def source_path(said: str | os.PathLike[str]) -> Path:
    """The path that somebody typed, ``~`` being a home.

    Raises:
        DataError: it is the home of somebody who has none.
    """
    try:
        return Path(said).expanduser()
    except RuntimeError:
        raise DataError(
            f"{os.fspath(said)!r:.200} begins with the home of somebody unknown here; write the "
            "whole path"
        ) from None


def listed(folder: Path, pattern: str) -> list[Path]:
    """What lies in a folder under names of a pattern, sorted; none where that cannot be told."""
    return sorted(folder / name for name in glob(pattern, root_dir=folder, include_hidden=True))


def check_file(path: Path, max_bytes: int = MAX_FILE_BYTES) -> None:
    """Raises `DataError` unless ``path`` is a regular file of at most ``max_bytes``."""
    try:
        found = os.stat(path)
    except FileNotFoundError:
        raise DataError(f"{path} does not exist") from None
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        raise _unreadable(path, error) from None
    if not stat.S_ISREG(found.st_mode):
        raise DataError(f"{path} is not a regular file")
    if found.st_size > max_bytes:
        raise DataError(
            f"{path} has {found.st_size} bytes, more than the limit of {max_bytes}; split it"
        )


@contextmanager
def opened(path: Path, max_bytes: int = MAX_FILE_BYTES) -> Iterator[BinaryIO]:
    """A file to be read within, checked as by `check_file`.

    Raises:
        DataError: it cannot be opened; or, of what is done within, be read on.
    """
    check_file(path, max_bytes)
    try:
        with open(path, "rb") as file:
            yield file
    except OSError as error:
        raise _unreadable(path, error) from error


def read_bytes(path: Path, max_bytes: int = MAX_FILE_BYTES) -> bytes:
    """All of a file; raises `DataError` as `opened`."""
    with opened(path, max_bytes) as file:
        return file.read()


def _unreadable(path: Path, error: Exception) -> DataError:
    why = error.strerror if isinstance(error, OSError) else error
    return DataError(f"{path!s:.300} cannot be read: {why}")
