"""Where a page is at home, and which of its requests are answered.

A page reaches its own files, its own server and what it made itself; nothing else. Its own server
is the one it came from: another port of this machine is another program, which may trust whatever
asks it from here.
"""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import mimetypes
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import SplitResult, unquote_to_bytes, urlsplit
from urllib.request import url2pathname

if TYPE_CHECKING:
    from playwright.async_api import Request, Route

FOLDER_HOST = "folder.localhost"  # where the files of a folder are served from, without a port
_MAX_BYTES = 16 * 10**6  # a file goes through Playwright, some 0.1 s of its time a MB
_LOOPBACK = ("localhost", "127.0.0.1", "::1")
_PORTS = {"http": 80, "ws": 80, "https": 443, "wss": 443}


def is_local(address: str) -> bool:
    """Whether an address stays on this machine: loopback, a file, or data held by the page.

    >>> is_local("http://localhost:8000/a.html"), is_local("http://localhost.example.org/")
    (True, False)
    """
    parts = _split(address)
    if parts is None:
        return False
    if parts.scheme == "file":
        return parts.path.startswith("/") and not parts.netloc
    if parts.scheme in ("data", "blob", "about"):
        return True
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme not in _PORTS or not host:
        return False
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def server(address: str) -> str:
    """The host and port that an address asks, as in ``example.org:443``; "" for none.

    >>> server("https://example.org/a"), server("ws://[::1]:8000/"), server("data:,x")
    ('example.org:443', '[::1]:8000', '')
    """
    parts = _split(address)
    if parts is None or not parts.hostname:
        return ""
    return f"{_bracketed(parts.hostname)}:{_port(parts)}"


@dataclass(frozen=True)
class Home:
    """Where a page comes from, and so all that it may reach.

    Attributes:
        host, port: of its server; "" and 0 for a page that is a file.
        folder: whose files are its own: read by itself where it is a file, and served to it under
            ``FOLDER_HOST``; None for a page of another server.
    """

    host: str = ""
    port: int = 0
    folder: Path | None = None

    @classmethod
    def of(cls, address: str, folder: Path | None = None) -> Home:
        """The home of the page at an address.

        Args:
            address: of http, https or file.
            folder: whose files are its own, where that is not the folder that its own file is in.
        """
        parts = urlsplit(address)
        if parts.scheme == "file":
            return cls(folder=(folder or Path(url2pathname(parts.path)).parent).resolve())
        host = (parts.hostname or "").rstrip(".")
        folder = folder.resolve() if folder is not None and host == FOLDER_HOST else None
        return cls(host, parts.port or _PORTS.get(parts.scheme, 0), folder)

    @property
    def servers(self) -> tuple[str, ...]:
        """The names of its server, each with the port; none where files are all that it has."""
        if not self.host or self.folder is not None:
            return ()
        names = (self.host, *_LOOPBACK, "*.localhost") if self._on_loopback else (self.host,)
        return tuple(f"{_bracketed(name)}:{self.port}" for name in dict.fromkeys(names))

    def holds(self, address: str) -> bool:
        """Whether what is at an address is the page's own."""
        parts = _split(address)
        if parts is None:
            return False
        if parts.scheme in ("data", "blob", "about"):
            return True
        if parts.scheme == "file":
            return not self.host and not parts.netloc and self.file(parts.path) is not None
        if parts.scheme not in _PORTS or _port(parts) != self.port:
            return False
        host = (parts.hostname or "").rstrip(".")
        if host == self.host:
            return True
        own = host in _LOOPBACK or host.endswith(".localhost")
        return own and self._on_loopback and self.folder is None

    def file(self, path: str) -> Path | None:
        """The file of the folder at the path of an address, links followed; None outside of it.

        Args:
            path: percent-encoded, from the root of the folder where that is served, else from that
                of the machine.
        """
        if self.folder is None:
            return None
        try:
            near = self.folder / _name(path) if self.host else url2pathname(path)
            found = Path(near).resolve()
        except (OSError, RuntimeError, ValueError):  # too long, a ring of links, a zero in it
            return None
        return found if found.is_relative_to(self.folder) else None

    @property
    def _on_loopback(self) -> bool:
        return is_local(f"http://{_bracketed(self.host)}/")


class Gate:
    """Judges every request of a page; a handler for Playwright's routes.

    Args:
        home: what the page may reach.
        refuse: told of every address that is turned away.
        allow_remote: whether it may reach other servers too. Files stay those of its folder.
        stay: whether it must not leave for another page once it has arrived.

    Attributes:
        oversize: what is to be told of a file that is too large to be served; "" for none.
    """

    def __init__(
        self, home: Home, refuse: Callable[[str], None], *, allow_remote: bool, stay: bool
    ) -> None:
        self.home = home
        self.oversize = ""
        self._refuse = refuse
        self._allow_remote = allow_remote
        self._stay = stay
        self._arrived = False
        self._open = True
        # One file at a time: whoever comes after a page that was given up waits for one at most.
        self._serving = asyncio.Lock()

    def arrived(self) -> None:
        """The page is there: from now on, where it is to stay, it may not leave."""
        self._arrived = True

    def close(self) -> None:
        """From now on no file is served any more."""
        self._open = False

    def admits(self, address: str) -> bool:
        """Whether a request is answered."""
        if self._allow_remote and urlsplit(address).scheme != "file":
            return True
        return self.home.holds(address)

    async def __call__(self, route: Route) -> None:
        from playwright.async_api import Error

        with contextlib.suppress(Error):  # the page that asked may be gone by now
            await self._judge(route)

    async def _judge(self, route: Route) -> None:
        address = route.request.url
        parts = urlsplit(address)
        if not self.admits(address) or (self._stay and self._arrived and _leaves(route.request)):
            self._refuse(address)
            await route.abort("aborted" if self._stay else "blockedbyclient")
        elif self.home.folder is None or parts.hostname != FOLDER_HOST:
            await route.continue_()
        else:
            async with self._serving:
                await self._serve(route, parts.path)

    async def _serve(self, route: Route, path: str) -> None:
        file = self.home.file(path)
        try:
            if file is not None and file.is_dir():
                file = self.home.file(f"{path}/index.html")
            if self._open and file is not None and file.is_file():
                size = file.stat().st_size
                if size > _MAX_BYTES:
                    self.oversize = (
                        f"{path} has {size / 1e6:.0f} MB, and files of more than "
                        f"{_MAX_BYTES / 1e6:.0f} are not served; serve the folder yourself, as "
                        "with python -m http.server, and capture its address"
                    )
                    await route.fulfill(status=413, body=self.oversize)
                    return
                kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
                await route.fulfill(body=file.read_bytes(), content_type=kind)
                return
        except OSError:  # not for this user to read, or a name that no file can have
            pass
        await route.fulfill(status=404, body="there is no such file")


def _name(path: str) -> str:
    """The name that the path of an address stands for, whatever bytes are in it."""
    return os.fsdecode(unquote_to_bytes(path)).lstrip("/")


def _split(address: str) -> SplitResult | None:
    try:
        parts = urlsplit(address)
        return parts if _port(parts) >= 0 else None
    except ValueError:  # half a bracket, or a port that is no number
        return None


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _port(parts: SplitResult) -> int:
    return parts.port if parts.port is not None else _PORTS.get(parts.scheme, 0)


def _leaves(request: Request) -> bool:
    from playwright.async_api import Error

    if not request.is_navigation_request():
        return False
    try:
        return request.frame.parent_frame is None
    except Error:  # the first request of a window that is still being opened
        return True
