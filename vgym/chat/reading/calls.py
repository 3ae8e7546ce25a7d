"""Calls of tools, as models write them into their text."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping

from vgym.chat.reading.answer_region import without_thoughts
from vgym.chat.reading.places import SHORT
from vgym.chat.reading.said import Call

_MOST_CALLS = 64  # in one answer
_MOST_TRIES = 64  # braces at which an object is looked for
_DECODER = json.JSONDecoder(strict=False, parse_constant=lambda name: _refuse(name))


def read_calls(text: str, form: str) -> tuple[tuple[Call, ...], str]:
    """The calls in a model's text, in order, and why there are none."""
    said = without_thoughts(text)
    inner = list(_between(said, "<tool_call>", "</tool_call>"))
    objects = [one for each in inner or [said] for one in _objects(each)]
    calls = [call for each in objects if (call := _call(each)) is not None]
    if calls:
        return tuple(calls[:_MOST_CALLS]), ""
    return (), f"no call of a tool in the text {SHORT.repr(said.strip())}"


def write_call(call: Call, form: str) -> str:
    """A call as the form writes it."""
    written = json.dumps({"name": call.name, "arguments": dict(call.arguments)})
    return f"<tool_call>\n{written}\n</tool_call>"


def how(form: str) -> str:
    """One sentence that tells a model how to call a tool."""
    return (
        "Call a tool by writing "
        '<tool_call>{"name": "...", "arguments": {...}}</tool_call>, one call a turn.'
    )


def _between(said: str, opening: str, closing: str) -> Iterable[str]:
    """What stands between tags; a last one may be open."""
    at = said.find(opening)
    while at >= 0:
        start = at + len(opening)
        end = said.find(closing, start)
        yield said[start:] if end < 0 else said[start:end]
        at = -1 if end < 0 else said.find(opening, end)


def _objects(said: str) -> Iterable[object]:
    """The JSON objects in a text, from left to right, whatever stands between them."""
    at = said.find("{")
    for _ in range(_MOST_TRIES):
        if at < 0:
            return
        try:
            found, end = _DECODER.raw_decode(said, at)
            yield found
        except (ValueError, RecursionError):
            end = at + 1
        at = said.find("{", end)


def _call(found: object) -> Call | None:
    """An object as a call, if it is one."""
    if not isinstance(found, Mapping):
        return None
    inner = found.get("function")
    if isinstance(inner, Mapping):
        found = inner
    name = found.get("name")
    arguments = found.get("arguments", found.get("parameters", {}))
    if isinstance(arguments, str):
        arguments = next(iter(_objects(arguments)), None)
    if not isinstance(name, str) or not isinstance(arguments, Mapping) or not _finite(arguments):
        return None
    return Call(name, dict(arguments))


def _finite(value: object) -> bool:
    """No number in it is endless: JSON writes 1e999 too."""
    if isinstance(value, float):
        return math.isfinite(value)
    if isinstance(value, Mapping):
        return all(map(_finite, value.values()))
    return all(map(_finite, value)) if isinstance(value, list) else True


def _refuse(name: str) -> float:
    raise ValueError(name)
