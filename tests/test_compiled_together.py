"""Several processes compile one plan; what goes wrong with it costs time, and nothing else."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numba import types

from vgym import compiled_together
from vgym.compiled_together import PLANS, Build, Task
from vgym.compiled_types import read, written
from vgym.core import keys

EPISODE_KEYS = ["vgym.core.keys:episode_keys", True]
ARGUMENTS = ["uint64", {"array": ["uint64", 1, "C"]}, {"array": ["int64", 1, "C"]}]
FOLD = ["vgym.core.keys:fold", False, ["uint64", "uint64"]]
PLAN = [FOLD, [*EPISODE_KEYS, ARGUMENTS]]

# Begins an episode where nothing is compiled, and tells how many helpers it had.
FIRST = """
import vgym.compiled_together as together
from vgym.core import keys
import numpy as np
together._plan = lambda name: json.loads({plan!r}) if name.endswith("episode_keys") else None
print(keys.episode_keys(np.uint64(1), np.zeros(2, np.uint64), np.arange(2)).tolist())
print(together._building is not None)
"""


@pytest.fixture(autouse=True)
def none_is_built(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(compiled_together, "_building", None)
    yield


@pytest.mark.parametrize(
    "kind",
    [
        types.int64,
        types.boolean,
        types.none,
        types.Array(types.float32, 3, "F"),
        types.Array(types.uint8, 1, "A", readonly=True),
        types.Array(types.uint8, 1, "C", aligned=False),
        types.UniTuple(types.int64, 3),
        types.Tuple((types.int64, types.Array(types.float64, 1, "C"))),
        types.Tuple(()),
    ],
    ids=str,
)
def test_types_come_back_as_they_were_written(kind: Any) -> None:
    assert read(json.loads(json.dumps(written(kind)))) == kind


def test_types_that_cannot_be_written_are_refused() -> None:
    with pytest.raises(ValueError, match="is not written down"):
        written(types.unicode_type)


@pytest.mark.parametrize("id", json.loads(PLANS.read_text(encoding="utf-8")))
def test_plans_name_kernels_that_there_are(id: str) -> None:
    """What they call comes first, and Python calls some."""
    tasks = [Task(*row) for row in json.loads(PLANS.read_text(encoding="utf-8"))[id]]
    assert any(task.kernel is task.outer for task in tasks)
    assert all(len(task.arguments) == task.outer.py_func.__code__.co_argcount for task in tasks)


def test_without_a_living_helper_all_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    monkeypatch.setattr(Task, "work", lambda task: done.append(task.outer.__name__))

    def dead() -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", ""], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    monkeypatch.setattr(compiled_together, "_helper", dead)
    ended: list[bool] = []
    build = Build(PLAN, 1, over=lambda: ended.append(True))
    arguments = tuple(map(read, ARGUMENTS))
    assert build.holds(keys.episode_keys, arguments)
    build.until(keys.episode_keys, arguments)
    assert done in (["fold"], [])  # or the helper had begun it
    build.until(keys.episode_keys, arguments)  # again, while it is at it
    assert done in (["fold"], [])


@pytest.mark.parametrize("threads", ["1", "2"])
def test_the_answer_is_the_same_with_helpers(tmp_path: Path, threads: str) -> None:
    done = _first(tmp_path, VGYM_THREADS=threads)
    expected = keys.episode_keys(np.uint64(1), np.zeros(2, np.uint64), np.arange(2)).tolist()
    several = threads == "2" and compiled_together.usable_cores() > 1
    assert done.stdout.splitlines() == [str(expected), str(several)]
    assert list(tmp_path.rglob("*.nbc"))


@pytest.mark.skipif(sys.platform == "win32", reason="locks of POSIX")
def test_who_finds_another_with_helpers_compiles_alone(tmp_path: Path) -> None:
    lock = compiled_together._only_one(tmp_path)
    assert lock is not None and compiled_together._only_one(tmp_path) is None
    assert _first(tmp_path, VGYM_THREADS="2").stdout.splitlines()[-1] == "False"
    os.close(lock)


def test_a_plan_that_is_no_longer_so_is_passed_over(tmp_path: Path) -> None:
    gone = [["vgym.core.keys:no_such", False, []], *PLAN]
    assert _first(tmp_path, gone, VGYM_THREADS="2").stdout.splitlines()[-1] == "False"
    other = [["vgym.core.keys:fold", False, ["int64", {"tuple": []}]], *PLAN]
    assert len(_first(tmp_path, other, VGYM_THREADS="2").stdout.splitlines()) == 2


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork here")
def test_a_forked_child_waits_for_no_helper_of_its_parent() -> None:
    code = """
import os
from vgym import compiled_together
compiled_together._building = object()
child = os.fork()
if not child:
    os._exit(0 if compiled_together._building is None else 1)
assert os.waitpid(child, 0)[1] == 0 and compiled_together._building is not None
compiled_together._building = None
"""
    subprocess.run([sys.executable, "-c", code], check=True)


def _first(
    cache: Path, plan: list[Any] = PLAN, **variables: str
) -> subprocess.CompletedProcess[str]:
    code = f"import json\n{FIRST.format(plan=json.dumps(plan))}"
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=300,
        env={**os.environ, "NUMBA_CACHE_DIR": str(cache), **variables},
    )  # fmt: skip


@pytest.mark.slow
def test_a_plan_is_what_the_first_observation_compiles() -> None:
    from vgym.baselines.record_kernels import record

    assert record("VGui-v0") == json.loads(PLANS.read_text("utf-8"))["VGui-v0"]
