"""Environments share their sources, and each plays as it would alone: in threads, forks, copies."""

import copy
import hashlib
import os
import signal
import sys
import threading
from typing import Any

import gymnasium
import numpy as np
import pytest
from rollouts import IDS, leaves, make, make_vec, takes
from sampling import one_in

from vgym.core import shared_sources
from vgym.core.shared_sources import SourceLock, bytes_of, forget, make_room
from vgym.registration import row_of

CASES = [(env_id, source) for env_id in IDS for source in row_of(env_id).family.sources]
STEPS = 8
forks = pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this platform")


@pytest.fixture
def _tiny(own_sources: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """No source of other tests, and pools so small that what they hold is dropped all the time."""
    monkeypatch.setattr("vgym.envs.grounding.photographs.BANK_BYTES", 2 * 3 * 64 * 64)
    monkeypatch.setattr("vgym.core.picture_bank.MOST_BYTES", 2 * 3 * 64 * 64)
    monkeypatch.setattr("vgym.envs.navigation.distance_fields.FIELD_BUDGET", 1)
    monkeypatch.setattr(shared_sources, "MOST_BYTES", 2**20)


def made(env_id: str, source: str) -> Any:
    settings: dict[str, Any] = {"image_size": 64, "source": source}
    if takes(env_id, "worlds"):
        settings["worlds"] = 6
    return make_vec(env_id, 3, **settings)


def digest(envs: Any, seed: int) -> str:
    """All that a walk shows and pays: steps by the oracle and at random, ends and beginnings."""
    seen = hashlib.sha256()
    envs.action_space.seed(seed)
    returned: Any = envs.reset(seed=seed)
    for step in range(STEPS):
        for path, array in leaves(returned):
            seen.update(path.encode() + array.dtype.str.encode() + array.tobytes())
        if step % 4 == 3:
            returned = envs.reset()
            continue
        oracle = envs.unwrapped.oracle() if step % 2 else envs.action_space.sample()
        returned = envs.step(oracle)
    return seen.hexdigest()


@pytest.mark.usefixtures("_tiny")
@pytest.mark.parametrize(("env_id", "source"), one_in(4, CASES))
def test_threads_play_as_if_alone(env_id: str, source: str) -> None:
    """Threads make and step environments of one configuration, whose pools they fill."""
    seeds = range(3)
    alone = [digest(made(env_id, source), 50 * seed) for seed in seeds]
    forget()
    together: dict[int, str] = {}
    start = threading.Barrier(len(seeds))

    def run(seed: int) -> None:
        start.wait()
        together[seed] = digest(made(env_id, source), 50 * seed)

    threads = [threading.Thread(target=run, args=(seed,)) for seed in seeds]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    finally:
        sys.setswitchinterval(interval)
    assert [together.get(seed) for seed in seeds] == alone


@forks
@pytest.mark.usefixtures("own_sources")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
@pytest.mark.parametrize(("env_id", "source"), one_in(4, CASES))
def test_a_fork_plays_the_same(env_id: str, source: str) -> None:
    """A child goes on with sources that its parent has filled, those of another thread too."""
    want = [digest(made(env_id, source), 1000 + seed) for seed in range(2)]
    forget()
    mine = made(env_id, source)
    filling = threading.Thread(target=lambda: made(env_id, source).reset(seed=3))
    filling.start()
    filling.join()
    child = os.fork()
    if child == 0:
        same = False
        signal.alarm(60)  # a child that waits for ever is ended, and fails the test
        try:
            same = [digest(mine, 1000), digest(made(env_id, source), 1001)] == want
        finally:  # whatever happens, the child must not go on as a second runner of tests
            os._exit(0 if same else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


@forks
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_child_finds_locks_open() -> None:
    lock, held, stop = SourceLock(), threading.Event(), threading.Event()

    def hold() -> None:
        with lock:
            held.set()
            stop.wait()

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait()
    child = os.fork()
    if child == 0:
        with lock, lock:
            os._exit(0)
    try:
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    finally:
        stop.set()
        thread.join()


@pytest.mark.parametrize("env_id", IDS)
def test_making_one_more_builds_nothing(env_id: str) -> None:
    """What that saves is measured by `baselines/benchmark_make.py`."""
    for settings in ({}, {"image_size": 64}):
        gymnasium.make(env_id, **settings)
        kept = {key: id(source) for key, source in shared_sources._shelf.kept.items()}
        gymnasium.make(env_id, **settings)
        assert kept == {key: id(source) for key, source in shared_sources._shelf.kept.items()}


@pytest.mark.usefixtures("own_sources")
@pytest.mark.parametrize(("env_id", "source"), one_in(4, CASES))
def test_copies_hold_no_source_of_their_own(env_id: str, source: str) -> None:
    envs = made(env_id, source)
    envs.reset(seed=0)
    kept = list(shared_sources._shelf.kept.values())
    assert kept
    copies = [copy.deepcopy(envs) for _ in range(3)]
    assert [id(one) for one in shared_sources._shelf.kept.values()] == [id(one) for one in kept]
    assert len({digest(one, 7) for one in (envs, *copies)}) == 1


@pytest.mark.parametrize("env_id", IDS)
def test_spaces_share_bounds_but_no_generator(env_id: str) -> None:
    first, second = (make(env_id).observation_space["image"] for _ in range(2))
    assert first == second and first.low is second.low
    with pytest.raises(ValueError, match="read-only"):
        first.low[:] = 1
    first.seed(0)
    wanted = first.sample()
    first.seed(0)
    second.sample()
    np.testing.assert_array_equal(first.sample(), wanted)
    assert first.contains(wanted) and copy.deepcopy(first) == first


@pytest.mark.usefixtures("own_sources")
def test_what_grows_makes_room(monkeypatch: pytest.MonkeyPatch) -> None:
    """A pool counts as what it has become, also where no further source is asked for."""
    shared_sources.shared("old", lambda: np.zeros(1000, np.uint8))
    envs = make_vec("VNav-v0", 2, worlds=64)
    before = bytes_of(envs.unwrapped.task.pool)
    monkeypatch.setattr(
        shared_sources, "MOST_BYTES", sum(map(bytes_of, shared_sources._shelf.kept.values()))
    )
    make_room(0)
    assert "old" in shared_sources._shelf.kept
    envs.unwrapped.task.pool.slots(np.arange(12))
    assert bytes_of(envs.unwrapped.task.pool) > before
    assert "old" not in shared_sources._shelf.kept
