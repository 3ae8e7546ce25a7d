"""Compiled code on disk: a file is found again by a digest of all that the code in it holds.

A file begins with a digest of the rest, so that one that was cut off or damaged is told from code:
it is removed, and its function compiled anew. numba's own index of such files is not used: where
two processes write it at once, or one dies between index and code, it leads to the wrong code.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import secrets
from pathlib import Path
from typing import Any, NamedTuple

from numba.core import serialize

from vgym.compile_progress import remark

_DIGEST = hashlib.sha256().digest_size


class CodeKey(NamedTuple):
    """What compiled code is found by: of one function, the same of both."""

    variant: str  # which of its codes: hexadecimal digits, for these arguments, on such a machine
    content: str  # what that code holds: likewise


class CodeFiles:
    """The codes of one function, a file for each variant.

    Args:
        folder: where they lie.
        function: its name, for whoever looks into the folder.
    """

    def __init__(self, folder: Path, function: str) -> None:
        self._folder = folder
        self._stem = re.sub(r"[^A-Za-z0-9_.]", "", function)[:100]

    def load(self, key: CodeKey) -> Any:
        """What was saved by that key; None where there is none, or it cannot be read."""
        try:
            digest, rest = _split(self._path(key).read_bytes())
        except OSError:
            return None
        if hashlib.sha256(rest).digest() != digest:
            self.drop(key)
            return None
        content, code = _split(rest)
        return serialize.loads(code) if content == bytes.fromhex(key.content) else None

    def save(self, key: CodeKey, code: Any) -> None:
        """Keep code, in the place of what the same variant had.

        Raises:
            OSError: it cannot be written; what was there is left.
        """
        rest = bytes.fromhex(key.content) + serialize.dumps(code)
        path = self._path(key)
        unfinished = path.with_suffix(f".{secrets.token_hex(8)}")
        try:
            unfinished.write_bytes(hashlib.sha256(rest).digest() + rest)
            os.replace(unfinished, path)
        except BaseException:
            unfinished.unlink(missing_ok=True)
            raise

    def drop(self, key: CodeKey) -> None:
        """Remove code that is no good, and say so."""
        path = self._path(key)
        remark("a broken file", f"vgym: compiled code was damaged and is compiled anew: {path}")
        _remove(path)

    def flush(self) -> None:
        """Remove all."""
        for path in self._folder.glob(f"{self._stem}-*.nbc"):
            _remove(path)

    def _path(self, key: CodeKey) -> Path:
        return self._folder / f"{self._stem}-{key.variant[:24]}.nbc"


def _split(held: bytes) -> tuple[bytes, bytes]:
    return held[:_DIGEST], held[_DIGEST:]


def _remove(path: Path) -> None:
    # One that cannot be removed is in nobody's way: it is written over, or compiled past.
    with contextlib.suppress(OSError):
        path.unlink()
