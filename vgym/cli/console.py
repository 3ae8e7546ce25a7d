"""Where commands print: tables on standard output, what is being waited for on standard error."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING

from vgym.compile_progress import told_to

if TYPE_CHECKING:
    from rich.console import Console

LOADING = "loading ..."
WIDE = 1000  # columns of what is piped: no cell is folded or cut, tables are as wide as their words


def console() -> Console:
    """Standard output."""
    from rich.console import Console

    # Piped output is for programs: wide enough that no cell is folded.
    return Console(highlight=False, width=None if sys.stdout.isatty() else WIDE)


def screen_width() -> int | None:
    """Columns of the screen; None where standard output is piped, for nothing is folded there."""
    return console().width if sys.stdout.isatty() else None


@contextmanager
def spinner(waited_for: str = LOADING) -> Iterator[None]:
    """A spinner on standard error, with what is waited for, or is being compiled, beside it."""
    from rich.console import Console

    screen = Console(stderr=True)
    with (
        screen.status(waited_for) as status,
        compiling_shown(screen, lambda words: status.update(words or waited_for)),
    ):
        yield


def compiling_shown(screen: Console, show: Callable[[str], None]) -> AbstractContextManager[None]:
    """Within it, what is being compiled is shown where a screen is being drawn on anyway.

    Args:
        screen: if it is none, what is being compiled is said in lines, as it is in Python.
        show: called with the words; "" when it is over.
    """
    if not screen.is_terminal:
        return nullcontext()
    return told_to(lambda words, over: show("" if over else words))
