"""Sources are built once a process, by one thread, and kept within a bound."""

import os
import threading
import time

import numpy as np
import pytest

from vgym.core import shared_sources
from vgym.core.shared_sources import bytes_of, forget, shared

pytestmark = pytest.mark.usefixtures("own_sources")


def test_many_threads_build_one() -> None:
    built, found = [], []

    def build() -> object:
        time.sleep(0.05)
        built.append(1)
        return object()

    threads = [threading.Thread(target=lambda: found.append(shared("a", build))) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(built) == 1
    assert len(found) == 16 and all(one is found[0] for one in found)


def test_a_build_that_fails_is_tried_again() -> None:
    with pytest.raises(ZeroDivisionError):
        shared("a", lambda: 1 // 0)
    assert shared("a", lambda: 7) == 7


def test_a_source_may_ask_for_another() -> None:
    assert shared("outer", lambda: shared("inner", lambda: 3) + 1) == 4


def test_the_least_recently_asked_for_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_sources, "MOST_BYTES", 250)
    built = []

    def source(name: str) -> np.ndarray:
        built.append(name)
        return np.zeros(100, np.uint8)

    for name in ("a", "b", "a", "c", "a", "b"):  # c pushes b out, then b pushes c out
        shared(name, lambda name=name: source(name))
    assert built == ["a", "b", "c", "b"]
    shared("huge", lambda: np.zeros(1000, np.uint8))
    assert list(shared_sources._shelf.kept) == ["huge"]


def test_forgotten_sources_are_built_anew() -> None:
    first = shared("a", object)
    forget()
    assert shared("a", object) is not first


def test_bytes_are_counted_once_and_circles_end() -> None:
    array = np.zeros(8, np.float64)
    holder: dict[str, object] = {"x": array, "again": [array, (array,)]}
    holder["self"] = holder
    assert bytes_of(holder) == 64


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this platform")
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_child_does_not_wait_for_its_parents_locks() -> None:
    shared("kept", lambda: 5)
    with shared_sources._shelf.lock:  # as a thread of the parent would hold it
        child = os.fork()
        if child == 0:
            right = False
            try:
                right = shared("kept", lambda: 6) == 5 and shared("new", lambda: 7) == 7
            finally:
                os._exit(0 if right else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_what_has_been_added_is_measured_only_where_the_bound_could_break(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Walking through every source at each one made was half the time of a suite of episodes."""
    monkeypatch.setattr(shared_sources, "MOST_BYTES", 1000)
    measured = []

    def bytes_of_noted(thing: object) -> int:
        measured.append(thing)
        return bytes_of(thing)

    monkeypatch.setattr(shared_sources, "bytes_of", bytes_of_noted)
    grown = shared("grown", lambda: [np.zeros(100, np.uint8)])
    for name in "abcd":
        shared(name, lambda: np.zeros(100, np.uint8))
    assert len(measured) == 5
    shared_sources.make_room(400)  # it might have been, and was not
    shared_sources.make_room(400)
    assert len(measured) == 10 and len(shared_sources._shelf.kept) == 5
    grown.append(np.zeros(600, np.uint8))
    shared_sources.make_room(600)
    assert list(shared_sources._shelf.kept) == ["a", "b", "c", "d"]
