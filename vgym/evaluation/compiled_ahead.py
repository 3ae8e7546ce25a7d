"""Kernels of environments that are still to come, compiled in another process meanwhile.

Compiling fills one core, and the environments of a benchmark share few kernels: where there is a
second core, it begins at the other end of the list. Code lies on disk, so what this has compiled is
there when it is asked for; what both compile at the same time is compiled twice, and no harm done.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from vgym.compile_progress import QUIET
from vgym.compiled_together import alone
from vgym.row_threads import threads

Configuration = tuple[str, Mapping[str, Any]]  # an id, and the keywords it is made with


@contextmanager
def compiled_ahead(configurations: Sequence[Configuration]) -> Iterator[None]:
    """Within it, another process compiles what these need, the last of them first."""
    process = compile_apart(configurations[::-1])
    try:
        with alone():  # that one has the free core
            yield
    finally:
        process.kill()
        process.communicate()


def compile_apart(configurations: Sequence[Configuration]) -> subprocess.Popen[bytes]:
    """A process that compiles what these need, one after the other, and ends.

    It ends as well when this one does. Who plays a configuration is told what is wrong with it:
    here one that cannot be made is passed over.

    Args:
        configurations: what they hold is written as JSON.
    """
    wanted = json.dumps(configurations, default=str)
    return subprocess.Popen(
        [sys.executable, "-m", "vgym.evaluation.compiled_ahead", wanted],
        stdin=subprocess.PIPE,  # closed when this process ends, however that is
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, QUIET: "1"},
        start_new_session=True,  # Ctrl-C is for this process, which ends that one
    )


def free_cores(used: int) -> int:
    """How many cores this process may use beyond those: as torch counts them, of the machine or of
    what ``OMP_NUM_THREADS`` leaves to one of many processes."""
    import torch

    return torch.get_num_threads() - used


def _end_with_parent() -> None:
    sys.stdin.read()
    os._exit(1)


def _play_once(id: str, settings: Mapping[str, Any]) -> None:
    """Begin an episode and answer it."""
    import gymnasium

    envs: Any = gymnasium.make_vec(id, num_envs=2, **settings)
    try:
        envs.reset(seed=0)
        envs.step(envs.unwrapped.oracle())
    finally:
        envs.close()


def _main() -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    import torch

    torch.set_num_threads(1)
    threads(1)
    for id, settings in json.loads(sys.argv[1]):
        with contextlib.suppress(Exception):
            _play_once(id, settings)


if __name__ == "__main__":
    _main()
