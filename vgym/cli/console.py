"""Where commands print: tables on standard output, what is being waited for on standard error."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console

COMPILING = "compiling drawing kernels once (about half a minute) ..."
LOADING = "loading ..."
COMPILING_AFTER_S = 8.0  # loading alone is done by then


def console() -> Console:
    """Standard output."""
    from rich.console import Console

    # Piped output is for programs: wide enough that no cell is folded.
    return Console(highlight=False, width=None if sys.stdout.isatty() else 160)


@contextmanager
def spinner() -> Iterator[None]:
    """A spinner on standard error; after a few seconds it says what takes so long."""
    from rich.console import Console

    console = Console(stderr=True)
    with console.status(LOADING) as status:

        def explain() -> None:
            status.update(COMPILING)
            if not console.is_terminal:
                console.print(COMPILING)

        timer = threading.Timer(COMPILING_AFTER_S, explain)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
