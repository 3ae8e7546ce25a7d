"""Agents that talk to models, as they are written on a command line.

``api:MODEL@URL?dialect=qwen2.5-vl&temperature=0``, ``local:FOLDER?dialect=...``,
``scripted:FILE?dialect=json``. Options follow a question mark; in them, and in names of models and
files, a character that would end them is written as in addresses: ``%2C`` for a comma, ``%3F`` for
a question mark, ``%26`` for an ampersand. A key never stands here: ``key`` names the environment
variable that holds it.
"""

from __future__ import annotations

import re
from argparse import ArgumentTypeError
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from vgym.evaluation.agent import Agent
from vgym.number_options import count, number, seed
from vgym.registration import row_of, unknown

OPENAI = "https://api.openai.com/v1"


def _words(text: str) -> str:
    if not text.strip():
        raise ArgumentTypeError("is empty")
    return text


def _one_of(*choices: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in choices:
            raise ArgumentTypeError(f"is none of {', '.join(choices)}")
        return text

    return read


@dataclass(frozen=True)
class Option:
    """One option: how its text is read, and what it is, in a few words.

    Attributes:
        sent: whether it goes into the body of requests as it is.
    """

    read: Callable[[str], Any]
    summary: str
    sent: bool = False


_ANY = {
    "dialect": Option(_words, "how the model writes places; `vgym chat probe` tells"),
    "name": Option(_words, "in tables"),
    "calls": Option(_one_of("text", "native"), "tools are called in text, or by the server"),
    "history_turns": Option(count, "how many turns are shown again"),
    "history_pixels": Option(count, "of all pictures that are shown again"),
    "votes": Option(count, "of so many answers the region they agree on (GUI-RC)"),
}
_DRAWN = {
    "temperature": Option(number, "0 takes the likeliest", sent=True),
    "max_tokens": Option(count, "of an answer", sent=True),
    "seed": Option(seed, "of draws", sent=True),
}
OPTIONS: Mapping[str, Mapping[str, Option]] = {
    "api": {
        **_ANY,
        **_DRAWN,
        "top_p": Option(number, "of draws", sent=True),
        "max_completion_tokens": Option(count, "max_tokens, as newer servers call it", sent=True),
        "reasoning_effort": Option(_words, "of models that think", sent=True),
        "key": Option(_words, "the environment variable that holds the key"),
        "cache": Option(_words, "the file in which answers are kept, and found again"),
        "encode": Option(_one_of("png", "webp", "jpeg"), "of pictures (default png)"),
        "concurrency": Option(count, "requests in flight (default 64)"),
        "timeout": Option(number, "seconds of one try (default 120)"),
        "tries": Option(count, "of a request that the server refuses for now (default 5)"),
    },
    "local": {
        **_ANY,
        **_DRAWN,
        "batch": Option(count, "rows at once (default 8)"),
        "device": Option(_words, "cpu, cuda, ... (default: a GPU if there is one)"),
    },
    "scripted": _ANY,
}
FORMS = {
    "api": "api:MODEL@URL?dialect=NAME",
    "local": "local:FOLDER?dialect=NAME",
    "scripted": "scripted:FILE?dialect=NAME",
}


@dataclass(frozen=True)
class Spec:
    """What was written.

    Attributes:
        kind: a key of `FORMS`. subject: the model, folder or file.
        url: of the server; "" for none. options: by name, as read.
    """

    kind: str
    subject: str
    url: str
    options: Mapping[str, Any]


def is_spec(text: str) -> bool:
    """Whether an agent's name is one of these.

    >>> is_spec("api:m@http://localhost:8000/v1?dialect=json"), is_spec("my_package:MyAgent")
    (True, False)
    """
    return text.partition(":")[0] in FORMS and ":" in text


def read_spec(text: str) -> Spec:
    """What a text says.

    Raises:
        ValueError: it is no such text; says what is wrong, and how it is written.

    >>> read_spec("api:org/m@http://localhost:8000/v1?dialect=json&temperature=0").options
    {'dialect': 'json', 'temperature': 0.0}
    """
    kind, _, rest = text.partition(":")
    rest, _, asked = rest.partition("?")
    form = f"it is written {FORMS[kind]}"
    url = ""
    if kind == "api":
        found = re.fullmatch(r"(.+?)@(\w+://.+)", rest)
        rest, url = found.groups() if found else (rest, OPENAI)
        if "@" in rest and not found:
            raise ValueError(
                f"the address of the server of {kind}:{rest.partition('@')[0]} does not begin with "
                f"http:// or https://; {form}"
            )
    subject = unquote(rest)
    if not subject.strip():
        raise ValueError(
            f"{kind}: names no {FORMS[kind][len(kind) + 1 :].partition('@')[0]}; {form}"
        )
    options = _options(asked, kind, subject)
    if "dialect" not in options:
        from vgym.chat import dialects

        if kind != "scripted":
            raise ValueError(
                f"{kind}:{subject} does not say how the model writes places: add ?dialect=NAME, "
                f"one of {', '.join(dialects())}; `vgym chat probe` measures which"
            )
        options["dialect"] = "json"
    return Spec(kind, subject, url, options)


def _options(asked: str, kind: str, subject: str) -> dict[str, Any]:
    valid, options = OPTIONS[kind], {}
    for each in filter(None, asked.split("&")):
        name, equals, value = each.partition("=")
        name, value = unquote(name), unquote(value)
        if name not in valid:
            raise ValueError(f"{kind}:{subject}: {unknown('option', name, valid)}")
        if name in options or not equals:
            raise ValueError(f"{kind}:{subject}: {name} is to be given once, as {name}=VALUE")
        try:
            options[name] = valid[name].read(value)
        except ArgumentTypeError as error:
            said = str(error)
            said = f"{value!r:.60} {said}" if said.startswith("is ") else said
            raise ValueError(f"{kind}:{subject}: {name}: {said}") from None
    return options


def make_spoken(text: str) -> Agent:
    """The agent that a text says.

    Raises:
        ValueError: see `read_spec`; or what it names is not there.
        ImportError: an extra is missing.
    """
    from vgym.chat import dialect
    from vgym.evaluation.voting import Voting

    spec = read_spec(text)
    options = dict(spec.options)
    writes = dialect(options.pop("dialect"))
    votes = options.pop("votes", 1)
    how = {name: options.pop(name) for name in _ANY if name in options}
    name = how.pop("name", "") or _name_of(spec)
    agent = _MAKERS[spec.kind](spec, name, writes, options, how)
    return Voting(agent, votes) if votes > 1 else agent


def unfit(text: str, env_id: str) -> str:
    """Why no such agent plays in an environment; "" if one can."""
    row = row_of(env_id)
    return "plays what Gymnasium makes alone" if row.made_by else ""


def _name_of(spec: Spec) -> str:
    return spec.subject if spec.kind == "api" else Path(spec.subject).stem


def _api(spec: Spec, name: str, writes: Any, options: dict[str, Any], how: dict[str, Any]) -> Agent:
    from vgym.baselines.api_agent import ApiAgent
    from vgym.chat.cache import Cache
    from vgym.chat.client import ChatClient

    sent = {name: value for name, value in options.items() if OPTIONS["api"][name].sent}
    rest = {name: value for name, value in options.items() if name not in sent}
    if "timeout" in rest:
        rest["timeout_s"] = rest.pop("timeout")
    if "cache" in rest:
        rest["cache"] = Cache(rest["cache"])
    client = ChatClient(spec.subject, spec.url, parameters=sent, **rest)
    return ApiAgent(name, writes, client, **how)


def _local(
    spec: Spec, name: str, writes: Any, options: dict[str, Any], how: dict[str, Any]
) -> Agent:
    from vgym.baselines.local_agent import LocalAgent

    return LocalAgent(name, writes, spec.subject, **options, **how)


def _scripted(
    spec: Spec, name: str, writes: Any, options: dict[str, Any], how: dict[str, Any]
) -> Agent:
    from vgym.baselines.scripted_agent import ScriptedAgent

    return ScriptedAgent(name, writes, spec.subject, **how)


_MAKERS: Mapping[str, Callable[..., Agent]] = {
    "api": _api,
    "local": _local,
    "scripted": _scripted,
}
