"""Who may come in: no page of somebody else's in a browser here, and elsewhere who has the token.

A page that a browser shows can send requests to this machine, and by a name of its own that it
lets point here (DNS rebinding) read the answers too. Without a token, requests must therefore name
this machine itself as their host; with one, nobody has it who was not given it. A browser says in
``Origin`` whose page asks: another's is refused either way.
"""

from __future__ import annotations

import asyncio
import hmac
import ipaddress
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from vgym.chat.secret import Key
from vgym.chat.serving.wire import Refusal, written

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

SEND_S = 60.0  # for a client to take what was sent
DROP_S, MOST_DROPPED = 5.0, 2**25  # of a request that is answered before it is there whole
OPEN = ("/health",)  # what needs no token: that somebody is there


class Gate:
    """Lets requests through to an application of ASGI, or refuses them.

    Args:
        app: the application. key: the token; None: whoever names this machine may come in.
    """

    def __init__(self, app: App, key: Key | None) -> None:
        self._app, self._key = app, key

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI."""
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return

        coming = scope["type"] == "http"  # whether more of the request is on its way

        async def receive_to_its_end() -> MutableMapping[str, Any]:
            nonlocal coming
            message = await receive()
            coming = coming and bool(message.get("more_body"))
            return message

        async def send_in_time(message: MutableMapping[str, Any]) -> None:
            if coming and message["type"] == "http.response.start":
                await _drop_rest(receive_to_its_end)
            async with asyncio.timeout(SEND_S):
                await send(message)

        try:
            self._check(scope)
        except Refusal as refusal:
            await _refuse(scope, receive, send_in_time, refusal)
            return
        try:
            await self._app(scope, receive_to_its_end, send_in_time)
        except TimeoutError:
            return  # nobody takes the answer

    def _check(self, scope: Scope) -> None:
        """Raises `Refusal`."""
        hosts, origins = _headers(scope, b"host"), _headers(scope, b"origin")
        host = hosts[0] if len(hosts) == 1 else ""
        if self._key is None and not is_this_machine(_name(host)):
            raise Refusal(
                "SESSION_ERROR",
                f"the request is for the host {host[:80]!r}, and this server answers for localhost "
                "alone; one for others needs a token, see `vgym serve --help`",
                421,
            )
        if any(urlsplit(origin).netloc != host for origin in origins):
            raise Refusal("SESSION_ERROR", f"pages of {origins[0][:80]!r} may not ask here", 403)
        if self._key is None or (scope["type"] == "http" and scope["path"] in OPEN):
            return
        given = _headers(scope, b"authorization")
        token = given[0].removeprefix("Bearer ") if len(given) == 1 else ""
        if not hmac.compare_digest(token.encode(), self._key.reveal().encode()):
            raise Refusal(
                "SESSION_ERROR",
                "the token is missing or wrong; send the header Authorization: Bearer TOKEN",
                401,
            )


def is_this_machine(name: str) -> bool:
    """Whether a host's name or address means the machine that it is said on."""
    if name == "localhost":
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False


def _headers(scope: Scope, name: bytes) -> list[str]:
    return [value.decode("latin-1") for key, value in scope["headers"] if key == name]


def _name(host: str) -> str:
    """The host of a header, without its port."""
    try:
        return (urlsplit(f"//{host}").hostname or "").rstrip(".")
    except ValueError:
        return ""


async def _drop_rest(receive: Receive) -> None:
    """Takes what is left of a request, some of it at most.

    Clients send a request whole before they read. One whose connection is closed meanwhile is told
    of a broken pipe, and never reads why it was refused.
    """
    dropped, more = 0, True
    try:
        async with asyncio.timeout(DROP_S):
            while more and dropped < MOST_DROPPED:
                message = await receive()
                dropped += len(message.get("body", b""))
                more = bool(message.get("more_body"))
    except TimeoutError:
        return


async def _refuse(scope: Scope, receive: Receive, send: Send, refusal: Refusal) -> None:
    body = written({"error": refusal.told()}).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", b"%d" % len(body))]
    if refusal.status == 401:
        headers.append((b"www-authenticate", b"Bearer"))
    kind = "http.response"
    if scope["type"] == "websocket":
        await receive()  # the wish to connect
        if "websocket.http.response" not in (scope.get("extensions") or {}):
            await send({"type": "websocket.close", "code": 1008, "reason": str(refusal)[:100]})
            return
        kind = "websocket.http.response"
    await send({"type": f"{kind}.start", "status": refusal.status, "headers": headers})
    await send({"type": f"{kind}.body", "body": body})
