"""What goes over the line: JSON that anybody can read, and requests that anybody may have written.

Pictures are ``data:`` addresses in OpenAI's messages. Numbers of rewards are written so that they
are read back to the bit.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from vgym.chat.messages import Encoding, Message, to_openai
from vgym.registration import unknown

MOST_BYTES = 2**20  # of a request: an answer of the most characters that are read, however escaped
_MOST_SEED = 1 << 62
_MOST_NAME = 255  # characters


class Refusal(Exception):
    """A request that is not carried out.

    Attributes:
        code: of OpenEnv's. status: of HTTP.
    """

    def __init__(self, code: str, message: str, status: int = 422) -> None:
        super().__init__(message)
        self.code, self.status = code, status

    def told(self) -> dict[str, str]:
        """As it is sent."""
        return {"code": self.code, "message": str(self)}


def read_json(body: bytes | str) -> dict[str, Any]:
    """The JSON object of a request; nothing at all is an empty one.

    Raises:
        Refusal: it is none.
    """
    if not body.strip():
        return {}
    try:
        found = json.loads(body, parse_constant=_no_constant)
    except (ValueError, RecursionError) as error:
        why = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        raise Refusal("INVALID_JSON", f"the request is no JSON: {why[:200]}", 400) from None
    if not isinstance(found, dict):
        kind = type(found).__name__
        raise Refusal("INVALID_JSON", f"the request must be a JSON object, not {kind}", 400)
    return found


def read_reset(given: Mapping[str, Any]) -> tuple[int | None, str | None]:
    """Seed and name of an episode that is asked for; None where nothing is said.

    Raises:
        Refusal: one is of another kind, or something else is said.
    """
    _only(given, ("seed", "episode_id"), "a reset")
    seed, name = given.get("seed"), given.get("episode_id")
    whole = isinstance(seed, int) and not isinstance(seed, bool)
    if seed is not None and not (whole and 0 <= seed < _MOST_SEED):
        raise Refusal("VALIDATION_ERROR", f"seed={seed!r:.60} is no whole number from 0 to 2**62")
    if name is not None and not (isinstance(name, str) and len(name) <= _MOST_NAME):
        raise Refusal("VALIDATION_ERROR", f"episode_id must be a text of {_MOST_NAME} at most")
    return seed, name


def read_action(given: Any) -> Any:
    """The answer that an action holds.

    Raises:
        Refusal: it holds none.
    """
    if not isinstance(given, Mapping):
        raise Refusal("VALIDATION_ERROR", 'an action is an object: {"answer": "..."}')
    _only(given, ("answer", "metadata"), "an action")
    if "answer" not in given:
        raise Refusal("VALIDATION_ERROR", 'an action says its answer: {"answer": "..."}')
    return given["answer"]


def read_session(given: dict[str, Any]) -> str | None:
    """The name of a session that a request of HTTP says, taken out of it; None for none.

    Raises:
        Refusal: it is no text.
    """
    name = given.pop("session_id", None)
    if name is not None and not isinstance(name, str):
        raise Refusal("VALIDATION_ERROR", f"session_id={name!r:.60} is no text")
    return name


def sent(messages: Sequence[Message], encode: Encoding) -> list[Message]:
    """Messages in OpenAI's form, pictures as ``data:`` addresses."""
    return to_openai(messages, encode=encode)


def plain(value: Any) -> Any:
    """A value of an info as JSON can say it; what is not finite is null."""
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, np.ndarray | np.generic):
        return plain(value.tolist())
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(each) for each in value]
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value if value is None or isinstance(value, bool | int | str) else str(value)


def written(what: Any) -> str:
    """As it is sent, in ASCII."""
    return json.dumps(what, allow_nan=False)


def _only(given: Mapping[str, Any], known: tuple[str, ...], what: str) -> None:
    for name in given:
        if name not in known:
            raise Refusal(
                "VALIDATION_ERROR",
                f"{what} takes no such thing: {unknown('field', str(name)[:40], known)}",
            )


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no number of JSON")
