"""The line to a server: a thread in which one client's requests run, and its connections.

Requests run in a thread with a loop of its own, so that notebooks, which have one, can ask too, and
Ctrl-C is heard at once: what was answered by then is in the cache.
"""

from __future__ import annotations

import asyncio
import itertools
import math
import random
import threading
import time
import weakref
from collections.abc import Coroutine, Mapping, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, TypeVar

from vgym.chat.replies import Reply, clean, excerpt, read_reply
from vgym.chat.secret import OURS, Hiding

if TYPE_CHECKING:
    from vgym.chat.client import ChatClient, Question

T = TypeVar("T")
LONGEST_WAIT_S = 60.0  # between two tries, whatever the server asks for
MOST_BYTES = 8 * 2**20  # of an answer
PATIENCE = 8  # requests in a row that may fail before a server is given up
_FIRST_WAIT_S, _USUAL_WAIT_S = 0.5, 8.0
_IN_A_POOL = 8  # connections: each request looks at all of its pool
_LISTENS_S = 0.5  # for Ctrl-C, where no system call is interrupted by it
_AGAIN = {408, 409, 425, 429}  # and those from 500 on
_FOR_ALL = {301, 302, 307, 308, 401, 402, 403, 404, 405, 501}  # the next request fares no better


class ServerError(RuntimeError):
    """A server that answers no request, and what would help."""


def import_openai() -> Any:
    """The package, or what to install."""
    try:
        import httpx2  # noqa: F401 -- what carries its requests
        import openai
    except ImportError as error:
        from vgym.core.extras import missing

        raise missing("openai", "api", error) from None
    return openai


@dataclass
class _Standing:
    """How a server has fared."""

    answered: bool = False
    failed_in_a_row: int = 0
    given_up: str = ""


@dataclass
class Line:
    """The thread in which one client's requests run, its loop, and the connections."""

    client: ChatClient
    standing: _Standing = field(default_factory=_Standing)

    def __post_init__(self) -> None:
        client, openai = self.client, import_openai()
        import httpx2

        self._loop = asyncio.new_event_loop()
        self._room = asyncio.Semaphore(client.concurrency)
        self._hiding = Hiding(client._key) if client._key else None
        if self._hiding:
            self._hiding.put_on()
        # The openai package will have a key; where there is none, its header is left out.
        self._headers: dict[str, Any] = {"Content-Type": "application/json"}
        if not client._key:
            self._headers["Authorization"] = openai.Omit()
        pools = -(-client.concurrency // _IN_A_POOL)
        certificates = httpx2.create_ssl_context()  # which is slow to make
        self._openai = [
            openai.AsyncOpenAI(
                api_key=client._key.reveal() if client._key else "none",
                base_url=client.url,
                max_retries=0,  # counted here, and bounded
                timeout=client.timeout_s,
                default_headers={"Accept-Encoding": "identity"},
                http_client=openai.DefaultAsyncHttpxClient(
                    follow_redirects=False,
                    event_hooks={"response": [_bounded]},
                    verify=certificates,
                ),
            )
            for _ in range(pools)
        ]
        self._next = itertools.cycle(self._openai)
        self._thread = threading.Thread(target=_turn, args=(self._loop,), daemon=True)
        self._thread.start()
        self._end = weakref.finalize(client, _stop, self._loop, self._openai, self._hiding)

    @property
    def alive(self) -> bool:
        """Whether the thread runs: a forked process has none."""
        return self._thread.is_alive() and not self._loop.is_closed()

    def wait(self, coroutine: Coroutine[Any, Any, T]) -> T:
        """What a coroutine comes to, in the thread."""
        future: Future[T] = asyncio.run_coroutine_threadsafe(coroutine, self._loop)
        try:
            while not future.done():
                wait([future], _LISTENS_S)
            return future.result()
        finally:
            future.cancel()  # which does nothing to one that is done

    def close(self) -> None:
        self._end()
        self._thread.join(5)

    async def ask_all(self, questions: Sequence[Question]) -> list[Reply]:
        self.standing.given_up = ""
        ids = [await asyncio.to_thread(self.client.fingerprint, one) for one in questions]
        alike = dict(zip(ids, questions, strict=True))  # one of those that are asked several times
        tasks = [asyncio.ensure_future(self._ask(id, one)) for id, one in alike.items()]
        try:
            replies = dict(zip(alike, await asyncio.gather(*tasks), strict=True))
            return [replies[id] for id in ids]
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _ask(self, id: str, question: Question) -> Reply:
        client = self.client
        pictures = _count_pictures(question.messages)
        async with self._room:
            reply = client.cache.get(id)
            if reply is None:
                reply = await self._tries(await asyncio.to_thread(client.body, question))
                client.cache.keep(id, reply)
            client.usage.add(reply, pictures)
        return reply

    async def _tries(self, body: bytes) -> Reply:
        """Ask until there is an answer, or no more tries.

        Raises:
            ServerError: it is not to be expected that this server answers anything.
        """
        start = time.perf_counter()
        tried = Tried(error="")
        count = 0
        while count < self.client.tries:
            if self.standing.given_up:
                raise ServerError(self.standing.given_up)
            count += 1
            tried = await self._try(body)
            if tried.reply is not None and not tried.reply.error:
                self.standing.answered, self.standing.failed_in_a_row = True, 0
                return replace(tried.reply, tries=count, seconds=time.perf_counter() - start)
            if not tried.again or count == self.client.tries:
                break
            await asyncio.sleep(_wait_s(count, tried.retry_after_s))
        self._note_failure(tried, count)
        times = f", {count} times" if count > 1 else ""
        return Reply(
            error=f"{tried.error}{times}", tries=count, seconds=time.perf_counter() - start
        )

    def _note_failure(self, tried: Tried, count: int) -> None:
        standing = self.standing
        standing.failed_in_a_row += 1
        hopeless = tried.for_all and not standing.answered
        if hopeless or standing.failed_in_a_row >= PATIENCE:
            asked = f"{standing.failed_in_a_row} requests in a row had no answer; the last: "
            standing.given_up = (
                f"{self.client.url}: {'' if hopeless else asked}{tried.error}"
                f"{_cure(tried.status, self.client)}"
            )
            standing.failed_in_a_row = 0
            raise ServerError(standing.given_up)

    async def _try(self, body: bytes) -> Tried:
        """Ask once. What the package raises ends here: its frames hold the header."""
        openai = import_openai()
        limit = self.client.timeout_s
        try:
            async with asyncio.timeout(limit):
                response = await next(self._next).post(
                    "/chat/completions",
                    cast_to=_response_type(),
                    content=body,
                    options={"headers": self._headers},
                )
                return Tried(reply=read_reply(self._without_key(response.content)))
        except openai.APIStatusError as error:
            return self._refused(error.response.status_code, error.response)
        except TooLarge as error:
            return Tried(error=str(error))
        except (TimeoutError, openai.APITimeoutError):
            return Tried(error=f"no answer within {limit:g} s", status=408)
        except openai.APIConnectionError as error:
            why = type(error.__cause__).__name__
            here = "nobody answers there" if why == "ConnectError" else f"the line broke ({why})"
            return Tried(error=here, again=True, for_all=why == "ConnectError")
        except Exception as error:  # whatever it is
            return Tried(error=f"the answer could not be read ({type(error).__name__})")

    def _refused(self, status: int, response: Any) -> Tried:
        said = excerpt(self._without_key(response.content)) if response.is_closed else ""
        return Tried(
            error=f"the server answered {status}{f': {said}' if said else ''}",
            status=status,
            again=status in _AGAIN or (status >= 500 and status not in _FOR_ALL),
            for_all=status in _FOR_ALL,
            retry_after_s=_retry_after_s(response.headers.get("retry-after")),
        )

    def _without_key(self, body: bytes) -> bytes:
        """A server may send back what it was sent."""
        key = self.client._key
        if key is None:
            return body
        return clean(key.hidden(body.decode("utf-8", "surrogateescape"))).encode()


@dataclass(frozen=True)
class Tried:
    """What came of one try.

    Attributes:
        reply: of the server; None for none. error: why none. status: of HTTP; 0 for none.
        again: whether another try may do better. for_all: whether other requests do no better.
        retry_after_s: for how long the server asks to be left alone; NaN for nothing said.
    """

    reply: Reply | None = None
    error: str = ""
    status: int = 0
    again: bool = False
    for_all: bool = False
    retry_after_s: float = math.nan

    def __post_init__(self) -> None:
        if self.reply is not None and self.reply.error:
            object.__setattr__(self, "error", self.reply.error)


class TooLarge(Exception):
    """A body that is not read further."""


async def _bounded(response: Any) -> None:
    """Let a response be read up to `MOST_BYTES`; called with its headers there, not its body."""
    if response.headers.get("content-encoding", "identity") != "identity":
        raise TooLarge("the server compressed its answer, which it was asked not to do")
    length = response.headers.get("content-length", "")
    if length.isdecimal() and int(length[:20]) > MOST_BYTES:
        raise TooLarge(f"the answer has {int(length[:20]) / 2**20:.0f} MB; 8 MB are read at most")
    response.stream = _bounded_stream(response.stream)


def _bounded_stream(stream: Any) -> Any:
    import httpx2

    class Bounded(httpx2.AsyncByteStream):  # type: ignore[misc]
        async def __aiter__(self) -> Any:
            read = 0
            async for chunk in stream:
                read += len(chunk)
                if read > MOST_BYTES:
                    raise TooLarge("the answer has more than 8 MB")
                yield chunk

        async def aclose(self) -> None:
            await stream.aclose()

    return Bounded()


def _response_type() -> Any:
    import httpx2

    return httpx2.Response


def _wait_s(count: int, asked_s: float) -> float:
    """How long to wait after so many tries: what the server asks for, or twice as long each time.

    Less by chance, up to a half, or what was refused together would come back together.
    """
    if math.isfinite(asked_s):
        return min(max(asked_s, 0.0), LONGEST_WAIT_S) + random.uniform(0, 0.1)
    return min(_FIRST_WAIT_S * 2.0 ** (count - 1), _USUAL_WAIT_S) * random.uniform(0.5, 1)


def _retry_after_s(header: str | None) -> float:
    """Seconds of a ``Retry-After`` header, a number or a date; NaN for none."""
    from email.utils import parsedate_to_datetime

    try:
        return float(header or "nan")
    except ValueError:
        pass
    try:
        return parsedate_to_datetime(header or "").timestamp() - time.time()
    except (ValueError, OverflowError, OSError):
        return math.nan


def _cure(status: int, client: ChatClient) -> str:
    """What would help, by what a server answered."""
    if status in (401, 403):
        key = client._key
        if key is None:
            return f"; no key was sent: name the variable that holds it, key={OURS}"
        return f"; the key in {key.variable} was sent: is it this server's?"
    if status in (404, 405):
        return f"; is {client.url} the address up to /v1, and {client.model!r} a model of it?"
    if status in (301, 302, 307, 308):
        return "; it is elsewhere: give the address that it names"
    return "" if status else "; is the server up?"


def _count_pictures(messages: Sequence[Mapping[str, Any]]) -> int:
    contents = (message.get("content") for message in messages)
    parts = (part for content in contents if isinstance(content, list) for part in content)
    return sum(part.get("type") != "text" for part in parts)


def _turn(loop: asyncio.AbstractEventLoop) -> None:
    """What the thread does: run the loop until it is stopped."""
    try:
        loop.run_forever()
    finally:
        loop.run_until_complete(loop.shutdown_default_executor())
        loop.close()


def _stop(
    loop: asyncio.AbstractEventLoop, connections: Sequence[Any], hiding: Hiding | None
) -> None:
    """End a line: its connections, then its loop."""

    async def end() -> None:
        for pool in connections:
            await pool.close()
        loop.stop()

    if loop.is_running():
        asyncio.run_coroutine_threadsafe(end(), loop)
    if hiding is not None:
        hiding.take_off()
