"""Standard output and standard error, which take whatever is printed, or at least end nothing.

Not every stream can write every sign: there is ``PYTHONIOENCODING=ascii``, the locale C, a Windows
code page. What one cannot write is degraded: signs of ours become plain ones, other characters the
escapes by which Python writes them, and bytes of a file's name that are no text stay those bytes.
"""

from __future__ import annotations

import codecs
import os
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from io import TextIOWrapper
from typing import TextIO

_ERRORS = "vgym.plain"
# The signs of our own texts and of Rich's bars and spinners.
_PLAIN = {
    "\N{EN DASH}": "-",
    "\N{EM DASH}": "-",
    "\N{MINUS SIGN}": "-",
    "\N{HORIZONTAL ELLIPSIS}": "...",
    "\N{MULTIPLICATION SIGN}": "x",
    "\N{PLUS-MINUS SIGN}": "+-",
    "\N{LEFT SINGLE QUOTATION MARK}": "'",
    "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    "\N{LEFT DOUBLE QUOTATION MARK}": '"',
    "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
}
_BARS = range(0x2500, 0x2600)
_SPINNERS = range(0x2800, 0x2900)  # Braille


def _plainly(error: UnicodeError) -> tuple[str | bytes, int]:
    """An error handler of `codecs`: what stands for the first sign that cannot be written."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    sign = error.object[error.start]
    code, behind = ord(sign), error.start + 1
    if 0xDC80 <= code <= 0xDCFF:  # how Python holds such a byte
        return bytes([code - 0xDC00]), behind
    if code in _BARS or code in _SPINNERS:
        return "-" if code in _BARS else "*", behind
    return _PLAIN.get(sign) or sign.encode("ascii", "backslashreplace"), behind


codecs.register_error(_ERRORS, _plainly)


@contextmanager
def plain_streams() -> Iterator[None]:
    """Within it the standard streams take every text; one that is closed leads nowhere."""
    with ExitStack() as after:
        for name in ("stdout", "stderr"):
            stream: TextIO | None = getattr(sys, name)
            if stream is None:  # its descriptor was closed before Python began
                nowhere = after.enter_context(open(os.devnull, "w", encoding="utf-8"))
                setattr(sys, name, nowhere)
                after.callback(setattr, sys, name, None)
            elif isinstance(stream, TextIOWrapper):
                after.callback(_set_errors, stream, stream.errors)
                _set_errors(stream, _ERRORS)
        yield


def _set_errors(stream: TextIOWrapper, errors: str | None) -> None:
    with suppress(OSError, ValueError):  # it is full, or closed: that is found by who prints
        stream.reconfigure(errors=errors)


def discard_what_is_left() -> None:
    """Streams that take no more lead nowhere: Python flushes them when it ends, and would fail."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())


class Printed:
    """Lines on standard output beside which the work goes on, whether or not anybody hears them.

    Attributes:
        fault: why standard output took no more, such as a full disk; None while it does.
    """

    fault: OSError | None = None

    def __call__(self, text: str) -> None:
        """Print it and send it off."""
        if self.fault is None:
            try:
                print(text, flush=True)
            except OSError as fault:
                self.fault = fault
