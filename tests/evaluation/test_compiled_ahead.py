"""What is still to come is compiled in another process, which outlives nobody."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from vgym.cli import bench
from vgym.evaluation import compiled_ahead
from vgym.evaluation.benchmark import Subject

# Starts the process, and dies without a word.
STARTER = """
import os
from vgym.evaluation.compiled_ahead import compile_apart
print(compile_apart([["VGround-v0", {}]] * 1000).pid, flush=True)
os._exit(0)
"""


@pytest.mark.slow
def test_kernels_are_there_afterwards(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NUMBA_CACHE_DIR", str(tmp_path))
    wanted = [("VNoSuch-v0", {}), ("VGround-v0", {"image_size": 0}), ("VNavPlan-v0", {})]
    with compiled_ahead.compile_apart(wanted) as process:
        assert process.wait() == 0
    assert list(tmp_path.rglob("*.nbc"))


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="asks Linux for its processes")
def test_it_ends_with_who_started_it() -> None:
    started = subprocess.run(
        [sys.executable, "-c", STARTER], capture_output=True, text=True, check=True
    )
    pid = int(started.stdout)
    for _ in range(600):
        if not _runs(pid):
            return
        time.sleep(0.1)
    pytest.fail(f"{pid} still runs")


def test_what_is_being_compiled_is_no_longer_wanted_at_the_end() -> None:
    with compiled_ahead.compiled_ahead([("VGround-v0", {})] * 1000):
        pass  # and nothing is waited for


@pytest.mark.parametrize(("free", "count", "ahead"), [(1, 3, True), (0, 3, False), (1, 1, False)])
def test_a_free_core_begins_at_the_end(
    monkeypatch: pytest.MonkeyPatch, free: int, count: int, ahead: bool
) -> None:
    asked = []

    class Process:
        def kill(self) -> None: ...
        def communicate(self) -> None: ...

    def compile_apart(wanted: list[tuple[str, object]]) -> Process:
        asked.append([id for id, _ in wanted])
        return Process()

    monkeypatch.setattr(compiled_ahead, "free_cores", lambda used: free)
    monkeypatch.setattr(compiled_ahead, "compile_apart", compile_apart)
    with bench._compiled_ahead([Subject(str(n), f"V{n}-v0") for n in range(count)], 1):
        pass
    assert asked == ([["V2-v0", "V1-v0", "V0-v0"]] if ahead else [])


def _runs(pid: int) -> bool:
    """Whether the process is there and no zombie that nobody has waited for."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"
