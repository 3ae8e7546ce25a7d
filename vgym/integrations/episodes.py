"""Episodes as harnesses play them: one conversation each, begun by a seed, added up to its end.

Harnesses call from several threads at once, and environments share what they cache: one thread at a
time is in here.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, replace
from threading import RLock
from typing import Any, NamedTuple, TypeVar

from vgym.chat.env import ChatEnv, ChatVectorEnv
from vgym.chat.messages import Message
from vgym.chat.prompts import Calls
from vgym.evaluation.runner import playable_records
from vgym.registration import row_of

SCORES = ("return", "success", "unread", "steps")  # what harnesses take means of
ALONE = RLock()
E = TypeVar("E")
if hasattr(os, "register_at_fork"):  # a child of a process that was in here would wait for ever
    os.register_at_fork(after_in_child=ALONE._at_fork_reinit)  # type: ignore[attr-defined]


class Start(NamedTuple):
    """Where an episode begins: its seed, and of a finite source the record that it is about."""

    seed: int
    record: int | None = None


@dataclass(frozen=True)
class Setup:
    """What is played, and how its model speaks; plain values, which JSON can write.

    Args:
        env: an id of vgym.
        dialect: how the model writes places, see `vgym.chat.dialects`; declared, never guessed.
        calls, history_turns, history_pixels: see `vgym.chat.conversations.Conversations`.
        split: the first that the id has where none is given.
        settings: further keywords of the environment.
    """

    env: str
    dialect: str = "json"
    calls: Calls = "text"
    history_turns: int | None = None
    history_pixels: int | None = None
    split: str | None = None
    settings: Mapping[str, Any] = field(default_factory=dict)

    def spoken(self) -> Setup:
        """The same, with calls as trainers take them: of ids of one answer in the text, of several
        native.

        Raises:
            ValueError: as `chat_env`.
        """
        env = self.chat_env()
        env.close()
        several = env.batch.conversations.most_answers != 1
        return replace(self, calls="native" if several else "text")

    def chat_env(self) -> ChatEnv:
        """The environment.

        Raises:
            ValueError: an unknown id, dialect or setting; or one with several conversations.
        """
        return self._made(ChatEnv, self.env, self.dialect)

    def chat_envs(self, num_envs: int) -> ChatVectorEnv:
        """A batch of it; raises as `chat_env`."""
        return self._made(ChatVectorEnv, self.env, num_envs, self.dialect)

    def _made(self, kind: Callable[..., E], *arguments: Any) -> E:
        row = row_of(self.env.removeprefix("vgym:"))
        if row.made_by:
            raise ValueError(
                f"an episode of {self.env} is several conversations, and a harness's sample is "
                "one; `vgym bench` plays it, and vgym.chat.ChatEnv"
            )
        with ALONE:
            return kind(
                *arguments,
                calls=self.calls,
                history_turns=self.history_turns,
                history_pixels=self.history_pixels,
                **{"split": self.split or row.family.splits[0], **self.settings},
            )

    def starts(self, episodes: int, seed: int = 0) -> list[Start]:
        """The first episodes: those that `vgym bench` plays, each record of a finite source once.

        Raises:
            ValueError: as `chat_env`; no episode is asked for, or no record can be played.
        """
        if isinstance(episodes, bool) or not isinstance(episodes, int) or episodes < 1:
            raise ValueError(f"episodes={episodes!r} must be a whole number, at least 1")
        if isinstance(seed, bool) or not isinstance(seed, int) or seed < 0:
            raise ValueError(f"seed={seed!r} must be a whole number, at least 0")
        env = self.chat_env()
        try:
            with ALONE:
                records = playable_records(env.batch.envs, episodes)
        finally:
            env.close()
        if records is None:
            return [Start(seed + j) for j in range(episodes)]
        return [Start(seed + j, number) for j, (number, _) in enumerate(records)]

    def as_json(self) -> str:
        """In one line; `from_json` reads it.

        Raises:
            TypeError: a setting that JSON cannot write.
        """
        return json.dumps(asdict(self))

    @classmethod
    def from_json(cls, text: str) -> Setup:
        """What `as_json` wrote.

        Raises:
            ValueError: it is nothing of the kind.
        """
        try:
            found = cls(**json.loads(text))
        except (TypeError, ValueError, RecursionError):
            raise ValueError(
                f"{text!r:.100} is no setup: Setup(...).as_json() writes one"
            ) from None
        sound = isinstance(found.env, str) and isinstance(found.dialect, str)
        if not sound or not isinstance(found.settings, Mapping):
            raise ValueError(f"{text!r:.100} is no setup: Setup(...).as_json() writes one")
        return found


@dataclass
class Outcome:
    """What came of an episode so far.

    Attributes:
        rewards: of every answer, in order.
        terms: what the rewards are made of, by name, added up.
        success: whether it is solved. terminated, truncated: whether it is over, and how.
        unread: how many answers could not be read. steps: how many were given.
        why: why the last one was none; "" if it was one.
        facts: the numbers of the last info, such as ``"iou"``.
    """

    rewards: list[float] = field(default_factory=list)
    terms: dict[str, float] = field(default_factory=dict)
    success: bool = False
    terminated: bool = False
    truncated: bool = False
    unread: int = 0
    steps: int = 0
    why: str = ""
    facts: dict[str, float] = field(default_factory=dict)

    @property
    def value(self) -> float:
        """The sum of its rewards, as a Gymnasium loop adds them; 0 before the first."""
        return sum(self.rewards)

    @property
    def scores(self) -> dict[str, float]:
        """By the names of `SCORES`; ``"unread"`` is the share of the answers."""
        share = self.unread / max(self.steps, 1)
        return dict(
            zip(SCORES, (self.value, float(self.success), share, float(self.steps)), strict=True)
        )

    @property
    def ended(self) -> bool:
        """Whether it is over."""
        return self.terminated or self.truncated

    def note(
        self, reward: float, terminated: bool, truncated: bool, info: Mapping[str, Any]
    ) -> None:
        """Add what came of one more answer."""
        self.rewards.append(reward)
        for name, value in info.get("reward_terms", {}).items():
            self.terms[name] = self.terms.get(name, 0.0) + float(value)
        self.steps += 1
        self.success = bool(info["success"])
        self.terminated, self.truncated = terminated, truncated
        self.why = info["reading"]
        self.unread += bool(self.why)
        self.facts = {
            name: float(value)
            for name, value in info.items()
            if isinstance(value, bool | int | float) and name not in _OF_CONVERSATIONS
        }


class Episode:
    """One episode, from its opening to its end.

    Args:
        setup: what is played. start: which episode of it.
        env: an environment of that setup, to be used again; whoever made it closes it. None makes
            one.

    Attributes:
        opening: the messages at its start.
        outcome: what came of it so far.
        tools: what can be done, as servers of OpenAI's form are told it.
        turns: how many answers it takes at most; None for as many as it takes.
        detail: in which of OpenAI's details pictures are to be sent.
    """

    def __init__(self, setup: Setup, start: Start, env: ChatEnv | None = None) -> None:
        self._mine = env is None
        self._env = setup.chat_env() if env is None else env
        talks = self._env.batch.conversations
        options = None if start.record is None else {"record": start.record}
        with ALONE:
            self.opening: list[Message] = self._env.reset(start.seed, options=options)[0]
        self.outcome = Outcome()
        self.tools = self._env.tools
        self.turns = talks.most_answers
        # Their servers make pictures smaller otherwise, and places would be those of another size.
        self.detail = "original" if talks.dialect.resize.name == "openai" else "auto"

    @property
    def messages(self) -> list[Message]:
        """The conversation so far, as the model is to be shown it."""
        found: list[Message] = self._env.messages
        return found

    def answer(self, answer: Any) -> list[Message]:
        """Take an answer, or `vgym.NoAnswer`; the messages that are new."""
        with ALONE:
            told, reward, terminated, truncated, info = self._env.step(answer)
        self.outcome.note(reward, terminated, truncated, info)
        new: list[Message] = told
        return new

    def close(self) -> None:
        """Let the environment go, if it is the episode's own."""
        if self._mine:
            with ALONE:
                self._env.close()

    def __enter__(self) -> Episode:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


_OF_CONVERSATIONS = ("seed", "episode", "pictures_dropped", "turns_dropped", "success")
