"""Kernels are optimised once with all that they call, and what is kept of those can be linked."""

import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest

CALLED = """
import numpy as np
from vgym.compiled import compiled

@compiled
def root(x):
    if x < 0:
        raise ValueError("negative numbers have none")
    return np.sqrt(x)

@compiled
def spread(values):
    middle = np.sum(values) / len(values)
    total = 0.0
    for value in values:
        total += (value - middle) ** 2
    return root(total / len(values))
"""
CALLERS = """
import numpy as np
from vgym.compiled import compiled
from called import root, spread

@compiled
def first(values):
    return spread(values) + root(values[0])

@compiled
def second(values):
    return spread(values) - root(values[0])
"""
# Calls one of them, with the kernels that were compiled for it.
ASK = """
import sys
import numpy as np
from numba.core import event
compiled = []
class Heard(event.Listener):
    def on_start(self, event):
        compiled.append(event.data["dispatcher"].py_func.__name__)
    def on_end(self, event):
        pass
event.register("numba:compile", Heard())
import callers
print(getattr(callers, sys.argv[1])(np.array([4.0, 8.0])), *compiled)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "called.py").write_text(CALLED)
    (tmp_path / "callers.py").write_text(CALLERS)
    (tmp_path / "ask.py").write_text(ASK)
    return tmp_path


def _ask(folder: Path, kernel: str) -> list[str]:
    environment = {**os.environ, "NUMBA_CACHE_DIR": str(folder / "kept")}
    asked = [sys.executable, "ask.py", kernel]
    done = subprocess.run(
        asked, cwd=folder, env=environment, check=True, capture_output=True, text=True
    )
    return done.stdout.split()


def test_what_another_process_kept_of_what_is_called_is_linked(folder: Path) -> None:
    value, *compiled = _ask(folder, "first")
    assert float(value) == 4.0 and {"first", "spread", "root"} < set(compiled)
    value, *compiled = _ask(folder, "second")
    assert float(value) == 0.0 and compiled == ["second"]
    assert _ask(folder, "second") == ["0.0"]


def test_what_only_kernels_call_has_no_code_of_its_own(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import numpy as np

    monkeypatch.syspath_prepend(folder)
    callers = importlib.import_module("callers")
    for name in ("callers", "called"):
        monkeypatch.delitem(sys.modules, name)  # when the test is over
    with pytest.raises(ValueError, match="have none"):
        callers.first(np.array([-1.0, 2.0]))
    (within,) = callers.spread.within.overloads.values()
    (whole,) = callers.first.overloads.values()
    assert whole.library._finalized and not within.library._finalized
    assert callers.spread(np.array([4.0, 8.0])) == 2.0  # Python calls the other one
