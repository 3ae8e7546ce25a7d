"""A server in a thread, and a client that is small enough to print."""

from __future__ import annotations

import json
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any


@dataclass
class Served:
    """A server that runs.

    Attributes:
        port: of this machine.
    """

    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def ask(self, path: str, /, body: bytes | None = None, **said: Any) -> dict[str, Any]:
        """What is answered to a POST; of an error what it tells, and its status."""
        headers = said.pop("headers", {})
        data = json.dumps(said).encode() if body is None else body
        request = urllib.request.Request(f"{self.url}{path}", data, headers)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                found: dict[str, Any] = json.load(answer)
                return found
        except urllib.error.HTTPError as error:
            with error:
                return {**json.load(error), "status": error.code}


@contextmanager
def serving(id: str, sessions: Any, key: Any = None) -> Iterator[Served]:
    """A server of an environment, for as long as it is asked."""
    from vgym.chat.serving.server import listening_at, server_of

    server = server_of({"name": id}, sessions, key)
    with listening_at("127.0.0.1", 0) as listening:
        thread = threading.Thread(target=server.run, args=([listening],))
        thread.start()
        try:
            while not server.started and thread.is_alive():
                time.sleep(0.01)
            yield Served(listening.getsockname()[1])
        finally:
            server.should_exit = True
            thread.join(20)
            assert not thread.is_alive()
