"""Tickets: which episode a prompt opens, as a row of a data set says it; and the score of an answer
that comes back with one.

Trainers keep prompts in tables and hand completions back with the other columns of their rows. A
ticket is three such columns, plain values, from which the episode is begun again: nothing else has
to be kept between the prompt and its score, whatever process the trainer scores in.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from vgym.chat.env import ChatEnv, ChatVectorEnv
from vgym.chat.messages import Message
from vgym.integrations.episodes import ALONE, Episode, Outcome, Setup, Start

COLUMNS = ("setup", "seed", "record")
ROWS = 32  # that are played at a time
_KEPT = 8  # batches, of so many setups


class Ticket(NamedTuple):
    """An episode, in plain values.

    Attributes:
        setup: what is played, see `Setup.as_json`.
        seed, record: which episode of it, see `vgym.integrations.episodes.Start`.
    """

    setup: str
    seed: int
    record: int | None = None

    def episode(self) -> Episode:
        """The episode at its beginning.

        Raises:
            ValueError: the setup is none that can be played.
        """
        return Episode(Setup.from_json(self.setup), Start(self.seed, self.record))


def opening(ticket: Ticket) -> list[Message]:
    """The messages at its episode's start, pictures in them.

    Raises:
        ValueError: the setup is none that can be played.
    """
    with ALONE:
        env = _env(ticket.setup)
        return Episode(Setup.from_json(ticket.setup), Start(*ticket[1:]), env).opening


def alike(given: Sequence[Ticket]) -> list[list[int]]:
    """The places of tickets that are played together: of one setup, all with records or none."""
    places: dict[tuple[str, bool], list[int]] = {}
    for place, ticket in enumerate(given):
        places.setdefault((ticket.setup, ticket.record is None), []).append(place)
    return list(places.values())


def several(given: Sequence[Ticket]) -> str:
    """The first id among them whose episodes take several answers; "" for none.

    Raises:
        ValueError: a setup is none that can be played.
    """
    with ALONE:
        for setup in dict.fromkeys(ticket.setup for ticket in given):
            if _envs(setup).conversations.most_answers != 1:
                return Setup.from_json(setup).env
    return ""


def openings(given: Sequence[Ticket]) -> list[tuple[list[Message], Message]]:
    """The messages at the start of each episode, many at a time, and what the oracle says to them.

    Args:
        given: (N,) tickets that are `alike`, at least one.
    """
    found: list[tuple[list[Message], Message]] = []
    with ALONE:
        envs = _envs(given[0].setup)
        for at in range(0, len(given), ROWS):
            messages = _begin(envs, given[at : at + ROWS])
            found += zip(messages, envs.oracle(), strict=False)  # rows that are left over
    return found


def demonstrations(given: Sequence[Ticket]) -> list[tuple[list[Message], float]]:
    """Whole conversations as one would lead them who knows the answer, and what they earn.

    Args:
        given: (N,) tickets that are `alike`, at least one.
    """
    found: list[tuple[list[Message], float]] = []
    with ALONE:
        envs = _envs(given[0].setup)
        for at in range(0, len(given), ROWS):
            now = given[at : at + ROWS]
            _begin(envs, now)
            earned = np.zeros(ROWS)
            while not envs.over[: len(now)].all():
                earned += envs.step(envs.oracle())[1]
            talks = envs.conversations
            found += [(_said(talks.whole(row)), float(earned[row])) for row in range(len(now))]
    return found


def tickets(setup: Setup, episodes: int, seed: int = 0) -> list[Ticket]:
    """Those of the first episodes, see `Setup.starts`."""
    text = setup.as_json()
    return [Ticket(text, *start) for start in setup.starts(episodes, seed)]


def of_columns(columns: Mapping[str, Any]) -> list[Ticket]:
    """The tickets in a trainer's columns, a list of each.

    Raises:
        ValueError: a column is missing, or they are of several lengths.
    """
    missing = [name for name in COLUMNS if name not in columns]
    if missing:
        raise ValueError(
            f"the data set has no column {', '.join(missing)}: make it by `vgym export`, or by "
            "vgym.integrations.tickets.tickets"
        )
    rows = zip(*(columns[name] for name in COLUMNS), strict=True)
    return [of_row(dict(zip(COLUMNS, row, strict=True))) for row in rows]


def of_row(row: Mapping[str, Any]) -> Ticket:
    """The ticket in one row of a data set.

    Raises:
        ValueError: a value is missing, or none of a ticket.
    """
    setup, record = row.get("setup"), row.get("record")
    try:
        if not isinstance(setup, str):
            raise TypeError
        return Ticket(setup, _whole(row["seed"]), None if record is None else _whole(record))
    except (KeyError, TypeError, ValueError, OverflowError):
        shown = {name: row.get(name) for name in COLUMNS}
        raise ValueError(f"{shown!r:.200} is no ticket: `vgym export` writes them") from None


def _whole(value: Any) -> int:
    """A number of a table, in which whole ones may have become floats."""
    found = int(value)
    if isinstance(value, bool | str) or found != value or not 0 <= found < 1 << 62:
        raise ValueError
    return found


def score(given: Sequence[Ticket], answers: Sequence[Any]) -> list[Outcome]:
    """What answers earn, one each: equal, to the bit, to what they would in the environment.

    Args:
        given: (N,) tickets, of any setups, the same ones as often as one likes.
        answers: (N,) texts, calls or assistants' messages; what is none of these, such as None, is
            an answer that cannot be read.

    Returns:
        (N,) outcomes; of an episode of several answers, what its first one came to.

    Raises:
        ValueError: of other numbers; a setup is none that can be played, or its episodes are
            several conversations.
    """
    if len(given) != len(answers):
        raise ValueError(f"{len(answers)} answers were given for {len(given)} tickets")
    outcomes = [Outcome() for _ in given]
    with ALONE:
        for held in alike(given):
            envs = _envs(given[held[0]].setup)
            for at in range(0, len(held), ROWS):
                now = held[at : at + ROWS]
                _play(envs, [given[i] for i in now], [answers[i] for i in now], outcomes, now)
    return outcomes


@lru_cache(_KEPT)
def _env(setup: str) -> ChatEnv:
    return Setup.from_json(setup).chat_env()


@lru_cache(_KEPT)
def _envs(setup: str) -> ChatVectorEnv:
    return Setup.from_json(setup).chat_envs(ROWS)


def _play(
    envs: ChatVectorEnv,
    now: Sequence[Ticket],
    answers: Sequence[Any],
    outcomes: list[Outcome],
    places: Sequence[int],
) -> None:
    """One answer of each of some rows."""
    _begin(envs, now)
    _, rewards, ends, cuts, infos = envs.step([*answers, *[""] * (ROWS - len(now))])
    for row, place in enumerate(places):
        outcomes[place].note(float(rewards[row]), bool(ends[row]), bool(cuts[row]), infos[row])


def _begin(envs: ChatVectorEnv, now: Sequence[Ticket]) -> list[list[Message]]:
    """Start some episodes; rows that are left over play the first one's."""
    played = [*now, *[now[0]] * (ROWS - len(now))]
    options = None
    if now[0].record is not None:
        options = {"record": np.array([ticket.record for ticket in played])}
    messages, _ = envs.reset([ticket.seed for ticket in played], options=options)
    return messages[: len(now)]


def _said(messages: Sequence[Message]) -> list[Message]:
    """Without what was read in answers, which is for transcripts."""
    return [{k: v for k, v in message.items() if k != "places"} for message in messages]
