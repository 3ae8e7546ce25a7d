"""What the first observation of an id needs, compiled on all cores that a process may use.

Which kernels that are, and for which types of arguments, is written down (`compiled_plans.json`,
by `python -m vgym.baselines.record_kernels`), since no process can tell before it has run what it
calls. Where the first of them is not found on disk, other processes compile those that are ready,
and this one does the same until what it needs is there. A kernel is ready when all that it calls
has been compiled. Code goes from process to process through the folder it is kept in, found by its
content: a plan that is out of date costs time, and nothing else.

No process helps where one core is all there is, or code cannot be kept, or another process has
helpers already: of many that begin at once, one does. Helpers end when who started them does.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import multiprocessing.spawn
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from vgym.compile_progress import QUIET, CompileProgress, tell
from vgym.compiled_content import called
from vgym.compiled_types import read
from vgym.row_threads import threads, usable_cores

MOST = 3  # helpers: each holds a quarter of a gigabyte, and chains of calls are long
PLANS = Path(__file__).with_name("compiled_plans.json")
_NONE, _BEGUN, _DONE = range(3)

_helping = True  # whether this process may start others


@contextmanager
def alone() -> Iterator[None]:
    """Within it, no process is started to help this one."""
    global _helping
    before, _helping = _helping, False
    try:
        yield
    finally:
        _helping = before


class Task:
    """A kernel, compiled for some arguments.

    Args:
        name: ``"module:function"``. outer: whether Python calls it, and not other kernels.
        arguments: types as JSON.
    """

    def __init__(self, name: str, outer: bool, arguments: Sequence[Any]) -> None:
        module, _, function = name.partition(":")
        kernel = getattr(importlib.import_module(module), function)
        self.outer = kernel
        self.kernel = kernel if outer else kernel.within
        self.arguments = tuple(map(read, arguments))

    def work(self) -> None:
        """Compile it, or find it on disk; what cannot be compiled is told to who calls it."""
        with contextlib.suppress(Exception):
            self.kernel.compile(self.arguments)


class Build:
    """A plan on the way: its tasks stand in the order in which they are needed.

    Args:
        plan: `Task`'s arguments, for each.
        helpers: how many processes help.
        over: is called when none does any more.
    """

    def __init__(self, plan: Sequence[Any], helpers: int, over: Callable[[], None]) -> None:
        self._plan = plan
        self._tasks = [Task(*row) for row in plan]
        self._state = [_NONE] * len(plan)
        self._needs = list(map(self._called_before, range(len(plan))))
        self._changed = threading.Condition()
        self._own = -1  # what this process is at
        self._helpers, self._over = helpers, over
        for _ in range(helpers):
            threading.Thread(target=self._be_helped, daemon=True).start()

    @property
    def helped(self) -> bool:
        """Whether some process still does."""
        return self._helpers > 0

    def holds(self, kernel: Any, arguments: tuple[Any, ...]) -> bool:
        """Whether it is one of these tasks."""
        return self._index(kernel, arguments) is not None

    def until(self, kernel: Any, arguments: tuple[Any, ...]) -> None:
        """Work along until all that a task calls is compiled; itself too if others are at it."""
        wanted = self._index(kernel, arguments)
        if wanted is None or wanted == self._own:
            return
        self._own_is_done()
        progress = CompileProgress(kernel.py_func.__module__, tell)
        while self._take_for(wanted):
            self._tasks[self._own].work()
            self._own_is_done()
            progress.advance(self._state.count(_DONE), len(self._plan))
        progress.end()

    def finish(self) -> None:
        """Wait until no process helps any more; not within `until`."""
        self._own_is_done()
        with self._changed:
            self._changed.wait_for(lambda: not self._helpers)

    def _take_for(self, wanted: int) -> bool:
        """Take what is to be done before a task, if that is anything; the task itself otherwise."""
        with self._changed:
            while self._state[wanted] != _DONE:
                if self._state[wanted] == _NONE and self._is_ready(wanted):
                    self._begin(wanted)
                    return False
                chosen = self._first_ready()
                if chosen is not None:
                    self._begin(chosen)
                    return True
                self._changed.wait()
        return False

    def _begin(self, i: int) -> None:
        self._own, self._state[i] = i, _BEGUN

    def _own_is_done(self) -> None:
        if self._own >= 0:
            self._set(self._own, _DONE)
        self._own = -1

    def _index(self, kernel: Any, arguments: tuple[Any, ...]) -> int | None:
        for i, task in enumerate(self._tasks):
            if task.kernel is kernel and task.arguments == arguments:
                return i
        return None

    def _called_before(self, i: int) -> list[int]:
        below = {id(kernel.py_func) for kernel in called(self._tasks[i].outer)}
        return [j for j in range(i) if id(self._tasks[j].outer.py_func) in below]

    def _first_ready(self) -> int | None:
        for i, state in enumerate(self._state):
            if state == _NONE and self._is_ready(i):
                return i
        return None

    def _is_ready(self, i: int) -> bool:
        return all(self._state[j] == _DONE for j in self._needs[i])

    def _set(self, i: int, state: int) -> None:
        with self._changed:
            self._state[i] = state
            self._changed.notify_all()

    def _be_helped(self) -> None:
        """Give one process work until there is none."""
        try:
            with contextlib.suppress(OSError, ValueError), _helper() as helper:
                try:
                    self._give_work(helper)
                finally:
                    helper.kill()
        finally:
            with self._changed:
                self._helpers -= 1
                if not self._helpers:
                    self._over()
                self._changed.notify_all()

    def _give_work(self, helper: subprocess.Popen[str]) -> None:
        assert helper.stdin is not None and helper.stdout is not None
        while True:
            with self._changed:
                while (chosen := self._first_ready()) is None:
                    if _NONE not in self._state:
                        return
                    self._changed.wait()
                self._state[chosen] = _BEGUN
            done = False
            try:
                helper.stdin.write(f"{json.dumps(self._plan[chosen])}\n")
                helper.stdin.flush()
                done = bool(helper.stdout.readline())
            finally:
                self._set(chosen, _DONE if done else _NONE)  # and others do it
            if not done:
                return


_building: Build | None = None


def _after_fork() -> None:
    """A child has none of the threads that hear of what helpers have done."""
    global _building
    _building = None


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)


def help_with(kernel: Any, arguments: tuple[Any, ...], folder: Path) -> bool:
    """Have a kernel compiled by several processes, if it is of a plan.

    Args:
        kernel: a dispatcher whose code is not on disk, which Python calls.
        folder: which processes that find one another's code have in common.

    Returns:
        Whether it is worth to look again.
    """
    global _building
    if _building is None or not (_building.helped or _building.holds(kernel, arguments)):
        _building = _begun(kernel, folder) or _building
    if _building is None or not _building.holds(kernel, arguments):
        return False
    _building.until(kernel, arguments)
    return True


def finish() -> None:
    """Wait until no process helps this one any more, for whoever counts what they spend."""
    if _building is not None:
        _building.finish()


def _begun(kernel: Any, folder: Path) -> Build | None:
    plan = _plan(f"{kernel.py_func.__module__}:{kernel.py_func.__qualname__}")
    if plan is None or not _helping or getattr(sys, "frozen", False):
        return None
    helpers = 0
    with contextlib.suppress(ValueError):  # what is wrong with the number is told elsewhere
        helpers = min(threads() - 1, usable_cores() - 1, MOST)
    lock = _only_one(folder) if helpers > 0 else None
    if lock is None:
        return None
    try:
        return Build(plan, helpers, over=lambda: os.close(lock))
    except (ValueError, LookupError, TypeError, AttributeError, ImportError):
        os.close(lock)  # what is written down is no longer so
        return None


@cache
def _plans() -> Any:
    try:
        return json.loads(PLANS.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def _plan(name: str) -> Any:
    """That which alone has a kernel of that name; None of one that several need, or none."""
    found = [plan for plan in _plans().values() if any(row[0] == name for row in plan)]
    return found[0] if len(found) == 1 else None


def _only_one(folder: Path) -> int | None:
    """A lock that one process holds, until it ends; None where another does."""
    try:
        import fcntl

        handle = os.open(folder, os.O_RDONLY)
    except (ImportError, OSError):
        return None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(handle)
        return None
    return handle


def _helper() -> subprocess.Popen[str]:
    return subprocess.Popen(
        [os.fsdecode(multiprocessing.spawn.get_executable()), "-m", "vgym.compiled_together"],
        stdin=subprocess.PIPE,  # closed when this process ends, however that is
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, QUIET: "1", "VGYM_THREADS": "1"},
        start_new_session=True,  # Ctrl-C is for this process, which ends that one
    )


def _main() -> None:
    """Compile what is asked for on standard input, a line each, and answer with a line."""
    answers, sys.stdout = sys.stdout, sys.stderr
    asked: list[str] = []
    more = threading.Semaphore(0)

    def listen() -> None:
        for line in sys.stdin:
            asked.append(line)
            more.release()
        os._exit(0)

    threading.Thread(target=listen, daemon=True).start()
    while more.acquire():
        try:
            Task(*json.loads(asked.pop(0))).work()
        finally:
            answers.write("done\n")
            answers.flush()


if __name__ == "__main__":
    _main()
