"""Threads that share the rows of a batch: each row once, whatever fails, whoever forks."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from rollouts import assert_same, make_vec

import vgym
from vgym import row_threads
from vgym.row_threads import over_rows, usable_cores


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = vgym.threads()
    yield
    vgym.threads(before)


@given(
    n=st.integers(1, 9),
    rows=st.integers(0, 3000),
    cost=st.one_of(st.just(0), st.integers(1, 10**7)),
)
def test_each_row_is_worked_on_once(n: int, rows: int, cost: int) -> None:
    vgym.threads(n)
    times, workers = np.zeros(rows, np.int64), set()

    def work(part: slice) -> None:
        times[part] += 1
        workers.add(threading.get_ident())

    over_rows(work, rows, cost)
    assert (times == 1).all() and len(workers) <= n
    if n == 1 or rows * cost < 2 * row_threads._PIECE:
        assert workers == {threading.get_ident()}


def test_several_threads_work_at_once() -> None:
    vgym.threads(3)
    met = threading.Barrier(3, timeout=60)
    first = threading.local()

    def work(part: slice) -> None:
        if not hasattr(first, "met"):
            first.met = True
            met.wait()  # nobody goes on alone

    over_rows(work, 300, 10**6)


@pytest.mark.parametrize("row", [0, 150, 299])
def test_what_fails_is_raised_when_nobody_works_any_more(row: int) -> None:
    vgym.threads(4)
    working: list[int] = []

    def work(part: slice) -> None:
        working.append(1)
        try:
            if part.start <= row < part.stop:
                raise KeyError(row)
        finally:
            working.pop()

    for _ in range(20):
        with pytest.raises(KeyError, match=str(row)):
            over_rows(work, 300, 10**6)
        assert not working
    over_rows(lambda part: None, 300, 10**6)  # and the threads are still there


def test_callers_in_several_threads_do_not_wait_for_each_other() -> None:
    vgym.threads(2)

    def asked(_: int) -> int:
        found = np.zeros(64, np.int64)

        def work(part: slice) -> None:
            found[part] += 1

        for _ in range(50):
            over_rows(work, 64, 10**6)
        return int(found.sum())

    with ThreadPoolExecutor(6) as others:
        assert list(others.map(asked, range(6))) == [64 * 50] * 6


@pytest.mark.parametrize("n", [0, -1, 1025, 2.0, "2", True, np.int64(2)])
def test_a_number_that_is_none(n: Any) -> None:
    with pytest.raises(ValueError, match="whole number from 1 to 1024"):
        vgym.threads(n)


def _asked_with(said: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "import vgym; print(vgym.threads())"],
        env={**os.environ, "VGYM_THREADS": said},
        capture_output=True,
        text=True,
        timeout=60,
    )


@pytest.mark.slow
@pytest.mark.parametrize("said", ["0", "-1", "many", "1.5", "1025", "9" * 5000])
def test_a_variable_that_is_no_number(said: str) -> None:
    done = _asked_with(said)
    assert done.returncode and "must be a whole number from 1 to 1024; unset it for all" in (
        done.stderr
    )
    assert len(done.stderr.splitlines()[-1]) < 250


@pytest.mark.slow
@pytest.mark.parametrize(("said", "n"), [("3", 3), (" 64 ", 64), ("", usable_cores())])
def test_a_variable(said: str, n: int) -> None:
    """More than there are cores are taken as said."""
    assert _asked_with(said).stdout.split() == [str(n)]


def test_cores_are_those_of_this_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(64)), raising=False)
    quota = {"200000 100000": 2, "max 100000": 64, "150000 100000": 2, "50000 100000": 1, "": 64}
    for said, cores in quota.items():
        monkeypatch.setattr(row_threads.Path, "read_text", lambda *_, said=said: said)
        assert usable_cores() == cores


def test_torch_has_its_threads_back() -> None:
    before = torch.get_num_threads()
    envs = make_vec("VGround-v0", 3)
    try:
        torch.set_num_threads(2)
        envs.reset(seed=0)
        assert torch.get_num_threads() == 2
        envs.step(envs.action_space.sample())
        assert torch.get_num_threads() == 2
        with pytest.raises(Exception, match="action"):
            envs.step("nothing")
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


def test_rewards_are_paid_with_one_thread_of_torch() -> None:
    before, seen = torch.get_num_threads(), []

    def paid(facts: Any) -> torch.Tensor:
        seen.append(torch.get_num_threads())
        return facts["success"].to(torch.float32)

    try:
        torch.set_num_threads(2)
        envs = make_vec("VGround-v0", 3, reward=paid)
        envs.reset(seed=0)
        envs.step(envs.action_space.sample())
    finally:
        torch.set_num_threads(before)
    assert set(seen) == {1}


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="this system has no fork")
def test_a_child_that_was_forked_makes_threads_of_its_own() -> None:
    code = (
        "import os, numpy as np, vgym\n"
        "from vgym.row_threads import over_rows\n"
        "import warnings; warnings.simplefilter('ignore')\n"
        "vgym.threads(4)\n"
        "over_rows(lambda part: None, 100, 10**6)\n"
        "child = os.fork()\n"
        "if child == 0:\n"
        "    times = np.zeros(100, np.int64)\n"
        "    def work(part):\n"
        "        times[part] += 1\n"
        "    for _ in range(20):\n"
        "        over_rows(work, 100, 10**6)\n"
        "    os._exit(7 if (times == 20).all() and vgym.threads() == 4 else 1)\n"
        "print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert done.stdout.split() == ["7"], done.stderr


def test_environments_of_several_threads() -> None:
    """Each steps its own, all by the same pool of threads."""

    def play(_: int) -> list[Any]:
        envs = make_vec("VGround-v0", 9)
        envs.action_space.seed(1)
        envs.reset(seed=5)
        return [envs.step(envs.action_space.sample())[0] for _ in range(4)]

    vgym.threads(1)
    wanted = play(0)
    vgym.threads(3)
    with ThreadPoolExecutor(4) as others:
        for found in others.map(play, range(4)):
            for one, other in zip(found, wanted, strict=True):
                assert_same(one, other)
