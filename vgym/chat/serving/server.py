"""The server: an address, and patience with those who connect to it."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Mapping
from typing import Any

from vgym.chat.secret import Key
from vgym.chat.serving.gate import is_this_machine
from vgym.chat.serving.sessions import Sessions
from vgym.chat.serving.wire import MOST_BYTES

TOKEN = "VGYM_TOKEN"  # the environment variable that holds it
SHORTEST = 16  # characters of a token
HEADERS_S = 10.0  # twice as long at most, for the first lines of a request to be there


def token_of(host: str) -> Key | None:
    """The token that a server at this address asks for; None for none.

    Raises:
        ValueError: there is none, and others could reach the server; or it is easily guessed.
    """
    if not os.environ.get(TOKEN):
        if is_this_machine(host):
            return None
        raise ValueError(
            f"--host {host} lets other machines in: set a token that they must send, export "
            f"{TOKEN}=$(python -c 'import secrets; print(secrets.token_urlsafe())')"
        )
    key = Key(TOKEN)
    if len(key.reveal()) < SHORTEST:
        raise ValueError(f"the token in {TOKEN} is shorter than {SHORTEST} characters")
    return key


def run_server(
    about: Mapping[str, str],
    sessions: Sessions,
    *,
    host: str,
    port: int,
    key: Key | None,
    tell: Callable[[str], None],
) -> None:
    """Serve until Ctrl-C.

    Args:
        about: name, description and version of the environment. sessions: who plays it.
        host, port: where; port 0 takes one that is free. key: the token, see `token_of`.
        tell: is called with the address, once it can be reached.

    Raises:
        ImportError: the extra is missing. OSError: the address is taken, or none of this machine.
    """
    server = server_of(about, sessions, key)
    try:
        listening = listening_at(host, port)
    except OSError as error:
        why = f"{host} port {port}: {error.strerror}; --port 0 takes one that is free"
        raise OSError(why) from None
    with listening:
        name = f"[{host}]" if ":" in host else host
        tell(f"http://{name}:{listening.getsockname()[1]}")
        server.run(sockets=[listening])


def server_of(about: Mapping[str, str], sessions: Sessions, key: Key | None) -> Any:
    """A server of uvicorn that has no address yet; arguments as of `run_server`.

    Raises:
        ImportError: the extra is missing.
    """
    try:
        import starlette  # noqa: F401
        import uvicorn
        import websockets  # noqa: F401
    except ImportError as error:
        from vgym.core.extras import missing

        raise missing("the server (starlette, uvicorn, websockets)", "serve", error) from None
    from vgym.chat.serving.app import application

    config = uvicorn.Config(
        application(about, sessions, key),
        loop="asyncio",
        http=_patient_protocol(),
        ws="websockets-sansio",
        ws_max_size=MOST_BYTES,
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        limit_concurrency=2 * sessions.most + 64,
        timeout_keep_alive=30,
        timeout_graceful_shutdown=3,
    )
    return uvicorn.Server(config)


def listening_at(host: str, port: int) -> socket.socket:
    """A socket that listens there."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family, backlog=256)


def _patient_protocol() -> Any:
    """HTTP of uvicorn that closes connections on which no whole request comes."""
    import h11
    from uvicorn.protocols.http.h11_impl import H11Protocol

    class Patient(H11Protocol):  # type: ignore[misc]
        _waits = 0

        def connection_made(self, transport: Any) -> None:
            super().connection_made(transport)
            self.loop.call_later(HEADERS_S, self._look)

        def _look(self) -> None:
            if self not in self.connections:  # closed, or a WebSocket by now
                return
            between = self.conn.their_state is h11.IDLE and self.timeout_keep_alive_task is None
            self._waits = self._waits + 1 if between else 0
            if self._waits > 1:
                self.transport.close()
            else:
                self.loop.call_later(HEADERS_S, self._look)

    return Patient
