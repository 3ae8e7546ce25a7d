"""A server of a model that misbehaves as it is told to: the model's name says how."""

from __future__ import annotations

import http.server
import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

ANSWER = "[0.5, 0.5]"


@dataclass
class Site:
    """One server.

    Attributes:
        url: up to /v1. asked: the bodies that came, and the headers with them.
        most: of the model "slow", how many were in flight at once.
        answer: of the model "echo", from the body.
        let_go: ends what hangs.
    """

    url: str = ""
    asked: list[dict[str, Any]] = field(default_factory=list, repr=False)
    headers: list[dict[str, str]] = field(default_factory=list, repr=False)
    most: int = 0
    now: int = 0
    answer: Callable[[dict[str, Any]], str] = lambda body: ANSWER
    let_go: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)


def chat_body(text: str | None, **message: Any) -> bytes:
    """A sound body."""
    choice = {"message": {"role": "assistant", "content": text, **message}, "finish_reason": "stop"}
    usage = {"prompt_tokens": 7, "completion_tokens": 3}
    return json.dumps({"choices": [choice], "usage": usage}).encode()


class Handler(http.server.BaseHTTPRequestHandler):
    """Misbehaves by the model's name."""

    protocol_version = "HTTP/1.1"
    site: Site

    def do_POST(self) -> None:
        site = self.site
        length = int(self.headers.get("Content-Length", 0))
        body = json.loads(self.rfile.read(length))
        with site.lock:
            site.asked.append(body)
            site.headers.append({name.lower(): said for name, said in self.headers.items()})
            before = sum(one["model"] == body["model"] for one in site.asked) - 1
        try:
            self._misbehave(body["model"], before, body)
        except (BrokenPipeError, ConnectionResetError):
            pass

    def _misbehave(self, how: str, before: int, body: dict[str, Any]) -> None:
        site = self.site
        name, _, number = how.partition("-")
        if name == "echo":
            self._send(200, chat_body(site.answer(body)))
        elif name == "slow":
            with site.lock:
                site.now += 1
                site.most = max(site.most, site.now)
            site.let_go.wait(float(number or 0.2))
            with site.lock:
                site.now -= 1
            self._send(200, chat_body(site.answer(body)))
        elif name == "status":  # for the first two requests of that model: status-429
            if before < 2:
                self._send(int(number), b'{"error": {"message": "not now"}}', ("Retry-After", "0"))
            else:
                self._send(200, chat_body(site.answer(body)))
        elif name == "always":  # always-500
            self._send(int(number), b'{"error": {"message": "I will not"}}')
        elif name == "tells":  # sends back what it was sent, key and all
            sent = self.headers.get("Authorization", "")
            text = f"you sent {sent}"
            status = int(number or 401)
            said = json.dumps({"error": {"message": text}}).encode()
            self._send(status, chat_body(text) if status == 200 else said, ("X-Key", sent))
        elif name == "broken":
            self._send(200, chat_body(site.answer(body))[:-20])
        elif name == "deep":
            self._send(200, b"[" * 100_000)
        elif name == "other":
            self._send(200, b'{"choices": [{"message": {"content": 3}}]}')
        elif name == "huge":
            self._send(200, b" " * (9 * 2**20))
        elif name == "endless":
            self._head(200, ("Transfer-Encoding", "chunked"))
            while not site.let_go.is_set():
                self.wfile.write(b"10000\r\n" + b" " * 0x10000 + b"\r\n")
        elif name == "zipped":
            self._send(200, b"\x1f\x8b\x08", ("Content-Encoding", "gzip"))
        elif name == "closes":
            self._head(200, ("Content-Length", "5000"))
            self.wfile.write(b'{"choices": [')
            self.close_connection = True
        elif name == "drips":
            self._head(200, ("Content-Length", "5000"))
            while not site.let_go.wait(0.02):
                self.wfile.write(b" ")
        elif name == "hangs":
            site.let_go.wait(30)
            self.close_connection = True
        elif name == "elsewhere":
            self._send(302, b"", ("Location", "/v1/elsewhere"))
        else:
            self._send(404, b'{"error": {"message": "no such model"}}')

    def _head(self, status: int, *headers: tuple[str, str]) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        for header in headers:
            self.send_header(*header)
        self.end_headers()

    def _send(self, status: int, body: bytes, *headers: tuple[str, str]) -> None:
        self._head(status, ("Content-Length", str(len(body))), *headers)
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        pass


class Server(http.server.ThreadingHTTPServer):
    """With room for many that come at once."""

    daemon_threads = True
    request_queue_size = 256

    def handle_error(self, *_: Any) -> None:
        pass


@contextmanager
def served() -> Iterator[Site]:
    """A server while it lasts."""
    site = Site()
    with Server(("127.0.0.1", 0), type("Bound", (Handler,), {"site": site})) as server:
        site.url = f"http://127.0.0.1:{server.server_port}/v1"
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield site
        finally:
            site.let_go.set()
            server.shutdown()
            thread.join()


def wait_until(true: Callable[[], bool], seconds: float = 10.0) -> None:
    """Return as soon as something holds; fail if it does not in time."""
    end = time.perf_counter() + seconds
    while not true():
        assert time.perf_counter() < end, "it did not come true"
        time.sleep(0.005)
