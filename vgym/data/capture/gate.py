"""Which requests of a page are answered: files of a folder, this machine, or nothing."""

from __future__ import annotations

import contextlib
import ipaddress
import mimetypes
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import Request, Route

FOLDER_HOST = "folder.localhost"  # where the files of a folder are served from, without a port


def is_local(address: str) -> bool:
    """Whether an address stays on this machine: loopback, a file, or data held by the page."""
    parts = urlsplit(address)
    if parts.scheme in ("file", "data", "blob", "about"):
        return not parts.hostname
    host = (parts.hostname or "").rstrip(".").lower()
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class Gate:
    """Decides on every request of a page: files of the folder, this machine, or refused.

    Args:
        root: the folder served under `FOLDER_HOST`; None when the pages come from a server.
        allow_remote: whether other machines may be asked.

    Attributes:
        refused: the addresses that were turned away.
    """

    def __init__(self, root: Path | None, *, allow_remote: bool) -> None:
        self._root = root
        self._allow_remote = allow_remote
        self._arrived = False
        self.refused: list[str] = []

    def arrived(self) -> None:
        """From now on the page may not leave for another one."""
        self._arrived = True

    def __call__(self, route: Route) -> None:
        from playwright.sync_api import Error

        with contextlib.suppress(Error):  # the page that asked may be gone by now
            self._judge(route)

    def _judge(self, route: Route) -> None:
        request = route.request
        allowed = self._allow_remote or is_local(request.url)
        if not allowed or (self._arrived and self._leaves(request)):
            self.refused.append(request.url[:200])
            route.abort("aborted")
        elif self._root is not None and urlsplit(request.url).hostname == FOLDER_HOST:
            self._serve(route, self._root, unquote(urlsplit(request.url).path))
        else:
            route.continue_()

    @staticmethod
    def _leaves(request: Request) -> bool:
        from playwright.sync_api import Error

        if not request.is_navigation_request():
            return False
        try:
            return request.frame.parent_frame is None
        except Error:  # the first request of a window that is still being opened
            return True

    @staticmethod
    def _serve(route: Route, root: Path, path: str) -> None:
        file = (root / path.lstrip("/")).resolve()
        if file.is_dir():
            file = file / "index.html"
        if not file.is_relative_to(root.resolve()) or not file.is_file():
            route.fulfill(status=404, body="")
            return
        kind = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        route.fulfill(body=file.read_bytes(), content_type=kind)
