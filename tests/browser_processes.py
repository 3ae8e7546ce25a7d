"""The processes behind a browser that this process has started: found in /proc, and killed."""

import os
import signal
from pathlib import Path


def descendants(of: int) -> dict[int, str]:
    """The processes below one, with their command lines."""
    parents, words = {}, {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                state, parent = (entry / "stat").read_text().rpartition(")")[2].split()[:2]
                if state != "Z":
                    parents[int(entry.name)] = int(parent)
                    words[int(entry.name)] = (entry / "cmdline").read_text().replace("\0", " ")
            except OSError:
                continue
    below: set[int] = {of}
    while more := {child for child, parent in parents.items() if parent in below} - below:
        below |= more
    return {pid: words[pid] for pid in below - {of}}


def kill(victim: str) -> set[int]:
    """Kill the driver or Chromium's first process; returns all processes of both."""
    there = descendants(os.getpid())
    # One that another test left may still be ending on a busy machine: the last started is meant.
    driver = max((pid for pid, words in there.items() if "run-driver" in words), key=_started)
    below = descendants(driver)
    piped = (pid for pid, words in below.items() if "--remote-debugging-pipe" in words)
    os.kill(driver if victim == "driver" else min(piped, key=_started), signal.SIGKILL)
    return {driver, *below}


def _started(pid: int) -> int:
    """When a process began, in ticks; numbers of processes begin anew at some time."""
    return int((Path("/proc") / str(pid) / "stat").read_text().rpartition(")")[2].split()[19])
