"""Threads for the rows of a batch: kernels that release the GIL, each on rows of its own.

Rows of a batch are independent of each other, so how many threads share them changes nothing but
the time. There is one pool of threads in a process, made when first needed; a forked child makes
its own. `vgym.threads` says how many threads work at once, ``VGYM_THREADS`` does for all processes
that are started with it.
"""

from __future__ import annotations

import contextlib
import math
import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from vgym.plain_numbers import brief, whole

MOST = 1024  # threads that may be asked for
_VARIABLE = "VGYM_THREADS"
# What one thread takes at a time, in pixels or what takes as long: some hundred microseconds of
# work, beside which waking a thread is little.
_PIECE = 1 << 16
_PIECES_EACH = 4  # of a thread, so that one that is held up does not hold up the others


class _Pool:
    """The threads of this process."""

    def __init__(self) -> None:
        self.wanted: int | None = None  # None until first asked for
        self.lock = threading.Lock()
        self._made: tuple[int, ThreadPoolExecutor] | None = None

    def of(self, workers: int) -> ThreadPoolExecutor:
        """Threads beside the one that asks; those that work for others end by themselves."""
        with self.lock:
            if self._made is None or self._made[0] != workers:
                self._made = workers, ThreadPoolExecutor(workers, "vgym rows")
            return self._made[1]


_pool = _Pool()


def _after_fork() -> None:
    """A child has none of the threads, and a lock that perhaps nobody will release."""
    global _pool
    wanted, _pool = _pool.wanted, _Pool()
    _pool.wanted = wanted


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def threads(n: int | None = None) -> int:
    """How many threads work on a batch at once, in this process.

    Pictures, rewards and episodes are the same with any number. A batch of few or small rows is
    worked on by fewer. torch is held to one thread while an environment works, and gets its own
    back; it is not asked to share these.

    Args:
        n: from 1 to 1024, from now on; None leaves it as it is. More than there are cores is taken
            as said, and slower.

    Returns:
        The number that counts from now on: the one said last, or what ``VGYM_THREADS`` says, or all
        cores that this process may use.

    Raises:
        ValueError: another number, here or in ``VGYM_THREADS``.

    >>> before = threads()
    >>> threads(2)
    2
    >>> threads(before) == threads()
    True
    """
    if n is not None:
        if not isinstance(n, int) or isinstance(n, bool) or not 1 <= n <= MOST:
            raise ValueError(f"threads({n!r}): it must be a whole number from 1 to {MOST}")
        _pool.wanted = n
    if _pool.wanted is None:
        _pool.wanted = _from_environment()
    return _pool.wanted


def usable_cores() -> int:
    """The cores that this process may use: those it is bound to, or its container's share."""
    bound: Callable[[int], set[int]] | None = getattr(os, "sched_getaffinity", None)
    cores = len(bound(0)) if bound else os.cpu_count() or 1
    with contextlib.suppress(OSError, ValueError):  # elsewhere than under Linux; "max"
        quota, period = Path("/sys/fs/cgroup/cpu.max").read_text("ascii").split()
        cores = min(cores, math.ceil(int(quota) / int(period)))
    return max(1, cores)


def over_rows(work: Callable[[slice], object], rows: int, cost: int) -> None:
    """Do a batch's work, in several threads where it is worth it.

    Args:
        work: is called with slices that together hold each row once, in several threads at a time.
            It should release the GIL, and must not itself come here.
        rows: how many.
        cost: of a row, in pixels or what takes as long as one, a hundredth of a microsecond.

    Raises:
        Exception: what ``work`` raises, once nobody works any more.
    """
    workers = min(threads(), rows * cost // _PIECE)
    if workers < 2:
        work(slice(0, rows))
        return
    size = max(-(-rows // (_PIECES_EACH * workers)), -(-_PIECE // max(cost, 1)))
    pieces = iter([slice(at, min(at + size, rows)) for at in range(0, rows, size)])

    def work_on() -> None:
        for piece in pieces:  # each is handed out once: a list's iterator is safe to share
            work(piece)

    # Whoever asks works too, so nobody waits for a thread that has not begun.
    begun = [_pool.of(threads() - 1).submit(work_on) for _ in range(workers - 1)]
    try:
        work_on()
    except BaseException:
        _drain(pieces)
        raise
    finally:
        failed = [one.exception() for one in begun if not one.cancel()]
    for error in filter(None, failed):
        raise error


def _drain(pieces: Iterator[slice]) -> None:
    for _ in pieces:
        pass


@contextlib.contextmanager
def one_torch_thread() -> Iterator[None]:
    """Hold torch to the calling thread: for tensors as short as a batch, its own threads cost more
    than they do, most of all where others want the cores."""
    import torch

    before = torch.get_num_threads()
    if before == 1:
        yield
        return
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _from_environment() -> int:
    said = os.environ.get(_VARIABLE, "").strip()
    if not said:
        return usable_cores()
    n = whole(said)
    if n is None or not 1 <= n <= MOST:
        raise ValueError(
            f"{_VARIABLE}={brief(said)}: it must be a whole number from 1 to {MOST}; unset it for "
            f"all {usable_cores()} cores that this process may use"
        )
    return n
