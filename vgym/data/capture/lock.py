"""What keeps a page at home: a gate, a wall, a script and the flags of the browser.

Each shuts roads that the others cannot see. The gate judges the requests of pages, frames and
workers, and so alone can tell one file from another. The wall is the proxy for what never comes to
the gate. The script answers what is no request at all, WebRTC and WebTransport, at once. The flags
shut these two and the look-up of names beneath it, whatever a page does to the script.
"""

from __future__ import annotations

import functools
import json
from importlib import resources
from typing import Any

from vgym.data.capture.gate import FOLDER_HOST, Gate, Home, server
from vgym.data.capture.wall import Wall

_TELL = "vgymRefused"
_KEPT = 1000  # servers that are told apart


def lock_flags(allow_remote: bool) -> list[str]:
    """The flags that keep a whole browser on this machine; none where it may reach others."""
    if allow_remote:
        return []
    return [
        # Only the proxy's protocols for WebRTC: no packet of STUN, TURN or mDNS.
        "--webrtc-ip-handling-policy=disable_non_proxied_udp",
        # No name but this machine's is looked up, by a page or by the browser for itself.
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE *.localhost, "
        "EXCLUDE 127.0.0.1, EXCLUDE ::1",
    ]


class Lock:
    """The lock of one page, in a browser started with ``lock_flags``.

    Args:
        home: what the page may reach.
        allow_remote: whether it may reach other servers too.
        stay: whether it must not leave for another page once it has arrived.

    Attributes:
        home: as given. gate: its handler of routes. example: the first address that was refused.
    """

    def __init__(self, home: Home, *, allow_remote: bool, stay: bool) -> None:
        self.home = home
        self.gate = Gate(home, self.refuse, allow_remote=allow_remote, stay=stay)
        self._wall = None if allow_remote else Wall(self._knock)
        self.forget()

    @property
    def refused(self) -> int:
        """How much was refused: requests, calls of WebRTC and WebTransport, and further servers.

        A server counts once: the browser tries one again as it sees fit, and often opens a
        connection for a request before that comes to the gate.
        """
        return self._count + len(self._knocked - self._judged)

    def forget(self) -> None:
        """Count anew."""
        self.example = ""
        self._count = 0
        self._judged: set[str] = set()
        self._knocked: set[str] = set()

    def context(self) -> dict[str, Any]:
        """The settings of the context that the page lives in."""
        settings: dict[str, Any] = {"accept_downloads": False, "service_workers": "block"}
        if self._wall is not None:
            # Chromium never sends loopback through a proxy, unless it is told to.
            bypass = ",".join(("<-loopback>", *self.home.servers))
            settings["proxy"] = {"server": self._wall.address, "bypass": bypass}
        return settings

    async def put_on(self, context: Any) -> None:
        """Lock a context, before any page is in it."""
        await context.route("**/*", self.gate)
        if self._wall is not None:
            await context.expose_binding(_TELL, lambda _, road: self.refuse(f"{road}"))
            await context.add_init_script(f"({_script()})({json.dumps(_TELL)})")

    def refuse(self, address: str) -> None:
        """Count a request, or what a page called, that was turned away."""
        self.example = self.example or address[:200]
        self._count += 1
        if len(self._judged) < _KEPT:
            self._judged.add(server(address))

    def _knock(self, asked: str) -> None:
        # Nobody serves a folder: the browser opens a connection, the gate then needs none.
        if asked != f"{FOLDER_HOST}:80" and len(self._knocked) < _KEPT:
            self.example = self.example or asked[:200]
            self._knocked.add(asked)

    def __enter__(self) -> Lock:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give back what it holds; the page is closed, or about to be."""
        self.gate.close()
        if self._wall is not None:
            self._wall.close()


@functools.cache
def _script() -> str:
    return resources.files("vgym.data.capture").joinpath("lock.js").read_text(encoding="utf-8")
