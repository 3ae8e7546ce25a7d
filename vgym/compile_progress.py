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
    """

    def __init__(self, name: str, say: Say, clock: Callable[[], float] = time.monotonic) -> None:
        self._name = name
        self._say = say
        self._clock = clock
        self._start = clock()
        self._said = False

    def advance(self, done: int, needed: int) -> None:
        """So many functions, of those known to be needed, are compiled."""
        if self._seconds() < SAID_AFTER_S:
            return
        self._said = True
        self._say(f"vgym: compiling {self._name}, once: {done} of {needed} functions", False)

    def end(self, failed: bool = False) -> None:
        """All are, and lie on disk for the next time; or one cannot be compiled."""
        if self._said:
            came = "gave up on" if failed else "compiled and kept"
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
            if sys.stderr.isatty() and os.environ.get("TERM") != "dumb":
                width = shutil.get_terminal_size().columns - 1
                sys.stderr.write(f"\r\x1b[K{'' if over else words[:width]}")
            elif over or self._clock() - self._last >= LINES_APART_S:
                self._last = self._clock()
                sys.stderr.write(f"{words}\n")
            sys.stderr.flush()


_told: list[Say] = [StandardError()]


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
    if os.environ.get(QUIET, "0") in ("", "0") and multiprocessing.parent_process() is None:
        _told[-1](words, over)
