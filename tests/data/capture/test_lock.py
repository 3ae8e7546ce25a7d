"""The wall that lets nothing through, and what a lock counts."""

import contextlib
import os
import queue
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from vgym.data.capture.chromium import surroundings
from vgym.data.capture.gate import FOLDER_HOST, Home
from vgym.data.capture.lock import Lock, lock_flags
from vgym.data.capture.wall import Wall

HELLO = b"\x05\x01\x00"
ASK = b"\x05\x01\x00"
NAME = b"\x03\x0bexample.org\x01\xbb"


@pytest.fixture
def wall() -> Iterator[tuple[Wall, "queue.Queue[str]"]]:
    told: queue.Queue[str] = queue.Queue()
    wall = Wall(told.put)
    yield wall, told
    wall.close()


def said(wall: Wall, *words: bytes) -> bytes:
    """All that a wall answers to these words."""
    to = urlsplit(wall.address)
    answer = b""
    with socket.create_connection((to.hostname, to.port), 5) as line:
        with contextlib.suppress(OSError):  # it may hang up on what it does not understand
            for word in words:
                line.sendall(word)
            line.shutdown(socket.SHUT_WR)
            while part := line.recv(100):
                answer += part
    return answer


@pytest.mark.parametrize(
    ("where", "told"),
    [
        (NAME, "example.org:443"),
        (b"\x01\xc0\x00\x02\x07\x00\x50", "192.0.2.7:80"),
        (b"\x04" + bytes(15) + b"\x01\x1f\x90", "[::1]:8080"),
    ],
)
def test_a_wall_refuses_and_tells(
    wall: tuple[Wall, "queue.Queue[str]"], where: bytes, told: str
) -> None:
    answer = said(wall[0], HELLO, ASK + where)
    assert answer[:2] == b"\x05\x00"  # the greeting is understood
    assert answer[2:4] == b"\x05\x02"  # but that connection is not allowed
    assert wall[1].get(timeout=5) == told


@pytest.mark.parametrize(
    "words",
    [b"", b"\x05", b"GET http://example.org/ HTTP/1.1\r\n\r\n", HELLO + ASK + b"\x07", HELLO],
    ids=["nothing", "half", "HTTP", "no such kind", "only hello"],
)
def test_a_wall_stands_whatever_it_is_told(
    wall: tuple[Wall, "queue.Queue[str]"], words: bytes
) -> None:
    assert b"\x05\x00\x00" not in said(wall[0], words)
    assert said(wall[0], HELLO, ASK + NAME)[2:4] == b"\x05\x02"
    assert wall[1].get(timeout=5) == "example.org:443" and wall[1].empty()


def test_a_wall_that_is_closed_leaves_nothing_behind() -> None:
    before = set(threading.enumerate())
    walls = [Wall(lambda asked: None) for _ in range(5)]
    standing = set(threading.enumerate()) - before
    assert len(standing) == 5
    for wall in walls:
        wall.close()
    for thread in standing:
        thread.join(5)
        assert not thread.is_alive()


def test_a_lock_counts_a_connection_and_its_request_once() -> None:
    with Lock(Home.of("http://localhost:8000/"), allow_remote=False, stay=True) as lock:
        assert lock.refused == 0
        lock._knock("example.org:80")  # opened before its request came to the gate
        lock.refuse("http://example.org/a")
        lock.refuse("http://example.org/b")
        lock._knock("example.org:80")
        assert lock.refused == 2 and lock.example == "example.org:80"
        lock._knock("192.0.2.7:443")
        lock._knock("192.0.2.7:443")
        lock.refuse("RTCPeerConnection")
        assert lock.refused == 4
        lock._knock(f"{FOLDER_HOST}:80")
        assert lock.refused == 4
        lock.forget()
        assert lock.refused == 0 and lock.example == ""


def test_what_a_lock_keeps_is_bounded() -> None:
    with Lock(Home.of("http://localhost:8000/"), allow_remote=False, stay=True) as lock:
        for port in range(5000):
            lock._knock(f"192.0.2.7:{port}")
            lock.refuse(f"http://192.0.2.8:{port}/" + "x" * 1000)
        assert lock.refused == 6000 and len(lock.example) <= 200


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="no programs of XDG there")
def test_programs_for_other_addresses_do_nothing() -> None:
    path = surroundings()["PATH"]
    for name in ("xdg-email", "xdg-open"):
        program = shutil.which(name, path=path)
        assert program is not None and subprocess.run([program, "mailto:a@b"]).returncode == 0
        assert Path(program).resolve() == Path(str(shutil.which("true"))).resolve()
    assert path.endswith(os.environ["PATH"])  # a browser may be a script that calls others


def test_a_page_that_may_go_anywhere_has_no_wall() -> None:
    with Lock(Home.of("http://example.org/"), allow_remote=True, stay=True) as lock:
        assert "proxy" not in lock.context()
    assert lock_flags(True) == []
    with Lock(Home.of("http://localhost:8000/"), allow_remote=False, stay=True) as lock:
        proxy = lock.context()["proxy"]
    # Without the first, a browser asks no proxy for any port of this machine.
    assert proxy["bypass"].split(",")[:2] == ["<-loopback>", "localhost:8000"]
