"""Questions to a served model: many at once, each answered or not in a bounded time.

Any server that speaks OpenAI's ``/chat/completions`` will do. A request ends in a `Reply` whatever
the server does; one that fails has an ``error``. What is wrong for every request alike (no such
model, a wrong key, nobody there) raises `ServerError` instead, before hours are spent on it.

How requests travel: :mod:`vgym.chat.line`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from vgym.chat.cache import Cache, fingerprint
from vgym.chat.line import Line, ServerError, import_openai
from vgym.chat.messages import Encoding, Message, to_openai
from vgym.chat.replies import Reply
from vgym.chat.secret import OURS, Key

__all__ = ["ChatClient", "Question", "ServerError", "Usage", "checked_url"]

CONCURRENCY = 64  # requests in flight
TIMEOUT_S = 120.0  # of one try, until the last byte of its answer
TRIES = 5


@dataclass
class Usage:
    """What was asked of a server, kept answers left out.

    Attributes:
        requests, tries, failed: questions, times that they were sent, and those without an answer.
        kept: answers that the cache had.
        tokens_in, tokens_out, pictures: of the answers. seconds: that they took, summed.
    """

    requests: int = 0
    tries: int = 0
    failed: int = 0
    kept: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    pictures: int = 0
    seconds: float = 0.0

    def add(self, reply: Reply, pictures: int) -> None:
        """Count a reply to a question with so many pictures."""
        if reply.kept:
            self.kept += 1
            return
        self.requests += 1
        self.tries += reply.tries
        self.failed += bool(reply.error)
        self.tokens_in += reply.tokens_in
        self.tokens_out += reply.tokens_out
        self.pictures += pictures
        self.seconds += reply.seconds


@dataclass(frozen=True)
class Question:
    """What is sent.

    Attributes:
        messages: in OpenAI's form, pictures as arrays: see :mod:`vgym.chat.messages`.
        tools: their schemas, in OpenAI's form.
        sample: which of several answers to one question it is to be.
    """

    messages: Sequence[Message]
    tools: Sequence[Mapping[str, Any]] = ()
    sample: int = 0


class ChatClient:
    """A model on a server.

    Args:
        model: as the server calls it.
        url: of the server, up to ``/v1``.
        key: the environment variable that holds the server's key. None for ``OPENAI_API_KEY``,
            which is sent over https and to this machine alone, if it is set.
        parameters: what else the body of a request has, such as ``{"temperature": 0}``.
        encode: how pictures are sent: "png", "webp" or "jpeg".
        cache: of answers; by default one in memory: what is asked twice in every way alike is not
            sent twice, such as by rows that only fill a batch.
        concurrency, timeout_s, tries: see the constants of this module.

    Raises:
        ImportError: there is no package ``openai``.
        ValueError: an address that is none, or holds a secret; a variable without a key.
    """

    def __init__(
        self,
        model: str,
        url: str,
        *,
        key: str | None = None,
        parameters: Mapping[str, Any] | None = None,
        encode: Encoding = "png",
        cache: Cache | None = None,
        concurrency: int = CONCURRENCY,
        timeout_s: float = TIMEOUT_S,
        tries: int = TRIES,
    ) -> None:
        self.model, self.url = model, checked_url(url)
        self.parameters = dict(parameters or {})
        self.encode, self.cache = encode, Cache() if cache is None else cache
        self.concurrency, self.timeout_s, self.tries = concurrency, timeout_s, tries
        self.usage = Usage()
        self._key = Key(key) if key is not None else _key_of_ours(self.url)
        self._line: Line | None = None
        import_openai()

    def ask(self, questions: Sequence[Question]) -> list[Reply]:
        """A reply to each.

        Raises:
            ServerError: the server answers nothing.
            ValueError: a question has what cannot be sent.
            KeyboardInterrupt: nothing is in flight any more; what was answered is in the cache.
        """
        if self._line is None or not self._line.alive:
            self._line = Line(self)
        return self._line.wait(self._line.ask_all(questions))

    def close(self) -> None:
        """End all connections."""
        if self._line is not None:
            self._line.close()
            self._line = None

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_line": None}

    def __repr__(self) -> str:
        return f"<ChatClient of {self.model} at {self.url}>"

    def fingerprint(self, question: Question) -> str:
        """What the answer depends on, hashed: see :mod:`vgym.chat.cache`."""
        return fingerprint(
            {
                "url": self.url,
                "model": self.model,
                "parameters": self.parameters,
                "encode": self.encode,
                "messages": list(question.messages),
                "tools": list(question.tools),
                "sample": question.sample,
            }
        )

    def body(self, question: Question) -> bytes:
        """What is sent: JSON in ASCII.

        Raises:
            ValueError: it holds what cannot be sent, such as the address of a picture.
        """
        messages = to_openai(question.messages, encode=self.encode)
        _refuse_addresses(messages)
        said: dict[str, Any] = {"model": self.model, "messages": messages, **self.parameters}
        if question.tools:
            said["tools"] = list(question.tools)
        if question.sample and "seed" in said:
            said["seed"] += question.sample
        return json.dumps(said, allow_nan=False).encode()


def checked_url(url: str) -> str:
    """The address of a server, without a stroke at its end.

    Raises:
        ValueError: it is none, or has a name and password in it, or a question behind it.
    """
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError as error:
        raise ValueError(f"the address of a server cannot be read: {error}") from None
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise ValueError(
            f"the address of {host} has a name, a password or a question in it; a key belongs "
            "into an environment variable: key=VARIABLE"
        )
    if parts.scheme not in ("http", "https") or not host:
        raise ValueError(f"url={url!r} is no address of a server, as http://localhost:8000/v1 is")
    return url.rstrip("/")


def _key_of_ours(url: str) -> Key | None:
    """OpenAI's key, where it is set and travels encrypted, or not at all."""
    parts = urlsplit(url)
    private = parts.scheme == "https" or parts.hostname in ("localhost", "127.0.0.1", "::1")
    try:
        return Key(OURS) if private else None
    except ValueError:
        return None


def _refuse_addresses(messages: Sequence[Mapping[str, Any]]) -> None:
    """Raise ValueError for a picture that the server would have to fetch."""
    for message in messages:
        content = message.get("content")
        for part in content if isinstance(content, list) else ():
            if part.get("type") == "image_url":
                url = part["image_url"]["url"]
                if not url.startswith("data:image/"):
                    raise ValueError(
                        f"a picture is the address {url!r:.100}, which nobody fetches; give the "
                        "picture itself, an array"
                    )
