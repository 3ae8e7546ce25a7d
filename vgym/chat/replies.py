"""What a server says to a request: read whole or not at all, whatever it sends."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any

_EXCERPT = 200  # characters of a server's own words that an error repeats


@dataclass(frozen=True)
class Reply:
    """One answer of a model, or why there is none.

    Attributes:
        text: what it said; "" for nothing. tool_calls: in OpenAI's form.
        reasoning: what it thought, where the server tells it apart from what was said.
        finish: why it ended: "stop", "length", "tool_calls"; "" where the server does not say.
        error: why there is no answer; "" if there is one.
        tokens_in, tokens_out: as the server counts; 0 where it does not.
        seconds: from asking to the answer, all tries together; of a kept answer, as it took then.
        tries: how often it was asked for.
        kept: whether it was kept from an earlier time.
    """

    text: str = ""
    tool_calls: tuple[dict[str, Any], ...] = ()
    reasoning: str = ""
    finish: str = ""
    error: str = ""
    tokens_in: int = 0
    tokens_out: int = 0
    seconds: float = 0.0
    tries: int = 1
    kept: bool = field(default=False, compare=False)

    @property
    def message(self) -> dict[str, Any]:
        """The assistant's message, as a conversation goes on with it."""
        said: dict[str, Any] = {"role": "assistant", "content": self.text}
        return {**said, "tool_calls": list(self.tool_calls)} if self.tool_calls else said

    def as_json(self) -> str:
        """As it is kept: ASCII."""
        return json.dumps({name: value for name, value in asdict(self).items() if name != "kept"})


def kept_reply(text: str) -> Reply:
    """The inverse of `Reply.as_json`.

    Raises:
        ValueError: it is none.
    """
    values = json.loads(text)
    try:
        return Reply(**{**values, "tool_calls": tuple(values["tool_calls"]), "kept": True})
    except (TypeError, KeyError) as error:
        raise ValueError(f"no reply that was kept: {error}") from None


def read_reply(body: bytes) -> Reply:
    """The reply in the body of a response. Never raises: what is wrong is its ``error``.

    Args:
        body: as of ``/chat/completions``; more than one choice is ignored.

    >>> read_reply(b'{"choices": [{"message": {"content": "(3, 4)"}}]}').text
    '(3, 4)'
    >>> read_reply(b'{"choices": [').error
    'the server sent broken JSON: {"choices": ['
    """
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return Reply(error=f"the server sent broken JSON: {excerpt(body)}")
    choices = said.get("choices") if isinstance(said, dict) else None
    choice = choices[0] if isinstance(choices, list) and choices else None
    message = choice.get("message") if isinstance(choice, dict) else None
    if not isinstance(choice, dict) or not isinstance(message, dict):
        return Reply(error=f"the server sent no message: {excerpt(body)}")
    calls, wrong = _calls(message.get("tool_calls"))
    content = message.get("content")
    text = _text(content)
    if text is None or wrong:
        return Reply(error=f"the server sent a message of another form: {excerpt(body)}")
    usage = said.get("usage")
    usage = usage if isinstance(usage, dict) else {}
    reasoning = message.get("reasoning_content") or message.get("reasoning")
    return Reply(
        text=text,
        tool_calls=calls,
        reasoning=clean(reasoning) if isinstance(reasoning, str) else "",
        finish=clean(choice.get("finish_reason")),
        tokens_in=_count(usage.get("prompt_tokens")),
        tokens_out=_count(usage.get("completion_tokens")),
    )


def excerpt(body: bytes) -> str:
    """The beginning of what a server sent, on one line."""
    text = body[: 4 * _EXCERPT].decode("utf-8", "replace")
    shown = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return shown if len(shown) <= _EXCERPT else f"{shown[:_EXCERPT]}..."


def clean(text: Any) -> str:
    """A text that UTF-8 can hold; "" for what is none."""
    return text.encode("utf-8", "replace").decode() if isinstance(text, str) else ""


def _text(content: Any) -> str | None:
    """What a message says: a text, or parts of which some are; None for another form."""
    if content is None or isinstance(content, str):
        return clean(content)
    if not isinstance(content, list):
        return None
    parts = [part.get("text") for part in content if isinstance(part, dict)]
    return "".join(clean(part) for part in parts)


def _calls(calls: Any) -> tuple[tuple[dict[str, Any], ...], bool]:
    """The calls of tools, arguments as text, and whether one is of another form."""
    if calls is None:
        return (), False
    found = []
    for number, call in enumerate(calls if isinstance(calls, list) else [None]):
        function = call.get("function") if isinstance(call, dict) else None
        name = function.get("name") if isinstance(function, dict) else None
        if (
            not isinstance(call, dict)
            or not isinstance(function, dict)
            or not isinstance(name, str)
        ):
            return (), True
        arguments = function.get("arguments")
        if not isinstance(arguments, str):  # some servers send the object itself
            arguments = json.dumps(arguments or {})
        id = call.get("id")
        found.append(
            {
                "id": clean(id) if isinstance(id, str) and id else f"call_{number}",
                "type": "function",
                "function": {"name": clean(name), "arguments": clean(arguments)},
            }
        )
    return tuple(found), False


def _count(value: Any) -> int:
    sound = isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 2**53
    return value if sound else 0
