"""A proxy that lets nothing through, and tells what was asked of it.

Whatever a page opens by itself and no gate judges (sockets, redirects, shared workers, what the
browser fetches on its behalf) goes to its proxy, of which it is told in the words of SOCKS 5 (RFC
1928): a greeting, then a host and a port. Here the answer is always that it is not allowed.
"""

from __future__ import annotations

import contextlib
import io
import ipaddress
import socket
import threading
from collections.abc import Callable

_PATIENCE_S = 2.0
_NO_METHOD_NEEDED = b"\x05\x00"
_NOT_ALLOWED = b"\x05\x02\x00\x01" + bytes(6)
_IPV4, _NAME, _IPV6 = 1, 3, 4


class Wall:
    """A wall on a port of its own on loopback, until it is closed.

    Args:
        refuse: told of every host and port, as in ``example.org:443``, from a thread of the wall's.

    Attributes:
        address: what a browser calls it, as in ``socks5://127.0.0.1:41000``.
    """

    def __init__(self, refuse: Callable[[str], None]) -> None:
        self._refuse = refuse
        self._open = True
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.address = "socks5://{}:{}".format(*self._listener.getsockname())
        threading.Thread(target=self._stand, name="vgym-wall", daemon=True).start()

    def close(self) -> None:
        """Take it down: what then asks of it finds nobody there."""
        self._open = False
        with contextlib.suppress(OSError):  # wakes the thread that waits for somebody
            socket.create_connection(self._listener.getsockname(), _PATIENCE_S).close()

    def _stand(self) -> None:
        with self._listener:
            while self._open:
                with contextlib.suppress(OSError):  # it went away in the middle of a word
                    client, _ = self._listener.accept()
                    with client:
                        client.settimeout(_PATIENCE_S)
                        if asked := _refused(client):
                            self._refuse(asked)


def _refused(client: socket.socket) -> str:
    """The host and port that a client asks for and does not get; "" where it asks for none."""
    with client.makefile("rb") as words:
        version, methods = _exactly(words, 2)
        if version != 5:
            return ""
        _exactly(words, methods)
        client.sendall(_NO_METHOD_NEEDED)
        kind = _exactly(words, 4)[3]
        if kind == _NAME:
            host = _exactly(words, _exactly(words, 1)[0]).decode("latin-1")
        elif kind in (_IPV4, _IPV6):
            host = str(ipaddress.ip_address(_exactly(words, 4 if kind == _IPV4 else 16)))
        else:
            return ""
        port = int.from_bytes(_exactly(words, 2), "big")
        client.sendall(_NOT_ALLOWED)
    return f"[{host}]:{port}" if kind == _IPV6 else f"{host}:{port}"


def _exactly(words: io.BufferedReader, count: int) -> bytes:
    read = words.read(count)
    if len(read) < count:
        raise ConnectionError("it ended in the middle of a word")
    return read
