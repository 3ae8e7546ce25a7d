"""Writes down which kernels the first observation of an id needs, for `vgym.compiled_together`.

python -m vgym.baselines.record_kernels                 one id a subject; writes JSON

Each id is made, begun and answered once in a process of its own with an empty cache. To be run
again when a kernel is new, or takes other arguments.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from typing import Any

from vgym.baselines.benchmark_compile import ids
from vgym.compiled_together import PLANS


def record(id: str) -> list[Any]:
    """The kernels that an id needs, in the order in which they are compiled: name, whether Python
    calls it, types of its arguments."""
    with tempfile.TemporaryDirectory() as cache:
        environment = dict(os.environ, VGYM_THREADS="1", NUMBA_CACHE_DIR=cache, VGYM_QUIET="1")
        command = [sys.executable, "-m", "vgym.baselines.record_kernels", "--here", id]
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    plan: list[Any] = json.loads(done.stdout)
    return plan


def _record_here(id: str) -> list[Any]:
    import importlib

    import gymnasium
    from numba.core import event

    from vgym.compiled_types import written

    plan: list[Any] = []

    class Listener(event.Listener):
        def on_start(self, began: Any) -> None: ...

        def on_end(self, ended: Any) -> None:
            kernel, arguments = ended.data["dispatcher"], ended.data["args"]
            module, name = kernel.py_func.__module__, kernel.py_func.__qualname__
            outer = getattr(importlib.import_module(module), name, None)
            if module.startswith("vgym.") and hasattr(outer, "within"):
                types = [written(kind) for kind in arguments]
                plan.append([f"{module}:{name}", outer is kernel, types])

    register: Any = event.register  # mypy does not know of its types
    register("numba:compile", Listener())
    envs: Any = gymnasium.make_vec(id, num_envs=2)
    envs.reset(seed=0)
    envs.step(envs.unwrapped.oracle())
    return plan


def main() -> int:
    """Record every subject, or print what one id needs."""
    if sys.argv[1:2] == ["--here"]:
        print(json.dumps(_record_here(sys.argv[2])))
        return 0
    plans = {id: record(id) for id in ids()}
    PLANS.write_text(
        "{\n" + ",\n".join(
            f"{json.dumps(id)}: [\n" + ",\n".join(map(json.dumps, plan)) + "\n]"
            for id, plan in plans.items()
        ) + "\n}\n",
        encoding="utf-8",
    )  # fmt: skip
    return 0


if __name__ == "__main__":
    sys.exit(main())
