"""The same episodes in another process, under another order of sets and hashes."""

from __future__ import annotations

import ast
import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np

from vgym.core.vector_env import VectorEnv
from vgym.evaluation.contract.candidate import Candidate

ROWS = 16  # a coin thrown in each falls alike by chance once in 65,536
_CODE = "import sys; from vgym.evaluation.contract.processes import main; main(*sys.argv[1:])"


def processes(candidate: Candidate) -> Iterator[str]:
    """Another process plays the same episodes."""
    settings = candidate.keywords
    if not _is_literal(settings):
        return  # what cannot be written down cannot be handed over
    hashes = "1" if os.environ.get("PYTHONHASHSEED") == "2" else "2"
    done = subprocess.run(
        [sys.executable, "-c", _CODE, candidate.row.task, repr(settings)],
        env={
            **os.environ,
            "PYTHONHASHSEED": hashes,
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        },
        capture_output=True,
        text=True,
    )
    if done.returncode:
        yield f"another process cannot play it: {done.stderr.strip()[-300:]}"
    elif done.stdout.split()[-1] != digest(candidate.row.task, settings):
        yield "another process shows other episodes for the same seeds; draw from the keys alone"


def digest(task: str, settings: dict[str, Any]) -> str:
    """What is seen and said at the start of a few episodes, as one number."""
    envs = VectorEnv(task, ROWS, **settings)
    observed, _ = envs.reset(seed=0)
    seen = hashlib.sha256("\n".join(envs.instructions()).encode())
    for name, value in observed.items():
        if isinstance(value, np.ndarray):
            seen.update(name.encode() + value.tobytes())
    seen.update(np.asarray(envs.oracle()).tobytes())
    return seen.hexdigest()


def main(task: str, settings: str) -> None:
    """Print the digest: what the other process runs."""
    print(digest(task, ast.literal_eval(settings)))


def _is_literal(settings: dict[str, Any]) -> bool:
    try:
        return bool(ast.literal_eval(repr(settings)) == settings)
    except (ValueError, SyntaxError):
        return False
