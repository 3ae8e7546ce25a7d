"""A server may be asked anything, by anybody, at any pace."""

from __future__ import annotations

import http.client
import json
import socket
import time
from collections.abc import Iterator
from typing import Any

import pytest
from serving_client import Served, serving

pytest.importorskip("uvicorn", reason="pip install vgym[serve]")

from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from vgym.chat import ChatEnv
from vgym.chat.secret import Key
from vgym.chat.serving import app, gate
from vgym.chat.serving import server as servers
from vgym.chat.serving.sessions import Sessions
from vgym.chat.serving.wire import Refusal, plain

TOKEN = "a-token-of-some-length"


def make() -> ChatEnv:
    return ChatEnv("VGroundPoint-v0", image_size=64)


@pytest.fixture(scope="module")
def server() -> Iterator[Served]:
    with serving("VGroundPoint-v0", Sessions(make, most=4)) as one:
        yield one


def raw(
    server: Served, method: str, path: str, body: Any = None, **headers: str
) -> tuple[int, str]:
    """Status and text of an answer to a request with these headers and no others."""
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    line.putrequest(method, path, skip_host=True)
    for name, value in headers.items():
        line.putheader(name, value)
    if body is not None:
        line.putheader("Content-Length", str(len(body)))
    line.endheaders(body)
    answer = line.getresponse()
    found = answer.status, answer.read().decode()
    line.close()
    return found


BODIES: dict[str, tuple[bytes, int, str]] = {
    "broken": (b'{"seed": ', 400, "is no JSON"),
    "no UTF-8": (b'{"seed": "\xff\xfe"}', 400, "is no JSON"),
    "no object": (b"[1]", 400, "must be a JSON object, not list"),
    "deep": (b'{"seed":' + b"[" * 200_000, 400, "no JSON"),
    "not finite": (b'{"seed": Infinity}', 400, "is no number of JSON"),
    "digits": (b'{"seed": ' + b"9" * 9000 + b"}", 400, "no JSON"),
    "negative": (b'{"seed": -1}', 422, "no whole number from 0"),
    "true": (b'{"seed": true}', 422, "no whole number"),
    "large seed": (b'{"seed": 9223372036854775808}', 422, "no whole number"),
    "long name": (b'{"episode_id": "%s"}' % (b"x" * 256), 422, "255 at most"),
    "misspelt": (b'{"sed": 1}', 422, "did you mean 'seed'"),
    "a session that is none": (b'{"session_id": "x"}', 404, "no session 'x'"),
    "a session of another kind": (b'{"session_id": 5}', 422, "is no text"),
    "too long": (b" " * (2**20 + 1), 413, "at most 1,048,576 bytes"),
}


def test_bodies_of_a_reset(server: Served) -> None:
    for name, (body, status, why) in BODIES.items():
        found = server.ask("/reset", body=body)
        assert found["status"] == status and why in found["error"]["message"], (name, found)
    found = server.ask("/nothing")
    assert found["status"] == 404 and "POST /reset /step" in found["error"]["message"]
    assert raw(server, "GET", "/reset", Host="localhost")[0] == 405


@pytest.mark.parametrize("path", ["/reset", "/nothing"])
@pytest.mark.parametrize("headers", [{}, {"Origin": "http://elsewhere"}])
def test_a_refusal_reaches_clients_that_still_send(
    server: Served, path: str, headers: dict[str, str]
) -> None:
    """More than the sockets' buffers hold, so that one who closes early breaks the pipe."""
    found = server.ask(path, body=b" " * 2**24, headers=headers)
    assert found["status"] == (403 if headers else 413 if path == "/reset" else 404)


def test_a_body_of_unknown_length_is_bounded(server: Served) -> None:
    line = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    try:
        line.request("POST", "/reset", (b"x" * 65536 for _ in range(1600)))
        status = line.getresponse().status
    except ConnectionError:  # it was not taken to its end
        status = 413
    assert status == 413
    line.close()


def test_steps(server: Served) -> None:
    session = server.ask("/reset", seed=1)["metadata"]["session_id"]
    for said, why in (
        ({"action": {"answer": "x"}}, "say the session_id"),
        ({"session_id": session}, "an action is an object"),
        ({"session_id": session, "action": "x"}, "an action is an object"),
        ({"session_id": session, "action": {}}, "says its answer"),
        ({"session_id": session, "action": {"anser": "x"}}, "did you mean 'answer'"),
        ({"session_id": session, "action": {"answer": "x"}, "actoin": 1}, "did you mean 'action'"),
    ):
        found = server.ask("/step", **said)
        assert found["status"] == 422 and why in found["error"]["message"], said
    hostile = ("\0\ud800" * 1000, {"content": 5}, [{}], 1e308, None, {"tool_calls": [[[[]]]]})
    for answer in hostile:  # all are answers that cannot be read
        found = server.ask("/step", session_id=session, action={"answer": answer})
        assert found["done"] and found["metadata"]["info"]["reading"]
        server.ask("/reset", session_id=session)
    server.ask("/close", session_id=session)
    assert server.ask("/step", session_id=session, action={"answer": "x"})["status"] == 404


def test_pages_of_others_are_refused(server: Served) -> None:
    port = server.port
    for host in (f"127.0.0.1:{port}", f"localhost:{port}", f"[::1]:{port}", "LOCALHOST."):
        assert raw(server, "GET", "/health", Host=host) == (200, '{"status": "healthy"}'), host
    for host in ("evil.example", f"evil.example:{port}", "127.0.0.1.evil.example", "0x7f.1", ""):
        status, text = raw(server, "GET", "/health", Host=host)
        assert status == 421 and "answers for localhost alone" in text, host
    here = f"localhost:{port}"
    assert raw(server, "GET", "/health", Host=here, Origin=f"http://{here}")[0] == 200
    for origin in ("http://evil.example", "null", "http://localhost", f"http://{here}.evil"):
        status, text = raw(server, "POST", "/reset", b"{}", Host=here, Origin=origin)
        assert status == 403 and "may not ask here" in text, origin
        with pytest.raises(InvalidStatus, match="403"):
            connect(f"ws://{here}/ws", additional_headers={"Origin": origin})
    with pytest.raises(InvalidStatus, match="421"):
        with socket.create_connection(("127.0.0.1", port)) as there:
            connect("ws://evil.example/ws", sock=there)


def test_a_token(monkeypatch: pytest.MonkeyPatch) -> None:
    for host in ("0.0.0.0", "::", "192.0.2.1", "example.org"):
        monkeypatch.delenv(servers.TOKEN, raising=False)
        with pytest.raises(ValueError, match="export VGYM_TOKEN="):
            servers.token_of(host)
    assert servers.token_of("127.0.0.1") is None and servers.token_of("::1") is None
    monkeypatch.setenv(servers.TOKEN, "short")
    with pytest.raises(ValueError, match="shorter than 16"):
        servers.token_of("0.0.0.0")
    monkeypatch.setenv(servers.TOKEN, TOKEN)
    key = servers.token_of("127.0.0.1")  # it is asked for wherever it is set
    assert isinstance(key, Key) and TOKEN not in repr(key)
    with serving("VGroundPoint-v0", Sessions(make), key) as server:
        for given in ({}, *({"Authorization": f"Bearer {t}"} for t in ("", "x", TOKEN + "x", "ü"))):
            found = server.ask("/reset", headers=given)
            assert found["status"] == 401 and "Bearer TOKEN" in found["error"]["message"]
            assert TOKEN not in str(found)
        mine = {"Authorization": f"Bearer {TOKEN}"}
        assert server.ask("/reset", headers=mine)["metadata"]["session_id"]
        with pytest.raises(InvalidStatus, match="401"):
            connect(f"ws://127.0.0.1:{server.port}/ws")
        with connect(f"ws://127.0.0.1:{server.port}/ws", additional_headers=mine) as line:
            line.send('{"type": "state"}')
            assert json.loads(line.recv(timeout=20))["type"] == "state"
        host = {"Host": "elsewhere.example", **mine}  # whoever has it may name the machine so
        assert raw(server, "GET", "/metadata", **host)[0] == 200
        assert raw(server, "GET", "/health", Host="elsewhere.example")[0] == 200


def test_sessions_are_so_many(server: Served) -> None:
    held = [server.ask("/reset")["metadata"]["session_id"] for _ in range(4)]
    full = server.ask("/reset")
    assert full["status"] == 503 and "all 4 sessions are in use" in full["error"]["message"]
    with connect(f"ws://127.0.0.1:{server.port}/ws") as line:
        told = json.loads(line.recv(timeout=20))
        assert told["data"]["code"] == "CAPACITY_REACHED"
        with pytest.raises(ConnectionClosed):
            line.recv(timeout=20)
    for session in held:
        server.ask("/close", session_id=session)
    assert server.ask("/reset", body=b'{"seed": "no"}')["status"] == 422  # it holds no place
    with connect(f"ws://127.0.0.1:{server.port}/ws") as line:  # there is room again
        line.send('{"type": "reset"}')
        assert json.loads(line.recv(timeout=20))["type"] == "observation"


def test_messages_of_a_connection(server: Served) -> None:
    with connect(f"ws://127.0.0.1:{server.port}/ws") as line:
        for message, code in (
            ("{", "INVALID_JSON"),
            (b"\xff\x00", "INVALID_JSON"),
            ("{}", "UNKNOWN_TYPE"),
            ('{"type": "rest"}', "UNKNOWN_TYPE"),
            ('{"type": ["reset"]}', "UNKNOWN_TYPE"),
            ('{"type": "reset", "data": 5}', "VALIDATION_ERROR"),
            ('{"type": "step", "data": {}}', "VALIDATION_ERROR"),
        ):
            line.send(message)
            told = json.loads(line.recv(timeout=20))
            assert (told["type"], told["data"]["code"]) == ("error", code), message
        line.send("x" * (2**20 + 1))
        with pytest.raises(ConnectionClosed, match="1009"):
            line.recv(timeout=20)


def test_idle_sessions_end(monkeypatch: pytest.MonkeyPatch) -> None:
    now = [0.0]
    sessions = Sessions(make, most=2, idle_s=10, clock=lambda: now[0])
    one, other = sessions.begin(), sessions.begin(attached=True)
    now[0] = 9
    assert sessions.find(one.name) is one and not sessions.idle()
    now[0] = 18
    assert not sessions.idle()  # it was used
    now[0] = 20
    one.busy = 1
    assert not sessions.idle()
    one.busy = 0
    assert sessions.idle() == [one] and len(sessions) == 1
    with pytest.raises(Refusal, match="idle for 10 s"):
        sessions.find(one.name)
    assert not other.closed  # its connection decides

    monkeypatch.setattr(app, "_LOOKS_S", 0.05)
    with serving("VGroundPoint-v0", Sessions(make, idle_s=0.3)) as server:
        name = server.ask("/reset")["metadata"]["session_id"]
        time.sleep(1)
        gone = server.ask("/step", session_id=name, action={"answer": "x"})
        assert gone["status"] == 404 and "idle for 0.3 s" in gone["error"]["message"]
        with connect(f"ws://127.0.0.1:{server.port}/ws") as line:
            assert "idle for 0.3 s" in json.loads(line.recv(timeout=20))["data"]["message"]


def test_slow_clients_are_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(servers, "HEADERS_S", 0.2)
    monkeypatch.setattr(app, "BODY_S", 0.3)
    with serving("VGroundPoint-v0", Sessions(make)) as server:
        where = ("127.0.0.1", server.port)
        with socket.create_connection(where) as silent, socket.create_connection(where) as half:
            half.sendall(b"POST /reset HTTP/1.1\r\nHost: local")
            for line in (silent, half):
                line.settimeout(10)
                assert line.recv(100) == b""
        with socket.create_connection(where) as line:
            line.settimeout(10)
            line.sendall(b"POST /reset HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{")
            assert b"408" in line.recv(1000)


def test_whoever_takes_no_answer_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gate, "SEND_S", 0.3)

    def large() -> ChatEnv:
        return ChatEnv("VGroundPoint-v0", image_size=1024, difficulty=1)

    with serving("VGroundPoint-v0", Sessions(large)) as server:
        with socket.create_connection(("127.0.0.1", server.port)) as line:
            line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            for _ in range(8):
                line.sendall(
                    b"POST /reset HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}"
                )
            began = time.monotonic()
            assert server.ask("/reset", seed=1)["metadata"]  # others are served meanwhile
            assert time.monotonic() - began < 30


class Broken(ChatEnv):
    def step(self, answer: Any) -> Any:
        raise RuntimeError("a secret of the machine")


def test_what_breaks_is_not_shown(caplog: pytest.LogCaptureFixture) -> None:
    sessions = Sessions(lambda: Broken("VGroundPoint-v0", image_size=64))
    with serving("VGroundPoint-v0", sessions) as server:
        name = server.ask("/reset")["metadata"]["session_id"]
        found = server.ask("/step", session_id=name, action={"answer": "x"})
        assert found["status"] == 500 and "secret" not in str(found)
        assert "a secret" in caplog.text
        assert len(sessions) == 0


def test_infos_are_plain() -> None:
    import numpy as np

    odd = {"a": np.float32(np.nan), "b": np.arange(2), 3: (np.bool_(True), {1}), "c": object}
    found = plain(odd)
    assert found["a"] is None and found["b"] == [0, 1] and found["3"] == [True, [1]]
    json.dumps(found, allow_nan=False)
