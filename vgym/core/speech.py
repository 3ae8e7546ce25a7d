"""How a task speaks: what it is about, and the tools by which whoever answers in words acts.

A family says here, once, what a language model is told of it and can do in it. Places are fractions
of the picture that is seen: in which numbers a model writes them is its dialect's business, see
`vgym.chat`. Every action can also be said, so that oracles speak as agents do.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

Kind = Literal[
    "point",  # (x, y), fractions of the picture
    "box",  # (x0, y0, x1, y1), likewise
    "points",
    "boxes",
    "number",
    "integer",
    "numbers",
    "integers",
    "choice",
    "text",
    "table",  # of choices, a list for each of its rows
]
PLACES = frozenset({"point", "box", "points", "boxes"})


class Unusable(Exception):
    """A call whose arguments mean nothing here; the message tells the model why."""


@dataclass(frozen=True)
class Parameter:
    """What a call says by one name.

    Args:
        kind: what values there are.
        description: for the model; a phrase without a full stop.
        low, high: of numbers.
        choices: of a choice or a table.
        least, most: how many there are, of kinds of several; of a table how many rows.
        columns: of a table.
        default: what it means to leave it out; None where it must be said.
    """

    kind: Kind
    description: str
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()
    least: int = 0
    most: int | None = None
    columns: int = 0
    default: Any = None


class Moment(NamedTuple):
    """One row of a batch, as it stands when its agent speaks."""

    instruction: str
    observation: Mapping[str, Any]  # the row's own
    state: Any = None  # of the whole batch
    row: int = 0


class Call(NamedTuple):
    """A tool and what is said to it: places as fractions, other values as they are."""

    name: str
    arguments: Mapping[str, Any] = MappingProxyType({})


Act = Callable[[Mapping[str, Any], Moment], Any]


@dataclass(frozen=True)
class Tool:
    """One thing that can be done.

    Args:
        name: a word. description: for the model, in sentences.
        parameters: by name, in the order in which they are told.
        act: the action, in the environment's own form, of arguments that fit the parameters.

    `act` raises `Unusable` where such arguments mean nothing in this moment.
    """

    name: str
    description: str
    act: Act
    parameters: Mapping[str, Parameter] = field(default_factory=dict)


def nothing_more(moment: Moment) -> str:
    """What an observation tells beside its pictures, where it tells nothing."""
    return ""


def no_words(text: str, moment: Moment) -> Any:
    """What words outside any call mean, where they mean nothing.

    Raises:
        Unusable: always.
    """
    raise Unusable("no call of a tool was found in the text")


@dataclass(frozen=True)
class Speech:
    """What a task says of itself.

    Args:
        brief: what one is there for and what one sees, to the model, in sentences.
        tools: what can be done.
        said: an action of the environment as the call that means it.
        plain: the tool, and its parameter, that a bare answer is for: a box without any call.
        told: what a moment tells beside its pictures, such as turns that are left; "" for nothing.
        words: the action that is meant by words outside any call. Raises `Unusable`.
        first, then: which pictures are shown at the start and after each turn, each with what
            is written above it ("" for nothing), by their names in the observation.
        ask: what the words of the task are put into, such as ``"Find {}."``.
        turns: how many an episode has, where it is always so many; None: the environment's limit.
        answered_in: the picture, of those shown, that places are places of.
    """

    brief: str
    tools: tuple[Tool, ...]
    said: Callable[[Any, Moment], Call]
    plain: tuple[str, str] | None = None
    told: Callable[[Moment], str] = nothing_more
    words: Callable[[str, Moment], Any] = no_words
    first: Mapping[str, str] = field(default_factory=lambda: {"image": ""})
    then: Mapping[str, str] = field(default_factory=lambda: {"image": ""})
    ask: str = "{}"
    turns: int | None = None
    answered_in: str = "image"

    def tool(self, name: str) -> Tool | None:
        """The tool of that name; None where there is none."""
        return next((tool for tool in self.tools if tool.name == name), None)
