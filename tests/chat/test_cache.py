"""Kept answers: by everything they depend on, whole or not at all, and of this version alone."""

import pickle
import sqlite3
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from vgym.chat.cache import Cache, fingerprint
from vgym.chat.replies import Reply, read_reply

REPLY = Reply("(3, 4) \x00 é", ({"id": "a"},), finish="stop", tokens_in=5, seconds=0.25)


def test_what_is_kept_comes_back(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "deep" / "kept.sqlite")
    assert cache.get("a") is None
    cache.keep("a", REPLY)
    cache.keep("b", Reply(error="the server answered 500"))
    assert cache.get("a") == REPLY and cache.get("b") is None and len(cache) == 1
    again = pickle.loads(pickle.dumps(cache))
    assert again.get("a") == REPLY and again.get("a").kept
    cache.close()
    again.close()


def test_everything_that_matters_is_hashed() -> None:
    picture = np.zeros((4, 6, 3), np.uint8)

    def of(picture: np.ndarray, **more: object) -> str:
        return fingerprint({"messages": [{"content": [{"image": picture}]}], **more})

    other = picture.copy()
    other[0, 0, 0] = 1
    all_of_them = [
        of(picture),
        of(other),
        of(picture.reshape(6, 4, 3)),
        of(picture.astype(np.float32)),
        of(picture, model="a"),
        of(picture, model="b"),
        of(picture, parameters={"temperature": 0}),
        of(picture, sample=1),
    ]
    assert len(set(all_of_them)) == len(all_of_them)
    assert of(picture[:, ::-1][:, ::-1]) == of(picture)
    with pytest.raises(TypeError, match="object in a question has no hash"):
        fingerprint({"a": object()})


@pytest.mark.parametrize("what", ["version", "program", "text"])
def test_another_version_is_left_as_it_is_and_said(tmp_path: Path, what: str) -> None:
    path = tmp_path / "kept.sqlite"
    Cache(path).close()
    if what == "text":
        path.write_text("notes of mine, which are long enough to be no header of SQLite" * 3)
    else:
        with sqlite3.connect(path) as file:
            pragma = {"version": "user_version=99", "program": "application_id=7"}[what]
            file.execute(f"PRAGMA {pragma}")
        file.close()
    before = path.read_bytes()
    with pytest.warns(UserWarning, match="is a cache (of version 99, not 1|not of vgym): it is"):
        cache = Cache(path)
    cache.keep("a", REPLY)
    assert cache.get("a") is None and len(cache) == 0 and path.read_bytes() == before


def test_a_damaged_answer_is_none_and_a_folder_is_no_file(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "kept.sqlite")
    assert cache._file is not None
    cache._file.execute("INSERT INTO replies VALUES ('a', '{\"text\": 3, \"odd\": 1}')")
    assert cache.get("a") is None
    cache.close()
    with pytest.raises(ValueError, match="cannot be written to; name another by cache=FILE"):
        Cache(tmp_path)


def test_several_processes_keep_and_one_is_killed(tmp_path: Path) -> None:
    code = (
        "import os, signal, sys\n"
        "from vgym.chat.cache import Cache\n"
        "from vgym.chat.replies import Reply\n"
        "cache = Cache(sys.argv[1])\n"
        "for n in range(20): cache.keep(sys.argv[2] + str(n), Reply(text=str(n)))\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    path = tmp_path / "kept.sqlite"
    running = [subprocess.Popen([sys.executable, "-c", code, path, name]) for name in ("a", "b")]
    for process in running:
        process.wait()
    cache = Cache(path)
    assert len(cache) == 40 and cache.get("b19") == Reply(text="19")
    cache.close()


def test_many_open_a_new_file_at_once(tmp_path: Path) -> None:
    """The first makes it whole: nobody meets half of it, takes it for another program's, or fails
    for a lock."""

    def keep(path: Path, name: str, start: threading.Barrier) -> None:
        start.wait()
        cache = Cache(path)
        cache.keep(name, REPLY)
        cache.close()

    with ThreadPoolExecutor(6) as pool:
        for n in range(40):
            path, start = tmp_path / f"{n}.sqlite", threading.Barrier(6)
            for done in [pool.submit(keep, path, str(i), start) for i in range(6)]:
                done.result()
            cache = Cache(path)
            assert len(cache) == 6
            cache.close()


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (b"", "broken JSON"),
        (b"\xff\xfe\x00", "broken JSON"),
        (b"9" * 5000, "broken JSON"),
        (b"null", "no message"),
        (b'{"error": {"message": "overloaded"}}', 'no message: {"error"'),
        (b'{"choices": []}', "no message"),
        (b'{"choices": [{"message": {"content": {"a": 1}}}]}', "of another form"),
        (b'{"choices": [{"message": {"tool_calls": [{"function": 3}]}}]}', "of another form"),
        (b'{"choices": [{"message": {"tool_calls": 3}}]}', "of another form"),
    ],
)
def test_bodies_that_are_no_answer(body: bytes, error: str) -> None:
    reply = read_reply(body)
    assert error in reply.error and reply.text == "" and len(reply.error) < 300


def test_bodies_are_read_in_all_their_forms() -> None:
    assert (
        read_reply(b'{"choices": [{"message": {"content": "a\\ud800\\u0000"}}]}').text == "a?\x00"
    )
    parts = b'{"choices": [{"message": {"content": [{"text": "a"}, {"text": "b"}, 3]}}]}'
    assert read_reply(parts).text == "ab"
    call = b'{"function": {"name": "click", "arguments": {"x": 1}}}'
    reply = read_reply(
        b'{"choices": [{"message": {"content": null, "tool_calls": [' + call + b"]}}]}"
    )
    assert reply.text == "" and not reply.error
    assert reply.message["tool_calls"][0] == {
        "id": "call_0",
        "type": "function",
        "function": {"name": "click", "arguments": '{"x": 1}'},
    }
    counted = b'{"choices": [{"message": {"content": ""}}], "usage": {"prompt_tokens": -1e9}}'
    assert read_reply(counted).tokens_in == 0
