"""An agent that is told and answers in words, whoever thinks of them.

What it is told is what `vgym.chat` tells: see :mod:`vgym.chat.conversations`. A kind of agent says
only how questions get their replies.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any
from weakref import ref

from vgym.chat.client import Question, Usage
from vgym.chat.conversations import Conversations
from vgym.chat.messages import Message
from vgym.chat.prompts import Calls
from vgym.chat.reading.dialect import Dialect
from vgym.chat.replies import Reply
from vgym.core.action_check import NoAnswer
from vgym.evaluation.agent import AgentError


class ChatAgent(ABC):
    """Plays by conversations, one a row.

    Args:
        name: of the agent, in tables.
        dialect: in which it writes, by name or as a `Dialect`.
        calls, history_turns, history_pixels: see `vgym.chat.conversations.Conversations`.
    """

    def __init__(
        self,
        name: str,
        dialect: str | Dialect,
        *,
        calls: Calls = "text",
        history_turns: int | None = None,
        history_pixels: int | None = None,
    ) -> None:
        self.name, self._sample = name, 0
        self._speaks: dict[str, Any] = {
            "dialect": dialect,
            "calls": calls,
            "history_turns": history_turns,
            "history_pixels": history_pixels,
        }
        self._talks: Conversations | None = None
        self._with: Any = lambda: None  # the batch that they are about, if it is still there
        self.used = Usage()

    @abstractmethod
    def answers(self, questions: Sequence[Question]) -> list[Reply]:
        """A reply to each question.

        Raises:
            AgentError: none is to be had.
        """

    def reset(self, seed: int) -> None:
        """Forget all conversations."""
        self._talks, self._sample = None, 0

    def ask_again(self, number: int) -> None:
        """Let `act` ask for another answer to the same words, the last one forgotten.

        Args:
            number: of the answer; 0 for the first, of what is new.
        """
        self._sample = number

    def act(self, observation: dict[str, Any], instructions: list[str], envs: Any) -> list[Any]:
        """An action a row, or `vgym.NoAnswer` and why."""
        batch = envs.unwrapped
        talks = self._talks
        if talks is None or self._with() is not batch:
            talks = self._talks = self._begun(batch)
        if self._sample == 0:
            talks.see(observation)
        else:  # the same is asked once more
            for i in range(talks.speakers):
                talks.take_back(i)
        tools = talks.tools if talks.calls == "native" else ()
        asked = range(talks.speakers)
        replies = self.answers([Question(talks.messages(i), tools, self._sample) for i in asked])
        return [
            talks.hear(i, NoAnswer(reply.error) if reply.error else reply.message)
            for i, reply in zip(asked, replies, strict=True)
        ]

    def say(self, messages: Sequence[Message]) -> str:
        """What it says to messages, which are no environment's: `vgym chat probe` asks so.

        Raises:
            AgentError: it gave no answer.
        """
        (reply,) = self.answers([Question(messages)])
        if reply.error:
            raise AgentError(f"agent {self.name!r}: {reply.error}")
        return reply.text

    def usage(self) -> dict[str, float]:
        """What was asked for so far: see `vgym.evaluation.agent.Agent`."""
        used = self.used
        return {
            "calls": used.requests,
            "tokens_in": used.tokens_in,
            "tokens_out": used.tokens_out,
            "pictures": used.pictures,
            "seconds": used.seconds,
        }

    def transcript(self, row: int) -> list[Message]:
        """What was said in a row's episode so far, by `vgym.chat.messages`."""
        return [] if self._talks is None else self._talks.whole(row)

    def _begun(self, batch: Any) -> Conversations:
        self._with = ref(batch)
        try:
            return Conversations(batch, **self._speaks)
        except ValueError as error:
            raise AgentError(f"agent {self.name!r}: {error}") from None

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_talks": None, "_with": None}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state, _with=lambda: None)
