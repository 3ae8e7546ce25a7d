"""What is being compiled and how far, for whoever waits: said where it takes over two seconds.

On a terminal it is one line of standard error that changes and is gone when the wait is over;
elsewhere it is a plain line now and then. ``VGYM_QUIET=1`` says nothing, and neither do worker
processes, of which there may be many that wait for the same. There is no thread: what is said is
said when a function has been compiled.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

QUIET = "VGYM_QUIET"
SAID_AFTER_S = 2.0
LINES_APART_S = 10.0

# Called with the words, and whether the wait that they speak of is over.
Say = Callable[[str, bool], None]


class CompileProgress:
    """How far the compiling of what one call needs has come.

    Args:
        name: what is compiled.
        say: told of it, from the third second on.
        clock: seconds.
        kept: whether it will lie on disk for the next time.
    """

    def __init__(
        self,
        name: str,
        say: Say,
        clock: Callable[[], float] = time.monotonic,
        kept: bool = True,
    ) -> None:
        self._name = name
        self._once = ", once" if kept else ""
        self._say = say
        self._clock = clock
        self._start = clock()
        self._said = False

    def advance(self, done: int, needed: int) -> None:
        """So many functions, of those known to be needed, are compiled."""
        if self._seconds() < SAID_AFTER_S:
            return
        self._said = True
        self._say(f"vgym: compiling {self._name}{self._once}: {done} of {needed} functions", False)

    def end(self, failed: bool = False) -> None:
        """All are compiled, or one cannot be."""
        if self._said:
            came = "gave up on" if failed else "compiled"
            self._say(f"vgym: {came} {self._name} in {self._seconds():.0f} s", True)

    def _seconds(self) -> float:
        return self._clock() - self._start


class StandardError:
    """Says it on standard error, whatever that is at the time.

    Args:
        clock: seconds.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._last = -LINES_APART_S

    def __call__(self, words: str, over: bool) -> None:
        """Write the words, unless lines would follow one another too fast."""
        # Nothing that is compiled may fail for want of a place to say so.
        with contextlib.suppress(OSError, ValueError, AttributeError):
            if _is_terminal():
                width = shutil.get_terminal_size().columns - 1
                sys.stderr.write(f"{_ERASE}{'' if over else words[:width]}")
            elif over or self._clock() - self._last >= LINES_APART_S:
                self._last = self._clock()
                sys.stderr.write(f"{words}\n")
            sys.stderr.flush()


_ERASE = "\r\x1b[K"  # the line
_told: list[Say] = [StandardError()]
_remarked: set[str] = set()


@contextmanager
def told_to(say: Say) -> Iterator[None]:
    """Within it, waits for compiling are told to a function, such as that of a progress bar."""
    _told.append(say)
    try:
        yield
    finally:
        _told.remove(say)


def tell(words: str, over: bool) -> None:
    """Say it, where anybody wants to hear it."""
    if _is_wanted():
        _told[-1](words, over)


def remark(about: str, words: str) -> None:
    """Say what stays to be read on standard error: one thing about a subject in a process."""
    if about in _remarked or not _is_wanted():
        return
    _remarked.add(about)
    with contextlib.suppress(OSError, ValueError, AttributeError):
        sys.stderr.write(f"{_ERASE if _is_terminal() else ''}{words}\n")
        sys.stderr.flush()


def _is_wanted() -> bool:
    """Neither in worker processes nor where somebody wants quiet."""
    quiet = os.environ.get(QUIET, "0") not in ("", "0")
    return not quiet and multiprocessing.parent_process() is None


def _is_terminal() -> bool:
    """Whether what was written on standard error can be taken back."""
    return sys.stderr.isatty() and os.environ.get("TERM") != "dumb"
