"""The application: what is asked by which path, and by which message of a connection.

Over ``/ws`` a connection is a session, as of OpenEnv's clients; over plain HTTP requests name
theirs. Environments run in one thread, one after the other: what they do is the processor's work,
and a second process on another port is what a second core is for.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route, WebSocketRoute
from starlette.websockets import WebSocket, WebSocketDisconnect

from vgym.chat.secret import Key
from vgym.chat.serving.gate import App, Gate
from vgym.chat.serving.sessions import Session, Sessions
from vgym.chat.serving.wire import (
    MOST_BYTES,
    Refusal,
    read_action,
    read_json,
    read_reset,
    read_session,
    written,
)
from vgym.registration import unknown

BODY_S = 30.0  # for a request to be there whole
_LOOKS_S = 5.0  # how often idle sessions are looked for, at least
_TYPES = ("reset", "step", "state", "close")
_LOG = logging.getLogger("vgym.serve")
T = TypeVar("T")


def application(about: Mapping[str, str], sessions: Sessions, key: Key | None) -> App:
    """An application of ASGI.

    Args:
        about: name, description and version of what is played, as they are told.
        sessions: who plays it. key: the token, see `Gate`.
    """
    desk = _Desk(about, sessions)
    posts = {"/reset": desk.reset, "/step": desk.step, "/close": desk.close}
    gets = {
        "/health": desk.health,
        "/state": desk.state,
        "/metadata": desk.metadata,
        "/schema": desk.schema,
    }
    app = Starlette(
        routes=[
            *(Route(path, _answered(does), methods=["POST"]) for path, does in posts.items()),
            *(Route(path, _answered(does), methods=["GET"]) for path, does in gets.items()),
            WebSocketRoute("/ws", desk.connection),
        ],
        lifespan=desk.open,
        exception_handlers={HTTPException: _no_such_path},
    )
    return Gate(app, key)


class _Desk:
    """Where requests are worked on."""

    def __init__(self, about: Mapping[str, str], sessions: Sessions) -> None:
        self.about, self.sessions = about, sessions
        self._thread = ThreadPoolExecutor(1, "environments")

    @asynccontextmanager
    async def open(self, app: Any) -> AsyncIterator[None]:
        """While the server runs: idle sessions end; at its end all do."""
        looking = asyncio.create_task(self._end_idle())
        try:
            yield
        finally:
            looking.cancel()
            for session in self.sessions.take_all():
                await self._work(session.close)
            self._thread.shutdown()

    async def reset(self, request: Request) -> dict[str, Any]:
        given = read_json(await self._body(request))
        name = read_session(given)
        seed, episode_id = read_reset(given)
        session = self.sessions.begin() if name is None else self.sessions.find(name)
        try:
            return await self._played(session, lambda: session.reset(seed, episode_id))
        except BaseException:
            if name is None:  # nobody knows of it
                await self._end(session)
            raise

    async def step(self, request: Request) -> dict[str, Any]:
        given = read_json(await self._body(request))
        session = self._named(read_session(given))
        for field in given:
            if field != "action":
                raise Refusal("VALIDATION_ERROR", unknown("field", field[:40], ["action"]))
        answer = read_action(given.get("action"))
        return await self._played(session, lambda: session.step(answer))

    async def close(self, request: Request) -> dict[str, Any]:
        await self._end(self._named(read_session(read_json(await self._body(request)))))
        return {"closed": True}

    async def state(self, request: Request) -> dict[str, Any]:
        return self._named(request.query_params.get("session_id")).state()

    async def health(self, request: Request) -> dict[str, Any]:
        return {"status": "healthy"}

    async def metadata(self, request: Request) -> dict[str, Any]:
        return dict(self.about)

    async def schema(self, request: Request) -> dict[str, Any]:
        return SCHEMA

    async def connection(self, socket: WebSocket) -> None:
        """One session, as long as its connection."""
        await socket.accept()
        session = None
        try:
            session = self.sessions.begin(attached=True)
            while True:
                async with asyncio.timeout(self.sessions.idle_s):
                    text = await _text_of(socket)
                if text is None:
                    return
                try:
                    answer = await self._message(session, text)
                except Refusal as refusal:
                    answer = {"type": "error", "data": refusal.told()}
                if answer is None:
                    break
                await socket.send_text(written(answer))
        except Refusal as refusal:
            await socket.send_text(written({"type": "error", "data": refusal.told()}))
        except TimeoutError:
            why = f"the session was idle for {self.sessions.idle_s:g} s and has ended"
            told = Refusal("SESSION_ERROR", why).told()
            await socket.send_text(written({"type": "error", "data": told}))
        except WebSocketDisconnect:
            return
        finally:
            if session is not None:
                await asyncio.shield(self._end(session))
        await socket.close()

    async def _message(self, session: Session, text: str) -> dict[str, Any] | None:
        """What is answered to a message; None for its wish to end.

        Raises:
            Refusal: it means nothing here.
        """
        given = read_json(text)
        kind, data = given.get("type"), given.get("data", {})
        if kind not in _TYPES:
            raise Refusal("UNKNOWN_TYPE", unknown("type", str(kind)[:40], _TYPES))
        if kind == "close":
            return None
        if not isinstance(data, dict):
            raise Refusal("VALIDATION_ERROR", f"data must be an object, not {data!r:.60}")
        if kind == "state":
            return {"type": "state", "data": session.state()}
        if kind == "reset":
            seed, episode_id = read_reset(data)
            told = await self._played(session, lambda: session.reset(seed, episode_id))
        else:
            answer = read_action(data)
            told = await self._played(session, lambda: session.step(answer))
        return {"type": "observation", "data": told}

    def _named(self, name: str | None) -> Session:
        if name is None:
            raise Refusal("VALIDATION_ERROR", "say the session_id that the reset answered")
        return self.sessions.find(name)

    async def _played(self, session: Session, work: Callable[[], T]) -> T:
        """What comes of work on a session's environment; one that it breaks ends.

        Raises:
            Refusal: of the work, or because it broke.
        """
        session.busy += 1
        try:
            return await self._work(work)
        except (Refusal, asyncio.CancelledError):
            raise
        except Exception:
            _LOG.exception("%s broke", self.about["name"])
            await self._end(session)
            why = "the environment broke; the server's log says how, and the session has ended"
            raise Refusal("EXECUTION_ERROR", why, 500) from None
        finally:
            session.busy -= 1
            self.sessions.touch(session)

    async def _work(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, work)

    async def _end(self, session: Session) -> None:
        self.sessions.end(session)
        await self._work(session.close)

    async def _end_idle(self) -> None:
        while True:
            await asyncio.sleep(min(_LOOKS_S, self.sessions.idle_s / 2))
            for session in self.sessions.idle():
                await self._work(session.close)

    async def _body(self, request: Request) -> bytes:
        """Raises `Refusal` for one that is too long, or comes too slowly."""
        large = Refusal("VALIDATION_ERROR", f"a request has at most {MOST_BYTES:,} bytes", 413)
        length = request.headers.get("content-length", "")
        if length.isdecimal() and int(length[:20]) > MOST_BYTES:
            raise large
        body = bytearray()
        try:
            async with asyncio.timeout(BODY_S):
                async for chunk in request.stream():
                    body += chunk
                    if len(body) > MOST_BYTES:
                        raise large
        except TimeoutError:
            why = f"the request was not there within {BODY_S:g} s"
            raise Refusal("VALIDATION_ERROR", why, 408) from None
        return bytes(body)


def _answered(does: Callable[[Request], Any]) -> Callable[[Request], Any]:
    async def endpoint(request: Request) -> Response:
        try:
            return _json(await does(request))
        except Refusal as refusal:
            return _json({"error": refusal.told()}, refusal.status)
        except ClientDisconnect:
            return Response(status_code=400)

    return endpoint


def _json(what: Any, status: int = 200) -> Response:
    return Response(written(what), status, media_type="application/json")


def _no_such_path(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 404
    paths = "POST /reset /step /close, GET /health /state /metadata /schema, WebSocket /ws"
    why = f"{request.method} {request.url.path[:60]} is nothing here; there are: {paths}"
    return _json({"error": Refusal("UNKNOWN_TYPE", why).told()}, status)


async def _text_of(socket: WebSocket) -> str | None:
    """The next message; None where the connection was ended."""
    event = await socket.receive()
    if event["type"] == "websocket.disconnect":
        return None
    text = event.get("text")
    return (
        text
        if isinstance(text, str)
        else bytes(event.get("bytes") or b"").decode("utf-8", "replace")
    )


_MESSAGES = {"type": "array", "items": {"type": "object"}}
SCHEMA: dict[str, Any] = {
    "action": {
        "type": "object",
        "properties": {
            "answer": {
                "description": "text, a list of calls of tools, or an assistant's message; of a "
                "team an object by robot",
                "type": ["string", "array", "object"],
            },
            "metadata": {"type": "object"},
        },
        "required": ["answer"],
        "additionalProperties": False,
    },
    "observation": {"type": "object", "properties": {"messages": _MESSAGES}},
    "reset_observation": {
        "type": "object",
        "properties": {"messages": _MESSAGES, "tools": _MESSAGES},
    },
    "state": {
        "type": "object",
        "properties": {
            "episode_id": {"type": "string"},
            "step_count": {"type": "integer", "minimum": 0},
            "seed": {"type": "integer"},
            "episode": {"type": "integer"},
        },
    },
}
