"""Which edition of its files a source was read from, so that none is played that is no more.

Sources are kept for the whole process, and their files change meanwhile. What is kept of files is
kept under the `edition` of all of them, those that they refer to too, asked for at every ``make``
and before they are read. This is the only place that says when a file counts as another.
"""

from __future__ import annotations

import hashlib
import os
import stat
import time
from collections.abc import Iterable
from pathlib import Path

# File systems stamp times by a clock of their own, which ticks once in 10 ms, or once in 2 s (FAT):
# a file so young may be written once more and have the same times.
_YOUNG_NS = 2 * 10**9


def edition(files: Iterable[Path | str]) -> bytes:
    """What tells these files from themselves as they were: 32 bytes, equal if nothing has changed.

    Of each its path, size, inode and times in nanoseconds; of one that was written a moment ago
    the content too. What is missing or cannot be looked at has an edition as well.

    >>> edition(["no such file"]) == edition(["no such file"]) != edition([])
    True
    """
    seen = hashlib.blake2b(digest_size=32)
    for file in files:
        name = os.path.abspath(file)
        seen.update(repr((name, *_looked_at(name))).encode("utf-8", "surrogatepass"))
    return seen.digest()


def _looked_at(name: str) -> tuple[object, ...]:
    try:
        found = os.stat(name)
        told = (found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)
        age = time.time_ns() - max(found.st_mtime_ns, found.st_ctime_ns)
        if age < _YOUNG_NS and stat.S_ISREG(found.st_mode):
            with open(name, "rb") as file:
                return (*told, hashlib.file_digest(file, "blake2b").digest())
    except (OSError, ValueError) as error:  # ValueError: a name that no file can have
        return (type(error).__name__, getattr(error, "errno", None))
    return told
