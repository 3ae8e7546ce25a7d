"""Answers of models, kept on disk: what was asked once, in every way the same, is not asked again.

One SQLite file: a process that is killed, or several that write at once, leave it whole. What is
kept is known by a hash of everything that an answer depends on; questions and pictures are not
kept, nor are keys, nor failures.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import time
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from vgym.chat.replies import Reply, kept_reply

FORMAT = 1  # of the file and of what is hashed
_MINE = 0x7667796D  # "vgym": SQLite's application_id, by which the file is known
_WAIT_S = 30.0  # for another process that writes


def fingerprint(what: Mapping[str, Any]) -> str:
    """A hash of plain data with pictures in it.

    Args:
        what: mappings with text keys, lists, numbers, texts and arrays; of an array the bytes, the
            shape and the type count, so one picture has one hash however it is encoded later.

    Returns:
        64 hexadecimal digits.

    >>> fingerprint({"a": 1, "b": [2]}) == fingerprint({"b": [2], "a": 1})
    True
    """
    plain = json.dumps({"format": FORMAT, **what}, sort_keys=True, default=_plain)
    return hashlib.sha256(plain.encode()).hexdigest()


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        data = np.ascontiguousarray(value)
        return {
            "sha256": hashlib.sha256(data.data).hexdigest(),
            "shape": data.shape,
            "type": data.dtype.str,
        }
    if isinstance(value, np.generic):
        return value.item()
    raise TypeError(f"{type(value).__name__} in a question has no hash")


_EMPTY = (0, 0, 0)


def _made_by(file: sqlite3.Connection) -> tuple[int, int, int]:
    """A file's program, version and number of tables, as they were at one time."""
    with file:
        file.execute("BEGIN")
        return (
            file.execute("PRAGMA application_id").fetchone()[0],
            file.execute("PRAGMA user_version").fetchone()[0],
            file.execute("SELECT count(*) FROM sqlite_master").fetchone()[0],
        )


def _make(file: sqlite3.Connection) -> None:
    """Make a file that holds nothing a cache, at once: others see it empty or whole."""
    with file:
        file.execute("BEGIN IMMEDIATE")
        if not file.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            file.execute("CREATE TABLE replies (id TEXT PRIMARY KEY, reply TEXT)")
            file.execute(f"PRAGMA application_id={_MINE}")
            file.execute(f"PRAGMA user_version={FORMAT}")


def _log_ahead(file: sqlite3.Connection) -> None:
    """Readers and a writer at once; SQLite does not itself wait for others to switch to it."""
    until = time.monotonic() + _WAIT_S
    while True:
        try:
            file.execute("PRAGMA journal_mode=WAL")
            break
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.01)
    file.execute("PRAGMA synchronous=NORMAL")


class Cache:
    """Replies by fingerprint.

    Args:
        path: the file, made with its folder if it is not there. One of another version, or of
            another program, is left as it is: a warning says so, and nothing is kept. None for
            memory alone.

    Raises:
        ValueError: it cannot be written to.
    """

    def __init__(self, path: str | Path | None = None) -> None:
        self.path = None if path is None else Path(path)
        self._file: sqlite3.Connection | None = None
        self._open()

    def _open(self) -> None:
        why = f"{self.path} cannot be written to; name another by cache=FILE"
        try:
            if self.path is not None:
                self.path.parent.mkdir(parents=True, exist_ok=True)
            where = ":memory:" if self.path is None else str(self.path)
            file = sqlite3.connect(where, timeout=_WAIT_S, check_same_thread=False)
        except (OSError, sqlite3.Error) as error:
            raise ValueError(f"{why} ({error})") from None
        try:
            mine = self._is_mine(file)
            if mine:
                _log_ahead(file)
        except sqlite3.OperationalError as error:
            file.close()
            raise ValueError(f"{why} ({error})") from None
        if mine:
            self._file = file
        else:
            file.close()

    def _is_mine(self, file: sqlite3.Connection) -> bool:
        """Whether it is a file of this version, or an empty one that is one now; says why not."""
        try:
            if _made_by(file) == _EMPTY:
                _make(file)  # unless another process has done so by now
            program, version, _ = _made_by(file)
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:  # no SQLite at all
            program, version = 0, 0
        if (program, version) == (_MINE, FORMAT):
            return True
        what = f"of version {version}, not {FORMAT}" if program == _MINE else "not of vgym"
        warnings.warn(
            f"{self.path} is a cache {what}: it is left as it is, and no answer is kept; name "
            "another by cache=FILE, or delete it",
            stacklevel=4,
        )
        return False

    def get(self, id: str) -> Reply | None:
        """The reply that was kept under a fingerprint; None for none, or one that is damaged."""
        if self._file is None:
            return None
        try:
            row = self._file.execute("SELECT reply FROM replies WHERE id = ?", (id,)).fetchone()
            return None if row is None else kept_reply(row[0])
        except (ValueError, TypeError, sqlite3.DatabaseError):
            return None

    def keep(self, id: str, reply: Reply) -> None:
        """Keep a reply; one that is none is not kept.

        Raises:
            ValueError: the disk is full, or the file was damaged.
        """
        if self._file is None or reply.error:
            return
        try:
            with self._file:
                row = (id, reply.as_json())
                self._file.execute("INSERT OR REPLACE INTO replies VALUES (?, ?)", row)
        except sqlite3.Error as error:
            raise ValueError(f"no answer can be kept in {self.path}: {error}") from None

    def __len__(self) -> int:
        if self._file is None:
            return 0
        return int(self._file.execute("SELECT count(*) FROM replies").fetchone()[0])

    def close(self) -> None:
        """Let go of the file."""
        if self._file is not None:
            self._file.close()
            self._file = None

    def __getstate__(self) -> dict[str, Any]:
        return {"path": self.path}

    def __setstate__(self, state: dict[str, Any]) -> None:
        self.__init__(**state)  # type: ignore[misc]

    def __repr__(self) -> str:
        return "Cache()" if self.path is None else f"Cache({str(self.path)!r})"
